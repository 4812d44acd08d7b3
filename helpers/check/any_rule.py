"""What can be said of any optimizer that has failed, whatever its rule: each look gives (id, what to say), or None."""

import numpy as np

from helpers.check import judge_optimizer, names_given
from helpers.check.trace import Trace


def never_moves(wrong, answer, runs, trace):
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
    said = (
        "The weights never change. Is the line that moves them reached, and is what it takes off more than 0? Or does it "
        "write into an array other than `w`?"
    )
    if slots := _all_zero(trace.last):
        listed, are = (" and ".join(f"`{slot}`" for slot in slots), "is" if len(slots) == 1 else "are")
        said += f" And {listed} {are} still 0 after eight steps: is anything added there? Multiplied, 0 stays 0."
    return "weights_still", said


def _all_zero(optimizer):
    """The names of the slots where each holds nothing but 0, or []."""
    try:
        kept = optimizer.state()["arrays"]["slots"][0]
        return [] if any(np.any(slot) for slot in kept.values()) else list(kept)
    except Exception:  # an answer may keep its state in a way of its own
        return []


def nan_at_first(wrong, answer, runs, trace):
    if not all_nan(trace.of(runs[0])) or not first_step_alone(runs, trace):
        return None
    return (
        "t_from_zero",
        "The first step makes every weight nan, the second would not: where the count of steps is 0, 1 − β⁰ = 0 is divided by, "
        "and 0/0 is nan. The first step has t = 1.",
    )


def between_parameters(wrong, answer, runs, trace):
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


def rate_overwritten(exercise, trace):
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


def clips(trace):
    """A setting of the base class that `__init__` hands on although nobody asked for it."""
    for name in ("clipnorm", "clipvalue", "global_clipnorm"):
        if value := getattr(trace.last, name, None):
            return (
                "clips",
                f"`__init__` hands `{name}={value:g}` to the base class, which then clips every gradient before the rule has it.",
            )
    return None


def ignored(exercise, runs, trace):
    """Arguments that make no difference to any step."""
    names = [
        argument
        for argument in exercise.spec["defaults"]
        if same_steps(trace.of(halved(exercise, argument, runs)), trace.of(runs[0]))
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


def one_factor(exercise, runs, trace):
    """All steps are too long, or too short, by the same factor."""
    start, _ = judge_optimizer.inputs(runs[0])
    default = exercise.spec["defaults"]["learning_rate"]
    right = Trace(lambda run: exercise.reference(**run.arguments)).take(runs[0], steps=1)[1][0]
    with np.errstate(all="ignore"):
        ratios = [(m - s) / (r - s) for m, r, s in zip(trace.of(runs[0])[0], right, start, strict=True)]
    times = float(np.nanmedian(np.concatenate([ratio.ravel() for ratio in ratios])))
    if not (np.isfinite(times) and times > 0 and abs(times - 1) > 1e-6):
        return None

    def longer(**arguments):
        return exercise.reference(**arguments | {"learning_rate": times * arguments.get("learning_rate", default)})

    if not trace.equals(longer, [run for run in runs if set(run.arguments) <= {"learning_rate"}]):
        return None
    return "factor", (
        "The direction is right at every step, and only the length is not: all steps are too long, or too short, by one factor. "
        "Which is left out, or is too much?"
    )


def replaces(exercise, runs, trace):
    """The step is put in the place of the weights."""
    right = Trace(lambda run: exercise.reference(**run.arguments)).take(runs[0])[1]
    before = [judge_optimizer.inputs(runs[0])[0], *right]
    for sign in (1, -1):
        if all(
            np.allclose(mine, sign * (want - was), rtol=1e-4, atol=1e-9)
            for here, there, old in zip(trace.of(runs[0]), right, before, strict=False)
            for mine, want, was in zip(here, there, old, strict=True)
        ):
            return "replaces", (
                "The weights become the step itself, and what they were is lost. A step begins where the weights are."
            )
    return None


def right_before(wrong):
    """What fails with other arguments, or with a changing rate, and with the default ones does not."""
    if len(set(wrong.run.rates)) > 1:
        return "changing_rate", (
            "While the learning rate stays the same your steps are right; when it changes they are not. Which rate is in what is "
            "remembered, and does each line with a rate take `lr`, the one of this step?"
        )
    names = [name for name in wrong.run.arguments if name != "learning_rate"]
    if not names:
        return None
    *most, last = (f"`{name}`" for name in names)
    other = f"{', '.join(most)} and {last}" if most else last
    return f"number_for_{'_and_'.join(names)}", (
        f"With the default arguments your steps are right, with another {other} they are not. Does some line have a number "
        "where it should have the argument, as 0.1 for 1 − 0.9?"
    )


def not_kept(wrong, runs, trace):
    """The first step is right, the second is not, and a slot has not changed."""
    if wrong.step < 2 or wrong.run.label != runs[0].label:
        return None
    return copied(trace, runs) if changed(trace.last, runs[0], changed=False) else None


def copied(trace, runs):
    slots = changed(trace.last, runs[0], changed=False)
    listed = " and ".join(f"`{slot}`" for slot in slots)
    are = f"The slot {listed} is" if len(slots) == 1 else f"The slots {listed} are"
    return (
        "slot_not_kept",
        f"{are} still as at the start after eight steps: is what should be remembered written into a copy, or nowhere? "
        "`[...] =`, `+=`, `-=` and `*=` change the slot itself.",
    )


def changed(optimizer, run, changed=True):
    """The names of the slots of the first parameter that have changed since the start, or have not; None if not known."""
    start, _ = judge_optimizer.inputs(run)
    try:
        kept, fresh = optimizer.state()["arrays"]["slots"][0], optimizer.make_slots(start[0], "")
        return [name for name in kept if np.array_equal(kept[name], fresh[name]) != changed]
    except Exception:  # an answer may keep its state in a way of its own
        return None


def first_step_alone(runs, trace):
    """True if only the first step of the rule gives nan, from whatever weights it starts."""
    _, steps = trace.take(runs[0], from_the_start=True, steps=2)
    return len(steps) == 2 and all(np.isnan(w).all() for w in steps[0]) and not any(np.isnan(w).any() for w in steps[1])


def all_nan(steps):
    return bool(steps) and bool(np.isnan(steps[0][0]).all())


def _steps_right(wrong, run):
    return Trace(lambda run: wrong.reference(**run.arguments)).take(run, steps=1)[1][0]


def taken_by(reference, run):
    return Trace(lambda run: reference(**run.arguments)).take(run)[0]


def same_steps(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)
    )


def halved(exercise, argument, runs):
    """The first run, with half the default of one argument."""
    half = {argument: exercise.spec["defaults"][argument] * 0.5}
    return judge_optimizer.Run(f"{argument} halved", half, relative=runs[0].relative)
