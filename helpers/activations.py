"""Activation functions: a layer's bend. Keras' names and arguments; on arrays and on Tensors.

Those with a derivative of their own are single nodes of the graph; the others are built from them.
"""

import math

import numpy as np

from helpers.autodiff import Tensor, data, node
from helpers.errors import check_choice

_erf = np.vectorize(math.erf, otypes=[float])  # NumPy has no erf


def linear(x):
    """x itself."""
    return x


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """max(x, 0); the derivative at 0 is 0. With options: slope·(x − threshold) below the threshold, max_value above."""
    if negative_slope == 0.0 and max_value is None and threshold == 0.0:
        value = np.maximum(data(x), 0)
        return node(value, (x,), lambda g: (g * (value > 0),))
    z = data(x)
    low, high = z <= threshold, False if max_value is None else z >= max_value
    value = np.where(low, negative_slope * (z - threshold), z)
    value = value if max_value is None else np.minimum(value, max_value)
    slope = np.where(low, negative_slope, 1.0) * ~np.asarray(high)
    return node(value.astype(z.dtype), (x,), lambda g: (g * slope,))


def leaky_relu(x, negative_slope=0.2):
    """x where positive, negative_slope·x elsewhere."""
    return relu(x, negative_slope=negative_slope)


def relu6(x):
    """min(max(x, 0), 6)."""
    return relu(x, max_value=6.0)


def sigmoid(x):
    """1 / (1 + exp(−x)), without overflow: exp is only taken of numbers up to 0."""
    z = data(x)
    small = np.exp(-np.abs(z))
    value = np.where(z >= 0, 1, small) / (1 + small)
    return _with_logits(node(value, (x,), lambda g: (g * value * (1 - value),)), x)


def tanh(x):
    """(exp(x) − exp(−x)) / (exp(x) + exp(−x))."""
    return np.tanh(x)


def softmax(x, axis=-1):
    """exp(x) / sum(exp(x)) along `axis`: positive, and they sum to 1. The largest x is taken out first."""
    z = data(x)
    value = np.exp(z - z.max(axis=axis, keepdims=True))
    value /= value.sum(axis=axis, keepdims=True)

    def backward(g):
        return (value * (g - (g * value).sum(axis=axis, keepdims=True)),)

    return _with_logits(node(value, (x,), backward), x)


def log_softmax(x, axis=-1):
    """x − log(sum(exp(x))) along `axis`: the logarithm of softmax, exact where softmax is 0 to the computer."""
    z = data(x)
    value = z - z.max(axis=axis, keepdims=True)
    value = value - np.log(np.exp(value).sum(axis=axis, keepdims=True))
    return node(value, (x,), lambda g: (g - np.exp(value) * g.sum(axis=axis, keepdims=True),))


def softplus(x):
    """log(1 + exp(x)), without overflow."""
    return np.logaddexp(x, 0)


def softsign(x):
    """x / (1 + |x|)."""
    return x / (1 + np.abs(x))


def elu(x, alpha=1.0):
    """x where positive, alpha·(exp(x) − 1) elsewhere; the derivative at 0 is 1 for alpha = 1."""
    z = data(x)
    below = alpha * np.expm1(np.minimum(z, 0))
    return node(np.where(z > 0, z, below), (x,), lambda g: (g * np.where(z > 0, 1, below + alpha),))


def selu(x):
    """Scaled elu, with the two constants that keep mean 0 and variance 1 (Klambauer et al. 2017)."""
    return 1.0507009873554805 * elu(x, alpha=1.6732632423543772)


def silu(x):
    """x·sigmoid(x), also called swish."""
    return x * sigmoid(x)


def gelu(x, approximate=False):
    """x·P(normal ≤ x); `approximate=True` is the cheaper form with tanh (Hendrycks & Gimpel 2016)."""
    if approximate:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    z = data(x)
    below = (0.5 * (1 + _erf(z / math.sqrt(2)))).astype(z.dtype)
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return node(z * below, (x,), lambda g: (g * (below + z * density),))


def mish(x):
    """x·tanh(softplus(x))."""
    return x * np.tanh(softplus(x))


def exponential(x):
    """exp(x)."""
    return np.exp(x)


def hard_sigmoid(x):
    """relu6(x + 3) / 6: three straight lines instead of sigmoid's curve."""
    return relu6(x + 3) / 6


_ALL = (
    *(linear, relu, leaky_relu, relu6, sigmoid, tanh, softmax, log_softmax, softplus, softsign, elu, selu, silu),
    *(gelu, mish, exponential, hard_sigmoid),
)
_NAMES = {function.__name__: function for function in _ALL} | {"swish": silu, None: linear}


def get(identifier):
    """Return the activation of this name (None is linear), or `identifier` itself if it can be called."""
    if callable(identifier):
        return identifier
    return check_choice("activation", identifier, _NAMES)


def _with_logits(out, x):
    # Cross-entropy on the output of softmax or sigmoid is computed from what went in, exactly, as Keras does.
    if type(out) is Tensor:
        out.logits = x
    return out
