"""Labels that stand at the end of their line instead of in a legend, moved apart where they would overlap."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.plots.style import readable

_MARK = "direct-label"


def label_line(ax: Axes, line: Line2D | None = None, text: str | None = None, *, x: float | None = None, **kwargs):
    """Write a line's label beside it, in its colour (darkened to be read), and return the text.

    `line` is the line drawn last unless given; `text` is its own label unless given. The label stands right of the
    last finite point, or above the line at `x`. Labels at the ends are moved apart when the figure is drawn. Further
    keywords go to `ax.annotate`.
    """
    if line is None:
        if not ax.lines:
            raise ValueError("line=None, and these axes hold no line yet: draw one first")
        line = ax.lines[-1]
    text = str(line.get_label()) if text is None else text
    xs, ys = (np.asarray(values, dtype=float) for values in (line.get_xdata(), line.get_ydata()))
    finite = np.isfinite(xs) & np.isfinite(ys)
    if not finite.any():
        raise ValueError(f"line={text!r} has no finite point to stand beside")
    xs, ys = xs[finite], ys[finite]
    if x is None:
        place, offset, align = (xs[-1], ys[-1]), (7, 0), {"ha": "left", "va": "center"}
    else:
        order = np.argsort(xs)
        place, offset, align = (x, np.interp(x, xs[order], ys[order])), (0, 5), {"ha": "center", "va": "bottom"}
    options = (
        {"color": readable(line.get_color()), "fontsize": 10, "fontweight": "bold", "annotation_clip": False}
        | align
        | kwargs
    )
    label = ax.annotate(text, place, xytext=offset, textcoords="offset points", **options)
    if x is None:
        label.set_gid(_MARK)
    return label


def settle_labels(fig: Figure) -> None:
    """Move the direct labels of each axes apart, upwards and downwards, until none covers another."""
    groups = [[t for t in ax.texts if t.get_gid() == _MARK] for ax in fig.axes]
    if not any(len(group) > 1 for group in groups):
        return
    fig.draw_without_rendering()
    points_per_pixel = 72 / fig.dpi
    for ax, labels in zip(fig.axes, groups, strict=True):
        if len(labels) < 2:
            continue
        ends = np.array([ax.transData.transform(label.xy) for label in labels])
        boxes = [label.get_window_extent() for label in labels]
        # Only labels that share some width can collide; in simple pictures, lines that end together, that is all of
        # them.
        for group in _columns(boxes):
            wanted = np.array([ends[i, 1] for i in group])
            heights = np.array([boxes[i].height * 1.05 for i in group])
            box = ax.get_window_extent()
            for i, y in zip(group, _spread(wanted, heights, box.y0, box.y1), strict=True):
                labels[i].set_position((labels[i].get_position()[0], (y - ends[i, 1]) * points_per_pixel))


def _columns(boxes) -> list[list[int]]:
    """Group the boxes whose horizontal extents overlap, directly or through others."""
    groups: list[list[int]] = []
    right = -np.inf
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i].x0):
        if boxes[i].x0 > right or not groups:
            groups.append([])
        groups[-1].append(i)
        right = max(right, boxes[i].x1)
    return groups


def _spread(wanted: np.ndarray, heights: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return centres near `wanted` where no label covers another, inside [low, high] if there is room.

    With the heights of the labels below it subtracted, each place must be no lower than the one before: isotonic
    regression, by pooling neighbours that are out of order into their mean. Clipping that to the room there is stays
    the nearest solution.
    """
    order = np.argsort(wanted, kind="stable")
    below = np.cumsum(heights[order]) - heights[order]
    pools: list[list[float]] = []  # [sum, count]
    for place in wanted[order] - heights[order] / 2 - below:
        pools.append([place, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    level = np.concatenate([np.full(int(count), total / count) for total, count in pools])
    level = np.clip(level, low, max(low, high - heights.sum()))
    result = np.empty_like(wanted)
    result[order] = level + below + heights[order] / 2
    return result
