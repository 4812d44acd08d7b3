"""Every exercise: its reference and all right answers pass, all wrong ones fail, each known mistake is named."""

import importlib
import pkgutil
import re

import pytest

import answers
from clones import ROOT
from helpers import check, progress
from helpers.check import judge_function, judge_optimizer, judging, registry, source

EXERCISES = registry.load()


def collect(which):
    cases = []
    for module in sorted(m.name for m in pkgutil.iter_modules(answers.__path__)):
        for id, values in getattr(importlib.import_module(f"answers.{module}"), which, {}).items():
            cases += [pytest.param(id, value, id=f"{id}-{i}") for i, value in enumerate(values)]
    return cases


def judge(id, answer):
    return judging.verdict(registry.get(id), answer, source.files(answer))


def test_every_lesson_file_imports():
    assert registry.errors() == []


@pytest.mark.parametrize("lesson", sorted((ROOT / "lessons").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_exercises_are_listed_in_the_order_of_the_lesson(lesson):
    """An exercise stands in helpers/check/lesson_NN.py where it stands in the lesson: progress shows them in that order."""
    in_text = re.findall(r'^```python [^\n]*exercise="(\w+)"', lesson.read_text("utf-8"), re.MULTILINE)
    number = int(lesson.name[:2])
    assert in_text
    assert [id for id, row in check.exercises().items() if row.lesson == number] == list(dict.fromkeys(in_text))
    assert list(progress(number)[number]) == list(dict.fromkeys(in_text))


@pytest.mark.parametrize("id", EXERCISES)
def test_reference_passes(id):
    exercise = EXERCISES[id]
    if exercise.kind == "keras":
        pytest.importorskip("keras")
    factory = exercise.kind == "keras" or (exercise.kind == "optimizer" and not isinstance(exercise.reference, type))
    if factory or exercise.reference is None:
        given = any(case.values[0] == id for case in collect("RIGHT"))
        assert given, "a factory cannot be an answer, and a guess has none of its own: give a RIGHT one"
    else:
        outcome = judge(id, exercise.reference)
        assert outcome["status"] == "passed", outcome["message"]


@pytest.mark.parametrize(("id", "answer"), collect("RIGHT"))
def test_right_answer_passes(id, answer):
    outcome = judge(id, answer)
    assert outcome["status"] == ("noted" if registry.get(id).reference is None else "passed"), outcome["message"]


@pytest.mark.parametrize(("id", "answer"), collect("WRONG"))
def test_wrong_answer_fails(id, answer):
    outcome = judge(id, answer)
    assert outcome["status"] in ("failed", "not yet")
    assert "stumbled" not in outcome["message"], outcome["message"]


def named():
    for module in sorted(m.name for m in pkgutil.iter_modules(answers.__path__)):
        for id, mistakes in getattr(importlib.import_module(f"answers.{module}"), "NAMED", {}).items():
            for mistake, values in mistakes.items():
                yield from (pytest.param(id, mistake, v, id=f"{id}-{mistake}-{i}") for i, v in enumerate(values))


@pytest.mark.parametrize(("id", "mistake", "answer"), list(named()))
def test_a_known_mistake_in_other_code_is_named(id, mistake, answer):
    outcome = judge(id, answer)
    assert (outcome["status"], outcome["mistake"]) == ("failed", mistake), outcome["message"]


@pytest.mark.parametrize(("id", "mistake"), [(e.id, m) for e in EXERCISES.values() for m in e.mistakes])
def test_known_mistake_is_wrong_and_named_as_itself_alone(id, mistake):
    exercise = EXERCISES[id]
    judge = judge_function.judge if exercise.kind == "function" else judge_optimizer.judge
    wrong = exercise.mistakes[mistake][0]

    def equals(reference):
        try:
            judge(exercise, wrong, {}, reference=reference)
        except registry.Wrong:
            return False
        return True

    assert not equals(exercise.reference)
    assert [name for name, (reference, _) in exercise.mistakes.items() if equals(reference)] == [mistake]


@pytest.mark.parametrize("id", EXERCISES)
def test_blank_is_not_yet(id):
    assert [judge(id, blank)["status"] for blank in (..., None)] == ["not yet", "not yet"]


@pytest.mark.parametrize("id", [e.id for e in EXERCISES.values() if judging.UNCHANGED in e.mistakes])
def test_code_to_be_repaired_is_not_yet_an_attempt(id):
    exercise = EXERCISES[id]
    given = exercise.mistakes[judging.UNCHANGED][0]
    if exercise.kind == "function":
        assert judge(id, given)["status"] == "not yet"
