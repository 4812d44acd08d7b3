"""The pictures of the lesson on step sizes that adapt: Adagrad and RMSprop."""

from __future__ import annotations

import numpy as np

from helpers.plots.drawing import arrow, contour, path
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import INK, MUTED, PALETTE, readable, style_of

X_STYLE = {"color": PALETTE["blue"], "linestyle": "-", "linewidth": 2.2}
Y_STYLE = {"color": PALETTE["vermillion"], "linestyle": (0, (5, 1.5)), "linewidth": 2.2}


def _height(landscape):
    """The landscape as the function f(x, y) that `contour` draws."""
    return lambda x, y: landscape(np.stack([x, y], axis=-1))


def _terrain(ax, landscape, points=121):
    contour(ax, _height(landscape), 12, bounds=landscape.bounds, points=points)
    for low in landscape.minima:
        ax.plot(*low, "+", color=INK, ms=11, mew=1.8, zorder=3)
    ax.set(xlabel="x", ylabel="y")


def _line(optimizer, **changes):
    """The optimizer's colour and line style, without its markers."""
    style = style_of(optimizer)
    return {"color": style["color"], "linestyle": style["linestyle"], "linewidth": 2.2} | changes


def walks(landscape, paths):
    """The paths of some optimizers, {name: (steps + 1, 2)}, one panel each, with the first step's direction."""
    fig, axes = figure(len(paths), height=3.3 if len(paths) > 1 else 3.6, squeeze=False)
    said = []
    for ax, (name, way) in zip(axes[0], paths.items(), strict=True):
        way = np.asarray(way, float)
        _terrain(ax, landscape)
        path(ax, way, name)
        first = way[1] - way[0]
        arrow(ax, way[0], 2.2 * first / np.hypot(*first), "first step", optimizer=name)
        ax.set_title(f"{name.capitalize()}: after {len(way) - 1} steps, x is still {way[-1, 0]:.1f}")
        said.append(
            f"{name}, whose first step moves {abs(first[0]):.2f} in x and {abs(first[1]):.2f} in y and which ends at "
            f"x = {way[-1, 0]:.1f}"
        )
    return described(
        fig,
        f"The contours of a ravine that is long in x and narrow in y, and on them the path of "
        f"{'; and of '.join(said)}.",
    )


def words_own_rates(counts, rates, words, learning_rate):
    """The own rate of each word's weight against the number of paragraphs that hold the word.

    Args:
        counts, rates: one number for each word. words: {word: its index}, to be labelled.
        learning_rate: the one rate that plain descent gives to every weight.
    """
    fig, ax = figure(height=4.2)
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, len(counts))  # words with equal counts lie side by side
    ax.scatter(counts * 2**jitter, rates, s=9, color=style_of("adagrad")["color"], alpha=0.35, lw=0)
    ax.axhline(learning_rate, **_line("sgd"))
    ax.annotate(
        f"plain descent: {learning_rate:g} for every word",
        (counts.max(), learning_rate),
        (0, -13),
        textcoords="offset points",
        ha="right",
        color=readable(style_of("sgd")["color"]),
        fontweight="bold",
    )
    for word, i in words.items():
        ax.plot(counts[i], rates[i], "o", mfc="none", mec=INK, ms=8)
        ax.annotate(
            f"“{word}”", (counts[i], rates[i]), (6, 8), textcoords="offset points", fontweight="bold", color=INK
        )
    ax.set(
        xscale="log", yscale="log", xlabel="number of paragraphs that hold the word", ylabel="own rate after one pass"
    )
    once, often = np.median(rates[counts == 1]), np.median(rates[counts >= 50])
    ax.set_title(
        f"A word seen once keeps a rate {once / often:.0f} times that of a word seen 50 times or more (medians)"
    )
    return described(
        fig,
        "A cloud of points, one for each word, on two logarithmic axes: the more paragraphs hold a word, the smaller "
        "the "
        "own rate that Adagrad has left to its weight. A level line is the one rate of plain descent.",
    )


def shares_of_the_past(betas):
    """How much each past squared gradient counts in the moving average, with the half-life marked."""
    fig, axes = figure(len(betas), height=3.0)
    ages = np.arange(40)
    for ax, beta in zip(axes, betas, strict=True):
        share = (1 - beta) * beta**ages
        half = np.log(0.5) / np.log(beta)
        ax.bar(ages, share, width=0.85, color=np.where(ages < half, PALETTE["green"], "#A9D9C9"))
        ax.set(xlabel="steps ago", xlim=(-0.8, 40))
        ax.set_title(f"β = {beta:g}: halved after {half:.1f} steps")
    axes[0].set_ylabel("share in the average")
    return described(
        fig,
        f"{len(betas)} bar charts of the share that a squared gradient has in the moving average against its age in "
        "steps. "
        "The bars shrink by the factor β from each to the next; dark ones are younger than the half-life. The larger "
        "β, "
        "the lower and the longer the row.",
    )


def steep_then_flat(gradients, moved):
    """Above, the gradient at each step; below, how far each optimizer, {name: distances}, moved at each step."""
    steps = np.arange(1, len(gradients) + 1)
    fig, (top, bottom) = figure(nrows=2, height=4.8, sharex=True, height_ratios=[1, 1.7])
    top.step(steps, gradients, where="mid", color=INK, lw=2)
    top.set(ylabel="gradient", ylim=(0, 1.25 * np.max(gradients)))
    top.set_title("The slope is steep, then gentle")
    for name, distances in moved.items():
        (line,) = bottom.plot(steps, distances, **_line(name))
        label_line(bottom, line, name)
    bottom.set(yscale="log", xlabel="step", ylabel="distance moved in the step", xlim=(0, 1.16 * len(gradients)))
    ends = {name: distances[-1] for name, distances in moved.items()}
    bottom.set_title(
        "At the last step " + ", ".join(f"{name} moves {end:.2g}" for name, end in ends.items()) + ": one recovered"
    )
    return described(
        fig,
        "Above: the gradient, large for 50 steps and a tenth of it afterwards. Below, on a logarithmic axis, the "
        "distance "
        "moved at each step. Both fall at the change. RMSprop's distance climbs back to where it was within about "
        "fifty "
        "steps; Adagrad's stays low to the end.",
    )


def own_rates(landscape, way, rates, optimizer="rmsprop"):
    """A path on its landscape, and beside it the own rate of each of its two weights, (steps, 2), at each step."""
    fig, (left, right) = figure(2, height=3.9, width_ratios=[1.15, 1])
    way, rates = np.asarray(way, float), np.asarray(rates, float)
    _terrain(left, landscape)
    path(left, way, optimizer)
    left.set_title(f"{optimizer}: the path")
    steps = np.arange(1, len(rates) + 1)
    for i, (name, style) in enumerate({"x": X_STYLE, "y": Y_STYLE}.items()):
        (line,) = right.plot(steps, rates[:, i], **style)
        label_line(right, line, name)
    right.set(yscale="log", xlabel="step", ylabel="own rate", xlim=(0, 1.08 * len(rates)))
    low = int(np.argmin(rates[:, 1]))
    right.set_title(
        f"y’s own rate shrinks to {rates[low, 1]:.2g} on the steep wall, then grows to {rates[low:, 1].max():.2g}"
    )
    return described(
        fig,
        "Left: the path down a ravine, first across it and then along it. Right: the own rate of each weight on a "
        f"logarithmic axis. That of x changes slowly. That of y starts far below it, falls to {rates[low, 1]:.2g} "
        "while "
        f"the wall is steep, and grows to {rates[low:, 1].max():.2g} once the floor is reached and y's gradient is "
        "small.",
    )


def playground_axes(left, right, landscape, way, rates, step, optimizer, background):
    """Draw the first `step` steps of a path with the next step's direction, and the own rates up to there."""
    (x0, x1), (y0, y1) = landscape.bounds
    left.imshow(background, extent=(x0, x1, y0, y1), origin="upper", aspect="auto", interpolation="bilinear")
    left.grid(False)
    style = _line(optimizer)
    left.plot(way[:, 0], way[:, 1], color=style["color"], lw=1, alpha=0.35)
    left.plot(way[: step + 1, 0], way[: step + 1, 1], ".-", color=style["color"], lw=2, ms=5)
    left.plot(*way[step], "o", color=style["color"], mec="white", ms=9, zorder=5)
    reach = np.array([x1 - x0, y1 - y0]) / 5
    downhill, moved = -landscape.gradient(way[step]), way[step + 1] - way[step]
    for vector, color, label in ((downhill, MUTED, "downhill"), (moved, style["color"], "step")):
        length = np.hypot(*(vector / reach))
        if np.isfinite(length) and length > 0:
            tip = way[step] + vector / length
            left.annotate("", tip, way[step], arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2}, zorder=6)
            left.annotate(label, tip, fontsize=9, fontweight="bold", color=readable(color), zorder=7)
    left.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="x", ylabel="y")
    left.set_title(f"{optimizer}, step {step}: height {landscape(way[step]):.3g}")
    steps = np.arange(1, len(rates) + 1)
    for i, (name, line_style) in enumerate({"x": X_STYLE, "y": Y_STYLE}.items()):
        right.plot(steps, rates[:, i], **line_style | {"linewidth": 1, "alpha": 0.35})
        right.plot(steps[: step + 1], rates[: step + 1, i], **line_style)
        right.annotate(
            name,
            (steps[step], rates[step, i]),
            (5, 3),
            textcoords="offset points",
            fontweight="bold",
            color=readable(line_style["color"]),
        )
    right.axvline(step + 1, color=MUTED, lw=0.8)
    right.set(yscale="log", xlabel="step", ylabel="own rate", xlim=(0, len(rates) + 6))
    right.set_title(f"Own rates: x {rates[step, 0]:.2g}, y {rates[step, 1]:.2g}")


def place_of_epsilon(epsilon=1e-7, beta=0.9):
    """The first step of RMSprop, in learning rates, against the size of the gradient, for both places of ε."""
    g = np.logspace(-10, 0, 401)
    v = (1 - beta) * g**2
    inside, outside = g / np.sqrt(v + epsilon), g / (np.sqrt(v) + epsilon)
    fig, ax = figure(height=3.8)
    (a,) = ax.plot(g, outside, color=PALETTE["purple"], linestyle=(0, (5, 1.5)), lw=2.4)
    (b,) = ax.plot(g, inside, color=style_of("rmsprop")["color"], lw=2.4)
    label_line(ax, a, "√v + ε (outside)", x=3e-9, ha="right")
    ax.annotate(
        "√(v + ε) (inside)",
        (2e-5, 0.06),
        (8, -8),
        textcoords="offset points",
        fontweight="bold",
        color=readable(b.get_color()),
    )
    ax.set(xscale="log", yscale="log", xlabel="size of the gradient", ylabel="first step, in learning rates")
    small = 1e-6
    ratio = np.interp(small, g, outside) / np.interp(small, g, inside)
    ax.axvline(small, color=MUTED, lw=0.8)
    ax.set_title(f"The same ε = {epsilon:g}: at a gradient of 1e-6 the two places differ by a factor of {ratio:.0f}")
    return described(
        fig,
        "The length of RMSprop's first step against the size of the gradient, both axes logarithmic. For large "
        "gradients "
        "both curves are level at about three learning rates. With ε inside the root the step falls in proportion "
        "below "
        "a gradient of about a thousandth; with ε outside only below about three ten-millionths.",
    )


def two_ravines(straight, tilted, names):
    """Loss over steps in a ravine and in the same ravine turned by 45°: lists of one row of losses for each name."""
    fig, axes = figure(2, height=3.7, sharey=True)
    for ax, rows, title in zip(
        axes,
        (straight, tilted),
        ("Ravine along the axes: own rates pay off", "The same ravine, turned by 45°: much less so"),
        strict=True,
    ):
        for name, row in zip(names, rows, strict=True):
            (line,) = ax.plot(np.arange(len(row)), row, **_line(name))
            label_line(ax, line, name)
        ax.set(yscale="log", xlabel="step", xlim=(0, 1.45 * len(straight[0])))
        ax.set_title(title)
    axes[0].set_ylabel("height")
    axes[0].set_ylim(1e-4, 500)
    return described(
        fig,
        "Height over 60 steps for three optimizers in two ravines, on a logarithmic axis. In the ravine along the axes "
        "Adagrad and RMSprop fall far below gradient descent. In the turned ravine gradient descent's curve is the "
        "same as "
        "before, while Adagrad's and RMSprop's stay close to it.",
    )
