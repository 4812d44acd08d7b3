"""The race down the mountain as a moving picture: it plays twice and stops on the picture of how it ended."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.text import Annotation
from PIL import Image

from helpers import landscapes
from helpers.plots import mountain
from helpers.plots.figures import PIXELS_PER_INCH
from helpers.plots.labels import settle_labels
from helpers.plots.pixels import draw_on_top
from helpers.plots.style import CARD, readable

STRIDE = 2  # steps from one frame to the next
FRAME, FIRST, LAST = 60, 1500, 6000  # milliseconds for which a frame, the first and the last are shown
PLAYS = 2
SHARPNESS = 1.2  # image pixels per CSS pixel
COLORS = 255  # a GIF has 256; the last one says "as in the frame before"


def race(paths: Mapping[str, np.ndarray] | None = None, landscape=None, stride: int = STRIDE) -> bytes:
    """Return the race as a GIF, in the theme in use; the same paths give the same bytes.

    A GIF, because it moves wherever a README is shown, and GitHub lets its readers stop one.
    """
    pictures = list(frames(paths, landscape, stride))
    return gif(pictures, [FIRST] + [FRAME] * (len(pictures) - 2) + [LAST])


def frames(paths=None, landscape=None, stride: int = STRIDE) -> Iterator[np.ndarray]:
    """Yield the pictures of the race, (height, width, 3) bytes: the start, each `stride` steps on, and how it ended."""
    landscape = landscapes.mountain() if landscape is None else landscape
    paths = mountain.race(landscape) if paths is None else paths
    fig = mountain.draw(paths, landscape)
    fig.set_dpi(PIXELS_PER_INCH * SHARPNESS)
    settle_labels(fig)
    finish = _pixels(fig)
    # Every frame has the layout of the last, so that nothing jumps; what moves is drawn onto the empty map.
    fig.set_layout_engine("none")
    top, bottom = fig.axes
    for artist in [*top.lines, *bottom.lines, *(t for t in [*top.texts, *bottom.texts] if isinstance(t, Annotation))]:
        artist.set_visible(artist.get_gid() == "start")
    top.set_title("")
    _pixels(fig)
    empty = fig.canvas.copy_from_bbox(fig.bbox)
    steps = max(map(len, paths.values())) - 1
    for step in range(0, steps, stride):
        fig.canvas.restore_region(empty)
        _draw(top, bottom, {name: path[: step + 1] for name, path in paths.items()}, landscape, steps)
        yield _buffer(fig)
    yield finish


def _draw(top, bottom, paths, landscape, steps):
    """Draw the race as far as the paths go, on the map and below it, and take it off the axes again."""
    step = len(next(iter(paths.values()))) - 1
    before = {id(artist) for ax in (top, bottom) for artist in ax.get_children()}
    for row, (name, path) in enumerate(paths.items()):
        mountain.draw_walk(top, name, path)
        look = mountain.racer_style(name)
        bottom.plot(landscape(path), **look | {"marker": ""})
        bottom.plot(
            step,
            landscape(path[-1]),
            color=look["color"],
            marker=look["marker"],
            ms=8,
            mec=CARD,
            mew=0.8,
            clip_on=False,
        )
        _standing(top, row, name, landscape(path[-1]), look)
    top.set_title("Four habits, one start, thick fog: who gets lowest?" if step == 0 else f"Step {step} of {steps}")
    moved = [artist for ax in (top, bottom) for artist in ax.get_children() if id(artist) not in before]
    draw_on_top(moved)
    for artist in moved:
        artist.remove()
    top.draw_artist(top._left_title)  # Matplotlib has no public name for a title on the left


def _standing(ax, row, name, height, look):
    """Write who is how high in the corner of the map that no path reaches, each behind its mark."""
    y = 0.94 - 0.052 * row
    ax.plot(
        0.675, y, transform=ax.transAxes, marker=look["marker"], color=look["color"], ms=9, mec=CARD, mew=0.8, zorder=6
    )
    text = {
        "transform": ax.transAxes,
        "va": "center",
        "color": readable(look["color"]),
        "path_effects": mountain.TEXT_HALO,
        "zorder": 6,
    }
    ax.text(0.7, y, name, fontsize=10.5, fontweight="bold", **text)
    ax.text(0.985, y, f"{height:.0f} m", fontsize=10.5, fontweight="bold", ha="right", **text)


def _pixels(fig) -> np.ndarray:
    fig.canvas.draw()
    return _buffer(fig)


def _buffer(fig) -> np.ndarray:
    return np.array(fig.canvas.buffer_rgba())[:, :, :3]


def gif(pictures: Sequence[np.ndarray], milliseconds: Sequence[int], plays: int = PLAYS) -> bytes:
    """Return pictures (height, width, 3) of one size as a GIF of one palette, each shown for its time.

    A pixel that stays as it was is written as transparent: the map is stored once. Raises ValueError where there are
    not as many times as pictures, or fewer than two pictures.
    """
    if len(pictures) < 2 or len(pictures) != len(milliseconds):
        raise ValueError(
            f"pictures={len(pictures)}, milliseconds={len(milliseconds)}: expected as many of both, at least 2"
        )
    palette = _palette(pictures)
    known: dict[int, int] = {}
    shown = _indices(pictures[0], palette, known)
    images = [shown]
    for before, picture in itertools.pairwise(pictures):
        changed = (picture != before).any(axis=2)
        image = np.full(shown.shape, COLORS, dtype=np.uint8)
        image[changed] = _indices(picture[changed], palette, known)
        images.append(image)
    frames = [Image.fromarray(image, "P") for image in images]
    for frame in frames:
        frame.putpalette([*palette.ravel().tolist(), 0, 0, 0])
    out = io.BytesIO()
    frames[0].save(
        out,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=list(milliseconds),
        loop=plays - 1,  # how often it begins again
        disposal=1,
        transparency=COLORS,
        optimize=False,
    )
    return out.getvalue()


def _palette(pictures) -> np.ndarray:
    """The colours (255, 3) that stand for all: a third of them for what moves, which covers little of the map."""
    first, last = pictures[0], pictures[-1]
    moving = np.concatenate(
        [picture[(picture != first).any(axis=2)] for picture in (pictures[len(pictures) // 2], last)]
    )
    still = first.reshape(-1, 3)
    parts = [_few(still, COLORS - COLORS // 3), _few(moving, COLORS // 3)]
    return np.concatenate(parts)


def _few(pixels: np.ndarray, count: int) -> np.ndarray:
    reduced = Image.fromarray(pixels[None], "RGB").quantize(
        count, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE
    )
    colors = np.array(reduced.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return np.resize(colors, (count, 3))  # fewer where the pixels have fewer


def _indices(pixels: np.ndarray, palette: np.ndarray, known: dict[int, int]) -> np.ndarray:
    """The nearest colour of the palette for each pixel; `known` keeps what was found for the frames before."""
    packed = pixels.astype(np.int64) @ [1 << 16, 1 << 8, 1]
    kinds, which = np.unique(packed, return_inverse=True)
    new = np.array([kind for kind in kinds.tolist() if kind not in known], dtype=np.int64)
    for part in np.array_split(new, max(1, len(new) // 4096)):
        rgb = np.stack([part >> 16, part >> 8 & 255, part & 255], axis=-1)
        # Sums of squares, weighted roughly as eyes are: exact whole numbers, so that no machine rounds otherwise.
        apart = ((rgb[:, None] - palette[None].astype(np.int64)) ** 2 * [2, 4, 3]).sum(axis=-1)
        known.update(zip(part.tolist(), apart.argmin(axis=1).tolist(), strict=True))
    return np.array([known[kind] for kind in kinds.tolist()], dtype=np.uint8)[which.reshape(packed.shape)]
