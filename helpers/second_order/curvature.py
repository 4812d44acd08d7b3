"""The Hessian, whole or times a vector, from differences of gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.errors import as_floats, check_function, check_number


def hessian_vector_product(gradient: Callable, w, v, h: float | None = None) -> np.ndarray:
    """H·v without H: (g(w + h·v) − g(w − h·v)) / 2h, two gradients whatever the number of weights.

    w and v have one shape. ``h`` is chosen so that h·‖v‖ is a small part of ‖w‖ + 1, unless given; the error is of
    order h². Source: Pearlmutter, Fast Exact Multiplication by the Hessian, 1994, on why this is worth having.
    """
    w, v = as_floats("w", w).astype(np.float64), as_floats("v", v).astype(np.float64)
    if w.shape != v.shape:
        raise ValueError(f"w and v must have one shape, got {w.shape} and {v.shape}")
    gradient, size = check_function("gradient", gradient), float(np.linalg.norm(v))
    if size == 0:
        return np.zeros_like(w)
    if h is None:
        h = np.cbrt(np.finfo(float).eps) * (1 + float(np.linalg.norm(w))) / size
        if not 0 < h < np.inf:
            raise ValueError(f"w and v must have norms that a float can hold, got shapes {w.shape} and {v.shape}")
    h = check_number("h", h, low=0, include_low=False)
    ahead, behind = (np.asarray(gradient(w + side * h * v), float) for side in (1, -1))
    if ahead.shape != w.shape:
        raise ValueError(f"gradient must return an array of w's shape {w.shape}, got {ahead.shape}")
    return (ahead - behind) / (2 * h)


def hessian(gradient: Callable, w, h: float | None = None) -> np.ndarray:
    """The matrix (d, d) of second derivatives at w (d,), column by column, made symmetric."""
    gradient, w = check_function("gradient", gradient), as_floats("w", w).astype(np.float64)
    if w.ndim != 1:
        raise ValueError(f"w must be a vector, got shape {w.shape}")
    columns = np.array([hessian_vector_product(gradient, w, e, h) for e in np.eye(w.size)])
    return (columns + columns.T) / 2
