"""The pictures of the first lesson: the steps of the race, a line that learns, and what the length of the steps does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.mountain import racer_style
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable


def step_lengths(paths: Mapping[str, np.ndarray]):
    """How long each walker's steps were: paths (steps + 1, 2) in km, lengths on an axis of powers of ten.

    Steps shorter than the lowest mark, a tenth of a millimetre, are drawn at it.
    """
    lengths = {name: 1000 * np.linalg.norm(np.diff(path, axis=0), axis=1) for name, path in paths.items()}
    longest = max(lengths, key=lambda name: lengths[name][-1])
    ends = {name: _in_words(values[-1]) for name, values in lengths.items()}
    steps = max(map(len, lengths.values()))
    fig, ax = figure(height=3.6)
    for name, values in lengths.items():
        style = racer_style(name) | {"marker": "", "linewidth": 1.8}
        (line,) = ax.semilogy(range(1, len(values) + 1), np.maximum(values, min(_METRES)), **style)
        label_line(ax, line, f"{name}: {ends[name]}")
    ax.minorticks_off()
    ax.set_yticks(list(_METRES), list(_METRES.values()))
    ax.set(xlabel="step", ylabel="length of the step", xlim=(0, 1.36 * steps), ylim=(min(_METRES), None))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= steps])
    ax.set_title(f"After {steps} steps {longest} takes the longest: {ends[longest]}")
    return described(
        fig,
        f"The length of each step of {len(paths)} walkers, each mark of the axis ten times the one below. The last steps: "
        f"{', '.join(f'{name} {length}' for name, length in ends.items())}.",
    )


_METRES = {1e-4: "≤ 0.1 mm", 1e-3: "1 mm", 0.01: "1 cm", 0.1: "10 cm", 1.0: "1 m", 10.0: "10 m", 100.0: "100 m"}


def _in_words(length):
    """A length in m, as coarse as it is told: the last steps of a walk that comes to rest hang on the last digits."""
    under = next((word for limit, word in ((1e-3, "1 mm"), (1.0, "1 m")) if length < limit), None)
    return f"under {under}" if under else f"{length:.0f} m"


def learning_a_line(x, y, lines: Sequence[tuple[float, float]], shown=(0, 1, 3, 10)):
    """The data with the line after some of the steps and after the last, and the loss over the steps."""
    shown = [t for t in shown if t < len(lines) - 1] + [len(lines) - 1]
    losses = [float(np.mean((w * x + b - y) ** 2)) for w, b in lines]
    fig, (left, right) = figure(2, height=4.0, width_ratios=[1.35, 1])
    left.plot(x, y, "o", color=MUTED, ms=3.5, alpha=0.45)
    ends = np.array([x.min(), x.max()])
    for i, t in enumerate(shown):
        w, b = lines[t]
        strength = 0.3 + 0.7 * i / (len(shown) - 1)
        (line,) = left.plot(ends, w * ends + b, color=PALETTE["vermillion"], alpha=strength, lw=2.2)
        label_line(left, line, f"step {t}", color=INK)
        right.plot(t, losses[t], "o", color=PALETTE["vermillion"], alpha=strength, ms=7, zorder=4)
    left.set(
        xlabel="body mass index (standard deviations)", ylabel="disease progression", xlim=(ends[0], ends[1] + 1.5)
    )
    left.set_title("Step by step the line finds the data …")
    right.plot(losses, color=INK, lw=1.8)
    right.set(xlabel="step", ylabel="mean squared error", ylim=(0, None))
    right.set_title("… and the loss falls")
    for t, place in ((0, (12, 0)), (len(losses) - 1, (0, 12))):
        right.annotate(
            f"{losses[t]:,.0f}",
            (t, losses[t]),
            place,
            textcoords="offset points",
            va="center",
            ha="left" if t == 0 else "right",
        )
    return described(
        fig,
        f"Left: 442 people as dots and the line after steps {', '.join(map(str, shown))}: it starts flat at zero and rises "
        f"into the cloud. Right: the mean squared error falls from {losses[0]:,.0f} to {losses[-1]:,.0f}, fast at first.",
    )


def learning_rates(x, y, walks: Mapping[float, Sequence[tuple[float, float]]], shown=(0.1, 0.5, 0.95, 1.1)):
    """The first steps of some walks in the valley of the loss, seen from the side, and the loss of all over the steps.

    ``walks`` holds the lines (w, b) of each learning rate, from (0, 0). With x standardised every one of them stays on
    the straight way from there to the lowest point, so that the valley can be drawn over w alone.
    """
    looks = dict(zip(walks, _LOOKS, strict=False))
    losses = {rate: np.array([np.mean((w * x + b - y) ** 2) for w, b in lines]) for rate, lines in walks.items()}
    lowest = np.array(np.polyfit(x, y, 1))
    fig, (left, right) = figure(2, height=4.3, width_ratios=[1.2, 1])
    ways = np.linspace(-0.75, 2.75, 200)
    valley = np.array([np.mean((w * x + b - y) ** 2) for w, b in ways[:, None] * lowest])
    left.plot(ways * lowest[0], valley, color=MUTED, lw=5, alpha=0.35, solid_capstyle="round")
    counts = {rate: 7 if losses[rate][1] < losses[rate][0] else 4 for rate in shown}
    for rate, count in counts.items():
        color, style = looks[rate]
        w, height = np.array(walks[rate])[:count, 0], losses[rate][:count]
        left.plot(w, height, color=PALETTE[color], linestyle=style, marker="o", ms=5, lw=1.6, zorder=3)
        far = int(np.argmax(np.abs(w - lowest[0])[1:])) + 1 if rate != min(shown) else count // 2
        bottom = np.isclose(w[far], lowest[0])
        side = 1 if w[far] > lowest[0] and not bottom else -1
        left.annotate(
            f"rate {rate}",
            (w[far], height[far]),
            (-14, -6) if bottom else (10 * side, 0),  # below the valley's side, which is all but level there
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            color=readable(PALETTE[color]),
            fontweight="bold",
        )
    start = losses[shown[0]][0]
    left.annotate(
        "start", (0, start), (-10, 0), textcoords="offset points", ha="right", va="center", fontweight="bold", color=INK
    )
    left.plot(0, start, "o", ms=9, color=INK, mfc=CARD, mew=2, zorder=4)
    left.set(xlabel="parameter w (and b moves with it)", ylabel="mean squared error")
    left.set(ylim=(0, 1.12 * max(losses[rate][: counts[rate]].max() for rate in shown)), xlim=(-75, 165))
    left.set_title("Short steps walk, long ones jump")
    for rate, values in losses.items():
        color, style = looks[rate]
        (line,) = right.semilogy(values, color=PALETTE[color], linestyle=style, lw=2.4)
        label_line(right, line, f"{rate}")
    steps = max(map(len, losses.values())) - 1
    right.set(xlabel="step", ylabel="mean squared error", xlim=(0, 1.22 * steps))
    right.minorticks_off()
    right.set_xticks([tick for tick in right.get_xticks() if 0 <= tick <= steps])
    first = min(losses, key=lambda rate: losses[rate].sum())
    climbs = [f"{rate}" for rate, values in losses.items() if values[-1] > values[0]]
    right.set_title(f"{first} is down first" + (f", {' and '.join(climbs)} climbs" if climbs else ""))
    ends = "; ".join(f"{rate} ends at {values[-1]:.3g}" for rate, values in losses.items())
    return described(
        fig,
        "Left: the loss over w, a round valley. At the smallest rate shown the walk goes down one side in short steps; at "
        "0.5 the first step ends at the bottom; at 0.95 each step jumps across and lands a little lower; at 1.1 each jump "
        "lands higher. Right: mean squared error against the step, each mark of the axis ten times the last: "
        f"{ends}.",
    )


_LOOKS = (
    ("sky", (0, (1, 1.2))),
    ("green", "-"),
    ("purple", (0, (3, 1, 1, 1, 1, 1))),
    ("blue", (0, (6, 2))),
    ("vermillion", (0, (6, 1.5, 1.2, 1.5))),
)
