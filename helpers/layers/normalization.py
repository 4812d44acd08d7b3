"""Normalisation: take out mean and variance, then let the layer choose its own, gamma and beta.

Batch normalisation takes them over the batch, separately for each feature; layer normalisation over the features,
separately for each sample. The formula is the same, and so is its gradient.
"""

import numpy as np

from helpers.autodiff import data, node
from helpers.errors import check_flag, check_integer, check_number
from helpers.layers.base import Layer, check_initializers, numbers


class _Normalization(Layer):
    """gamma, beta and the axes, which both have. Keras' order of weights: gamma, beta, then what a subclass adds."""

    def __init__(self, axis, epsilon, center, scale, beta_initializer, gamma_initializer, name):
        super().__init__(name)
        several = isinstance(axis, list | tuple)
        self.axis = [check_integer("axis", a, low=-32) for a in axis] if several else check_integer("axis", axis, -32)
        # With epsilon 0 a feature that is the same in the whole batch would be 0/0.
        self.epsilon = check_number("epsilon", epsilon, low=0, include_low=False)
        self.center, self.scale = check_flag("center", center), check_flag("scale", scale)
        self.beta_initializer, self.gamma_initializer = beta_initializer, gamma_initializer
        check_initializers(beta_initializer=beta_initializer, gamma_initializer=gamma_initializer)
        self.gamma = self.beta = None

    def build(self, shape, dtype):
        given = self.axis if isinstance(self.axis, list) else [self.axis]
        axes = sorted({a % len(shape) for a in given if -len(shape) <= a < len(shape)})
        if len(axes) < len(given) or not axes or axes[0] == 0:
            raise ValueError(f"axis must name axes of x but the batch's, each once, got {self.axis} for shape {shape}")
        self.axes, self.sizes = tuple(axes), tuple(shape[a] for a in axes)
        self.dtype = dtype
        gamma, beta = self._initializers(self.gamma_initializer, self.beta_initializer)
        if self.scale:
            self.gamma = self.add_weight("gamma", self.sizes, gamma, dtype)
        if self.center:
            self.beta = self.add_weight("beta", self.sizes, beta, dtype)
        self.ndim = len(shape)
        self._spread = tuple(n if a in axes else 1 for a, n in enumerate(shape))

    def _check(self, x):
        if len(x.shape) != self.ndim or tuple(x.shape[a] for a in self.axes) != self.sizes:
            raise ValueError(
                f"x must have {self.ndim} axes, of length {self.sizes} along {self.axes}, as when layer "
                f"{self.name or type(self).__name__} was built, got shape {x.shape}"
            )

    def _along(self, weight):
        """Return gamma or beta in a shape that broadcasts against x."""
        if weight is None or self.axes == (self.ndim - 1,):
            return weight
        return np.reshape(weight, self._spread)


class BatchNormalization(_Normalization):
    """`gamma * (x − mean) / sqrt(variance + epsilon) + beta`, each feature over the batch (Ioffe & Szegedy 2015).

    Features lie along `axis`, all other axes are averaged over; the variance is the biased one. In training it uses the
    batch's statistics, and moves its averages of them by 1 − momentum; outside training, and with `trainable` False,
    it uses these averages. Weights: gamma, beta, and not trained moving_mean, moving_variance, all (features,).
    """

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        moving_mean_initializer="zeros",
        moving_variance_initializer="ones",
        *,
        name=None,
    ):
        check_integer("axis", axis, low=-32)  # one, not several
        super().__init__(axis, epsilon, center, scale, beta_initializer, gamma_initializer, name)
        self.momentum = check_number("momentum", momentum, low=0, high=1)
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        check_initializers(
            moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer
        )

    def build(self, shape, dtype):
        super().build(shape, dtype)
        mean, variance = self._initializers(self.moving_mean_initializer, self.moving_variance_initializer)
        self.moving_mean = self.add_weight("moving_mean", self.sizes, mean, dtype, trainable=False)
        self.moving_variance = self.add_weight("moving_variance", self.sizes, variance, dtype, trainable=False)

    def call(self, x, training):
        self._check(x)
        others = tuple(a for a in range(self.ndim) if a not in self.axes)
        averages = [self.moving_mean.data, self.moving_variance.data]
        gamma, beta = self._along(self.gamma), self._along(self.beta)
        if not (training and self.trainable):
            known = [average.reshape(self._spread) for average in averages]
            return normalize(x, gamma, beta, None, self.epsilon, known, self.dtype)
        if not np.prod(x.shape):
            raise ValueError(f"x must hold at least one sample in training, got shape {x.shape}")
        batch = moments(numbers(x, self.dtype), others)
        for average, now in zip(averages, batch, strict=True):
            average *= self.momentum
            average += (1 - self.momentum) * now.reshape(self.sizes)
        return normalize(x, gamma, beta, others, self.epsilon, batch, self.dtype)


class LayerNormalization(_Normalization):
    """`gamma * (x − mean) / sqrt(variance + epsilon) + beta`, each sample over its features (Ba et al. 2016).

    `axis` is one axis or several; gamma and beta have their lengths. It does the same in training and outside.
    """

    def __init__(
        self,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        *,
        name=None,
    ):
        super().__init__(axis, epsilon, center, scale, beta_initializer, gamma_initializer, name)

    def call(self, x, training):
        self._check(x)
        statistics = moments(numbers(x, self.dtype), self.axes)
        return normalize(
            x, self._along(self.gamma), self._along(self.beta), self.axes, self.epsilon, statistics, self.dtype
        )


def moments(z, axes):
    """Return mean and biased variance of z over `axes`, which stay as axes of length 1."""
    mean = z.mean(axis=axes, keepdims=True)
    return mean, np.square(z - mean).mean(axis=axes, keepdims=True)


def normalize(x, gamma, beta, axes, epsilon, statistics, dtype):
    """Return gamma·x̂ + beta, x̂ = (x − mean)/sqrt(variance + epsilon), as one node. gamma and beta may be None.

    `axes` are those that the statistics were computed over: x then acts through them, too, and its gradient loses its
    mean and its part along x̂ (Ioffe & Szegedy 2015, section 3). None: they are constants.
    """
    mean, variance = statistics
    inverse = 1 / np.sqrt(variance + epsilon)
    x_hat = (numbers(x, dtype) - mean) * inverse
    value = x_hat if gamma is None else data(gamma) * x_hat
    value = value if beta is None else value + data(beta)

    def backward(g):
        by_hat = g if gamma is None else g * data(gamma)
        by_x = by_hat
        if axes is not None:
            along = (by_hat * x_hat).mean(axis=axes, keepdims=True)
            by_x = by_hat - by_hat.mean(axis=axes, keepdims=True) - x_hat * along
        return (by_x * inverse, *([] if gamma is None else [g * x_hat]), *([] if beta is None else [g]))

    return node(value, tuple(operand for operand in (x, gamma, beta) if operand is not None), backward)
