"""Layers: a function with weights. Keras' names, arguments, weight shapes and order.

A layer makes its weights when it first sees an input, in that input's dtype (float32 for whole numbers).
"""

import numpy as np

from helpers import activations, initializers
from helpers.autodiff import Tensor, data, node
from helpers.errors import as_floats, check_integer, check_number


class Layer:
    """Base class: a subclass makes its weights in `build(shape, dtype)` with `add_weight`, and computes in `call`.

    `seed` decides all that is random in the layer; None takes a new one each time.
    """

    def __init__(self, name=None, seed=None):
        self.name, self.seed = name, seed
        self.built = False
        self.trainable = True
        self.weights = []

    def __call__(self, x, training=False):
        """Return the output for x, an array or Tensor whose first axis is the batch."""
        if not isinstance(x, (np.ndarray, Tensor)) or x.dtype.kind != "f":
            x = _input(x)
        if not self.built:
            self.build(x.shape, x.dtype)
            self.built = True
        return self.call(x, training)

    def build(self, shape, dtype):
        """Make the weights for inputs of this shape; most layers have none."""

    def call(self, x, training):
        """Return the output; a subclass's formula."""
        raise NotImplementedError

    def add_weight(self, name, shape, initializer, dtype):
        """Return a new trainable Tensor, kept in `weights` in the order of the calls."""
        weight = Tensor(initializer(shape, dtype), name=name)
        self.weights.append(weight)
        return weight

    @property
    def trainable_weights(self):
        """The Tensors that training moves, in Keras' order; none when `trainable` is False."""
        return list(self.weights) if self.trainable else []

    def get_weights(self):
        """Return copies of the weights as arrays, in Keras' order."""
        return [w.data.copy() for w in self.weights]

    def set_weights(self, weights):
        """Take over these arrays, in the order and shapes of `get_weights`. Refused, nothing has changed."""
        _set_weights(self.weights, weights, f"layer {self.name or type(self).__name__}", self.built)

    def count_params(self):
        """Return how many numbers the weights hold."""
        return sum(w.size for w in self.weights)


class Dense(Layer):
    """`activation(x @ kernel + bias)`: every output sees every input. x is (..., inputs), the output (..., units).

    Weights: kernel (inputs, units), bias (units,).
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        name=None,
        seed=None,
    ):
        super().__init__(name, seed)
        self.units = check_integer("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        initializers.get(kernel_initializer), initializers.get(bias_initializer)  # an unknown name is an error now
        self.kernel = self.bias = None

    def build(self, shape, dtype):
        if len(shape) < 2:
            raise ValueError(f"x must be (batch, inputs), got shape {tuple(shape)}; use x[None, :] for one sample")
        seeds = np.random.SeedSequence(self.seed).generate_state(2)
        kernel, bias = (initializers.get(self.kernel_initializer, int(seeds[0])), self.bias_initializer)
        self.kernel = self.add_weight("kernel", (shape[-1], self.units), kernel, dtype)
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.units,), initializers.get(bias, int(seeds[1])), dtype)

    def call(self, x, training):
        if x.shape[-1] != self.kernel.data.shape[0]:
            raise ValueError(
                f"x must have {self.kernel.shape[0]} columns, as when layer {self.name or 'Dense'} was built, "
                f"got shape {x.shape}"
            )
        return self.activation(affine(x, self.kernel, self.bias))


def affine(x, kernel, bias=None):
    """Return x @ kernel + bias as one node: x (..., i), kernel (i, o), bias (o,)."""
    z, w = data(x), data(kernel)
    if z.dtype != w.dtype:
        z = z.astype(w.dtype)
    value = z @ w
    if bias is not None:
        value += data(bias)

    def backward(g):
        rows, grads = z.reshape(-1, z.shape[-1]), g.reshape(-1, g.shape[-1])
        grad_x = g @ w.T if type(x) is Tensor and x.requires_grad else None
        return (grad_x, rows.T @ grads, grads.sum(axis=0))[: 2 if bias is None else 3]

    return node(value, (x, kernel) if bias is None else (x, kernel, bias), backward)


class Activation(Layer):
    """Applies an activation function, given by name or as a function."""

    def __init__(self, activation, name=None):
        super().__init__(name)
        self.activation = activations.get(activation)

    def call(self, x, training):
        return self.activation(x)


class ReLU(Activation):
    """max(x, 0)."""

    def __init__(self, name=None):
        super().__init__("relu", name)


class Softmax(Activation):
    """exp(x)/sum(exp(x)) along the last axis."""

    def __init__(self, name=None):
        super().__init__("softmax", name)


class Flatten(Layer):
    """One row of numbers for each sample: (batch, ...) becomes (batch, product of the rest)."""

    def call(self, x, training):
        return np.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


class Dropout(Layer):
    """In training, sets each entry to 0 with probability `rate` and divides the others by 1 − rate."""

    def __init__(self, rate, seed=None, name=None):
        super().__init__(name, seed)
        self.rate = check_number("rate", rate, low=0, high=1)

    def build(self, shape, dtype):
        self.rng = np.random.default_rng(self.seed)

    def call(self, x, training):
        if not training or self.rate == 0:
            return x
        if self.rate == 1:
            return x * 0.0
        keep = self.rng.random(x.shape) >= self.rate
        return x * (keep / (1 - self.rate)).astype(x.dtype)


class Input(Layer):
    """States the shape of one sample, so that the model's weights exist before the first batch."""

    def __init__(self, shape, dtype="float32", name=None):
        super().__init__(name)
        self.shape = tuple(check_integer("shape", n) for n in shape)
        self.dtype = np.dtype(dtype)

    def call(self, x, training):
        if x.shape[1:] != self.shape:
            raise ValueError(f"x must have shape (batch, {', '.join(map(str, self.shape))}), got {x.shape}")
        return x


def _input(x):
    if isinstance(x, Tensor):
        return x
    whole = np.asarray(x).dtype.kind in "biu"
    x = as_floats("x", x)
    return x.astype(np.float32) if whole else x


def _set_weights(weights, new, owner, built):
    new = [np.asarray(array) for array in new]
    if not built:
        raise ValueError(f"{owner} has no weights yet: call it on an input first, or build it")
    if len(new) != len(weights):
        raise ValueError(f"weights must be {len(weights)} arrays for {owner}, got {len(new)}")
    for i, (weight, array) in enumerate(zip(weights, new, strict=True)):
        if array.dtype.kind not in "biuf":
            raise TypeError(f"weights[{i}] must hold real numbers, got {array.dtype}")
        if array.shape != weight.shape:
            raise ValueError(f"weights[{i}] must have shape {weight.shape} for {owner}, got {array.shape}")
    for weight, array in zip(weights, new, strict=True):
        weight.data[...] = array
