"""Work ahead: what a hand may ask for, made before the playground is there or while the kernel has nothing else to do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from helpers.playground.turns import TURN
from helpers.progress_bar import track

PAUSE = 0.05  # seconds between two jobs, in which the kernel can take up what somebody asks


def prepared(make: Callable, kinds: Iterable[tuple]) -> dict | None:
    """{kind: make(*kind)} as a playground needs it, all of them; None, with a line, where the stop button ended it."""
    kinds = list(kinds)
    made = {kind: make(*kind) for kind in track(kinds)}
    if len(made) < len(kinds):
        print("There is no playground yet, which needs them all: run the cell again.")
        return None
    return made


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
            with TURN, contextlib.suppress(Exception):  # who asks for the same thing later is told
                job()
            loop.call_later(PAUSE, next_one)
            return

    loop.call_later(PAUSE, next_one)
