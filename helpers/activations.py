"""Activation functions: a layer's bend. Keras' names and arguments; on arrays and on Tensors.

Those with a derivative of their own are single nodes of the graph; the others are built from them. At a kink the
derivative is the one that Keras has on TensorFlow, unless it says otherwise.
"""

import math

import numpy as np

from helpers.autodiff import Tensor, data, node
from helpers.errors import as_array, as_floats, check_axes, check_choice, check_flag, check_number

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_erfc = np.vectorize(math.erfc, otypes=[float])  # NumPy has no error function


def linear(x):
    """x itself."""
    return x


# -- straight lines -------------------------------------------------------------------------------------------


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """max(x, 0); the derivative at 0 is 0. With options: slope·(x − threshold) below the threshold, max_value above."""
    slope, threshold = check_number("negative_slope", negative_slope), check_number("threshold", threshold)
    if slope == 0 and max_value is None and threshold == 0:
        value = np.maximum(_plain(x), 0)
        return node(value, (x,), lambda g: (g * (value > 0),))
    x = _real(x)
    if threshold == 0 and max_value is None:
        return leaky_relu(x, slope)
    above = np.where(data(x) > threshold, x, 0)
    if max_value is not None:
        high = check_number("max_value", max_value, low=0)
        above = relu6(x) if high == 6 and threshold == 0 else np.clip(above, 0, high)
    return above - slope * relu(threshold - x) if slope else above


def leaky_relu(x, negative_slope=0.2):
    """x where positive, negative_slope·x elsewhere; the derivative at 0 is negative_slope."""
    z, slope = _numbers(x), check_number("negative_slope", negative_slope)
    return node(np.where(z > 0, z, slope * z), (x,), lambda g: (np.where(z > 0, g, slope * g),))


def relu6(x):
    """min(max(x, 0), 6); the derivative at 0 and at 6 is 0."""
    z = _numbers(x)
    return node(np.clip(z, 0, 6), (x,), lambda g: (g * ((z > 0) & (z < 6)),))


def hard_tanh(x):
    """x between −1 and 1, and −1 and 1 outside: three straight lines instead of tanh's curve."""
    return np.clip(_real(x), -1, 1)


def hard_sigmoid(x):
    """relu6(x + 3) / 6: three straight lines instead of sigmoid's curve."""
    return relu6(_real(x) + 3) / 6


def hard_silu(x):
    """x·hard_sigmoid(x), also called hard swish (Howard et al. 2019)."""
    x = _real(x)
    return x * hard_sigmoid(x)


# -- between 0 and 1, and between −1 and 1 --------------------------------------------------------------------


def sigmoid(x):
    """1 / (1 + exp(−x)), without overflow: exp is only taken of numbers up to 0."""
    z = _plain(x)
    small = np.exp(-np.abs(z))
    value = np.where(z >= 0, 1, small) / (1 + small)
    return _with_logits(node(value, (x,), lambda g: (g * value * (1 - value),)), x)


def log_sigmoid(x):
    """log(sigmoid(x)), exact where sigmoid is 0 to the computer."""
    return -softplus(-_real(x))


def tanh(x):
    """(exp(x) − exp(−x)) / (exp(x) + exp(−x))."""
    return np.tanh(_real(x))


def softsign(x):
    """x / (1 + |x|)."""
    z = _numbers(x)
    size = 1 + np.abs(z)
    return node(z / size, (x,), lambda g: (g / size / size,))


def softmax(x, axis=-1):
    """exp(x) / sum(exp(x)) along `axis`: positive, and they sum to 1. The largest x is taken out first."""
    z, axis = _along(x, axis)
    value = np.exp(z - z.max(axis=axis, keepdims=True))
    value /= value.sum(axis=axis, keepdims=True)

    def backward(g):
        return (value * (g - (g * value).sum(axis=axis, keepdims=True)),)

    return _with_logits(node(value, (x,), backward), x)


def log_softmax(x, axis=-1):
    """x − log(sum(exp(x))) along `axis`: the logarithm of softmax, exact where softmax is 0 to the computer."""
    z, axis = _along(x, axis)
    value = z - z.max(axis=axis, keepdims=True)
    value = value - np.log(np.exp(value).sum(axis=axis, keepdims=True))
    return node(value, (x,), lambda g: (g - np.exp(value) * g.sum(axis=axis, keepdims=True),))


# -- like relu, without its corner ----------------------------------------------------------------------------


def exponential(x):
    """exp(x)."""
    return np.exp(_real(x))


def softplus(x):
    """log(1 + exp(x)), without overflow."""
    return np.logaddexp(_real(x), 0)


def elu(x, alpha=1.0):
    """x where positive, alpha·(exp(x) − 1) elsewhere; the derivative at 0 is alpha (Clevert et al. 2016)."""
    z, alpha = _numbers(x), check_number("alpha", alpha)
    below = alpha * np.expm1(np.minimum(z, 0))
    return node(np.where(z > 0, z, below), (x,), lambda g: (g * np.where(z > 0, 1, below + alpha),))


def selu(x):
    """Scaled elu, with the two constants that keep mean 0 and variance 1 (Klambauer et al. 2017)."""
    z = _numbers(x)
    below = _SELU_ALPHA * np.expm1(np.minimum(z, 0))
    value = _SELU_SCALE * np.where(z > 0, z, below)
    return node(value, (x,), lambda g: (g * _SELU_SCALE * np.where(z >= 0, 1, below + _SELU_ALPHA),))


def celu(x, alpha=1.0):
    """x where positive, alpha·(exp(x/alpha) − 1) elsewhere: the derivative at 0 is 1 for every alpha (Barron 2017).

    Keras on TensorFlow has derivative 2 at exactly 0: it adds up two pieces, and both count their border.
    """
    z, alpha = _numbers(x), check_number("alpha", alpha)
    if alpha == 0:
        raise ValueError("alpha must not be 0: x is divided by it")
    below = np.expm1(np.minimum(z, 0) / alpha)
    return node(np.where(z > 0, z, alpha * below), (x,), lambda g: (g * np.where(z > 0, 1, below + 1),))


def silu(x):
    """x·sigmoid(x), also called swish (Ramachandran et al. 2017)."""
    x = _real(x)
    return x * sigmoid(x)


def gelu(x, approximate=False):
    """x·P(normal ≤ x); `approximate=True` is the cheaper form with tanh (Hendrycks & Gimpel 2016)."""
    z = _numbers(x)
    if check_flag("approximate", approximate):
        c, near = math.sqrt(2 / math.pi), np.clip(z, -20, 20)  # beyond ±20, tanh is ±1 to the computer
        t = np.tanh(c * (near + 0.044715 * near**3))

        def backward(g):
            return (g * (0.5 * (1 + t) + 0.5 * near * (1 - t * t) * c * (1 + 3 * 0.044715 * near * near)),)

        return node(0.5 * z * (1 + t), (x,), backward)
    below = (0.5 * _erfc(z / -math.sqrt(2))).astype(z.dtype)  # erfc, not 1 + erf: it keeps its digits in the tail
    peak = 1 / math.sqrt(2 * math.pi)  # of the normal density, the slope of P
    return node(z * below, (x,), lambda g: (g * (below + z * peak * np.exp(-0.5 * z * z)),))


def mish(x):
    """x·tanh(softplus(x)) (Misra 2019)."""
    x = _real(x)
    return x * np.tanh(softplus(x))


_ALL = (
    *(linear, relu, leaky_relu, relu6, hard_tanh, hard_sigmoid, hard_silu, sigmoid, log_sigmoid, tanh, softsign),
    *(softmax, log_softmax, exponential, softplus, elu, selu, celu, silu, gelu, mish),
)
_NAMES = {function.__name__: function for function in _ALL} | {"swish": silu, "hard_swish": hard_silu, None: linear}
swish, hard_swish = silu, hard_silu


def get(identifier, name="activation"):
    """Return the activation of this name (None is linear), or `identifier` itself if it can be called.

    An error calls the argument `name`.
    """
    if callable(identifier):
        return identifier
    return check_choice(name, identifier, _NAMES)


def _real(x):
    """x itself if it is a Tensor, else as an array of floats."""
    return x if type(x) is Tensor else as_floats("x", x)


def _numbers(x):
    """The numbers of x as an array of floats."""
    return x.data if type(x) is Tensor else as_floats("x", x)


def _plain(x):
    """The numbers of x as an array; whole ones stay whole."""
    if type(x) is Tensor:
        return x.data
    z = as_array("x", x)
    return z if z.dtype.kind in "iuf" else as_floats("x", x)


def _along(x, axis):
    """The numbers of x as an array of floats, and the axis or axes, along which there are entries."""
    z = _numbers(x)
    axis = check_axes("axis", axis, z.ndim or 1)
    if not z.size and any(z.shape[a] == 0 for a in np.atleast_1d(range(z.ndim) if axis is None else axis)):
        raise ValueError(f"x must have at least one entry along axis {axis}, got shape {z.shape}")
    return z, axis


def _with_logits(out, x):
    # Cross-entropy on the output of softmax or sigmoid is computed from what went in, exactly, as Keras does.
    if type(out) is Tensor:
        out.logits = x
    return out
