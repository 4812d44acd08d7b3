"""A notebook that is saved and opened again: controls that its kernel has work, of others the pictures stay."""

import nbformat
from pages import READY, RESTART, SAVE, SHUT_DOWN, open_notebook, run_to_the_end
from playwright.sync_api import expect
from test_pictures import ALT, CODE

QUIZ = "from helpers import check\ncheck.predict_race(...)"
NOTE = "The controls ended with their kernel"
WIDTH = "image => image.decode().then(() => image.naturalWidth)"
WORK = """
import pathlib, time
print("at work", flush=True)
while not pathlib.Path("zz_enough").exists():
    time.sleep(0.05)
"""


def load_again(page, lab):
    """Load the page anew, as the file now is; its kernel need not have answered yet."""
    page.goto(page.url.split("?")[0] + f"?reset&token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()


def open_again(page, lab):
    load_again(page, lab)
    page.evaluate(READY)


def restart_and_open_again(page, lab):
    """Run all cells, save what they show, and begin the kernel anew."""
    run_to_the_end(page)
    page.evaluate(SAVE)
    page.evaluate(RESTART)
    open_again(page, lab)


def press_the_slider(page):
    """There is one, and its picture follows: the kernel hears it."""
    handle = page.get_by_role("slider")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("rate 0.51").wait_for()


def run_cell(page, number):
    """Run the cell of code of this number, counted from 0."""
    page.locator(".jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.press("Control+Enter")


def assert_still(page):
    """The playground is a picture with its words, the quiz its text; each says how the controls come back."""
    picture = page.locator(".jp-OutputArea img")
    assert picture.evaluate(WIDTH) >= 800
    assert ALT in page.locator(".jp-OutputArea").first.aria_snapshot()
    page.get_by_text("(in JupyterLab: buttons").wait_for()
    expect(page.get_by_text(NOTE)).to_have_count(2)
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.get_by_role("slider").count() == 0, "no handle that moves nothing"


def test_with_its_kernel_alive_and_after_it_has_ended(page, lab):
    open_notebook(page, lab, [nbformat.v4.new_code_cell(CODE), nbformat.v4.new_code_cell(QUIZ)])
    run_to_the_end(page)
    page.evaluate(SAVE)

    open_again(page, lab)
    press_the_slider(page)
    assert page.get_by_text(NOTE).count() == 0

    for _ in range(2):  # what is saved from such a page is whole, too
        page.evaluate(SHUT_DOWN)
        open_again(page, lab)
        assert_still(page)
        page.evaluate(SAVE)

    run_to_the_end(page)
    press_the_slider(page)
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_after_the_kernel_began_anew(page, lab):
    """Loaded again after a restart, a playground is a picture until its cell is run; what has run since has controls."""
    open_notebook(page, lab, [nbformat.v4.new_code_cell(code) for code in (CODE, QUIZ, CODE)])
    restart_and_open_again(page, lab)
    expect(page.get_by_text(NOTE)).to_have_count(3)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(page.get_by_role("slider")).to_have_count(0)

    run_cell(page, 2)
    page.get_by_role("slider").wait_for()
    page.evaluate(SAVE)
    open_again(page, lab)
    press_the_slider(page)
    expect(page.get_by_text(NOTE)).to_have_count(2)


def test_after_the_kernel_began_anew_and_while_it_is_at_work(page, lab):
    """A kernel that runs a cell tells its widgets all the same: a page loaded meanwhile shows no error, then or later."""
    enough = lab.course / "notebooks" / "zz_enough"
    enough.touch()
    open_notebook(page, lab, [nbformat.v4.new_code_cell(code) for code in (CODE, QUIZ, CODE, WORK)])
    restart_and_open_again(page, lab)
    run_cell(page, 2)
    page.get_by_role("slider").wait_for()
    page.evaluate(SAVE)
    enough.unlink()
    run_cell(page, 3)
    page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    load_again(page, lab)
    expect(page.get_by_text(NOTE)).to_have_count(2)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)

    enough.touch()
    page.evaluate(READY)
    press_the_slider(page)
    expect(page.get_by_text(NOTE)).to_have_count(2)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    enough.touch()
