"""Newton's method: jump to the bottom of the paraboloid that fits here, with a damper for where there is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.errors import check_function, check_number
from helpers.second_order import curvature
from helpers.second_order.minimum import Minimum, Watched, check_settings, search


def newton(
    f: Callable,
    gradient: Callable,
    w,
    hessian: Callable | None = None,
    steps: int = 100,
    tolerance: float = 1e-8,
    damping: float = 1e-3,
) -> Minimum:
    """Steps p with (H + λ·I)·p = −g; λ falls to a tenth after a step that makes f smaller, and grows tenfold until one does.

    ``hessian(w)`` returns the matrix (d, d), by default from differences of gradients. ``damping`` is the first λ, as a
    share of the largest entry of H; λ is never so small that H + λ·I has a negative eigenvalue, so saddles are left.

    Source: Levenberg 1944; Marquardt 1963; Nocedal and Wright, Numerical Optimization, section 3.4.
    """
    steps, tolerance = check_settings(steps, tolerance)
    hessian = None if hessian is None else check_function("hessian", hessian)
    watched = Watched(f, gradient, w)
    share = check_number("damping", damping, low=0)

    def spectrum(w, g):
        matrix = np.asarray(hessian(w.copy()) if hessian else curvature.hessian(watched.gradient, w), float)
        if matrix.shape != (w.size, w.size):
            raise ValueError(f"hessian must return a matrix of shape {(w.size, w.size)}, got {matrix.shape}")
        return np.linalg.eigh(matrix)

    def step(w, value, g, eigen):
        nonlocal share
        curvatures, axes = eigen
        scale = np.abs(curvatures).max()
        scale = scale if scale > 0 else 1.0
        along = axes.T @ g
        for _ in range(40):
            damped = np.maximum(np.abs(curvatures), 1e-12 * scale) + share * scale
            new = w - axes @ (along / damped)
            found = watched.f(new)
            if found < value:
                share = share / 10 if share > 1e-12 else 0.0
                return new, found, watched.gradient(new)
            share = max(10 * share, 1e-6)
        return None

    return search(watched, spectrum, lambda change, g_change: None, step, steps, tolerance)
