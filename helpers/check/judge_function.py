"""Judging a function: the same inputs through the answer and the reference, the first difference in words."""

import contextlib
import copy
import inspect
import re
import sys

import numpy as np

from helpers.check import compare, general, laws, patience, running, source
from helpers.check.printed import Printed
from helpers.check.registry import Args, NotYet, Wrong

_SHORT = 110  # letters of inputs that do not keep one from the news behind them
_FLOATS = {"over": "raise", "invalid": "raise", "divide": "raise", "under": "ignore"}


OVERFLOW = "overflow"  # the id of a mistake that every function can have: it is told where no other is recognised


def judge(exercise, answer, sources, reference=None, doing=lambda text: None, edges=True):
    """Raise Wrong or NotYet unless `answer` does what `reference` (the exercise's own by default) does.

    edges=False leaves out the edge cases. Returns a remark on an answer that is right, or "".
    """
    _refuse_other_things(exercise, answer)
    trial = Trial(exercise, answer, sources, reference or exercise.reference, doing)
    rng = np.random.default_rng(20)
    cases = [(None, c) for c in exercise.spec["cases"](rng)] + (list(exercise.spec["edges"].items()) if edges else [])
    for name, case in cases:
        trial.compare(case, name)
    if reference is None:
        again = cases[0][1]
        try:
            trial.compare(
                again,
                "these inputs, asked a second time",
                "The first time it was right: what does your answer keep between calls?",
            )
        except Wrong as wrong:
            wrong.mistake = wrong.mistake or "kept_between_calls"
            raise
        if exercise.spec["judge"]:
            exercise.spec["judge"](trial.call)
        if exercise.spec["remark"]:
            with contextlib.redirect_stdout(Printed()), contextlib.suppress(Exception):
                return exercise.spec["remark"](answer)
    return trial.noted


def recognise(exercise, answer, sources):
    """Return (id, sentence) of the general kind of mistake that explains the answer on all ordinary inputs, or None."""
    if exercise.spec["verify"]:  # many results are right: a law between two of them means nothing
        return None
    trial = Trial(exercise, answer, sources, exercise.reference, lambda text: None)
    trials = []
    for case in exercise.spec["cases"](np.random.default_rng(20)):
        if not patience.lasts():
            return None
        args, kwargs = _split(case)
        try:
            got = trial.call(*args, **kwargs)
        except Wrong:
            return None
        with np.errstate(all="ignore"):
            want = compare.materialise(exercise.reference(*_copied(args), **_copied(kwargs)))
        trials.append(general.Sample(dict(zip(trial.names, args, strict=False)) | kwargs, got, want))
    args, kwargs = _split(next(iter(exercise.spec["cases"](np.random.default_rng(20)))))
    if _told_apart(trial.call(*args, **kwargs), trials[0].got):
        said = "Two calls with the same inputs gave two results: is something random in it, or kept from call to call?"
        return "another_at_each_call", said
    return general.recognise(exercise, trials)


def _shown_again(changed, result):
    """Say it where several rows of the result show a changed input as it was left: one array, listed many times."""
    rows = laws.rows(result) if isinstance(changed, np.ndarray) and changed.ndim else None
    count = sum(isinstance(row, np.ndarray) and np.array_equal(row, changed) for row in rows or ())
    if count < 2:
        return ""
    return (
        f" What comes back shows its last state {count} times: a list takes in the array itself, not what it holds at the time, "
        "and changing it in place, as `-=` does, changes it everywhere."
    )


def _told_apart(a, b):
    """True if two results are other numbers, or lists that hold other numbers."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        return any(map(_told_apart, a, b))
    a, b = laws.numbers(a), laws.numbers(b)
    return a is not None and b is not None and not (a.shape == b.shape and np.allclose(a, b, rtol=1e-9, equal_nan=True))


def _refuse_other_things(exercise, answer):
    if isinstance(answer, type):
        raise Wrong(
            f"`check.{exercise.id}` wants a function {exercise.signature}, got the class {answer.__name__}.",
            "not_a_function",
        )
    if not callable(answer):
        raise Wrong(
            f"`check.{exercise.id}` wants the function itself, got {compare.kind(answer)}. "
            "Hand it over by its name alone, with no parentheses after the name.",
            "not_a_function",
        )


def _split(case):
    return (case.args, case.kwargs) if isinstance(case, Args) else (tuple(case), {})


class Trial:
    """One answer, called with copies of the inputs and watched."""

    def __init__(self, exercise, answer, sources, reference, doing):
        self.exercise, self.answer, self.sources, self.reference, self.doing = (
            exercise,
            answer,
            sources,
            reference,
            doing,
        )
        self.names = [p.name for p in inspect.signature(exercise.reference).parameters.values()]
        named = re.search(r"->\s*\((.*)\)\s*$", exercise.signature)
        self.outputs = [part.split()[0] for part in named.group(1).split(", ")] if named else []
        self.exit = "`return` or `yield`" if inspect.isgeneratorfunction(exercise.reference) else "`return`"
        self.answered = False
        self.noted = ""

    def call(self, *args, name=None, **kwargs):
        """Run the answer on copies; return its result. Exceptions and inputs left changed are told as Wrong."""
        mine, mine_kw = _copied(args), _copied(kwargs)
        during = f"\nIt was called with {self.describe(args, kwargs, name)}."
        self.doing(self.describe(args, kwargs, name))
        self._bind(args, kwargs)
        result = running.run(self._run, mine, mine_kw, sources=self.sources, during=during)
        for label, before, after in zip([*self.names, *kwargs], args, mine, strict=False):
            if not _same(before, after):
                raise Wrong(
                    f"Your answer leaves its input `{label}` changed: {compare.change(before, after)}. "
                    f"Work on a copy, or put back what was there.{_shown_again(after, result)}",
                    "input_changed",
                )
        return result

    def _run(self, args, kwargs):
        result = self.answer(*args, **kwargs)
        if isinstance(result, set | frozenset):
            raise Wrong(
                "A set comes back, and a set keeps no order. A list keeps the one in which it was filled.", "a_set"
            )
        result = compare.materialise(result)
        if isinstance(result, list | tuple):
            result = type(result)(map(compare.materialise, result)) if type(result) in (list, tuple) else list(result)
        return copy.copy(result) if isinstance(result, np.ndarray) else result

    def _bind(self, args, kwargs):
        try:
            signature = inspect.signature(self.answer)
        except Exception:  # a built-in function need not have one, and an object may refuse to be asked
            return
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            asked = ", ".join(self.names[: len(args)] + [f"{k}=" for k in kwargs])
            why = "it takes too few" if "too many positional" in str(error) else error
            text = f"Your function takes {signature}; it is called with ({asked}): {why}."
            raise Wrong(text, "other_arguments") from None

    def compare(self, case, name=None, remark=""):
        """Judge one case: run the answer and compare with the reference, or let the exercise's `verify` look."""
        args, kwargs = _split(case)
        got = self.call(*args, name=name, **kwargs)
        # A known mistake is one reference among many: an answer made it if it gives the very same.
        verify = self.exercise.spec["verify"] if self.reference is self.exercise.reference else None
        with np.errstate(all="ignore"):
            want = compare.materialise(self.reference(*_copied(args), **_copied(kwargs)))
        if got is Ellipsis:
            raise NotYet("Your function still returns `...`.")
        if got is None and want is not None and not self.answered:
            self._nothing_returned()
        if want is not None:
            self.answered = True
        said = self.describe(args, kwargs, name)
        if verify:
            try:
                self.noted = verify(got, *_copied(args), **_copied(kwargs)) or self.noted
            except Wrong as wrong:
                raise type(wrong)(f"{wrong.message}\nIt was called with {said}.", wrong.mistake) from None
            return
        if got is None and want is not None:
            raise Wrong(
                f"With {said}: your function returns None, expected {compare.short(want)}. On which way through it is there no "
                f"{self.exit}?",
                "returns_none_at_times",
            )
        text = self._difference(got, want, args)
        if text:
            id, left_range = self._left_range(got, want, args, kwargs, edge=name is not None)
            wrong = Wrong(_placed(text + left_range + (f" {remark}" if remark else ""), said, name))
            wrong.otherwise = id or compare.kind_of_difference(got, want)
            raise wrong

    def _nothing_returned(self):
        """Tell a function that has something in it and gives None from one that is not begun."""
        missing = f"its {self.exit} is missing"
        if not source.has_statements(self.answer):
            raise NotYet(f"Your function returns nothing yet: if it is finished, {missing}.")
        if isinstance(sys.stdout, Printed) and sys.stdout.here():
            raise Wrong(
                f"Your function prints and returns nothing: {missing}. What is printed can be read, but no other code can "
                "compute with it.",
                "printed_not_returned",
            )
        raise Wrong(f"Your function returns nothing: {missing}. What it computes is lost at its end.", "no_return")

    def _difference(self, got, want, args):
        spec = self.exercise.spec
        sizes = sorted({n for a in args if isinstance(a, np.ndarray) for n in (*a.shape, a.size) if n > 2})
        text = compare.difference(got, want, spec["rtol"], spec["atol"], "your result", sizes)
        if text and isinstance(want, tuple) and len(self.outputs) == len(want):
            for i, label in enumerate(self.outputs):
                text = text.replace(f"item {i} of your result", f"your `{label}`", 1)
        return text

    def _left_range(self, got, want, args, kwargs, edge):
        """Where a finite number was due and inf or nan came: (id, the line at which the numbers left their range)."""
        try:
            bad = not np.isfinite(np.asarray(got, float)).all() and np.isfinite(np.asarray(want, float)).all()
        except BaseException:  # not numbers: there is no overflow to find
            return None, ""
        if not bad:
            return None, ""
        try:
            with np.errstate(**_FLOATS), contextlib.redirect_stdout(Printed()):  # it has printed this once already
                self.answer(*_copied(args), **_copied(kwargs))
        except FloatingPointError as error:
            id, meaning = _out_of_range(str(error))
            advice = self.exercise.spec["overflow"] if edge or id == OVERFLOW else ""
            said = f" NumPy says: {error}{running.located(error, self.sources)}."
            return id, " ".join(filter(None, (said, advice or meaning)))
        except BaseException:
            return None, ""
        return None, ""

    def describe(self, args, kwargs, name=None):
        """Return "y_true = [1, 2], y_pred = [3, 5]", led by the case's name."""
        extra = self.names[len(args) :]
        labels = self.names if len(self.names) >= len(args) else self.names + ["…"] * len(args)
        parts = [f"{n} = {compare.short(a)}" for n, a in zip(labels, args, strict=False)]
        parts += [f"{k} = {compare.short(v)}" for k, v in kwargs.items() if k in extra or k not in self.names]
        return (f"{name}, " if name else "") + ", ".join(parts)


def _placed(news, inputs, name):
    """Say with which inputs something was found: before it where they are few, else after it; `name`: the case's own."""
    if len(inputs) > _SHORT:
        return f"{news[:1].upper()}{news[1:]}\nIt was called with {inputs}."
    if name and name.split()[0] in ("at", "from", "after", "in", "on", "over"):
        return f"{inputs[:1].upper()}{inputs[1:]}: {news}"
    return f"With {inputs}: {news}"


def _out_of_range(said):
    """Return (id, meaning) of NumPy's words on a number that left its range."""
    if "overflow" in said:
        return OVERFLOW, ""
    if "divide by zero encountered in log" in said:
        return "logarithm_of_zero", "The logarithm of 0 is −inf: which number has become 0 there?"
    if "divide by zero" in said:
        return "divides_by_zero", "What is below the line is 0 there."
    if "in log" in said or "in sqrt" in said:
        what = "logarithm" if "in log" in said else "square root"
        return "outside_the_domain", f"A number below 0 has no {what}: which one is it?"
    return "not_a_number", "0 / 0, inf − inf and 0 · inf have no value: nan."


def _copied(value):
    if isinstance(value, tuple | list):
        return type(value)(_copied(v) for v in value)
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in value.items()}
    return copy.deepcopy(value) if isinstance(value, np.ndarray | np.random.Generator | set) else value


def _same(a, b):
    """True if `b` is still what `a` was; a restored number may differ by its rounding (w + h − h)."""
    if isinstance(a, np.ndarray):
        if not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype:
            return False
        if a.dtype.kind != "f":
            return np.array_equal(a, b)
        size = np.abs(a[np.isfinite(a)]).max(initial=1.0)
        return np.allclose(a, b, rtol=0, atol=1e-12 * size, equal_nan=True)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return True
