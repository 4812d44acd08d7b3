"""What a lesson's source must keep to before anything is built; every complaint names file and line."""

from __future__ import annotations

import ast
import re

from source import Cell, Lesson, LessonError, halves

_FENCE = re.compile(r"^\s*(```+|~~~+)\s*(py\w*\b|\S*.*\b(tags|exercise)\s*=)")


def lint(lesson: Lesson) -> None:
    """Raise LessonError at the first thing in a lesson that would not build, or would build wrongly."""
    for cell in lesson.cells:
        if cell.kind == "markdown":
            _prose(lesson, cell)
        else:
            _code(lesson, cell)


def unique_exercises(lessons: list[Lesson]) -> None:
    """Raise LessonError where two cells, of one lesson or two, are the same exercise."""
    first: dict[str, Lesson] = {}
    for lesson in lessons:
        for cell in lesson.cells:
            if cell.exercise is None:
                continue
            if cell.exercise in first:
                there = first[cell.exercise].slug
                raise lesson.error(
                    cell.line - 1, f"exercise {cell.exercise!r} is already in {there}: each id stands once"
                )
            first[cell.exercise] = lesson


def _prose(lesson: Lesson, cell: Cell) -> None:
    for number, text in enumerate(cell.source.split("\n"), cell.line):
        if _FENCE.match(text):
            raise lesson.error(
                number, f"{text.strip()!r} is inside Markdown and would not run: end the region before it"
            )
        if re.search(r"!\[\s*\]\(", text) or re.search(r"<img(?![^>]*\balt=\"[^\"]+\")", text):
            raise lesson.error(number, "an image without alternative text: ![what it shows](...)")


def _code(lesson: Lesson, cell: Cell) -> None:
    learner, solved = halves(lesson, cell)
    for name, text in {"solved": solved, "learner's": learner}.items():
        try:
            ast.parse(text)
        except SyntaxError as error:
            line = cell.line if name != "solved" else cell.line + _original(cell, solved, error.lineno or 1)
            raise lesson.error(line, f"the {name} form of this cell is not valid Python: {error.msg}") from None
    tree = ast.parse(solved)
    for node in ast.walk(tree):
        line = cell.line + _original(cell, solved, getattr(node, "lineno", 1))
        if _is_blank(node):
            raise lesson.error(line, "`...` is left in the solution")
        if isinstance(node, ast.Import | ast.ImportFrom) and "pyplot" in ast.unparse(node):
            raise lesson.error(line, "pyplot in a lesson: use plots.figure and plots.show")
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "plots.show":
            _alternative_text(lesson, node, line)
    if cell.exercise is None:
        if learner != solved:
            raise lesson.error(cell.line, 'a # solution outside an exercise: give the fence exercise="..."')
        return
    if learner == solved:
        raise lesson.error(
            cell.line, f"exercise {cell.exercise!r} has no # solution: the learner's copy would be solved"
        )
    calls = [node for node in ast.walk(tree) if _checked(node)]
    if [_checked(call) for call in calls] != [cell.exercise]:
        found = ", ".join(f"check.{_checked(call)}" for call in calls) or "none"
        raise lesson.error(
            cell.line, f"exercise {cell.exercise!r} needs one call, check.{cell.exercise}(...); found {found}"
        )
    last = tree.body[-1]
    if not (isinstance(last, ast.Expr) and last.value is calls[0]):
        raise lesson.error(
            cell.line, f"check.{cell.exercise}(...) must be the cell's last line, so that its result is shown"
        )


def _original(cell: Cell, solved: str, number: int) -> int:
    """Return how many lines below the cell's first the solved text's line `number` stands in the source."""
    wanted = solved.split("\n")[min(number, solved.count("\n") + 1) - 1].strip()
    original = [line.removesuffix("# solution").strip() for line in cell.source.split("\n")]
    after = [i for i, line in enumerate(original) if line == wanted and i >= number - 1]
    return after[0] if after else min(number, len(original)) - 1


def _is_blank(node: ast.AST) -> bool:
    value = (
        getattr(node, "value", None) if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return) else None
    )
    return isinstance(value, ast.Constant) and value.value is Ellipsis


def _checked(node: ast.AST) -> str | None:
    """Return the exercise's id where the node is a call `check.<id>(...)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "check":
        return node.func.attr
    return None


def _alternative_text(lesson: Lesson, call: ast.Call, line: int) -> None:
    alt = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "alt"), None)
    if alt is None and call.args and ast.unparse(call.args[0]).startswith("plots."):
        return  # the drawing function brings its own; the build looks at what it shows
    if alt is None or (isinstance(alt, ast.Constant) and not str(alt.value or "").strip()):
        raise lesson.error(line, 'plots.show(figure, "...") needs alternative text: say what the picture shows')


__all__ = ["LessonError", "lint", "unique_exercises"]
