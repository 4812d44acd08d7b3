"""Pixels: parts of a picture that are kept, what is drawn on them, and the whole as PNG, all of it fast.

For pictures that follow a hand.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure


class Layer:
    """A part of a picture that is painted once and kept as pixels.

    `paint()` paints it on the figure's canvas and returns what `copy_from_bbox` gives. It is called again only where
    the canvas has another renderer, which is so after a change of the theme.
    """

    def __init__(self, paint: Callable[[], object]):
        self._paint = paint
        self._pixels = self._renderer = None

    def lay(self, fig: Figure) -> None:
        """Put the pixels on the figure's canvas."""
        renderer = fig.canvas.get_renderer()
        if renderer is not self._renderer:
            self._pixels, self._renderer = self._paint(), renderer
        fig.canvas.restore_region(self._pixels)


def draw_on_top(artists: Iterable[Artist]) -> None:
    """Draw these parts of axes over what the canvas shows, in the order that a whole drawing would have."""
    for artist in sorted(artists, key=lambda artist: artist.get_zorder()):
        artist.axes.draw_artist(artist)


def canvas_png(fig: Figure) -> bytes:
    """Return what the figure's canvas shows as PNG bytes."""
    return fast_png(np.asarray(fig.canvas.buffer_rgba()))


def fast_png(pixels: np.ndarray) -> bytes:
    """Return a PNG of pixels (height, width, 3 or 4), bytes; a fourth channel is left out.

    Half the time of Pillow, which tries five filters on each row: a figure, mostly plain areas, needs none. The parts
    are those of the PNG specification (W3C, third edition, sections 5 and 11): a size and a type before each, a
    checksum behind.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # the first byte of each: no filter
    rows[:, 1:] = pixels[:, :, :3].reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # eight bits, red green blue
    parts = {b"IHDR": head, b"IDAT": zlib.compress(rows, 1), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    )
