"""The operations entry by entry, each under NumPy's name: value, operands, local derivative.

On arrays they are NumPy's own functions. `np.exp(x)` finds `exp` here when x is a Tensor.
"""

import numpy as np

from helpers.autodiff.arraylike import implements
from helpers.autodiff.tensor import Tensor, data, node


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
    value = x / y
    return node(value, (a, b), lambda g: (g / y, -g * value / y))


@implements(np.power)
def power(a, b):
    """a to the power b; the slope by b is 0 where a is not positive and has no logarithm, as in TensorFlow."""
    x, p = data(a), data(b)
    value = x**p

    def backward(g):
        by_exponent = g * value * np.log(np.where(x > 0, x, 1)) if type(b) is Tensor and b.requires_grad else None
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


@implements(np.expm1)
def expm1(a):
    """exp(a) − 1, exact near 0."""
    value = np.expm1(data(a))
    return node(value, (a,), lambda g: (g * (value + 1),))


@implements(np.log)
def log(a):
    x = data(a)
    return node(np.log(x), (a,), lambda g: (g / x,))


@implements(np.log1p)
def log1p(a):
    """log(1 + a), exact near 0."""
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
def clip(a, a_min=None, a_max=None):
    """a within [a_min, a_max], two constants; the gradient is 0 outside, and passes at the bounds themselves."""
    for bound in (a_min, a_max):
        if type(bound) is Tensor and bound.requires_grad:
            raise TypeError("a_min and a_max must be constants, got a Tensor: use np.minimum(np.maximum(a, low), high)")
    x = data(a)
    value = np.clip(x, data(a_min), data(a_max))
    return node(value, (a,), lambda g: (np.where(x == value, g, 0),))


@implements(np.where)
def where(condition, a, b):
    """a where the condition holds and b elsewhere; the condition has no gradient."""
    c = data(condition)
    return node(np.where(c, data(a), data(b)), (a, b), lambda g: (np.where(c, g, 0), np.where(c, 0, g)))
