"""The course's pictures: `figure` makes one, `show` displays it with words; the rest draws on its axes."""

import importlib
import importlib.util

from helpers.plots.drawing import arrow, contour, loss_curves, path
from helpers.plots.figures import bundle, described, figure, png, show
from helpers.plots.labels import label_line
from helpers.plots.style import COLORS, INK, MUTED, PALETTE, style_of
from helpers.plots.themes import theme

__all__ = [
    "COLORS",
    "INK",
    "MUTED",
    "PALETTE",
    "arrow",
    "bundle",
    "contour",
    "describe_graph",
    "described",
    "draw_graph",
    "figure",
    "label_line",
    "loss_curves",
    "path",
    "png",
    "show",
    "style_of",
    "theme",
]


def draw_graph(tensor, *args, **kwargs):
    """Return a figure of the computation that led to a Tensor, with values and gradients on it."""
    from helpers.plots.graph import draw_graph

    return draw_graph(tensor, *args, **kwargs)


def describe_graph(tensor):
    """Return that figure in words: its alternative text."""
    from helpers.plots.graph import describe_graph

    return describe_graph(tensor)


def __getattr__(name: str):
    """Import a module of this folder when it is first named: the pictures of one lesson, `plots.loss_functions`."""
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"helpers.plots has no {name!r}")
