"""Loss functions: how wrong a prediction is, as one number.

Keras' names, arguments and values. Arrays in, a Python float out; a Tensor `y_pred` gives a Tensor
that can go backward. Each class states its formula in `call`, one value per sample; the base class weighs and averages.
"""

import numpy as np

from helpers.activations import log_softmax
from helpers.autodiff import Tensor, data, node
from helpers.errors import (
    as_floats,
    check_axis,
    check_choice,
    check_dtype,
    check_flag,
    check_function,
    check_integer,
    check_number,
    check_same_shape,
    check_shape,
    check_text,
)
from helpers.targets import check_labels, pair, plain, same_rank, squeeze_labels, weigh

EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, where the logarithm has no end

# --- The four that lesson 01 builds ----------------------------------------------------------------------------------


def mse(y_true, y_pred):
    """Mean of the squared errors, over all elements of two arrays of one shape."""
    y_true, y_pred = pair(y_true, y_pred)
    return np.mean((y_true - y_pred) ** 2)


def mae(y_true, y_pred):
    """Mean of the absolute errors, over all elements of two arrays of one shape."""
    y_true, y_pred = pair(y_true, y_pred)
    return np.mean(np.abs(y_true - y_pred))


def binary_cross_entropy(y_true, logits):
    """Mean of −log(probability given to what happened); y_true is 0, 1 or between, the probability sigmoid(logits).

    −log sigmoid(x) = log(1 + exp(−x)) = logaddexp(0, −x), which neither overflows nor loses digits.
    """
    y, x = pair(y_true, logits, "logits")
    return np.mean(y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x))


def softmax_cross_entropy(labels, logits):
    """Mean of −log(probability given to the right class); labels (n,) whole numbers, logits (n, k)."""
    labels, logits = check_labels(labels, logits)
    if labels.ndim != 1:
        raise ValueError(f"labels and logits must be (n,) and (n, k), got {labels.shape} and {logits.shape}")
    log_p = log_softmax(logits, axis=-1)
    return -np.mean(log_p[np.arange(len(labels)), labels])


# --- Classes ----------------------------------------------------------------------------------------------------------


class Loss:
    """The base class: `call` gives one value per sample, this weighs them and reduces them to one number.

    `reduction`: "sum_over_batch_size" (also "mean": the sum divided by the number of values, not by the sum of the
    weights), "mean_with_sample_weight" (divided by the sum of the weights), "sum", or None (every value, as an array).
    """

    def __init__(self, reduction="sum_over_batch_size", name=None, dtype=None):
        known = ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None]
        self.reduction = check_choice("reduction", reduction, known)
        self.name = check_text("name", name) or _snake_case(type(self).__name__)
        self.dtype = None if dtype is None else check_dtype("dtype", dtype)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the loss: shapes as `call` wants them, sample_weight one number per sample.

        Works in the dtype of `y_pred`. Raises ValueError for shapes that do not fit.
        """
        if type(y_pred) is not Tensor:
            y_pred = as_floats("y_pred", y_pred)
            y_pred = y_pred if self.dtype is None else y_pred.astype(self.dtype)
        y_true = plain("y_true", y_true)
        mask = self.mask(y_true)
        values = self.call(*self._fit(y_true, y_pred))
        weights = None if sample_weight is None else as_floats("sample_weight", sample_weight).astype(values.dtype)
        if mask is not None:
            weights = self._mask_weights(mask, weights, values.dtype)
        if weights is not None:
            values = weigh(values, weights)
        loss = self._reduce(values, weights)
        return loss if type(loss) is Tensor or loss.ndim else loss.item()

    def check(self, y_true, shape, dtype=np.float64):
        """Raise ValueError if y_true does not fit predictions of this shape; nothing is computed."""
        like = np.zeros((), check_dtype("dtype", dtype))
        self._fit(plain("y_true", y_true), np.broadcast_to(like, check_shape("shape", shape)))

    def call(self, y_true, y_pred):
        """Return one value per sample; a subclass's formula."""
        raise NotImplementedError

    def mask(self, y_true):
        """Return which samples count, or None for all."""
        return None

    def _mask_weights(self, mask, weights, dtype):
        # For a mean over the batch the samples that count share the weight of those that do not.
        share = mask.size / max(np.count_nonzero(mask), 1) if self.reduction in ("mean", "sum_over_batch_size") else 1
        masked = (mask * share).astype(dtype)
        return masked if weights is None else masked * (weights[..., 0] if weights.ndim == mask.ndim + 1 else weights)

    def _fit(self, y_true, y_pred):
        """Give both one shape and dtype: (n,) and (n, 1) meet at (n, 1), as in Keras."""
        if y_true.dtype != y_pred.dtype:
            y_true = as_floats("y_true", y_true).astype(y_pred.dtype)
        if y_true.shape != y_pred.shape:
            y_true, y_pred = same_rank(y_true, y_pred)
            check_same_shape("y_true", y_true, "y_pred", y_pred)
        if not y_pred.shape:
            raise ValueError("y_true and y_pred must be arrays, (n,) or (n, k), got one number each")
        return y_true, y_pred

    def _reduce(self, values, weights):
        if self.reduction in (None, "none") or values.shape in ((), (0,)):
            return values
        if self.reduction == "sum":
            return values.sum()
        if self.reduction != "mean_with_sample_weight" or weights is None:
            return values.mean() if values.size else values.sum()
        total = weights.sum()
        return values.sum() / (total if total else 1)


class FunctionLoss(Loss):
    """A loss made of any function of (y_true, y_pred) that returns one value per sample, or one number."""

    def __init__(self, function, reduction="sum_over_batch_size", name=None, dtype=None):
        self.function = check_function("function", function, "y_true and y_pred")
        super().__init__(reduction, check_text("name", name) or getattr(function, "__name__", None), dtype)

    def call(self, y_true, y_pred):
        values = self.function(y_true, y_pred)
        if type(y_pred) is Tensor and type(values) is not Tensor:
            raise TypeError(f"loss function {self.name} must return a Tensor for a Tensor y_pred, got {type(values)}")
        return values if type(values) is Tensor else np.asarray(values)

    def _fit(self, y_true, y_pred):
        return y_true, y_pred


class MeanSquaredError(Loss):
    """mean((y_true − y_pred)²): large errors count most; the mean of the data is the best constant."""

    def call(self, y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2, axis=-1)


class MeanAbsoluteError(Loss):
    """mean(|y_true − y_pred|): every unit of error counts the same; the median is the best constant. Slope 0 at 0."""

    def call(self, y_true, y_pred):
        return np.mean(np.abs(y_true - y_pred), axis=-1)


class Huber(Loss):
    """Squared for errors up to `delta`, straight beyond (Huber 1964)."""

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name=None, dtype=None):
        super().__init__(reduction, name, dtype)
        self.delta = check_number("delta", delta, low=0)

    def call(self, y_true, y_pred):
        x = np.abs(y_true - y_pred)
        return np.mean(np.where(x <= self.delta, 0.5 * x**2, self.delta * (x - 0.5 * self.delta)), axis=-1)


class LogCosh(Loss):
    """mean(log(cosh(x))) of the error x, as x + log(1 + exp(−2x)) − log 2, which does not overflow."""

    def call(self, y_true, y_pred):
        x = y_pred - y_true
        return np.mean(x + np.logaddexp(-2 * x, 0) - np.log(2.0).item(), axis=-1)


class Hinge(Loss):
    """mean(max(1 − y_true·y_pred, 0)) with y_true −1 or 1; a batch of only 0 and 1 is read as −1 and 1."""

    def call(self, y_true, y_pred):
        return np.mean(np.maximum(1 - _signs(y_true) * y_pred, 0), axis=-1)


class SquaredHinge(Loss):
    """mean(max(1 − y_true·y_pred, 0)²) with y_true −1 or 1; a batch of only 0 and 1 is read as −1 and 1."""

    def call(self, y_true, y_pred):
        return np.mean(np.maximum(1 - _signs(y_true) * y_pred, 0) ** 2, axis=-1)


class KLDivergence(Loss):
    """sum(y_true·log(y_true / y_pred)) of two distributions, both kept within [1e-7, 1]; nothing is renormalised."""

    def call(self, y_true, y_pred):
        t, p = np.clip(y_true, EPSILON, 1), np.clip(y_pred, EPSILON, 1)
        return np.sum(t * np.log(t / p), axis=-1)


class _CrossEntropy(Loss):
    def __init__(
        self, from_logits=False, label_smoothing=0.0, axis=-1, reduction="sum_over_batch_size", name=None, dtype=None
    ):
        super().__init__(reduction, name, dtype)
        self.from_logits = check_flag("from_logits", from_logits)
        self.label_smoothing = check_number("label_smoothing", label_smoothing, low=0, high=1)
        self.axis = check_integer("axis", axis, low=-32)

    def _fit(self, y_true, y_pred):
        y_true, y_pred = super()._fit(y_true, y_pred)
        check_axis("axis", self.axis, y_pred.ndim)
        return y_true, y_pred

    def _logits(self, y_pred):
        """What went into the softmax or sigmoid that made y_pred, or y_pred itself if it is logits, or None."""
        return y_pred if self.from_logits else y_pred.logits if type(y_pred) is Tensor else None


class BinaryCrossentropy(_CrossEntropy):
    """−mean(t·log p + (1 − t)·log(1 − p)); from logits x, log p = −log(1 + exp(−x)).

    `label_smoothing` s moves t to t·(1 − s) + s/2. Probabilities are kept within [1e-7, 1 − 1e-7]. The output of a
    `sigmoid` Tensor is judged by its logits, as in Keras.
    """

    def call(self, y_true, y_pred):
        t, x = y_true, self._logits(y_pred)
        if self.label_smoothing:
            t = t * (1 - self.label_smoothing) + 0.5 * self.label_smoothing
        if x is not None:
            return np.mean(t * np.logaddexp(0, -x) + (1 - t) * np.logaddexp(0, x), axis=self.axis)
        p = np.clip(y_pred, EPSILON, 1 - EPSILON)
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p), axis=self.axis)


class CategoricalCrossentropy(_CrossEntropy):
    """−sum(t·log p) along `axis`, t one-hot or any distribution; from logits, log p = log_softmax.

    `label_smoothing` s moves t to t·(1 − s) + s/classes. Probabilities are first divided by their sum, then kept
    within [1e-7, 1 − 1e-7]. The output of a `softmax` Tensor is judged by its logits, as in Keras.
    """

    def call(self, y_true, y_pred):
        t, logits = y_true, self._logits(y_pred)
        if self.label_smoothing:
            t = t * (1 - self.label_smoothing) + self.label_smoothing / t.shape[-1]
        if logits is not None:
            return cross_entropy_from_logits(t, logits, self.axis)
        p = np.clip(y_pred / np.sum(y_pred, axis=self.axis, keepdims=True), EPSILON, 1 - EPSILON)
        return -np.sum(t * np.log(p), axis=self.axis)


class SparseCategoricalCrossentropy(_CrossEntropy):
    """−log(probability of the right class), labels (n,) whole numbers; from logits, log_softmax.

    Probabilities are kept within [1e-7, 1 − 1e-7], then divided by their sum. Samples labelled `ignore_class` count
    for nothing. The output of a `softmax` Tensor is judged by its logits, as in Keras.
    """

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        axis=-1,
        reduction="sum_over_batch_size",
        name=None,
        dtype=None,
    ):
        super().__init__(from_logits, 0.0, axis, reduction, name, dtype)
        self.ignore_class = None if ignore_class is None else check_integer("ignore_class", ignore_class, -(2**63))

    def call(self, y_true, y_pred):
        logits = self._logits(y_pred)
        if logits is None:
            logits = np.log(np.clip(y_pred, EPSILON, 1 - EPSILON))
        return sparse_cross_entropy(y_true, logits, self.axis)

    def _fit(self, y_true, y_pred):
        ignored = None if self.ignore_class is None else y_true == self.ignore_class
        if ignored is not None:
            y_true = np.where(ignored, 0, y_true)  # any class will do: its weight is 0
        return check_labels(y_true, y_pred, self.axis, ("y_true: labels", "y_pred"))

    def mask(self, y_true):
        return None if self.ignore_class is None else squeeze_labels(y_true) != self.ignore_class


# --- Pieces -----------------------------------------------------------------------------------------------------------


def cross_entropy_from_logits(t, logits, axis=-1):
    """Return −sum(t·log_softmax(logits)) along `axis`; its derivative is softmax(logits) − t if t sums to 1."""
    log_p = log_softmax(data(logits), axis)

    def backward(g):
        return (np.expand_dims(g, axis) * (t.sum(axis=axis, keepdims=True) * np.exp(log_p) - t),)

    return node(-(t * log_p).sum(axis=axis), (logits,), backward)


def sparse_cross_entropy(labels, logits, axis=-1):
    """Return −log_softmax(logits)[label] for each label; its derivative is softmax(logits) − onehot(label)."""
    log_p = log_softmax(_swap(data(logits), axis, -1))
    place = (np.arange(len(labels)), labels) if labels.ndim == 1 else (*np.indices(labels.shape, sparse=True), labels)

    def backward(g):
        grad = np.exp(log_p)
        grad[place] -= 1
        return (_swap(g[..., None] * grad, -1, axis),)

    return node(-log_p[place], (logits,), backward)


def _swap(x, source, target):
    return x if source == target else np.moveaxis(x, source, target)


def _signs(t):
    return 2 * t - 1 if ((t == 0) | (t == 1)).all() else t


def _snake_case(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


_CLASSES = (
    *(MeanSquaredError, MeanAbsoluteError, Huber, LogCosh, Hinge, SquaredHinge, KLDivergence),
    *(BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy),
)
NAMES = {_snake_case(c.__name__): c for c in _CLASSES} | {c.__name__: c for c in _CLASSES}
NAMES |= {"mse": MeanSquaredError, "MSE": MeanSquaredError, "mae": MeanAbsoluteError, "MAE": MeanAbsoluteError}
NAMES |= {"logcosh": LogCosh, "bce": BinaryCrossentropy, "BCE": BinaryCrossentropy}
NAMES |= {"kl_divergence": KLDivergence, "kld": KLDivergence, "KLD": KLDivergence}


def get(identifier):
    """Return a loss by its name ("mse", "categorical_crossentropy", ...); what can be called is returned as it is."""
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        return identifier()
    if callable(identifier):
        return identifier
    return check_choice("loss", identifier, NAMES)()
