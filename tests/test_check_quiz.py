"""Predictions answered by button: judged and noted as typed ones, and the plain text stands wherever no widget can."""

import dataclasses
import json
import math

import nbformat
import pytest
from nbclient import NotebookClient

from clones import ROOT
from helpers import check, progress
from helpers.check import quiz, registry, session
from helpers.classroom import handed_in


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    return tmp_path


def choose(id, value):
    return session.chosen(registry.get(id), value)


def kept(home, id):
    return json.loads((home / ".progress.json").read_text())["exercises"][id]


def test_outside_a_notebook_an_open_prediction_is_plain_text(home):
    assert not quiz.possible()
    shown = check.predict_beta(...)
    assert type(shown).__name__ == "Result"
    assert shown.status == "not yet"
    assert "above" not in repr(shown)


@pytest.mark.parametrize("answer", ["a", "b"])
def test_a_chosen_answer_gets_the_verdict_of_a_typed_one_and_counts_as_much(home, answer):
    typed = check.predict_beta(answer)
    entry = kept(home, "predict_beta")
    progress.reset(sure=True)
    shown = choose("predict_beta", answer)
    assert (shown.status, shown.message) == (typed.status, typed.message)
    assert f"`{answer!r}`" in shown.notes[-1]
    again = kept(home, "predict_beta")
    assert again.pop("chosen") == answer
    assert again.keys() == entry.keys()
    assert again["tries"] == entry["tries"]


def test_what_was_chosen_is_told_when_the_cell_runs_again_and_can_be_changed(home):
    choose("predict_beta", "c")
    assert check.predict_beta(...).status == "failed"
    assert "`'c'`" in check.predict_beta(...).notes[0]
    choose("predict_beta", "b")
    assert check.predict_beta(...).passed
    choose("predict_beta", "a")
    assert "`'a'`" in check.predict_beta(...).notes[0]
    assert "predict_beta" in progress.passed()  # what is passed stays passed
    assert check.predict_beta("b").notes == ()  # a typed answer speaks for itself


def test_a_chosen_number_is_kept_to_its_last_digit(home):
    value = quiz.number("0.02 * (168.8 / 3) * (168.8 / 3) / 4")
    assert choose("predict_price", value).passed
    assert progress.chosen("predict_price") == value
    assert check.predict_price(...).passed


def test_choices_travel_with_saved_progress(home, capsys):
    choose("predict_beta", "c")
    path = progress.save().path
    progress.reset(sure=True)
    assert check.predict_beta(...).status == "not yet"
    progress.restore(path)
    assert progress.chosen("predict_beta") == "c"


@pytest.mark.parametrize("spoilt", [["c"], {"a": 1}, True, None, "z", math.nan])
def test_a_spoilt_note_does_no_harm(home, spoilt):
    (home / ".progress.json").write_text(json.dumps({"exercises": {"predict_beta": {"chosen": spoilt}}}))
    assert not check.predict_beta(...).passed
    assert type(progress.chosen("predict_beta")) in (str, float, type(None))


def test_where_nothing_can_be_kept_it_does_not_say_so(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path / "file"))
    assert "progress keeps it" not in repr(choose("predict_beta", "b"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), ("1e-3", 0.001), ("2/101", 2 / 101), ("−3", -3), ("4 * 53.1", 212.4), ("(1 + 2) / 4", 0.75)],
)
def test_a_number_is_read_as_it_would_be_typed(text, value):
    assert quiz.number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["", "abc", "0,5", "1/0", "True", "exit()", "9**9**9", "'1'", "[1]", "(" * 150, "1e999 / 1e999 +", "1;2"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        quiz.number(text)


CELLS = [
    "from helpers import check\nfrom helpers.check import quiz\nimport ipywidgets",
    "choice = ...\ncheck.predict_beta(choice)",
    "check.predict_price(...)",
    "panel = quiz._panels['predict_beta']\npanel._buttons['c'].click()\n"
    "print([b.description for b in panel._buttons.values()])",
    "field = quiz._panels['predict_price']\nfield._field.value = '142.5'\nfield.answer_number()",
    "from ipywidgets.widgets import widget\n\n\n"
    "def count():\n    return len(widget._instances)\n\n\n"
    "before = count()\nfor _ in range(20):\n    check.predict_beta(...)._ipython_display_()\nprint(count() - before)",
    "panel._buttons['a'].comm is None",
    "quiz._Panel = None\ncheck.predict_beta(...)",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    patch = pytest.MonkeyPatch()
    patch.setenv("HOW_MODELS_LEARN_HOME", str(home))
    patch.setenv("PYTHONPATH", str(ROOT))
    NotebookClient(book, kernel_name="python3", timeout=60, resources={"metadata": {"path": home}}).execute()
    patch.undo()
    nbformat.write(book, home / "as saved.ipynb")
    return home, [cell.outputs for cell in book.cells]


def test_a_notebook_shows_buttons_and_below_them_the_text(outputs):
    widget, told = outputs[1][2]
    assert "application/vnd.jupyter.widget-view+json" in widget["data"]
    assert widget["data"]["text/plain"] == "(in JupyterLab: a field for a number)"
    assert outputs[1][1][0]["data"]["text/plain"] == "(in JupyterLab: buttons a, b, c, d)"
    assert set(told["data"]) == {"text/plain", "text/html"}


def test_a_press_changes_the_stored_verdict_and_marks_the_button_in_words(outputs):
    home, cells = outputs
    assert "'a', 'b', 'c (chosen)', 'd'" in cells[3][0]["text"]
    assert "0.9 is what most people type" in cells[1][1]["data"]["text/plain"]
    assert "For batches of 1" in cells[2][1]["data"]["text/plain"]
    assert kept(home, "predict_beta")["chosen"] == "c"
    assert kept(home, "predict_price")["chosen"] == 142.5


def test_what_was_chosen_is_read_in_the_notebook_as_it_was_saved(outputs):
    home, _ = outputs
    (book,) = handed_in.find(home / "as saved.ipynb")
    assert book.chosen == {"predict_beta": "c", "predict_price": 142.5}


@pytest.mark.parametrize("value", ["b", 142.5, 3, 2 / 101, "gradient descent"])
def test_the_sentence_on_a_choice_is_read_as_it_was_written(home, value):
    shown = session.chosen(registry.get("predict_race"), value)
    assert quiz.read_chosen(repr(shown)) == ("predict_race", value)
    assert quiz.read_chosen(repr(dataclasses.replace(shown, notes=()))) is None


@pytest.mark.parametrize("said", ["[1]", "__import__('os')", "'b", "", "True", "9" * 9000, "nan", "(" * 999])
def test_what_only_looks_like_that_sentence_is_no_choice(said):
    assert quiz.read_chosen(f"✓ Passed: predict_beta\nYour answer by button: `{said}`.") is None
    assert quiz.read_chosen(f"Your answer by button: `{said}`.") is None


def test_a_cell_that_runs_again_gives_its_widgets_back(outputs):
    assert outputs[1][5][-1]["text"].strip() == "0"
    assert outputs[1][6][0]["data"]["text/plain"] == "True"


def test_widgets_that_cannot_be_made_leave_the_text(outputs):
    (told,) = outputs[1][7]
    assert "predict_beta" in told["data"]["text/plain"]
    assert "No buttons" in told["data"]["text/plain"]
