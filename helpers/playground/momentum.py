"""The controls of the lesson on momentum."""

from __future__ import annotations

import numpy as np

from helpers import landscapes
from helpers.optimizers import SGD
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.momentum import heavy_ball_axes, heavy_ball_ground

_KAPPA = 100.0
_START = (-9.0, 1.0)


def shrink_factor(scale, beta: float, nesterov: bool = False):
    """The larger root, in size, of the recurrence that one direction follows; `scale` is αλ, of any shape."""
    if nesterov:
        middle, last = (1 + beta) * (1 - scale), beta * (1 - scale)
    else:
        middle, last = 1 + beta - scale, beta * np.ones_like(scale)
    root = np.sqrt((middle**2 - 4 * last).astype(complex))
    return np.maximum(np.abs(middle + root), np.abs(middle - root)) / 2


def heavy_ball():
    """Return sliders for β and the learning rate: the path in the ravine, and the factor of its two directions."""
    ravine = landscapes.ravine(condition=_KAPPA)
    scales = np.concatenate([np.geomspace(0.0008, 0.5, 120), np.linspace(0.51, 4.5, 300)])

    def draw(fig, beta, rate, kind):
        left, right = fig.axes
        nesterov = kind == "nesterov"
        way = landscapes.descend(ravine, SGD(rate, momentum=beta, nesterov=nesterov), 60, _START)
        ends = np.array([rate, rate * _KAPPA])
        edges = shrink_factor(ends, beta, nesterov)
        name = kind if beta else "gradient descent"
        heavy_ball_axes(
            left,
            right,
            way,
            scales,
            shrink_factor(scales, beta, nesterov),
            list(zip(ends, edges, strict=True)),
            name,
        )
        worst = float(edges.max())
        if worst >= 1:
            left.set_title("It diverges")
            return f"β = {beta:.2f}, α = {rate:.3f}: the factor is {worst:.3f}, so the distance grows without end."
        steps = np.log(1000) / -np.log(worst)
        left.set_title(f"After 60 steps, {np.hypot(*way[-1]):.2g} away")
        return f"The larger factor is {worst:.3f}: in the long run {steps:.0f} steps to a thousandth of the distance."

    return explore(
        draw,
        "Left: 60 steps in the ravine. Right: the factor by which a direction shrinks in a step, against "
        "learning rate times curvature on a logarithmic axis, with the two directions of the ravine marked. Sliders "
        "move β and the learning rate; a list chooses heavy ball or Nesterov.",
        ncols=2,
        size=(8.0, 3.4),
        ground=lambda fig: heavy_ball_ground(*fig.axes, ravine),
        beta=slider("β (momentum)", 0.0, 0.99, 0.0, 0.01),
        rate=slider("α (learning rate)", 0.002, 0.042, 0.019, 0.001),
        kind=choice("rule", {"heavy ball": "momentum", "Nesterov": "nesterov"}),
    )
