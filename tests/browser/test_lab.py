"""The lessons as a learner meets them: JupyterLab, a browser, Run All."""

import nbformat
import pytest
from pages import DONE, OUTPUTS, READY, open_notebook, run_all
from playwright.sync_api import expect

from clones import ROOT

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SECONDS = 180


def text_of(output):
    return output.get("text") or "\n".join([output.get("ename", ""), str(output.get("evalue", ""))])


def turn_each_slider(page):
    """Move the first slider of each playground by one key press: its picture changes."""
    for playground in page.locator(".widget-vbox:has(.widget-image):has(.noUi-handle)").all():
        picture = playground.locator("img.widget-image").first
        handle = playground.locator(".noUi-handle").first
        playground.scroll_into_view_if_needed()
        before = picture.get_attribute("src")
        at_the_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        handle.focus()
        handle.press("ArrowLeft" if at_the_end else "ArrowRight")
        expect(picture).not_to_have_attribute("src", before, timeout=20_000)


def test_opens_lesson_00(page, lab):
    """The address that `make lab` prints shows lesson 00, with nothing in front of it."""
    page.goto(f"{lab.address}/?token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    assert page.evaluate(READY) == "notebooks/00_start_here.ipynb"
    assert page.locator(".jp-Dialog").count() == 0
    page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    assert page.locator(".Toastify__toast").all_inner_texts() == [], "something stands in front of the first lesson"
    assert lab.calls_out() == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_run_all(page, lab, lesson):
    """The untouched notebook runs to its end: no error, no stderr, no console error, no request that leaves."""
    page.goto(f"{lab.address}/lab/tree/notebooks/{lesson}.ipynb?reset&token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    assert page.evaluate(READY) == f"notebooks/{lesson}.ipynb"
    run_all(page)
    page.wait_for_function(DONE, timeout=SECONDS * 1000, polling=200)
    loud = [
        f"cell {i}: {text_of(output).strip()[-300:]}"
        for i, output in page.evaluate(OUTPUTS)
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert loud == []
    turn_each_slider(page)
    assert lab.calls_out() == []


@pytest.mark.parametrize("answer", ["def answer(:", "1 / 0"])
def test_run_all_goes_on_behind_answers_that_raise(page, lab, answer):
    """Every exercise of a lesson holds an error: all cells run, and only those raise."""
    notebook = nbformat.read(lab.course / "notebooks" / f"{LESSONS[1]}.ipynb", 4)
    exercises = [i for i, cell in enumerate(notebook.cells) if "exercise" in cell.metadata]
    for i in exercises:
        notebook.cells[i].source = answer
    open_notebook(page, lab, notebook.cells)
    run_all(page)
    page.wait_for_function(DONE, timeout=SECONDS * 1000, polling=200)
    raised = [i for i, output in page.evaluate(OUTPUTS) if output["output_type"] == "error"]
    assert raised == exercises and len(exercises) > 3
