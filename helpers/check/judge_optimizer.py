"""Judging an optimizer: the weights after each ``apply``, beside those of the reference."""

import ast
import inspect
from dataclasses import dataclass, field

import numpy as np

from helpers.check import compare, running, source
from helpers.check.registry import Wrong

SMALL = ((3, 2), (5,))
LARGE = ((2, 2), (2 * 65536 + 3,))  # the second is larger than two of the blocks that a rule is run over
# Growing and shrinking gradients: only these tell a maximum from an average, or a forgotten correction from a kept one.
_SIZES = (1.0, 3.0, 0.1, 0.2, 2.0, 0.05, 0.5, 1.0)
_RATES = (1.0, 1.0, 0.1, 0.1, 5.0, 0.5, 1.0, 2.0)
_IN_PLACE = "`w = …` names a new array, `w -= …` changes the one that counts."
LOST_SLOT = "lost_slot"  # the id of a mistake that every optimizer exercise knows
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


def judge(exercise, answer, sources, reference=None, doing=lambda text: None):
    """Raise Wrong unless the class `answer` moves the weights as the reference does, in every run."""
    if reference is None:
        _refuse_other_things(exercise, answer)
        _arguments(exercise, answer)
    for run in _runs(exercise):
        _race(run, answer, reference or exercise.reference, sources, doing)


def _refuse_other_things(exercise, answer):
    from helpers.optimizers import Optimizer

    if isinstance(answer, Optimizer):
        raise Wrong(f"Hand over the class itself, not an optimizer made from it: `check.{exercise.id}(ClassName)`.")
    if not isinstance(answer, type):
        raise Wrong(f"`check.{exercise.id}` wants a class, a subclass of `Optimizer`; got {compare.kind(answer)}.")
    if not issubclass(answer, Optimizer):
        raise Wrong(
            f"The class {answer.__name__} is no subclass of `Optimizer`: `class {answer.__name__}(Optimizer):`."
        )


def _arguments(exercise, answer):
    """Hold the constructor's arguments and defaults to Keras'."""
    try:
        parameters = inspect.signature(answer).parameters
    except (ValueError, TypeError):
        return
    passes_on = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name, default in exercise.spec["defaults"].items():
        if name not in parameters:
            if not passes_on:
                raise Wrong(
                    f"`{answer.__name__}.__init__` has no argument `{name}`; in Keras it is {name}={default!r}."
                )
            continue
        mine = parameters[name].default
        if mine is inspect.Parameter.empty:
            raise Wrong(f"The argument `{name}` has no default; Keras' is {default!r}.")
        if mine is not Ellipsis and not _equal(mine, default):
            raise Wrong(f"The default of `{name}` is {compare.short(mine)}; Keras' is {default!r}.")


def _equal(a, b):
    try:
        return bool(a == b)
    except Exception:  # the learner's default may be any object
        return False


def _runs(exercise):
    rate = exercise.spec["defaults"]["learning_rate"]
    yield Run("With the default arguments", {})
    yield Run(
        "With a second optimizer of the class",
        {},
        remark="The first one was right: what do the two share that each should own?",
    )
    for options in ({"learning_rate": 3 * rate}, *exercise.spec["options"]):
        yield Run(f"With {', '.join(f'{k}={v!r}' for k, v in options.items())}", options)
    yield Run("With a learning rate that changes from step to step", {}, rates=_RATES)
    yield Run("With gradients near 1e-6", {}, scale=1e-6)
    yield Run("With gradients near 10,000", {}, scale=1e4)
    yield Run("With float32 weights", {}, dtype="float32")
    yield Run(
        "With a parameter of 131,075 entries",
        {},
        shapes=LARGE,
        remark="Small parameters came out right. `update_step` runs once for each block of a large one: it may change "
        "only `w` and the slots.",
    )


def _make(factory, arguments, sources, label):
    made = running.run(
        factory, sources=sources, during=f"\n{label}, it was made with {arguments or 'no arguments'}.", **arguments
    )
    try:
        made.learning_rate, made.iterations  # noqa: B018 (reading them is the question)
    except AttributeError:
        raise Wrong(
            "`__init__` does not set up the base class: call `super().__init__(learning_rate, **options)` in it."
        ) from None
    return made


def _race(run, answer, reference, sources, doing):
    doing(f"an optimizer. {run.label}")
    rng = np.random.default_rng(7)
    mine, theirs = _make(answer, run.arguments, sources, run.label), _make(reference, run.arguments, (), run.label)
    rate = theirs.learning_rate
    start = [np.round(rng.normal(size=shape), 2).astype(run.dtype) for shape in run.shapes]
    w_mine, w_theirs = [w.copy() for w in start], [w.copy() for w in start]
    path = [np.zeros(w.shape) for w in start]
    steps = len(_SIZES) if run.shapes is not LARGE else 3
    for t in range(1, steps + 1):
        grads = [np.asarray(_SIZES[t - 1] * run.scale * rng.normal(size=shape), run.dtype) for shape in run.shapes]
        grads[0][1, 1] = 0.0  # no gradient at all, at any step: what is divided by its root must not be 0
        if len(set(run.rates)) > 1:
            running.run(setattr, mine, "learning_rate", run.rates[t - 1] * rate, sources=sources)
            theirs.learning_rate = run.rates[t - 1] * rate
        before_mine, before_theirs = [w.copy() for w in w_mine], [w.copy() for w in w_theirs]
        kept = [g.copy() for g in grads]
        running.run(mine.apply, grads, w_mine, sources=sources, during=f"\n{run.label}, at step {t}.")
        if any(not np.array_equal(a, b) for a, b in zip(grads, kept, strict=True)):
            raise Wrong(
                f"{run.label}: the gradients are changed at step {t}. They belong to the caller: work on a copy."
            )
        theirs.apply(kept, w_theirs)
        for i, (w, want) in enumerate(zip(w_mine, w_theirs, strict=True)):
            path[i] += np.abs(want.astype(float) - before_theirs[i])
            entry = _first_difference(w, want, path[i], run.dtype, run.relative)
            if entry is not None:
                step = (w.astype(float) - before_mine[i], want.astype(float) - before_theirs[i])
                raise _told(run, t, i, entry, w, want, step, mine, theirs, start)


def _first_difference(w, want, path, dtype, relative=None):
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
    lost = _lost_slots(i, mine, start)
    if unmoved:
        text += f" Your weights have not moved: {getattr(mine, 'in_place', None) or _why_unmoved(mine, i)}"
    else:
        text += compare.ratio_of(*step).replace("Yours is", "Your step is").replace("value", "one")
        text += "" if lost else _slot(i, mine, theirs)
        if np.isnan(w).any() and not np.isnan(w[entry]):
            text += f" Entry {[int(n) for n in np.argwhere(np.isnan(w))[0]]} is nan."
        text += f" {run.remark}" if run.remark else ""
    wrong = Wrong(f"{lost}\n{text}", LOST_SLOT) if lost else Wrong(text)
    wrong.unmoved = unmoved
    return wrong


def _why_unmoved(mine, i):
    if any(arguments[1] in given for arguments, given, _ in _updates(type(mine))):
        return _IN_PLACE
    try:
        remembers = bool(mine.state()["arrays"]["slots"][i])
    except Exception:  # an answer may keep its state in a way of its own
        remembers = False
    return f"does a line change `w`{', after the slots have taken in the gradient' if remembers else ''}?"


def _lost_slots(i, mine, start):
    """Say which slots the rule gives a new array while the one that is kept is as it was at the start, or ""."""
    try:
        kept, fresh = mine.state()["arrays"]["slots"][i], mine.make_slots(start[i], "")
        unchanged = [np.array_equal(kept[name], fresh[name]) for name in kept]
        lost = _rebound(type(mine), unchanged)
    except Exception:  # an answer may keep its state in a way of its own
        return ""
    if not lost:
        return ""
    names, new = (" and ".join(form.format(name) for name in lost) for form in ("`{}`", "`{} = …`"))
    if len(lost) > 1:
        said = f"The slots {names} are still as at the start: {new} name new arrays, not the ones that are kept."
    else:
        said = f"The slot {names} is still as at the start: {new} names a new array, not the one that is kept."
    return f"{said} `{lost[0]}[...] = …` changes it in place, and so do `+=`, `-=` and `*=`."


def _rebound(kind, unchanged):
    """The unchanged slots to whose names an `update_step` of the learner's, in `kind` or a base, gives something new."""
    for arguments, given, calls_on in _updates(kind):
        lost = [name for name, same in zip(arguments[5:], unchanged, strict=False) if same and name in given]
        if lost or not calls_on:
            return lost
    return []


def _updates(kind):
    """Of each `update_step` of the learner's: its arguments, the names it gives something new, whether it calls another."""
    for owner in (c for c in kind.__mro__ if "update_step" in vars(c)):
        parsed = source.node_of(source.unwrap(vars(owner)["update_step"])) if source.is_own(owner.__module__) else None
        if parsed is None:
            return
        given = set()
        for node in ast.walk(parsed[0]):
            if isinstance(node, ast.Assign):
                given.update(name for target in node.targets for name in _plain(target))
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
                given.update(_plain(node.target))
        calls_on = any(isinstance(node, ast.Attribute) and node.attr == "update_step" for node in ast.walk(parsed[0]))
        yield [argument.arg for argument in parsed[0].args.args], given, calls_on


def _plain(target):
    """The names in an assignment's left side: not `m[...]` or `self.m`, which change what is there."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in _plain(part)]
    return [target.id] if isinstance(target, ast.Name) else []


def _slot(i, mine, theirs):
    """Name a slot that differs, if the answer has one of that name and it is no multiple of the reference's."""
    try:
        ours, yours = theirs.state()["arrays"]["slots"][i], mine.state()["arrays"]["slots"][i]
    except Exception:  # an answer may keep its state in a way of its own
        return ""
    for name in ours:
        if name in yours and not compare.ratio_of(yours[name], ours[name]):
            entry = _first_difference(yours[name], ours[name], np.abs(ours[name]), str(ours[name].dtype))
            if entry is not None:
                a, b = compare.pair(yours[name][entry], ours[name][entry])
                return f" The slot `{name}` differs too: yours {a}, expected {b}."
    return ""
