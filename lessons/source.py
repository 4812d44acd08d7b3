"""Read a lesson's Markdown: its front matter, and its cells with the line each begins on."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
import yaml

FRONT_MATTER = {"title", "minutes", "going_further_minutes", "builds", "needs", "convention", "keras"}
TAGS = {
    "nbval-check-output",
    "measured",
    "instructor",
    "hook",
    "promise",
    "convention",
    "mistakes",
    "builds",
    "recap",
    "going-further",
    "keras",
}


class LessonError(Exception):
    """Something in a lesson's source that has to be put right, shown as `path:line: message`."""

    def __init__(self, path: Path, line: int, message: str):
        super().__init__(f"{_short(path)}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


def _short(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path(__file__).resolve().parents[1]).as_posix()
    except ValueError:
        return path.as_posix()


@dataclass
class Cell:
    """One cell of the source: `line` is the file's line on which its text begins."""

    kind: str
    source: str
    line: int
    tags: tuple[str, ...] = ()
    exercise: str | None = None
    id: str = ""


@dataclass
class Lesson:
    """A lesson as it is written: front matter, and cells in order."""

    path: Path
    front: dict
    cells: list[Cell] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The file's name without its ending, which the notebooks share: 01_loss_functions."""
        return self.path.stem

    @property
    def name(self) -> str:
        """The lesson's number and title as links show them: 01 · Loss functions."""
        return f"{self.slug[:2]} · {self.front['title']}"

    def error(self, line: int, message: str) -> LessonError:
        """Return the error to raise for a line of this lesson."""
        return LessonError(self.path, line, message)


def read_front(path: Path) -> tuple[dict, str, int]:
    """Return (front matter, the text after it, its number of lines); raises LessonError where it is missing or odd."""
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if not match:
        raise LessonError(
            path, 1, "no front matter: expected --- and title:, minutes:, builds:, needs: before the first cell"
        )
    try:
        front = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise LessonError(path, 1, f"front matter is not valid YAML: {error}") from None
    if unknown := set(front) - FRONT_MATTER:
        raise LessonError(path, 1, f"unknown front matter {sorted(unknown)}; known: {sorted(FRONT_MATTER)}")
    if missing := {"title", "minutes"} - set(front):
        raise LessonError(path, 1, f"front matter lacks {sorted(missing)}")
    return front, text[match.end() :], match[0].count("\n")


def read(path: Path) -> Lesson:
    """Return the lesson in a file; raises LessonError, with the line, for what cannot be understood."""
    front, body, before = read_front(path)
    lesson = Lesson(path, front)
    lines = body.split("\n")
    _pair_regions(lesson, lines, before)
    at = 0
    seen: dict[str, int] = {}
    for raw in jupytext.reads(body, fmt="md").cells:
        if raw.cell_type == "markdown" and not raw.source.strip():
            continue  # blank lines before the first cell
        if raw.cell_type == "markdown" and not raw.source.strip():
            continue
        text = raw.source.split("\n")
        at = next((i for i in range(at, len(lines)) if lines[i : i + len(text)] == text), at)
        line = before + at + 1
        at += len(text)
        if raw.cell_type == "raw":
            raise lesson.error(line, "a raw cell: expected Markdown or ```python")
        metadata = {key: value for key, value in raw.metadata.items() if not key.startswith("lines_to_")}
        tags, exercise = metadata.pop("tags", []), metadata.pop("exercise", None)
        # The attributes stand on the fence, one line above the text.
        if metadata:
            raise lesson.error(line - 1, f'unknown attributes {metadata}; expected tags=[...] or exercise="..."')
        if not isinstance(tags, list) or (unknown := sorted(set(map(str, tags)) - TAGS)):
            raise lesson.error(
                line - 1, f"unknown tag {unknown if isinstance(tags, list) else tags!r}; known: {sorted(TAGS)}"
            )
        if exercise is not None and raw.cell_type != "code":
            raise lesson.error(line - 1, "an exercise is a ```python cell")
        digest = hashlib.sha256(f"{lesson.slug}\n{raw.cell_type}\n{raw.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        name = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        lesson.cells.append(Cell(raw.cell_type, raw.source, line, tuple(tags), exercise, name))
    return lesson


def _pair_regions(lesson: Lesson, lines: list[str], before: int) -> None:
    """Raise where a Markdown region is opened and not closed, or the reverse: jupytext would take it as text."""
    opened = None
    for number, text in enumerate(lines, before + 1):
        if re.match(r"\s*<!--\s*#region\b", text):
            if opened:
                raise lesson.error(number, f"a region inside the region of line {opened}: close that one first")
            opened = number
        elif re.match(r"\s*<!--\s*#endregion\b", text):
            if not opened:
                raise lesson.error(number, "this #endregion has no #region before it")
            opened = None
    if opened:
        raise lesson.error(opened, "this #region is never closed")


_MARK = re.compile(r"^(\s*)# (solution|given|end solution)\s*$")
_NEARLY = re.compile(
    r"#\W*(end|begin|start|stop)?[\W_]*(solution|soluton|soltuion|solutoin|solutions|given)\W*$", re.IGNORECASE
)


def halves(lesson: Lesson, cell: Cell) -> tuple[str, str]:
    """Return (the learner's text, the solved text) of a code cell; raises LessonError at an unpaired marker.

    A region from `# solution` to `# end solution` becomes `...`, or what stands in it after `# given`. `name = value
    # solution` becomes `name = ...`.
    """
    learner: list[str] = []
    solved: list[str] = []
    state, opened, given = "outside", 0, 0
    for number, text in enumerate(cell.source.split("\n"), cell.line):
        mark = _MARK.match(text)
        kind = mark[2] if mark else None
        if kind == "solution":
            if state != "outside":
                raise lesson.error(number, f"# solution inside the solution of line {opened}")
            state, opened, indent, given = "solution", number, mark[1], 0
        elif kind == "given":
            if state != "solution":
                raise lesson.error(number, "# given belongs between # solution and # end solution, once")
            state = "given"
        elif kind == "end solution":
            if state == "outside":
                raise lesson.error(number, "# end solution without a # solution before it")
            if mark[1] != indent:
                raise lesson.error(number, f"indented differently from the # solution of line {opened}")
            if not given:
                learner.append(f"{indent}...")
            state = "outside"
        elif _NEARLY.search(text) and not text.endswith("  # solution"):
            raise lesson.error(
                number, f"{text.strip()!r} is nearly a marker; expected '# solution', '# given' or '# end solution'"
            )
        elif state == "solution":
            solved.append(text)
        elif state == "given":
            learner.append(text)
            given += bool(text.strip())
        elif text.endswith("  # solution"):
            plain = text.removesuffix("# solution").rstrip()
            solved.append(plain)
            learner.append(_blank(lesson, number, plain))
        else:
            solved.append(text)
            learner.append(text)
    if state != "outside":
        raise lesson.error(opened, "this # solution has no # end solution")
    return "\n".join(learner), "\n".join(solved)


def _blank(lesson: Lesson, number: int, text: str) -> str:
    """Return an assignment with `...` on its right."""
    bare = text.strip()
    try:
        (statement,) = ast.parse(bare).body
    except (SyntaxError, ValueError):
        statement = None
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        raise lesson.error(
            number, f"{bare!r}: '# solution' at a line's end stands after `name = value`; elsewhere use a region"
        )
    start = len(bare.encode()[: statement.value.col_offset].decode())
    return text[: len(text) - len(bare)] + bare[: bare.rindex("=", 0, start) + 1] + " ..."
