"""Every lesson has the parts that a learner relies on; what lint.py refuses is tested in test_build.py."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.check import registry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))

import build
from source import halves

LESSONS = build.find([])[0]
LINES = 25  # a cell fits one screen


@pytest.fixture(params=LESSONS, ids=[lesson.slug for lesson in LESSONS])
def lesson(request):
    return request.param


def tagged(lesson, tag):
    return [cell for cell in lesson.cells if tag in cell.tags]


def exercises(lesson):
    return [cell.exercise for cell in lesson.cells if cell.exercise]


def test_begins_with_a_hook_then_a_promise(lesson):
    (hook,), (promise,) = tagged(lesson, "hook"), tagged(lesson, "promise")
    assert lesson.cells.index(hook) < lesson.cells.index(promise)
    before = "\n".join(cell.source for cell in lesson.cells[: lesson.cells.index(promise)])
    assert re.search(r"predict", before, re.IGNORECASE), "the hook asks before it tells"
    assert re.search(rf"\b{lesson.front['minutes']} minutes\b", promise.source), "the promise says the minutes"


def test_ends_with_recap_and_notes(lesson):
    (recap,) = tagged(lesson, "recap")
    assert tagged(lesson, "instructor"), "no instructor notes"
    assert len(re.findall(r"^\s*(?:[-*]|\d+\.)\s", recap.source, re.MULTILINE)) >= 3, "the recap is a list"


def test_has_mistakes_and_what_it_builds(lesson):
    if lesson.slug.startswith("00"):
        pytest.skip("the first lesson builds nothing")
    assert tagged(lesson, "mistakes") and tagged(lesson, "builds")
    for name in [lesson.front["builds"]] if isinstance(lesson.front["builds"], str) else lesson.front["builds"]:
        assert (ROOT / name).exists(), f"builds: {name} is not there"


def test_has_its_convention_box(lesson):
    assert bool(tagged(lesson, "convention")) == bool(lesson.front.get("convention"))


def test_needs_a_lesson_that_exists(lesson):
    needs = lesson.front.get("needs")
    assert not needs or needs in [other.slug for other in LESSONS if other.slug < lesson.slug]


def test_exercises(lesson):
    found = exercises(lesson)
    assert len(found) >= (1 if lesson.slug.startswith("00") else 3)
    registry.load()
    assert not registry.errors()
    for name in found:
        exercise = registry.get(name)
        assert len(set(exercise.hints)) == 3, f"{name} needs three hints"
        assert exercise.lesson == int(lesson.slug[:2]), f"{name} is registered for lesson {exercise.lesson}"
    registered = {name for name, exercise in registry.EXERCISES.items() if exercise.lesson == int(lesson.slug[:2])}
    assert registered == set(found), "the lesson and helpers.check name the same exercises"


def test_a_check_sends_back_to_a_heading_of_the_lesson(lesson):
    text = "\n".join(cell.source for cell in lesson.cells if cell.kind == "markdown")
    headings = [heading.strip() for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
    for name in exercises(lesson):
        assert registry.get(name).reread in headings, f"{name}: reread= names no heading of this lesson"


def test_exercises_say_how_long_they_take(lesson):
    for before, cell in zip(lesson.cells, lesson.cells[1:], strict=False):
        if cell.exercise:
            assert before.kind == "markdown" and "minute" in before.source, (
                f"line {cell.line}: say in, out, judged, minutes"
            )


def test_cells_fit_the_screen(lesson):
    for cell in lesson.cells:
        if cell.kind == "code":
            lines = halves(lesson, cell)[1].count("\n") + 1
            assert lines <= LINES, (
                f"line {cell.line}: {lines} lines of code; longer drawing code belongs in helpers/plots"
            )


def test_only_lessons_that_say_so_import_keras(lesson):
    code = "\n".join(cell.source for cell in lesson.cells if cell.kind == "code" and "keras" not in cell.tags)
    assert lesson.front.get("keras") or not re.search(
        r"^\s*(import|from) (keras|tensorflow|torch|jax)", code, re.MULTILINE
    )


def test_pictures_are_small_and_described(lesson):
    solved = nbformat.read(ROOT / "solutions" / f"{lesson.slug}.ipynb", as_version=4)
    outputs = [output for cell in solved.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert pictures, "a lesson without a picture"
    for picture in pictures:
        alt = picture.metadata["image/png"]["alt"]
        assert len(alt) >= 20, f"alternative text says what is to be seen: {alt!r}"
        assert len(picture.data["image/png"]) < 270_000, f"{alt!r} takes {len(picture.data['image/png'])} characters"


def test_solutions_are_all_right(lesson):
    solved = nbformat.read(ROOT / "solutions" / f"{lesson.slug}.ipynb", as_version=4)
    for cell in solved.cells:
        if "exercise" in cell.metadata:
            shown = cell.outputs[-1]["data"]["text/plain"]
            assert shown.startswith("✓"), shown
