"""The course's pictures: `figure` makes one, `show` displays it with words; the rest draws on its axes."""

from helpers.plots.drawing import arrow, contour, loss_curves, path
from helpers.plots.figures import bundle, figure, png, show
from helpers.plots.labels import label_line
from helpers.plots.style import COLORS, INK, MUTED, PALETTE, style_of

__all__ = [
    "COLORS",
    "INK",
    "MUTED",
    "PALETTE",
    "arrow",
    "bundle",
    "contour",
    "draw_graph",
    "figure",
    "label_line",
    "loss_curves",
    "path",
    "png",
    "show",
    "style_of",
]


def draw_graph(tensor, *args, **kwargs):
    """Return a figure of the computation that led to a Tensor, with values and gradients on it."""
    from helpers.plots.graph import draw_graph

    return draw_graph(tensor, *args, **kwargs)


def __getattr__(name):
    """Load the pictures of one lesson when they are first asked for: `plots.loss_functions`."""
    import importlib
    from importlib.util import find_spec

    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
