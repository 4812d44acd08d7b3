"""The course in one picture: optimizers race down a real mountain, drawn as a shaded map with a profile below it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LightSource, LinearSegmentedColormap, Normalize

from helpers import landscapes, optimizers
from helpers.plots.drawing import halo
from helpers.plots.figures import figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, known_style, readable, style_of
from helpers.plots.themes import SHADED

STEPS = 300
APART = 20  # steps from one mark on a path to the next: far apart where the walker goes fast

# Tints of a printed map, pale throughout: the paths carry the strong colours.
RELIEF = LinearSegmentedColormap.from_list(
    "relief", ["#A9C6B4", "#C6D8BE", "#E3E4C8", "#EDDFC2", "#E2CBAE", "#D8C0A8", "#E9DFD5", "#FBF8F5"]
)
_LINE_HALO = halo(4.2)
_NUMBER_HALO = halo(2.0, alpha=0.8)
TEXT_HALO = halo(3.2)


def racers(times: float = 1.0) -> dict:
    """Four new optimizers, with the learning rates of the race or ``times`` those: by slope, by slope, in km, in km."""
    return {
        "gradient descent": optimizers.SGD(learning_rate=1e-4 * times),
        "momentum": optimizers.SGD(learning_rate=2e-4 * times, momentum=0.9),
        "RMSprop": optimizers.RMSprop(learning_rate=0.03 * times),
        "Adam": optimizers.Adam(learning_rate=0.1 * times),
    }


def race(landscape=None, contenders: Mapping | None = None, steps: int = STEPS) -> dict[str, np.ndarray]:
    """Run each optimizer from the landscape's start; returns a path (steps + 1, 2) in km under each name."""
    landscape = landscapes.mountain() if landscape is None else landscape
    contenders = racers() if contenders is None else contenders
    return {name: landscapes.descend(landscape, optimizer, steps) for name, optimizer in contenders.items()}


def draw(paths: Mapping[str, np.ndarray], landscape=None, *, title: str | None = None, height: float = 7.7):
    """Return a figure of the paths: the map above, with a mark at every 20th step, and height against step below.

    The title says how the race ended.
    """
    landscape = landscapes.mountain() if landscape is None else landscape
    fig, (top, bottom) = figure(nrows=2, height=height, height_ratios=[3.6, 1])
    relief(top, landscape, _window(paths, landscape))
    for name, path in paths.items():
        draw_walk(top, name, path)
    _labels(top, paths, landscape)
    top.set_title(finding(paths, landscape) if title is None else title)
    for name, path in paths.items():
        (line,) = bottom.plot(landscape(path), label=name, **racer_style(name) | {"marker": ""})
        label_line(bottom, line)
    steps = max(len(path) for path in paths.values()) - 1
    # Room for the names inside the axes, which so are as wide as the map's.
    bottom.set(xlabel="step", ylabel="height (m)", xlim=(0, 1.23 * steps))
    bottom.set_xticks([tick for tick in bottom.get_xticks() if 0 <= tick <= steps])
    return fig


def relief(ax: Axes, landscape, bounds=None, *, interval: float = 25.0):
    """Draw a landscape as a shaded map, lit from the north-west, with a contour line every ``interval`` metres."""
    bounds = landscape.bounds if bounds is None else bounds
    x, y, z = landscape.grid(480, bounds)
    (x0, x1), (y0, y1) = bounds
    shade = LightSource(azdeg=315, altdeg=42).hillshade(
        z, vert_exag=3.0, dx=1000 * (x1 - x0) / 479, dy=-1000 * (y1 - y0) / 479
    )
    color = RELIEF(Normalize(z.min(), z.max())(z))[..., :3]
    lit = np.clip(color * (0.50 + 0.62 * shade[..., None]), 0, 1)
    ax.imshow(lit, extent=(x0, x1, y0, y1), origin="lower", interpolation="bilinear", zorder=0, gid=SHADED)
    levels = np.arange(np.floor(z.min() / interval), np.ceil(z.max() / interval) + 1) * interval
    heavy = levels % (4 * interval) == 0
    ax.contour(x, y, z, levels[~heavy], colors="#6B5B4A", linewidths=0.35, alpha=0.45, zorder=1)
    lines = ax.contour(x, y, z, levels[heavy], colors="#6B5B4A", linewidths=0.8, alpha=0.7, zorder=1)
    for text in ax.clabel(lines, fontsize=7.5, fmt="%d", inline=True, inline_spacing=2, colors=INK):
        text.set(alpha=1, path_effects=_NUMBER_HALO, gid="height")  # else as pale as the lines, and lost in the shadows
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="km east", ylabel="km north", aspect="equal")
    ax.grid(False)
    ax.autoscale(False)


def finding(paths: Mapping[str, np.ndarray], landscape=None) -> str:
    """How the race ended, in one sentence: true for these paths."""
    landscape = landscapes.mountain() if landscape is None else landscape
    ends = {name: landscape(path[-1]) for name, path in paths.items()}
    winner = min(ends, key=ends.get)
    places = np.array([path[-1] for path in paths.values()])
    apart = np.linalg.norm(places[:, None] - places, axis=-1)[~np.eye(len(places), dtype=bool)]
    count = {2: "two", 3: "three", 4: "four"}.get(len(paths), str(len(paths)))
    spread = f"{count} different ends" if apart.size and apart.min() > 0.5 else "not the same end for all"
    spread = "one end for all" if apart.size and apart.max() < 0.05 else spread
    steps = len(_any(paths)) - 1
    return f"One start, {steps} steps, {spread}: {winner} gets lowest, to {ends[winner]:.0f} m"


def describe(paths: Mapping[str, np.ndarray], landscape=None) -> str:
    """The picture in words, for those who cannot see it."""
    landscape = landscapes.mountain() if landscape is None else landscape
    start = _any(paths)[0]
    ends = [
        f"{name} ends {_distance(path)} km {_direction(path)} of the start at {landscape(path[-1]):.0f} m"
        for name, path in paths.items()
    ]
    return (
        f"A shaded relief map of a mountain ridge with {len(paths)} paths from one start at {landscape(start):.0f} m, a mark "
        f"at every {APART}th step. After {len(_any(paths)) - 1} steps {'; '.join(ends)}. Below it, the height of each against "
        "the step."
    )


def _any(paths):
    """One of the paths: all have the same start and number of steps."""
    return next(iter(paths.values()))


def _window(paths, landscape, ratio=1.42, margin=1.1):
    """Bounds around all paths, ``ratio`` times as wide as high, inside the map where there is room."""
    points = np.concatenate([path for path in paths.values()])
    points = points[np.isfinite(points).all(axis=1)]
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    size = np.maximum(high - low, 3.0)
    size = np.maximum(size, [ratio * size[1], size[0] / ratio])
    middle = (low + high) / 2
    bounds = []
    for centre, length, (first, last) in zip(middle, size, landscape.bounds, strict=True):
        begin = max(first, min(centre - length / 2, last - length))
        bounds.append((begin, min(begin + length, last)))
    return tuple(bounds)


def draw_walk(ax, name, path):
    """Draw a path (steps + 1, 2) on the map: its line, a mark at every 20th step, a large one where it ends."""
    look = racer_style(name)
    ax.plot(*path.T, path_effects=_LINE_HALO, zorder=3, **look | {"marker": ""})
    color, marker = look["color"], look["marker"]
    ax.plot(*path[APART:-1:APART].T, ls="", marker=marker, ms=5.5, color=color, mec=CARD, mew=0.6, zorder=4)
    ax.plot(*path[-1], marker=marker, color=color, markersize=11, markeredgecolor=CARD, markeredgewidth=1.2, zorder=5)


def _labels(ax, paths, landscape):
    """Write name and height at the start and at each end, on the side where the fewest path points are covered.

    A contour's number that stands below a path or one of these is left out.
    """
    start = _any(paths)[0]
    ax.plot(*start, marker="o", markersize=9, color=INK, markerfacecolor=CARD, markeredgewidth=2, zorder=5, gid="start")
    places = {"start": (start, INK)} | {n: (path[-1], readable(racer_style(n)["color"])) for n, path in paths.items()}
    ax.figure.draw_without_rendering()
    marks = ax.transData.transform([place for place, _ in places.values()])
    points = np.concatenate([_pixels(ax, path) for path in paths.values()])
    taken = []
    for name, (place, color) in sorted(places.items(), key=lambda item: -item[1][0][0]):  # the far ends choose first
        text = ax.annotate(
            f"{textwrap.fill(name, 10)}\n{landscape(place):.0f} m",
            place,
            xytext=(0, 0),
            textcoords="offset points",
            color=color,
            fontsize=10.5,
            fontweight="bold",
            linespacing=1.15,
            path_effects=TEXT_HALO,
            zorder=6,
            gid=name,
        )

        def crowding(side, text=text):
            _put(text, side)
            box = text.get_window_extent()
            outside = not (ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1))
            blocked = outside + sum(box.overlaps(other) for other in taken)
            return box.count_contains(points) + 20 * box.padded(9).count_contains(marks) + 1000 * blocked

        _put(text, min(_SIDES, key=crowding))
        taken.append(text.get_window_extent())
    for number in (text for text in ax.texts if text.get_gid() == "height"):
        box = number.get_window_extent()
        number.set_visible(not (box.count_contains(points) or any(box.overlaps(other) for other in taken)))


def _pixels(ax, path):
    """A point for each pixel of the line, so that a long step counts as much as many short ones."""
    corners = ax.transData.transform(path[np.isfinite(path).all(axis=1)])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    return np.stack([np.interp(np.arange(along[-1]), along, corners[:, i]) for i in (0, 1)], axis=-1)


_SIDES = {(10, 0): ("left", "center"), (-10, 0): ("right", "center"), (0, -10): ("center", "top")}
_SIDES |= {(0, 10): ("center", "bottom"), (8, -8): ("left", "top"), (8, 8): ("left", "bottom")}
_SIDES |= {(-8, -8): ("right", "top"), (-8, 8): ("right", "bottom"), (0, -22): ("center", "top")}
_SIDES |= {(0, 22): ("center", "bottom"), (-14, -18): ("right", "top"), (14, -18): ("left", "top")}


def _put(text, side):
    ha, va = _SIDES[side]
    text.set(position=side, ha=ha, va=va)


def racer_style(name):
    """Return the keywords of `ax.plot` for a racer: its colour and marker, grey where the course has none for it."""
    look = style_of(name) if known_style(name) else {"color": MUTED, "marker": "o"}
    # No dashes: on this map they would look like steps, long ones and short ones.
    return {"color": look["color"], "marker": look["marker"], "linestyle": "-", "linewidth": 2.2}


def _distance(path):
    return f"{np.linalg.norm(path[-1] - path[0]):.1f}"


def _direction(path):
    east, north = path[-1] - path[0]
    points = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
    return points[round(np.degrees(np.arctan2(north, east)) / 45) % 8]
