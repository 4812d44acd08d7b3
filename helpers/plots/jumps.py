"""The playground of the lesson on gradient descent: the jumps on a parabola, and where they arrive or fly away."""

from __future__ import annotations

import numpy as np

from helpers.plots.style import CARD, INK, MUTED, PALETTE, style_of

JUMPS = 12
BORDER = 0.01  # a factor as near to −1 as this is told as the border: it reads −1.00


def rate_and_curvature_ground(left, right):
    """The axes of the jumps, and the map of learning rate against curvature: what stays while both change.

    The left axes keep their scale, so that the parabola gets narrower as the curvature grows.
    """
    left.set(
        xlim=(-2, 2), ylim=(-1, 20), xlabel="distance from the minimum (ring: start)", ylabel="loss above the minimum"
    )
    left.set_xticks(range(-2, 3))
    left.set_yticks(range(0, 21, 5))
    rates = np.array([1e-2, 4.0])
    right.fill_between(rates, 2 / rates, 1e4, color=PALETTE["vermillion"], alpha=0.18, lw=0)
    right.fill_between(rates, 1 / rates, 2 / rates, color=PALETTE["orange"], alpha=0.18, lw=0)
    right.loglog(rates, 2 / rates, color=PALETTE["vermillion"], lw=2.4)
    right.loglog(rates, 1 / rates, color=PALETTE["green"], lw=2, ls=(0, (6, 1.5)))
    right.text(0.1, 24, "threshold α = 2/c", fontweight="bold")
    right.text(0.75, 1.12, "arrives in one step: α = 1/c", ha="right", fontweight="bold")
    right.text(0.8, 8, "diverges", ha="center")
    right.text(0.04, 4, "comes nearer", ha="center")
    strip = {"ha": "center", "va": "center", "rotation_mode": "anchor", "transform_rotates_text": True}
    # The strip runs as c = √2/α: its direction on the axes is that of the slope −c/α.
    right.text(0.2, 2**0.5 / 0.2, "jumps across", rotation=np.degrees(np.arctan(-(2**0.5) / 0.2**2)), **strip)
    right.set(xlim=(1e-2, 4.0), ylim=(1, 10**1.5), xlabel="learning rate α", ylabel="curvature c")
    right.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])  # as the sliders say them
    right.set_yticks([1, 3, 10, 30], ["1", "3", "10", "30"])
    right.minorticks_off()


def rate_against_curvature(left, right, rate: float, curvature: float, steps: int = JUMPS) -> tuple[float, int]:
    """Draw jumps on a parabola and the place of (learning rate, curvature) on the map.

    Returns the factor per step, and how many jumps are drawn: all, or those up to the first that leaves the picture.
    """
    factor = 1 - rate * curvature
    factor = 0.0 if abs(factor) < 1e-6 else factor
    distance = factor ** np.arange(steps + 1)
    w, c = np.linspace(-2, 2, 201), curvature / 2
    outside = (np.abs(distance) > 2) | (c * distance**2 > 20)
    last = int(outside.argmax()) if outside.any() else steps  # the first jump that leaves the picture is its last
    x, height = distance[: last + 1], c * distance[: last + 1] ** 2
    left.plot(w, c * w**2, color=MUTED, lw=1.6)
    left.plot(x, height, color=PALETTE["vermillion"], lw=1.4, marker="o", ms=5)
    left.plot(1, c, "o", color=style_of("gradient descent")["color"], mfc=CARD, ms=9, mew=2, zorder=5)
    if outside.any():
        _leaves(left, (x[-2], height[-2]), (x[-1], height[-1]))
    left.set_title(_each_jump(factor))
    # As near as the sliders' marks come: the note and the other title speak of the border within the same distance.
    side = "At" if abs(factor + 1) < BORDER else "Above" if factor < -1 else "Below"
    right.plot(rate, curvature, "o", color=INK, mec=CARD, ms=12, zorder=5, clip_on=False)
    right.set_title(f"{side} the threshold, 2/c = {2 / curvature:.2g}")
    return factor, last


def _each_jump(factor: float) -> str:
    """What a jump does to the distance, in a title's words."""
    size = abs(factor)
    if factor == 0:
        return "One jump, and it is there"
    if factor > 0:
        return f"Each jump leaves {size:.2f} of the distance"
    if abs(size - 1) < BORDER:
        far = (
            "just as far away" if abs(size - 1) < 1e-9 else "nearly as far away" if size < 1 else "hardly further away"
        )
        return f"Back and forth, {far}"
    return f"Jumps across, {size:.3g} times as far away" if size > 1 else f"Jumps across, to {size:.2f} of the distance"


def _leaves(ax, start, end):
    """Mark, with a triangle on the frame, where the way from `start` to `end` leaves the picture."""
    start, end = np.array(start), np.array(end)
    (x0, x1), (_, top) = ax.get_xlim(), ax.get_ylim()
    way = end - start
    side = (x1 if way[0] > 0 else x0) - start[0]
    share = min(side / way[0], (top - start[1]) / way[1])  # each jump lands higher, so it has both
    aim = np.degrees(np.arctan2(*(ax.transData.transform(end) - ax.transData.transform(start))))
    place = start + share * way
    color = PALETTE["vermillion"]
    ax.plot(*place, marker=(3, 0, -aim), color=color, mec=CARD, ms=13, clip_on=False, zorder=6)
