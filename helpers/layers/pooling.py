"""Pooling: one number for each window and channel. No weights."""

from functools import reduce

import numpy as np

from helpers.autodiff import data, node
from helpers.errors import check_flag
from helpers.layers.base import Layer
from helpers.layers.windows import check_channels_last, check_padding, crop, grid, pad, pair, taps


class _Pooling2D(Layer):
    """What the two poolings share. x is (batch, height, width, channels); `strides` None is the window's size."""

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", data_format=None, name=None):
        super().__init__(name)
        check_channels_last(data_format)
        self.pool_size = pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else pair("strides", strides)
        self.padding = check_padding(padding)

    def call(self, x, training):
        self._check_axes(x, "batch, height, width, channels")
        return self.pool(x, grid(x.shape[1:3], self.pool_size, self.strides, self.padding))


class MaxPooling2D(_Pooling2D):
    """The largest entry of each window; the gradient goes to it, at a tie to the first, row by row."""

    def pool(self, x, windows):
        z = pad(data(x), windows, -np.inf)  # padding is never the largest
        value = reduce(np.maximum, taps(z, windows))

        def backward(g):
            by_z, waiting = np.zeros_like(z), np.ones(g.shape, bool)
            for tap, by_tap in zip(taps(z, windows), taps(by_z, windows), strict=True):
                hit = (tap == value) & waiting
                by_tap += np.where(hit, g, 0)
                waiting &= ~hit
            return (crop(by_z, windows),)

        return node(value, (x,), backward)


class AveragePooling2D(_Pooling2D):
    """The mean of each window's entries; padding does not count."""

    def pool(self, x, windows):
        z = pad(data(x), windows)
        inside = pad(np.ones((1, *x.shape[1:3], 1), z.dtype), windows)
        entries = sum(taps(inside, windows))  # how many entries of the image a window has: fewer at a padded border
        value = sum(taps(z, windows)) / entries

        def backward(g):
            by_z, share = np.zeros_like(z), g / entries
            for tap in taps(by_z, windows):
                tap += share
            return (crop(by_z, windows),)

        return node(value, (x,), backward)


class GlobalAveragePooling2D(Layer):
    """The mean over the whole image: (batch, height, width, channels) becomes (batch, channels)."""

    def __init__(self, data_format=None, keepdims=False, *, name=None):
        super().__init__(name)
        check_channels_last(data_format)
        self.keepdims = check_flag("keepdims", keepdims)

    def call(self, x, training):
        self._check_axes(x, "batch, height, width, channels")
        if not (x.shape[1] and x.shape[2]):
            raise ValueError(f"x must have at least one pixel to average, got shape {x.shape}")
        return np.mean(x, axis=(1, 2), keepdims=self.keepdims)
