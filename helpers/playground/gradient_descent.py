"""The controls of the lesson on gradient descent."""

from __future__ import annotations

from helpers.playground.explorer import explore, slider
from helpers.plots.gradient_descent import rate_against_curvature


def learning_rate_and_curvature():
    """Return two sliders, learning rate and curvature, over the jumps they make and the map with the threshold."""
    known: dict = {}

    def draw(fig, rate, curvature):
        if known:
            fig.set_layout_engine("none")  # the axes stay where they are, which halves the time of a picture
        known["drawn"] = True
        factor = rate_against_curvature(*fig.axes, rate, curvature)
        if abs(abs(factor) - 1) < 1e-9:
            what = "jumps back and forth for ever"
        elif abs(factor) > 1:
            what = "diverges: each jump lands further away"
        elif factor < 0:
            what = "jumps across the minimum, and gets nearer"
        else:
            what = "comes nearer from one side"
        return f"αc = {rate * curvature:.2f}, threshold 2/c = {2 / curvature:.3g}: {what}."

    return explore(
        draw,
        "Left: the jumps of gradient descent on a parabola. Right: a map of learning rate against curvature, both "
        "logarithmic, with the threshold α = 2/c as a straight line; beyond it gradient descent diverges. Two sliders "
        "move the learning rate and the curvature.",
        ncols=2,
        size=(8.0, 4.0),
        rate=slider("learning rate α", 0.001, 10.0, 0.02, log=True),
        curvature=slider("curvature c", 0.5, 1000.0, 40.0, log=True),
    )
