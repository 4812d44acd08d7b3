"""What tests do to a page of JupyterLab: open a notebook, run it, wait for each part in turn."""

import nbformat


def within_a_minute(script):
    """The JavaScript function `script`, as one that fails instead of waiting for ever."""
    late = "new Promise((_, fail) => setTimeout(() => fail(new Error('JupyterLab was not ready in a minute')), 60000))"
    return f"() => Promise.race([({script})(), {late}])"


# JupyterLab says "idle" before the kernel is connected, and would lose Run All: wait for each part in turn.
READY = within_a_minute("""async () => {
  await jupyterapp.restored;
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  return panel.context.path;
}""")
SHUT_DOWN = within_a_minute("async () => { await jupyterapp.shell.currentWidget?.sessionContext?.shutdown(); }")
DONE = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const all = panel.content.widgets;
  const cells = all.filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim());
  return panel.sessionContext.session.kernel.status === 'idle' && cells.every(cell => cell.model.executionCount);
}"""
OUTPUTS = """() => jupyterapp.shell.currentWidget.content.widgets.flatMap(
  (cell, i) => cell.model.type === 'code' ? cell.model.outputs.toJSON().map(output => [i, output]) : [])"""
RESTART = within_a_minute("""async () => {
  const context = jupyterapp.shell.currentWidget.sessionContext;
  await context.session.kernel.restart();
  await context.session.kernel.info;
}""")
SAVE = "async () => { await jupyterapp.commands.execute('docmanager:save'); }"
WATCH = """() => {
  window.drawn = [];
  const image = document.querySelector('.jp-OutputArea img.widget-image');
  new MutationObserver(() => window.drawn.push(performance.now())).observe(image, {attributes: true});
}"""


def run_all(page):
    """Choose Run All Cells in the menu."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def run_to_the_end(page):
    run_all(page)
    page.locator("img.widget-image").first.wait_for()
    page.wait_for_function(DONE, polling=100)


def open_notebook(page, lab, cells):
    name = "notebooks/zz_pictures.ipynb"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}  # else it is asked for
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), lab.course / name)
    page.goto(f"{lab.address}/lab/tree/{name}?reset&token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    assert page.evaluate(READY) == name
