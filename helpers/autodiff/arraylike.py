"""What makes a Tensor feel like an array: Python's operators, NumPy's functions and the usual methods.

No calculus here: each name is looked up among the operations that `implements` has registered.
"""

import numpy as np

OPERATIONS = {}  # NumPy's function -> ours

PLAIN = {  # functions whose result has no derivative: they see the numbers only
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.sign, np.isfinite, np.isnan),
    *(np.floor, np.ceil, np.rint, np.isinf, np.any, np.all, np.argmax, np.argmin, np.argsort, np.count_nonzero),
    *(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.allclose, np.array_equal),
}


def implements(numpy_function):
    """Register the decorated function as what `numpy_function` does to a Tensor."""

    def register(operation):
        OPERATIONS[numpy_function] = operation
        return operation

    return register


class ArrayLike:
    """Operators and methods of an array, for a class with `.data` and `.requires_grad`."""

    __slots__ = ()
    __hash__ = object.__hash__  # Tensors are equal only to themselves, so sets and dicts can hold them

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)
    T = property(lambda self: OPERATIONS[np.transpose](self))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if kwargs.get("out") is not None:
            raise TypeError(
                f"np.{ufunc.__name__} with out=, or an array changed in place by a Tensor, would leave the graph: "
                "write a = a + b, or use its .data"
            )
        if method != "__call__" or kwargs:
            extra = method if method != "__call__" else f"{', '.join(kwargs)}="
            raise TypeError(f"np.{ufunc.__name__} with {extra} does not work on a Tensor: use its .data")
        return _dispatch(ufunc, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return _dispatch(function, args, kwargs)

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise TypeError(
                "a Tensor that requires a gradient is not turned into an array unasked: use its .data, "
                "or np.stack for a list of Tensors"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __add__(self, other):
        return OPERATIONS[np.add](self, other)

    def __radd__(self, other):
        return OPERATIONS[np.add](other, self)

    def __sub__(self, other):
        return OPERATIONS[np.subtract](self, other)

    def __rsub__(self, other):
        return OPERATIONS[np.subtract](other, self)

    def __mul__(self, other):
        return OPERATIONS[np.multiply](self, other)

    def __rmul__(self, other):
        return OPERATIONS[np.multiply](other, self)

    def __truediv__(self, other):
        return OPERATIONS[np.divide](self, other)

    def __rtruediv__(self, other):
        return OPERATIONS[np.divide](other, self)

    def __pow__(self, other):
        return OPERATIONS[np.power](self, other)

    def __rpow__(self, other):
        return OPERATIONS[np.power](other, self)

    def __matmul__(self, other):
        return OPERATIONS[np.matmul](self, other)

    def __rmatmul__(self, other):
        return OPERATIONS[np.matmul](other, self)

    def __neg__(self):
        return OPERATIONS[np.negative](self)

    def __abs__(self):
        return OPERATIONS[np.absolute](self)

    def __iadd__(self, other):
        return _in_place(self, "+") + other

    def __isub__(self, other):
        return _in_place(self, "-") - other

    def __imul__(self, other):
        return _in_place(self, "*") * other

    def __itruediv__(self, other):
        return _in_place(self, "/") / other

    def __getitem__(self, index):
        return OPERATIONS["getitem"](self, index)

    def __setitem__(self, index, value):
        raise TypeError("x[i] = value is no step of the graph: write np.where(mask, value, x), or x.data[i] = value")

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __lt__(self, other):
        return np.less(self, other)

    def __le__(self, other):
        return np.less_equal(self, other)

    def __gt__(self, other):
        return np.greater(self, other)

    def __ge__(self, other):
        return np.greater_equal(self, other)

    def sum(self, axis=None, keepdims=False):
        return OPERATIONS[np.sum](self, axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        return OPERATIONS[np.mean](self, axis, keepdims)

    def max(self, axis=None, keepdims=False):
        return OPERATIONS[np.max](self, axis, keepdims)

    def min(self, axis=None, keepdims=False):
        return OPERATIONS[np.min](self, axis, keepdims)

    def prod(self, axis=None, keepdims=False):
        return OPERATIONS[np.prod](self, axis, keepdims)

    def var(self, axis=None, ddof=0, keepdims=False):
        return OPERATIONS[np.var](self, axis, ddof, keepdims)

    def std(self, axis=None, ddof=0, keepdims=False):
        return OPERATIONS[np.std](self, axis, ddof, keepdims)

    def cumsum(self, axis=None):
        return OPERATIONS[np.cumsum](self, axis)

    def dot(self, other):
        return OPERATIONS[np.dot](self, other)

    def clip(self, a_min=None, a_max=None):
        return OPERATIONS[np.clip](self, a_min, a_max)

    def reshape(self, *shape):
        return OPERATIONS[np.reshape](self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        return OPERATIONS[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

    def swapaxes(self, axis1, axis2):
        return OPERATIONS[np.swapaxes](self, axis1, axis2)

    def squeeze(self, axis=None):
        return OPERATIONS[np.squeeze](self, axis)

    def exp(self):
        return OPERATIONS[np.exp](self)

    def log(self):
        return OPERATIONS[np.log](self)

    def tanh(self):
        return OPERATIONS[np.tanh](self)

    def item(self):
        """The one number inside, as a Python float."""
        return self.data.item()

    def __float__(self):
        return float(self.data)

    def __bool__(self):
        return bool(self.data)

    def __len__(self):
        return len(self.data)

    def __format__(self, spec):
        return format(self.item(), spec) if spec else repr(self)

    def __repr__(self):
        name = f", name={self.name!r}" if self.name else ""
        grad = "" if self.requires_grad else ", requires_grad=False"
        return f"Tensor({np.array2string(self.data, separator=', ', prefix='Tensor(')}{name}{grad})"


def _in_place(tensor, sign):
    if tensor.requires_grad and not tensor.parents:
        raise TypeError(f"w {sign}= step would make a new node of the graph, not move w: write w.data {sign}= step")
    return tensor


def _dispatch(function, args, kwargs):
    if function in OPERATIONS:
        return OPERATIONS[function](*args, **kwargs)
    if function in PLAIN:
        return function(*(arg.data if isinstance(arg, ArrayLike) else arg for arg in args), **kwargs)
    known = ", ".join(sorted(operation.__name__ for operation in OPERATIONS.values()))
    raise TypeError(f"np.{function.__name__} has no derivative here: use the Tensor's .data, or one of {known}")
