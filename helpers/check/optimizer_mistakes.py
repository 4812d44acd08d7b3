"""Naming what is wrong with an optimizer, once it has failed: by its steps, beside those of rules that are wrong in known ways."""

import contextlib
import time

import numpy as np

from helpers.check import judge_optimizer, names_given

_SECONDS = 0.5  # for all comparisons together: a slow answer is told its first difference
_FLOAT32 = 2e-7  # about three roundings of float32, in shares of the way
_FEW = 3  # pairs of mistakes that give the same numbers: more tell nothing


def explain(raised, shapes):
    """Give an exception of the rule its name where its cause is one of optimizers."""
    text = raised.message
    written = [str(shape).replace(" ", "") for shape in shapes]
    if "read-only" in text:
        raised.message += (
            "\n`g` may only be read: it belongs to the caller. Give what you compute of it a name of its own."
        )
        raised.mistake = "gradient_changed"
    elif "broadcast" in text and all(shape in text.replace(" ", "") for shape in written):
        raised.message += (
            f"\n{' and '.join(written)} are the shapes of two different parameters. Does `self` keep one array for all of "
            "them? What belongs to one parameter is a slot."
        )
        raised.mistake = "one_memory_for_all"


class Trace:
    """The steps of an answer in each run, taken once and compared with many rules.

    make: a callable run -> optimizer. around: a callable run -> context manager in which the run is taken.
    seconds: how long comparisons may take together, in computing time; three times that by the clock.
    """

    def __init__(self, make, around=None, seconds=_SECONDS):
        self._make, self._around = make, around or (lambda run: contextlib.nullcontext())
        self._taken, self._until = {}, (time.thread_time() + seconds, time.monotonic() + 3 * seconds)
        self.last = None  # the optimizer of the first run, with its weights

    def late(self):
        return (
            time.thread_time() > self._until[0] or time.monotonic() > self._until[1]
        )  # a busy machine, a sleeping answer

    def of(self, run):
        """Return [weights after each step], shorter where the answer raised."""
        if run.label not in self._taken:
            optimizer, weights = self.take(run)
            self._taken[run.label] = weights
            if self.last is None:
                self.last = optimizer
        return self._taken[run.label]

    def take(self, run, which=None, from_the_start=False, steps=None):
        """Take a run anew: of the parameters `which` alone, each step `from_the_start` weights."""
        start, every = judge_optimizer.inputs(run)
        which = range(len(start)) if which is None else which
        w, after, optimizer = [start[i].copy() for i in which], [], None
        try:
            with np.errstate(all="ignore"), self._around(run):
                optimizer = self._make(run)
                rate = optimizer.learning_rate
                for t, grads in enumerate(every[:steps], 1):
                    judge_optimizer.set_rate(optimizer, run, t, rate)
                    if from_the_start:
                        for mine, i in zip(w, which, strict=True):
                            mine[...] = start[i]
                    optimizer.apply([grads[i].copy() for i in which], w)
                    after.append([mine.copy() for mine in w])
        except Exception:  # what it raises is told elsewhere
            pass
        return optimizer, after

    def equals(self, reference, runs, relative=None, first_rate=False):
        """True if the answer takes the steps of `reference` in all the runs; first_rate: of one whose rate never changes."""
        return all(self._same(reference, run, relative, first_rate) for run in runs)

    def _same(self, reference, run, relative, first_rate):
        mine = self.of(run)
        start, every = judge_optimizer.inputs(run)
        if len(mine) < len(every):
            return False
        theirs, w = reference(**run.arguments), [w.copy() for w in start]
        path, rate = [np.zeros(v.shape) for v in start], theirs.learning_rate
        with np.errstate(all="ignore"):
            for t, grads in enumerate(every, 1):
                if not first_rate:
                    judge_optimizer.set_rate(theirs, run, t, rate)
                before = [v.copy() for v in w]
                theirs.apply(grads, w)
                for i, (yours, want) in enumerate(zip(mine[t - 1], w, strict=True)):
                    path[i] += np.abs(want.astype(float) - before[i])
                    limit = relative or run.relative
                    if judge_optimizer.first_difference(yours, want, path[i], run.dtype, limit) is not None:
                        return False
        return True


def name(wrong, exercise, answer, sources, runs, trace=None):
    """Give `wrong` the id and the words of the mistake that was made, where one is recognised."""
    if wrong.mistake or not hasattr(wrong, "run"):
        return
    trace = trace or Trace(lambda run: answer(**run.arguments))
    found = _found(wrong, exercise, answer, runs, trace)
    if found is None and wrong.run.mistake:
        found = wrong.run.mistake, ""
    if found:
        wrong.mistake, said = found
        # A known mistake says what happens to the weights: a guess at why they have not moved is out of place.
        told = wrong.message.split(" Your weights have not moved:")[0]
        wrong.message = f"{said}\n{told}" if said else wrong.message
    if second := names_given.second_name(answer):
        name, of = second
        wrong.message += (
            f"\n`{name} = {of}` is no copy: one array has two names then, and `{name}` changes with `{of}`."
        )


def _found(wrong, exercise, answer, runs, trace):
    """Return (id, what to say) or None. What is known of rules comes first, then what can be said of any."""
    steps = trace.of(runs[0])
    if trace.late() or not steps:
        return None
    known = _known(exercise, runs, trace) or _first_rate(exercise, runs, trace)
    if known:
        return known
    if found := _rate_overwritten(exercise, trace) or _clips(trace):
        return found
    for look in (_never_moves, _nan_at_first, _between_parameters):
        found = look(wrong, answer, runs, trace)
        if found:
            return found
    ignored = _ignored(exercise, runs, trace)
    if ignored and wrong.run.label != runs[0].label:
        return ignored
    exact = [run for run in runs if run.dtype == "float64" and run.mistake != "not_block_by_block"]
    failed = wrong.run.label in [run.label for run in exact]
    if failed and runs[0].relative is None and trace.equals(exercise.reference, exact, _FLOAT32):
        return (
            "rounded",
            "Your steps are right to about seven digits and no further. That is what float32 has: does something become "
            "float32 on the way?",
        )
    return _two(exercise, runs, trace) or _not_kept(wrong, runs, trace) or ignored


def _known(exercise, runs, trace):
    nan = _all_nan(trace.of(runs[0]))
    if nan and _first_step_alone(runs, trace):
        return None  # nan is equal to nan: that says nothing of the rule
    for id, (reference, said) in exercise.mistakes.items():
        if trace.equals(reference, runs):
            theirs = _taken_by(reference, runs[0])
            if nan and not _same_slots(trace.last, theirs):
                return None
            if _changed(trace.last, runs[0]) == [] and _changed(theirs, runs[0]):
                return _copied(trace, runs)  # the same numbers, by another cause
            return id, said
        if trace.late():
            return None
    return None


def _first_rate(exercise, runs, trace):
    """The rule goes on with the rate that the optimizer was made with, where that changes; alone, or beside a known mistake."""
    changing = next(run for run in runs if len(set(run.rates)) > 1)
    if not _same_steps(trace.of(changing), trace.of(runs[0])):
        return None
    halved = _halved(exercise, "learning_rate", runs)
    if _same_steps(trace.of(halved), trace.of(runs[0])):  # no rate plays any part
        return None
    said = (
        "Your steps keep to the learning rate that the optimizer was made with. It may change from step to step: the rate of "
        "this step is what `update_step` is handed."
    )
    if trace.equals(exercise.reference, runs, first_rate=True):
        return "fixed_rate", said
    for id, (reference, more) in exercise.mistakes.items():
        if trace.equals(reference, runs, first_rate=True):
            return f"{id}+fixed_rate", f"Two things. {more} And: {said}"
        if trace.late():
            return None
    return None


def _rate_overwritten(exercise, trace):
    made_with = exercise.spec["defaults"]["learning_rate"]
    try:
        now = float(trace.last.learning_rate)
    except Exception:  # an answer may do as it likes with its rate
        return None
    if abs(now / made_with - 1) < 1e-6:  # Keras keeps it in float32
        return None
    return (
        "rate_overwritten",
        f"The optimizer's own learning rate has changed, from {made_with:g} to {now:g} in these steps: the rule writes into it, "
        "and the next step begins from there. What is for this step alone needs a name of its own.",
    )


def _clips(trace):
    """A setting of the base class that `__init__` hands on although nobody asked for it."""
    for name in ("clipnorm", "clipvalue", "global_clipnorm"):
        if value := getattr(trace.last, name, None):
            return (
                "clips",
                f"`__init__` hands `{name}={value:g}` to the base class, which then clips every gradient before the rule has it.",
            )
    return None


def _same_steps(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)
    )


def _halved(exercise, argument, runs):
    """The first run, with half the default of one argument."""
    half = {argument: exercise.spec["defaults"][argument] * 0.5}
    return judge_optimizer.Run(f"{argument} halved", half, relative=runs[0].relative)


def _same_slots(one, other):
    """True if the first parameter's slots hold the same in both, in their order."""
    try:
        pairs = zip(*(list(o.state()["arrays"]["slots"][0].values()) for o in (one, other)), strict=True)
        return all(np.allclose(a, b, equal_nan=True) for a, b in pairs)
    except Exception:  # an answer may keep its state in a way of its own
        return False


def _all_nan(steps):
    return bool(steps) and bool(np.isnan(steps[0][0]).all())


def _taken_by(reference, run):
    return Trace(lambda run: reference(**run.arguments)).take(run)[0]


def _changed(optimizer, run, changed=True):
    """The names of the slots of the first parameter that have changed since the start, or have not; None if not known."""
    start, _ = judge_optimizer.inputs(run)
    try:
        kept, fresh = optimizer.state()["arrays"]["slots"][0], optimizer.make_slots(start[0], "")
        return [name for name in kept if np.array_equal(kept[name], fresh[name]) != changed]
    except Exception:  # an answer may keep its state in a way of its own
        return None


def _never_moves(wrong, answer, runs, trace):
    start, _ = judge_optimizer.inputs(runs[0])
    if not all(np.array_equal(w, s) for after in trace.of(runs[0]) for w, s in zip(after, start, strict=True)):
        return None
    if hasattr(trace.last, "in_place"):  # Keras' variables: what is said of them stands in `judge_keras`
        return "weights_still", ""
    if (how := names_given.weights_lost(answer)) == "rebound":
        return (
            "weights_rebound",
            "The weights never change: `w = …` gives the name w to a new array, which is lost at the end. `w -= …` and "
            "`w[...] = …` change the array that counts.",
        )
    if how == "returned":
        return (
            "weights_returned",
            "The weights never change: what `update_step` returns is not used. `w -= …` and `w[...] = …` change the array "
            "that counts.",
        )
    return (
        "weights_still",
        "The weights never change. Is the line that moves them reached, and is what it takes off more than 0? Or does it "
        "write into an array other than `w`?",
    )


def _first_step_alone(runs, trace):
    """True if only the first step of the rule gives nan, from whatever weights it starts."""
    _, steps = trace.take(runs[0], from_the_start=True, steps=2)
    return len(steps) == 2 and all(np.isnan(w).all() for w in steps[0]) and not any(np.isnan(w).any() for w in steps[1])


def _nan_at_first(wrong, answer, runs, trace):
    if not _all_nan(trace.of(runs[0])) or not _first_step_alone(runs, trace):
        return None
    return (
        "t_from_zero",
        "The first step makes every weight nan, the second would not: where the count of steps is 0, 1 − β⁰ = 0 is divided by, "
        "and 0/0 is nan. The first step has t = 1.",
    )


def _between_parameters(wrong, answer, runs, trace):
    """Something kept from one parameter to the next: the first is right, and the second is, or was, alone."""
    if wrong.step != 1 or wrong.parameter != 1 or wrong.run.label != runs[0].label:
        return None
    alone = [trace.take(runs[0], which=[i], steps=1)[1] for i in (0, 1)]
    if not all(alone):
        return None
    theirs = _steps_right(wrong, runs[0])
    right = [np.allclose(alone[i][0][0], theirs[i], rtol=1e-6, atol=1e-12) for i in (0, 1)]
    if not right[1] and right[0]:
        return None
    return (
        "counts_itself",
        "Parameter 0 came out right in this step and parameter 1 did not: your rule keeps something, on `self` or outside, that "
        "has changed in between. `update_step` runs once for each parameter; does it count them? The step is handed in as `t`.",
    )


def _steps_right(wrong, run):
    return Trace(lambda run: wrong.reference(**run.arguments)).take(run, steps=1)[1][0]


def _ignored(exercise, runs, trace):
    """Arguments that make no difference to any step."""
    names = [
        argument
        for argument in exercise.spec["defaults"]
        if _same_steps(trace.of(_halved(exercise, argument, runs)), trace.of(runs[0]))
    ]
    if not names:
        return None
    *most, last = (f"`{argument}`" for argument in names)
    listed, are = (f"{', '.join(most)} and {last}", "are") if most else (last, "is")
    said = (
        f"Your steps are the same whatever {listed} {are}. Does a number stand in its place, in the rule or in `__init__`? "
        "Or is it missing?"
    )
    if "learning_rate" in names:
        said += " The rate of this step is handed in as `lr`, and `super().__init__(learning_rate, **options)` sets it."
    return f"ignores_{'_and_'.join(names)}", said


def _copied(trace, runs):
    slots = _changed(trace.last, runs[0], changed=False)
    listed = " and ".join(f"`{slot}`" for slot in slots)
    are = f"The slot {listed} is" if len(slots) == 1 else f"The slots {listed} are"
    return (
        "slot_not_kept",
        f"{are} still as at the start after eight steps: is what should be remembered written into a copy, or nowhere? "
        "`[...] =`, `+=`, `-=` and `*=` change the slot itself.",
    )


def _not_kept(wrong, runs, trace):
    """The first step is right, the second is not, and a slot has not changed."""
    if wrong.step < 2 or wrong.run.label != runs[0].label:
        return None
    return _copied(trace, runs) if _changed(trace.last, runs[0], changed=False) else None


def _two(exercise, runs, trace):
    """Two mistakes at once, in different parts of the rule; None where too many pairs give these numbers."""
    catalogue = exercise.mistakes
    if not hasattr(catalogue, "pairs") or runs[0].relative or np.isnan(trace.of(runs[0])[0][0]).all():
        return None
    owner, found = catalogue.owner(), []
    start, every = judge_optimizer.inputs(runs[0])
    fresh = owner.make_slots(start[0], "")
    for n, (a, b, update) in enumerate(catalogue.pairs()):
        if _fits(update, owner, start[0], every, fresh, trace.of(runs[0])) and trace.equals(
            catalogue.pair(update), runs
        ):
            found.append((a, b))
        if n % 50 == 0 and trace.late():
            return None
    if not 0 < len(found) <= _FEW:
        return None
    said = " Or: ".join(dict.fromkeys(f"{catalogue[a][1]} And: {catalogue[b][1]}" for a, b in found))
    return "+".join(found[0]), f"Your steps are those of two mistakes together. {said}"


def _fits(update, owner, start, every, fresh, steps):
    """True if the bare rule moves the first parameter as the answer does; it stops at the first step that differs."""
    w, slots = start.copy(), [slot.copy() for slot in fresh.values()]
    path = np.zeros(w.shape)
    with np.errstate(all="ignore"):
        for t, (grads, after) in enumerate(zip(every, steps, strict=False), 1):
            before = w.copy()
            update(owner, w, grads[0].copy(), owner.learning_rate, t, *slots)
            path += np.abs(w - before)
            if judge_optimizer.first_difference(after[0], w, path, "float64") is not None:
                return False
    return True
