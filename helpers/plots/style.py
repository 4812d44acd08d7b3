"""How every picture of the course looks: one style per optimizer, and axes that carry the house style."""

from __future__ import annotations

import textwrap

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from helpers.plots.color_space import contrast, linear

# The card is opaque and nearly white, so that a picture stays legible where JupyterLab is dark.
CARD = "#FCFCFA"
INK = "#22252A"
MUTED = "#5F6670"
GRID = "#E3E5E8"

# Okabe and Ito's colours, chosen to stay apart for colour-blind readers. Their yellow is darkened: on a light card it
# vanishes.
PALETTE = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#B5548F",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "gold": "#A38A00",
    "black": "#22252A",
}

# One entry per optimizer, the same in every lesson. Colour alone is never relied on: relatives share a hue, and
# differ in line and marker.
_STYLES = {
    "gradient descent": ("#3A3F47", "-", "o"),
    "sgd": ("#868C95", (0, (4, 1.5)), "o"),
    "momentum": ("#0072B2", (0, (7, 2)), "s"),
    "nesterov": ("#2C97D3", "-", "D"),
    "adagrad": ("#C05F98", "-", "^"),
    "adadelta": ("#7A2F5F", (0, (1, 1.2)), "v"),
    "rmsprop": ("#009E73", (0, (6, 1.5, 1.2, 1.5)), "P"),
    "adam": ("#D55E00", "-", "X"),
    "amsgrad": ("#C48700", (0, (5, 1.5)), "h"),
    "adamw": ("#8C3B00", (0, (6, 1.5, 1.2, 1.5)), "d"),
    "adamax": ("#6B6200", (0, (1, 1.2)), "p"),
    "nadam": ("#E5703A", (0, (3, 1, 1, 1, 1, 1)), "*"),
    "keras": ("#000000", (0, (1, 1.6)), "x"),
}
COLORS = {name: color for name, (color, _, _) in _STYLES.items()}

_ALIASES = {"gd": "gradient descent", "heavyball": "momentum", "nag": "nesterov"}
_ALIASES |= {name.replace(" ", ""): name for name in _STYLES}


def known_style(name: object) -> str | None:
    """Return the optimizer's name as `COLORS` spells it, or None where the course has no style for it."""
    if not isinstance(name, str):
        name = name.__name__ if isinstance(name, type) else type(name).__name__
    return _ALIASES.get("".join(c for c in name.lower() if c.isalnum()))


def style_of(optimizer: object) -> dict:
    """Return the keywords of `ax.plot` for an optimizer: colour, line style, marker, and how often the marker is drawn.

    `optimizer` is a name ("adam", "Gradient descent"), a class or an instance. Raises ValueError for one the course
    does not draw.
    """
    name = known_style(optimizer)
    if name is None:
        raise ValueError(f"optimizer={optimizer!r} has no style; expected one of {', '.join(COLORS)}")
    color, linestyle, marker = _STYLES[name]
    return {"color": color, "linestyle": linestyle, "marker": marker, "markevery": 0.12, "markersize": 6}


def readable(color, on=CARD) -> str:
    """Return a colour dark enough for text on the card, or `on` another pale ground, by darkening it in its own hue.

    That is 4.5 to 1 in contrast, what WCAG 2.2 asks of text.
    """
    rgb, ground = np.array(to_rgb(color)), linear(to_rgb(on))
    while contrast(linear(rgb), ground) < 4.5:
        rgb = rgb * 0.95
    return to_hex(rgb)


# What Matplotlib reads when an axes is made. Nothing global is changed: a learner's own pyplot figures look as they
# always did.
RC = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": CARD,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "font.size": 10,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


class CourseAxes(Axes):
    """Axes with titles on the left, wrapped to the width they have, and lines in the course's colours."""

    def __init__(self, *args, **kwargs):
        """Take the arguments of `Axes`, and read the house style while the axes are made."""
        with matplotlib.rc_context(RC):
            super().__init__(*args, **kwargs)

    def clear(self):
        """Empty the axes and dress them anew: making axes begins with this, and so does a playground's next picture."""
        with matplotlib.rc_context(RC):
            super().clear()
        # Ticks and grid lines are made while drawing, long after this: they keep what is set here, not what RC says.
        self.tick_params(color=MUTED, labelcolor=INK, grid_color=GRID, grid_linewidth=0.8, width=0.8)
        self.set_prop_cycle(cycler(color=list(PALETTE.values())) + cycler(linewidth=[2.0] * len(PALETTE)))

    def set_title(self, label, fontdict=None, loc="left", pad=8, *, y=None, **kwargs):
        """Set the title; the arguments are those of `Axes.set_title`, with left as the default place."""
        spec = self.get_subplotspec()
        share = (spec.colspan.stop - spec.colspan.start) / spec.get_gridspec().ncols if spec else 1.0
        size = kwargs.get("fontsize", kwargs.get("size", RC["axes.titlesize"]))
        width = self.get_figure(root=True).get_size_inches()[0] * 72 * share
        # A bold letter is about 0.58 of its size wide; the last tenth is left to the axis' own labels.
        room = max(16, int(0.9 * width / (0.58 * size))) if isinstance(size, int | float) else 80
        lines = [textwrap.fill(line, room) for line in str(label).split("\n")]
        with matplotlib.rc_context(RC):
            return super().set_title("\n".join(lines), fontdict, loc, pad, y=y, **kwargs)
