"""The map of a race: the left part of its picture, painted once for all races on that landscape."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from helpers.plots.drawing import contour
from helpers.plots.figures import figure
from helpers.plots.mountain import RELIEF
from helpers.plots.style import INK, MUTED
from helpers.plots.themes import theme

SIZE = (8.0, 4.5)
# Left, bottom, width and height of the two parts, as shares of the picture.
MAP, _CURVES = [0.09, 0.115, 0.415, 0.785], [0.605, 0.115, 0.385, 0.785]
_ENDS = 0.55  # the share of the picture's width that the map and its labels do not pass


def race_figure():
    """Return the figure of a race with its two axes, (figure, (map, losses)); nothing is drawn on them."""
    fig, (left, right) = figure(2, width=SIZE[0], height=SIZE[1], width_ratios=[1.15, 1])
    fig.set_layout_engine("none")
    left.set_position(MAP)
    right.set_position(_CURVES)
    return fig, (left, right)


def lay_out(ax: Axes, ground) -> None:
    """Give the axes the limits, the shape and the labels of this landscape's map."""
    ax.set_autoscale_on(False)
    if ground.dimensions == 1:
        _, height = ground.grid(401)
        spare = 0.06 * np.ptp(height)
        limits = ground.bounds[0], (height.min() - spare, height.max() + spare)
        labels, equal = ("x", "loss"), False
    else:
        limits = (x0, x1), (y0, y1) = ground.bounds
        labels = ("km east", "km north") if ground.units[1] else ("x", "y")
        equal = 0.7 < (x1 - x0) / (y1 - y0) < 1.45
    ax.set(xlim=limits[0], ylim=limits[1], xlabel=labels[0], ylabel=labels[1], aspect="equal" if equal else "auto")
    ax.grid(ground.dimensions == 1)
    ax.apply_aspect()


def draw_relief(ax: Axes, ground) -> None:
    """Draw the landscape itself on axes that are laid out for it: contours, tints or a curve, and its minima."""
    if ground.dimensions == 1:
        _slope(ax, ground)
    elif ground.units[1]:
        _heights(ax, ground)
    else:
        contour(ax, ground, points=141, equal=False)


def map_pixels(ground):
    """The pixels of the map in the theme in use, as `canvas.restore_region` takes them."""
    return _painted(ground, theme())


@functools.lru_cache(maxsize=24)  # 0.7 MB each
def _painted(ground, _theme):
    """Painted on a figure of its own: a race that is shown needs no contours, only where they would be."""
    fig, (ax, other) = race_figure()
    other.set_visible(False)
    lay_out(ax, ground)
    draw_relief(ax, ground)
    fig.canvas.draw()
    return fig.canvas.copy_from_bbox(Bbox.from_extents(0, 0, round(_ENDS * fig.bbox.x1), fig.bbox.y1))


def _slope(ax, ground):
    """A landscape of one parameter: its curve, which the racers slide along."""
    x, height = ground.grid(401)
    ax.plot(x, height, color=MUTED, lw=5, alpha=0.35, solid_capstyle="round", zorder=1)
    for (w,) in ground.minima:
        ax.plot(w, ground(np.array([w])), "+", color=INK, ms=10, mew=1.6, zorder=3)


def _heights(ax, ground):
    """The mountain in flat tints, with a line every 200 m: quick to draw, and small as a picture."""
    x, y, z = ground.grid(161)
    levels = np.arange(np.floor(z.min() / 50), np.ceil(z.max() / 50) + 1) * 50
    ax.contourf(x, y, z, levels, cmap=RELIEF)
    ax.contour(x, y, z, levels[levels % 200 == 0], colors="#6B5B4A", linewidths=0.6, alpha=0.6)
