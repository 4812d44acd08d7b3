"""Run an elementwise rule over large arrays on several threads: NumPy lets go of Python's lock while it computes.

Every number is computed as on one thread, so the result is the same to the last bit.
"""

from __future__ import annotations

import contextvars
import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from helpers.optimizers.blocks import split

BLOCK = 128 * 1024
"""Elements of a block here: threads hand Python's lock over at each operation, so operations have to be longer."""

MOST = 4
"""Threads at most: more of them wait for memory, not for a processor."""


def each_piece(step: Callable[..., None], *arrays: np.ndarray) -> None:
    """Call ``step(*pieces)`` for the pieces of the arrays, each once; shares of at least a block go to threads.

    All arrays have one size and are C-contiguous. ``step`` may be called from several threads at once. An exception
    in one of them is raised when all have stopped, so nothing is written after this function has ended.
    """
    size = arrays[0].size
    count = min(available(), size // BLOCK)
    if count < 2:
        for pieces in split(*arrays):
            step(*pieces)
        return
    flat = [a.reshape(-1) for a in arrays]
    share = -(-size // (count * BLOCK)) * BLOCK

    def work(start):
        for pieces in split(*(a[start : start + share] for a in flat), block=BLOCK):
            step(*pieces)

    # A context of its own for each thread: np.errstate lives there, and a context runs in one thread at a time.
    others = [
        _pool(os.getpid()).submit(contextvars.copy_context().run, work, start) for start in range(share, size, share)
    ]
    try:
        work(0)
    finally:
        wait(others)
    for other in others:
        other.result()


def available() -> int:
    """Return how many threads may be used: what OMP_NUM_THREADS says, else one for each processor, at most four."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit():
        return max(1, min(int(asked), MOST))
    return min(processors(), MOST)


@functools.cache
def processors() -> int:
    """Return how many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _pool(process: int) -> ThreadPoolExecutor:
    """Return this process' threads; a forked child has a number of its own, for threads do not outlive a fork."""
    return ThreadPoolExecutor(MOST - 1, thread_name_prefix="optimizer")
