"""Larger image sets, which Keras downloads once and keeps; the lessons do without, they are for your own trials."""

from __future__ import annotations

import numpy as np

from helpers.keras_bridge.backends import require


def mnist():
    """70,000 handwritten digits: ``(x_train (60000, 28, 28), y_train), (x_test (10000, 28, 28), y_test)``.

    x is float32 from 0 to 1, y (n,) int64. Downloads 11 MB the first time; raises ConnectionError where it cannot.
    """
    return _load("mnist", "11 MB")


def fashion_mnist():
    """70,000 pieces of clothing in ten kinds, in the form of `mnist`. Downloads 29 MB the first time."""
    return _load("fashion_mnist", "29 MB")


def cifar10():
    """60,000 small photographs of ten kinds: x is (n, 32, 32, 3), else as `mnist`. Downloads 163 MB the first time."""
    return _load("cifar10", "163 MB")


def _load(name, size):
    keras = require()
    try:
        parts = getattr(keras.datasets, name).load_data()
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        message = (
            f"{name} is not on this machine, and its download ({size}, once) failed: {reason}. "
            "Try again with a network, or use datasets.digits(), which needs none."
        )
    else:
        return tuple(((x / 255).astype(np.float32), np.asarray(y, np.int64).ravel()) for x, y in parts)
    # Outside the except clause, so that no traceback of the download stands above the message.
    raise ConnectionError(message)
