"""What lessons draw again: a landscape's contours, a path across it, a step as an arrow, losses over steps."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm

from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, known_style, readable, style_of

# Pale, and even in lightness: the paths on top carry the colours.
TERRAIN = LinearSegmentedColormap.from_list("terrain-pale", ["#FBFBF9", "#E8EEF1", "#CFDCE3", "#B2C5D1", "#93ABBB"])


def halo(width: float = 2.6, **look) -> list:
    """Path effects for letters or a line: a stroke of the card's colour under them, `width` points wide."""
    return [effects.withStroke(linewidth=width, foreground=CARD, **look)]


# Around letters on a map: what they are read against is then the card, wherever they stand.
HALO = halo()


def contour(
    ax: Axes,
    landscape,
    levels: int | np.ndarray = 16,
    *,
    bounds=None,
    points: int = 201,
    minimum: bool = True,
    equal=None,
):
    """Draw the contours of a landscape, at levels spaced evenly in the logarithm of the height above its lowest point.

    `landscape` has `.f(x, y)`, taking arrays, and `.bounds` ((x0, x1), (y0, y1)); a plain function f(x, y) does with
    `bounds`. `levels` is a count or the heights themselves. Both axes get the same scale unless the bounds are longer
    than 3 to 1, or `equal` says so. Crosses mark `.minima`, or `.minimum`, where the landscape knows it. Returns the
    filled contour set. Raises ValueError where no bounds are known.
    """
    f = getattr(landscape, "f", landscape)
    bounds = getattr(landscape, "bounds", None) if bounds is None else bounds
    if bounds is None:
        raise ValueError("bounds=None, and the landscape has none of its own; expected ((x0, x1), (y0, y1))")
    (x0, x1), (y0, y1) = bounds
    x, y = np.meshgrid(np.linspace(x0, x1, points), np.linspace(y0, y1, points))
    z = np.asarray(f(x, y), dtype=float)
    low, high = np.nanmin(z), np.nanmax(z)
    # Heights are measured from the lowest point, and lifted a little, for the logarithm has no zero.
    lift = max(abs(low) * 1e-9, np.nanquantile(z - low, 0.004), (high - low) * 1e-9, np.finfo(float).tiny)
    steps = (
        np.geomspace(lift, max(high - low, 2 * lift) + lift, levels)
        if np.ndim(levels) == 0
        else np.asarray(levels) - low + lift
    )
    filled = ax.contourf(
        x, y, z - low + lift, levels=steps, cmap=TERRAIN, norm=LogNorm(steps[0], steps[-1]), extend="both"
    )
    ax.contour(x, y, z - low + lift, levels=steps, colors=[MUTED], linewidths=0.5, alpha=0.55)
    place = getattr(landscape, "minima", getattr(landscape, "minimum", None))
    if minimum and place is not None:
        mark = np.atleast_2d(np.asarray(place, dtype=float))
        ax.plot(
            mark[:, 0], mark[:, 1], linestyle="", marker="+", color=INK, markersize=10, markeredgewidth=1.6, zorder=3
        )
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    ax.grid(False)
    ratio = abs((x1 - x0) / (y1 - y0))
    if equal or (equal is None and 1 / 3 <= ratio <= 3):
        ax.set_aspect("equal")
    ax.autoscale(False)
    return filled


def path(
    ax: Axes, path, optimizer: object = "gradient descent", label: str | None = None, *, steps: bool = True, **kwargs
):
    """Draw the way an optimizer took, (steps + 1, 2) with the start first, and return its line.

    A ring marks the start, the optimizer's marker the end, a dot each step where they are few enough (`steps=False`:
    never). `label` is written at the end. Points that are not finite end the path. Raises ValueError for another
    shape.
    """
    points = np.asarray(path, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"path has shape {points.shape}; expected (steps + 1, 2), the start first")
    bad = ~np.isfinite(points).all(axis=1)
    if bad.any():
        points = points[: int(np.argmax(bad))]
    if not len(points):
        raise ValueError("path starts at a point that is not finite")
    style = style_of(optimizer)
    marker = style.pop("marker")
    style = style | {"linewidth": 2.0, "zorder": 4, "path_effects": HALO} | kwargs
    if steps and len(points) <= 120:
        style |= {"marker": ".", "markersize": 5, "markevery": 1}
    (line,) = ax.plot(points[:, 0], points[:, 1], label=label or "_path", **style)
    ends = {"linestyle": "", "color": line.get_color(), "zorder": 5}
    ax.plot(*points[0], marker="o", markersize=8, markerfacecolor=CARD, markeredgewidth=2, **ends)
    ax.plot(*points[-1], marker=marker, markersize=9, markeredgecolor=CARD, markeredgewidth=0.8, **ends)
    if label:
        inside = points[_inside(ax, points)]
        (x, y) = inside[-1] if len(inside) else points[-1]
        text = label_line(ax, line, label)
        text.xy = (x, y)
        text.set(path_effects=HALO, zorder=6)
        if x > np.mean(ax.get_xlim()) + 0.3 * np.ptp(ax.get_xlim()):
            text.set(ha="right", position=(-9, 0))
    return line


def _inside(ax: Axes, points: np.ndarray) -> np.ndarray:
    (x0, x1), (y0, y1) = sorted(ax.get_xlim()), sorted(ax.get_ylim())
    return (points[:, 0] >= x0) & (points[:, 0] <= x1) & (points[:, 1] >= y0) & (points[:, 1] <= y1)


def arrow(ax: Axes, start, vector, label: str | None = None, *, color: str = INK, optimizer: object = None, **kwargs):
    """Draw a vector from `start`, both of two numbers, with a label at its tip: a gradient, a velocity, a step.

    `optimizer` gives the arrow that optimizer's colour. Further keywords go to the arrow's `arrowprops`
    (`linestyle="--"`). Returns the arrow. Raises ValueError where start or vector are not two finite numbers.
    """
    start, vector = np.asarray(start, dtype=float), np.asarray(vector, dtype=float)
    for name, value in {"start": start, "vector": vector}.items():
        if value.shape != (2,) or not np.isfinite(value).all():
            raise ValueError(f"{name}={value!r}: expected two finite numbers")
    color = style_of(optimizer)["color"] if optimizer is not None else color
    tip = start + vector
    props = {
        "arrowstyle": "-|>,head_width=0.28,head_length=0.55",
        "color": color,
        "linewidth": 2.2,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    made = ax.annotate("", xy=tip, xytext=start, arrowprops=props | kwargs, zorder=6)
    ax.update_datalim([start, tip])
    ax.autoscale_view()
    if label:
        # Beyond the tip, on the side the arrow points to, so that the label never covers the shaft.
        away = ax.transData.transform(tip) - ax.transData.transform(start)
        away = away / (np.hypot(*away) or 1.0)
        side = "left" if away[0] > 0.3 else "right" if away[0] < -0.3 else "center"
        rise = "bottom" if away[1] > 0.3 else "top" if away[1] < -0.3 else "center"
        options = {
            "color": readable(color),
            "fontweight": "bold",
            "ha": side,
            "va": rise,
            "zorder": 7,
            "path_effects": HALO,
        }
        ax.annotate(label, tip, xytext=tuple(5 * away), textcoords="offset points", **options)
    return made


def loss_curves(
    ax: Axes, curves: Mapping[str, object], *, log: bool | None = None, xlabel: str = "step", ylabel: str = "loss"
) -> list:
    """Draw one line for each name, its values against 0, 1, 2, …, with the name at its end; returns the lines.

    Names of optimizers get their style. The vertical axis is logarithmic unless a value is zero or below, or `log`
    says otherwise. Values that are not finite leave a gap. Raises ValueError for values that are not one row of
    numbers.
    """
    values = {name: np.asarray(curve, dtype=float) for name, curve in curves.items()}
    for name, curve in values.items():
        if curve.ndim != 1 or not np.isfinite(curve).any():
            raise ValueError(
                f"curves[{name!r}] has shape {curve.shape}; expected one row of numbers, some of them finite"
            )
    if log is None:
        log = all((curve[np.isfinite(curve)] > 0).all() for curve in values.values())
    if log:
        ax.set_yscale("log")
    lines = []
    for name, curve in values.items():
        style = style_of(name) if known_style(name) else {}
        (line,) = ax.plot(np.arange(len(curve)), np.where(np.isfinite(curve), curve, np.nan), label=name, **style)
        lines.append(line)
        label_line(ax, line)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.margins(x=0.01)
    return lines
