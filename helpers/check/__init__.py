"""Check an answer, take a hint, see what there is to do::

    from helpers import check, hint

    check.mse(mse)        # is this answer right? Shows a Result: .passed, .message, .mistake
    hint("mse")           # the next of three hints
    check.exercises()     # every exercise: lesson, what it asks for, done or open

An answer runs in a process of its own: it is stopped after ten seconds, or when it takes more than 512 MB, and nothing
it does or changes reaches the notebook; what it prints is shown under the verdict. ``...`` is "not yet", not wrong; a
prediction that is still open offers its answers as buttons. An answer that passes is kept in ``notebooks/my_helpers.py``.
How an exercise is written stands in :mod:`helpers.check.registry`.
"""

from helpers.check import given as _given
from helpers.check import registry as _registry
from helpers.check.result import Result

__all__ = ["Result", "answer", "exercises"]


def answer(id, value):
    """Check `value` as the answer to the exercise `id`; ``check.mse(mse)`` is ``check.answer("mse", mse)``.

    Returns a :class:`Result`; never raises because of what the answer does. LookupError if there is no such exercise.
    """
    from helpers.check import session

    exercise = _registry.get(id)
    try:
        return session.check(exercise, value)
    except KeyboardInterrupt:
        from helpers.check.misuse import Stopped

        raise Stopped(
            f"`check.{id}` was stopped before it had judged your answer. Run the cell again for that."
        ) from None


def exercises():
    """Return every exercise as a table that shows itself: {id: (lesson, signature, done)}."""
    from helpers.check import listing

    return listing.table()


class _Check:
    """``check.mse``: hand it the answer to mse."""

    def __init__(self, exercise):
        self.exercise = self.__name__ = exercise.id
        self._takes = {"function": "function", "predict": "prediction"}.get(exercise.kind, "class")
        self._name = _given.name(exercise)
        self.__doc__ = f"Check the answer to {exercise.id} (lesson {exercise.lesson:02d}): {exercise.signature}."

    def __call__(self, *given, **named):
        if not given and list(named) == ["value"]:
            given, named = (named["value"],), {}
        if len(given) == 1 and not named:
            return answer(self.exercise, given[0])
        what = "nothing" if not given and not named else f"{len(given) + len(named)} things"
        call = f"check.{self.exercise}({self._name})"
        return Result(
            self.exercise, "not yet", f"`check.{self.exercise}` takes your {self._takes}: `{call}`. Here it got {what}."
        )

    def __repr__(self):
        return f"check.{self.exercise}: hand it your {self._takes}, check.{self.exercise}({self._name})"


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        exercise = _registry.get(name)
    except LookupError as error:
        from helpers.check.misuse import NoSuchName

        raise NoSuchName(str(error)) from error.__cause__
    return _Check(exercise)


def __dir__():
    return sorted([*__all__, *_registry.load()])
