"""Pictures and controls in a real JupyterLab: words for screen readers, keys that move a slider, pixels that follow."""

import nbformat
import pytest
from pages import WATCH, open_notebook, run_all

from helpers import plots
from helpers.plots.figures import spoken

ALT = "A line that rises from 1 to the value of the slider."
CODE = f"""
from helpers import playground, plots

def line(fig, rate):
    if rate > 0.85:
        raise ValueError("too steep")
    ax = fig.axes[0]
    plots.contour(ax, lambda x, y: x**2 + 9 * y**2, bounds=((-2, 2), (-1, 1)))
    plots.path(ax, [[-2, 1], [rate, 0.2], [0.1, 0]], "adam", label="Adam")
    ax.set_title(f"The rate is {{rate:.2f}}")
    return f"rate {{rate:.2f}}"

playground.explore(line, {ALT!r}, rate=playground.slider("Rate", 0.0, 1.0, 0.5, 0.01))
"""


@pytest.fixture
def stored():
    """Return a code cell with the outputs that `plots.show` leaves; opened, not run, its HTML passes the sanitizer."""
    fig, ax = plots.figure()
    ax.plot([1, 2])
    data, metadata = plots.bundle(fig, ALT)
    picture = nbformat.v4.new_output("display_data", nbformat.from_dict(encode(data)), metadata=metadata)
    words = nbformat.v4.new_output("display_data", {"text/html": spoken(ALT), "text/plain": ""})
    return nbformat.v4.new_code_cell("1", outputs=[picture, words])


def encode(data):
    from base64 import b64encode

    return data | {"image/png": b64encode(data["image/png"]).decode()}


def test_stored_pictures_have_words_that_are_heard_and_not_seen(page, lab, stored):
    open_notebook(page, lab, [stored, nbformat.v4.new_markdown_cell("The end.")])
    words = page.get_by_text(f"Figure: {ALT}", exact=True)
    words.wait_for(state="attached")
    box = words.bounding_box()
    assert box["width"] <= 1 and box["height"] <= 1
    assert ALT in page.locator(".jp-OutputArea").first.aria_snapshot()
    image = page.locator(".jp-OutputArea img").bounding_box()
    assert image["width"] == pytest.approx(800, abs=1)
    area = page.locator(".jp-Cell-outputArea").first.bounding_box()
    assert area["height"] - image["height"] < 30, "the words take no room"


def test_a_slider_moves_by_keys_and_the_picture_follows(page, lab):
    open_notebook(page, lab, [nbformat.v4.new_code_cell(CODE)])
    run_all(page)
    page.locator("img.widget-image").wait_for()
    assert ALT in page.locator(".jp-OutputArea").first.aria_snapshot()
    page.get_by_text("rate 0.50").wait_for()
    handle = page.get_by_role("slider")
    handle.focus()
    page.evaluate(WATCH)
    for step in range(1, 11):
        seen = page.evaluate("window.drawn.length")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"window.drawn.length > {seen}")
        page.get_by_text(f"rate {0.5 + step / 100:.2f}").wait_for()

    # Keys faster than pictures: the last value is drawn, and not one picture for each key.
    seen = page.evaluate("window.drawn.length")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.get_by_text("rate 0.80").wait_for()
    assert page.evaluate("window.drawn.length") - seen < 20
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.get_by_role("alert").get_by_text("ValueError: too steep").wait_for()
    assert page.locator(".jp-OutputArea-error, [data-mime-type='application/vnd.jupyter.error']").count() == 0
    page.keyboard.press("Home")
    page.get_by_text("rate 0.00").wait_for()
