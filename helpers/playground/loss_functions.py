"""The controls of the lesson on loss functions."""

from __future__ import annotations

import numpy as np

from helpers.playground.explorer import explore, slider
from helpers.plots.loss_functions import fit_a_line_axes, fit_a_line_ground


def fit_a_line(x, y):
    """Return two sliders, w and b, that move a line through the data and a point on the landscape of its loss."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    best_w, best_b = np.polyfit(x, y, 1)
    least = np.mean((best_w * x + best_b - y) ** 2)

    def draw(fig, w, b):
        whole = fit_a_line_axes(*fig.axes, x, y, w, b)
        loss = np.mean((w * x + b - y) ** 2)
        cut = "" if whole else " Squares count whole, also where the picture cuts them off."
        there = f" The least that any line has is {least:.2f}: you are there, or nearly." if loss < least + 0.1 else ""
        return (
            f"The loss of this line, its mean squared error, is {loss:.2f} minutes²: "
            f"left the average area, right the height.{there}{cut}"
        )

    return explore(
        draw,
        "Left: the data, a line, and the squared error of each point drawn as a square. Right: a map of the mean squared "
        "error over w and b, with the line's place on it. Two sliders move w and b.",
        ncols=2,
        size=(8.0, 4.0),
        ground=lambda fig: fit_a_line_ground(*fig.axes, x, y),
        w=slider("w (minutes per km)", 0.0, 6.0, 1.0, 0.1),
        b=slider("b (minutes)", -8.0, 18.0, 12.0, 0.5),
    )
