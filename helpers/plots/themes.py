"""Light or dark: in the dark theme every colour is exchanged for another while the figure is rendered.

Drawing code knows the light colours alone. The colour of a line, a face or a letter keeps its hue and its contrast
with the card: what can be read and told apart on the light card can be on the dark one. A shaded map keeps its light
and shadow instead, for turned round, its ridges would look like valleys.
"""

from __future__ import annotations

import functools
import os

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb

from helpers.plots.color_space import from_oklab, linear, luminance, srgb, to_oklab
from helpers.plots.style import CARD, readable

THEMES = ("light", "dark")
VARIABLE = "HOW_MODELS_LEARN_THEME"
SHADED = "shaded-map"  # the `gid` of an image or of filled contours whose light and dark are to stay
DARK_CARD = 0.009  # the dark card's luminance: dark enough that the ink keeps its 15 to 1

# Two that the rule alone would leave too close to momentum's blue: the green for readers who see no blue (tritanopia),
# Nesterov's blue for all.
_BY_HAND = {"#009E73": "#1DBB8F", "#2C97D3": "#86CBF5"}

_chosen: str | None = None


def theme(name: str | None = None) -> str:
    """Choose "light" or "dark" for all figures and playgrounds drawn from now on; returns the theme in use.

    Without a name nothing changes. As long as none was chosen the environment variable HOW_MODELS_LEARN_THEME decides,
    and without it the theme is light. Raises ValueError for another name.
    """
    global _chosen
    if name is not None:
        _chosen = _known("name", name)
    return _chosen or _known(VARIABLE, os.environ.get(VARIABLE) or "light")


def _known(where: str, name: str) -> str:
    if name not in THEMES:
        raise ValueError(f"{where}={name!r}: expected one of {', '.join(map(repr, THEMES))}")
    return name


def exchanged(rgb: np.ndarray) -> np.ndarray:
    """Return colours (n, 3), sRGB from 0 to 1, for the dark card: of the same hue, and at least the same contrast with it.

    Greys and pale tints change places, the palest with the darkest. A strong colour that is bright already stays.
    """
    new = _turned(rgb, keep=1.0)
    for old, by_hand in _BY_HAND.items():
        for light in (old, readable(old)):
            new[(np.abs(rgb - to_rgb(light)) < 0.5 / 255).all(axis=1)] = to_rgb(by_hand)
    return new


def turned(rgb: np.ndarray) -> np.ndarray:
    """Return colours (n, 3) of an image that shows numbers, for the dark card: strong ones change places too.

    So what is written on them, dark on light before, stays legible.
    """
    return _turned(rgb, keep=0.0)


def _turned(rgb: np.ndarray, keep: float) -> np.ndarray:
    """Give each colour (n, 3) its new brightness in its own hue, paler where a screen has none so strong."""
    light = linear(rgb)
    full = to_oklab(light)
    card, black = luminance(linear(to_rgb(CARD))) + 0.05, DARK_CARD + 0.05
    target = card / (luminance(light) + 0.05) * black - 0.05
    strong = keep * np.clip((np.hypot(full[:, 1], full[:, 2]) - 0.06) / 0.04, 0, 1)
    target = np.clip(target + strong * np.maximum(luminance(light) - target, 0), 0, 1)
    best, open_ = np.zeros_like(light), np.ones(len(light), dtype=bool)
    for strength in np.linspace(1, 0, 26):
        lab = full * [1, strength, strength]
        low, high = np.zeros(len(lab)), np.full(len(lab), 1.2)
        for _ in range(24):  # luminance grows with lightness: halve the interval that holds the one wanted
            lab[:, 0] = (low + high) / 2
            above = luminance(from_oklab(lab)) > target
            low, high = np.where(above, low, lab[:, 0]), np.where(above, lab[:, 0], high)
        found = from_oklab(lab)
        fits = open_ & (np.abs(found - 0.5).max(axis=1) <= 0.5 + 1e-3)
        best[fits], open_[fits] = found[fits], False
        if not open_.any():
            break
    return srgb(best)


def dimmed(rgb: np.ndarray) -> np.ndarray:
    """Return the colours (n, 3) of a shaded map by night: as dark as the dark card or a little lighter, in their order."""
    lab = to_oklab(linear(rgb))
    lab[:, 0] = 0.10 + 0.28 * np.clip((lab[:, 0] - 0.40) / 0.60, 0, 1)
    return srgb(from_oklab(lab))


# Where Matplotlib hands over a colour


class _Dark(tuple):
    """A colour that was exchanged: Matplotlib hands the colour of a letter on as the face of its outline."""

    __slots__ = ()


def _color(rgba) -> tuple | None:
    if rgba is None or isinstance(rgba, _Dark):
        return rgba
    return _looked_up(tuple(map(float, rgba)))


@functools.lru_cache(4096)
def _looked_up(rgba: tuple) -> _Dark:
    return _Dark((*exchanged(np.array([rgba[:3]]))[0].tolist(), *rgba[3:]))


def _colors(rgba, change) -> np.ndarray:
    """Exchange the colours (n, 4) of a collection, each kind once."""
    rgba = np.array(rgba, dtype=float)
    if rgba.size:
        kinds, which = np.unique(rgba[:, :3], axis=0, return_inverse=True)
        rgba[:, :3] = change(kinds)[which.ravel()]
    return rgba


def _pixels(image: np.ndarray, change) -> np.ndarray:
    """Exchange the colours of an image (height, width, 4) of bytes, each kind once."""
    packed = image.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1, 0], dtype=np.uint32)
    kinds, which = np.unique(packed, return_inverse=True)
    rgb = np.stack([kinds >> 16, kinds >> 8 & 255, kinds & 255], axis=-1) / 255
    new = image.copy()
    new[..., :3] = np.round(255 * change(rgb)).astype(np.uint8)[which.reshape(packed.shape)]
    return new


class _DarkContext(GraphicsContextBase):
    """What lines and letters are drawn with. It remembers the light colour, which Matplotlib sets again with each alpha."""

    def __init__(self):
        super().__init__()
        self.set_foreground("black")

    def set_foreground(self, fg, isRGBA=False):
        super().set_foreground(fg, isRGBA)
        self._light = self._rgb
        self._rgb = _color(self._light)

    def set_alpha(self, alpha):
        self._rgb = self._light
        super().set_alpha(alpha)

    def set_hatch_color(self, hatch_color):
        super().set_hatch_color(hatch_color)
        self._hatch_color = _color(self._hatch_color)

    def copy_properties(self, gc):
        super().copy_properties(gc)
        self._light = gc._light


class _DarkRenderer(RendererAgg):
    """Agg with every colour exchanged on its way in."""

    _shaded = False

    def new_gc(self):
        return _DarkContext()

    def open_group(self, s, gid=None):
        self._shaded = gid == SHADED  # so Matplotlib announces a collection before it draws it

    def draw_path(self, gc, path, transform, rgbFace=None):
        super().draw_path(gc, path, transform, _color(rgbFace))

    def _update_methods(self):
        # Agg's own functions are attributes of the object: they would hide methods of these names.
        super()._update_methods()
        agg = self._renderer

        def draw_markers(gc, marker, marker_transform, path, transform, rgbFace=None):
            agg.draw_markers(gc, marker, marker_transform, path, transform, _color(rgbFace))

        def draw_path_collection(gc, master, paths, transforms, offsets, offset_transform, faces, edges, *rest, **more):
            faces, edges = _colors(faces, self._change(exchanged)), _colors(edges, self._change(exchanged))
            agg.draw_path_collection(
                gc, master, paths, transforms, offsets, offset_transform, faces, edges, *rest, **more
            )

        def draw_quad_mesh(gc, master, width, height, points, offsets, offset_transform, faces, smooth, edges):
            faces, edges = _colors(faces, self._change(turned)), _colors(edges, self._change(turned))
            agg.draw_quad_mesh(gc, master, width, height, points, offsets, offset_transform, faces, smooth, edges)

        def draw_image(gc, x, y, im, *transform):
            agg.draw_image(gc, x, y, _pixels(im, dimmed if gc.get_gid() == SHADED else turned), *transform)

        self.draw_markers, self.draw_path_collection = draw_markers, draw_path_collection
        self.draw_quad_mesh, self.draw_image = draw_quad_mesh, draw_image

    def _change(self, otherwise):
        return dimmed if self._shaded else otherwise


class Canvas(FigureCanvasAgg):
    """What a figure of the course is drawn on: in the theme that is in use at that moment."""

    def get_renderer(self):
        """Return the renderer for the figure's size and the theme, the one from before where it still fits."""
        kind = _DarkRenderer if theme() == "dark" else RendererAgg
        key = (*self.get_width_height(physical=True), self.figure.dpi, kind)
        if self._lastKey != key:
            self.renderer, self._lastKey = kind(*key[:3]), key
        return self.renderer
