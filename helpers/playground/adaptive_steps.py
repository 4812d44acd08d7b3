"""The controls of the lesson on step sizes that adapt."""

from __future__ import annotations

from functools import cache

import numpy as np

from helpers import landscapes, optimizers
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.adaptive_steps import playground_axes

_STEPS = 80


def _tilted_ravine():
    """The ravine turned by 45°: no weight alone runs across it."""
    a, b = 101 / 2, -99 / 2  # the second derivatives of (u² + 100 v²)/2 with u, v at 45° to x, y
    return landscapes.Landscape(
        "the tilted ravine",
        lambda x, y: (a * x**2 + 2 * b * x * y + a * y**2) / 2,
        lambda x, y: (a * x + b * y, b * x + a * y),
        lambda x, y: (a, b, a),
        bounds=((-9, 3), (-7, 3)),
        start=(-7.0, -4.5),
        minima=[(0, 0)],
    )


_PLACES = {"ravine": landscapes.ravine, "ravine, tilted": _tilted_ravine, "saddle": landscapes.saddle}


@cache
def _place(name):
    return _PLACES[name]()


@cache
def _limit(name):
    """The rate above which steps across the steepest direction at the minimum grow: 2 / its curvature."""
    place = _place(name)
    return 2 / np.linalg.eigvalsh(place.hessian(np.array(place.minima[0], float)))[-1]


@cache
def _background(name):
    """The place's map as an image, drawn once: shades by the logarithm of the height."""
    from matplotlib.colors import LogNorm

    from helpers.plots.drawing import TERRAIN

    *_, height = _place(name).grid(300)
    low, high = height.min(), height.max()
    lifted = height - low + (high - low) * 3e-4
    bands = np.exp(np.round(np.log(lifted) * 1.4) / 1.4)  # the edges of the bands are the contours
    return TERRAIN(LogNorm(bands.min(), bands.max())(bands))[::-1]


def walk(rule, place, learning_rate, beta, steps=_STEPS):
    """Return the path (steps + 1, 2) of a rule, the start first, and the rate (steps, 2) that each weight had in each."""
    landscape = _place(place)
    optimizer = {
        "gradient descent": lambda: optimizers.SGD(learning_rate),
        "adagrad": lambda: optimizers.Adagrad(learning_rate, initial_accumulator_value=0.0),
        "rmsprop": lambda: optimizers.RMSprop(learning_rate, rho=beta),
    }[rule]()
    w = landscape.start
    path, rates = [w.copy()], []
    memory = np.zeros(2)
    for _ in range(steps):
        g = landscape.gradient(w)
        optimizer.apply([g], [w])
        if rule == "adagrad":
            memory += g * g
        elif rule == "rmsprop":
            memory += (1 - beta) * (g * g - memory)
        root = 1.0 if rule == "gradient descent" else np.sqrt(memory + optimizer.epsilon)
        rates.append(learning_rate / root * np.ones(2))
        w = np.clip(w, -1e6, 1e6)
        path.append(w.copy())
    return np.array(path), np.array(rates)


def own_rates():
    """Return a path on a landscape and the two weights' own rates beside it: rule, place, α, β and step to turn."""

    def draw(fig, rule, place, learning_rate, beta, step):
        left, right = fig.axes
        path, rates = walk(rule, place, learning_rate, beta)
        playground_axes(left, right, _place(place), path, rates, step, rule, _background(place), _limit(place))
        (x, y), (after_x, after_y) = path[step - 1], path[step]
        return f"Step {step} goes from x = {x:.3f}, y = {y:.3f} to x = {after_x:.3f}, y = {after_y:.3f}."

    return explore(
        draw,
        "Left: a path on a landscape up to where the chosen step begins, with an arrow straight downhill and one along "
        "the step. Right: the own rate of each of the two weights over the steps, on a logarithmic axis, with a line at "
        "the chosen step and a dotted one at 2 / the largest curvature.",
        ncols=2,
        size=(8.0, 3.9),
        rule=choice("rule", ["rmsprop", "adagrad", "gradient descent"]),
        place=choice("place", list(_PLACES)),
        learning_rate=slider("α", 0.003, 3.0, 0.3, 0.05, log=True),
        beta=slider("β (RMSprop only)", 0.5, 0.99, 0.9, 0.01),
        step=slider("step", 1, _STEPS, 4, 1),
    )
