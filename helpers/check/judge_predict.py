"""Judging a prediction: a letter or a number."""

import numbers

import numpy as np

from helpers.check import compare
from helpers.check.registry import NotYet, Wrong


def judge(exercise, answer):
    """Raise Wrong or NotYet unless `answer` is the letter or the number asked for, or any choice of a guess; say why.

    What is none of the answers is NotYet: nothing has been predicted, and nothing is to be noted.
    """
    spec = exercise.spec
    if answer is Ellipsis or answer is None or (isinstance(answer, str) and not answer.strip(" .…")):
        raise NotYet(f"{spec['question']} Put your prediction in place of `...`: {exercise.signature}.")
    return _choice(exercise, answer, spec) if spec["choices"] else _number(exercise, answer, spec)


def _choice(exercise, answer, spec):
    letters = ", ".join(map(repr, spec["choices"]))
    if type(answer) not in (str, np.str_):
        raise NotYet(f"Choose one of {letters}; this is {compare.kind(answer)}.")
    choice = str(answer).strip(" ().\"'").lower()
    known = {str(c).lower(): c for c in spec["choices"]}
    if choice not in known:
        raise NotYet(f"Choose one of {letters}; this is {compare.short(str(answer))}.")
    if exercise.reference is None:
        return f"You said {known[choice]!r}. {spec['because']}"
    if known[choice] != exercise.reference:
        raise Wrong(f"You said {known[choice]!r}. {spec['choices'][known[choice]]}".strip())
    return spec["because"]


def _number(exercise, answer, spec):
    plain = isinstance(answer, numbers.Real | np.number) and not isinstance(answer, bool)
    if not plain and not (type(answer) is np.ndarray and answer.ndim == 0 and answer.dtype.kind in "fiu"):
        raise NotYet(f"A number is asked for; this is {compare.kind(answer)}.")
    try:
        value = float(answer)
    except OverflowError:  # a whole number beyond the largest float
        value = np.inf

    def close(target):
        return abs(value - target) <= spec["atol"] + spec["rtol"] * abs(target) + 1e-12 * abs(target)

    if close(exercise.reference) and value <= spec["highest"]:
        return spec["because"]
    if not np.isfinite(value):
        raise NotYet("A finite number is asked for.")
    for number, why in spec["near"].items():
        if close(number):
            raise Wrong(f"Not {compare.number(value)}. {why}")
    raise Wrong(f"Not {compare.number(value)}. {'Too high.' if value > exercise.reference else 'Too low.'}")
