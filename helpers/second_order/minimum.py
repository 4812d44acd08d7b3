"""What a search for a minimum returns, and the watch over the functions that it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.errors import as_floats, check_finite, check_function, check_integer, check_number


@dataclass
class Minimum:
    """Where a search ended, and the way there.

    ``path`` (steps + 1, d) starts at the start; ``evaluations`` counts the calls of f and of its gradient together;
    ``converged`` is True where the gradient is small enough, and ``reason`` says in words why the search ended.
    """

    w: np.ndarray
    value: float
    gradient: np.ndarray
    path: np.ndarray
    evaluations: int
    converged: bool
    reason: str

    @property
    def steps(self) -> int:
        return len(self.path) - 1


class Watched:
    """f and its gradient on vectors of one length: counted, and their answers looked at."""

    def __init__(self, f: Callable, gradient: Callable, w0):
        for name, function in (("f", f), ("gradient", gradient)):
            check_function(name, function)
        self._f, self._gradient, self.evaluations = f, gradient, 0
        start = as_floats("w", w0)
        if start.ndim != 1 or not start.size:
            raise ValueError(f"w must be a vector of at least one number, got shape {start.shape}")
        check_finite("w", start)
        self.start = start.astype(np.float64)

    def f(self, w: np.ndarray) -> float:
        self.evaluations += 1
        value = np.asarray(self._f(w.copy()), float)
        if value.ndim:
            raise ValueError(f"f must return one number, got an array of shape {value.shape}")
        return float(value)

    def gradient(self, w: np.ndarray) -> np.ndarray:
        self.evaluations += 1
        g = np.array(self._gradient(w.copy()), float)
        if g.shape != w.shape:
            raise ValueError(f"gradient must return an array of w's shape {w.shape}, got {g.shape}")
        return g


def check_settings(steps, tolerance) -> tuple[int, float]:
    """``steps`` ≥ 0 and ``tolerance`` > 0, which all searches take."""
    return check_integer("steps", steps, 0), check_number("tolerance", tolerance, low=0, include_low=False)


def search(watched: Watched, direction: Callable, learn: Callable, step: Callable, steps: int, tolerance: float):
    """The loop of all methods: a direction, a step along it, what is learnt from the step. Returns a `Minimum`.

    direction(w, g) -> p; step(w, value, g, p) -> (new w, value, gradient) or None where none is found;
    learn(change of w, change of gradient).
    """
    w = watched.start
    value, g = watched.f(w), watched.gradient(w)
    if not (np.isfinite(value) and np.isfinite(g).all()):
        raise ValueError(f"f and gradient must be finite at the start w, got {value} and {g}")
    path, reason = [w], f"{steps} steps are done"
    while np.abs(g).max() > tolerance and len(path) <= steps:
        found = step(w, value, g, direction(w, g))
        if found is None or (found[1] >= value and np.abs(found[2]).max() >= np.abs(g).max()):
            reason = "no step along the direction makes f smaller: rounding, or a gradient that is not f's"
            break
        learn(found[0] - w, found[2] - g)
        w, value, g = found
        path.append(w)
    converged = bool(np.abs(g).max() <= tolerance)
    if converged:
        reason = f"no entry of the gradient is larger than {tolerance:g}"
    return Minimum(w, value, g, np.array(path), watched.evaluations, converged, reason)
