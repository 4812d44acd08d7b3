"""One source makes both notebooks: the same each time, no solution where none belongs, nobody's work lost."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build
import guard
from source import LessonError

FRONT = "---\ntitle: Small\nminutes: 5\nbuilds: helpers/plots\n---\n\n"
EXERCISE = """```python exercise="mse"
def mse(y_true, y_pred):
    \"\"\"Mean of the squared differences.\"\"\"
    # solution
    difference = y_true - y_pred
    return (difference**2).mean()
    # end solution


check.mse(mse)
```
"""


def lesson(folder, body, name="01_small.md"):
    """Write a lesson and return it, read and linted."""
    (folder / name).write_text(FRONT + body, encoding="utf-8")
    return build.find([name[:2]], folder)


def sources(folder, body, solved, kind="code"):
    everything, (one,) = lesson(folder, body)
    return [cell.source for cell in build.notebook(one, everything, solved).cells if cell.cell_type == kind]


# What becomes of a solution


def test_a_region_becomes_one_blank(tmp_path):
    (learner,) = sources(tmp_path, EXERCISE, solved=False)
    docstring = '    """Mean of the squared differences."""'
    assert learner == f"def mse(y_true, y_pred):\n{docstring}\n    ...\n\n\ncheck.mse(mse)"
    (solved,) = sources(tmp_path, EXERCISE, solved=True)
    assert "# solution" not in solved and "# end" not in solved
    assert "    return (difference**2).mean()\n\n\ncheck" in solved


@pytest.mark.parametrize(
    ("line", "blank"),
    [
        ("rate = 0.1  # solution", "rate = ..."),
        ("  rate = f(a=1, b=(2))  # solution", "  rate = ..."),
        ("a = b = (1 + 2)  # solution", "a = b = ..."),
        ("λ: float = 0.5  # solution", "λ: float = ..."),
        ('text = "a = b"  # solution', "text = ..."),
    ],
)
def test_an_answer_on_the_right_becomes_a_blank(tmp_path, line, blank):
    text = f'```python exercise="rate"\nif True:\n  {line}\ncheck.rate(rate)\n```\n'
    text = text.replace("if True:\n  ", "" if not line.startswith(" ") else "if True:\n")
    (learner,) = sources(tmp_path, text, solved=False)
    (solved,) = sources(tmp_path, text, solved=True)
    assert blank in learner.split("\n")
    assert line.removesuffix("  # solution") in solved.split("\n")


def test_given_lines_replace_the_solution(tmp_path):
    text = EXERCISE.replace("    # end solution", "    # given\n    return abs(y_true - y_pred)\n    # end solution")
    (learner,) = sources(tmp_path, text, solved=False)
    (solved,) = sources(tmp_path, text, solved=True)
    assert "abs" in learner and "difference =" not in learner and "..." not in learner
    assert "abs" not in solved and "given" not in solved and "given" not in learner


def test_instructor_cells_leave_the_learners_copy(tmp_path):
    text = '<!-- #region tags=["instructor"] -->\nDraw a bowl.\n<!-- #endregion -->\n'
    assert not any("bowl" in source for source in sources(tmp_path, text, False, "markdown"))
    assert any("bowl" in source for source in sources(tmp_path, text, True, "markdown"))


def test_links_lead_to_the_neighbours(tmp_path):
    for name in ("00_first.md", "02_third.md"):
        (tmp_path / name).write_text(FRONT.replace("Small", name[3:8].title()), encoding="utf-8")
    title, *_, links = sources(tmp_path, "Words.\n", False, "markdown")
    assert title.startswith("# 01 · Small\n") and "**5 minutes**" in title and "`helpers/plots`" in title
    for text in (title, links):
        assert "[← 00 · First](00_first.ipynb)" in text and "[02 · Third →](02_third.ipynb)" in text


# What is an error


def wrong(name, body, line, message):
    return pytest.param(body, line, message, id=name)


MD = '<!-- #region tags=["hook"] -->\nText\n'


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        wrong("unknown tag", '```python tags=["mesured"]\n1\n```\n', 7, "unknown tag"),
        wrong("unknown attribute", "```python cheat=1\n1\n```\n", 7, "unknown attributes"),
        wrong("unclosed region", MD, 7, "never closed"),
        wrong("unopened region", "Text\n\n<!-- #endregion -->\n", 9, "no #region"),
        wrong("region in region", MD + MD, 9, "inside the region of line 7"),
        wrong("code in a region", MD + "```python\n1\n```\n<!-- #endregion -->\n", 9, "would not run"),
        wrong("misspelt language", '```pyton exercise="mse"\n1\n```\n', 7, "would not run"),
        wrong("no end", EXERCISE.replace("    # end solution\n", ""), 10, "no # end solution"),
        wrong("no start", EXERCISE.replace("    # solution\n", ""), 12, "without a # solution"),
        wrong("twice", EXERCISE.replace("    # end solution", "    # solution\n    # end solution"), 13, "inside"),
        wrong("misspelt", EXERCISE.replace("# solution\n", "# Solution\n", 1), 10, "nearly a marker"),
        wrong("misspelt end", EXERCISE.replace("# end solution", "#end solution"), 13, "nearly a marker"),
        wrong("given outside", EXERCISE.replace("    # solution\n", "    # given\n", 1), 10, "# given belongs"),
        wrong("outside an exercise", EXERCISE.replace(' exercise="mse"', ""), 8, "outside an exercise"),
        wrong("nothing to solve", '```python exercise="mse"\ncheck.mse(1)\n```\n', 8, "no # solution"),
        wrong("no check", EXERCISE.replace("check.mse(mse)", "mse"), 8, "needs one call"),
        wrong("another check", EXERCISE.replace("check.mse", "check.mae"), 8, "found check.mae"),
        wrong("check not last", EXERCISE.replace("check.mse(mse)", "check.mse(mse)\nprint()"), 8, "last line"),
        wrong("blank left", EXERCISE.replace("    return (difference**2).mean()", "    ..."), 12, "`...` is left"),
        wrong("blank elsewhere", "```python\nx = ...\n```\n", 8, "`...` is left"),
        wrong("no assignment", '```python exercise="a"\nreturn 3  # solution\ncheck.a(1)\n```\n', 8, "name = value"),
        wrong("not Python", "```python\nx = = 3\n```\n", 8, "not valid Python"),
        wrong("learner not Python", EXERCISE.replace("    # ", "        # "), 8, "not valid Python"),
        wrong("uneven markers", EXERCISE.replace("    # solution", "# solution"), 13, "indented differently"),
        wrong("figure without words", "```python\nplots.show(fig)\n```\n", 8, "alternative text"),
        wrong("figure with no words", '```python\nplots.show(fig, "")\n```\n', 8, "alternative text"),
        wrong("pyplot", "```python\nimport matplotlib.pyplot as plt\n```\n", 8, "pyplot"),
        wrong("image without words", "![](a.png)\n", 7, "alternative text"),
        wrong("duplicate exercise", EXERCISE + "\n" + EXERCISE, 19, "already in 01_small"),
    ],
)
def test_errors_name_file_and_line(tmp_path, body, line, message):
    with pytest.raises(LessonError, match=r"01_small\.md") as caught:
        lesson(tmp_path, body)
    assert message in str(caught.value)
    assert caught.value.line == line


def test_an_exercise_in_two_lessons_is_an_error(tmp_path):
    lesson(tmp_path, EXERCISE)
    with pytest.raises(LessonError, match=r"02_more\.md:7: .*already in 01_small"):
        lesson(tmp_path, EXERCISE, "02_more.md")


@pytest.mark.parametrize(
    "front", ["", "---\ntitle: A\n---\n", "---\ntitle: A\nminutes: 3\nby: x\n---\n", "---\n[\n---\n"]
)
def test_front_matter_is_checked(tmp_path, front):
    (tmp_path / "01_a.md").write_text(front + "Text\n", encoding="utf-8")
    with pytest.raises(LessonError, match=r"01_a\.md:1: "):
        build.find([], tmp_path)


def test_an_unknown_number_is_told(tmp_path):
    lesson(tmp_path, "Text\n")
    with pytest.raises(SystemExit, match="no lesson 07"):
        build.find(["07"], tmp_path)


# Ids


def test_ids_follow_the_source_and_not_the_place(tmp_path):
    _, (one,) = lesson(tmp_path, "```python\nx = 1\n```\n\n```python\nx = 1\n```\n\n```python\nx = 2\n```\n")
    a, b, c = [cell.id for cell in one.cells]
    _, (other,) = lesson(tmp_path, "Words before.\n\n```python\nx = 2\n```\n\n```python\nx = 1\n```\n")
    assert [cell.id for cell in other.cells][1:] == [c, a]
    assert b == f"{a}-2"


# Running


RUN = """```python
from helpers import playground, plots
```

```python
fig, ax = plots.figure()
ax.plot([0, 1], [1, 2])
plots.show(fig, "A line that rises from 1 to 2.")
```

```python
def draw(fig, rate):
    fig.axes[0].plot([0, rate])


playground.explore(draw, "A line whose end a slider moves.", rate=playground.slider("Rate", 0.0, 1.0, 0.5))
```

```python tags=["measured"]
import time

time.time_ns()
```
"""


def make(folder, body, *options):
    (folder / "lessons").mkdir(exist_ok=True)
    (folder / "lessons" / "01_small.md").write_text(FRONT + body, encoding="utf-8")
    return build.main(["--out", str(folder / "out"), *options], folder / "lessons")


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_building_twice_gives_the_same_bytes(tmp_path):
    assert make(tmp_path, RUN) == 0
    first = files(tmp_path / "out")
    assert set(first) == {"notebooks/01_small.ipynb", "solutions/01_small.ipynb", "notebooks/.built.json"}
    assert make(tmp_path, RUN) == 0
    assert files(tmp_path / "out") == first

    solved = nbformat.reads(first["solutions/01_small.ipynb"].decode(), as_version=4)
    learner = nbformat.reads(first["notebooks/01_small.ipynb"].decode(), as_version=4)
    nbformat.validate(solved)
    nbformat.validate(learner)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in learner.cells)
    _, figure, play, measured = [cell for cell in solved.cells if cell.cell_type == "code"]
    for cell, alt in ((figure, "A line that rises from 1 to 2."), (play, "A line whose end a slider moves.")):
        picture, words = cell.outputs
        assert set(picture.data) == {"image/png", "text/plain"}, "a widget leaves its picture: its model is gone"
        assert picture.metadata["image/png"].alt == picture.data["text/plain"] == alt
        assert alt in words.data["text/html"]
    # A changed measured cell is measured anew.
    assert make(tmp_path, RUN.replace("time.time_ns()", "time.time_ns() + 0")) == 0
    again = nbformat.read(tmp_path / "out/solutions/01_small.ipynb", as_version=4)
    assert again.cells[-2].outputs != measured.outputs


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("x = 1\n1 / 0", 8, "ZeroDivisionError"),
        ("import pathlib\npathlib.Path.cwd()", 8, "belongs to this machine"),
        ("object()", 8, "address"),
        ("import sys\nprint('careful', file=sys.stderr)", 8, "stderr"),
        ("import ipywidgets\nipywidgets.VBox()", 8, "without a picture"),
    ],
    ids=["exception", "path", "address", "stderr", "widget"],
)
def test_a_cell_that_must_not_be_kept_stops_the_build(tmp_path, capsys, code, line, message):
    assert make(tmp_path, f"```python\n{code}\n```\n") == 1
    said = capsys.readouterr().err
    assert f"01_small.md:{line}: " in said and message in said
    assert not list((tmp_path / "out").rglob("*.ipynb")), "nothing is written from a lesson that fails"


def test_a_solution_that_does_not_pass_stops_the_build(tmp_path, capsys):
    answer = '```python exercise="mse"\nanswer = abs  # solution\ncheck.mse(answer)\n```\n'
    code = "```python\nfrom helpers import check\n```\n\n" + answer
    assert make(tmp_path, code) == 1
    assert "does not pass its own check" in capsys.readouterr().err


# A learner's work


def test_an_edited_notebook_is_never_replaced(tmp_path, capsys):
    assert make(tmp_path, "Words.\n") == 0
    notebook = tmp_path / "out/notebooks/01_small.ipynb"
    edited = json.loads(notebook.read_text(encoding="utf-8")) | {"mine": 1}
    notebook.write_text(json.dumps(edited), encoding="utf-8")
    before = files(tmp_path / "out")
    assert make(tmp_path, "Other words.\n") == 1
    assert files(tmp_path / "out") == before
    said = capsys.readouterr().err
    assert "notebooks/01_small.ipynb" in said and "--move-aside" in said

    for number, name in enumerate(("01_small.ipynb", "01_small_2.ipynb")):
        notebook.write_text(json.dumps(edited | {"mine": number}), encoding="utf-8")
        assert make(tmp_path, "Other words.\n", "--move-aside") == 0
        assert json.loads((tmp_path / "out/notebooks/mine" / name).read_text(encoding="utf-8"))["mine"] == number
        assert "Other words." in notebook.read_text(encoding="utf-8")
    assert guard.edited(tmp_path / "out") == []


def test_an_edit_made_during_the_build_survives(tmp_path):
    guard.write(tmp_path, "notebooks/01_a.ipynb", b"built")
    (tmp_path / "notebooks/01_a.ipynb").write_bytes(b"typed")
    with pytest.raises(PermissionError, match="01_a"):
        guard.write(tmp_path, "notebooks/01_a.ipynb", b"newer")
    assert (tmp_path / "notebooks/01_a.ipynb").read_bytes() == b"typed"


def test_windows_line_ends_are_no_edit(tmp_path):
    guard.write(tmp_path, "notebooks/01_a.ipynb", b"{\n}\n")
    (tmp_path / "notebooks/01_a.ipynb").write_bytes(b"{\r\n}\r\n")
    assert not guard.is_edited(tmp_path, "notebooks/01_a.ipynb")


# The notebooks in this checkout


SLUGS = [path.stem for path in sorted((ROOT / "lessons").glob("[0-9][0-9]_*.md"))]


def test_every_notebook_has_its_lesson():
    for folder in ("notebooks", "solutions"):
        assert [path.stem for path in sorted((ROOT / folder).glob("[0-9][0-9]_*.ipynb"))] == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_rebuilding_gives_what_is_here(slug, tmp_path, capsys):
    assert build.main([slug[:2], "--out", str(tmp_path)]) == 0, capsys.readouterr().err
    for folder in ("notebooks", "solutions"):
        if not (tmp_path / folder / f"{slug}.ipynb").exists():
            pytest.importorskip("keras", reason="the solution needs Keras")
        new, old = (nbformat.read(root / folder / f"{slug}.ipynb", as_version=4) for root in (tmp_path, ROOT))
        assert new.metadata == old.metadata
        assert (new.nbformat, new.nbformat_minor) == (old.nbformat, old.nbformat_minor)
        keys = ("id", "cell_type", "source", "metadata")
        was, now = ([[c[k] for k in keys] for c in book.cells] for book in (old, new))
        assert now == was, "run make notebooks"
        for a, b in zip(new.cells, old.cells, strict=True):
            if "nbval-check-output" in a.metadata.get("tags", ()):
                assert a.get("outputs") == b.get("outputs"), a.source
