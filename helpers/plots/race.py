"""The picture of a race: the map with all paths, the loss of each against the step. From step to step only lines move."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import AutoLocator
from matplotlib.transforms import Bbox

from helpers.plots.drawing import contour
from helpers.plots.figures import figure
from helpers.plots.labels import _spread
from helpers.plots.mountain import RELIEF
from helpers.plots.pixels import fast_png
from helpers.plots.style import CARD, INK, MUTED, PALETTE, known_style, readable, style_of
from helpers.plots.themes import exchanged, theme

SIZE = (8.0, 4.5)
FLOOR = 1e-12  # where a loss of 0 is drawn, for the logarithm has no place for it
_NAME = {"size": 9, "weight": "bold"}
_KEPT = 4  # axes of the losses, of 0.8 MB of pixels each
_HALO = [effects.withStroke(linewidth=3.6, foreground=CARD)]


def look(key: str) -> dict:
    """Colour, line, marker of a racer; the learner's own has the colour of its kind, in a wide pale line."""
    kind = key.removeprefix("your_")
    kind = "gradient descent" if kind == "sgd" else kind
    style = style_of(kind) if known_style(kind) else {"color": PALETTE["black"], "linestyle": "-", "marker": "o"}
    own = key.startswith("your_")
    line = (
        {"linewidth": 7, "alpha": 0.4, "linestyle": "-"} if own else {"linewidth": 2, "linestyle": style["linestyle"]}
    )
    return {"color": style["color"], "marker": style["marker"], "line": line, "own": own}


def swatch(key: str) -> str:
    """A short piece of that line with its marker, as SVG, for a table."""
    style = look(key)
    line, color, card = style["line"], _themed(style["color"]), _themed(CARD)
    dash = line["linestyle"]
    dash = "" if dash == "-" else f' stroke-dasharray="{" ".join(f"{2 * n:g}" for n in dash[1])}"'
    marker = MarkerStyle(style["marker"])
    shape = marker.get_path().transformed(marker.get_transform())
    points = [f"M{' L'.join(f'{17 + 9 * x:.1f},{8 - 9 * y:.1f}' for x, y in p)}" for p in shape.to_polygons()]
    fill = color if marker.is_filled() and not style["own"] else card if marker.is_filled() else "none"
    return (
        f'<svg width="34" height="16" aria-hidden="true" style="vertical-align:middle;'
        f'background:{card}"><path d="M0,8 H34" fill="none" '
        f'stroke="{color}" stroke-width="{line["linewidth"]}" opacity="{line.get("alpha", 1)}"{dash}/>'
        f'<path d="{" ".join(points)}" fill="{fill}" stroke="{color}" stroke-width="1.2"/></svg>'
    )


def _themed(color):
    """The colour as figures have it in the present theme."""
    return color if theme() == "light" else to_hex(exchanged(np.array([to_rgb(color)]))[0])


class Stage:
    """One figure for all races: the map left, the losses right.

    It is painted in three layers, each kept as pixels: the map, when the landscape changes; the axis of the losses,
    once for each of its ranges; the lines, at every step. Stored or saved, it is a figure as any other.
    """

    def __init__(self):
        self.fig, (self.map, self.curves) = figure(2, width=SIZE[0], height=SIZE[1], width_ratios=[1.15, 1])
        self.fig.set_layout_engine("none")
        self.map.set_position([0.085, 0.115, 0.425, 0.785])
        self.curves.set_position([0.595, 0.115, 0.395, 0.785])
        self._ground = self._ranges = self._floor = None
        self._artists: dict[str, tuple] = {}
        self._scene = None
        self._axes: dict[tuple, object] = {}  # the right part of the picture, by the range of the losses

    def show(self, ground, lanes: Mapping, labels: Mapping[str, str], step: int, steps: int, title: str) -> bytes:
        """Draw this step of a race, and return the picture as PNG bytes; `lanes` are `racing.Lane` by key."""
        if ground is not self._ground:
            self._draw_map(ground)
        names = _folded(labels)
        ranges = (steps, self._reach(steps, names), *_heights(ground, lanes))
        if ranges != self._ranges:
            self._set_axis(*ranges)
        self._move(ground, lanes, names, step, title)
        canvas = self.fig.canvas
        canvas.restore_region(self._scene)
        canvas.restore_region(self._axis())
        for ax in (self.map, self.curves):
            for artist in sorted(filter(_shown, ax.get_children()), key=lambda artist: artist.get_zorder()):
                ax.draw_artist(artist)
        return fast_png(np.asarray(canvas.buffer_rgba()))

    def place(self, across: float, down: float) -> tuple[float, ...] | None:
        """The point of the map at these shares of the picture's width and height, or None beside the map."""
        x, y = self.map.transAxes.inverted().transform(self.fig.transFigure.transform((across, 1 - down)))
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        limits = self.map.get_xlim(), self.map.get_ylim()
        point = [low + share * (high - low) for share, (low, high) in zip((x, y), limits, strict=True)]
        return tuple(point[: self._ground.dimensions])

    def _draw_map(self, ground):
        """Layer one. Nothing is taken as drawn before it is: an interrupt leaves no half map behind."""
        self._ground = self._ranges = None
        self._artists.clear()
        self.map.clear()
        self.map.set_aspect("auto")
        if ground.dimensions == 1:
            _slope(self.map, ground)
        elif ground.units[1]:
            _heights_map(self.map, ground)
        else:
            (x0, x1), (y0, y1) = ground.bounds
            if 0.7 < (x1 - x0) / (y1 - y0) < 1.45:
                self.map.set_aspect("equal")
            contour(self.map, ground, points=141, equal=False)
            self.map.set(xlabel="x", ylabel="y")
        self._title = self.map.text(
            *(0.012, 0.975, ""),
            transform=self.fig.transFigure,
            va="top",
            fontsize=11.5,
            fontweight="bold",
            color=INK,
            animated=True,
        )
        (self._start,) = self.map.plot([], [], "o", ms=10, color=INK, mfc=CARD, mew=2, zorder=4, animated=True)
        self.curves.set_visible(False)
        self.fig.canvas.draw()
        self.curves.set_visible(True)
        self._scene = self.fig.canvas.copy_from_bbox(self.fig.bbox)
        self._axes.clear()
        self._ground = ground

    def _reach(self, steps, names):
        """Where the axis of steps ends: the names stand right of the lines, inside the axes."""
        renderer, font = self.fig.canvas.get_renderer(), FontProperties(**_NAME)
        lines = [f"{line} ↑" for name in names.values() for line in name.split("\n")]
        widest = max((renderer.get_text_width_height_descent(line, font, False)[0] for line in lines), default=0)
        room = self.curves.bbox.width
        return round(room / max(room - widest - 14, room / 3), 2) * steps

    def _set_axis(self, steps, reach, low, high, log):
        """Layer two, which `_axis` paints. Clearing takes as long as painting: only where the scale is another."""
        ax = self.curves
        if self._ranges is None or log != self._ranges[-1]:
            self._ranges = None
            for path, place, *_ in self._artists.values():
                path.remove()
                place.remove()
            self._artists.clear()
            ax.clear()
            ax.set_yscale("log" if log else "linear")
            word = f"height ({self._ground.units[1]})" if self._ground.units[1] else "loss"
            ax.set(xlabel="step", ylabel=word)
            self._floor = None
            if log:
                ax.minorticks_off()
                lowest = f"drawn no lower than {FLOOR:.0e}".replace("-", "−")
                note = {"transform": ax.transAxes, "va": "bottom"}
                self._floor = ax.text(0.02, 0.008, lowest, fontsize=9, color=MUTED, **note)
            ax.set_autoscale_on(False)
        ax.set(xlim=(0, reach), ylim=(low, high))
        if self._floor:
            self._floor.set_visible(low < FLOOR)
        ax.xaxis.set_major_locator(AutoLocator())
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= steps])
        self._ranges = (steps, reach, low, high, log)

    def _axis(self):
        """The pixels of the axis of the losses, over those of the map's layer."""
        if self._ranges not in self._axes:
            canvas = self.fig.canvas
            self.curves.draw(canvas.get_renderer())
            if len(self._axes) == _KEPT:
                del self._axes[next(iter(self._axes))]
            # A part of the map's pixels too, on which the axis' label may reach.
            right = Bbox.from_extents(self.map.bbox.x1 - 40, 0, self.fig.bbox.x1, self.fig.bbox.y1)
            self._axes[self._ranges] = canvas.copy_from_bbox(right)
        return self._axes[self._ranges]

    def _parts(self, key):
        """The five artists of a racer, made once: path, place on the map, curve, its end, its name."""
        if key in self._artists:
            return self._artists[key]
        style = look(key)
        color, own = style["color"], style["own"]
        line = style["line"] | {"color": color, "animated": True, "zorder": 2.5 if own else 3}
        dot = {"marker": style["marker"], "ls": "", "ms": 12 if own else 11, "mew": 1, "animated": True}
        dot |= {"mfc": CARD, "mec": color, "zorder": 5} if own else {"mfc": color, "mec": CARD, "zorder": 6}
        (path,) = self.map.plot([], [], path_effects=_HALO if not own else None, **line)
        (place,) = self.map.plot([], [], clip_on=False, **dot)
        (curve,) = self.curves.plot([], [], marker=style["marker"], ms=5, **line)
        (end,) = self.curves.plot([], [], **dot | {"ms": dot["ms"] - 2})
        name = self.curves.annotate(
            "",
            (0, 0),
            (9, 0),
            textcoords="offset points",
            va="center",
            color=readable(color),
            fontproperties=FontProperties(**_NAME),
            linespacing=1.0,
            animated=True,
            annotation_clip=False,
            zorder=7,
        )
        self._artists[key] = path, place, curve, end, name
        return self._artists[key]

    def _move(self, ground, lanes, names, step, title):
        steps, _, low, high, log = self._ranges
        self._title.set_text(title)
        for key, parts in self._artists.items():
            for artist in parts:
                artist.set_visible(key in lanes)
        limits = np.array([self.map.get_xlim(), self.map.get_ylim()]).T
        wanted = []
        for key, lane in lanes.items():
            path, place, curve, end, name = self._parts(key)
            t = lane.at(step)
            losses = np.maximum(lane.losses[: t + 1], FLOOR) if log else lane.losses[: t + 1]
            points = lane.path[: t + 1]
            if ground.dimensions == 1:
                points = np.stack([points[:, 0], lane.losses[: t + 1]], axis=1)
            seen = np.clip(points[-1], *limits)
            here = (seen == points[-1]).all()
            path.set_data(*points.T)
            place.set_data(*seen[:, None])
            # Hollow where it has left the map: it stands at the edge that is nearest to it.
            style = look(key)
            hollow = style["own"] or not here
            place.set_markerfacecolor(CARD if hollow else style["color"])
            place.set_markeredgecolor(style["color"] if hollow else CARD)
            curve.set_data(np.arange(t + 1), np.minimum(losses, high))
            curve.set_markevery(max(1, steps // 8))
            last = float(np.clip(losses[-1], low, high))
            end.set_data([t], [last])
            name.xy = (t, last)
            name.set_text(names[key] + (" ↑" if losses[-1] > high else ""))
            wanted.append((self.curves.transData.transform((t, last))[1], name))
        self._start.set_data(*(points[0][:, None] if lanes else ([], [])))
        box = self.curves.bbox
        ends = np.array([y for y, _ in wanted])
        heights = np.array([3 + 12.0 * (1 + name.get_text().count("\n")) for _, name in wanted])
        centres = _spread(ends, heights, box.y0, box.y1)
        for centre, (y, name) in zip(centres, wanted, strict=True):
            name.set_position((9, (centre - y) * 72 / self.fig.dpi))


def _folded(labels):
    """The names in two lines where they have two words, as long as there is room for all of them."""
    if len(labels) > 12:
        return dict(labels)
    return {key: textwrap.fill(label, 8, break_long_words=False) for key, label in labels.items()}


def _shown(artist):
    return artist.get_animated() and artist.get_visible()


def _heights(ground, lanes):
    """The range of the loss axis, and whether it is logarithmic: where the lowest point known is at 0.

    In whole decades, or in tenths of the way from start to best, so that it changes seldom while a slider moves.
    """
    start = float(next(iter(lanes.values())).losses[0])
    best = min(float(lane.losses.min()) for lane in lanes.values())
    worst = max(float(lane.losses.max()) for lane in lanes.values())
    if len(ground.minima) and abs(ground(ground.minimum)) < FLOOR and start > FLOOR:
        top = min(max(worst, start), 100 * start)
        low = np.floor(np.log10(max(best, FLOOR)) - 0.01)
        return float(10**low), float(10 ** max(np.ceil(np.log10(top)), low + 1)), True
    grain = 10 ** np.floor(np.log10(max(start - best, 1e-6))) / 5
    low = grain * (np.floor(best / grain) - 0.2)
    high = grain * (np.ceil(min(max(worst, start), start + (start - best)) / grain) + 0.2)
    return float(low), float(high), False


def _slope(ax, ground):
    """A landscape of one parameter: its curve, which the racers slide along."""
    x, height = ground.grid(401)
    ax.plot(x, height, color=MUTED, lw=5, alpha=0.35, solid_capstyle="round", zorder=1)
    for (w,) in ground.minima:
        ax.plot(w, ground(np.array([w])), "+", color=INK, ms=10, mew=1.6, zorder=3)
    spare = 0.06 * np.ptp(height)
    ax.set(xlim=ground.bounds[0], ylim=(height.min() - spare, height.max() + spare), xlabel="x", ylabel="loss")
    ax.set_autoscale_on(False)


def _heights_map(ax, ground):
    """The mountain in flat tints, with a line every 100 m: quick to draw, and small as a picture."""
    x, y, z = ground.grid(161)
    levels = np.arange(np.floor(z.min() / 50), np.ceil(z.max() / 50) + 1) * 50
    ax.contourf(x, y, z, levels, cmap=RELIEF)
    ax.contour(x, y, z, levels[levels % 200 == 0], colors="#6B5B4A", linewidths=0.6, alpha=0.6)
    ax.set(xlim=ground.bounds[0], ylim=ground.bounds[1], xlabel="km east", ylabel="km north", aspect="equal")
    ax.grid(False)
    ax.set_autoscale_on(False)


__all__ = ["SIZE", "Stage", "look", "swatch"]
