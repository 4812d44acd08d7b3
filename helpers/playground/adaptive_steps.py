"""The controls of the lesson on step sizes that adapt."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from helpers import landscapes, optimizers
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.adaptive_steps import playground_axes, playground_ground

_STEPS = 80
_FAR = 1e6  # a walk that leaves this square around 0 is held at its edge


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


_RATES = {"ravine": (1e-5, 20), "ravine, tilted": (1e-5, 20), "saddle": (1e-3, 1e4)}  # those that are shown
# α at 1 on the slider: with it each rule comes far down in 80 steps, so that another rule can be chosen and compared.
GOOD = {
    "ravine": {"rmsprop": 0.3, "adagrad": 0.9, "gradient descent": 0.019},
    "ravine, tilted": {"rmsprop": 0.3, "adagrad": 2.0, "gradient descent": 0.019},
    "saddle": {"rmsprop": 0.3, "adagrad": 0.5, "gradient descent": 0.5},
}
# What becomes of a weight whose rate is above its limit: "swings wider" only where each step does so.
_ABOVE = {
    "ravine": "above its limit, a weight swings wider",
    "ravine, tilted": "both above the limit: they cannot settle",
    "saddle": "above its limit, a weight cannot settle",
}
_PLACES = {"ravine": landscapes.ravine, "ravine, tilted": _tilted_ravine, "saddle": landscapes.saddle}


@cache
def _place(name):
    return _PLACES[name]()


@cache
def _limits(name):
    """The rates above which steps near the minimum grow, 2 / curvature: x's and y's, or one for both.

    One where the directions of the valley lie askew: then it holds while the two rates are equal.
    """
    place = _place(name)
    hessian = place.hessian(np.array(place.minima[0], float))
    curvatures = np.diag(hessian) if hessian[0, 1] == 0 else np.linalg.eigvalsh(hessian)[-1:]
    return tuple(float(limit) for limit in 2 / curvatures)


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
        w = np.clip(w, -_FAR, _FAR)
        path.append(w.copy())
    return np.array(path), np.array(rates)


def _finding(place, x, y, limits):
    """What the two rates of a step have to do with each other and with their limits, as a title.

    That swings grow above a limit is sure where the slope is the curvature times the distance, and each weight goes
    its own way, or both have one rate.
    """
    # At rest at a limit a rate trembles around it by less than 1 %.
    above = [
        name for name, rate, limit in zip("xy", (x, y), limits * (3 - len(limits)), strict=True) if rate > 1.01 * limit
    ]
    who = "both" if len(above) == 2 else "".join(above)
    if len(limits) == 1 and above:
        if x == y:
            return f"{who} above the limit: swings grow"
        return "nearly one rate, above the limit" if abs(np.log(x / y)) < 0.25 else f"{who} above the limit"
    if above:
        whose = "its limit" if len(above) == 1 else "their limits"
        return f"{who} above {whose}" + (": swings grow" if place == "ravine" else "")
    if abs(np.log(x / y)) < 0.25:
        return "x and y have one rate" if x == y else "x and y: nearly the same rate"
    small, times = ("y", x / y) if y < x else ("x", y / x)
    large = "x" if small == "y" else "y"
    return f"{small}’s rate: {times:,.{0 if times >= 10 else 1}f} times smaller than {large}’s"


def _said(rule, learning_rate, rates, limits):
    """The two rates of a step in numbers, and what to do about a rate that no memory will bring down."""
    x, y = rates
    if rule == "gradient descent":
        low = min(limits)
        wild = f", above the limit {low:g}: it needs a smaller α" if learning_rate > low else ""
        return f"Every weight has the rate α = {learning_rate:.3g}{wild}. β has no part in it."
    said = f"Own rates, α = {learning_rate:.3g} divided by how steep it has been for each: x {x:.3g}, y {y:.3g}."
    return said if rule == "rmsprop" else f"{said} β has no part in it."


def own_rates():
    """Return a path on a landscape and the two weights' own rates beside it: rule, place, α, β and step to turn."""
    walked = lru_cache(maxsize=64)(walk)  # the step moves along one walk

    def ground(fig, place):
        playground_ground(*fig.axes, _place(place), _background(place), _RATES[place], _STEPS)

    def draw(fig, rule, place, times, beta, step):
        learning_rate = times * GOOD[place][rule]
        path, rates = walked(rule, place, learning_rate, beta)
        about = (_limits(place), step, rule, _ABOVE[place], learning_rate)
        playground_axes(*fig.axes, _place(place), path, rates, *about)
        fig.axes[1].set_title(_finding(place, *rates[step - 1], _limits(place)))
        (x, y), (after_x, after_y) = path[step - 1 : step + 1].round(3) + 0.0  # no −0
        said = _said(rule, learning_rate, rates[step - 1], _limits(place))
        if np.abs(path[step]).max() >= _FAR:
            return f"{said} Step {step} ends farther than {_FAR:,.0f} from 0, and is followed no further."
        said += f" Step {step} goes from ({x:.3f}, {y:.3f}) to ({after_x:.3f}, {after_y:.3f})."
        return said.replace("-", "−")

    return explore(
        draw,
        "Left: a path on a landscape up to where the chosen step begins, a dashed arrow in the direction straight "
        "downhill, the step, to scale, as a thick line that ends in a ring, and the height after all steps. "
        "Right: the own rate of each of the two "
        "weights over the steps, on a logarithmic axis, with a line at the chosen step and dotted ones at the limits, "
        "2 / curvature at the minimum, above which a weight cannot settle.",
        ncols=2,
        size=(8.0, 3.9),
        ground=ground,
        rule=choice("rule", ["rmsprop", "adagrad", "gradient descent"]),
        place=choice("place", list(_PLACES)),
        times=slider("α, times its start value", 0.1, 10**0.5, 1.0, 0.05, log=True),
        beta=slider("β (RMSprop only)", 0.5, 0.99, 0.9, 0.01),
        step=slider("step", 1, _STEPS, 4, 1),
    )
