"""Seeing the arrays that an answer builds on its way: a table of each with each can hide behind a right mean."""

import numpy as np


def shapes(answer, *arrays):
    """Return the shapes of the arrays that come of `arrays` while the answer runs on them; none where it fails.

    Arrays that the answer makes from scratch, or as plain ones, are not seen.
    """
    seen = set()

    class Watched(np.ndarray):
        def __array_finalize__(self, parent):
            seen.add(self.shape)

    try:
        answer(*(array.copy().view(Watched) for array in arrays))
    except KeyboardInterrupt:
        raise
    except BaseException:  # it is right on plain arrays, and that is what counts
        return set()
    return seen


def each_with_each(answer, labels, rows):
    """Return what to say of an answer that makes a table (n, n) of n rows, or ""."""
    n = len(labels)
    if (n, n) not in shapes(answer, labels, rows):
        return ""
    return (
        f"One thing all the same: for {n} examples an array of shape ({n}, {n}) is built on the way; ({n}, 1) and ({n},), which "
        "look alike, make one together. The loss comes out right, but for 3,000 examples that is 9 million entries. Can it be "
        "done with one number for each example?"
    )
