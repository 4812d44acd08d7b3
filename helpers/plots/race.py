"""The picture of a race: the map with all paths, the loss of each against the step. From step to step only lines move."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import AutoLocator
from matplotlib.transforms import Bbox

from helpers.plots.drawing import HALO, halo
from helpers.plots.labels import spread
from helpers.plots.pixels import Layer, canvas_png, draw_on_top
from helpers.plots.race_map import draw_relief, lay_out, map_pixels, race_figure
from helpers.plots.style import CARD, INK, MUTED, PALETTE, known_style, readable, style_of
from helpers.plots.themes import exchanged, theme

FLOOR = 1e-12  # where a loss of 0 is drawn, for the logarithm has no place for it
_NAME = {"size": 9, "weight": "bold"}
_KEPT = 12  # axes of the losses, of 0.8 MB of pixels each
_LINE_HALO = halo(3.6)


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
    """The figure of a race: the map left, the losses right.

    It is painted in three layers, two of them kept as pixels: the map, once for each landscape; the axis of the losses,
    once for each of its ranges; the lines, at every step.
    """

    def __init__(self):
        self.fig, (self.map, self.curves) = race_figure()
        self._ground = self._ranges = None
        self._relief: list = []
        self._artists: dict[str, tuple] = {}
        self._widths: dict[str, float] = {}
        self._axes: dict[tuple, Layer] = {}  # the right part of the picture, by the range of the losses
        words = {"animated": True, "color": INK}
        self._title = self.map.text(
            *(0.012, 0.975, ""), transform=self.fig.transFigure, va="top", fontsize=11.5, fontweight="bold", **words
        )
        self._gone = self.map.text(
            0, 0, "", transform=self.map.transAxes, fontsize=9, path_effects=HALO, zorder=7, **words
        )
        lowest = f"drawn no lower than {FLOOR:.0e}".replace("-", "−")
        place = {"transform": self.curves.transAxes, "va": "bottom"}
        self._floor = self.curves.text(0.02, 0.008, lowest, fontsize=9, color=MUTED, **place)
        self.curves.set_autoscale_on(False)
        (self._start,) = self.map.plot([], [], "o", ms=10, color=INK, mfc=CARD, mew=2, zorder=4, animated=True)

    def show(self, ground, lanes: Mapping, labels: Mapping[str, str], step: int, steps: int, title: str) -> bytes:
        """Draw this step of a race, and return the picture as PNG bytes; `lanes` are `racing.Lane` by key."""
        if ground is not self._ground:
            self._move_to(ground)
        names = _folded(labels)
        ranges = (steps, self._reach(steps, names), *_heights(ground, lanes))
        if ranges != self._ranges:
            self._set_axis(*ranges)
        self._move(lanes, names, step, title)
        self.fig.draw_artist(self.fig.patch)
        self.fig.canvas.restore_region(map_pixels(ground))
        self._axis().lay(self.fig)
        for ax in (self.map, self.curves):
            draw_on_top(filter(_shown, ax.get_children()))
        return canvas_png(self.fig)

    def whole(self):
        """The figure with all that is on the picture, to be stored, saved or printed as any other."""
        if not self._relief:
            before = set(self.map.get_children())
            draw_relief(self.map, self._ground)
            self._relief = [artist for artist in self.map.get_children() if artist not in before]
        return self.fig

    def place(self, across: float, down: float) -> tuple[float, ...] | None:
        """The point of the map at these shares of the picture's width and height, or None beside the map."""
        x, y = self.map.transAxes.inverted().transform(self.fig.transFigure.transform((across, 1 - down)))
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        limits = self.map.get_xlim(), self.map.get_ylim()
        point = [low + share * (high - low) for share, (low, high) in zip((x, y), limits, strict=True)]
        return tuple(point[: self._ground.dimensions])

    def _move_to(self, ground):
        for artist in self._relief:
            artist.remove()
        self._relief = []
        self._ground = self._ranges = None  # nothing is taken as done before it is, should it be interrupted
        lay_out(self.map, ground)
        self._ground = ground

    def _reach(self, steps, names):
        """Where the axis of steps ends: the names stand right of the lines, inside the axes."""
        lines = [f"{line} ↑" for name in names.values() for line in name.split("\n")]
        widest = max((self._width(line) for line in lines), default=0)
        room = self.curves.bbox.width
        return round(room / max(room - widest - 14, room / 3), 2) * steps

    def _width(self, line):
        """Pixels of a line of a name: each is measured once."""
        if line not in self._widths:
            measure = self.fig.canvas.get_renderer().get_text_width_height_descent
            self._widths[line] = measure(line, FontProperties(**_NAME), False)[0]
        return self._widths[line]

    def _set_axis(self, steps, reach, low, high, log):
        ax = self.curves
        self._ranges = None
        if ax.get_yscale() != (scale := "log" if log else "linear"):
            ax.set_yscale(scale)
            ax.minorticks_off()
        word = f"height ({self._ground.units[1]})" if self._ground.units[1] else "loss"
        ax.set(xlim=(0, reach), ylim=(low, high), xlabel="step", ylabel=word)
        self._floor.set_visible(log and low < FLOOR)
        ax.xaxis.set_major_locator(AutoLocator())
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= steps])
        self._ranges = (steps, reach, low, high, log)

    def _axis(self) -> Layer:
        """The axis of the losses, to lie over the map's layer."""
        key = self._ground, self._ranges  # for the map reaches under it
        if key not in self._axes:
            if len(self._axes) == _KEPT:
                del self._axes[next(iter(self._axes))]
            self._axes[key] = Layer(self._paint_axis)
        return self._axes[key]

    def _paint_axis(self):
        canvas = self.fig.canvas
        self.curves.draw(canvas.get_renderer())
        # A part of the map's pixels too, on which the axis' label may reach.
        right = Bbox.from_extents(self.map.bbox.x1 - 40, 0, self.fig.bbox.x1, self.fig.bbox.y1)
        return canvas.copy_from_bbox(right)

    def _parts(self, key):
        """The five artists of a racer, made once: path, place on the map, curve, its end, its name."""
        if key in self._artists:
            return self._artists[key]
        style = look(key)
        color, own = style["color"], style["own"]
        line = style["line"] | {"color": color, "animated": True, "zorder": 3.1 if own else 3.2}
        dot = {"marker": style["marker"], "ls": "", "ms": 10 if own else 11, "mew": 1, "animated": True}
        dot |= {"mfc": CARD, "mec": color, "zorder": 6.5} if own else {"mfc": color, "mec": CARD, "zorder": 6}
        (path,) = self.map.plot([], [], path_effects=_LINE_HALO if not own else None, **line)
        (place,) = self.map.plot([], [], clip_on=False, **dot)
        (curve,) = self.curves.plot([], [], marker=style["marker"], ms=5, **line)
        (end,) = self.curves.plot([], [], clip_on=False, **dot | {"ms": dot["ms"] - 2})
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

    def _move(self, lanes, names, step, title):
        """Put every racer where it is at this step, on the map and on its curve."""
        self._title.set_text(title)
        for key, parts in self._artists.items():
            for artist in parts:
                artist.set_visible(key in lanes)
        ways, gone = {}, []
        for key, lane in lanes.items():
            t = lane.at(step)
            path, losses = lane.path[: t + 1], lane.losses[: t + 1]
            points = path if self._ground.dimensions > 1 else np.stack([path[:, 0], losses], axis=1)
            ways[key], here = self._move_on_map(key, points)
            gone += [names[key].replace("\n", " ")] * (not here)
            self._move_curve(key, losses, names[key])
            self._start.set_data(*points[0][:, None])
        self._nest({key: self.map.transData.transform(way[-1]) for key, way in ways.items()})
        self._tell_gone(gone, list(ways.values()))
        self._spread_names([self._artists[key][4] for key in lanes])

    def _move_on_map(self, key, points):
        """Draw the way of a racer (n, 2); returns it cut at the edges, and whether its end is on the map."""
        path, place, *_ = self._parts(key)
        way = np.clip(points, *np.array([self.map.get_xlim(), self.map.get_ylim()]).T)
        here = (way[-1] == points[-1]).all()
        path.set_data(*points.T)
        place.set_data(*way[-1][:, None])
        # Hollow where it has left the map: it stands at the edge that is nearest to it.
        style = look(key)
        hollow = style["own"] or not here
        place.set_markerfacecolor(CARD if hollow else style["color"])
        place.set_markeredgecolor(style["color"] if hollow else CARD)
        return way, here

    def _move_curve(self, key, losses, label):
        """Draw the losses of a racer (n,), its name at their end; an arrow says that they are above the axis."""
        steps, _, low, high, log = self._ranges
        *_, curve, end, name = self._parts(key)
        t = len(losses) - 1
        if log:
            losses = np.maximum(losses, FLOOR)
        curve.set_data(np.arange(t + 1), np.minimum(losses, high))
        curve.set_markevery(max(1, steps // 8))
        last = float(np.clip(losses[-1], low, high))
        end.set_data([t], [last])
        name.xy = (t, last)
        name.set_text(label + (" ↑" if losses[-1] > high else ""))

    def _spread_names(self, names):
        """Move names apart that would lie upon each other."""
        ends = np.array([self.curves.transData.transform(name.xy)[1] for name in names])
        heights = np.array([3 + 12.0 * (1 + name.get_text().count("\n")) for name in names])
        centres = spread(ends, heights, self.curves.bbox.y0, self.curves.bbox.y1)
        for name, centre, y in zip(names, centres, ends, strict=True):
            name.set_position((9, (centre - y) * 72 / self.fig.dpi))

    def _nest(self, spots):
        """Where marks lie upon each other, the lower ones are larger, so that all are seen."""
        order = sorted(spots, key=lambda key: self._artists[key][1].get_zorder())
        for i, key in enumerate(order):
            above = sum(np.hypot(*(spots[key] - spots[other])) < 4 for other in order[i + 1 :])
            self._artists[key][1].set_markersize((10 if look(key)["own"] else 11) + 3.5 * min(above, 3))

    def _tell_gone(self, names, ways):
        """Name those whose hollow marks stand at the edge, in the corner of the map that is farthest from all paths."""
        self._gone.set_text(textwrap.fill(f"off the map: {', '.join(names)}", 44) if names else "")
        if names:
            points = self.map.transAxes.inverted().transform(self.map.transData.transform(np.concatenate(ways)))
            corners = [(x, y) for y in (0.02, 0.98) for x in (0.02, 0.98)]
            x, y = max(corners, key=lambda corner: np.linalg.norm(points - corner, axis=1).min())
            self._gone.set(position=(x, y), ha="left" if x < 0.5 else "right", va="bottom" if y < 0.5 else "top")


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
        low = np.floor(np.log10(max(best, FLOOR)) - 0.15)
        return float(10**low), float(10 ** max(np.ceil(np.log10(top)), low + 1)), True
    grain = 10 ** np.floor(np.log10(max(start - best, 1e-6))) / 5
    low = grain * (np.floor(best / grain) - 0.2)
    high = grain * (np.ceil(min(max(worst, start), start + (start - best)) / grain) + 0.2)
    return float(low), float(high), False


__all__ = ["Stage", "look", "swatch"]
