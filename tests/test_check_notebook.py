"""Checks inside a real kernel: answers written in cells, located in cells, saved from cells."""

import json

import nbformat
import pytest
from nbclient import NotebookClient

from clones import ROOT

CELLS = [
    "import numpy as np\nfrom helpers import check, hint, progress\npower = 2",
    "def size(a):\n    return a.size\n\n"
    "def mse(y_true, y_pred):\n    return np.sum((y_true - y_pred) ** power) / size(y_true)\n\ncheck.mse(mse)",
    "def mae(y_true, y_pred):\n    # a comment\n    return np.abs(y_true - y_pred).mean() + nothing\n\ncheck.mae(mae)",
    "def mae(y_true, y_pred):\n    ...\n\ncheck.mae(mae)",
    "check.mae(lambda t, p: np.abs(t - p).mean())",
    "check.mse(np.dot)\n",
    "hint('mse')",
    "check.exercises()",
    "progress()",
    "check.mse(mse(np.ones(2), np.ones(2)))",
    "print(sorted(progress.my_helpers()), 'IPython' in dir())",
    "check.mes",
    "progress('99')",
    "progress('01')",
    "from helpers.optimizers import Optimizer\n\n\nclass SGD(Optimizer):\n    def __init__(self, learning_rate=0.01, **options):\n"
    "        super().__init__(learning_rate, **options)\n\n    def update_step(self, w, g, lr, t):\n        print('t', t)\n"
    "        w -= lr * g\n\ncheck.sgd(SGD)",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    patch = pytest.MonkeyPatch()
    patch.setenv("HOW_MODELS_LEARN_HOME", str(home))
    patch.setenv("PYTHONPATH", str(ROOT))
    NotebookClient(
        book, kernel_name="python3", allow_errors=True, timeout=60, resources={"metadata": {"path": home}}
    ).execute()
    patch.undo()
    return home, [cell.outputs for cell in book.cells]


def text(outputs):
    return "\n".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in outputs)


def test_an_answer_written_in_a_cell_passes_and_shows_itself(outputs):
    (shown,) = outputs[1][1]
    assert shown["data"]["text/plain"].startswith("✓ Passed: mse")
    assert "<strong>✓ Passed: <code>mse</code></strong>" in shown["data"]["text/html"]


def test_an_exception_is_located_in_the_cell(outputs):
    message = text(outputs[1][2])
    assert "NameError: name 'nothing' is not defined, at line 3 of the cell: `return np.abs" in message
    assert "Traceback" not in message


def test_blank_lambda_and_value(outputs):
    assert text(outputs[1][3]).startswith("… Not yet: mae")
    assert text(outputs[1][4]).startswith("✓ Passed: mae")
    assert "by its name alone" in text(outputs[1][9])


def test_hint_listing_and_progress_show_themselves(outputs):
    assert "Hint 1 of 3" in text(outputs[1][6])
    assert "binary_cross_entropy" in text(outputs[1][7])
    assert "done" in text(outputs[1][8])
    assert all("text/html" in outputs[1][i][0]["data"] for i in (6, 7, 8))


def test_the_saved_file_is_plain_python_that_stands_alone(outputs):
    home, _ = outputs
    file = (home / "my_helpers.py").read_text()
    assert "import numpy as np" in file
    assert "def size(a):" in file
    assert "power = 2" in file
    assert "mae = lambda t, p: np.abs(t - p).mean()" in file
    space = {}
    exec(compile(file, "my_helpers.py", "exec"), space)
    np = space["np"]
    assert space["mse"](np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 2
    assert json.loads((home / ".progress.json").read_text())["exercises"]["mae"]["saved"] is True
    assert text(outputs[1][10]).startswith("['mae', 'mse']")


def test_an_unknown_id_names_the_nearest(outputs):
    assert "Did you mean mse" in outputs[1][11][0]["evalue"]
    assert outputs[1][11][0]["traceback"] == ["AttributeError: there is no exercise 'mes'. Did you mean mse or mae?"]


def test_a_lesson_is_found_by_its_number_as_text(outputs):
    assert "there is no lesson '99'" in outputs[1][12][0]["evalue"]
    (line,) = outputs[1][12][0]["traceback"]
    assert line.startswith("ValueError: there is no lesson '99'")
    assert text(outputs[1][13]).startswith("lesson 01")


def test_what_a_class_prints_is_shown_below_its_verdict(outputs):
    shown = text(outputs[1][14])
    assert shown.startswith("✓ Passed: sgd")
    assert "Your answer printed, with the default arguments:\n    t 1\n    t 1\n    t 2" in shown
