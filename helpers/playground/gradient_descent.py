"""The controls of the lesson on gradient descent."""

from __future__ import annotations

from helpers.playground.explorer import explore, slider
from helpers.plots.jumps import BORDER, JUMPS, rate_against_curvature, rate_and_curvature_ground


def learning_rate_and_curvature():
    """Return two sliders, learning rate and curvature, over the jumps they make and the map with the threshold."""

    def draw(fig, rate, curvature):
        factor, jumps = rate_against_curvature(*fig.axes, rate, curvature)
        if factor == 0:
            what = "arrives in one step"
        elif abs(factor + 1) < BORDER:
            what = "jumps back and forth, at the very border"
        elif abs(factor) > 1:
            what = "diverges: each jump lands further away"
        elif factor < 0:
            what = "jumps across the minimum, and gets nearer"
        else:
            what = "comes nearer from one side"
        each = f"{factor:.2f}".replace("-", "−")
        drawn = f" Jump {jumps} leaves the picture." if jumps < JUMPS else f" {JUMPS} jumps are drawn."
        drawn = drawn if factor else ""  # all but the first would be no jumps
        return f"αc = {rate * curvature:.2f}: each step multiplies the distance by 1 − αc = {each}. It {what}.{drawn}"

    # Powers of ten in equal steps, and ends that are such powers: αc can be exactly 1.
    return explore(
        draw,
        "Left: the jumps of gradient descent on a parabola, which gets narrower as the curvature grows. Right: a map of "
        "learning rate against curvature, both logarithmic, with the threshold α = 2/c as a straight line; beyond it "
        "gradient descent diverges. Two sliders move the learning rate and the curvature.",
        ncols=2,
        size=(8.0, 4.0),
        ground=lambda fig: rate_and_curvature_ground(*fig.axes),
        rate=slider("learning rate α", 0.01, 10**0.5, 0.1, log=True),
        curvature=slider("curvature c", 1.0, 10**1.5, 10**0.5, log=True),
    )
