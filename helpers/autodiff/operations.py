"""The operations on Tensors, each under NumPy's name: value, operands, local derivative.

On arrays they are NumPy's own functions. `np.exp(x)` finds `exp` here when x is a Tensor.
"""

import numpy as np

from helpers.autodiff.arraylike import implements
from helpers.autodiff.tensor import Tensor, data, node, unbroadcast


@implements(np.add)
def add(a, b):
    return node(data(a) + data(b), (a, b), lambda g: (g, g))


@implements(np.subtract)
def subtract(a, b):
    return node(data(a) - data(b), (a, b), lambda g: (g, -g))


@implements(np.multiply)
def multiply(a, b):
    x, y = data(a), data(b)
    return node(x * y, (a, b), lambda g: (g * y, g * x))


@implements(np.divide)
def divide(a, b):
    x, y = data(a), data(b)
    return node(x / y, (a, b), lambda g: (g / y, -g * x / (y * y)))


@implements(np.power)
def power(a, b):
    x, p = data(a), data(b)
    value = x**p

    def backward(g):
        by_exponent = g * value * np.log(x) if type(b) is Tensor and b.requires_grad else None
        return g * p * x ** (p - 1 + (p == 0)), by_exponent  # + (p == 0): the slope of x**0 is 0, at x = 0 too

    return node(value, (a, b), backward)


@implements(np.negative)
def negative(a):
    return node(-data(a), (a,), lambda g: (-g,))


@implements(np.absolute)
def absolute(a):
    x = data(a)
    return node(np.abs(x), (a,), lambda g: (g * np.sign(x),))


@implements(np.square)
def square(a):
    x = data(a)
    return node(x * x, (a,), lambda g: (2 * g * x,))


@implements(np.sqrt)
def sqrt(a):
    value = np.sqrt(data(a))
    return node(value, (a,), lambda g: (0.5 * g / value,))


@implements(np.exp)
def exp(a):
    value = np.exp(data(a))
    return node(value, (a,), lambda g: (g * value,))


@implements(np.log)
def log(a):
    x = data(a)
    return node(np.log(x), (a,), lambda g: (g / x,))


@implements(np.log1p)
def log1p(a):
    x = data(a)
    return node(np.log1p(x), (a,), lambda g: (g / (1 + x),))


@implements(np.tanh)
def tanh(a):
    value = np.tanh(data(a))
    return node(value, (a,), lambda g: (g * (1 - value * value),))


@implements(np.sin)
def sin(a):
    x = data(a)
    return node(np.sin(x), (a,), lambda g: (g * np.cos(x),))


@implements(np.cos)
def cos(a):
    x = data(a)
    return node(np.cos(x), (a,), lambda g: (-g * np.sin(x),))


@implements(np.logaddexp)
def logaddexp(a, b):
    """log(exp(a) + exp(b)) without overflow; its derivatives are the two operands' shares of the sum."""
    x, y = data(a), data(b)
    value = np.logaddexp(x, y)
    return node(value, (a, b), lambda g: (g * np.exp(x - value), g * np.exp(y - value)))


@implements(np.maximum)
def maximum(a, b):
    """The larger; at a tie all of the gradient goes to the first operand, as in TensorFlow."""
    x, y = data(a), data(b)
    return node(np.maximum(x, y), (a, b), lambda g: (np.where(x >= y, g, 0), np.where(x >= y, 0, g)))


@implements(np.minimum)
def minimum(a, b):
    """The smaller; at a tie all of the gradient goes to the first operand, as in TensorFlow."""
    x, y = data(a), data(b)
    return node(np.minimum(x, y), (a, b), lambda g: (np.where(x <= y, g, 0), np.where(x <= y, 0, g)))


@implements(np.clip)
def clip(a, low=None, high=None):
    """a within [low, high], two constants; the gradient is 0 outside, and passes at the bounds themselves."""
    x = data(a)
    value = np.clip(x, low, high)
    return node(value, (a,), lambda g: (np.where(x == value, g, 0),))


@implements(np.where)
def where(condition, a, b):
    c = data(condition)
    return node(np.where(c, data(a), data(b)), (a, b), lambda g: (np.where(c, g, 0), np.where(c, 0, g)))


@implements(np.matmul)
def matmul(a, b):
    x, y = data(a), data(b)

    def backward(g):
        row, column = x.ndim == 1, y.ndim == 1  # a vector on the left is a row, on the right a column, as in NumPy
        x2, y2 = (x[None, :] if row else x), (y[:, None] if column else y)
        g = np.expand_dims(g, [axis for axis, vector in ((-1, column), (-2, row)) if vector])
        return (
            unbroadcast(g @ y2.swapaxes(-1, -2), x2.shape).reshape(x.shape),
            unbroadcast(x2.swapaxes(-1, -2) @ g, y2.shape).reshape(y.shape),
        )

    return node(x @ y, (a, b), backward)


@implements(np.sum)
def sum(a, axis=None, keepdims=False):
    x = data(a)
    return node(x.sum(axis=axis, keepdims=keepdims), (a,), lambda g: (_spread(g, x.shape, axis, keepdims),))


@implements(np.mean)
def mean(a, axis=None, keepdims=False):
    x = data(a)
    value = x.mean(axis=axis, keepdims=keepdims)
    share = value.size / x.size if x.size else 1.0
    return node(value, (a,), lambda g: (_spread(g * share, x.shape, axis, keepdims),))


@implements(np.max)
def max(a, axis=None, keepdims=False):
    """The largest along `axis`; equal largest entries share the gradient equally."""
    x = data(a)
    largest = x.max(axis=axis, keepdims=True)

    def backward(g):
        hit = x == largest
        return (_spread(g, x.shape, axis, keepdims) * hit / hit.sum(axis=axis, keepdims=True, dtype=x.dtype),)

    return node(x.max(axis=axis, keepdims=keepdims), (a,), backward)


def logsumexp(a, axis=None, keepdims=False):
    """log(sum(exp(a))) along `axis`: the largest entry is taken out first, so nothing overflows."""
    x = data(a)
    largest = x.max(axis=axis, keepdims=True)
    full = np.log(np.exp(x - largest).sum(axis=axis, keepdims=True)) + largest
    value = full if keepdims else np.squeeze(full, axis)
    return node(value, (a,), lambda g: (_spread(g, x.shape, axis, keepdims) * np.exp(x - full),))


@implements(np.reshape)
def reshape(a, shape):
    x = data(a)
    return node(x.reshape(shape), (a,), lambda g: (g.reshape(x.shape),))


@implements(np.transpose)
def transpose(a, axes=None):
    back = None if axes is None else np.argsort(np.mod(axes, len(axes)))
    return node(np.transpose(data(a), axes), (a,), lambda g: (np.transpose(g, back),))


@implements(np.expand_dims)
def expand_dims(a, axis):
    x = data(a)
    return node(np.expand_dims(x, axis), (a,), lambda g: (g.reshape(x.shape),))


@implements(np.squeeze)
def squeeze(a, axis=None):
    x = data(a)
    return node(np.squeeze(x, axis), (a,), lambda g: (g.reshape(x.shape),))


@implements("getitem")
def getitem(a, index):
    x = data(a)

    def backward(g):
        grad = np.zeros_like(x)
        np.add.at(grad, index, g)  # adds: an entry picked twice has two gradients
        return (grad,)

    return node(x[index], (a,), backward)


@implements(np.concatenate)
def concatenate(arrays, axis=0):
    parts = [data(a) for a in arrays]
    cuts = np.cumsum([part.shape[axis] for part in parts])[:-1]
    return node(np.concatenate(parts, axis), tuple(arrays), lambda g: np.split(g, cuts, axis))


def _spread(g, shape, axis, keepdims):
    """Give each summed entry the gradient of its sum."""
    if g.ndim == 0:
        return np.full(shape, g)
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)
