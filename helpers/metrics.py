"""What is reported beside the loss: numbers to read, not to train on. Each function gives one value per sample."""

import numpy as np

from helpers import losses
from helpers.errors import as_floats, check_choice
from helpers.targets import plain


def accuracy(y_true, y_pred):
    """1 where the prediction is the right class, else 0.

    y_pred (n, k): the largest entry decides, y_true whole numbers (n,) or one-hot (n, k). y_pred (n, 1) or (n,):
    probabilities, 1 above 0.5, as in Keras (so give it probabilities there, not logits).
    """
    y_true, y_pred = plain("y_true", y_true), as_floats("y_pred", plain("y_pred", y_pred))
    if not y_pred.size or y_true.shape[:1] != y_pred.shape[:1] or not y_pred.ndim:
        raise ValueError(
            f"y_true and y_pred must be equally long and not empty, got shapes {y_true.shape} and {y_pred.shape}"
        )
    if y_pred.ndim == 1 or y_pred.shape[-1] == 1:
        return np.mean(y_true.reshape(len(y_pred), -1) == (y_pred.reshape(len(y_pred), -1) > 0.5), axis=-1)
    if y_true.shape == y_pred.shape:
        y_true = y_true.argmax(axis=-1)
    elif y_true.ndim == y_pred.ndim:
        y_true = y_true[..., 0]
    return y_pred.argmax(axis=-1) == y_true


def get(identifier, name="metric"):
    """Return (name, function) of a metric: "accuracy" or "acc", a loss by name, or any function of (y_true, y_pred).

    An error calls the argument `name`.
    """
    if callable(identifier):
        return getattr(identifier, "name", None) or getattr(identifier, "__name__", "metric"), identifier
    known = {"accuracy": accuracy, "acc": accuracy} | losses.NAMES
    found = check_choice(name, identifier, known)
    return identifier, found if found is accuracy else found()
