"""One law for all numbers: a factor, a power, a constant that turns the right results into those of an answer."""

import numpy as np

from helpers.check import compare

_FACTORS = (
    "factor",
    "sign",
    "times_an_input",
    "divided_by_an_input",
    "divided_not_multiplied",
    "multiplied_not_divided",
    "fixed_count",
    "one_less_counted",
)
_ENOUGH = 3  # numbers that must agree before a law is believed


def numbers(value):
    """Return the value as an array of floats, or None if it is anything but real numbers in one array."""
    if isinstance(value, str | bytes | dict | bool | np.bool_):
        return None
    try:
        array = np.asarray(value)
        return array.astype(float) if array.dtype.kind in "fiu" else None
    except Exception:  # a ragged list, an object of the learner's
        return None


def rows(value):
    """Return a list of what a list, a tuple or an array of at least one axis holds, or None."""
    if isinstance(value, list | tuple):
        return list(value)
    return list(value) if isinstance(value, np.ndarray) and value.ndim else None


def recognise(exercise, trials, same):
    """Look for one law that turns the right numbers into the answer's; parts of a tuple that are right are left out."""
    tuples = [trial for trial in trials if isinstance(trial.want, tuple)]
    if not tuples:
        return _law_of([(t.inputs, numbers(t.got), numbers(t.want)) for t in trials], "")
    count = len(tuples[0].want)
    if len(tuples) < len(trials) or any(rows(t.got) is None for t in trials):
        return None
    if any(len(t.got) != count or len(t.want) != count for t in trials):
        return None
    if found := _same_parts(trials, same):
        return found
    wrong = [k for k in range(count) if not all(same(t.got[k], t.want[k]) for t in trials)]
    labels = outputs(exercise, count)
    right = [labels[k] for k in range(count) if k not in wrong]
    parts = [(t.inputs, numbers(t.got[k]), numbers(t.want[k])) for k in wrong for t in trials]
    prefix = f"{listed(right)} {'is' if len(right) == 1 else 'are'} right. " if right else ""
    found = _law_of(
        parts, f"{listed([labels[k] for k in wrong])} {'is' if len(wrong) == 1 else 'are'} " if right else ""
    )
    if found:
        return found[0], prefix + found[1]
    moves = [
        (
            t.inputs,
            numbers(t.got[k]) - t.inputs[labels[k].strip("`")],
            numbers(t.want[k]) - t.inputs[labels[k].strip("`")],
        )
        for k in wrong
        for t in trials
        if labels[k].strip("`") in t.inputs and numbers(t.got[k]) is not None
    ]
    if len(moves) == len(wrong) * len(trials):
        found = _law_of(moves, f"The step of {listed([labels[k] for k in wrong])} is ")
        if found and found[0] in _FACTORS:
            return found[0], prefix + found[1]
    return None


def _same_parts(trials, same):
    """Several numbers come back, each the same one at every call; where all are one number, `_law_of` says so."""
    first = trials[0].got
    if len(trials) < _ENOUGH or not all(np.ndim(part) == 0 and numbers(part) is not None for part in first):
        return None
    if len(set(first)) == 1 or not all(same(trial.got, first) for trial in trials):
        return None
    if any(all(same(trial.want[k], part) for trial in trials) for k, part in enumerate(first)):
        return None  # a part that is right is the same each time because it is to be
    said = listed([compare.number(float(part)) for part in first])
    return "same_for_all_inputs", f"Your results are {said} whatever goes in. Do they depend on the arguments?"


def outputs(exercise, count):
    named = exercise.signature.rpartition("->")[2].strip()
    if named.startswith("(") and named.count(",") == count - 1:
        return [f"`{part.split()[0]}`" for part in named.strip("()").split(",")]
    return [f"part {k}" for k in range(count)]


def listed(names, word="and"):
    """Return "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last


_LOGS = {1 / np.log(2): "a logarithm to the base 2", 1 / np.log(10): "a logarithm to the base 10"}


def _law_of(parts, what):
    """parts: [(inputs, got, want)] as arrays. Return (id, sentence) of the law that holds for all, or None."""
    if any(got is None or want is None or got.shape != want.shape for _, got, want in parts):
        return None
    if not all(np.isfinite(want).all() for _, _, want in parts):
        return None
    what = what or "Your result is "
    if found := _factor(parts, what):
        return found
    got = np.concatenate([g.ravel() for _, g, _ in parts])
    want = np.concatenate([w.ravel() for _, _, w in parts])
    if want.size < _ENOUGH or np.unique(want.round(12)).size < 2:
        return None
    laws = (
        ("sign_lost", np.abs, "the absolute value of what it should be: where does the sign get lost?"),
        ("root_taken", np.sqrt, "the square root of what it should be."),
        ("squared", np.square, "the square of what it should be."),
        ("upside_down", lambda w: 1 / w, "1 divided by what it should be: which of the two stands below the line?"),
        ("logarithm_taken", np.log, "the logarithm of what it should be."),
        ("logarithm_missing", np.exp, "e to the power of what it should be: a logarithm is missing."),
        ("one_minus", lambda w: 1 - w, "1 minus what it should be."),
    )
    with np.errstate(all="ignore"):
        for id, law, said in laws:
            if _close(got, law(want)):
                return id, f"{what}everywhere {said}"
        if _close(got - want, np.full(want.shape, (got - want)[0])) and abs((got - want)[0]) > 1e-6:
            return "offset", f"{what}everywhere {compare.number((got - want)[0], 6)} more than it should be."
        if not np.isfinite(got).all():
            return None
        cut = (got == np.round(got)).all() and (want != np.round(want)).any()
        cut = cut and (
            _close(got, np.trunc(want)) or _close(got, np.floor(want)) or bool((np.abs(got - want) <= 0.5).all())
        )
        if np.ptp(got) == 0:  # one number, which rounding too gives where all that is due lies near it
            asked = " Or is it cut to a whole number, by an `int`, a `//` or an array of whole numbers?" if cut else ""
            said = f"{what}{compare.number(got[0] + 0.0, 6)} whatever goes in. Does it depend on the arguments?{asked}"
            return ("same_for_all_inputs", said) if len(parts) >= _ENOUGH else None
        if cut:
            return (
                "rounded",
                f"{what}rounded to whole numbers. Is there an `int`, a `round`, a `//`, or an array of whole numbers?",
            )
        for digits in (1, 2, 3, 4):
            if (got == np.round(got, digits)).all() and np.abs(got - want).max() <= 0.51 * 10.0**-digits:
                return "rounded", f"{what}rounded to {digits} digits after the point. The number itself is asked for."
    return None


def _close(a, b):
    if (np.isfinite(a) != np.isfinite(b)).any() or (a[~np.isfinite(a)] != b[~np.isfinite(b)]).any():
        return False
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    return a.size >= _ENOUGH and bool(np.all(np.abs(a - b) <= 1e-9 * np.maximum(np.abs(b), 1e-3 * np.abs(b).max())))


def _factor(parts, what):
    told, ratios = 0, []
    for inputs, got, want in parts:
        nonzero = want != 0
        with np.errstate(all="ignore"):
            size = np.abs(want).max(initial=0.0)
            if (np.abs(got[~nonzero]) > 1e-12 * size).any():
                return None
            ratio = got[nonzero] / want[nonzero]
        if not ratio.size:
            continue
        if not np.isfinite(ratio).all():
            ratios.append((inputs, None))
            continue
        if np.abs(ratio - ratio[0]).max() > 1e-7 * abs(ratio[0]) or ratio[0] == 0:
            return None
        told += ratio.size
        ratios.append((inputs, float(ratio[0])))
    known = [ratio for _, ratio in ratios if ratio is not None]
    if told < _ENOUGH:
        return None
    if len(known) == len(ratios) and np.ptp(known) <= 1e-7 * abs(known[0]):
        return _constant(known[0], what)
    return _depends(ratios, what) if len(known) > 1 else None


def _constant(ratio, what):
    if abs(ratio - 1) < 1e-7:
        return None
    if abs(ratio + 1) < 1e-7:
        return "sign", f"{what}everywhere −1 times what it should be: where is the sign turned?"
    base = next((f", as {name} gives" for value, name in _LOGS.items() if abs(ratio / value - 1) < 1e-7), "")
    return (
        "factor",
        f"{what}everywhere {_text(ratio)} times what it should be{base}: which factor is left out, or is too much?",
    )


def _text(ratio):
    for n in range(1, 13):
        for value, text in ((n, str(n)), (1 / n, f"1/{n}")):
            if abs(abs(ratio) / value - 1) < 1e-7:
                return text if ratio > 0 else f"−{text}"
    return compare.number(ratio, 6).replace("-", "−")


def _depends(ratios, what):
    """A factor that is another one for each input: a size of an array, an argument, or one divided by it."""
    for name, measure in _measures(ratios):
        values = [measure(inputs) for inputs, _ in ratios]
        if any(v is None for v in values) or len({round(v, 12) for v in values}) < 2:
            continue
        counted = name.startswith("the number")
        for sign, turned in ((1, ""), (-1, "minus ")):
            if _fits(ratios, [sign * v for v in values]):
                asked = (
                    "Is it a sum where a mean is due?" if counted else "Is it one factor too many, or not divided by?"
                )
                return "times_an_input", f"{what}{turned}{name}, times what it should be. {asked}"
            if _fits(ratios, [sign / v if v else np.nan for v in values]):
                asked = (
                    "Is it divided by that once too often?" if counted else "Is that factor left out, or divided by?"
                )
                return "divided_by_an_input", f"{what}{turned}what it should be, divided by {name}. {asked}"
            if not counted and _fits(ratios, [sign / v**2 if v else np.nan for v in values]):
                return "divided_not_multiplied", f"{what}divided by {name} where it is to be multiplied by it."
            if not counted and _fits(ratios, [sign * v**2 for v in values]):
                return (
                    "multiplied_not_divided",
                    f"{what}multiplied by {name} where it is to be divided by it, or twice.",
                )
        if counted and (found := _miscounted(ratios, values, name, what)):
            return found
    return None


def _miscounted(ratios, values, name, what):
    if _fits(ratios, [v / (v - 1) if v != 1 else np.nan for v in values], gaps=True):
        return (
            "one_less_counted",
            f"{what}divided by one less than {name}, as a variance of a sample is. Asked for is the plain mean.",
        )
    per = [ratio / v for (_, ratio), v in zip(ratios, values, strict=True) if ratio is not None]
    if len(per) < len(ratios) or np.ptp(per) > 1e-7 * abs(per[0]):
        return None
    count = 1 / abs(per[0])
    if count < 1.5 or abs(count - round(count)) > 1e-6:
        return None
    asked = f"Is a sum divided by a fixed {round(count)}?"
    if count < 13:
        asked += f" Or is it a sum where a mean is due, and a factor of {round(count)} missing?"
    return "fixed_count", f"{what}what it should be, times {name} and divided by {round(count)}. {asked}"


def _fits(ratios, values, gaps=False):
    for (_, ratio), value in zip(ratios, values, strict=True):
        if ratio is None or not np.isfinite(value):
            if not gaps or (ratio is None) != (not np.isfinite(value)):
                return False
        elif abs(ratio - value) > 1e-7 * abs(value):
            return False
    return True


def _measures(ratios):
    """Yield (words, measure(inputs)): the sizes of the arrays that go in, and the numbers; arrays of rows first."""
    inputs = ratios[0][0]
    arrays = [name for name, value in inputs.items() if isinstance(value, np.ndarray)]
    for name in arrays:
        yield f"the number of rows of `{name}`", lambda given, n=name: float(len(given[n])) if given[n].ndim else None
    for name in arrays:
        yield f"the number of entries of `{name}`", lambda given, n=name: float(given[n].size)
        yield (
            f"the number of columns of `{name}`",
            lambda given, n=name: float(given[n].shape[1]) if given[n].ndim > 1 else 1.0,
        )
        yield (
            f"the number of rows of `{name}` divided by that of its columns",
            lambda given, n=name: len(given[n]) / given[n].shape[1] if given[n].ndim > 1 and given[n].size else None,
        )
    for name, value in inputs.items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            yield f"`{name}`", lambda given, n=name: _number(given.get(n))
            yield f"(1 − `{name}`)", lambda given, n=name: None if (v := _number(given.get(n))) is None else 1 - v


def _number(value):
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else None
