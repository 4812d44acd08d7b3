"""The operations that move entries without changing them: on the way back, each gradient goes where its entry was."""

import numpy as np

from helpers.autodiff.arraylike import implements
from helpers.autodiff.tensor import data, node


@implements(np.reshape)
def reshape(a, shape):
    x = data(a)
    return node(x.reshape(shape), (a,), lambda g: (g.reshape(x.shape),))


@implements(np.transpose)
def transpose(a, axes=None):
    back = None if axes is None else np.argsort(np.mod(axes, len(axes)))
    return node(np.transpose(data(a), axes), (a,), lambda g: (np.transpose(g, back),))


@implements(np.swapaxes)
def swapaxes(a, axis1, axis2):
    return node(np.swapaxes(data(a), axis1, axis2), (a,), lambda g: (np.swapaxes(g, axis1, axis2),))


@implements(np.moveaxis)
def moveaxis(a, source, destination):
    return node(np.moveaxis(data(a), source, destination), (a,), lambda g: (np.moveaxis(g, destination, source),))


@implements(np.expand_dims)
def expand_dims(a, axis):
    x = data(a)
    return node(np.expand_dims(x, axis), (a,), lambda g: (g.reshape(x.shape),))


@implements(np.squeeze)
def squeeze(a, axis=None):
    x = data(a)
    return node(np.squeeze(x, axis), (a,), lambda g: (g.reshape(x.shape),))


@implements(np.broadcast_to)
def broadcast_to(a, shape):
    return node(np.broadcast_to(data(a), shape), (a,), lambda g: (g,))  # the walk itself undoes broadcasting


@implements("getitem")
def getitem(a, index):
    """a[index], as in NumPy: integers, slices, None, arrays of integers, masks. An entry may be picked twice."""
    x = data(a)

    def backward(g):
        grad = np.zeros_like(x)
        if _picks_once(index):
            grad[index] = g
        else:
            np.add.at(grad, index, g)  # adds: an entry picked twice has two gradients
        return (grad,)

    return node(x[index], (a,), backward)


@implements(np.concatenate)
def concatenate(arrays, axis=0):
    arrays = tuple(arrays) if axis is not None else tuple([reshape(a, -1) for a in arrays])
    axis = 0 if axis is None else axis
    parts = [data(a) for a in arrays]
    value = np.concatenate(parts, axis)
    cuts = np.cumsum([part.shape[axis] for part in parts])[:-1]
    return node(value, arrays, lambda g: np.split(g, cuts, axis))


@implements(np.stack)
def stack(arrays, axis=0):
    arrays = tuple(arrays)
    value = np.stack([data(a) for a in arrays], axis)
    return node(value, arrays, lambda g: [np.squeeze(part, axis) for part in np.split(g, len(arrays), axis)])


@implements(np.split)
def split(a, indices_or_sections, axis=0):
    """A list of slices of a: so many equal ones, or cut at these places; `np.concatenate` puts them together again."""
    x = data(a)
    places = np.split(np.arange(x.shape[axis]), indices_or_sections)
    before = (slice(None),) * (axis % x.ndim)
    return [getitem(a, (*before, slice(part[0], part[-1] + 1) if part.size else slice(0))) for part in places]


@implements(np.pad)
def pad(a, pad_width, mode="constant", constant_values=0):
    """a with constants around it: `pad_width` is (before, after) for each axis, or one pair or number for all."""
    if mode != "constant":
        raise ValueError(f"mode must be 'constant', the one that has a derivative here, got {mode!r}")
    x = data(a)
    value = np.pad(x, pad_width, constant_values=constant_values)
    inside = tuple([slice(before, before + n) for (before, _), n in zip(_pairs(pad_width, x), x.shape, strict=True)])
    return node(value, (a,), lambda g: (g[inside],))


def _pairs(pad_width, x):
    return np.broadcast_to(pad_width, (x.ndim, 2)).tolist()


def _picks_once(index):
    parts = index if type(index) is tuple else (index,)
    return all(part is None or part is ... or isinstance(part, (int, np.integer, slice)) for part in parts)
