"""The part of a picture that most changes leave alone: drawn once, and kept as pixels to draw the rest on."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image


class Ground:
    """Axes, their labels and what else stays: `lay` brings the figure back to it, `png` paints what came on top.

    `draw(fig, ...)` draws it on cleared axes. What it takes after the figure are names of controls: it is drawn anew
    when one of them changes. Titles never belong to the ground.
    """

    def __init__(self, fig: Figure, draw: Callable):
        self._fig, self._draw = fig, draw
        self._names = list(inspect.signature(draw).parameters)[1:]
        self._values: list | None = None
        self._artists: list[list] = []  # of the ground, for each axes
        self._painted = self._renderer = None

    def lay(self, values: dict) -> None:
        """Take away what was drawn on top; draw the ground itself where `values` ask for another one."""
        wanted = [values[name] for name in self._names]
        if wanted == self._values:
            self._clear_top()
            return
        self._values = self._painted = None  # should the drawing fail, the next change begins anew
        for ax in self._fig.axes:
            ax.clear()
        self._draw(self._fig, *wanted)
        self._artists = [ax.get_children() for ax in self._fig.axes]
        self._values = wanted

    def png(self) -> bytes:
        """Return the picture as PNG bytes: the ground from memory, and what is on top painted on it."""
        canvas = self._fig.canvas
        renderer = canvas.get_renderer()  # another one where the theme has changed
        if self._painted is None or self._renderer is not renderer:
            self._painted, self._renderer = self._paint(), renderer
        canvas.restore_region(self._painted)
        for ax, artists in self._tops():
            for artist in sorted(artists + _titles(ax), key=lambda artist: artist.get_zorder()):
                ax.draw_artist(artist)
        out = io.BytesIO()
        Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(out, format="PNG", compress_level=1)
        return out.getvalue()

    def _tops(self) -> list[tuple[Axes, list]]:
        """Each axes with the artists that the ground does not have."""
        known = ({id(artist) for artist in artists} for artists in self._artists)
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


def _titles(ax: Axes) -> list[Text]:
    """The titles left, middle and right: the texts of the axes that nobody added."""
    added = {id(text) for text in ax.texts}
    return [artist for artist in ax.get_children() if isinstance(artist, Text) and id(artist) not in added]
