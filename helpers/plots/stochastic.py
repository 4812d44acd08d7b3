"""The pictures of the lesson on stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from helpers.plots.drawing import HALO, arrow
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable

_COLORS = ("vermillion", "blue", "green", "purple")
_STYLES = ("-", (0, (6, 1.5)), (0, (6, 1.5, 1.2, 1.5)), (0, (1, 1.2)))
_DASHED = (0, (5, 1.5))
_ANGLE = np.linspace(0, 2 * np.pi, 121)
_CIRCLE = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], axis=-1)
REACH = 1.27  # of a picture of noise, in that of one person: room for its names
_PARTS = {1: "1", 2: "1/2", 4: "1/4", 8: "1/8"}  # of the noise of one person


def one_pass(runs: Mapping[int, Sequence[float]], n: int):
    """Loss before the first step and after each, for each batch size, against the images looked at, of n in all."""
    fig, ax = figure(height=3.9)
    for (batch_size, run), color, style in zip(runs.items(), _COLORS, _STYLES, strict=False):
        seen = np.minimum(batch_size * np.arange(len(run)), n)
        width = 1.0 if len(run) > 500 else 2.2
        (line,) = ax.plot(seen, run, color=PALETTE[color], linestyle=style, lw=width)
        ax.plot(n, run[-1], "o", color=PALETTE[color], ms=6)
        label_line(ax, line, f"batches of {batch_size}")
    ends = {batch_size: run[-1] for batch_size, run in runs.items()}
    best = min(ends, key=ends.get)
    ax.set(xlabel="images looked at", ylabel="loss over all images", xlim=(0, 1.25 * n), ylim=(0, None))
    ax.set_title(f"One look at each image, one rate for all: batches of {best} end lowest")
    told = "; ".join(f"with batches of {b} it ends at {loss:.2f}" for b, loss in ends.items())
    return described(fig, f"Loss over all images against the number of images looked at, in one epoch: {told}.")


def draw_cloud(ax, gradients: np.ndarray, everyone: np.ndarray):
    """Minibatch gradients as dots, and the full gradient on top as an arrow, to lie on `cloud_ground`; return the dots."""
    arrow(ax, (0, 0), everyone, "", color=INK).set_zorder(5)
    return ax.plot(*gradients.T, "o", color=PALETTE["orange"], ms=3.5, alpha=0.4, mew=0, zorder=3)[0]


def cloud_ground(ax, limits):
    """Axes through 0 within limits ((x0, x1), (y0, y1)), for clouds of dots to lie on."""
    ax.axhline(0, color=MUTED, lw=0.8, zorder=1)
    ax.axvline(0, color=MUTED, lw=0.8, zorder=1)
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="slope along w")
    ax.set_aspect("equal")


def cloud_limits(gradients: np.ndarray):
    """Limits that hold all dots and the origin, with a margin: ((x0, x1), (y0, y1))."""
    ends = np.stack([np.minimum(gradients.min(axis=0), 0), np.maximum(gradients.max(axis=0), 0)])
    margin = 0.06 * np.ptp(ends, axis=0)
    return tuple((low - m, high + m) for low, high, m in zip(*ends, margin, strict=True))


def noisy_cloud_ground(ax, everyone: np.ndarray, rim: float, people: int):
    """Axes around the full gradient `everyone` (2,) with circles of parts of `rim`, the noise of one of the `people`."""
    cloud_ground(ax, tuple(zip(everyone - REACH * rim, everyone + REACH * rim, strict=True)))
    ax.set(xlabel="slope along w (loss per 1 of w)", ylabel="slope along b (loss per 1 of b)")
    rings = [everyone + rim / part * _CIRCLE for part in _PARTS]
    ax.add_collection(LineCollection(rings, colors=MUTED, linewidths=0.8, zorder=2), autolim=False)
    look = {"textcoords": "offset points", "fontsize": 9, "color": INK, "zorder": 2.5}  # below the dots
    plate = {"facecolor": CARD, "edgecolor": "none", "pad": 1}  # a circle or an axis would pass between two words
    for part, name in {1: "one person's noise", 2: "half of it"}.items():
        ax.annotate(name, everyone - (0, rim / part), (0, -4), ha="center", va="top", bbox=plate, **look)
    ax.annotate(f"full gradient,\nof all {people}", (0, 0), (6, 4), bbox=plate, **look)
    look |= {"color": readable(PALETTE["orange"]), "path_effects": HALO}
    ax.annotate("a dot: the gradient of one batch", (0, 1), (4, -4), xycoords="axes fraction", va="top", **look)


def draw_noisy_cloud(ax, gradients: np.ndarray, everyone: np.ndarray, rim: float, noise: float):
    """Draw `draw_cloud` on `noisy_cloud_ground`, and the noise as a dashed circle with its name."""
    draw_cloud(ax, gradients, everyone)
    ax.plot(*(everyone + noise * _CIRCLE).T, color=INK, lw=1.8, linestyle=_DASHED, zorder=4)
    small = {"ha": "center", "va": "center", "fontsize": 9, "color": INK, "path_effects": HALO, "zorder": 4.5}
    for part in (4, 8):  # here, above the dots, each on its own circle: clear of those between
        ax.text(*(everyone - (0, rim / part)), _PARTS[part], **small)
    place = everyone + noise * np.array([0.77, -0.64])
    side = "center" if noise > 0.9 * rim else "left"  # where a wide circle leaves no room beside it
    if 0.6 * rim < noise < 0.9 * rim:  # and where it leaves hardly enough: the name ends at the frame
        place[0], side = ax.get_xlim()[1], "right"
    look = {"fontweight": "bold", "color": INK, "path_effects": HALO, "zorder": 5, "ha": side}
    ax.annotate(
        f"noise {noise:.0f}", place, (-3 if side == "right" else 3, -2), textcoords="offset points", va="top", **look
    )


def noise_ground(ax, largest: int, people: int):
    """Axes for the noise, in that of one person, against the batch size up to `largest`, with the law as a line.

    Below each batch size: the whole steps that one reading of all `people` gives.
    """
    sizes = 2 ** np.arange(int(np.log2(largest)) + 1)
    ax.plot(sizes, 1 / np.sqrt(sizes), color=MUTED, lw=1.2, zorder=2)
    ax.set(xscale="log", yscale="log", xlim=(0.8, 1.25 * largest), ylim=(0.1, 1.25))
    ax.set_xticks(sizes, [f"{size}\n{people // size}" for size in sizes])
    ax.set_yticks([1 / part for part in _PARTS], _PARTS.values())
    ax.minorticks_off()
    ax.set(xlabel=f"batch size B: people read for a step\nbelow: steps from one reading of all {people}")
    ax.set_ylabel("noise (1: that of one person)")
    look = {"textcoords": "offset points", "va": "bottom"}
    ax.annotate("the law: 1/√B", (8, 1 / np.sqrt(8)), (6, 4), fontsize=9, color=MUTED, **look)
    heading = {
        "fontsize": 11.5,
        "fontweight": "bold",
        "color": INK,
    }  # no title, which would be painted anew for each picture
    ax.annotate("Half the noise: 4 times the people", (0, 1), (0, 8), xycoords="axes fraction", **look, **heading)


def draw_noise(ax, batch_size: int, share: float):
    """Mark on `noise_ground` the noise that batches of this size have."""
    (x0, _), (y0, _) = ax.get_xlim(), ax.get_ylim()
    ax.plot([x0, batch_size, batch_size], [share, share, y0], color=INK, lw=1, linestyle=_DASHED, zorder=3)
    ax.plot(batch_size, share, "o", color=PALETTE["vermillion"], ms=8, zorder=4)


def clouds(samples: Mapping[int, np.ndarray], everyone: np.ndarray):
    """The gradients of random batches around the full gradient, a panel for each batch size."""
    fig, axes = figure(nrows=len(samples), height=1.9 * len(samples) + 1, sharex=True, sharey=True)
    limits = cloud_limits(np.concatenate(list(samples.values())))
    for ax, (batch_size, sample) in zip(axes, samples.items(), strict=True):
        cloud_ground(ax, limits)
        dots = draw_cloud(ax, sample, everyone)
        ax.set_title(f"batches of {batch_size}", fontsize=11)
        ax.set(xlabel="", ylabel="slope along b")
    axes[-1].set_xlabel("slope along w")
    shaft = Line2D([], [], color=INK, lw=2.2)
    dot = Line2D([], [], color=dots.get_color(), marker="o", linestyle="", ms=6)
    names = [f"one dot: the gradient of one batch ({len(sample)} batches)", "arrow: the full gradient, from 0"]
    fig.legend([dot, shaft], names, loc="outside lower center", ncols=2)
    fig.suptitle(
        "Larger batches: the dots close around the tip of the full gradient", x=0.01, ha="left", fontweight="bold"
    )
    return described(
        fig,
        "The gradients of random batches as dots, and the full gradient as an arrow, a panel for each batch size. For batches of "
        f"{', '.join(map(str, samples))} the cloud shrinks and closes around the arrow's tip.",
    )


def two_walks(walks: Mapping[tuple[float, int], np.ndarray], best: np.ndarray, shown: int = 800, way_in: int = 25):
    """Walks of SGD, (steps + 1, 2) for each (learning rate, batch size): the way in, and a cloud of the last places.

    `way_in` counts the steps of the way, `shown` the places of the cloud. The curvature is taken as 2 in every direction, so
    that the height above the lowest loss is the squared distance.
    """
    fig, axes = figure(len(walks), height=4.9, sharex=True, sharey=True)
    everything = np.concatenate([np.concatenate([walk[: way_in + 1], walk[-shown:]]) for walk in walks.values()])
    limits = cloud_limits(everything)
    stay, angle = [], np.linspace(0, 2 * np.pi, 200)
    for ax, ((rate, batch_size), walk) in zip(axes, walks.items(), strict=True):
        stay.append(np.mean(np.sum((walk[len(walk) // 2 :] - best) ** 2, axis=1)))
        (way,) = ax.plot(*walk[: way_in + 1].T, color=PALETTE["blue"], lw=1.3, marker=".", ms=4, zorder=3)
        (last,) = ax.plot(*walk[-shown:].T, "o", color=PALETTE["orange"], ms=3.2, alpha=0.4, mew=0, zorder=2)
        ring = best + np.sqrt(stay[-1]) * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        (ring,) = ax.plot(*ring.T, color=INK, lw=1.8, linestyle=(0, (5, 1.5)), zorder=4)
        (low,) = ax.plot(*best, "+", color=INK, ms=12, mew=2, zorder=5)
        ax.set_title(
            f"α = {rate}, batches of {batch_size}: ring {np.sqrt(stay[-1]):.1f},\n{stay[-1]:.0f} above the lowest loss",
            fontsize=11,
        )
        ax.set(xlim=limits[0], ylim=limits[1], xlabel="w (progression per standard deviation)")
        ax.set_aspect("equal")
    axes[0].set_ylabel("b (disease progression)")
    names = [f"first {way_in} steps", f"last {shown} places", "ring: root mean square distance", "lowest loss"]
    fig.legend([way, last, ring, low], names, loc="outside lower center", ncols=4)
    fig.suptitle("The walk ends in a cloud, not in a point", x=0.01, ha="left", fontweight="bold")
    told = "; ".join(
        f"with learning rate {rate} and batches of {B} the cloud stays {height:.0f} above the lowest loss on average"
        for (rate, B), height in zip(walks, stay, strict=True)
    )
    return described(fig, f"Two walks of SGD over w and b, from (0, 0) to a cloud around the best line: {told}.")


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
    axes[0].set_title(f"In these steps, batches of {best} bring the most to the better side: {left[best]:.0%}")
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
        f"end, a histogram for each batch size. On the better side end: {told}.",
    )


def file_order(in_order: Sequence[float], shuffled: Sequence[float]):
    """Loss over all images before the first step of single examples and after each, in file order and shuffled."""
    fig, ax = figure(height=3.7)
    for run, color, width, name in (
        (in_order, "purple", 2.0, "sorted by class"),
        (shuffled, _COLORS[0], 1.0, "shuffled"),  # as in `one_pass`: it is the same run
    ):
        (line,) = ax.plot(run, color=PALETTE[color], lw=width)
        label_line(ax, line, name)
    ax.set(xlabel="images looked at", ylabel="loss over all images", xlim=(0, 1.22 * len(shuffled)), ylim=(0, None))
    ax.set_title(f"Sorted data: the loss ends at {in_order[-1]:.2f} instead of {shuffled[-1]:.2f}")
    return described(
        fig,
        "Loss over all images against the images looked at, one at a time. Shuffled, it jumps up at first, then falls and stays "
        "low. Sorted by class, it rises above its start, drops when a new class begins and rises again within each, and ends at "
        f"{in_order[-1]:.1f}.",
    )
