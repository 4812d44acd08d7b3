"""Hints: three an exercise, one at a time."""

from helpers.check import registry
from helpers.check.result import box, to_html

_given = {}


class Hint(str):
    """One hint; shows itself in a notebook and as text."""

    heading = "Hint"

    def __repr__(self):
        return f"{self.heading}: {self}"

    def _repr_html_(self):
        return box(self.heading, f"<div>{to_html(str(self))}</div>", "#b8860b")


def hint(id):
    """Return the next of the three hints to the exercise `id`; after the third, where in the lesson to reread.

    The count starts anew with each kernel. ValueError if there is no such exercise.
    """
    try:
        exercise = registry.get(id)
    except LookupError as error:
        raise ValueError(str(error)) from error.__cause__
    given = _given.get(id, 0)
    _given[id] = given + 1
    again = f"Reread “{exercise.reread}” in lesson {exercise.lesson:02d}."
    if given < 3:
        shown = Hint(exercise.hints[given] + (f"\nThat was the last one. {again}" if given == 2 else ""))
        shown.heading = f"Hint {given + 1} of 3"
    else:
        shown = Hint(f"{again}\nThe last hint was: {exercise.hints[2]}")
        shown.heading = "No more hints"
    return shown
