"""One check from end to end: carry the answer to the worker, take the verdict, keep what passed."""

import dataclasses

from helpers import progress
from helpers.check import carry, client, judging, quiz, raised, source
from helpers.check.result import Result

IN_KERNEL = (
    "Judged in the notebook itself, without limits on time and memory: the answer cannot be sent to another process"
)
CHOOSE = "Or answer above, as often as you like: the last answer counts, in your progress and in this notebook once it is saved."


def check(exercise, value):
    """Return the :class:`Result` of judging `value`."""
    if exercise.kind == "predict":
        return _predicted(exercise, value)
    if _is_open(value):
        return _result(exercise, judging.verdict(exercise, value, {}))
    notes = []
    outcome = _judge(exercise, value, notes)
    return _keep(exercise, value, _result(exercise, outcome), notes)


def chosen(exercise, value):
    """Return the Result of a prediction that was chosen with a button; progress keeps what was chosen."""
    result = _keep(exercise, value, _result(exercise, judging.verdict(exercise, value, {})), [], chosen=True)
    return dataclasses.replace(result, notes=(*result.notes, _by_button(exercise, value)))


def _predicted(exercise, value):
    result = _result(exercise, judging.verdict(exercise, value, {}))
    if result.status != "not yet":
        return _keep(exercise, value, result, [])
    taken, buttons = progress.chosen(exercise.id), quiz.possible()
    if taken is not None and _is_open(value):
        result = _result(exercise, judging.verdict(exercise, taken, {}), (_by_button(exercise, taken),))
    elif buttons:
        result = dataclasses.replace(result, notes=(CHOOSE,))
    return quiz.Quiz(**vars(result)) if buttons else result


def _is_open(value):
    return value is Ellipsis or value is None


def _by_button(exercise, value):
    kept = " Your progress keeps it." if progress.chosen(exercise.id) == value else ""
    return f"{quiz.say_chosen(value)}{kept} Typed in place of `...`, it stays when the outputs are cleared."


def _result(exercise, outcome, notes=()):
    said, guess = outcome.get("printed", ""), exercise.kind == "predict" and bool(exercise.spec["choices"])
    return Result(exercise.id, outcome["status"], outcome["message"], outcome.get("mistake"), notes, said, guess)


def _judge(exercise, value, notes):
    try:
        sources = source.files(value)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an object with hostile attributes has no source; it is judged all the same
        sources = {}
    if exercise.kind == "keras":  # a second process with Keras would take longer to start than the lesson has memory
        return judging.verdict(exercise, value, sources)
    try:
        outcome = client.judge(exercise.id, sources, carry.dumps(value))
        if outcome["status"] != "not carried":
            return outcome
        reason = outcome["message"]
    except (carry.NotCarried, client.NoWorker) as error:
        reason = str(error)
    notes.append(f"{IN_KERNEL} ({reason}).")
    return judging.verdict(exercise, value, sources)


def _keep(exercise, value, result, notes, chosen=False):
    try:
        notes += progress.record(exercise, value, result, chosen)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a file that cannot be written, or an object that lets nobody look at its source
        notes.append(f"Not kept: {raised.in_words(error)}.")
    return dataclasses.replace(result, notes=tuple(notes))
