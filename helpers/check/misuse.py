"""Exceptions that in a notebook are one line, with no traceback through the course's own functions."""


class _Short:
    def _render_traceback_(self):  # IPython's hook
        return [f"{type(self).__mro__[2].__name__}: {self}"]


class NoSuchName(_Short, AttributeError):
    """``check.msee``: there is no such exercise."""


class NoSuchLesson(_Short, ValueError):
    """``progress(99)``: there is no such lesson."""


class Stopped(_Short, KeyboardInterrupt):
    """The stop button, while an answer was judged."""
