"""Right and wrong ways to measure a slope and to walk down it: the known mistakes of lesson 02 are made of these."""

import numpy as np


def shifted(f, w, h, up, down, width):
    """Return (f(w + up·h) − f(w − down·h)) / (width·h) in each entry of w; the central difference is 1, 1, 2."""
    grad = np.zeros_like(w, dtype=float)
    for i in np.ndindex(w.shape):
        above, below = w.copy(), w.copy()
        above[i] += up * h
        below[i] -= down * h
        grad[i] = (f(above) - f(below)) / (width * h)
    return grad


def first_axis_only(f, w, h=1e-5):
    """Return one slope for each row of w, all of a row moved at once."""
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def given_with_integers(f, w, h=1e-5):
    """Return what `fix_integer_gradient` is handed out with: every array has the type of w."""
    return _given(f, w, h, np.zeros_like(w))


def given_with_float_result(f, w, h=1e-5):
    """Return the same with a result of floats: the shifted places still lose h."""
    return _given(f, w, h, np.zeros(w.shape))


def _given(f, w, h, gradient):
    for i in range(w.size):
        up, down = w.copy(), w.copy()
        up[i] = w[i] + h
        down[i] = w[i] - h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def walk(gradient, w, learning_rate, steps, sign=-1.0):
    """Return the path, the start first; a `sign` of 1 walks uphill."""
    points = [w]
    for _ in range(steps):
        points.append(points[-1] + sign * learning_rate * gradient(points[-1]))
    return np.array(points)


def until_it_stands(gradient, w, learning_rate, steps):
    """Return the path up to the first step that does not move."""
    points = walk(gradient, w, learning_rate, steps)
    still = np.flatnonzero(~np.diff(points, axis=0).any(axis=1))
    return points[: still[0] + 1] if len(still) else points


def first_gradient_only(gradient, w, learning_rate, steps):
    """Return a path whose every step uses the gradient of the start."""
    return w - learning_rate * np.arange(steps + 1)[:, None] * gradient(w)
