"""The control of the lesson on stochastic gradient descent: the cloud of gradients."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Circle

from helpers.playground.explorer import button, explore, slider
from helpers.plots.stochastic import cloud_ground, cloud_limits, draw_cloud
from helpers.plots.style import INK, MUTED

_ANGLE = np.linspace(0, 2 * np.pi, 200)


def gradient_cloud(x, y, how_many: int = 2000):
    """Return the gradients of random batches of a line's loss as a cloud; a slider sets the batch size, a button draws anew."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    each = -2 * np.stack([y * x, y], axis=-1)  # the slope of each example at w = b = 0
    everyone = each.mean(axis=0)
    rim = np.sqrt(np.mean(np.sum((each - everyone) ** 2, axis=1)))  # the radius of the circle for batches of one
    limits = cloud_limits(np.concatenate([each, [everyone - 1.1 * rim, everyone + 1.1 * rim]]))
    sizes = slider("batch size", 1.0, 64.0, 1.0, step=np.log10(2), log=True)
    sizes.readout_format = ".0f"

    def ground(fig):
        (ax,) = fig.axes
        cloud_ground(ax, limits)
        ax.set_ylabel("slope along b")

    def draw(fig, batch_size, again):
        batch_size = round(batch_size)
        rng = np.random.default_rng(again)
        cloud = each[rng.integers(0, len(each), (how_many, batch_size))].mean(axis=1)
        (ax,) = fig.axes
        draw_cloud(ax, cloud, everyone)
        noise = np.sqrt(np.mean(np.sum((cloud - everyone) ** 2, axis=1)))
        circle = everyone + noise * np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], axis=-1)
        ax.plot(*circle.T, color=INK, lw=1.8, linestyle=(0, (5, 1.5)), zorder=4)
        for part in (1, 2, 4, 8):  # to compare with, by eye
            ax.add_patch(Circle(everyone, rim / part, fill=False, color=MUTED, lw=0.8, zorder=4))
        ax.set_title(f"Batches of {batch_size}: the dashed circle's radius is the noise")
        said = f"The noise of batches of {batch_size} is {noise / rim:.2f} times that of single people. "
        return said + f"{how_many} batches, a dot for each; people picked for them: {how_many * batch_size:,}."

    return explore(
        draw,
        f"{how_many} gradients of random batches as dots around the full gradient, an arrow, and a dashed circle whose radius is "
        "the noise; thin circles show that of one example, a half, a quarter and an eighth of it. A slider sets the batch size "
        "from 1 to 64: the cloud and the dashed circle shrink. A button draws new batches.",
        size=(8.0, 3.2),
        ground=ground,
        batch_size=sizes,
        again=button("new batches"),
    )
