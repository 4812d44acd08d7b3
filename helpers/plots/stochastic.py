"""The pictures of the lesson on stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.drawing import arrow
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import INK, MUTED, PALETTE

_COLORS = ("vermillion", "blue", "green", "purple")
_STYLES = ("-", (0, (6, 1.5)), (0, (6, 1.5, 1.2, 1.5)), (0, (1, 1.2)))


def one_pass(histories: Mapping[int, np.ndarray]):
    """Loss against the images looked at, (points, 2) for each batch size, within one epoch."""
    fig, ax = figure(height=3.9)
    last = 0
    for (batch_size, history), color, style in zip(histories.items(), _COLORS, _STYLES, strict=False):
        (line,) = ax.plot(*history.T, color=PALETTE[color], linestyle=style, lw=2.2)
        ax.plot(*history[-1], "o", color=PALETTE[color], ms=6)
        label_line(ax, line, f"batches of {batch_size}")
        last = history[-1, 0]
    ends = {batch_size: history[-1, 1] for batch_size, history in histories.items()}
    best = min(ends, key=ends.get)
    ax.set(xlabel="images looked at", ylabel="loss over all images", xlim=(0, 1.25 * last), ylim=(0, None))
    ax.set_title(f"One look at each image: batches of {best} get lowest")
    told = "; ".join(f"with batches of {b} it ends at {loss:.2f}" for b, loss in ends.items())
    return described(fig, f"Loss over all images against the number of images looked at, in one epoch: {told}.")


def draw_cloud(ax, gradients: np.ndarray, everyone: np.ndarray, reach: float):
    """Minibatch gradients as dots, and the full gradient as an arrow, on axes of a fixed reach."""
    ax.plot(*gradients.T, "o", color=PALETTE["orange"], ms=3.5, alpha=0.35, mew=0)
    arrow(ax, (0, 0), everyone, "", color=INK)
    x, y = everyone
    ax.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach), xlabel="slope along w")
    ax.axhline(0, color=MUTED, lw=0.8)
    ax.axvline(0, color=MUTED, lw=0.8)
    ax.set_aspect("equal")


def clouds(samples: Mapping[int, np.ndarray], everyone: np.ndarray):
    """The gradients of random batches around the full gradient, a panel for each batch size."""
    fig, axes = figure(len(samples), height=3.5, sharex=True, sharey=True)
    reach = 4 * max(sample.std(axis=0).max() for sample in samples.values()) / 1.6
    for ax, (batch_size, sample) in zip(axes, samples.items(), strict=True):
        draw_cloud(ax, sample, everyone, reach)
        ax.set_title(f"Batches of {batch_size}")
    axes[0].set_ylabel("slope along b")
    return described(
        fig,
        "The gradients of random batches as dots, and the full gradient as an arrow, a panel for each batch size. For batches of "
        f"{', '.join(map(str, samples))} the cloud shrinks and closes around the arrow's tip.",
    )


def noise_law(sizes: Sequence[int], measured: Sequence[float]):
    """Measured noise against the batch size, both axes logarithmic, with the law 1/√B through the first point."""
    sizes, measured = np.asarray(sizes, dtype=float), np.asarray(measured)
    fig, ax = figure(height=3.6)
    (law,) = ax.loglog(sizes, measured[0] / np.sqrt(sizes), color=INK, lw=1.6, linestyle=(0, (5, 1.5)))
    label_line(ax, law, "noise(1) / √B", x=30, ha="left")
    ax.loglog(sizes, measured, "o", color=PALETTE["vermillion"], ms=9)
    for B, value in zip(sizes, measured, strict=True):
        ax.annotate(f"{value:.0f}", (B, value), (0, 10), textcoords="offset points", ha="left", color=INK)
    off = np.max(np.abs(measured * np.sqrt(sizes) / measured[0] - 1))
    ax.set_xticks(sizes, [f"{B:.0f}" for B in sizes])
    ax.minorticks_off()
    ax.set(
        xlabel="batch size B",
        ylabel="noise of the gradient",
        xlim=(0.85, 2.4 * sizes[-1]),
        ylim=(None, 1.6 * measured[0]),
    )
    ax.set_title(f"Measured noise follows 1/√B, within {np.ceil(100 * off):.0f} %")
    return described(
        fig,
        f"Noise of the gradient against the batch size on logarithmic axes: {len(sizes)} measured points lie on the straight "
        f"line of the law, falling from {measured[0]:.0f} at batch {sizes[0]:.0f} to {measured[-1]:.0f} at batch {sizes[-1]:.0f}.",
    )


def escapes(well, ends: Mapping[int, np.ndarray]):
    """The landscape with two minima, and where the runs of each batch size end."""
    (low, high) = well.bounds[0]
    fig, axes = figure(nrows=len(ends) + 1, height=5.6, sharex=True, height_ratios=[2.2] + [1] * len(ends))
    w = np.linspace(low, high, 400)
    height = well(w[:, None])
    axes[0].plot(w, height, color=INK, lw=2.2)
    axes[0].annotate(
        "all runs start here", (1.3, float(well(np.array([1.3])))), (-8, 14), textcoords="offset points", ha="right"
    )
    axes[0].plot(1.3, float(well(np.array([1.3]))), "o", color=INK, mfc="white", mew=2, ms=8)
    axes[0].set(ylabel="loss")
    left = {B: float(np.mean(end < 0)) for B, end in ends.items()}
    best = max(left, key=left.get)
    axes[0].set_title(f"Noise helps, up to a point: batches of {best} bring {left[best]:.0%} to the better minimum")
    for ax, (B, end) in zip(axes[1:], ends.items(), strict=True):
        ax.hist(np.clip(end, low, high), bins=np.linspace(low, high, 90), color=PALETTE["vermillion"])
        ax.set_ylabel(f"batch {B}\nruns", fontsize=9)
        ax.set_yticks([])
        ax.annotate(f"{left[B]:.0%} left of 0", (0.42, 0.62), xycoords="axes fraction", ha="center", fontweight="bold")
    axes[-1].set_xlabel("parameter w after the last step")
    told = "; ".join(f"with batches of {B}, {share:.0%}" for B, share in left.items())
    return described(
        fig,
        f"Top: a loss with a poor minimum at the right, where all runs start, and a better one at the left. Below, where the runs "
        f"end, a histogram for each batch size. In the better minimum end: {told}.",
    )


def file_order(in_order: np.ndarray, shuffled: np.ndarray):
    """Loss over all images during one epoch of single examples, in file order and shuffled."""
    fig, ax = figure(height=3.7)
    for history, color, style, name in (
        (in_order, "vermillion", "-", "sorted by class"),
        (shuffled, "blue", (0, (6, 1.5)), "shuffled"),
    ):
        (line,) = ax.plot(*history.T, color=PALETTE[color], linestyle=style, lw=2.2)
        label_line(ax, line, name)
    last = shuffled[-1, 0]
    ax.set(xlabel="images looked at", ylabel="loss over all images", xlim=(0, 1.22 * last), ylim=(0, None))
    ax.set_title(f"Sorted data: the loss ends at {in_order[-1, 1]:.1f} instead of {shuffled[-1, 1]:.1f}")
    return described(
        fig,
        "Loss over all images against the images looked at, one at a time. Shuffled, it falls and stays low. Sorted by class, it "
        f"jumps up with every new class and ends at {in_order[-1, 1]:.1f}.",
    )
