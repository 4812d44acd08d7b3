"""The same start, the same gradients, the same batches: through ours and through Keras, and how far apart they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.errors import check_integer
from helpers.keras_bridge.backends import as_arrays, require
from helpers.keras_bridge.twins import to_keras_loss, to_keras_model, to_keras_optimizer


def difference(ours, theirs) -> float:
    """``max|ours − theirs| / max|theirs|`` of two arrays, or the largest over two lists of arrays; 0 for two zeros."""
    if isinstance(theirs, list | tuple):
        return max((difference(a, b) for a, b in zip(ours, theirs, strict=True)), default=0.0)
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape:
        raise ValueError(f"ours has shape {ours.shape}, theirs {theirs.shape}")
    if not theirs.size:
        return 0.0
    apart, size = float(np.abs(ours - theirs).max()), float(np.abs(theirs).max())
    return apart / size if size else (0.0 if apart == 0 else float("inf"))


def run_side_by_side(ours, keras_optimizer, w0, grads: Sequence | Callable, steps: int | None = None) -> np.ndarray:
    """Take the same steps with both optimizers; returns the relative `difference` of the weights after each, (steps,).

    ``w0`` is an array or a list of arrays, and stays as it is. ``grads`` has, for each step, the gradient of each; or
    is a function from the weights (in w0's form) to that, asked for both separately, with the number of ``steps``.
    """
    keras = require()
    single = isinstance(w0, np.ndarray)
    mine = [np.array(w) for w in ([w0] if single else w0)]
    theirs = [keras.Variable(w, dtype=str(w.dtype)) for w in mine]
    if callable(grads):
        if steps is None:
            raise ValueError("steps must be given where grads is a function")
        check_integer("steps", steps, 0)
    else:
        steps = len(grads) if steps is None else min(check_integer("steps", steps, 0), len(grads))

    def gradient(weights, step):
        g = grads(weights[0] if single else weights) if callable(grads) else grads[step]
        return [np.asarray(g)] if single else [np.asarray(part) for part in g]

    apart = np.empty(steps)
    for step in range(steps):
        now = as_arrays(theirs) if callable(grads) else []
        ours.apply(gradient(mine, step), mine)
        keras_optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradient(now, step)], theirs)
        apart[step] = difference(mine, as_arrays(theirs))
    return apart


class Training(NamedTuple):
    """The losses of each step, ours and Keras', and the relative difference of all weights at the end."""

    losses: np.ndarray
    keras_losses: np.ndarray
    difference: float


def train_side_by_side(ours, x, y, batch_size: int = 32, epochs: int = 1, seed: int = 0, keras_model=None) -> Training:
    """Train our compiled model and its Keras twin on the same batches in the same order.

    ``ours`` is compiled and not yet trained; it is trained here. ``keras_model`` is the twin (compiled, same weights),
    made from ``ours`` unless given. Within `float64`, with x in float64, both compute in double precision.
    """
    require()
    if ours.loss is None:
        raise ValueError("ours must be compiled with an optimizer and a loss")
    if keras_model is None:
        keras_model = to_keras_model(ours, np.shape(x)[1:])
        keras_model.compile(to_keras_optimizer(ours.optimizer), to_keras_loss(ours.loss))
    rng = np.random.default_rng(seed)
    losses, keras_losses = [], []
    for _ in range(check_integer("epochs", epochs, 0)):
        order = rng.permutation(len(x))
        for start in range(0, len(x), check_integer("batch_size", batch_size)):
            rows = order[start : start + batch_size]
            losses.append(ours.train_on_batch(x[rows], y[rows], return_dict=True)["loss"])
            # Keras reports the mean since the last reset.
            keras_model.reset_metrics()
            keras_losses.append(float(keras_model.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]))
    return Training(np.array(losses), np.array(keras_losses), difference(ours.get_weights(), keras_model.get_weights()))
