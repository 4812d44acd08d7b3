"""Walk over large arrays in pieces that stay in the processor's cache.

A rule such as ``w -= lr * g / np.sqrt(v + eps)`` makes a temporary array for each operation. On a million numbers
those temporaries travel to main memory and back; on a block of 32 Ki numbers they stay in the cache. Same rule, same
result, two to three times as fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

BLOCK = 32 * 1024
"""Elements in one block: 128 KiB of float32."""


def split(*arrays: np.ndarray, block: int = BLOCK) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the arrays piece by piece: tuples of 1-D views of at most ``block`` elements.

    All arrays have one size and are C-contiguous, so every piece is a view: writing to it writes to the array.
    Arrays that fit into one block are yielded as they are.
    """
    size = arrays[0].size
    if size <= block:
        yield arrays
        return
    flat = [a.reshape(-1) for a in arrays]
    for start in range(0, size, block):
        yield tuple(a[start : start + block] for a in flat)


def norm(arrays: list[np.ndarray]) -> float:
    """Euclidean norm of all numbers in the arrays together; their squares neither overflow nor vanish."""
    return math.hypot(*(_norm(piece.astype(np.float64)) for a in arrays for (piece,) in split(a)))


def _norm(piece: np.ndarray) -> float:
    largest = float(np.abs(piece).max(initial=0.0))
    if 0.0 < largest < 1e-140 or 1e140 < largest < math.inf:
        return largest * float(np.linalg.norm(piece / largest))
    return float(np.linalg.norm(piece))
