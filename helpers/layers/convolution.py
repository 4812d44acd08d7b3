"""Convolution: the same small kernel everywhere in the image."""

import numpy as np

from helpers import activations
from helpers.autodiff import data, node
from helpers.errors import check_flag, check_integer
from helpers.layers.base import Layer, check_initializers, numbers, wants_gradient
from helpers.layers.windows import check_channels_last, check_padding, crop, grid, pad, pair, taps


class Conv2D(Layer):
    """Every output is `activation(sum(window * kernel) + bias)` of one window of the image (LeCun et al. 1989).

    x is (batch, height, width, channels), the output (batch, windows down, windows across, filters). With `groups`, each
    group of filters sees only its share of the channels. Weights: kernel (height, width, channels/groups, filters),
    bias (filters,). As in Keras and elsewhere the kernel is not flipped.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        data_format=None,
        dilation_rate=(1, 1),
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        *,
        name=None,
        seed=None,
    ):
        super().__init__(name, seed)
        check_channels_last(data_format)
        self.filters, self.groups = check_integer("filters", filters), check_integer("groups", groups)
        self.kernel_size, self.strides = pair("kernel_size", kernel_size), pair("strides", strides)
        self.padding, self.dilation_rate = check_padding(padding), pair("dilation_rate", dilation_rate)
        if self.filters % self.groups:
            raise ValueError(f"filters must be a multiple of groups {self.groups}, got {self.filters}")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(f"strides {self.strides} and dilation_rate {self.dilation_rate}: one of them must be 1")
        self.activation = activations.get(activation)
        self.use_bias = check_flag("use_bias", use_bias)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        check_initializers(kernel_initializer=kernel_initializer, bias_initializer=bias_initializer)
        self.kernel = self.bias = None

    def build(self, shape, dtype):
        if len(shape) != 4 or shape[-1] % self.groups:
            raise ValueError(
                f"x must be (batch, height, width, channels) with a multiple of {self.groups} channels, "
                f"got shape {tuple(shape)}"
            )
        kernel, bias = self._initializers(self.kernel_initializer, self.bias_initializer)
        self.kernel = self.add_weight(
            "kernel", (*self.kernel_size, shape[-1] // self.groups, self.filters), kernel, dtype
        )
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.filters,), bias, dtype)

    def call(self, x, training):
        self._check_axes(x, "batch, height, width, channels")
        self._check_last(x, self.kernel.shape[2] * self.groups, "channels")
        windows = grid(x.shape[1:3], self.kernel_size, self.strides, self.padding, self.dilation_rate)
        return self.activation(convolve(x, self.kernel, self.bias, windows, self.groups))


def convolve(x, kernel, bias, windows, groups=1):
    """Return the convolution of x (n, h, w, c) with kernel (kh, kw, c/groups, o), plus bias (o,), as one node.

    Each window laid out as a row makes it one matrix product ("im2col", Chellapilla et al. 2006): row @ kernel. The
    gradient of the rows goes back to the entries that they were copied from.
    """
    w = data(kernel)
    z = pad(numbers(x, w.dtype), windows)
    n, c, o = z.shape[0], z.shape[3], w.shape[3]
    places, share = windows.size[0] * windows.size[1], c // groups

    def by_group(array, last):  # (..., groups * last) -> (groups, ..., last)
        return np.moveaxis(array.reshape(*array.shape[:-1], groups, last), -2, 0)

    rows = np.stack(list(taps(z, windows)), axis=3)  # (n, down, across, places, c)
    rows = by_group(rows, share).reshape(groups, -1, places * share)
    matrix = by_group(w.reshape(places, share, o), o // groups).reshape(groups, places * share, -1)
    value = np.moveaxis(rows @ matrix, 0, 1).reshape(n, *windows.output, o)
    if bias is not None:
        value += data(bias)

    def backward(g):
        grads = by_group(g, o // groups).reshape(groups, -1, o // groups)
        by_matrix = rows.swapaxes(1, 2) @ grads
        by_kernel = np.moveaxis(by_matrix.reshape(groups, *w.shape[:3], -1), 0, 3).reshape(w.shape)
        by_x = None
        if wants_gradient(x):
            by_rows = (grads @ matrix.swapaxes(1, 2)).reshape(groups, n, *windows.output, places, share)
            by_rows = np.moveaxis(by_rows, 0, 4).reshape(n, *windows.output, places, c)
            by_z = np.zeros_like(z)
            for place, tap in enumerate(taps(by_z, windows)):
                tap += by_rows[:, :, :, place]  # windows overlap: an entry adds up what all of them send back
            by_x = crop(by_z, windows)
        return (by_x, by_kernel, g.sum(axis=(0, 1, 2)))[: 2 if bias is None else 3]

    return node(value, (x, kernel) if bias is None else (x, kernel, bias), backward)
