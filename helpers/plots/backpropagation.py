"""The pictures of the lesson on backpropagation."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter

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
        "measured by nudging, the lower one found by backpropagation; they look the same. Each shows the "
        "outline of its digit in blue, where a larger weight lowers the loss.",
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
        "the parameters; forward grows much faster, nearly with their square, so the gap widens with every "
        "larger model.",
    )


def one_weight(rows=5, inputs=3, outputs=2, weight=(1, 0)):
    """The entries that one weight of a dense layer touches: a column of x and a column of out."""
    i, o = weight
    fig, axes = figure(3, height=2.9, width_ratios=[inputs + 1.2, outputs + 1.2, outputs + 1.2])
    parts = (
        ("x", rows, inputs, {(r, i) for r in range(rows)}, "blue"),
        ("w", inputs, outputs, {(i, o)}, "orange"),
        ("out = x @ w + b", rows, outputs, {(r, o) for r in range(rows)}, "vermillion"),
    )
    for ax, (name, height, width, marked, color) in zip(axes, parts, strict=True):
        for r in range(height):
            for c in range(width):
                face = PALETTE[color] if (r, c) in marked else "#EEF0F2"
                ax.add_patch(Rectangle((c, -r - 1), 0.94, 0.94, facecolor=face, edgecolor="none"))
        ax.set(xlim=(-0.7, width + 0.2), ylim=(-rows - 0.9, 0.75))
        ax.set_aspect("equal")
        ax.set_axis_off()
        middle = {"ha": "center", "va": "center", "color": INK}
        ax.text(width / 2, 0.4, name, weight="bold", fontsize=11, **middle)
        size = {"x": ("n", "i"), "w": ("i", "o")}.get(name, ("n", "o"))
        ax.text(-0.35, -height / 2, size[0], style="italic", **middle)
        ax.text(width / 2, -height - 0.4, size[1], style="italic", **middle)
    fig.suptitle(
        "One weight is used once in each row: its gradient is a sum over the rows", x=0.01, ha="left", fontsize=11.5
    ).set_weight("bold")
    return described(
        fig,
        "Three grids: x with n rows and i columns, w with i rows and o columns, out with n rows and o "
        "columns. One cell of w is marked; with it the whole column of x that it multiplies, and the whole "
        "column of out that it adds to.",
    )


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


def where_checks_lie(steps, errors):
    """Relative error of a gradient check against its step h; `errors` maps the names of `_CASES` to arrays."""
    fig, ax = figure(height=4.2)
    for name, values in errors.items():
        color, style, marker = _CASES[name]
        shown = np.maximum(values, 2e-12)  # an error of exactly 0 has no place on this axis
        ax.loglog(steps, shown, color=PALETTE[color], linestyle=style, marker=marker, markevery=4, ms=6)
        x, offset, ha = _PLACES.get(name, (None, None, "left"))
        label = label_line(ax, text=name, x=x, ha=ha)
        label.xyann = offset or label.xyann
    ax.axhline(1e-6, color=MUTED, lw=1)
    ax.annotate("below 1e-6: agreement in float64", (steps[0], 1e-6), (2, -12), textcoords="offset points", color=MUTED)
    ax.set(xlabel="step h of the measurement", ylabel="largest relative error", ylim=(1e-12, 100))
    ax.set_xlim(steps[0] / 1.5, steps[-1] * 40)
    ax.set_title("A wrong formula is wrong at every h; noise and corners change with h")
    return described(
        fig,
        "Largest relative error against the step h, both on log axes, four curves. A right gradient in "
        "float64 goes below one in a billion near h = 1e-5. In float32 the same gradient never looks better "
        "than about one in a hundred thousand, and is best at a large h. With a corner near w the error is "
        "large until h is smaller than the distance to the corner, then small. A wrong formula stays at the "
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
