"""Layers that only arrange: Flatten, Reshape, and Input, which states a shape."""

import math

import numpy as np

from helpers.errors import check_dtype, check_integer, check_list
from helpers.layers.base import Layer


class Flatten(Layer):
    """One row of numbers for each sample: (batch, ...) becomes (batch, product of the rest)."""

    def call(self, x, training):
        return np.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


class Reshape(Layer):
    """Each sample in another shape: (batch, ...) becomes (batch, *target_shape). One entry may be −1: what is left."""

    def __init__(self, target_shape, name=None):
        super().__init__(name)
        self.target_shape = tuple(
            check_integer("target_shape", n, low=-1) for n in check_list("target_shape", target_shape, "whole numbers")
        )
        if self.target_shape.count(-1) > 1:
            raise ValueError(f"target_shape may hold one -1, got {self.target_shape}")

    def call(self, x, training):
        size, known = math.prod(x.shape[1:]), math.prod(n for n in self.target_shape if n != -1)
        left = size // known if -1 in self.target_shape and known else 1
        if known * left != size:
            raise ValueError(
                f"target_shape {self.target_shape} does not hold the {size} numbers of a sample of x {x.shape}"
            )
        return np.reshape(x, (x.shape[0], *(left if n == -1 else n for n in self.target_shape)))


class Input(Layer):
    """States the shape of one sample, so that the model's weights exist before the first batch."""

    def __init__(self, shape, dtype="float32", name=None):
        super().__init__(name)
        self.shape = tuple(check_integer("shape", n) for n in check_list("shape", shape, "whole numbers"))
        self.dtype = check_dtype("dtype", dtype)

    def call(self, x, training):
        if x.shape[1:] != self.shape:
            raise ValueError(f"x must have shape (batch, {', '.join(map(str, self.shape))}), got {x.shape}")
        return x
