"""Windows that slide over images: where they lie, and which entries they meet.

Convolution and pooling both look at an image (height, width) through a window. Instead of cutting out every window,
take one place in the window, (i, j), and all images at once: `taps` gives the entries that this place meets, as a view.
"""

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import check_choice, check_integer, check_text, shown


class Grid(NamedTuple):
    """The windows over an image: how many, the zeros around the image, and the steps between and within windows."""

    size: tuple  # of the window (height, width)
    strides: tuple
    dilation: tuple
    output: tuple  # how many windows, down and across
    padding: tuple  # ((top, bottom), (left, right))


def grid(image, size, strides, padding, dilation=(1, 1)):
    """Return the `Grid` over images of shape (height, width).

    "valid": only windows that lie within. "same": as many windows as the image has strides, with padding around, the odd
    one at the bottom and on the right, as in TensorFlow. Raises ValueError where no window fits.
    """
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    if padding == "same":
        output = [math.ceil(n / s) for n, s in zip(image, strides, strict=True)]
        missing = [max((o - 1) * s + r - n, 0) for n, s, o, r in zip(image, strides, output, reach, strict=True)]
        around = tuple((m // 2, m - m // 2) for m in missing)
    else:
        output = [(n - r) // s + 1 for n, s, r in zip(image, strides, reach, strict=True)]
        around = ((0, 0), (0, 0))
    if min(output) < 1:
        raise ValueError(f"a window of {tuple(reach)} does not fit into an image of {tuple(image)}; use padding='same'")
    return Grid(tuple(size), tuple(strides), tuple(dilation), tuple(output), around)


def pad(x, windows, value=0.0):
    """Return images x (batch, height, width, channels) with the grid's padding around them, filled with `value`."""
    if not any(map(any, windows.padding)):
        return x
    return np.pad(x, ((0, 0), *windows.padding, (0, 0)), constant_values=value)


def crop(x, windows):
    """Return padded images without their padding: what `pad` does to values, undone for their gradients."""
    (top, bottom), (left, right) = windows.padding
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


def taps(padded, windows):
    """Yield, for each place in the window, row by row, the view (batch, *output, channels) of what it meets."""
    (height, width), (down, across), (skip_y, skip_x), (rows, columns), _ = windows
    for i in range(0, height * skip_y, skip_y):
        for j in range(0, width * skip_x, skip_x):
            yield padded[:, i : i + (rows - 1) * down + 1 : down, j : j + (columns - 1) * across + 1 : across]


def pair(name, value):
    """Return (height, width) for one whole number or two."""
    values = tuple(value) if isinstance(value, list | tuple) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} must be one whole number or two, got {shown(value)}")
    return tuple(check_integer(name, v) for v in values)


def check_padding(padding):
    """Return "valid" or "same", however it is written."""
    return check_choice("padding", padding.lower() if isinstance(padding, str) else padding, ["valid", "same"])


def check_channels_last(data_format):
    """Raise ValueError unless images are (batch, height, width, channels), the one order that is here."""
    if data_format is not None and check_text("data_format", data_format) != "channels_last":
        raise ValueError(
            f"data_format must be 'channels_last', got {data_format!r}; "
            "np.moveaxis(x, 1, -1) makes (batch, height, width, channels) of (batch, channels, height, width)"
        )
