"""Every exercise: its reference and all right answers pass, all wrong ones fail, each known mistake is named."""

import ast
import functools
import importlib
import json
import linecache
import pkgutil
import re

import numpy as np
import pytest

import answers
from clones import ROOT
from helpers import check, progress
from helpers.check import compare, given, judge_function, judge_optimizer, judging, registry, source

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
    """In its file of the catalogue an exercise stands where the lesson has it: progress shows them in that order."""
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


def nothing_but_0(value):
    if isinstance(value, list | tuple):
        return type(value)(map(nothing_but_0, value))
    return 0.0 * value if isinstance(value, float | np.floating | np.ndarray) else value


TRUE_OF_0 = {None, "same_for_all_inputs", "stays_at_zero", "never_moves"}  # and of single exercises, which ask:
TRUE_OF_0 |= {"one_array", "whole_division", "not_index_arrays", "rows_of_no_table"}


@pytest.mark.parametrize("id", [e.id for e in EXERCISES.values() if e.kind == "function"])
def test_what_gives_nothing_but_0_is_not_given_a_cause_that_it_need_not_have(id):
    """0 is also what rounding gives of small numbers, and many a mistake by chance."""
    reference = EXERCISES[id].reference

    @functools.wraps(reference)
    def answer(*given):
        return nothing_but_0(compare.materialise(reference(*given)))

    outcome = judge(id, answer)
    if outcome["status"] == "passed":
        pytest.skip("no numbers come back")
    assert outcome["mistake"] in TRUE_OF_0, outcome["message"]


@pytest.mark.parametrize("id", EXERCISES)
def test_blank_is_not_yet(id):
    assert [judge(id, blank)["status"] for blank in (..., None)] == ["not yet", "not yet"]


def handed_out():
    """Yield (id, code) of the code to be repaired, as the notebooks hand it out."""
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            code = "".join(cell["source"])
            for id, name in re.findall(r"^check\.(fix_\w+)\((\w+)\)", code, re.MULTILINE):
                nodes = [n for n in ast.parse(code).body if getattr(n, "name", "") == name]
                yield id, name, ast.get_source_segment(code, nodes[0])


HANDED_OUT = {id: (name, code) for id, name, code in handed_out()}


def test_all_code_to_be_repaired_is_known():
    assert set(HANDED_OUT) == {id for id in EXERCISES if id.startswith("fix_")}
    assert {id: source.fingerprint(code) for id, (_, code) in HANDED_OUT.items()} == given.FINGERPRINTS


def defined(name, code):
    """The function or class that `code` defines, with its source where Python looks for it."""
    file = f"<{name} of a cell>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    space = {"__name__": "__main__", "np": np}
    exec("from helpers import *\nfrom helpers.optimizers import *", space)
    exec(compile(code, file, "exec"), space)
    return space[name]


@pytest.mark.parametrize("id", [id for id in HANDED_OUT if judging.UNCHANGED in EXERCISES[id].mistakes])
def test_code_to_be_repaired_is_not_yet_an_attempt_and_edited_it_is_a_wrong_one(id):
    name, code = HANDED_OUT[id]
    if EXERCISES[id].kind != "function":
        pytest.skip("a class of the notebook")
    untouched = judge(id, defined(name, "# a comment more\n" + code))
    assert (untouched["status"], untouched["mistake"]) == ("not yet", "unchanged"), untouched["message"]
    head, *body = code.splitlines()
    edited = judge(id, defined(name, "\n".join([head, "    unused = 0", *body])))
    assert (edited["status"], edited["mistake"]) == ("failed", "unchanged")
    assert "as it was given" not in edited["message"]


def called():
    """Yield (id, name): what each exercise's own cell hands to its check."""
    for path in sorted((ROOT / "lessons").glob("[0-9]*.md")):
        cells = re.findall(r'^```python [^\n]*exercise="(\w+)"[^\n]*\n(.*?)^```', path.read_text("utf-8"), re.M | re.S)
        for id, code in cells:
            yield from ((id, name) for name in re.findall(rf"^check\.{id}\((\w+)\)", code, re.M))


@pytest.mark.parametrize("id", EXERCISES)
def test_a_check_without_an_answer_names_what_the_lesson_calls_it(id):
    (name,) = {name for of, name in called() if of == id}
    call = f"check.{id}({name})"
    assert f"`{call}`. Here it got nothing." in getattr(check, id)().message
    assert call in repr(getattr(check, id))
