"""The controls of the lesson on momentum."""

from __future__ import annotations

import numpy as np

from helpers import landscapes
from helpers.optimizers import SGD
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.momentum import heavy_ball_axes, heavy_ball_ground

_KAPPA = 100.0
_START = (-9.0, 1.0)
_TREMBLE = 1e-9  # what rounding may add to a factor of 1, or take from it


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
    # 1, where Nesterov's factor is 0, is one of them.
    scales = np.concatenate([np.geomspace(0.0008, 0.5, 120), np.linspace(0.51, 4.5, 400)])

    def draw(fig, beta, rate, kind):
        left, right = fig.axes
        nesterov = kind == "nesterov"
        way = landscapes.descend(ravine, SGD(rate, momentum=beta, nesterov=nesterov), 60, _START)
        ends = np.array([rate, rate * _KAPPA])
        edges = shrink_factor(ends, beta, nesterov)
        name = kind if beta else "gradient descent"
        worst = float(edges.max())
        marks = list(zip(ends, edges, strict=True))
        floor = np.sqrt(beta) if beta >= 0.05 and not nesterov else None  # a shorter one has no room for its name
        outside = np.abs(way[:, 1]) > 4
        lost = worst > 1 - _TREMBLE and outside.any()
        way = way[: int(outside.argmax()) + 1] if lost else way  # up to the first step that leaves the map
        heavy_ball_axes(left, right, way, scales, shrink_factor(scales, beta, nesterov), marks, name, floor)
        limit = (2 + 2 * beta) / (1 + 2 * beta if nesterov else 1) / _KAPPA
        below = f"{np.floor(limit * 1e4 + 1e-6) / 1e4:.4f}"  # rounded up it could be a rate that diverges
        needs = f"At β = {beta:.2f} this rule needs α below {below}."
        if worst > 1 - _TREMBLE:
            grows = worst > 1 + _TREMBLE
            if grows:
                left.set_title(
                    f"α above {below}: " + (f"off the map in step {len(way) - 1}" if lost else "the swings grow")
                )
            else:
                left.set_title("It swings for ever, off the map" if lost else "It swings for ever across y")
            right.set_title("y’s factor is above 1" if grows else "y’s factor is 1, the border")
            said = (
                f"The larger factor is {worst:.3f}, so the distance grows without end."
                if grows
                else "The larger factor is 1, the very border: across y it swings for ever and comes no nearer."
            )
            return f"{said} {needs}"
        steps = np.log(1000) / -np.log(worst)
        left.set_title(f"60 steps: from {np.hypot(*way[0]):.1f} to {np.hypot(*way[-1]):.2g} away")
        slower = "Both alike" if np.ptp(edges) < 1e-3 else "x is slower" if edges[0] > edges[1] else "y is slower"
        right.set_title(f"{slower}: {steps:.0f} steps to 1/1000")
        said = f"The larger factor is {worst:.3f}: in the long run {steps:.0f} steps to a thousandth of the distance."
        return f"{said} {needs}"

    return explore(
        draw,
        "Left: 60 steps in the ravine. Right: the factor by which a direction shrinks in a step, against "
        "learning rate times curvature on a logarithmic axis, with the two directions of the ravine marked. Sliders "
        "move β and the learning rate; a list chooses heavy ball or Nesterov.",
        ncols=2,
        size=(8.0, 3.4),
        ground=lambda fig: heavy_ball_ground(*fig.axes, ravine),
        beta=slider("β (kept of the last step)", 0.0, 0.99, 0.0, 0.01),
        rate=slider("α (learning rate)", 0.002, 0.04, 0.019, 0.001),
        kind=choice("rule", {"heavy ball": "momentum", "Nesterov": "nesterov"}),
    )
