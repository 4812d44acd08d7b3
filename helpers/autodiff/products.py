"""The operations that multiply and add: the gradient of a product is a product again, with the other operand."""

import numpy as np

from helpers.autodiff.arraylike import implements
from helpers.autodiff.elementwise import multiply
from helpers.autodiff.shaping import reshape
from helpers.autodiff.tensor import data, node, unbroadcast


@implements(np.matmul)
def matmul(a, b):
    """a @ b over the last two axes; those in front are batches, and broadcast. A vector is a row left, a column right."""
    x, y = data(a), data(b)

    def backward(g):
        row, column = x.ndim == 1, y.ndim == 1
        x2, y2 = (x[None, :] if row else x), (y[:, None] if column else y)
        g = np.expand_dims(g, [axis for axis, vector in ((-1, column), (-2, row)) if vector])
        return (
            unbroadcast(g @ y2.swapaxes(-1, -2), x2.shape).reshape(x.shape),
            unbroadcast(x2.swapaxes(-1, -2) @ g, y2.shape).reshape(y.shape),
        )

    return node(x @ y, (a, b), backward)


@implements(np.dot)
def dot(a, b):
    """a @ b for vectors and matrices, a * b if one is a number."""
    x, y = np.asarray(data(a)), np.asarray(data(b))
    if x.ndim == 0 or y.ndim == 0:
        return multiply(a, b)
    if x.ndim > 1 and y.ndim > 2:
        raise ValueError(f"np.dot of shapes {x.shape} and {y.shape}: for more than two axes use @ or np.einsum")
    return matmul(a, b)


@implements(np.outer)
def outer(a, b):
    """Every entry of a times every entry of b: (a.size, b.size)."""
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


@implements(np.einsum)
def einsum(subscripts, *operands, optimize=False):
    """Products of entries, summed over each letter that is missing on the right: "bij,bjk->bik" is a batch of a @ b.

    One letter per axis and no "..."; without "->" the letters that stand once remain, in order of the alphabet.
    `optimize=True` lets NumPy choose the order of three operands or more, and use matrix products.
    """
    inputs, output = _letters(subscripts, len(operands))
    arrays = [np.asarray(data(operand)) for operand in operands]
    value = np.einsum(",".join(inputs) + "->" + output, *arrays, optimize=optimize)

    def backward(g):
        return [_einsum_slope(k, g, inputs, output, arrays, optimize) for k in range(len(arrays))]

    return node(value, operands, backward)


def _einsum_slope(k, g, inputs, output, arrays, optimize):
    """The gradient of operand k: the same sum with g in its place, read towards the letters of k."""
    x, letters = arrays[k], "".join(dict.fromkeys(inputs[k]))
    others, rest = [output, *inputs[:k], *inputs[k + 1 :]], [g, *arrays[:k], *arrays[k + 1 :]]
    known = "".join([c for c in letters if any(c in other for other in others)])
    slope = np.einsum(",".join(others) + "->" + known, *rest, optimize=optimize)
    slope = np.expand_dims(slope, [i for i, c in enumerate(letters) if c not in known])  # c was only summed: all alike
    if len(letters) == x.ndim:
        return np.broadcast_to(unbroadcast(slope, x.shape), x.shape)
    grad = np.zeros_like(x)
    np.einsum(f"{inputs[k]}->{letters}", grad)[...] = slope  # a view of what was read: for "ii" the diagonal
    return grad


def _letters(subscripts, count):
    if not isinstance(subscripts, str):
        raise TypeError(f"subscripts must be a string such as 'ij,jk->ik', got {type(subscripts).__name__}")
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    if "." in subscripts:
        raise ValueError(f"subscripts {subscripts!r}: '...' is not known here; give every axis a letter")
    inputs = left.split(",")
    if len(inputs) != count:
        raise ValueError(f"subscripts {subscripts!r} must name the axes of {count} operands, got {len(inputs)} parts")
    if not arrow:
        output = "".join([c for c in sorted(set(left) - {","}) if left.count(c) == 1])
    return inputs, output
