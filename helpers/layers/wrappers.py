"""Layers around layers: a way past them (Residual), and another way to write their kernel (WeightNormalization)."""

import numpy as np

from helpers.autodiff import data, no_grad, node
from helpers.errors import check_list, shown
from helpers.layers.base import Layer, default_name


class _Wrapper(Layer):
    """Holds layers and has their weights as its own, named after them: dense/kernel."""

    _trainable = True

    def __init__(self, layers, name=None, seed=None):
        self.layers = check_list("layers", layers, "Layer objects")
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers must hold Layer objects, got {shown(layer)}")
        super().__init__(name, seed)
        for i, layer in enumerate(self.layers):
            layer.name = layer.name or default_name(layer, {other.name for other in self.layers[:i]})

    @property
    def trainable(self):
        """Whether training moves the weights; setting it sets it for the layers within, too, as in Keras."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = value
        for layer in self.layers:
            layer.trainable = value

    @property
    def trainable_weights(self):
        own = [w for w in self.weights if not any(w is inner for layer in self.layers for inner in layer.weights)]
        return [*own, *(w for layer in self.layers for w in layer.trainable_weights)] if self.trainable else []

    def build(self, shape, dtype):
        if self.seed is not None:
            seeds = np.random.SeedSequence(self.seed).generate_state(len(self.layers))
            for layer, seed in zip(self.layers, seeds, strict=True):
                layer.seed = int(seed) if layer.seed is None else layer.seed
        with no_grad():
            out = self.inner(np.zeros((1, *shape[1:]), dtype), False)
        self.check_output(tuple(shape[1:]), out.shape[1:])
        for layer in self.layers:
            for weight in layer.weights:
                weight.name = f"{layer.name}/{weight.name}"
        self.weights = [w for layer in self.layers for w in layer.weights]

    def inner(self, x, training):
        """Return what the layers within make of x, one after the other."""
        for layer in self.layers:
            x = layer(x, training=training)
        return x

    def check_output(self, given, made):
        """Raise ValueError where a sample's shape must not change and did."""


class Residual(_Wrapper):
    """`x + f(x)`, f the given layer, or several one after the other (He et al. 2016).

    The gradient has a way past f: with f small, the block hardly changes it, however many blocks there are. f must
    keep the shape. Weights: those of the layers, in their order.
    """

    def __init__(self, layers, name=None, seed=None):
        super().__init__([layers] if isinstance(layers, Layer) else layers, name, seed)
        if not self.layers:
            raise ValueError("layers must hold at least one layer")

    def check_output(self, given, made):
        if given != made:
            raise ValueError(f"layers must keep the shape of a sample, {given}, for x + f(x), but made {made} of it")

    def call(self, x, training):
        return x + self.inner(x, training)


class WeightNormalization(_Wrapper):
    """The layer with its kernel written as `g * v / ‖v‖`: length and direction apart (Salimans & Kingma 2016).

    `layer` has a kernel: Dense, Conv2D, SimpleRNN, LSTM. Each output has a length g of its own, ‖v‖ is over all other
    axes. At first g is ‖v‖, so the layer starts as it was (the paper's start from a batch of data is left out).
    Weights: g (outputs,), then the layer's, v in the place of its kernel.
    """

    def __init__(self, layer, name=None, seed=None):
        if not isinstance(layer, Layer):
            raise TypeError(f"layer must be a Layer object, got {shown(layer)}")
        super().__init__([layer], name, seed)
        if not hasattr(layer, "kernel"):
            raise TypeError(f"layer must have a kernel, as Dense and Conv2D do, and {type(layer).__name__} has none")

    def build(self, shape, dtype):
        super().build(shape, dtype)
        (layer,) = self.layers
        self.v = layer.kernel
        length = np.sqrt(np.square(self.v.data).sum(axis=tuple(range(self.v.ndim - 1))))
        if not length.all():
            raise ValueError("a kernel of zeros has no direction: give the layer a random kernel_initializer")
        self.g = self.add_weight("g", length.shape, lambda *_: length, dtype)
        self.weights = [self.g, *layer.weights]

    def call(self, x, training):
        (layer,) = self.layers
        layer.kernel = length_and_direction(self.g, self.v)
        try:
            return layer(x, training=training)
        finally:
            layer.kernel = self.v


def length_and_direction(g, v):
    """Return g·v/‖v‖ as one node: v (..., outputs), g (outputs,). What remains of v's gradient is across v (eq. 3)."""
    axes = tuple(range(v.ndim - 1))
    length = np.sqrt(np.square(data(v)).sum(axis=axes))
    inverse = np.divide(1, length, out=np.zeros_like(length), where=length > 0)  # no direction: no weight, no gradient
    unit = data(v) * inverse

    def backward(by_kernel):
        by_g = (by_kernel * unit).sum(axis=axes)
        return by_g, data(g) * inverse * (by_kernel - unit * by_g)

    return node(data(g) * unit, (g, v), backward)
