"""How far to go along a direction: far enough to be worth it, and not past the point where f rises again."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from helpers.errors import as_floats, check_function, check_number, check_same_shape

C1, C2 = 1e-4, 0.9
"""Armijo's share of the promised decrease, and the share of the slope that may be left."""

MOST = 1e10
"""The longest step tried: where f still falls there, it has no minimum along the line."""


def wolfe(f: Callable, gradient: Callable, w, p, value=None, g=None, first=1.0):
    """Return (step, new value, new gradient) such that f(w + step·p) fulfils the strong Wolfe conditions, or None.

    With φ(a) = f(w + a·p): φ(a) ≤ φ(0) + c₁·a·φ′(0) and |φ′(a)| ≤ c₂·|φ′(0)|. ``p`` must point downhill; ``first`` is
    the step tried first. Points where f is not finite count as too far. None means that rounding hides any decrease.

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 3.5 and 3.6.
    """
    f, gradient = check_function("f", f), check_function("gradient", gradient)
    w, p, first = as_floats("w", w), as_floats("p", p), check_number("first", first, low=0, include_low=False)
    value = f(w) if value is None else check_number("value", value)
    g = as_floats("g", gradient(w) if g is None else g)
    if w.ndim != 1:
        raise ValueError(f"w must be a vector, got shape {w.shape}")
    for name, vector in (("p", p), ("g", g)):
        check_same_shape(name, vector, "w", w)
    slope = float(g @ p)
    if not slope < 0:
        raise ValueError(f"p must point downhill, but its product with the gradient g at w is {slope:g}: try -p")

    def at(a):
        new = f(w + a * p)
        g_new = gradient(w + a * p) if math.isfinite(new) else np.full_like(w, np.nan)
        return a, new, g_new, float(g_new @ p) if math.isfinite(new) else math.nan

    rounding = 4 * np.finfo(float).eps * abs(value)  # differences below it say nothing: there the slopes decide

    def too_far(point, low):
        return not point[1] <= value + C1 * point[0] * slope + rounding or point[1] > low[1] + rounding

    low = (0.0, value, g, slope)
    a = first
    while a < MOST:
        point = at(a)
        if too_far(point, low):
            return _zoom(at, too_far, low, point, slope)
        if abs(point[3]) <= -C2 * slope:
            return point[:3]
        if point[3] >= 0:
            return _zoom(at, too_far, point, low, slope)
        low, a = point, 2 * a
    return low[:3] if low[0] else None


def _zoom(at, too_far, low, high, slope):
    """Close in on a good step between ``low`` (the best so far, f falling towards high) and ``high``."""
    for _ in range(60):
        point = at(_between(low, high))
        if point[0] in (low[0], high[0]):
            break
        if too_far(point, low):
            high = point
            continue
        if abs(point[3]) <= -C2 * slope:
            return point[:3]
        if point[3] * (high[0] - low[0]) >= 0:
            high = low
        low = point
    return low[:3] if low[0] else None


def _between(low, high):
    """The minimum of the parabola through low's value and slope and high's value, or the middle where that is no help."""
    (a, value, _, slope), (b, far, *_) = low, high
    width = b - a
    bend = far - value - slope * width
    if math.isfinite(bend) and bend > 0:
        share = -slope * width / (2 * bend)
        if 0.1 <= share <= 0.9:
            return a + share * width
    return a + width / 2
