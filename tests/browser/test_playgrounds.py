"""Controls as people treat them: keys alone, wild drags, a window that shrinks, two tabs, a kernel that goes away."""

import nbformat
import numpy as np
import pytest
from pages import OUTPUTS, RESTART, WATCH, open_notebook, run_to_the_end
from playwright.sync_api import expect

LINE = """
from helpers import playground

def line(fig, rate, kind):
    fig.axes[0].plot([0, 1], [0, rate], color="black" if kind == "plain" else "red")
    fig.axes[0].set_title(f"The rate is {rate:.2f}")
    return f"{kind} {rate:.2f}"

rate = playground.slider("Rate", 0.0, 1.0, 0.5, 0.01)
kind = playground.choice("Kind", ["plain", "bold", "thin"])
ground = lambda fig: fig.axes[0].set(xlim=(0, 1), ylim=(0, 1))
playground.explore(line, "A line that rises to the value of the slider.", ground=ground, rate=rate, kind=kind)
"""
LOGARITHMIC = """
rate = playground.slider("Learning rate", 0.001, 10.0, 0.1, log=True)
playground.explore(lambda fig, rate: f"now {rate:.3g}", "Nothing but its words.", rate=rate)
"""
PLAY = """
import ipywidgets

ticks = ipywidgets.Play(max=100, interval=60)
ipywidgets.jslink((ticks, "value"), (rate, "value"))
ticks
"""


@pytest.fixture
def notebook(page, lab):
    """Return a function that opens a notebook of these cells and runs it; afterwards nothing must have gone wrong."""

    def run(*sources):
        open_notebook(page, lab, [nbformat.v4.new_code_cell(source) for source in sources])
        run_to_the_end(page)
        return page

    yield run
    bad = [output for _, output in page.evaluate(OUTPUTS) if output["output_type"] == "error"]
    assert bad == []


def says(page, text):
    expect(page.get_by_role("status").filter(has_text=text).first).to_be_attached(timeout=20_000)


def test_keys_and_names_are_enough(notebook):
    """Each control has its label as its name, tells its value, and is reached with Tab and moved with arrows."""
    page = notebook(LINE, LOGARITHMIC)
    rate = page.get_by_role("slider", name="Rate", exact=True)
    rate.focus()
    page.keyboard.press("ArrowRight")
    says(page, "plain 0.51")
    expect(rate).to_have_attribute("aria-valuetext", "0.51")
    page.keyboard.press("PageUp")
    page.keyboard.press("End")
    says(page, "plain 1.00")

    kind = page.get_by_role("combobox", name="Kind")
    for _ in range(3):  # the slider's number can be typed, so Tab passes it on the way
        if not kind.evaluate("list => list === document.activeElement"):
            page.keyboard.press("Tab")
    expect(kind).to_be_focused()
    page.keyboard.press("ArrowDown")
    says(page, "bold 1.00")
    cells = page.locator(".jp-CodeCell").count()
    page.keyboard.press("x")  # a command of JupyterLab: it would cut the cell
    page.keyboard.press("ArrowDown")
    says(page, "thin 1.00")
    assert page.locator(".jp-CodeCell").count() == cells

    learning_rate = page.get_by_role("slider", name="Learning rate")
    learning_rate.focus()
    page.keyboard.press("End")
    says(page, "now 10")
    expect(learning_rate).to_have_attribute("aria-valuetext", "10")


def drag_wildly(page, slider):
    """Pull a slider's handle to and fro, far beyond its ends, and let it go at a quarter of its way."""
    handle = slider.locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    track, grip = slider.locator(".noUi-base").bounding_box(), handle.bounding_box()
    middle = grip["y"] + grip["height"] / 2
    page.mouse.move(grip["x"] + grip["width"] / 2, middle)
    page.mouse.down()
    rng = np.random.default_rng(0)
    for across, away in zip(rng.uniform(-0.3, 1.3, 80), rng.uniform(-150, 150, 80), strict=True):
        page.mouse.move(track["x"] + across * track["width"], middle + away)
    page.mouse.move(track["x"] + 0.25 * track["width"], middle)
    page.mouse.up()
    return slider.locator(".widget-readout").inner_text()


def test_a_wild_drag_ends_in_the_picture_of_its_last_value(notebook):
    """Eighty moves are not eighty pictures: the kernel draws as fast as it can, and the last value."""
    page = notebook(LINE)
    page.evaluate(WATCH)
    shown = drag_wildly(page, page.locator(".widget-hslider").first)
    assert 0.2 < float(shown) < 0.3
    says(page, f"plain {shown}")
    assert 0 < page.evaluate("window.drawn.length") < 80
    page.keyboard.press("Home")
    says(page, "plain 0.00")


def test_a_smaller_window_holds_the_picture_and_its_controls(notebook):
    page = notebook(LINE)
    picture = page.locator("img.widget-image").first
    wide = picture.bounding_box()["width"]
    handle = page.get_by_role("slider", name="Rate", exact=True)
    for width in (600, 420, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        handle.scroll_into_view_if_needed()
        handle.focus()
        page.keyboard.press("ArrowRight")
        area = page.locator(".jp-OutputArea").first
        inside = "area => area.scrollWidth <= area.clientWidth + 1"
        assert area.evaluate(inside) or width < 500
        assert picture.bounding_box()["width"] <= area.bounding_box()["width"]
    says(page, "plain 0.53")
    assert picture.bounding_box()["width"] == pytest.approx(wide, abs=1)


def test_opened_twice_both_follow(notebook, lab):
    page = notebook(LINE)
    other = page.context.new_page()
    other.goto(page.url.split("?")[0] + f"?reset&token={lab.token}")
    other.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    other.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    run_to_the_end(other)
    for one in (page, other, page):
        handle = one.get_by_role("slider", name="Rate", exact=True)
        before = one.locator("img.widget-image").first.get_attribute("src")
        handle.focus()
        one.keyboard.press("ArrowLeft")
        expect(one.locator("img.widget-image").first).not_to_have_attribute("src", before, timeout=20_000)
    says(page, "plain 0.48")
    says(other, "plain 0.49")
    errors = [output for _, output in other.evaluate(OUTPUTS) if output["output_type"] == "error"]
    assert errors == []


def test_a_kernel_restarted_while_it_plays(notebook):
    """The picture stops, nothing is written over it; run again, the controls work."""
    turning = LINE.replace('"Rate", 0.0, 1.0, 0.5, 0.01', '"Rate", 0, 100, 0, 1')
    page = notebook(turning, PLAY)
    page.locator(".jupyter-widget-play button, .widget-play button").first.click()
    page.wait_for_function("() => document.querySelector('[role=slider]').ariaValueNow > 5")
    page.evaluate(RESTART)
    says(page, "plain")
    run_to_the_end(page)
    handle = page.get_by_role("slider", name="Rate", exact=True)
    handle.focus()
    page.keyboard.press("ArrowRight")
    says(page, "plain 1.00")
