"""What makes a Tensor feel like an array: Python's operators, NumPy's functions and the usual methods.

No calculus here: each name is looked up among the operations that `implements` has registered.
"""

import numpy as np

OPERATIONS = {}  # NumPy's function -> ours

PLAIN = {  # functions whose result has no derivative: they see the numbers only
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.sign, np.isfinite, np.isnan),
    *(np.argmax, np.argmin, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.allclose, np.array_equal),
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
        if method != "__call__" or kwargs:
            extra = method if method != "__call__" else f"{', '.join(kwargs)}="
            raise TypeError(f"np.{ufunc.__name__} with {extra} does not work on a Tensor: use its .data")
        return _dispatch(ufunc, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return _dispatch(function, args, kwargs)

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise TypeError("a Tensor that requires a gradient is not turned into an array unasked: use its .data")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __add__(self, other):
        return OPERATIONS[np.add](self, other)

    def __radd__(self, other):
        return OPERATIONS[np.add](other, self)

    def __sub__(self, other):
        return OPERATIONS[np.subtract](self, other)

    def __rsub__(self, other):
        return OPERATIONS[np.subtract](other, self)

    def __isub__(self, other):
        if self.requires_grad and not self.parents:
            raise TypeError("w -= step would make a new node of the graph, not move w: write w.data -= step")
        return self - other

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

    def __getitem__(self, index):
        return OPERATIONS["getitem"](self, index)

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

    def reshape(self, *shape):
        return OPERATIONS[np.reshape](self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        return OPERATIONS[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

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


def _dispatch(function, args, kwargs):
    if function in OPERATIONS:
        return OPERATIONS[function](*args, **kwargs)
    if function in PLAIN:
        return function(*(arg.data if isinstance(arg, ArrayLike) else arg for arg in args), **kwargs)
    known = ", ".join(sorted(operation.__name__ for operation in OPERATIONS.values()))
    raise TypeError(f"np.{function.__name__} has no derivative here: use the Tensor's .data, or one of {known}")
