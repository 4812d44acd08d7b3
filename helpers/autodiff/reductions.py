"""The operations that take many entries to one: `axis` is an integer, a tuple of them, or None for all.

On the way back, each entry gets the gradient of what it went into, times its own share in it.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from helpers.autodiff.arraylike import implements
from helpers.autodiff.tensor import Tensor, data, node
from helpers.errors import as_floats, check_axes, check_flag


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
    """The largest along `axis`; equal largest entries share the gradient equally, as in TensorFlow."""
    x = data(a)
    largest = x.max(axis=axis, keepdims=True)
    value = largest if keepdims else np.squeeze(largest, axis)
    return node(value, (a,), lambda g: (_spread(g, x.shape, axis, keepdims) * _shares(x == largest, axis, x.dtype),))


@implements(np.min)
def min(a, axis=None, keepdims=False):
    """The smallest along `axis`; equal smallest entries share the gradient equally, as in TensorFlow."""
    x = data(a)
    smallest = x.min(axis=axis, keepdims=True)
    value = smallest if keepdims else np.squeeze(smallest, axis)
    return node(value, (a,), lambda g: (_spread(g, x.shape, axis, keepdims) * _shares(x == smallest, axis, x.dtype),))


@implements(np.prod)
def prod(a, axis=None, keepdims=False):
    """The product along `axis`; the slope by an entry is the product of the others, zeros among them or not."""
    x = data(a)

    def backward(g):
        zero = x == 0
        rest = np.where(zero, 1, x)
        others = rest.prod(axis=axis, keepdims=True) / rest
        alone = zero.sum(axis=axis, keepdims=True) == zero  # no zero among the others, so their product is not 0
        return (_spread(g, x.shape, axis, keepdims) * np.where(alone, others, 0),)

    return node(x.prod(axis=axis, keepdims=keepdims), (a,), backward)


@implements(np.var)
def var(a, axis=None, ddof=0, keepdims=False):
    """The mean squared distance from the mean; its sum is divided by n − ddof, so by n unless you say otherwise."""
    x = data(a)
    n = _divisor(x, axis, ddof)
    value = x.var(axis=axis, ddof=ddof, keepdims=keepdims)

    def backward(g):
        return (_spread(g, x.shape, axis, keepdims) * (x - x.mean(axis=axis, keepdims=True)) * (2 / n),)

    return node(value, (a,), backward)


@implements(np.std)
def std(a, axis=None, ddof=0, keepdims=False):
    """The root of `var`; where all entries are equal it has a kink, and the gradient is 0 (TensorFlow's is NaN)."""
    x = data(a)
    n = _divisor(x, axis, ddof)
    value = x.std(axis=axis, ddof=ddof, keepdims=keepdims)

    def backward(g):
        share = g / np.where(value > 0, value * n, np.inf)
        return (_spread(share, x.shape, axis, keepdims) * (x - x.mean(axis=axis, keepdims=True)),)

    return node(value, (a,), backward)


def logsumexp(a, axis=None, keepdims=False):
    """log(sum(exp(a))) along `axis`: the largest entry is taken out first, so nothing overflows."""
    x = a.data if type(a) is Tensor else as_floats("a", a)
    axis, keepdims = check_axes("axis", axis, x.ndim or 1), check_flag("keepdims", keepdims)
    if not x.size:
        raise ValueError(f"a must have at least one entry, got shape {x.shape}")
    largest = x.max(axis=axis, keepdims=True)
    full = np.log(np.exp(x - largest).sum(axis=axis, keepdims=True)) + largest
    value = full if keepdims else np.squeeze(full, axis)
    return node(value, (a,), lambda g: (_spread(g, x.shape, axis, keepdims) * np.exp(x - full),))


@implements(np.cumsum)
def cumsum(a, axis=None):
    """The sums so far along `axis`; an entry is in all sums from its own on, so gradients add up from the end."""
    x = data(a)

    def backward(g):
        return (np.flip(np.cumsum(np.flip(g, axis), axis), axis).reshape(x.shape),)

    return node(np.cumsum(x, axis), (a,), backward)


def _shares(hit, axis, dtype):
    return hit / hit.sum(axis=axis, keepdims=True, dtype=dtype)


def _divisor(x, axis, ddof):
    n = x.size if axis is None else math.prod([x.shape[i] for i in normalize_axis_tuple(axis, x.ndim)])
    if n <= ddof:
        raise ValueError(f"ddof must be less than the number of entries along axis {axis}, {n}, got {ddof}")
    return n - ddof


def _spread(g, shape, axis, keepdims):
    """Give each entry the gradient of the one number it went into."""
    if g.ndim == 0:
        return np.full(shape, g)
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)
