"""A class's notebooks, run and judged: whatever one of them does costs its own row and nothing else."""

import csv
import html.parser
import json
import os
import subprocess
import sys
import time
import zipfile

import nbformat
import psutil
import pytest

from clones import ROOT
from helpers.check import __main__ as command
from helpers.check import registry
from helpers.classroom import collect, handed_in, tables

IMPORTS = "import numpy as np\nfrom helpers import check"
MSE = "def mse(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n\ncheck.mse(mse)"
SUM = MSE.replace("np.mean", "np.sum")
MAE = "def mae(y_true, y_pred):\n    return np.mean(np.abs(y_true - y_pred))\n\ncheck.mae(mae)"
SUMMED = next(id for id in registry.get("mse").mistakes if id.startswith("sum"))  # the name of that mistake
BLANK = "def mse(y_true, y_pred):\n    ...\n\ncheck.mse(mse)"
PRIVATE = "A_SECRET_OF_THE_INSTRUCTOR"

# Each: cells between the first and the last, which pass mse and mae; what becomes of mae, and what the note says.
HOSTILE = {
    "sys.exit": ("import sys\nsys.exit(3)", "passed", ""),
    "exit": ("exit()", "passed", ""),
    "a syntax error": ("def f(:", "passed", ""),
    "an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self):\n        raise self\nraise E",
        "passed",
        "",
    ),
    "printing a gigabyte": ("for i in range(1000):\n    print('x' * 1_000_000)", "passed", ""),
    "asking": ("input('your name?')", "passed", ""),
    "magics": (
        "%matplotlib inline\n!rm -rf everything\n%time answer = 42\nfiles = !ls\nassert answer == 42\nprint?",
        "passed",
        "",
    ),
    "a timed cell": ("%%time\nanswer = 42\nassert get_ipython().nothing() is None", "passed", ""),
    "an endless loop": ("while True:\n    pass", "not reached", "stopped after 8 seconds, in its code cell 3"),
    "a memory hog": (
        "hog = []\nwhile True:\n    hog.append(bytearray(b'x') * 10_000_000)",
        "not reached",
        "stopped at more than 700 MB of memory, in its code cell 3",
    ),
    "killing itself": (
        "import os\nos.kill(os.getpid(), 9)",
        "not reached",
        "its Python ended, in its code cell 3",
    ),
    "killing its parent": ("import os\nos.kill(os.getppid(), 9)", "passed", ""),
    "leaving a process": (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', 'LEFT_BEHIND'],"
        " start_new_session=True)",
        "passed",
        "",
    ),
    "leaving a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
        "passed",
        "",
    ),
    "forging": (
        # Every descriptor that may lead to the instructor is told verdicts, broken lines and a line without an end.
        "import json, os\n"
        "lies = [{'id': 'adam', 'status': 'passed', 'mistake': None, 'message': ''}, {'id': 'mse', 'status': 'best'},\n"
        "        {'id': ['mse']}, {'ready': 1}, [], None, {'id': '../x', 'status': 'passed', 'mistake': 1, 'message': 2}]\n"
        "text = b'\\n'.join(json.dumps(lie).encode() for lie in lies) + b'\\n' + b'[' * 300_000 + b'\\n\\xff\\n'\n"
        "for number in range(3, 30):\n"
        "    try:\n"
        "        os.write(number, text)\n"
        "    except OSError:\n"
        "        pass\n",
        "not reached",  # for it has told lies to its own worker too, and now waits for it
        "stopped after 8 seconds, in its code cell 4",
    ),
    "the instructor's home": (
        f"import os, pathlib\nassert {PRIVATE!r} not in os.environ\n"
        "pathlib.Path.home().joinpath('mine').write_text('x')\n"
        "assert pathlib.Path.home() == pathlib.Path.cwd() == pathlib.Path(os.environ['HOW_MODELS_LEARN_HOME'])\n"
        "assert not os.path.exists('results.csv')",
        "passed",
        "",
    ),
}


def notebook(*cells, exercise=(), shown=()):
    """shown: {cell: what stands under it}."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for number, text in dict(shown).items():
        book.cells[number].outputs = [nbformat.v4.new_output("display_data", {"text/plain": text})]
    for number, id in dict(exercise).items():
        book.cells[number].metadata["exercise"] = id
    return nbformat.writes(book)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class: ordinary hand-ins in nested folders, and one of each that misbehaves."""
    folder = tmp_path_factory.mktemp("class")

    def put(name, text):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    put("Ahn Ha-eun_12_file/lesson.ipynb", notebook(IMPORTS, MSE, MAE))
    put("Žofie 王 🎲/01 (2).IPYNB", notebook(IMPORTS, SUM))
    put("=2+3.ipynb", notebook(IMPORTS, SUM, MAE.replace("np.mean", "np.mean(nothing)")))
    put("<b onclick=x>&.ipynb", notebook(IMPORTS, BLANK, "# check.mae(mae)", "check.mae(mae)"))
    put("shown.ipynb", notebook(IMPORTS, BLANK, SUM, exercise={1: "mse"}))
    put("kept.ipynb", notebook(IMPORTS, MSE, SUM, exercise={1: "mse"}))
    open_ones = (
        IMPORTS,
        "guess = ...\ncheck.predict_beta(guess)",
        "check.predict_price(...)",
        "check.predict_race('Adam')",
    )
    pressed = "✓ Passed: predict_beta\nYour answer by button: `{}`."
    shown = {1: pressed.format("'b'"), 2: pressed.replace("beta", "price").format("1.5"), 3: pressed.format("'b'")}
    put("buttons/right.ipynb", notebook(*open_ones, shown=shown))
    put("buttons/wrong.ipynb", notebook(*open_ones, shown={1: pressed.format("'a'")}))
    put("buttons/none.ipynb", notebook(*open_ones, shown={3: pressed.format("'b'")}))  # it is not that cell's
    put("broken.ipynb", notebook(IMPORTS, MSE)[:-30])
    put("empty.ipynb", "")
    put("other.ipynb", json.dumps({"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    put("deep.ipynb", "[" * 100_000)
    put("without.ipynb", notebook("print(1)"))
    put(".ipynb_checkpoints/lesson.ipynb", notebook(IMPORTS, MSE))
    for name, (cell, _, _) in HOSTILE.items():
        put(f"hostile/{name}.ipynb", notebook(IMPORTS, MSE, cell, MAE))
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("Bo/lesson.ipynb", notebook(IMPORTS, MSE))
        archive.writestr("__MACOSX/Bo/._lesson.ipynb", "no")
    (folder / "bad.zip").write_bytes(b"PK\3\4 no zip")
    return folder


@pytest.fixture(scope="module")
def judged(folder, tmp_path_factory):
    """The tables of that class: the command's process, its CSV as {name: line}, the HTML page."""
    out = tmp_path_factory.mktemp("out") / "new"
    arguments = ["--out", str(out), "--seconds", "8", "--memory", "700", "--jobs", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "helpers.check", str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, PRIVATE: "token"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {line["notebook"]: line for line in csv.DictReader(file)}
    return done, lines, (out / "results.html").read_text(encoding="utf-8")


def test_who_passed_what(judged):
    _, lines, _ = judged
    passed = lines["Ahn Ha-eun_12_file/lesson.ipynb"]
    assert (passed["mse"], passed["mae"], passed["lesson"], passed["passed"]) == ("passed", "passed", "1", "2")
    assert passed["of"] == "7"
    assert passed["fix_log_loss"] == "not reached"
    assert lines["Žofie 王 🎲/01 (2).IPYNB"]["mse"] == f"failed: {SUMMED}"
    assert lines["'=2+3.ipynb"]["mse"] == f"failed: {SUMMED}"
    assert lines["'=2+3.ipynb"]["mae"] == "failed: name_not_defined"
    assert lines["<b onclick=x>&.ipynb"]["mse"] == "not yet"
    assert lines["<b onclick=x>&.ipynb"]["mae"] == "not reached"
    assert lines["all.zip/Bo/lesson.ipynb"]["mse"] == "passed"


def test_the_exercises_own_cell_counts_and_a_pass_is_kept(judged):
    _, lines, _ = judged
    assert lines["shown.ipynb"]["mse"] == "not yet"
    assert lines["kept.ipynb"]["mse"] == "passed"


@pytest.mark.parametrize(
    "name, beta, price",
    [("right", "passed", "failed"), ("wrong", "failed", "not yet"), ("none", "not yet", "not yet")],
)
def test_what_was_chosen_with_a_button_is_judged_as_if_typed(judged, name, beta, price):
    line = judged[1][f"buttons/{name}.ipynb"]
    assert (line["predict_beta"], line["predict_price"], line["predict_race"]) == (beta, price, "passed")


@pytest.mark.parametrize(
    "name, said",
    {
        "broken.ipynb": "this is no notebook: its JSON is broken",
        "empty.ipynb": "this is no notebook: its JSON is broken",
        "deep.ipynb": "this is no notebook: its JSON is broken",
        "other.ipynb": "this is no notebook that can be read",
        "without.ipynb": "it checks no exercise",
        "bad.zip": "the zip file cannot be read",
    }.items(),
)
def test_what_cannot_be_read_is_a_row_that_says_so(judged, name, said):
    assert judged[1][name]["note"].startswith(said)
    assert judged[1][name]["mse"] == ""


@pytest.mark.parametrize("name", HOSTILE)
def test_what_misbehaves_costs_its_own_row(judged, name):
    _, becomes, note = HOSTILE[name]
    line = judged[1][f"hostile/{name}.ipynb"]
    assert (line["mse"], line["mae"], line["note"]) == ("passed", becomes, note)


def test_nothing_else_is_changed(judged, folder):
    done, lines, _ = judged
    assert len(lines) == 16 + len(HOSTILE)
    assert f"{len(lines)} of {len(lines)}" in done.stdout
    assert "adam" not in next(iter(lines.values()))  # a forged verdict of another lesson has no place in the table
    assert not [path for path in folder.rglob("*") if path.name.startswith((".prog", "my_helpers", "mine"))]
    assert not [p for p in psutil.process_iter(["cmdline"]) if "LEFT_BEHIND" in (p.info["cmdline"] or [])]


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


def test_the_page_is_text_and_stands_alone(judged):
    page = Page(judged[2])
    assert not page.tags & {"script", "b", "img", "link", "iframe"}
    assert not page.attributes & {"onclick", "src", "href"}
    assert "<b onclick=x>&.ipynb" in page.text
    assert all(mark in page.text for mark in ("✓ passed", f"✗ {SUMMED}", "… not yet", "– not reached"))


def test_common_mistakes_are_counted_and_told_once(judged):
    page = Page(judged[2])
    assert "Common mistakes" in page.text
    assert page.text.count("This is the sum") == 1
    assert f'<td class="number">2</td><td><code>{SUMMED}</code></td>' in judged[2]
    assert "name 'nothing' is not defined, at line 2 of the cell" in page.text
    assert "stopped before the check: NameError: name 'mae' is not defined" in page.text


def test_mistakes_without_a_name_are_grouped_by_what_was_said():
    said = [
        ("failed", None, "A"),
        ("failed", "sum", "B1"),
        ("failed", None, "A"),
        ("passed", None, ""),
        ("failed", "sum", "B2"),
    ]
    said += [("failed", "sum", "B2"), ("not yet", None, "open")]
    rows = [collect.Row(str(i), 1, {"mse": collect.Standing(*what)}) for i, what in enumerate(said)]
    assert collect.common_mistakes(rows) == {"mse": [collect.Mistake("sum", 3, "B2"), collect.Mistake(None, 2, "A")]}


def test_one_lesson_alone(tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text(notebook("check.mse(1)", "check.adam(1)", "check.adamw(1)"))
    (tmp_path / "b.ipynb").write_text(notebook("check.mse(1)"))
    (chosen,) = command._chosen(handed_in.find(tmp_path), 8)
    assert (chosen.name, chosen.lesson, chosen.exercises) == ("a.ipynb", 8, ("adam", "adamw"))
    with pytest.raises(SystemExit):
        command.main([str(tmp_path), "--lesson", "2"])
    assert "there is no notebook of lesson 2" in capsys.readouterr().err


def test_an_old_format_and_a_file_alone(tmp_path):
    cell = {"cell_type": "code", "input": ["check.mse(\n", "mse)"], "language": "python", "outputs": [], "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [cell]}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    (found,) = handed_in.find(tmp_path / "old.ipynb")
    assert (found.name, found.cells, found.exercises) == ("old.ipynb", (("check.mse(\nmse)", ""),), ("mse",))


def test_names_in_order_and_fit_to_be_shown(tmp_path):
    for name in ("10.ipynb", "9.ipynb", "a\x1b[31m.ipynb"):
        if os.name != "nt" or name.isprintable():
            (tmp_path / name).write_text(notebook("check.mse(1)"))
    assert [found.name for found in handed_in.find(tmp_path)][:2] == ["9.ipynb", "10.ipynb"]
    assert all(found.name.isprintable() for found in handed_in.find(tmp_path))


def test_a_large_file_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(handed_in, "MEGABYTES", 0.001)
    monkeypatch.setattr(handed_in, "MEGABYTES", 0)
    (tmp_path / "large.ipynb").write_text(notebook("check.mse(1)"))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.ipynb", b" " * 10_000_000)
    assert all("larger than" in found.problem for found in handed_in.find(tmp_path))


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere"], "there is no folder"),
        (["."], "there is no notebook (.ipynb)"),
        ([".", "--lesson", "77"], "there is no such lesson"),
        ([".", "--seconds", "0"], "--seconds"),
        ([".", "--memory", "nan"], "--memory"),
        ([".", "--jobs", "0"], "--jobs"),
        ([".", "--out", "file"], "cannot be written"),
        ([".", "--out", "file/below"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_runs(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as left:
        command.main(arguments)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_table_that_cannot_be_replaced_is_told(tmp_path, monkeypatch, capsys):
    """Another user's rights cannot be taken away from root, who may run these tests: the system's refusal is played."""

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.ipynb").write_text(notebook("check.mse(1)"))
    monkeypatch.setattr(tables.tempfile, "TemporaryFile", refuse)
    with pytest.raises(SystemExit):
        command.main([str(tmp_path)])
    assert "cannot be written" in capsys.readouterr().err


def test_an_interrupted_run_ends_what_runs():
    books = [handed_in.HandedIn("a", (("import time\ntime.sleep(600)", ""),), exercises=("mse",), lesson=1)]
    books.insert(0, handed_in.HandedIn("b", (("pass", ""),), exercises=("mse",), lesson=1))
    began = time.monotonic()
    for place, _ in (coming := command.judged(books, seconds=600, megabytes=700, jobs=2)):
        assert place == 0
        coming.close()
    assert time.monotonic() - began < 60
