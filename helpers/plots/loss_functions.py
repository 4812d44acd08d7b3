"""The pictures of the lesson on loss functions."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import PolyCollection

from helpers.plots.drawing import HALO, TERRAIN
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, PALETTE

_LOSS_STYLES = {
    "squared": {"color": PALETTE["blue"], "linestyle": "-"},
    "absolute": {"color": PALETTE["vermillion"], "linestyle": (0, (5, 1.5))},
    "Huber": {"color": PALETTE["green"], "linestyle": (0, (6, 1.5, 1.2, 1.5))},
}


def _price(kind: str, error: np.ndarray) -> np.ndarray:
    size = np.abs(error)
    if kind == "squared":
        return error**2
    if kind == "absolute":
        return size
    return np.where(size <= 1, 0.5 * error**2, size - 0.5)  # Huber with delta = 1


def constants(values: np.ndarray):
    """Average price of announcing one constant for all values, for three prices, with the cheapest marked."""
    announced = np.linspace(0, 12, 1201)
    fig, axes = figure(3, height=3.4, sharex=True)
    for ax, kind in zip(axes, _LOSS_STYLES, strict=True):
        cost = _price(kind, announced[:, None] - values).mean(axis=1)
        best = announced[np.argmin(cost)]
        ax.plot(announced, cost, **_LOSS_STYLES[kind], lw=2.2)
        ax.plot(best, cost.min(), "o", color=INK, ms=8, zorder=5)
        ax.annotate(
            f"{best:.2g} min", (best, cost.min()), (0, 40), textcoords="offset points", ha="center", fontweight="bold"
        )
        heights = [
            0.025 + 0.045 * np.sum(values[:i] == value) for i, value in enumerate(values)
        ]  # equal waits stand on each other
        ax.plot(values, heights, "o", color=MUTED, ms=5, mew=0, transform=ax.get_xaxis_transform())
        ax.margins(y=0.15)
        ax.set_title(
            {"squared": "Squared: the mean", "absolute": "Absolute: the median"}.get(kind, "Huber: near the median")
        )
        ax.set(xlabel="announced wait (minutes)", xlim=(0, 12))
    axes[0].set_ylabel("average price")
    axes[1].annotate("dots: the waits; one is at 38", (0.5, 0.9), xycoords="axes fraction", ha="center", color=MUTED)
    return described(
        fig,
        "Three curves of average price against the announced minutes. The squared price is lowest at 8 "
        "minutes, the mean; the absolute price at 4 minutes, the median; Huber's at 4.3 minutes, close to the"
        " median.",
    )


def _mse_grid(x, y, w, b):
    """Mean squared error of every line, shape (len(b), len(w))."""
    W, B = np.meshgrid(w, b)
    return ((W[..., None] * x + B[..., None] - y) ** 2).mean(axis=-1)


def _landscape(ax, x, y):
    w, b = np.linspace(0, 6, 161), np.linspace(-8, 18, 161)
    loss = _mse_grid(x, y, w, b)
    best_w, best_b = np.polyfit(x, y, 1)
    ax.contourf(w, b, loss, levels=np.geomspace(0.4, 1500, 19), cmap=TERRAIN, extend="both", norm="log")
    lines = ax.contour(w, b, loss, levels=[1, 3, 10, 30, 100, 300], colors=INK, linewidths=0.6, alpha=0.6)
    ax.clabel(lines, lines.levels[1:], fmt="%g", fontsize=8, colors=INK)
    for inner in lines.allsegs[0][:1]:  # the innermost gets its number at its end, clear of the cross in its middle
        ax.clabel(lines, lines.levels[:1], fmt="%g", fontsize=8, colors=INK, manual=[inner[inner[:, 0].argmax()]])
        lines.labelTexts[-1].set_rotation(0)  # there the contour turns, and the number with it
    for number in lines.labelTexts:
        number.set_alpha(1)  # else as pale as the lines
    ax.plot(best_w, best_b, "P", color="white", mec=INK, ms=11, zorder=4)
    ax.set(xlabel="w (minutes per km)", ylabel="b (minutes)", xlim=(0, 6), ylim=(-8, 18))
    ax.grid(False)


_CHOICES = (("A", "blue", "-", "o"), ("B", "vermillion", (0, (5, 1.5)), "s"), ("C", "green", (0, (1, 1.2)), "^"))


def lines_and_landscape(x, y, parameters):
    """Up to three lines through the data, and where they lie on the map of the mean squared error."""
    fig, (left, right) = figure(2, height=4.0)
    _landscape(right, x, y)
    ends = np.array([0.0, x.max() * 1.05])
    for (name, color, style, marker), (w, b) in zip(_CHOICES, parameters, strict=False):
        (line,) = left.plot(ends, w * ends + b, color=PALETTE[color], linestyle=style, lw=2.2)
        label_line(left, line, name)
        right.plot(w, b, marker, color=PALETTE[color], mec="white", ms=11, zorder=5)
        right.annotate(name, (w, b), (9, 6), textcoords="offset points", fontweight="bold", color=INK)
    left.plot(x, y, "o", color=INK, ms=6)
    left.set(xlabel="distance (km)", ylabel="time (minutes)", xlim=(0, x.max() * 1.12), ylim=(0, None))
    left.set_title("Three lines through the data …")
    losses = {name: np.mean((w * x + b - y) ** 2) for (name, *_), (w, b) in zip(_CHOICES, parameters, strict=False)}
    right.set_title(f"… are three places on their loss: {min(losses, key=losses.get)} is lowest of them, + of all")
    return described(
        fig,
        "Left: the eight deliveries and three lines through them. Right: a contour map of the mean squared "
        "error over w and b, a long narrow valley, with the three lines as three points; the numbers on the contours fall "
        "towards the lowest point, which is marked with a cross.",
    )


def fit_a_line_ground(left, right, x, y):
    """The axes that a line is fitted on, and the landscape of its loss: what stays while the line moves."""
    left.set(xlabel="distance (km)", ylabel="time (minutes)", xlim=(0, 12), ylim=(0, 36))
    _landscape(right, x, y)
    best = np.polyfit(x, y, 1)
    note = {"textcoords": "offset points", "color": INK, "fontsize": 9, "path_effects": HALO}
    right.annotate("lowest of all", best, (9, 7), **note)
    right.annotate("numbers: loss (minutes²)", (1, 1), (-6, -6), xycoords="axes fraction", ha="right", va="top", **note)


def fit_a_line_axes(left, right, x, y, w: float, b: float) -> bool:
    """Draw a line through the data with the squares of its errors, and its place on the landscape.

    Returns whether the picture shows every square whole.

    The squared errors are drawn as squares, so their sides are equal on the screen, not in the data's units.
    """
    prediction = w * x + b
    box = left.get_window_extent()
    ratio = (12 / box.width) / (36 / box.height)
    side = np.abs(prediction - y)
    x0, x1, y0, y1 = x, x + side * ratio, np.minimum(y, prediction), np.maximum(y, prediction)
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)
    left.add_collection(PolyCollection(corners, color=PALETTE["orange"], alpha=0.35, lw=0, zorder=1), autolim=False)
    left.plot(x, y, "o", color=INK, ms=6, zorder=4)
    left.plot([0, 12], [b, 12 * w + b], color=PALETTE["blue"], lw=2.2)
    right.plot(w, b, "o", color=PALETTE["vermillion"], mec="white", ms=12, zorder=5, clip_on=False)
    left.set_title(f"Average area: {((prediction - y) ** 2).mean():.2f} minutes²")
    right.set_title(f"You are here: w = {w:.1f}, b = {b:.1f}".replace("-", "−"))
    return bool(x1.max() <= 12 and y0.min() >= 0 and y1.max() <= 36)


def _best_line(kind: str, x, y):
    """The line with the lowest average price: a search over a grid, then over ever finer ones around the best so far."""
    w, b = np.linspace(0, 8, 201), np.linspace(-15, 25, 201)
    for _ in range(3):
        W, B = np.meshgrid(w, b)
        cost = sum(_price(kind, W * xi + B - yi) for xi, yi in zip(x, y, strict=True))
        i, j = np.unravel_index(np.argmin(cost), cost.shape)
        best = w[j], b[i]
        w, b = (at + np.linspace(-10, 10, 201) * (line[1] - line[0]) for at, line in zip(best, (w, b), strict=True))
    return best


def best_lines(x, y, y_outlier):
    """The best line under each loss, once the last value is an outlier."""
    fig, ax = figure(height=4.0)
    ends, slopes = np.array([0.0, x.max() * 1.05]), {}
    for kind, style in _LOSS_STYLES.items():
        before, b = _best_line(kind, x, y)
        ax.plot(ends, before * ends + b, color=MUTED, lw=1.0)
        w, b = _best_line(kind, x, y_outlier)
        slopes[kind] = f"from {before:.1f} to {w:.1f}"
        (line,) = ax.plot(ends, w * ends + b, **style, lw=2.4)
        plate = {"facecolor": CARD, "edgecolor": "none", "pad": 1}  # so that a line of the grid ends before the words
        label_line(ax, line, f"{kind}: w {before:.1f} → {w:.1f}").set_bbox(plate)
    ax.plot(x, y_outlier, "o", color=INK, ms=7, zorder=5)
    ax.plot(x[-1], y[-1], "o", mfc="none", mec=MUTED, ms=7)
    ax.annotate("flat tyre", (x[-1], y_outlier[-1]), (-10, 0), textcoords="offset points", ha="right", va="center")
    ax.annotate("thin: the three lines before", (0.02, 0.9), xycoords="axes fraction", color=MUTED)
    ax.annotate("where it was", (x[-1], y[-1]), (0, -16), textcoords="offset points", ha="center", color=MUTED)
    ax.set(xlabel="distance (km)", ylabel="time (minutes)", xlim=(0, x.max() * 1.4), ylim=(0, None))
    ax.set_xticks(np.arange(0, x.max() + 1, 2))  # none where only labels stand
    ax.set_title("One outlier turns the squared-error line far more than the others")
    return described(
        fig,
        f"The deliveries with the last one moved to {y_outlier[-1]:g} minutes, and the best line under each loss. The slope of the "
        f"squared-error line goes {slopes['squared']}, towards the outlier; the absolute-error and Huber lines stay with the "
        f"other points: {slopes['absolute']} and {slopes['Huber']}.",
    )


def pulls(values: np.ndarray):
    """How hard each value pulls at the best announcement: twice its distance under the squared price, 1 under the absolute."""
    fig, axes = figure(2, height=3.1)
    rows, sums = np.arange(len(values)), []
    for ax, kind, best in zip(axes, ("squared", "absolute"), (np.mean(values), np.median(values)), strict=True):
        pull = 2 * (values - best) if kind == "squared" else np.sign(values - best)
        ax.barh(rows, pull, color=_LOSS_STYLES[kind]["color"], height=0.55)
        ax.axvline(0, color=INK, lw=1.2)
        sums.append(f"{-pull[pull < 0].sum():g} left, {pull[pull > 0].sum():g} right")
        ax.set_title(f"{kind.capitalize()}, at {best:g}: {sums[-1]}")
        ax.set(xlabel="pull at the announcement", yticks=rows, ylim=(len(values) - 0.4, -0.6))
        ax.set_yticklabels([f"{value:g}" for value in values])
        ax.grid(False, axis="y")
    axes[0].set(xlim=(-66, 66), xticks=(-60, -30, 0, 30, 60))
    axes[1].set(xlim=(-2.5, 2.5), xticks=(-1, 0, 1))
    axes[0].set_ylabel("waited (minutes)")
    return described(
        fig,
        f"Two bar charts, a bar for each of the {len(values)} people. Left, the squared price at the mean: the further a wait "
        f"from it, the longer the bar, and the lengths add up to {sums[0]}. Right, the absolute price at the median: each bar "
        f"has length 1, those whose wait is the median have none; they add up to {sums[1]}.",
    )


def staircase(x, y, w: float = 1.0):
    """Accuracy and cross-entropy of a yes-or-no model while its parameter b changes."""
    b = np.linspace(-x.max() - 2, 0, 1801)
    z = w * x + b[:, None]
    accuracy = ((z > 0) == (y == 1)).mean(axis=1)
    entropy = (np.logaddexp(0, z) - y * z).mean(axis=1)
    fig, (top, bottom) = figure(nrows=2, height=4.6, sharex=True)
    top.plot(b, accuracy, color=PALETTE["vermillion"], lw=2.4)
    top.set(ylabel="accuracy", ylim=(0.3, 1.0))
    top.set_title("Accuracy is a staircase: almost everywhere its slope is 0 …")
    bottom.plot(b, entropy, color=PALETTE["blue"], lw=2.4)
    best = b[np.argmin(entropy)]
    bottom.plot(best, entropy.min(), "o", color=INK, ms=8, zorder=5)
    bottom.annotate(
        f"lowest at b = {best:.1f}".replace("-", "−"),
        (best, entropy.min()),
        (0, 12),
        textcoords="offset points",
        ha="center",
    )
    bottom.set(ylabel="cross-entropy", xlabel="parameter b (w = 1)")
    bottom.set_title("… cross-entropy has a slope that leads to its lowest point")
    return described(
        fig,
        "Two curves against the parameter b. Accuracy is a staircase: flat, then a jump, then flat. Cross-"
        "entropy is a smooth valley with one lowest point, so at every other b its slope says which way to "
        "go.",
    )


def surprise():
    """The sigmoid, and the cross-entropy of both labels, against the logit."""
    z = np.linspace(-6, 6, 241)
    fig, (left, right) = figure(2, height=3.6)
    left.plot(z, 1 / (1 + np.exp(-z)), color=INK, lw=2.4)
    left.set(xlabel="logit z", ylabel="probability of class 1", ylim=(0, 1))
    left.set_title("The sigmoid: from score to probability")
    for y, color, style in ((1, "blue", "-"), (0, "vermillion", (0, (5, 1.5)))):
        (line,) = right.plot(z, np.logaddexp(0, z) - y * z, color=PALETTE[color], linestyle=style, lw=2.4)
        label_line(right, line, f"it was {y}", x=-4.6 if y else 4.6, ha="left" if y else "right")
    right.plot(0, np.log(2), "o", color=INK, ms=7)
    right.annotate("undecided:\n0.693", (0, np.log(2)), (0, 30), textcoords="offset points", ha="center")
    right.set(xlabel="logit z", ylabel="loss", ylim=(-0.4, 6.3))
    right.set_title("The loss: sure and wrong costs most")
    return described(
        fig,
        "Left: the sigmoid rises from 0 to 1 as the logit goes from -6 to 6. Right: the loss against the logit. If class 1 "
        "happened, it is 6 at logit -6 and nearly 0 at 6; if class 0 happened, the mirror image. At logit 0 both are 0.693.",
    )


def margins():
    """Losses of a yes-or-no model against the margin y·z."""
    m = np.linspace(-2, 3, 501)
    fig, ax = figure(height=3.8)
    curves = {
        "errors counted": (np.where(m > 0, 0.0, 1.0), MUTED, "-"),
        "hinge": (np.maximum(0, 1 - m), PALETTE["vermillion"], "-"),
        "squared hinge": (np.maximum(0, 1 - m) ** 2, PALETTE["purple"], (0, (5, 1.5))),
        "cross-entropy": (np.logaddexp(0, -m), PALETTE["blue"], (0, (6, 1.5, 1.2, 1.5))),
    }
    places = {"errors counted": -1.9, "hinge": -0.75, "squared hinge": -0.6, "cross-entropy": 1.7}
    for name, (values, color, style) in curves.items():
        (line,) = ax.plot(m, values, color=color, linestyle=style, lw=2.2)
        label_line(ax, line, name, x=places[name], ha="left")
    ax.set(xlabel="margin y·z (right answers are positive)", ylabel="loss", ylim=(-0.1, 4))
    ax.set_title("Hinge is satisfied at margin 1; cross-entropy never quite is")
    return described(
        fig,
        "Four losses against the margin: the count of errors is a step from 1 to 0; hinge falls in a straight"
        " line and is 0 from margin 1; squared hinge is steeper; cross-entropy falls smoothly and never "
        "reaches 0.",
    )
