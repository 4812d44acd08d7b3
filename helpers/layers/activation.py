"""Activation functions as layers of their own."""

from functools import partial

from helpers import activations
from helpers.errors import check_integer, check_number
from helpers.layers.base import Layer


class Activation(Layer):
    """Applies an activation function, given by name or as a function."""

    def __init__(self, activation, name=None):
        super().__init__(name)
        self.activation = activations.get(activation)

    def call(self, x, training):
        return self.activation(x)


class ReLU(Activation):
    """max(x, 0); with options negative_slope·(x − threshold) below the threshold, and never above max_value."""

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, *, name=None):
        super().__init__("relu", name)
        self.max_value = None if max_value is None else check_number("max_value", max_value, low=0)
        self.negative_slope = check_number("negative_slope", negative_slope, low=0)
        self.threshold = check_number("threshold", threshold, low=0)

    def call(self, x, training):
        return self.activation(x, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Activation):
    """x where positive, negative_slope·x elsewhere: 0.3 here, 0.2 in the function `leaky_relu`, as in Keras."""

    def __init__(self, negative_slope=0.3, *, name=None):
        self.negative_slope = check_number("negative_slope", negative_slope, low=0)
        super().__init__(partial(activations.leaky_relu, negative_slope=self.negative_slope), name)


class ELU(Activation):
    """x where positive, alpha·(exp(x) − 1) elsewhere (Clevert et al. 2015)."""

    def __init__(self, alpha=1.0, *, name=None):
        self.alpha = check_number("alpha", alpha)
        super().__init__(partial(activations.elu, alpha=self.alpha), name)


class Softmax(Activation):
    """exp(x)/sum(exp(x)) along `axis`."""

    def __init__(self, axis=-1, name=None):
        self.axis = check_integer("axis", axis, low=-32)
        super().__init__("softmax" if self.axis == -1 else partial(activations.softmax, axis=self.axis), name)
