"""One verdict on one answer, as plain data. Runs in the worker; in the kernel where an answer cannot be carried."""

import inspect
import os
import re
import traceback

from helpers.check import (
    given,
    judge_function,
    judge_keras,
    judge_optimizer,
    judge_predict,
    laws,
    patience,
    raised,
    running,
    source,
)
from helpers.check.registry import NotYet, Wrong

_JUDGES = {"function": judge_function, "optimizer": judge_optimizer, "keras": judge_keras}
UNCHANGED = "unchanged"  # the id of the mistake that a fix_* exercise is handed out with


def verdict(exercise, answer, sources, doing=lambda text: None, listen=lambda printed: None):
    """Return {"status", "message", "mistake", "printed"}; never raises because of what the answer does.

    doing: told before each call what it is. listen: handed the stream that takes up what the answer prints.
    """
    if answer is Ellipsis or answer is None:
        return _outcome("not yet", _todo(exercise))
    with running.contained() as printed:
        listen(printed)

        def begin(text):
            printed.begin(text)
            doing(text)

        try:
            outcome = _judge(exercise, answer, sources, begin, printed)
        except Wrong as wrong:
            outcome = _outcome("failed", wrong.message, wrong.mistake)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # an answer's objects can do anything when they are looked at
            outcome = _outcome("failed", *_stumbled(error, sources))
    return outcome | {"printed": _said(printed, outcome["status"])}


def _stumbled(error, sources):
    """Return (message, id) of an exception while the answer's result was looked at."""
    spot = traceback.extract_tb(error.__traceback__)[-1]
    if spot.filename in sources:
        said, _ = running.explain(error, sources)
        return f"What your answer returns is an object whose own method fails when it is read: {said}", "wrong_kind"
    at = f"{os.path.basename(spot.filename)}, line {spot.lineno}"
    return f"The check stumbled over this answer: {raised.in_words(error)} ({at}).", None


def _said(printed, status):
    """Return what the answer printed in the call that the message tells of, or at first where it is right."""
    if status != "passed":
        said = printed.here()
        return f"Your answer printed:\n{said}" if said else ""
    label, said = printed.first()
    label = label.removeprefix("an optimizer. ").removeprefix("With ")
    return f"Your answer printed, with {label}:\n{said}" if said else ""


def _todo(exercise):
    if exercise.kind == "predict":
        wanted = f"your prediction, {exercise.signature},"
    else:
        wanted = f"the {'function' if exercise.kind == 'function' else 'class'} {exercise.signature}"
    return f"This is still open: put {wanted} in place of `...`, then check again."


def _judge(exercise, answer, sources, doing, printed):
    patience.start()
    try:
        if exercise.kind == "predict":
            status = "noted" if exercise.reference is None else "passed"  # a guess is neither right nor wrong
            return _outcome(status, judge_predict.judge(exercise, answer))
        remark = _JUDGES[exercise.kind].judge(exercise, answer, sources, doing=doing)
        said = "Your answer does what the reference does, on every input tried."
        return _outcome("passed", f"{said}\n{remark}" if remark else said)
    except NotYet as open_:
        return _outcome("not yet", open_.message)
    except Wrong as wrong:
        printed.stop()
        if exercise.kind == "predict":
            raise
        left = source.blanks(answer)
        stopped = isinstance(wrong, running.Raised) or getattr(wrong, "unmoved", False)
        if any(whole for _, whole, _ in left) or (left and stopped):
            line, name = next((line, name) for line, whole, name in left if whole or stopped)
            where = (
                f"`{name}`, which your answer uses, still has `...` in it" if name else f"Line {line} is still `...`"
            )
            return _outcome("not yet", f"{where}: fill it in, then check again.")
        mistake, message = wrong.mistake, wrong.message
        read = _from_the_notebook(exercise, answer) if exercise.kind == "function" else ""
        if read and not mistake and _in_place_of_an_argument(exercise, answer):
            return _outcome("failed", f"{read}\n{message}", "reads_the_notebook")
        if not mistake and patience.begins():
            mistake, message = _recognise(exercise, answer, sources, wrong)
        if mistake == UNCHANGED:
            return _as_given(exercise, answer)
        # Where no other mistake is known, what is read from the notebook is the likely cause: it comes first.
        message = "\n".join(filter(None, [message, read] if mistake else [read, message]))
        mistake = mistake or getattr(wrong, "otherwise", None)
        if left:
            line, _, name = left[0]
            message += (
                f"\n`{name}`, which it uses, still has `...` in it." if name else f"\nLine {line} is still `...`."
            )
        return _outcome("failed", message, mistake)


def _as_given(exercise, answer):
    """The code to be repaired, untouched, is no attempt yet; edited so that it computes the same, it is a wrong one."""
    message = exercise.mistakes[UNCHANGED][1]
    if source.fingerprint(source.definition(source.unwrap(answer)) or "") == given.FINGERPRINTS.get(exercise.id, ""):
        return _outcome("not yet", message, UNCHANGED)
    told = message.replace(
        "This is still the code as it was given", "This computes the same as the code that was given"
    )
    if lost := source.new_array_lost(answer):
        told = f"`{lost[0]}` makes a new array and leaves `{lost[1]}` as it was: which name keeps the new one?\n{told}"
    return _outcome("failed", told, UNCHANGED)


def _recognise(exercise, answer, sources, wrong):
    """Compare the answer with each known mistake: one that it equals on every input is the one that was made."""
    if isinstance(wrong, running.Raised):
        return None, wrong.message + (_mixed_up(wrong.message) if exercise.kind == "optimizer" else "")
    if exercise.kind != "function":  # what is known of optimizers was looked for where they are judged
        return None, wrong.message
    for id in _equal_to(exercise, answer, sources):
        return id, f"{exercise.mistakes[id][1]}\n{wrong.message}"
    found = _general(exercise, answer, sources)
    if not found:
        return None, wrong.message
    told = re.sub(r" Yours is (everywhere )?[^ ]+ times the expected value[.]", "", wrong.message)
    return found[0], f"{found[1]}\n{told}"


def _general(exercise, answer, sources):
    """Return (id, sentence) of a kind of mistake that any function can have, or None."""
    try:
        return judge_function.recognise(exercise, answer, sources)
    except KeyboardInterrupt:
        raise
    except BaseException:  # results that do as they like when they are looked at are of no known kind
        return None


def _equal_to(exercise, answer, sources):
    """Yield the mistakes that a function equals on every input; then those that it equals on all but edge cases.

    The second are true only of an answer that is wrong without the edge cases too: a further mistake then shows there.
    """

    def equals(reference, **options):
        try:
            judge_function.judge(exercise, answer, sources, reference=reference, **options)
        except Wrong:
            return False
        except Exception:  # a wrong reference may fail on an edge case: then the answer, which did not, is not it
            return False
        return True

    def made(reference, **options):
        return any(equals(form, **options) for form in getattr(reference, "forms", (reference,)))

    def looked_at(known, **options):
        for id, (reference, _) in known:
            if not patience.lasts():
                return
            if made(reference, **options):
                yield id

    yield from looked_at(exercise.mistakes.items())
    if exercise.spec["edges"] and not equals(exercise.reference, edges=False):
        yield from looked_at((known for known in exercise.mistakes.items() if known[0] != UNCHANGED), edges=False)


def _from_the_notebook(exercise, answer):
    """Name the notebook's values that a wrong answer reads: they do not follow the inputs that it is called with."""
    names = source.notebook_values(answer)
    if not names:
        return ""
    inputs = inspect.signature(exercise.reference).parameters
    it, was = ("it", "was") if len(names) == 1 else ("they", "were")
    return (
        f"Your answer reads {laws.listed(map('`{}`'.format, names))} from the notebook, as {it} {was} before this call. What "
        f"depends on {laws.listed(map('`{}`'.format, inputs), 'or')} must be computed inside the function."
    )


def _in_place_of_an_argument(exercise, answer):
    """True if what the answer reads of the notebook has the name of an argument, or if it leaves an argument unused."""
    arguments = inspect.signature(exercise.reference).parameters
    return bool(set(source.notebook_values(answer)) & set(arguments)) or source.unused(answer)


def _mixed_up(message):
    """Ask about an array shared by all parameters, if the shapes of two of them met in an exception."""
    shapes = [str(shape).replace(" ", "") for shape in judge_optimizer.SMALL]
    if "broadcast" not in message or not all(shape in message.replace(" ", "") for shape in shapes):
        return ""
    return (
        f"\n{' and '.join(shapes)} are the shapes of two different parameters. Does `self` keep one array for all of them? "
        "What belongs to one parameter is a slot."
    )


def _outcome(status, message, mistake=None):
    return {"status": status, "message": message, "mistake": mistake}
