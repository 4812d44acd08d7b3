"""What the learner has done, and the answers that passed::

    from helpers import progress

    progress()                        # a table: each lesson, its exercises, done or open; progress(0): lesson 00 alone
    progress.my_helpers()             # {"mse": <function mse>, ...}: your passed answers
    progress.load_answer("adam")      # your class, or None
    progress.save()                   # all of it in one file, to download
    progress.restore("my_progress.json")
    progress.reset()                  # start anew; asks first

Answers stand in ``my_helpers.py``, as plain Python; what was passed, and when, in ``.progress.json``. Both are in the
course's ``notebooks/``, where git ignores them, or in the folder that HOW_MODELS_LEARN_HOME names in the environment.
"""

import sys
import types

from helpers.progress.answers import load_answer, my_helpers
from helpers.progress.archive import reset, restore, save
from helpers.progress.files import home
from helpers.progress.notes import chosen, lend, passed, record
from helpers.progress.overview import Table, table

__all__ = [
    "Table",
    "chosen",
    "home",
    "lend",
    "load_answer",
    "my_helpers",
    "passed",
    "record",
    "reset",
    "restore",
    "save",
    "table",
]


class _Callable(types.ModuleType):
    """A module that can be called: ``from helpers import progress; progress()``."""

    def __call__(self, lesson=None):
        return table(lesson)


sys.modules[__name__].__class__ = _Callable
