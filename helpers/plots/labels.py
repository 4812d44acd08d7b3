"""Labels that stand at the end of their line instead of in a legend, moved apart where they would overlap."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.plots.style import readable

_MARK = "direct-label"
SIDES = {"right": 0.98, "left": 0.02, "center": 0.5}  # of a level line's name across the axes, by how it is aligned


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
            for i, y in zip(group, spread(wanted, heights, box.y0, box.y1), strict=True):
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


def spread(wanted: np.ndarray, heights: np.ndarray, low: float, high: float) -> np.ndarray:
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


def free_places(ax: Axes, names: dict[str, float], curves: np.ndarray, tags=()) -> list[tuple[bool, str]]:
    """Where the names of level lines cover the least: [(below, side)], one for each of `names`, {name as written: height}.

    `curves` are those that they could cover, (steps, n), against 1, 2, 3, …, and `tags` the boxes of what else is written,
    as `box_at` gives them. The right comes before the left and the middle, and the lowest line's name stands below it,
    where other places cover as much.
    """
    inside = ax.transAxes.inverted()
    steps = np.arange(1, len(curves) + 1)
    fine = np.linspace(1, len(curves), 8 * len(curves))  # from one step to the next a curve may fall far
    dots = []
    for curve in curves.T:
        ends = inside.transform(ax.transData.transform(np.stack([steps, curve], axis=-1)))
        dots.append(np.stack([np.interp(fine, steps, ends[:, i]) for i in (0, 1)], axis=-1))
    x, y = np.concatenate(dots).T
    heights = [inside.transform(ax.transData.transform((1, height)))[1] for height in names.values()]
    taken, found = list(tags), []
    for (name, height), level in zip(names.items(), heights, strict=True):
        costs = {}
        for below in (height < max(names.values()), height == max(names.values())):
            for side, middle in SIDES.items():
                box = box_at(ax, (middle, level), name, side, -4 if below else 4)
                (x0, y0), (x1, y1) = box
                covered = np.count_nonzero((x0 < x) & (x < x1) & (y0 < y) & (y < y1))
                crossed = sum(y0 < other < y1 for other in heights)
                meets = sum(x0 < b[1][0] and b[0][0] < x1 and y0 < b[1][1] and b[0][1] < y1 for b in taken)
                costs[below, side, box] = covered + 1000 * (crossed + meets)
        below, side, box = min(costs, key=costs.get)
        taken.append(box)
        found.append((below, side))
    return found


def box_at(ax: Axes, place, text: str, side: str, up: float) -> tuple:
    """The corners ((x0, y0), (x1, y1)), in parts of the axes, of bold words `up` points above (or below) a place there."""
    width, height = 8 * len(text) / ax.bbox.width, 13 / ax.bbox.height
    x0 = place[0] - {"left": 0, "center": width / 2, "right": width}[side]
    y0 = place[1] + up * ax.figure.dpi / 72 / ax.bbox.height - (height if up < 0 else 0)
    return (x0, y0), (x0 + width, y0 + height)
