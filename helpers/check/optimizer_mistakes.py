"""Naming what is wrong with an optimizer, once it has failed: by its steps, beside those of rules that are wrong in known ways."""

import re

import numpy as np

from helpers.check import any_rule, judge_optimizer, names_given, patience
from helpers.check.trace import Trace

_FLOAT32 = 2e-7  # about three roundings of float32, in shares of the way
_FEW = 3  # pairs of mistakes that give the same numbers: more tell nothing
_ASKED_AT = re.compile(r"(?<![\w.])g\((?=[^`]*\bw\b)(?:[^()`]|\([^()`]*\))*\)")  # `g(w + …)`, in the learner's line


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
    elif "'numpy.ndarray' object is not callable" in text and (asked := _ASKED_AT.search(text)):
        guesses = re.compile(r" Parentheses after a value .*?two things\?")
        raised.message = (
            f"`{asked[0]}` calls `g` like a function. But `g` is an array, the gradient at the weights `w`, and cannot be asked "
            f"for at another place: write a rule that needs it only there.\n{guesses.sub('', text)}"
        )
        raised.mistake = "gradient_called"


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
    if not patience.lasts() or not steps:
        return None
    known = _known(exercise, runs, trace) or _first_rate(exercise, runs, trace)
    if known:
        return known
    if found := any_rule.rate_overwritten(exercise, trace) or any_rule.clips(trace):
        return found
    for look in (any_rule.never_moves, any_rule.nan_at_first, any_rule.between_parameters):
        found = look(wrong, answer, runs, trace)
        if found:
            return found
    ignored = any_rule.ignored(exercise, runs, trace)
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
    return (
        any_rule.one_factor(exercise, runs, trace)
        or any_rule.replaces(exercise, runs, trace)
        or _two(exercise, runs, trace)
        or any_rule.not_kept(wrong, runs, trace)
        or any_rule.right_before(wrong)
        or ignored
    )


def _known(exercise, runs, trace):
    nan = any_rule.all_nan(trace.of(runs[0]))
    if nan and any_rule.first_step_alone(runs, trace):
        return None  # nan is equal to nan: that says nothing of the rule
    for id, (reference, said) in exercise.mistakes.items():
        if trace.equals(reference, runs):
            theirs = any_rule.taken_by(reference, runs[0])
            if nan and not _same_slots(trace.last, theirs):
                return None
            if any_rule.changed(trace.last, runs[0]) == [] and any_rule.changed(theirs, runs[0]):
                return any_rule.copied(trace, runs)  # the same numbers, by another cause
            return id, said
        if not patience.lasts():
            return None
    return None


def _first_rate(exercise, runs, trace):
    """The rule goes on with the rate that the optimizer was made with, where that changes; alone, or beside a known mistake."""
    changing = next(run for run in runs if len(set(run.rates)) > 1)
    if not any_rule.same_steps(trace.of(changing), trace.of(runs[0])):
        return None
    halved = any_rule.halved(exercise, "learning_rate", runs)
    if any_rule.same_steps(trace.of(halved), trace.of(runs[0])):  # no rate plays any part
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
        if not patience.lasts():
            return None
    return None


def _same_slots(one, other):
    """True if the first parameter's slots hold the same in both, in their order."""
    try:
        pairs = zip(*(list(o.state()["arrays"]["slots"][0].values()) for o in (one, other)), strict=True)
        return all(np.allclose(a, b, equal_nan=True) for a, b in pairs)
    except Exception:  # an answer may keep its state in a way of its own
        return False


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
        if n % 50 == 0 and not patience.lasts():
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
