"""Surfaces to descend: functions of one or two parameters with exact gradients and Hessians.

``ravine = landscapes.ravine(condition=100)``; then ``ravine(w)`` is the height at ``w`` and ``ravine.gradient(w)``
the slope. ``w`` has shape (d,) or (..., d) with d = ``.dimensions``: many points are measured in one call.
"""

from time import perf_counter

import numpy as np

from helpers.callbacks.stopping import StopButton
from helpers.errors import as_array, as_floats, blaming, check_integer, check_list, check_number, shown
from helpers.terrain import load_terrain

# Beyond this a point counts as being here, so that a diverging path ends in large numbers instead of NaN.
FARTHEST = 1e30
LONG = 1.0  # seconds


class Landscape:
    """A function to minimise, with its derivatives and what a picture of it needs.

    ``value(*coordinates)`` gives an array, ``gradient(*coordinates)`` a tuple of d arrays, and
    ``hessian(*coordinates)`` the tuple (xx,) or (xx, xy, yy); each works elementwise.

    Attributes: ``name``; ``bounds``, one (low, high) per coordinate, to draw in; ``start`` (d,), where the lessons
    begin; ``minima`` (k, d), the known lowest points (perhaps none); ``minimum`` (d,), the first of them, or None;
    ``units``, of the coordinates and of the height.
    """

    def __init__(self, name, value, gradient, hessian, *, bounds, start, minima=(), units=("", "")):
        self.name = name
        self.bounds = tuple((float(low), float(high)) for low, high in bounds)
        self.dimensions = len(self.bounds)
        self.minima = np.array(minima, dtype=float).reshape(-1, self.dimensions)
        self.units = units
        self._start = tuple(start)
        self._value, self._gradient, self._hessian = value, gradient, hessian

    @property
    def start(self):
        """A fresh array (d,): an optimizer may change it in place."""
        return np.array(self._start, dtype=float)

    @property
    def minimum(self):
        """A fresh array (d,): the best point known, or None."""
        return self.minima[0].copy() if len(self.minima) else None

    def __call__(self, w):
        """The height at w: a float for shape (d,), an array (...) for shape (..., d)."""
        height = np.asarray(self._value(*self._coordinates(w)))
        return float(height) if height.ndim == 0 else height

    def f(self, *coordinates):
        """The height where the coordinates are given one by one, as arrays that broadcast: ``f(x, y)``."""
        return self(np.stack(np.broadcast_arrays(*coordinates), axis=-1))

    def gradient(self, w):
        """The gradient at w, in w's shape (and dtype, where that is a floating one)."""
        coordinates, w = self._coordinates(w), np.asarray(w)
        slopes = np.empty(w.shape, w.dtype if w.dtype.kind == "f" else float)
        for i, slope in enumerate(self._gradient(*coordinates)):
            slopes[..., i] = slope
        return slopes

    def hessian(self, w):
        """The matrix of second derivatives at w: (d, d) for shape (d,), (..., d, d) for shape (..., d)."""
        coordinates = self._coordinates(w)
        parts = np.broadcast_arrays(*self._hessian(*coordinates), coordinates[0])[:-1]
        order = [0] if self.dimensions == 1 else [0, 1, 1, 2]
        flat = np.stack([parts[i] for i in order], axis=-1)
        return flat.reshape(*flat.shape[:-1], self.dimensions, self.dimensions).astype(float)

    def grid(self, points=200, bounds=None):
        """Coordinates and heights to draw: (x, height) in one dimension, (x, y, height (y, x)) in two."""
        bounds = self.bounds if bounds is None else _ranges(bounds, self.dimensions)
        axes = [np.linspace(low, high, check_integer("points", points)) for low, high in bounds]
        return (*axes, self(np.stack(np.meshgrid(*axes), axis=-1)))

    def _coordinates(self, w):
        w = as_array("w", w)
        if w.ndim == 0 or w.shape[-1] != self.dimensions:
            shape = f"({self.dimensions},) or (..., {self.dimensions})"
            raise ValueError(f"w has shape {w.shape}; {self.name} expects {shape}: its last axis holds the coordinates")
        if w.dtype.kind not in "fiu":
            raise TypeError(f"w has dtype {w.dtype}; {self.name} expects real numbers")
        return np.moveaxis(np.clip(w.astype(float), -FARTHEST, FARTHEST), -1, 0)

    def __repr__(self):
        return f"<Landscape {self.name}>"


def _positive(name, value):
    return check_number(name, value, low=0, high=1e12, include_low=False)


def _ranges(bounds, dimensions):
    pairs = [
        check_list(f"bounds[{i}]", pair, "low and high") for i, pair in enumerate(check_list("bounds", bounds, "pairs"))
    ]
    if [len(pair) for pair in pairs] != [2] * dimensions:
        raise ValueError(f"bounds must be {dimensions} pairs (low, high), got {shown(bounds)}")
    return [[check_number(f"bounds[{i}]", number) for number in pair] for i, pair in enumerate(pairs)]


def descend(landscape, optimizer, steps, start=None):
    """The path (steps + 1, d) of an optimizer from ``start`` (the landscape's own, if None), which it includes.

    ``optimizer`` is anything with ``apply(grads, params)``, which changes params in place; it should be a new one.
    The stop button ends a long walk with a line that says so, and the path is that of the steps so far.
    """
    if isinstance(landscape, type) or not hasattr(landscape, "gradient"):
        raise TypeError(f"landscape must be a Landscape, such as bowl(), got {shown(landscape)}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "apply"):
        raise TypeError(f"optimizer must be an optimizer, such as SGD(), got {shown(optimizer)}")
    w = landscape.start if start is None else np.array(as_floats("start", start), dtype=float)
    with blaming("start does not fit the landscape"):
        landscape.gradient(w)
    path = np.empty((check_integer("steps", steps, 0) + 1, *w.shape))
    path[0] = w
    began = perf_counter()
    with StopButton() as stop:
        for t in range(1, len(path)):
            optimizer.apply([landscape.gradient(w)], [w])
            path[t] = w
            if stop.pressed:
                # A short walk is one of many: that loop is to end, and not this walk alone.
                if perf_counter() - began < LONG:
                    raise KeyboardInterrupt
                if t < len(path) - 1:
                    print(f"stopped after step {t} of {len(path) - 1}; the path ends there")
                return path[: t + 1]
    return path


def bowl(curvature=1.0):
    """``c/2 (x² + y²)``: equally steep in every direction, so that downhill points at the minimum."""
    c = _positive("curvature", curvature)
    return Landscape(
        "the bowl",
        lambda x, y: c / 2 * (x**2 + y**2),
        lambda x, y: (c * x, c * y),
        lambda x, y: (c, 0.0, c),
        bounds=((-3, 3), (-3, 3)),
        start=(-2.0, 1.5),
        minima=[(0, 0)],
    )


def ravine(condition=100.0):
    """``(x² + κ y²) / 2``: κ, the condition number, is how many times steeper y is than x."""
    k = _positive("condition", condition)
    return Landscape(
        f"the ravine (κ = {k:g})",
        lambda x, y: (x**2 + k * y**2) / 2,
        lambda x, y: (x, k * y),
        lambda x, y: (1.0, 0.0, k),
        bounds=((-10, 4), (-3, 3)),
        start=(-9.0, 2.0),
        minima=[(0, 0)],
    )


def saddle():
    """``x²/2 − y²/2 + y⁴/4``: a saddle at (0, 0) between two minima at (0, ±1); it starts almost on the ridge."""
    return Landscape(
        "the saddle",
        lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
        lambda x, y: (x, y**3 - y),
        lambda x, y: (1.0, 0.0, 3 * y**2 - 1),
        bounds=((-1.8, 1.8), (-1.5, 1.5)),
        start=(-1.5, 0.001),
        minima=[(0, 1), (0, -1)],
    )


def himmelblau():
    """``(x² + y − 11)² + (x + y² − 7)²``: four minima, all 0 (Himmelblau, Applied Nonlinear Programming, 1972)."""

    def gradient(x, y):
        first, second = x**2 + y - 11, x + y**2 - 7
        return 4 * x * first + 2 * second, 2 * first + 4 * y * second

    return Landscape(
        "Himmelblau's function",
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        gradient,
        lambda x, y: (12 * x**2 + 4 * y - 42, 4 * (x + y), 12 * y**2 + 4 * x - 26),
        bounds=((-5, 5), (-5, 5)),
        start=(-0.5, -1.0),
        minima=[
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ],
    )


def rosenbrock(a=1.0, b=100.0):
    """``(a − x)² + b (y − x²)²``: a curved valley, flat along its floor (Rosenbrock, The Computer Journal, 1960)."""
    b = _positive("b", b)
    a = check_number("a", a, -1e6, 1e6)
    return Landscape(
        "Rosenbrock's valley",
        lambda x, y: (a - x) ** 2 + b * (y - x**2) ** 2,
        lambda x, y: (-2 * (a - x) - 4 * b * x * (y - x**2), 2 * b * (y - x**2)),
        lambda x, y: (2 - 4 * b * (y - 3 * x**2), -4 * b * x, 2 * b),
        bounds=((-2, 2), (-1, 3)),
        start=(-1.5, 2.0),
        minima=[(a, a**2)],
    )


def beale():
    """``Σ (c − x + x yⁱ)²``, c = 1.5, 2.25, 2.625 for i = 1, 2, 3: plateaus with sharp corners (Beale, 1958)."""
    terms = ((1, 1.5), (2, 2.25), (3, 2.625))

    def value(x, y):
        return sum((c - x + x * y**i) ** 2 for i, c in terms)

    def gradient(x, y):
        residuals = [(i, c - x + x * y**i) for i, c in terms]
        return (
            sum(2 * r * (y**i - 1) for i, r in residuals),
            sum(2 * r * i * x * y ** (i - 1) for i, r in residuals),
        )

    def hessian(x, y):
        xx = xy = yy = 0.0
        for i, c in terms:
            r = c - x + x * y**i
            r_x, r_y = y**i - 1, i * x * y ** (i - 1)
            r_yy = i * (i - 1) * x * y ** (i - 2) if i > 1 else 0.0
            xx = xx + 2 * r_x**2
            xy = xy + 2 * (r_x * r_y + r * i * y ** (i - 1))
            yy = yy + 2 * (r_y**2 + r * r_yy)
        return xx, xy, yy

    return Landscape(
        "Beale's function",
        value,
        gradient,
        hessian,
        bounds=((-4.5, 4.5), (-4.5, 4.5)),
        start=(1.0, 1.5),
        minima=[(3, 0.5)],
    )


def plateau():
    """``1 − exp(−(x² + y²)/2)``: a hole in a plain, on which the gradient all but vanishes."""

    def gradient(x, y):
        hole = np.exp(-(x**2 + y**2) / 2)
        return x * hole, y * hole

    def hessian(x, y):
        hole = np.exp(-(x**2 + y**2) / 2)
        return (1 - x**2) * hole, -x * y * hole, (1 - y**2) * hole

    return Landscape(
        "the plateau",
        lambda x, y: 1 - np.exp(-(x**2 + y**2) / 2),
        gradient,
        hessian,
        bounds=((-5, 5), (-5, 5)),
        start=(-3.0, 2.0),
        minima=[(0, 0)],
    )


def bump(height=0.3, position=-2.0, width=0.3):
    """One parameter: ``x²/20 + h exp(−(x − p)²/(2 s²))``, a slope with a bump that stops plain descent."""
    h, p, s = _positive("height", height), check_number("position", position, -1e6, 1e6), _positive("width", width)

    def hill(x):
        return h * np.exp(-((x - p) ** 2) / (2 * s**2))

    return Landscape(
        "the slope with a bump",
        lambda x: x**2 / 20 + hill(x),
        lambda x: (x / 10 - hill(x) * (x - p) / s**2,),
        lambda x: (1 / 10 + hill(x) * (((x - p) / s) ** 2 - 1) / s**2,),
        bounds=((-5.5, 3),),
        start=(-5.0,),
        minima=[(0,)] if (h, p, s) == (0.3, -2.0, 0.3) else (),
    )


def double_well(tilt=0.3):
    """One parameter: ``(x² − 1)² + tilt·x``, a poor minimum near 1, where it starts, and a better one near −1."""
    tilt = check_number("tilt", tilt, -1e6, 1e6)
    roots = np.roots([4, 0, -4, tilt])
    stationary = roots[np.isreal(roots)].real
    best = min(stationary, key=lambda x: (x**2 - 1) ** 2 + tilt * x)
    return Landscape(
        "the double well",
        lambda x: (x**2 - 1) ** 2 + tilt * x,
        lambda x: (4 * x * (x**2 - 1) + tilt,),
        lambda x: (12 * x**2 - 4,),
        bounds=((-1.7, 1.7),),
        start=(1.3,),
        minima=[(best,)],
    )


def mountain(smoothing=0.3):
    """Pine Mountain and the Jacksboro Fault in Tennessee: x, y in km east and north of the map's corner, height in m.

    The elevations come with Matplotlib (30 × 32 km, one every 75 × 92 m). They are blurred over ``smoothing`` km and
    joined by a cubic B-spline, so that the gradient (m per km) is the exact derivative of the surface. Past the edge of
    the map the ground rises, so that no path is lost.
    """
    terrain = load_terrain(_positive("smoothing", smoothing))
    return Landscape(
        "the mountain",
        terrain.height,
        terrain.gradient,
        terrain.hessian,
        bounds=terrain.bounds,
        start=(16.65, 9.6),
        units=("km", "m"),
    )
