"""Noting each verdict: what was tried, what passed and when, and whether the answer was kept."""

import datetime
import json
from pathlib import Path

from helpers.progress import answers
from helpers.progress.files import home, read, write

_told = set()


def record(exercise, value, result, chosen=False):
    """Note a verdict and keep the answer if it passed; return what to tell the learner. Called by every check.

    chosen: the answer, a letter or a number, was given with a button and stands nowhere else: it is noted, too.
    """
    if home() is None:
        return _once("nowhere", "Progress is not kept: the course's notebooks folder is not at hand.")
    notes, saved = [], None
    try:
        if result.passed and exercise.kind == "keras":
            notes = ["It stays in this notebook: my_helpers.py keeps what runs without Keras."]
        elif result.passed and exercise.kind != "predict":
            notes, saved = answers.save(exercise, value)
        _note(exercise, result, saved, value if chosen else None)
    except OSError as error:
        return notes + _once(
            "read-only", f"Progress is not kept: {home()} cannot be written ({error.strerror or error})."
        )
    return notes


def _once(key, text):
    if key in _told:
        return []
    _told.add(key)
    return [text]


def _note(exercise, result, saved, chosen=None):
    if result.status == "not yet":
        return
    data = read()
    entry = data["exercises"].get(exercise.id)
    entry = entry if isinstance(entry, dict) else {"lesson": exercise.lesson, "tries": 0}
    news = not entry.get("passed") or (result.passed and saved is not None and saved != entry.get("saved"))
    if not news and chosen in (None, entry.get("chosen")):
        return  # what is passed stays passed, and a file that says the same is not written again
    if chosen is not None:
        entry["chosen"] = chosen
    entry["tries"] = entry.get("tries", 0) + 1
    if result.passed:
        entry.setdefault("passed", datetime.datetime.now().astimezone().isoformat(timespec="seconds"))
        entry["saved"] = bool(saved)
    data["exercises"][exercise.id] = entry
    keep(data)


def keep(data):
    """Write the notes on all exercises."""
    write(".progress.json", json.dumps({"version": 1, **data}, indent=1, sort_keys=True) + "\n")


def lend(folder, answers):
    """Note in `folder`, to be the home of a notebook that is run again, what its learner chose: {exercise: letter or number}."""
    text = json.dumps({"exercises": {id: {"chosen": value} for id, value in answers.items()}})
    (Path(folder) / ".progress.json").write_text(text, "utf-8")


def passed():
    """Return the ids of the exercises that are passed."""
    return set(passed_when())


def passed_when():
    """Return {id: day on which it was passed, None where that cannot be read}."""
    entries = read()["exercises"].items() if home() is not None else ()
    return {id: _day(entry["passed"]) for id, entry in entries if isinstance(entry, dict) and entry.get("passed")}


def chosen(id):
    """Return the letter or the number that was chosen with a button as the answer to a prediction, or None."""
    entry = read()["exercises"].get(id) if home() is not None else None
    taken = entry.get("chosen") if isinstance(entry, dict) else None
    return taken if type(taken) in (str, int, float) else None


def tried():
    """Return the ids of the exercises that were answered at least once, right or wrong."""
    return set(read()["exercises"]) if home() is not None else set()


def _day(text):
    try:
        return datetime.datetime.fromisoformat(text).astimezone().date()
    except (TypeError, ValueError):
        return None
