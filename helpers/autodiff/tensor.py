"""Reverse-mode automatic differentiation: a Tensor remembers how it was computed, `backward` runs the chain rule.

An operation is one line: its value, the operands it came from, and the local derivative, a function that turns the
gradient of the result into the gradients of the operands. Everything else is done once, in `Tensor.backward`.
The idea is old (Linnainmaa 1970; Griewank & Walther, Evaluating Derivatives, chapter 3).
"""

import threading
from contextlib import contextmanager

import numpy as np

from helpers.autodiff.arraylike import ArrayLike
from helpers.errors import as_floats, check_flag, check_text


def topological_order(root):
    """Return every node that `root` was computed from, and `root`, each once and after all its parents.

    A stack of our own instead of recursion: a graph may be deeper than Python's recursion limit.
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            if node.parents:
                stack.append((node, True))
                stack += [(parent, False) for parent in node.parents]
            else:
                order.append(node)
    return order


def unbroadcast(grad, shape):
    """Sum `grad` over the axes along which broadcasting repeated an operand of this `shape`.

    A value used in many places has the sum of the gradients that come back from them.
    """
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and grad.shape[i] != 1)
    return grad.sum(axis=stretched, keepdims=True) if stretched else grad


class Tensor(ArrayLike):
    """An array that remembers the operation it came from.

    `data` is a copy of the given numbers (float32 and float64 keep their dtype, integers become float64); `grad` is
    None until `backward` has been called on something computed from this; `parents` are the Tensors it came from.
    NumPy's operators and functions work on it: `(x @ w + b).sum()`, `np.exp(x)`.
    """

    __slots__ = ("_backward", "data", "grad", "logits", "name", "parents", "requires_grad")

    def __init__(self, data, requires_grad=True, name=""):
        self.data = _floats(data)
        self.grad = None
        self.parents = ()
        self.requires_grad = check_flag("requires_grad", requires_grad)
        self.name = check_text("name", name)
        self.logits = None
        self._backward = None

    def backward(self, grad=None, keep_graph=False):
        """Set `.grad` of every Tensor that this one depends on to the derivative of this one by it.

        `grad` is where the chain rule starts: 1 for a single number, else an array of this shape. Leaves (Tensors that
        you made) add to what they hold until `zero_grad`; values in between start afresh. The graph is forgotten
        as it is walked, so its memory is free; `keep_graph=True` keeps it, to draw it or to go back again.
        """
        keep_graph, order = check_flag("keep_graph", keep_graph), topological_order(self)
        start = _start(self, grad, order)
        for node in order:
            if node.parents:
                node.grad = None
        self._accumulate(start)
        while order:
            node = order.pop()
            if not node.parents:
                continue
            if node.grad is not None:
                for parent, g in zip(node.parents, node._backward(node.grad), strict=True):
                    if parent.requires_grad and g is not None:
                        parent._accumulate(g)
            if not keep_graph:
                node.parents, node._backward = (), _forgotten

    def _accumulate(self, g):
        data = self.data
        if g.shape != data.shape:
            g = unbroadcast(g, data.shape)
        if self.grad is not None:
            g = self.grad + g
        elif self._backward is None:
            g = np.array(g)  # a leaf owns its gradient: g may be a view, or the gradient of another node too
        self.grad = g if g.dtype == data.dtype else g.astype(data.dtype)

    def zero_grad(self):
        """Forget the gradient, so that the next backward does not add to it."""
        self.grad = None

    @property
    def operation(self):
        """The name of the operation that made this ("multiply"), or "" for a leaf and for a forgotten graph."""
        return _name_of(self._backward) if self.parents else ""


def _start(tensor, grad, order):
    if not tensor.requires_grad:
        raise RuntimeError("backward: nothing here requires a gradient; make a Tensor with requires_grad=True")
    for node in order:
        if node._backward is _forgotten:
            raise RuntimeError(
                "backward: the graph was forgotten by an earlier backward(); compute the loss again, "
                "or call backward(keep_graph=True) the first time"
            )
    if grad is None:
        if tensor.data.size != 1:
            raise ValueError(
                f"backward: starts from one number, and this Tensor has shape {tensor.shape}; "
                "take its .sum() or .mean() first, or pass grad="
            )
        grad = 1.0
    else:
        grad = as_floats("grad", grad.data if type(grad) is Tensor else grad)
        if grad.shape not in ((), tensor.shape):
            raise ValueError(f"grad must have this Tensor's shape {tensor.shape}, got {grad.shape}")
    return np.full(tensor.shape, grad, tensor.data.dtype)


def _forgotten(g):
    raise RuntimeError("backward: this graph was forgotten")  # never called: _start finds it first


class _Mode(threading.local):
    recording = True  # in each thread, until it says no_grad


_mode = _Mode()


@contextmanager
def no_grad():
    """Within `with no_grad():`, or a function under `@no_grad()`, nothing is remembered: values without a graph."""
    before, _mode.recording = _mode.recording, False
    try:
        yield
    finally:
        _mode.recording = before


def node(value, operands, backward):
    """Return the result of an operation: a Tensor that remembers its operands, or `value` itself if none is a Tensor.

    `backward(g)` returns one gradient per operand, of the result's shape where operands were broadcast, or None.
    """
    tensors = wanted = False
    for operand in operands:
        if type(operand) is Tensor:
            tensors = True
            if operand.requires_grad:
                wanted = True
    if not tensors:
        return value
    if type(value) is not np.ndarray:
        value = np.asarray(value)
    if value.dtype.char not in "fd":
        raise TypeError(f"{_name_of(backward)}: a Tensor holds float32 or float64, and this would be {value.dtype}")
    out = Tensor.__new__(Tensor)
    out.data = value
    out.grad = out.logits = out._backward = None
    out.parents = ()
    out.name = ""
    out.requires_grad = wanted = wanted and _mode.recording
    if wanted:
        out.parents = tuple([p if type(p) is Tensor else _constant_operand(p) for p in operands])
        out._backward = backward
    return out


def _constant_operand(value):
    out = Tensor.__new__(Tensor)
    out.data = np.asarray(value)  # not copied: a batch may be large
    out.grad = out.logits = out._backward = None
    out.parents, out.name, out.requires_grad = (), "", False
    return out


def constant(value, name=""):
    """Return a Tensor without a gradient."""
    return Tensor(value if type(value) is Tensor else as_floats("value", value), requires_grad=False, name=name)


def data(x):
    """Return the numbers of a Tensor, a list as an array, and anything else as it is."""
    if type(x) is Tensor:
        return x.data
    return np.asarray(x) if isinstance(x, (list, tuple)) else x


def _floats(value):
    value = value.data if type(value) is Tensor else value
    if getattr(value, "dtype", None) == np.longdouble != np.float64:  # on some systems the two are one
        raise TypeError(f"data must be float32 or float64, got {value.dtype}: convert it with .astype(np.float64)")
    return np.array(as_floats("data", value))


def _name_of(backward):
    return backward.__qualname__.split(".")[0]  # the function it was written in
