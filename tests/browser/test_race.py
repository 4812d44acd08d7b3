"""The race in a real JupyterLab: a click on the map, keys, a run, a restarted kernel, a line of code that reproduces it."""

import re

import nbformat
import pytest
from pages import READY, RESTART, SAVE, WATCH, open_notebook, run_all
from playwright.sync_api import expect
from test_playgrounds import drag_wildly

from helpers.plots.race_map import MAP

CALL = 'playground.race("bowl", sgd={}, adam={}, steps=100)'
PIXELS = "img => fetch(img.src).then(got => got.arrayBuffer()).then(a => Array.from(new Uint8Array(a)).join())"
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
# The middle of the map, the lowest point of the bowl, as shares of the picture.
MIDDLE = MAP[0] + MAP[2] / 2, 1 - MAP[1] - MAP[3] / 2


def open_races(page, lab, *calls):
    first = nbformat.v4.new_code_cell("from helpers import playground, progress")
    open_notebook(page, lab, [first, *map(nbformat.v4.new_code_cell, calls)])
    run_all(page)
    expect(page.locator(".race-map img")).to_have_count(len(calls), timeout=60_000)
    expect(code(page)).to_have_value(re.compile("playground.race"), timeout=60_000)


def code(page):
    return page.get_by_label("as code").first


def changed(page, act):
    """Do something, wait until the line of code is another one, and return it."""
    before = code(page).input_value()
    act()
    expect(code(page)).not_to_have_value(before, timeout=20_000)
    return code(page).input_value()


def button(page, name):
    return page.locator(".jp-OutputArea").get_by_role("button", name=name, exact=True).first


def slider(page, name):
    return page.locator(".widget-hslider", has=page.get_by_text(name, exact=True)).first.locator(".noUi-handle")


def start_of(line):
    return [float(value) for value in re.search(r"start=\((.*?)\)", line)[1].split(",")]


def test_a_click_on_the_map_and_keys(page, lab):
    open_races(page, lab, CALL)
    box = page.locator(".race-map img").bounding_box()
    middle = {"x": box["width"] * MIDDLE[0], "y": box["height"] * MIDDLE[1]}
    line = changed(page, lambda: page.locator(".race-map").click(position=middle))
    assert start_of(line) == pytest.approx([0, 0], abs=0.03)
    page.locator(".race-map").click(position={"x": 5, "y": 5})  # beside the map: nothing
    x = start_of(line)[0]
    line = changed(page, lambda: slider(page, "start x").press("ArrowRight"))
    assert start_of(line)[0] == pytest.approx(x + 0.02, abs=0.0101)

    assert "at=" not in line
    assert "at=99" in changed(page, lambda: slider(page, "step").press("ArrowLeft"))
    assert "at=98" in changed(page, button(page, "Step back").click)
    assert "at=99" in changed(page, button(page, "Step on").click)
    assert "nadam=" in changed(page, button(page, "Nadam").click)
    assert "sgd=" not in changed(page, button(page, "gradient descent").click)
    line = changed(page, lambda: slider(page, "learning rate").press("ArrowRight"))
    assert 'adam={"learning_rate": 0.112}' in line
    expect(page.locator(".jp-OutputArea tbody th")).to_have_count(2)
    code(page).fill("anything")
    code(page).press("Tab")
    expect(code(page)).to_have_value(line, timeout=20_000)
    line = changed(page, lambda: page.locator(".jp-OutputArea select").select_option("the mountain"))
    page.wait_for_function(IDLE)
    assert start_of(code(page).input_value()) == [16.65, 9.6] and "at=" not in line


def test_run_pause_and_a_kernel_that_restarts_meanwhile(page, lab):
    open_races(page, lab, CALL)
    button(page, "Run").click()  # at the end: from the start again
    button(page, "Pause").wait_for()
    page.evaluate(WATCH)
    page.wait_for_function("window.drawn.length > 5")
    button(page, "Pause").click()
    button(page, "Run").wait_for()
    page.wait_for_function(IDLE)
    step = int(slider(page, "step").get_attribute("aria-valuetext").split(".")[0])
    assert 5 < step < 100
    expect(code(page)).to_have_value(re.compile(f"at={step}\\)"))
    expect(page.get_by_role("status").filter(has_text=f"After {step} steps")).to_have_count(1)

    button(page, "Run").click()
    button(page, "Pause").wait_for()
    page.evaluate(RESTART)
    page.wait_for_function(IDLE)
    slider(page, "step").press("ArrowLeft")  # of a picture whose kernel is gone: nothing happens, without an error
    run_all(page)
    expect(code(page)).to_have_value(re.compile(r"steps=100\)"), timeout=60_000)
    assert "at=99" in changed(page, lambda: slider(page, "step").press("ArrowLeft"))
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_names_and_keys_are_enough(page, lab):
    """Each slider has its label as its name, those of a racer that joins later too; arrows move the list."""
    open_races(page, lab, CALL)
    for name in ("step", "start x", "start y", "steps in all", "β₁", "β₂"):
        expect(page.get_by_role("slider", name=name, exact=True)).to_have_count(1, timeout=20_000)
    changed(page, button(page, "Nadam").click)
    expect(page.get_by_role("slider", name="learning rate", exact=True)).to_have_count(3, timeout=20_000)
    cells = page.locator(".jp-CodeCell").count()
    where = page.get_by_role("combobox", name="landscape")
    where.focus()
    assert "ravine" in changed(page, lambda: page.keyboard.press("ArrowDown"))
    expect(where).to_be_focused()
    page.keyboard.press("x")  # a command of JupyterLab: it would cut the cell
    assert page.locator(".jp-CodeCell").count() == cells


def test_wild_drags_and_a_smaller_window(page, lab):
    """The last value counts, and picture, table and controls stay within the page."""
    open_races(page, lab, CALL)
    for name, told in (("start x", r"start=\({:g},"), ("step", r"at={:g}\)")):
        shown = drag_wildly(page, page.locator(".widget-hslider", has=page.get_by_text(name, exact=True)).first)
        wanted = re.compile(told.format(float(shown.replace("−", "-"))))
        expect(code(page)).to_have_value(wanted, timeout=20_000)
    picture = page.locator(".race-map img")
    for width in (900, 760, 640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        line = code(page).input_value()
        slider(page, "step").press("ArrowRight")
        expect(code(page)).not_to_have_value(line, timeout=20_000)
        area = page.locator(".jp-OutputArea:has(.race-map)").first.bounding_box()
        for part in (picture, page.locator(".jp-OutputArea .widget-html:has(table)"), code(page)):
            box = part.bounding_box()
            assert area["x"] <= box["x"] and box["x"] + box["width"] <= area["x"] + area["width"] + 1, width
    page.locator(".race-map").click(position={"x": picture.bounding_box()["width"] * MIDDLE[0], "y": 100})
    assert start_of(changed(page, lambda: slider(page, "step").press("ArrowRight")))[0] == pytest.approx(0, abs=0.03)


def test_the_line_of_code_makes_the_same_picture(page, lab):
    line = 'playground.race(landscape="rosenbrock", start=(-1.234, 1.5), momentum={"learning_rate": 0.00137}, '
    line += 'rmsprop={"learning_rate": 0.2, "rho": 0.5}, steps=150, at=60)'
    open_races(page, lab, line, line.replace("at=60", "at=40"))
    pictures, codes = page.locator(".race-map img"), page.get_by_label("as code")
    expect(codes.nth(0)).to_have_value(line, timeout=20_000)
    handle = page.locator(".widget-hslider", has=page.get_by_text("step", exact=True)).nth(1).locator(".noUi-handle")
    for _ in range(20):
        handle.press("ArrowRight")
    expect(codes.nth(1)).to_have_value(line, timeout=20_000)
    page.wait_for_function(IDLE)
    assert pictures.nth(0).evaluate(PIXELS) == pictures.nth(1).evaluate(PIXELS)


def test_one_race_in_two_tabs(page, lab):
    """What one tab changes, the other shows: picture, controls and line of code are those of one race."""
    open_races(page, lab, CALL)
    other = page.context.new_page()
    page.evaluate(SAVE)
    other.goto(page.url.split("?")[0] + f"?reset&token={lab.token}")
    other.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    other.evaluate(READY)
    expect(code(other)).to_have_value(code(page).input_value(), timeout=20_000)
    for one, another in ((page, other), (other, page), (page, other)):
        line = changed(one, lambda one=one: slider(one, "step").press("ArrowLeft"))
        expect(code(another)).to_have_value(line, timeout=20_000)
        pictures = [tab.locator(".race-map img").evaluate(PIXELS) for tab in (one, another)]
        assert pictures[0] == pictures[1]
    assert "at=97" in line and "ravine" in changed(other, lambda: other.get_by_label("landscape").press("ArrowDown"))
    expect(code(page)).to_have_value(re.compile("ravine"), timeout=20_000)
    assert page.get_by_text("Error displaying widget").count() == 0
