"""One check from end to end: carry the answer to the worker, take the verdict, keep what passed."""

import dataclasses

from helpers.check import carry, client, judging, source
from helpers.check.result import Result

IN_KERNEL = (
    "Judged in the notebook itself, without limits on time and memory: the answer cannot be sent to another process"
)


def check(exercise, value):
    """Return the :class:`Result` of judging `value`."""
    notes = []
    if exercise.kind == "predict" or value is Ellipsis or value is None:
        outcome = judging.verdict(exercise, value, {})
    else:
        outcome = _judge(exercise, value, notes)
    result = Result(
        exercise.id, outcome["status"], outcome["message"], outcome.get("mistake"), (), outcome.get("printed", "")
    )
    return _keep(exercise, value, result, notes)


def _judge(exercise, value, notes):
    try:
        sources = source.files(value)
    except Exception:  # an object with hostile attributes has no source; it is judged all the same
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


def _keep(exercise, value, result, notes):
    try:
        from helpers import progress

        notes += progress.record(exercise, value, result)
    except OSError as error:
        notes.append(f"Not kept: {error}.")
    return dataclasses.replace(result, notes=tuple(notes))
