"""Kinds of mistakes that any function can have: told from what its results have in common on every input.

A kind is named only if it holds on all the ordinary inputs, on at least three numbers that tell: what is said is then
true of the answer, whatever its code. Where two causes give the same results, the sentence asks for both.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from helpers.check import compare, laws

_ENOUGH = 3  # rows that must agree before an order is believed


@dataclass
class Sample:
    """One ordinary input: the arguments by name, what the answer gave, what the reference gives."""

    inputs: dict
    got: object
    want: object


def recognise(exercise, trials):
    """Return (id, sentence) of the first kind that explains the results of all `trials`, a list of Sample, or None."""
    tolerances = exercise.spec["rtol"], exercise.spec["atol"]

    def same(a, b):
        return compare.difference(a, b, *tolerances) is None

    if not trials or all(same(trial.got, trial.want) for trial in trials):
        return None
    if any(trial.want is None or trial.got is None for trial in trials):
        return None
    if alone := _one_part(exercise, trials, same):
        return alone
    kinds = (
        _other_inputs,
        _untouched,
        _order,
        _form,
        laws.recognise,
        _part_of_the_data,
        _turned,
        _forms_of_the_parts,
        _nearly,
    )
    return next((found for kind in kinds if (found := kind(exercise, trials, same))), None)


def _one_part(exercise, trials, same):
    """One of several results comes back alone."""
    if not all(isinstance(trial.want, tuple) and len(trial.want) > 1 for trial in trials):
        return None
    names = laws.outputs(exercise, len(trials[0].want))
    for k, name in enumerate(names):
        if all(len(trial.want) == len(names) and same(trial.got, trial.want[k]) for trial in trials):
            left = laws.listed([other for other in names if other != name])
            return (
                "part_missing",
                f"This is {name} alone: {left} {'is' if len(names) == 2 else 'are'} to come back as well.",
            )
    return None


# The reference itself with other arguments: a step too few, two arguments that have changed places, a part of the data.


def _other_inputs(exercise, trials, same):
    names = list(inspect.signature(exercise.reference).parameters)

    def gives(change):
        try:
            with np.errstate(all="ignore"):
                results = [
                    (trial, compare.materialise(exercise.reference(**_copied(changed))))
                    for trial in trials
                    if (changed := change(dict(trial.inputs))) is not None
                ]
        except Exception:  # the reference does not take what the change makes
            return False
        return len(results) >= min(2, len(trials)) and all(same(trial.got, want) for trial, want in results)

    if any(set(trial.inputs) - set(names) for trial in trials):
        return None
    for name in names:
        if name == "steps" and all(type(trial.inputs.get(name)) is int for trial in trials):
            if gives(lambda given: given | {"steps": given["steps"] - 1} if given["steps"] else None):
                return (
                    "one_step_too_few",
                    "This is what comes out after one step less. Where does your loop begin or end?",
                )
            if gives(lambda given: given | {"steps": given["steps"] + 1}):
                return (
                    "one_step_too_many",
                    "This is what comes out after one step more. Where does your loop begin or end?",
                )
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if all(_alike(trial.inputs.get(a), trial.inputs.get(b)) for trial in trials) and gives(
                lambda given, a=a, b=b: given | {a: given[b], b: given[a]}
            ):
                return (
                    "arguments_swapped",
                    f"This is what comes out with `{a}` and `{b}` exchanged: which of the two goes where?",
                )
    return None


def _untouched(exercise, trials, same):
    """An argument comes back with the numbers that it came with."""
    for name in trials[0].inputs if len(trials) > 1 else ():
        if all(name in t.inputs and laws.numbers(t.got) is not None and same(t.got, t.inputs[name]) for t in trials):
            return "as_it_went_in", f"`{name}` comes back as it went in. Is something computed from it, and returned?"
    return None


_CUTS = (
    ("only_the_first", slice(0, 1), "only the first counts. Is `return` inside the loop?"),
    (
        "only_the_last",
        slice(-1, None),
        "only the last counts. Is each one put in the place of the one before, where it is to be added?",
    ),
    ("last_left_out", slice(0, -1), "all but the last count. Does the loop end one too early?"),
    ("first_left_out", slice(1, None), "all but the first count. Does the loop begin at 1?"),
)


def _part_of_the_data(exercise, trials, same):
    """The reference on the first, or all but the last, of the data; also where a mean divides by the whole number or by 1."""
    for flat in (False, True):
        for id, cut, said in _CUTS:
            for whole in (1.0, None, 0.0):
                if _holds_for_the_cut(exercise, trials, same, cut, flat, whole):
                    return id, f"Of the data, {said}"
    return None


def _holds_for_the_cut(exercise, trials, same, cut, flat, whole):
    told = 0
    for trial in trials:
        arrays = {n: v for n, v in trial.inputs.items() if isinstance(v, np.ndarray) and v.ndim}
        sizes = {v.size if flat else len(v) for v in arrays.values()}
        if len(sizes) != 1:
            return False
        size = sizes.pop()
        taken = len(range(size)[cut])
        if not taken:
            continue
        cuts = {n: (v.ravel() if flat else v)[cut] for n, v in arrays.items()}
        try:
            with np.errstate(all="ignore"):
                want = compare.materialise(exercise.reference(**_copied(trial.inputs | cuts)))
        except Exception:  # the reference does not take a part of its data
            return False
        factor = 1.0 if whole == 1.0 else taken / size if whole is None else float(taken)
        if factor != 1.0 and isinstance(want, list | tuple):
            return False
        if not same(trial.got, want if factor == 1.0 else want * factor):
            return False
        told += size > 1
    return told > 1


def _turned(exercise, trials, same):
    """The reference with the sign of one argument turned."""
    names = list(inspect.signature(exercise.reference).parameters) if len(trials) > 1 else []
    for name in names:
        if not all(isinstance(t.inputs.get(name), float) or _is_floats(t.inputs.get(name)) for t in trials):
            continue
        with np.errstate(all="ignore"):
            results = [
                compare.materialise(exercise.reference(**_copied(t.inputs | {name: -t.inputs[name]}))) for t in trials
            ]
        if all(same(t.got, want) for t, want in zip(trials, results, strict=True)):
            return (
                "sign_of_an_argument",
                f"This is what comes out with −`{name}` in place of `{name}`: a plus and a minus have changed places somewhere.",
            )
    return None


def _is_floats(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _alike(a, b):
    return type(a) is type(b) and np.shape(a) == np.shape(b) and isinstance(a, np.ndarray | float)


def _copied(inputs):
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


# The right things in another order or number: lists, the parts of a tuple, the rows of a path.


def _order(exercise, trials, same):
    wrong = [trial for trial in trials if not same(trial.got, trial.want)]
    rows = [(laws.rows(trial.got), laws.rows(trial.want)) for trial in wrong]
    if any(got is None or want is None or len(want) < 2 for got, want in rows):
        return None

    def all_are(change, least=2):
        changed = [(got, change(want)) for got, want in rows]
        return all(
            len(got) == len(want) and len(want) >= least and all(map(same, got, want)) for got, want in changed
        ) and any(len(want) for _, want in changed)

    what = (
        "parts"
        if isinstance(wrong[0].want, tuple)
        else "rows"
        if isinstance(wrong[0].got, np.ndarray) and wrong[0].got.ndim > 1
        else "items"
    )
    if all_are(lambda want: want[::-1]):
        return "reversed", f"The {what} are right, but they come in the opposite order."
    if isinstance(wrong[0].want, tuple):
        if all(_permuted(got, want, same) for got, want in rows):
            return "parts_in_another_order", f"The {what} are right, but they come in another order than asked for."
        return None
    if all_are(lambda want: want[:-1], 1):
        return (
            "last_missing",
            f"The last of the {what} is missing; the others are right. Does the loop end one round early?",
        )
    if all_are(lambda want: want[1:], 1):
        return (
            "first_missing",
            f"The first of the {what} is missing; the others are right. What is there before the loop?",
        )
    if all(len(got) == len(want) + 1 and all(map(same, got, want)) for got, want in rows):
        return "one_too_many", f"One of the {what} is too many, at the end; the others are right."
    if all(len(got) == len(want) + 1 and all(map(same, got[1:], want)) for got, want in rows):
        return "one_too_many_in_front", f"One of the {what} is too many, at the front; the others are right."
    long = [(got, want) for got, want in rows if len(want) >= _ENOUGH]
    if long and len(long) == len(rows) and all(len(got) == len(want) for got, want in rows):
        if all(all(map(same, got[1:], want[:-1])) for got, want in rows):
            return "one_step_late", f"The {what} come one step late: each is what should have stood one place before."
        if all(all(map(same, got[:-1], want[1:])) for got, want in rows):
            return "one_step_early", f"The {what} come one step early: each is what should have stood one place later."
        if all(np.ndim(want[0]) and all(same(row, want[0]) for row in got) for got, want in rows):
            return (
                "first_again_and_again",
                f"All the {what} are alike: each is the first one. Does every round change it, and keep what it has changed?",
            )
        if all(np.ndim(want[0]) and all(same(row, want[-1]) for row in got) for got, want in rows):
            return (
                "one_array_many_times",
                f"All the {what} are alike: they are the last one. Is one and the same array put into the list each time, and "
                "changed in place afterwards? A copy stays as it is.",
            )
    return None


def _permuted(got, want, same):
    if len(got) != len(want):
        return False
    left = list(want)
    for part in got:
        hit = next((i for i, other in enumerate(left) if same(part, other)), None)
        if hit is None:
            return False
        del left[hit]
    return True


# The right numbers in another form: too many or too few axes, transposed, not added up.


def _forms_of_the_parts(exercise, trials, same):
    """The parts of a tuple that are wrong are all wrong in the same form."""
    if not all(
        isinstance(t.want, tuple) and isinstance(t.got, list | tuple) and len(t.got) == len(t.want) for t in trials
    ):
        return None
    count = len(trials[0].want)
    if any(len(t.want) != count for t in trials):
        return None
    names, found = laws.outputs(exercise, count), {}
    for k, name in enumerate(names):
        part = [Sample(t.inputs, t.got[k], t.want[k]) for t in trials]
        if not all(same(t.got, t.want) for t in part):
            found[name] = _form(exercise, part, same)
    first = next(iter(found.values()), None)
    if first is None or any(other is None or other[0] != first[0] for other in found.values()):
        return None
    return first[0], f"{laws.listed(list(found))}: {first[1]}"


def _form(exercise, trials, same):
    if any(isinstance(trial.got, tuple) and not isinstance(trial.want, list | tuple | np.ndarray) for trial in trials):
        if all(isinstance(t.got, tuple) and any(same(part, t.want) for part in t.got) for t in trials):
            return "more_than_asked_for", "What is asked for is among the results, but several come back: one is to."
        return None
    pairs = [(laws.numbers(trial.got), laws.numbers(trial.want)) for trial in trials]
    if any(got is None or want is None for got, want in pairs):
        return None
    unequal = [(got, want) for got, want in pairs if not same(got, want)]
    if all(got.ndim == want.ndim == 2 and same(got.T, want) for got, want in unequal):
        return "transposed", "The numbers are right, but rows and columns have changed places."
    wrong = [(got, want) for got, want in unequal if got.shape != want.shape]
    if len(wrong) < len(unequal):
        return None
    for got, want in wrong:
        if got.size != want.size or not same(got.reshape(want.shape), want):
            break
    else:
        got, want = wrong[0]
        return (
            "other_shape",
            f"The numbers are right, their shape is not: yours is {got.shape}, asked for is {_shape(want)}.",
        )
    if all(want.ndim == 0 and got.ndim for got, want in wrong):
        for id, reduced, name in (("mean_missing", np.mean, "mean"), ("sum_missing", np.sum, "sum")):
            if all(same(reduced(got), want) for got, want in wrong):
                return (
                    id,
                    f"An array comes back. Its {name} is the number that is asked for: is it still to be taken, or is there "
                    "an `axis` that keeps some entries apart?",
                )
    if all(got.ndim == 0 and want.ndim for got, want in wrong):
        for name, reduced in (("mean", np.mean), ("sum", np.sum)):
            if all(same(np.asarray(reduced(want)), got) for got, want in wrong):
                return (
                    "one_number_for_all",
                    f"One number comes back, the {name} of all the entries. Asked for is each of them by itself.",
                )
    return None


def _nearly(exercise, trials, same):
    """Every number is right to three digits, and on most inputs not to more than ten: something on the way is not exact."""
    pairs = [(laws.numbers(trial.got), laws.numbers(trial.want)) for trial in trials]
    if any(got is None or want is None or got.shape != want.shape or not want.size for got, want in pairs):
        return None
    if not all(np.isfinite(got).all() and np.isfinite(want).all() for got, want in pairs):
        return None
    gaps = [(np.abs(got - want).max(), np.abs(want).max()) for got, want in pairs]
    largest = max(size for _, size in gaps)  # where 0 is due
    off = [gap / (size or largest or 1.0) for gap, size in gaps]
    if any(compare.kind_of_difference(trial.got, trial.want) for trial in trials):
        return None  # 32 bits have a sentence of their own
    if len(off) < _ENOUGH or max(off) > 1e-3 or sum(gap > 1e-10 for gap in off) <= len(off) / 2:
        return None
    digits = int(-np.log10(max(off)))
    return (
        "nearly",
        f"Your result is right to about {digits} digits everywhere, but not further. Is a slope measured with a small step, a "
        "small number added somewhere, or something rounded?",
    )


def _shape(want):
    return want.shape if want.ndim else "one number"
