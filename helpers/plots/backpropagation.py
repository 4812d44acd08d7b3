"""The pictures of the lesson on backpropagation."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter, NullLocator
from matplotlib.transforms import blended_transform_factory

from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, PALETTE

_SIGNED = LinearSegmentedColormap.from_list("signed", [PALETTE["blue"], "#F4F4F1", PALETTE["vermillion"]])


def same_slopes(nudged, backward, runs):
    """Two rows of ten 8 × 8 maps: the slopes of each digit's weights, measured and walked back; both (64, 10)."""
    fig, axes = figure(10, 2, height=2.1, gridspec_kw={"wspace": 0.05, "hspace": 0.02})
    size = max(np.abs(nudged).max(), np.abs(backward).max())
    for row, slopes in zip(axes, (nudged, backward), strict=True):
        for digit, ax in enumerate(row):
            ax.imshow(slopes[:, digit].reshape(8, 8), cmap=_SIGNED, vmin=-size, vmax=size)
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            ax.spines[:].set_visible(False)
    for digit, ax in enumerate(axes[1]):
        ax.set_xlabel(str(digit), fontsize=10)
    axes[0, 0].set_ylabel(f"nudged:\n{runs:,} runs", rotation=0, ha="right", va="center")
    axes[1, 0].set_ylabel("backward:\n1 run and back", rotation=0, ha="right", va="center")
    alike = np.allclose(nudged, backward, atol=1e-6 * size)
    title = f"The same {nudged.size} slopes" if alike else "Two different sets of slopes"
    fig.suptitle(f"{title} (blue: a larger weight lowers the loss)", x=0.01, ha="left", fontsize=11.5, weight="bold")
    return described(
        fig,
        "Two rows of ten small pictures, one for each digit, each of 8 by 8 slopes. The upper row was "
        "measured by nudging, the lower one found by backpropagation; they look the same. Blue, where a larger weight lowers the "
        "loss, is mostly where the images of the digit are brighter than the average image.",
    )


def cost(parameters, forward, backward):
    """Multiplications for all slopes, from the inputs (one sweep each) and from the loss (one sweep), by model size."""
    fig, ax = figure(height=3.6)
    ax.loglog(parameters, forward, "s-", color=PALETTE["vermillion"], ms=7)
    label_line(ax, text="forward: a sweep\nfor each parameter")
    ax.loglog(parameters, backward, "o-", color=PALETTE["blue"], ms=7)
    label_line(ax, text="backward:\none sweep for all")
    ax.set(xlabel="parameters of the model", ylabel="multiplications for all slopes")
    ax.set(xlim=(parameters[0] / 1.3, parameters[-1] * 4.5), xticks=parameters)
    ax.set_xticklabels([str(n) for n in parameters])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ratio = forward[-1] / backward[-1]
    ax.set_title(f"{parameters[-1]} parameters: going forward takes {ratio:.0f} times the multiplications")
    return described(
        fig,
        "Multiplications against the number of parameters, both on log axes. Backward grows in proportion to "
        "the parameters; forward grows much faster, to about three times as many for twice the parameters, so "
        "the gap widens with every larger model.",
    )


def layered_arrows(width, depth=3):
    """The arrows of `depth` layers of `width` values, in the order of computation, and the names of the weights.

    An arrow is (source, target, local slope). Value i times weight (i, j), added up over i, is value j of the next
    layer; the last layer's values add up to "loss".
    """
    weights = np.random.default_rng(0).normal(size=(depth, width, width))
    values, arrows = np.ones(width), []
    for k, layer in enumerate(weights):
        for i, j in np.ndindex(layer.shape):
            arrows += [(("w", k, i, j), (k + 1, j), values[i]), ((k, i), (k + 1, j), layer[i, j])]
        values = values @ layer
    return arrows + [((depth, j), "loss", 1.0) for j in range(width)], [("w", *at) for at in np.ndindex(weights.shape)]


def one_entry(rows=5, inputs=3, outputs=2, n=1, i=1, o=0):
    """The entries that one weight of a dense layer touches, and below it those that one entry of x touches."""
    fig, axes = figure(3, 2, height=5.2, width_ratios=[inputs + 1.2, outputs + 1.2, outputs + 1.2])
    every_n, every_o = range(rows), range(outputs)
    marked = (
        ({(r, i) for r in every_n}, {(i, o)}, {(r, o) for r in every_n}),
        ({(n, i)}, {(i, c) for c in every_o}, {(n, c) for c in every_o}),
    )
    shapes = (
        ("x", (rows, inputs), ("N", "I"), "blue"),
        ("w", (inputs, outputs), ("I", "O"), "orange"),
        ("out, and its gradient g", (rows, outputs), ("N", "O"), "vermillion"),
    )
    where = ((None, i), (i, o), (None, o)), ((n, i), (i, None), (n, None))
    for across, cells, lines in zip(axes, marked, where, strict=True):
        for ax, (name, shape, sizes, color), on, (row, column) in zip(across, shapes, cells, lines, strict=True):
            _cells(ax, shape, on, PALETTE[color])
            ax.set(xlim=(-1.0, shape[1] + 0.3), ylim=(-rows - 0.9, 2.4))
            middle = {"ha": "center", "va": "center", "color": INK}
            ax.text(shape[1] / 2, 0.75, name, weight="bold", fontsize=11, **middle).set_in_layout(False)
            ax.text(-0.75, -shape[0] / 2, sizes[0], **middle)
            ax.text(shape[1] / 2, -shape[0] - 0.4, sizes[1], **middle)
            letters = {"x": ("n", "i"), "w": ("i", "o")}.get(name, ("n", "o"))
            if row is not None:
                ax.text(-0.25, -row - 0.5, letters[0], style="italic", **middle)
            if column is not None:
                ax.text(column + 0.47, 0.22, letters[1], style="italic", **middle)
    said = (
        "A weight is used once in each row: its gradient adds up x · g over N",
        "An entry of x is used for each output: its gradient adds up g · w over O",
    )
    for across, text in zip(axes, said, strict=True):
        at = blended_transform_factory(fig.transFigure, across[0].transData)
        title = across[0].text(0.01, 1.7, text, transform=at, weight="bold", fontsize=11.5, color=INK)
        title.set_in_layout(False)  # it spans the row: its width must not push the grids apart
    return described(
        fig,
        "Two rows of three grids: x with N rows and I columns, w with I rows and O columns, out and its gradient g with N "
        "rows and O columns. Above, one cell of w is marked, with the whole column of x that it multiplies and the whole column of "
        "out that it adds to. Below, one cell of x is marked, with the whole row of w that it multiplies and the whole "
        "row of out that it adds to.",
    )


def _cells(ax, shape, marked, color):
    for r, c in np.ndindex(shape):
        face = color if (r, c) in marked else "#EEF0F2"
        ax.add_patch(Rectangle((c, -r - 1), 0.94, 0.94, facecolor=face, edgecolor="none"))
    ax.set_aspect("equal")
    ax.set_axis_off()


_CASES = {
    "right, float64": ("blue", "-", "o"),
    "right, float32": ("purple", (0, (5, 1.5)), "s"),
    "right, corner near w": ("green", (0, (6, 1.5, 1.2, 1.5)), "^"),
    "wrong formula": ("vermillion", (0, (1, 1.2)), "X"),
}
_PLACES = {  # x, offset in points, alignment: where these two run apart from the others
    "right, float64": (1e-3, (10, -12), "left"),
    "right, float32": (1e-5, (0, -24), "right"),
}


_FLOOR = 2e-12  # the lowest error that is drawn: one of exactly 0 has no place on a log axis


def where_checks_lie(steps, errors):
    """Relative error of a gradient check against its step h; `errors` maps the names of `_CASES` to arrays."""
    fig, ax = figure(height=4.2)
    for name, values in errors.items():
        color, style, marker = _CASES[name]
        ax.loglog(
            steps, np.maximum(values, _FLOOR), color=PALETTE[color], linestyle=style, marker=marker, markevery=4, ms=6
        )
        x, offset, ha = _PLACES.get(name, (None, None, "left"))
        label = label_line(ax, text=name, x=x, ha=ha)
        label.xyann = offset or label.xyann
    ax.axhline(1e-6, color=MUTED, lw=1)
    ax.annotate("below 1e-6: agreement in float64", (steps[0], 1e-6), (2, -12), textcoords="offset points", color=MUTED)
    ax.annotate(f"at the bottom: {_FLOOR:g} or less, down to 0", (3e-4, _FLOOR), va="center", color=MUTED)
    ax.set(xlabel="step h of the measurement", ylabel="largest relative error", ylim=(1e-12, 100))
    ax.set(xlim=(steps[0] / 1.5, steps[-1] * 40), xticks=10.0 ** np.arange(-8, 0))  # no ticks where only labels stand
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_title("Here only the wrong formula's error does not move with h")
    return described(
        fig,
        "Largest relative error against the step h, both on log axes, four curves. A right gradient in "
        "float64 goes below one in a billion near h = 1e-5. In float32 the same gradient never looks better "
        "than about one in a hundred thousand, and is best at a large h. With a corner near w the error is "
        "large until h is smaller than the distance to the corner, then small; at the bottom of the picture lies what is 2e-12 "
        "or less. The wrong formula stays at the "
        "same large error for every h.",
    )


def forgotten_zero(zeroed, kept):
    """The error of one parameter over the steps of gradient descent, with the gradient zeroed each step and without."""
    fig, ax = figure(height=3.2)
    ax.axhline(0, color=MUTED, lw=1)
    ax.plot(kept, color=PALETTE["vermillion"], linestyle=(0, (5, 1.5)), lw=2.2)
    label_line(ax, text="never zeroed")
    ax.plot(zeroed, color=PALETTE["blue"], lw=2.2)
    label_line(ax, text="zeroed each step", x=0.72 * len(zeroed)).xyann = (0, -18)
    ax.set(xlabel="step", ylabel="distance of w from the minimum", xlim=(0, 1.25 * len(kept)))
    late = np.abs(kept[len(kept) // 2 :]).max()
    far = late > 0.5 * abs(kept[0])
    ax.set_title("Without zeroing, w swings past the minimum for ever" if far else "Both arrive")
    return described(
        fig,
        "Distance of w from the minimum against the step. With the gradient zeroed each step it falls to 0 "
        "and stays. Without zeroing it swings to the other side and back, as far as it began, again and "
        "again.",
    )


def stretched(grad, shape):
    """A gradient of a broadcast result, and what each entry of a smaller operand receives from it."""
    fig, (left, right) = figure(2, height=2.6, width_ratios=[2, 1])
    from helpers.autodiff import unbroadcast

    small = np.atleast_2d(unbroadcast(grad, shape))
    low, high = min(grad.min(), small.min()), max(grad.max(), small.max())
    norm = LogNorm(low, high)
    for ax, values, name in (
        (left, grad, f"The gradient of the result, {grad.shape} …"),
        (right, small, f"… added up: b's, {shape}"),
    ):
        ax.imshow(values, cmap=LinearSegmentedColormap.from_list("light", [CARD, PALETTE["sky"]]), norm=norm)
        for (r, c), v in np.ndenumerate(values):
            ax.text(c, r, f"{v:g}", ha="center", va="center", color=INK, fontsize=11)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_title(name)
    return described(fig, "Left a table of gradients; right the sums of its columns, which are the gradient of b.")
