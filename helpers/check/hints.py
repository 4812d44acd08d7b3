"""Hints: three an exercise, one at a time."""

import re

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


def hint(id=None):
    """Return the next of the three hints to the exercise `id`; after the third, where in the lesson to reread.

    id: "mse", or the function mse itself. Of what is no exercise it says so. The count starts anew with each kernel.
    """
    try:
        exercise = registry.get(_id(id))
    except LookupError as error:
        return _no_hint(id, error)
    given = _given.get(exercise.id, 0)
    _given[exercise.id] = given + 1
    again = f"Reread “{exercise.reread}” in lesson {exercise.lesson:02d}."
    if given < 3:
        shown = Hint(exercise.hints[given] + (f"\nThat was the last one. {again}" if given == 2 else ""))
        shown.heading = f"Hint {given + 1} of 3"
    else:
        shown = Hint(f"{again}\nThe last hint was: {exercise.hints[2]}")
        shown.heading = "No more hints"
    return shown


def _id(asked):
    """Return the id that is meant: the name of a function, a class or a check, as exercises write theirs."""
    name = asked if isinstance(asked, str) else getattr(asked, "__name__", asked)
    if not isinstance(name, str):
        return name
    known, name = registry.load(), name.strip()
    small = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()  # FirstStep is first_step
    return next((form for form in (name, name.lower(), small) if form in known), name)


def _no_hint(asked, error):
    told = str(error) if isinstance(asked, str) or hasattr(asked, "__name__") else ""
    told = told[:1].upper() + told[1:]
    shown = Hint(told or 'Say to which exercise: hint("mse"). check.exercises() lists them all.')
    shown.heading = "No hint"
    return shown
