"""Dropout: noise in training that keeps a layer from leaning on single inputs."""

import numpy as np

from helpers.errors import check_number
from helpers.layers.base import Layer


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
