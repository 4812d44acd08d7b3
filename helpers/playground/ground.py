"""The part of a picture that most changes leave alone: drawn once, and kept as pixels to draw the rest on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.plots.pixels import Layer, canvas_png, draw_on_top

KEPT = 12  # grounds, of 1.3 MB of pixels each


@dataclass
class _Laid:
    """One ground: its axes, what it put on each, and its pixels."""

    axes: list[Axes]
    artists: list[list]
    pixels: Layer


class Ground:
    """Axes, their labels and what else stays: `lay` brings the figure back to it, `png` paints what came on top.

    `draw(fig, ...)` draws it on cleared axes. What it takes after the figure are names of controls: another ground is
    laid when one of them changes, on axes of its own, and kept for the next time. Titles never belong to the ground.
    """

    def __init__(self, fig: Figure, draw: Callable):
        self._fig, self._draw = fig, draw
        self.names = list(inspect.signature(draw).parameters)[1:]
        self._kept: dict[tuple, _Laid] = {}
        self._laid: _Laid | None = None

    def lay(self, values: dict) -> None:
        """Take away what was drawn on top; lay the ground that `values` ask for."""
        key = self._key(values)
        if key in self._kept:
            self._put(self._kept[key])
            self._clear_top()
            return
        self._laid = None  # should the drawing fail, the next change begins anew
        if self._kept:
            self._new_axes()
        for ax in self._fig.axes:
            ax.clear()
        self._draw(self._fig, *(values[name] for name in self.names))
        self._laid = _Laid(list(self._fig.axes), [ax.get_children() for ax in self._fig.axes], Layer(self._paint))
        if len(self._kept) == KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = self._laid

    def _key(self, values: dict) -> tuple:
        """What tells the ground of these values from others."""
        return tuple(_hashable(values[name]) for name in self.names)

    def prepare(self, values: dict) -> None:
        """Draw the ground of these values beforehand; the figure stays as it is."""
        here = self._laid
        if here is None or self._key(values) in self._kept:
            return
        try:
            self.lay(values)
            self._laid.pixels.lay(self._fig)
        finally:
            self._put(here)

    def png(self) -> bytes:
        """Return the picture as PNG bytes: the ground from memory, and what is on top painted on it."""
        self._laid.pixels.lay(self._fig)
        for ax, artists in self._tops():
            draw_on_top(artists + _titles(ax))
        return canvas_png(self._fig)

    def _put(self, laid: _Laid) -> None:
        """Make the axes of this ground those of the figure."""
        if laid is not self._laid:
            for ax in self._fig.axes:
                self._fig.delaxes(ax)
            for ax in laid.axes:
                self._fig.add_axes(ax)
            self._laid = laid

    def _new_axes(self) -> None:
        """Put new axes where the figure's axes are."""
        for old in self._fig.axes:
            self._fig.delaxes(old)
            new = self._fig.add_subplot(old.get_subplotspec(), axes_class=type(old))
            new.set_position(old.get_position(original=True))

    def _tops(self) -> list[tuple[Axes, list]]:
        """Each axes with the artists that the ground does not have."""
        known = ({id(artist) for artist in artists} for artists in self._laid.artists)
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
