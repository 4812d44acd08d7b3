"""The pictures of the first lesson: a line that learns, and four learning rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import INK, MUTED, PALETTE


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
            f"{losses[t]:.0f}",
            (t, losses[t]),
            place,
            textcoords="offset points",
            va="center",
            ha="left" if t == 0 else "right",
        )
    return described(
        fig,
        f"Left: 442 people as dots and the line after steps {', '.join(map(str, shown))}: it starts flat at zero and rises "
        f"into the cloud. Right: the mean squared error falls from {losses[0]:.0f} to {losses[-1]:.0f}, fast at first.",
    )


def four_rates(histories: Mapping[float, np.ndarray]):
    """Loss and w over the steps for several learning rates: arrays (steps + 1, 2)."""
    colors = ("sky", "green", "blue", "vermillion")
    styles = ((0, (1, 1.2)), "-", (0, (6, 2)), (0, (6, 1.5, 1.2, 1.5)))
    fig, (left, right) = figure(2, height=4.0, width_ratios=[1.25, 1])
    for (rate, history), color, style in zip(histories.items(), colors, styles, strict=False):
        losses, w = history.T
        (line,) = left.semilogy(losses, color=PALETTE[color], linestyle=style, lw=2.4)
        label_line(left, line, f"rate {rate}")
        if losses[-1] < losses[0]:
            (line,) = right.plot(w[:16], color=PALETTE[color], linestyle=style, marker=".", lw=1.8)
            label_line(right, line, f"{rate}")
    steps = max(len(history) for history in histories.values()) - 1
    left.set(xlabel="step", ylabel="mean squared error", xlim=(0, 1.3 * steps))
    left.set_title("Longer steps help, until each lands higher than the last")
    right.set(xlabel="step", ylabel="parameter w", xlim=(0, 18.5))
    right.set_title("Long steps jump across")
    ends = "; ".join(f"{rate} ends at {history[-1, 0]:.3g}" for rate, history in histories.items())
    return described(
        fig,
        f"Left: mean squared error against the step, on a logarithmic axis, for learning rates: {ends}. Right: the parameter w "
        "over the first 15 steps: it creeps at the smallest rate, rises smoothly at 0.1, jumps above and below its end at 0.95.",
    )
