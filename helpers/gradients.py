"""Slopes by measuring, slopes by formula, and the loop that walks down them.

`w = w − learning_rate · gradient(w)`: the rest of the course computes this gradient, or changes this step.
"""

from decimal import ROUND_DOWN, Context
from typing import NamedTuple

import numpy as np

from helpers.errors import as_floats, check_finite, check_function, check_integer, check_number, check_same_shape


def numerical_gradient(f, w, h=1e-5):
    """Return the central difference (f(w + h) − f(w − h)) / 2h in each entry of w: an array like w.

    `f` takes an array like w and returns a number; it is called twice per entry. The error is of order h² from the
    change of the curve's bend plus 1e-16/h from rounding, smallest near h = 1e-5 in float64.
    """
    f, w = check_function("f", f), np.array(as_floats("w", w), dtype=np.float64)
    h = check_number("h", h, low=0, include_low=False)
    grad = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + h
        above = _number(f(w))
        w[i] = old - h
        below = _number(f(w))
        w[i] = old
        grad[i] = (above - below) / (2 * h)
    return grad


class GradientCheck(NamedTuple):
    """What `check_gradient` found: relative errors entry by entry, the largest one, and where it is."""

    errors: np.ndarray
    worst: float
    place: tuple
    formula: float
    measured: float

    def __str__(self):
        place = f"[{', '.join(map(str, self.place))}]" if self.place else ""
        return (
            f"largest relative error {self.worst:.1e} at w{place}: "
            f"{self.formula:.10g} by formula, {self.measured:.10g} measured"
        )


def relative_error(a, b):
    """|a − b| / max(|a|, |b|) entry by entry, and 0 where both are 0."""
    a, b = as_floats("a", a).astype(np.float64), as_floats("b", b).astype(np.float64)
    check_same_shape("a", a, "b", b)
    size = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(size == 0, 1, size)


def check_gradient(f, gradient, w, h=1e-5):
    """Compare a gradient with the central difference of f at w: a `GradientCheck`.

    `gradient` is a function of w, or an array like w. In float64 a right one is below 1e-6 or so; a wrong one is
    mostly above 1e-2; between them, look for a kink of f within h of w, or for float32.
    """
    w = np.array(as_floats("w", w), dtype=np.float64)
    formula = as_floats("gradient", gradient(w.copy()) if callable(gradient) else gradient)
    check_same_shape("gradient", formula, "w", w)
    measured = numerical_gradient(f, w, h)
    errors = relative_error(formula, measured)
    # Rounding in f leaves noise in the measurement; an entry smaller than that noise cannot be judged.
    noise = 4 * np.finfo(np.float64).eps * abs(_number(f(w))) / h
    errors = np.where(np.abs(formula - measured) <= noise, np.minimum(errors, 1e-9), errors)
    if not errors.size:
        raise ValueError("w must have at least one entry")
    errors = np.where(np.isfinite(errors), errors, np.inf)
    place = tuple(int(i) for i in np.unravel_index(np.argmax(errors), errors.shape))
    return GradientCheck(errors, float(errors[place]), place, float(formula[place]), float(measured[place]))


def mse_gradient(X, y, w):
    """Gradient of mean((Xw − y)²) by w: (2/n) Xᵀ(Xw − y). X is (n, d), y (n,), w (d,); returns (d,)."""
    X, y, w = as_floats("X", X), as_floats("y", y), as_floats("w", w)
    _check_regression(X, y, w)
    return 2 / len(X) * X.T @ (X @ w - y)


def critical_learning_rate(X):
    """Return 2/λmax of the Hessian (2/n)XᵀX of that loss: above it gradient descent diverges from almost every start.

    Along the direction of λmax a step multiplies the distance to the minimum by 1 − learning_rate·λmax.
    """
    X = as_floats("X", X)
    _check_regression(X)
    check_finite("X", X)
    hessian = 2 / len(X) * X.T @ X
    largest = np.linalg.eigvalsh(hessian)[-1]
    return float(2 / largest) if largest > 0 else float("inf")


def round_down(value, digits=4):
    """Return value cut to so many digits: not above it, as a threshold has to be. What is off by 1e-12 counts as exact."""
    value = check_number("value", value, low=0)
    digits = check_integer("digits", digits, low=1)
    return float(Context(prec=digits, rounding=ROUND_DOWN).create_decimal(f"{value:.12g}"))


def condition_number(X):
    """Return λmax/λmin of the Hessian of mean((Xw − y)²): the square of how much longer than wide the bowl is."""
    X = as_floats("X", X)
    _check_regression(X)
    check_finite("X", X)
    values = np.linalg.eigvalsh(X.T @ X)
    return float(values[-1] / values[0]) if values[0] > 0 else float("inf")


class GradientDescent:
    """Plain gradient descent: `w = w − learning_rate · gradient(w)`.

    `learning_rate` has the unit that turns a slope into a distance, and is more than 0.
    """

    def __init__(self, learning_rate=0.01):
        self.learning_rate = check_number("learning_rate", learning_rate, low=0)

    def run(self, gradient, w, steps):
        """Return the path, shape (steps + 1, *w.shape), start first; `gradient` is a function of w. w is not changed.

        A path that diverges is returned as it is, with its infinities.
        """
        gradient, steps = check_function("gradient", gradient), check_integer("steps", steps, low=0)
        w = np.array(as_floats("w", w))
        check_finite("w", w)
        path = np.empty((steps + 1, *w.shape), w.dtype)
        path[0] = w
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is something to look at here
            for t in range(1, steps + 1):
                w = w - self.learning_rate * self._slope(gradient, w)
                path[t] = w
        return path

    def minimize(self, gradient, w, steps):
        """Return the last point of `run`."""
        return self.run(gradient, w, steps)[-1]

    @staticmethod
    def _slope(gradient, w):
        g = np.asarray(gradient(w.copy()))
        if g.shape != w.shape:
            raise ValueError(f"gradient must return an array like w {w.shape}, got {g.shape}")
        return g


def gradient_descent(gradient, w, learning_rate, steps):
    """Return the path of `GradientDescent(learning_rate)` from w: (steps + 1, d), start first."""
    return GradientDescent(learning_rate).run(gradient, w, steps)


def _number(value):
    value = np.asarray(getattr(value, "data", value))
    if value.size != 1:
        raise ValueError(f"f must return one number, got shape {value.shape}")
    return float(value.reshape(()))


def _check_regression(X, y=None, w=None):
    if X.ndim != 2 or not len(X):
        raise ValueError(f"X must be (n, d) with at least one row, got {X.shape}")
    if y is not None and y.shape != X.shape[:1]:
        raise ValueError(f"y must have shape {X.shape[:1]}, one number for each row of X {X.shape}, got {y.shape}")
    if w is not None and w.shape != X.shape[1:]:
        raise ValueError(f"w must have shape {X.shape[1:]}, one number for each column of X {X.shape}, got {w.shape}")
