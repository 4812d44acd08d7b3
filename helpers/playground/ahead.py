"""Work ahead: what a hand may ask for next is drawn while the kernel has nothing else to do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable

PAUSE = 0.05  # seconds between two jobs, in which the kernel can take up what somebody asks


def in_spare_time(jobs: Iterable[Callable[[], None]]) -> None:
    """Do these jobs one after the other, from the end of this cell on, whenever the kernel waits.

    Nobody needs them done: where no event loop runs, in a script, none is.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    waiting = iter(jobs)

    def next_one():
        for job in waiting:
            with contextlib.suppress(Exception):  # who asks for the same thing later is told
                job()
            loop.call_later(PAUSE, next_one)
            return

    loop.call_later(PAUSE, next_one)
