"""Colours as numbers: sRGB, the light it stands for, and Oklab, where a colour has a lightness and a hue."""

from __future__ import annotations

import numpy as np

# Björn Ottosson, "A perceptual color space for image processing" (2020): light as the three kinds of cones take it up,
# and the cube roots of that as lightness, green to red, blue to yellow.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_OKLAB = np.linalg.inv(_CONES), np.linalg.inv(_OKLAB)


def linear(rgb) -> np.ndarray:
    """Return the light of sRGB colours (..., 3), both from 0 to 1 (IEC 61966-2-1)."""
    rgb = np.asarray(rgb, dtype=float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def srgb(light) -> np.ndarray:
    """Return the sRGB colours of light (..., 3), clipped to what a screen shows: the inverse of `linear`."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def luminance(light) -> np.ndarray:
    """Return the relative luminance of light (..., 3), from 0 to 1 (WCAG 2.2)."""
    return np.asarray(light) @ [0.2126, 0.7152, 0.0722]


def contrast(light, other) -> np.ndarray:
    """Return the contrast of two lights (..., 3), from 1 to 21 (WCAG 2.2)."""
    first, second = luminance(light) + 0.05, luminance(other) + 0.05
    return np.maximum(first, second) / np.minimum(first, second)


def to_oklab(light) -> np.ndarray:
    """Return lightness (0 to 1), green-red and blue-yellow of light (..., 3)."""
    return np.cbrt(np.asarray(light) @ _CONES.T) @ _OKLAB.T


def from_oklab(lab) -> np.ndarray:
    """Return the light (..., 3) of Oklab colours; below 0 or above 1 where no screen shows it."""
    return (np.asarray(lab) @ _FROM_OKLAB.T) ** 3 @ _FROM_CONES.T
