"""Contrast as WCAG 2.2 defines it, written apart from `helpers.plots.color_space`, so that tests can judge that, too."""

import numpy as np
from matplotlib.colors import to_rgb

LEAST = 4.45  # of text; 4.5 is asked (1.4.3), and a little is left to rounding to 256 levels


def light(color):
    """The light of colours (..., 3) from 0 to 1, or of one colour by its name or code."""
    rgb = np.array(to_rgb(color)) if isinstance(color, str) else np.asarray(color, dtype=float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(color):
    """From 0, black, to 1, white; colours as `light` takes them."""
    return light(color) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """From 1 to 21, in whichever order; colours as `light` takes them."""
    one, other = luminance(one) + 0.05, luminance(other) + 0.05
    return np.maximum(one, other) / np.minimum(one, other)
