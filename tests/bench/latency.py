"""From a key press to new pixels: every control of every playground, in JupyterLab and Chromium."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
import psutil

PRESSES = 40
MEDIAN, TAIL = 100, 200  # milliseconds: the marks
# What the browser and Jupyter take by themselves: two pictures that are ready.
BARE = """
import io, ipywidgets
from PIL import Image

def picture(red):
    out = io.BytesIO()
    Image.new("RGB", (800, 400), (red, 200, 200)).save(out, format="PNG", compress_level=1)
    return out.getvalue()

pictures = [picture(0), picture(255)]
shown, step = ipywidgets.Image(value=pictures[0]), ipywidgets.IntSlider(description="nothing drawn", max=100)
step.observe(lambda change: setattr(shown, "value", pictures[change["new"] % 2]), names="value")
ipywidgets.VBox([shown, step])
"""
# A control's value with its least and its most, and the keys that move it there: of a list, of a slider.
PLACE = """e => e.ariaValueNow ? [e.ariaValueNow, e.ariaValueMin, e.ariaValueMax].map(Number)
                               : [e.selectedIndex, 0, e.options.length - 1]"""
KEYS = ("ArrowUp", "ArrowDown"), ("ArrowLeft", "ArrowRight")
PLAYGROUNDS = ".widget-vbox:has(> .widget-image), .widget-vbox:has(> .race-map)"
# The picture of the new value is there when the image has decoded it and the page is about to paint.
WATCH = """image => {
  window.pressed = window.shown = 0;
  document.addEventListener('keydown', () => { window.pressed = performance.now(); window.shown = 0; }, true);
  new MutationObserver(async () => {
    await image.decode().catch(() => {});
    requestAnimationFrame(() => { window.shown = performance.now(); });
  }).observe(image, {attributes: true, attributeFilter: ['src']});
}"""


def latency(root: Path) -> None:
    """Print, for each control, milliseconds from the key to the picture, and the kernel's own time for one."""
    sys.path[:0] = [str(root / "tests" / "browser"), str(root / "tests")]
    try:
        from playwright.sync_api import sync_playwright

        from conftest import QUIET, chromium, serve
    except ImportError as missing:
        print(f"from key press to picture: not measured, for {missing.name} is missing")
        return
    if chromium() is None or sys.platform == "win32":
        print("from key press to picture: not measured, for there is no Chromium here, or no make")
        return
    with tempfile.TemporaryDirectory() as scratch, serve(Path(scratch)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        print(f"from key press to picture, {PRESSES} presses on each control, in milliseconds   ", end="")
        print(f"(marks: median {MEDIAN}, 95 % within {TAIL})")
        print(f"  {'lesson and control':34} {'median':>7} {'95 %':>6} {'kernel':>7} {'ratio':>6}")
        _bare(lab)
        alone = None
        for name in ["bare_browser", *sorted(path.stem for path in (root / "notebooks").glob("[0-9][0-9]_*.ipynb"))]:
            for label, times, kernel in _measure(browser, lab, name):
                middle, tail = statistics.median(times), sorted(times)[int(0.95 * len(times))]
                alone = alone or middle
                mark = "" if middle <= MEDIAN and tail <= TAIL else "  over the mark"
                said = f"{label:34} {middle:7.0f} {tail:6.0f} {kernel:7.0f} {middle / alone:6.1f}"
                said += (
                    "" if len(times) > PRESSES / 2 else f"  only {len(times)} of {PRESSES} presses changed the picture"
                )
                print(f"  {said}{mark}", flush=True)
        browser.close()
    print("  kernel: processor time of the kernel for a picture; ratio: median against the one with nothing drawn")


def _bare(lab) -> None:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(BARE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.course / "notebooks" / "bare_browser.ipynb")


def _measure(browser, lab, name):
    """Run a notebook, and give for each control of its playgrounds its label, the times and the kernel's time."""
    from pages import DONE, READY, SHUT_DOWN, run_all

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(f"{lab.address}/lab/tree/notebooks/{name}.ipynb?reset&token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    page.evaluate(READY)
    run_all(page)
    page.wait_for_function(DONE, timeout=180_000, polling=200)
    processes = psutil.Process(lab.pid).children(recursive=True)
    kernel = next(p for p in processes if any("ipykernel" in part for part in p.cmdline()))
    for playground in page.locator(PLAYGROUNDS).all():
        playground.scroll_into_view_if_needed()
        playground.locator("img.widget-image").evaluate(WATCH)
        for control in playground.locator(".widget-hslider, .widget-dropdown").all():
            slider = control.locator(".noUi-handle")
            focus = slider if slider.count() else control.locator("select")
            start = focus.evaluate(PLACE)[0]
            before = _seconds(kernel)
            times = _press(page, focus, *KEYS[bool(slider.count())])
            if times:
                label = f"{name.split('_')[0]}  {control.locator('label').inner_text().strip()}"
                yield label, times, 1000 * (_seconds(kernel) - before) / len(times)
            _put_back(page, focus, start, *KEYS[bool(slider.count())])
    page.evaluate(SHUT_DOWN)
    page.close()


def _seconds(process) -> float:
    used = process.cpu_times()
    return used.user + used.system


def _press(page, focus, down: str, up_key: str) -> list[float]:
    """Press an arrow key so often, to and fro between the control's ends; milliseconds for each that made a picture.

    Where three presses in a row change nothing, as beyond a rate at which a racer is lost, it turns round.
    """
    from playwright.sync_api import TimeoutError

    focus.focus()
    times, up, silent = [], True, 0
    for _ in range(PRESSES):
        now, least, most = focus.evaluate(PLACE)
        up = now < most and (up or now <= least)
        page.keyboard.press(up_key if up else down)
        try:
            page.wait_for_function("window.shown > window.pressed", timeout=3000)
        except TimeoutError:  # two values with the same picture, which is not sent again
            silent += 1
            up = up != (silent == 3)
            continue
        silent = 0
        times.append(page.evaluate("window.shown - window.pressed"))
    return times


def _put_back(page, focus, start: float, down: str, up_key: str) -> None:
    """Bring a control back to where it was: the next one is measured in the state that the lesson opens with."""
    for _ in range(PRESSES):
        here = focus.evaluate(PLACE)[0]
        if abs(here - start) < 1e-9:
            break
        page.keyboard.press(down if here > start else up_key)
        page.wait_for_timeout(50)
    page.wait_for_timeout(1000)  # the kernel takes up what was pressed
