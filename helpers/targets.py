"""What is passed to a loss or a metric: brought to one shape and dtype as Keras does it, or refused by its name."""

import numpy as np

from helpers.autodiff import Tensor
from helpers.errors import as_array, as_floats, check_axis, check_same_shape


def plain(name, value):
    """Return the numbers of an array, a list or a Tensor as an array, of any dtype."""
    return as_array(name, value.data if type(value) is Tensor else value)


def pair(y_true, y_pred, name="y_pred"):
    """Return both as floats of one shape; a Tensor y_pred stays one. `name` is what an error calls it."""
    y_pred = y_pred if type(y_pred) is Tensor else as_floats(name, y_pred)
    y_true = as_floats("y_true", y_true)
    check_same_shape("y_true", y_true, name, y_pred)
    return y_true, y_pred


def check_labels(labels, logits, axis=-1, names=("labels", "logits")):
    """Return (labels, logits), labels as whole numbers that fit, one for each row of classes along `axis`."""
    name, name_logits = names
    if type(labels) is Tensor and labels.requires_grad:
        raise TypeError(
            f"{name} must be whole numbers, got a Tensor that requires a gradient: labels first, then scores"
        )
    logits = logits if type(logits) is Tensor else as_floats(name_logits, logits)
    if not logits.ndim:
        raise ValueError(f"{name_logits} must be (n, k), a number for each of k classes in each row, got one number")
    check_axis("axis", axis, logits.ndim)
    labels = as_array(name, labels)
    if labels.ndim > logits.ndim:
        raise ValueError(
            f"{name} {labels.shape} have more axes than {name_logits} {logits.shape}: labels first, then scores"
        )
    if labels.ndim == logits.ndim:
        labels = squeeze_labels(labels)
    classes = logits.shape[axis]
    samples = logits.shape[:-1] if axis in (-1, logits.ndim - 1) else np.delete(logits.shape, axis)
    if labels.shape != tuple(samples):
        raise ValueError(
            f"{name} must have shape {tuple(map(int, samples))}, one whole number for each row of {name_logits} "
            f"{logits.shape}{'' if axis == -1 else f' along axis {axis}'}, got {labels.shape}; "
            "one-hot labels are for CategoricalCrossentropy"
        )
    if labels.dtype.kind not in "iu":
        with np.errstate(invalid="ignore"):  # NaN and infinity are no whole numbers
            whole = as_floats(name, labels).astype(np.int64)
        if not np.array_equal(whole, labels):
            raise ValueError(f"{name} must be whole numbers, got {labels.dtype} values such as {labels.flat[0]}")
        labels = whole
    unsigned = labels.view(labels.dtype.str.replace("i", "u"))  # a negative number is a huge one there
    if labels.size and unsigned.max() >= classes:
        raise ValueError(f"{name} must be from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")
    return labels, logits


def squeeze_labels(labels):
    """Return labels (n, 1) as (n,)."""
    return labels[..., 0] if labels.ndim > 1 and labels.shape[-1] == 1 else labels


def same_rank(a, b):
    """Add or drop a last axis of length 1 where ranks differ by one, as Keras does."""
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return (a, np.expand_dims(b, -1)) if b.ndim == 1 else (a[..., 0], b)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return (np.expand_dims(a, -1), b) if a.ndim == 1 else (a, b[..., 0])
    return a, b


def weigh(values, weights):
    """Return values times weights, one number or one for each sample."""
    values, weights = same_rank(values, weights)
    try:
        np.broadcast_shapes(values.shape, weights.shape)
    except ValueError:
        raise ValueError(f"sample_weight {weights.shape} does not fit the values of the loss {values.shape}") from None
    return values * weights
