"""Judging an optimizer: the weights after each ``apply``, beside those of the reference."""

import contextlib
from dataclasses import dataclass, field

import numpy as np

from helpers.check import compare, names_given, optimizer_form, optimizer_mistakes, running
from helpers.check.printed import Printed
from helpers.check.registry import Wrong
from helpers.optimizers.blocks import BLOCK

SMALL = ((3, 2), (5,))
TWINS = ((3, 2), (3, 2))
LARGE = ((2, 2), (2 * BLOCK + 3,))  # the second is larger than two of the blocks that a rule is run over
WHOLE = ((2, 2), (50, 40))  # for a rule that is run over no blocks: a loop over the entries of LARGE takes seconds
# Growing and shrinking gradients: only these tell a maximum from an average, or a forgotten correction from a kept one.
_SIZES = (1.0, 3.0, 0.1, 0.2, 2.0, 0.05, 0.5, 1.0)
_RATES = (1.0, 1.0, 0.1, 0.1, 5.0, 0.5, 1.0, 2.0)
_NO_RULE = ("kept_under_the_shape", "right_at_first")  # what the rule itself has no part in
_RELATIVE = {"float64": 1e-8, "float32": 3e-4}


@dataclass
class Run:
    """One race of answer and reference: what is said of it, and its settings."""

    label: str
    arguments: dict = field(default_factory=dict)
    dtype: str = "float64"
    scale: float = 1.0
    shapes: tuple = SMALL
    rates: tuple = (1.0,) * len(_SIZES)
    remark: str = ""
    relative: float | None = None  # tolerance, in shares of the way that the weights went; by dtype if None
    steps: int = len(_SIZES)
    # Of the base class: arguments of the answer, attributes of the reference.
    settings: dict = field(default_factory=dict)
    mistake: str | None = None  # the id of what fails in this run alone


def judge(exercise, answer, sources, reference=None, doing=lambda text: None):
    """Raise Wrong unless the class `answer` moves the weights as the reference does, in every run.

    Returns a remark on a right rule that leaves the base class' settings out, or "".
    """
    if reference is not None:  # a known mistake
        for run in _runs(exercise):
            _race(run, answer, reference, sources, doing)
        return ""
    optimizer_form.refuse_other_things(exercise, answer)
    optimizer_form.arguments(exercise, answer)
    made = _make(answer, {}, sources, "With the default arguments")
    optimizer_form.rule_is_called(made)
    runs = list(_runs(exercise, blocks=bool(made.elementwise)))
    try:
        for run in runs:
            _race(run, answer, exercise.reference, sources, doing)
    except running.Raised as raised:
        optimizer_mistakes.explain(raised, SMALL)
        raise
    except Wrong as wrong:
        wrong.reference = exercise.reference
        with contextlib.redirect_stdout(Printed()):  # it runs again only to be compared
            optimizer_mistakes.name(wrong, exercise, answer, sources, runs)
        raise
    for run in _FURTHER:
        _race(run, answer, exercise.reference, sources, doing)
    if not optimizer_form.takes_options(answer):
        return optimizer_form.NO_OPTIONS.format(answer.__name__)
    try:
        _race(_CLIPPED, answer, exercise.reference, sources, doing)
    except Wrong:
        return optimizer_form.OPTIONS_LOST.format(answer.__name__)
    return ""


def _runs(exercise, blocks=True):
    """Yield the runs of every rule; blocks: whether the rule is run over the blocks of a large parameter."""
    rate = exercise.spec["defaults"]["learning_rate"]
    yield Run("With the default arguments", {})
    yield Run(
        "With a second optimizer of the class",
        {},
        remark="The first one was right: what do the two share that each should own?",
        mistake="shared_between_optimizers",
    )
    for options in ({"learning_rate": 3 * rate}, *exercise.spec["options"]):
        yield Run(f"With {', '.join(f'{k}={v!r}' for k, v in options.items())}", options)
    yield Run("With a learning rate that changes from step to step", {}, rates=_RATES)
    yield Run("With gradients near 1e-6", {}, scale=1e-6)
    yield Run("With gradients near 10,000", {}, scale=1e4)
    yield Run("With float32 weights", {}, dtype="float32")
    if not blocks:
        yield Run("With a parameter of 2,000 entries", {}, shapes=WHOLE, steps=2)
        return
    yield Run(
        f"With a parameter of {2 * BLOCK + 3:,} entries",
        {},
        shapes=LARGE,
        steps=2,
        remark="Small parameters came out right. `update_step` runs once for each block of a large one: it may change "
        "only `w` and the slots.",
        mistake="not_block_by_block",
    )


# What no rule fails in that was right so far, but for what it keeps beside its slots.
_FURTHER = (
    Run(
        "With two parameters of one shape",
        shapes=TWINS,
        remark="Parameters of different shapes came out right. Is what belongs to one parameter kept under its shape or its size? "
        "A slot belongs to one parameter alone.",
        mistake="kept_under_the_shape",
    ),
    Run(
        "Over 600 steps",
        steps=600,
        shapes=SMALL[:1],
        remark="The first steps are right: what changes when t is large?",
        mistake="right_at_first",
    ),
)
_CLIPPED = Run("With clipnorm=0.5", settings={"clipnorm": 0.5})


def _make(factory, arguments, sources, label):
    made = running.run(
        factory, sources=sources, during=f"\n{label}, it was made with {arguments or 'no arguments'}.", **arguments
    )
    optimizer_form.set_up(made)
    return made


def inputs(run):
    """Return (start weights, [gradients of each step]) of a run, the same ones each time."""
    rng = np.random.default_rng(7)
    start = [np.round(rng.normal(size=shape), 2).astype(run.dtype) for shape in run.shapes]
    every = []
    for t in range(run.steps):
        size = _SIZES[t % len(_SIZES)] * run.scale
        grads = [np.asarray(size * rng.normal(size=shape), run.dtype) for shape in run.shapes]
        grads[0][1, 1] = 0.0  # no gradient at all, at any step: what is divided by its root must not be 0
        every.append(grads)
    return start, every


def set_rate(optimizer, run, t, rate, sources=()):
    """Give the optimizer the learning rate of step t, where it changes in this run."""
    if len(set(run.rates)) > 1:
        running.run(setattr, optimizer, "learning_rate", run.rates[t - 1] * rate, sources=sources)


def _race(run, answer, reference, sources, doing):
    doing(f"an optimizer. {run.label}")
    mine = _make(answer, run.arguments | run.settings, sources, run.label)
    theirs = _make(reference, run.arguments, (), run.label)
    for name, value in run.settings.items():
        setattr(theirs, name, value)
    rate = theirs.learning_rate
    start, every = inputs(run)
    w_mine, w_theirs = [w.copy() for w in start], [w.copy() for w in start]
    path = [np.zeros(w.shape) for w in start]
    for t, grads in enumerate(every, 1):
        set_rate(mine, run, t, rate, sources)
        set_rate(theirs, run, t, rate)
        before_mine, before_theirs = [w.copy() for w in w_mine], [w.copy() for w in w_theirs]
        kept = [g.copy() for g in grads]
        running.run(mine.apply, grads, w_mine, sources=sources, during=f"\n{run.label}, at step {t}.")
        if any(not np.array_equal(a, b) for a, b in zip(grads, kept, strict=True)):
            raise Wrong(
                f"{run.label}: the gradients are changed at step {t}. They belong to the caller: work on a copy.",
                "gradient_changed",
            )
        theirs.apply(kept, w_theirs)
        for i, (w, want) in enumerate(zip(w_mine, w_theirs, strict=True)):
            with np.errstate(all="ignore"):
                path[i] += np.abs(want.astype(float) - before_theirs[i])
            entry = first_difference(w, want, path[i], run.dtype, run.relative)
            if entry is not None:
                step = (w.astype(float) - before_mine[i], want.astype(float) - before_theirs[i])
                raise _told(run, t, i, entry, w, want, step, mine, theirs, start)


def first_difference(w, want, path, dtype, relative=None):
    limits = np.finfo(dtype)
    with np.errstate(all="ignore"):
        tolerance = (relative or _RELATIVE[dtype]) * path + 64 * limits.eps * (np.abs(want) + path) + limits.tiny
        wrong = ~(np.abs(w.astype(float) - want) <= tolerance)
        wrong &= ~((w == want) | (np.isnan(w) & np.isnan(want)))
    return tuple(int(n) for n in np.argwhere(wrong)[0]) if wrong.any() else None


def _told(run, t, i, entry, w, want, step, mine, theirs, start):
    yours, expected = compare.pair(w[entry], want[entry])
    text = f"{run.label}, the weights differ at step {t}, parameter {i}, entry {list(entry)}: "
    text += f"yours {yours}, expected {expected}."
    unmoved = t == 1 and np.array_equal(w, start[i]) and not np.array_equal(want, start[i])
    lost = names_given.lost_slots(i, mine, start)
    if unmoved:
        text += f" Your weights have not moved: {getattr(mine, 'in_place', None) or names_given.why_unmoved(mine, i)}"
    else:
        text += compare.ratio_of(*step).replace("Yours is", "Your step is").replace("value", "one")
        text += "" if lost else _slot(i, mine, theirs)
        if np.isnan(w).any() and not np.isnan(w[entry]):
            text += f" Entry {[int(n) for n in np.argwhere(np.isnan(w))[0]]} is nan."
        text += f" {run.remark}" if run.remark else ""
    wrong = Wrong(f"{lost}\n{text}", names_given.LOST_SLOT) if lost else Wrong(text)
    wrong.unmoved, wrong.run, wrong.step, wrong.parameter = unmoved, run, t, i
    if run.mistake in _NO_RULE:
        wrong.mistake = wrong.mistake or run.mistake
    return wrong


def _slot(i, mine, theirs):
    """Name a slot that differs, if the answer has one of that name and it is no multiple of the reference's."""
    try:
        ours, yours = theirs.state()["arrays"]["slots"][i], mine.state()["arrays"]["slots"][i]
    except Exception:  # an answer may keep its state in a way of its own
        return ""
    for name in ours:
        if name in yours and not compare.ratio_of(yours[name], ours[name]):
            entry = first_difference(yours[name], ours[name], np.abs(ours[name]), str(ours[name].dtype))
            if entry is not None:
                a, b = compare.pair(yours[name][entry], ours[name][entry])
                return f" The slot `{name}` differs too: yours {a}, expected {b}."
    return ""
