"""A notebook that is saved and opened again: controls that its kernel has work, of others the pictures stay."""

import nbformat
from playwright.sync_api import expect
from test_lab import READY, SHUT_DOWN
from test_pictures import ALT, CODE, open_notebook
from test_playgrounds import RESTART, run_to_the_end

QUIZ = "from helpers import check\ncheck.predict_race(...)"
SAVE = "async () => { await jupyterapp.commands.execute('docmanager:save'); }"
NOTE = "The controls ended with their kernel"
WIDTH = "image => image.decode().then(() => image.naturalWidth)"


def open_again(page, lab):
    """Load the page anew, as the file now is."""
    page.goto(page.url.split("?")[0] + f"?reset&token={lab.token}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    page.evaluate(READY)


def assert_still(page):
    """The playground is a picture with its words, the quiz its text; each says how the controls come back."""
    picture = page.locator(".jp-OutputArea img")
    assert picture.evaluate(WIDTH) >= 800
    assert ALT in page.locator(".jp-OutputArea").first.aria_snapshot()
    page.get_by_text("(in JupyterLab: buttons").wait_for()
    expect(page.get_by_text(NOTE)).to_have_count(2)
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.get_by_role("slider").count() == 0, "no handle that moves nothing"


def test_with_its_kernel_alive_and_after_it_has_ended(watched, lab):
    page, faults = watched
    open_notebook(page, lab, [nbformat.v4.new_code_cell(CODE), nbformat.v4.new_code_cell(QUIZ)])
    try:
        run_to_the_end(page)
        page.evaluate(SAVE)

        open_again(page, lab)
        handle = page.get_by_role("slider")
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.get_by_text("rate 0.51").wait_for()
        assert page.get_by_text(NOTE).count() == 0

        for _ in range(2):  # what is saved from such a page is whole, too
            page.evaluate(SHUT_DOWN)
            open_again(page, lab)
            assert_still(page)
            page.evaluate(SAVE)

        run_to_the_end(page)
        handle = page.get_by_role("slider")
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.get_by_text("rate 0.51").wait_for()
        expect(page.get_by_text(NOTE)).to_have_count(0)
        # JupyterLab asks a new kernel for its debugger, and says so when the kernel ends before it has answered.
        assert [fault for fault in faults if "debugger state" not in fault] == []
    finally:
        page.evaluate(SHUT_DOWN)


def test_after_the_kernel_began_anew(watched, lab):
    """Loaded again after a restart, a playground is a picture until its cell is run; what has run since has controls."""
    page, faults = watched
    open_notebook(page, lab, [nbformat.v4.new_code_cell(code) for code in (CODE, QUIZ, CODE)])
    try:
        run_to_the_end(page)
        page.evaluate(SAVE)
        page.evaluate(RESTART)
        open_again(page, lab)
        expect(page.get_by_text(NOTE)).to_have_count(3)
        expect(page.get_by_text("Error displaying widget")).to_have_count(0)
        expect(page.get_by_role("slider")).to_have_count(0)

        page.locator(".jp-CodeCell .cm-content").last.click()
        page.keyboard.press("Control+Enter")
        page.get_by_role("slider").wait_for()
        page.evaluate(SAVE)
        open_again(page, lab)
        handle = page.get_by_role("slider")
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.get_by_text("rate 0.51").wait_for()
        expect(page.get_by_text(NOTE)).to_have_count(2)
        assert [fault for fault in faults if "debugger state" not in fault] == []
    finally:
        page.evaluate(SHUT_DOWN)
