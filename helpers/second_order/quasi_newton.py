"""BFGS and L-BFGS: curvature learnt from the gradients on the way, without ever asking for the Hessian."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from helpers.errors import check_integer
from helpers.second_order.line_search import wolfe
from helpers.second_order.minimum import Minimum, Watched, check_settings, search


def bfgs(f: Callable, gradient: Callable, w, steps: int = 200, tolerance: float = 1e-8) -> Minimum:
    """Keep a matrix B ≈ H⁻¹ (d, d) and go along −B·g; each step s with change of gradient y updates it.

    Source: Broyden, Fletcher, Goldfarb, Shanno, 1970; Nocedal and Wright, Numerical Optimization, algorithm 6.1.
    """
    steps, tolerance = check_settings(steps, tolerance)
    watched = Watched(f, gradient, w)
    B, known = np.eye(watched.start.size), False

    def learn(s, y):
        nonlocal B, known
        if not s @ y > 0:  # no curvature along s: rounding, or a step that the line search had to cut short
            return
        if not known:
            B, known = np.eye(s.size) * (s @ y) / (y @ y), True
        rho = 1 / (s @ y)
        left = np.eye(s.size) - rho * np.outer(s, y)
        B = left @ B @ left.T + rho * np.outer(s, s)

    step = _line_step(watched, lambda: known)
    return search(watched, lambda w, g: -B @ g, learn, step, steps, tolerance)


def lbfgs(f: Callable, gradient: Callable, w, steps: int = 200, tolerance: float = 1e-8, memory: int = 10) -> Minimum:
    """BFGS from the last ``memory`` pairs (s, y) only: 2·memory vectors in place of a matrix.

    Source: Nocedal 1980; Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5.
    """
    steps, tolerance = check_settings(steps, tolerance)
    watched = Watched(f, gradient, w)
    pairs = deque(maxlen=check_integer("memory", memory))

    def direction(w, g):
        q, shares = g.copy(), []
        for s, y, rho in reversed(pairs):
            shares.append(rho * (s @ q))
            q -= shares[-1] * y
        if pairs:
            s, y, _ = pairs[-1]
            q *= (s @ y) / (y @ y)
        for (s, y, rho), share in zip(pairs, reversed(shares), strict=True):
            q += s * (share - rho * (y @ q))
        return -q

    def learn(s, y):
        if s @ y > 0:
            pairs.append((s, y, 1 / (s @ y)))

    step = _line_step(watched, lambda: bool(pairs))
    return search(watched, direction, learn, step, steps, tolerance)


def _line_step(watched, known):
    """A step along p that fulfils the Wolfe conditions; the first, without any curvature known, is tried short."""

    def step(w, value, g, p):
        if not g @ p < 0:
            p = -g
        first = 1.0 if known() else min(1.0, 1 / np.abs(g).sum())
        found = wolfe(watched.f, watched.gradient, w, p, value, g, first)
        return None if found is None else (w + found[0] * p, *found[1:])

    return step
