"""The part of a picture that most changes leave alone: drawn once, and kept as pixels to draw the rest on."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.plots.pixels import fast_png

KEPT = 12  # grounds, of 1.3 MB of pixels each


@dataclass
class _Layer:
    """One ground: its axes, what it put on each, and its pixels as that renderer painted them."""

    axes: list[Axes]
    artists: list[list]
    pixels: object = None
    renderer: object = None


class Ground:
    """Axes, their labels and what else stays: `lay` brings the figure back to it, `png` paints what came on top.

    `draw(fig, ...)` draws it on cleared axes. What it takes after the figure are names of controls: another ground is
    laid when one of them changes, on axes of its own, and kept for the next time. Titles never belong to the ground.
    """

    def __init__(self, fig: Figure, draw: Callable):
        self._fig, self._draw = fig, draw
        self.names = list(inspect.signature(draw).parameters)[1:]
        self._kept: dict[tuple, _Layer] = {}
        self._layer: _Layer | None = None

    def lay(self, values: dict) -> None:
        """Take away what was drawn on top; lay the ground that `values` ask for."""
        key = self._key(values)
        if key in self._kept:
            self._put(self._kept[key])
            self._clear_top()
            return
        self._layer = None  # should the drawing fail, the next change begins anew
        if self._kept:
            self._new_axes()
        for ax in self._fig.axes:
            ax.clear()
        self._draw(self._fig, *(values[name] for name in self.names))
        self._layer = _Layer(list(self._fig.axes), [ax.get_children() for ax in self._fig.axes])
        if len(self._kept) == KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = self._layer

    def _key(self, values: dict) -> tuple:
        """What tells the ground of these values from others."""
        return tuple(_hashable(values[name]) for name in self.names)

    def prepare(self, every: Iterable[dict]) -> None:
        """Draw the grounds of these values beforehand; the figure stays as it is."""
        here = self._layer
        for values in every:
            if here is not None and self._kept.get(self._key(values)) is here:
                continue  # laid anew, it would lose what is drawn on it
            with contextlib.suppress(Exception):  # it is told when somebody asks for this ground
                self.lay(values)
                self._pixels()
        if here is not None:
            self._put(here)

    def png(self) -> bytes:
        """Return the picture as PNG bytes: the ground from memory, and what is on top painted on it."""
        canvas = self._fig.canvas
        canvas.restore_region(self._pixels())
        for ax, artists in self._tops():
            for artist in sorted(artists + _titles(ax), key=lambda artist: artist.get_zorder()):
                ax.draw_artist(artist)
        return fast_png(np.asarray(canvas.buffer_rgba()))

    def _pixels(self):
        renderer = self._fig.canvas.get_renderer()  # another one where the theme has changed
        if self._layer.pixels is None or self._layer.renderer is not renderer:
            self._layer.pixels, self._layer.renderer = self._paint(), renderer
        return self._layer.pixels

    def _put(self, layer: _Layer) -> None:
        """Make the axes of this layer those of the figure."""
        if layer is not self._layer:
            for ax in self._fig.axes:
                self._fig.delaxes(ax)
            for ax in layer.axes:
                self._fig.add_axes(ax)
            self._layer = layer

    def _new_axes(self) -> None:
        """Put new axes where the figure's axes are."""
        for old in self._fig.axes:
            self._fig.delaxes(old)
            new = self._fig.add_subplot(old.get_subplotspec(), axes_class=type(old))
            new.set_position(old.get_position(original=True))

    def _tops(self) -> list[tuple[Axes, list]]:
        """Each axes with the artists that the ground does not have."""
        known = ({id(artist) for artist in artists} for artists in self._layer.artists)
        return [
            (ax, [artist for artist in ax.get_children() if id(artist) not in ids])
            for ax, ids in zip(self._fig.axes, known, strict=True)
        ]

    def _clear_top(self) -> None:
        for ax, artists in self._tops():
            for artist in artists:
                artist.remove()
            for title in _titles(ax):
                title.set_text("")

    def _paint(self):
        """Paint the ground alone, and return the pixels in Agg's own form."""
        hidden = [artist for _, artists in self._tops() for artist in artists if artist.get_visible()]
        titles = [(title, title.get_text()) for ax in self._fig.axes for title in _titles(ax)]
        for artist in hidden:
            artist.set_visible(False)
        for title, _ in titles:
            title.set_text("")  # Matplotlib would look for another place for a title that is invisible
        self._fig.canvas.draw()
        for artist in hidden:
            artist.set_visible(True)
        for title, text in titles:
            title.set_text(text)
        return self._fig.canvas.copy_from_bbox(self._fig.bbox)


def _hashable(value):
    """The value itself, or what tells it from others: a list to choose from may hold arrays."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value


def _titles(ax: Axes) -> list[Text]:
    """The titles left, middle and right: the texts of the axes that nobody added."""
    added = {id(text) for text in ax.texts}
    return [artist for artist in ax.get_children() if isinstance(artist, Text) and id(artist) not in added]
