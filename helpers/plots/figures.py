"""Make a figure, and show it: as a small PNG that is the same at each build, with words for those who cannot see it."""

from __future__ import annotations

import html
import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from helpers import memory
from helpers.plots.labels import settle_labels
from helpers.plots.pixels import canvas_png
from helpers.plots.style import CARD, CourseAxes
from helpers.plots.themes import Canvas

WIDTH = 8.0  # inches; at 100 CSS pixels an inch this is the width of a notebook's text
PIXELS_PER_INCH = 100
HEAVY = 200_000  # bytes of one picture: no picture of the course should take more
SHARPNESS = 1.6  # image pixels per CSS pixel, so that text stays crisp on dense screens


def figure(ncols: int = 1, nrows: int = 1, height: float | None = None, *, width: float = WIDTH, **kwargs):
    """Return (figure, axes) in the house style, one axes or an array of them as from `Figure.subplots`.

    `height` and `width` are inches: 3.8 high for a row unless said. Further keywords go to `Figure.subplots`
    (`sharey=True`, `width_ratios=[2, 1]`, `subplot_kw={"projection": "3d"}`). The figure belongs to the caller:
    pyplot knows nothing of it, so nothing has to be closed. Raises ValueError for a count or size below or at zero.
    """
    height = 3.8 * nrows if height is None else height
    for name, value in {"ncols": ncols, "nrows": nrows, "height": height, "width": width}.items():
        if not value > 0:
            raise ValueError(f"{name}={value!r}: expected a number above zero")
    fig = Figure(figsize=(width, height), dpi=PIXELS_PER_INCH, facecolor=CARD, layout="constrained")
    Canvas(fig)
    options = dict(kwargs.pop("subplot_kw", None) or {})
    if "projection" not in options:
        options.setdefault("axes_class", CourseAxes)
    axes = fig.subplots(nrows, ncols, subplot_kw=options, **kwargs)
    return fig, axes


def png(fig: Figure, *, sharpness: float = SHARPNESS, small: bool = True) -> bytes:
    """Return the figure as PNG bytes, without date or version, so that the same figure gives the same bytes.

    With `small`, its colours are reduced to 256 where that cannot be seen and saves a third of the size; a shaded map,
    which would take 400 kB and more, gets 256 colours and fewer pixels. Direct labels are moved apart.
    """
    settle_labels(fig)
    raw = _render(fig, sharpness)
    if not small:
        return raw
    if len(raw) > 2 * HEAVY:
        image = _open(_render(fig, min(sharpness, 1.2)))
        return _encode(image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE))
    full = _open(raw)
    best = _encode(full)
    few = full.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    difference = np.abs(np.asarray(full, dtype=np.int16) - np.asarray(few.convert("RGB"), dtype=np.int16)).max(axis=2)
    # Smooth shading would show steps: 256 colours only where hardly a pixel moves by more than the eye can tell.
    if np.mean(difference > 12) < 0.002 and np.mean(difference) < 1:
        reduced = _encode(few)
        if len(reduced) < 0.67 * len(best):
            best = reduced
    return best


def _render(fig: Figure, sharpness: float) -> bytes:
    raw = io.BytesIO()
    fig.savefig(raw, format="png", dpi=PIXELS_PER_INCH * sharpness, facecolor=CARD, metadata={"Software": None})
    return raw.getvalue()


def _open(png_bytes: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png_bytes)).convert("RGB")


def quick_png(fig: Figure) -> bytes:
    """Return the figure as PNG bytes at one image pixel per CSS pixel, in half the time: for pictures that move."""
    settle_labels(fig)
    # `savefig` would go through the figure a second time, only for its layout.
    fig.canvas.draw()
    return canvas_png(fig)


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


def check_alt(alt: object) -> str:
    """Return the alternative text as one line; raises ValueError where there is none."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            f"alt={alt!r}: expected a sentence that says what the figure shows, for readers who cannot see it"
        )
    return " ".join(alt.split())


def spoken(alt: str) -> str:
    """Return HTML that only a screen reader notices, for JupyterLab gives an output's image no text of its own."""
    # The class is JupyterLab's; the style does the same elsewhere. Both pass JupyterLab's sanitizer, so untrusted
    # notebooks speak too.
    hidden = "position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip:rect(0,0,0,0)"
    return f'<span class="jp-sr-only" style="{hidden}">Figure: {html.escape(alt)}</span>'


def described(fig: Figure, alt: str) -> Figure:
    """Give a figure its alternative text and return it: drawing functions end with `return described(fig, "...")`."""
    fig.alt = check_alt(alt)
    return fig


def show(fig: Figure, alt: str | None = None) -> None:
    """Display a figure, with `alt` saying in words what it shows (what `described` said, unless given).

    The picture carries the text as metadata and as plain text, and hidden text follows it for screen readers. Raises
    ValueError for an empty `alt`, TypeError for something that is not a figure.
    """
    from IPython.display import display

    if not isinstance(fig, Figure):
        raise TypeError(f"fig is a {type(fig).__name__}; expected the figure that plots.figure() returned first")
    alt = check_alt(getattr(fig, "alt", None) if alt is None else alt)
    data, metadata = bundle(fig, alt)
    display(data, metadata=metadata, raw=True)
    display({"text/html": spoken(alt), "text/plain": ""}, raw=True)
    memory.give_back()


def bundle(fig: Figure, alt: str, **options) -> tuple[dict, dict]:
    """Return the MIME bundle and its metadata for a figure with its alternative text; `options` go to `png`."""
    data = {"image/png": png(fig, **options), "text/plain": alt}
    width = round(fig.get_size_inches()[0] * PIXELS_PER_INCH)
    return data, {"image/png": {"alt": alt, "width": width}}
