"""One at a time: JupyterLab may hand the messages of two controls to two threads of the kernel, at the same moment."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

# One for all pictures, for they share what is drawn ahead. Taken again by who has it: a control may set another one.
TURN = threading.RLock()


def in_turn(function: Callable) -> Callable:
    """`function`, which waits until nobody else draws, or follows a control."""

    @functools.wraps(function)
    def taken(*args, **kwargs):
        with TURN:
            return function(*args, **kwargs)

    return taken
