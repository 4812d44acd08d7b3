"""The control of the lesson on stochastic gradient descent: the cloud of gradients."""

from __future__ import annotations

import numpy as np

from helpers.playground.explorer import button, explore, slider
from helpers.plots.stochastic import draw_cloud


def gradient_cloud(x, y, how_many: int = 300):
    """Return the gradients of random batches of a line's loss as a cloud; a slider sets the batch size, a button draws anew."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    each = -2 * np.stack([y * x, y], axis=-1)  # the slope of each example at w = b = 0
    everyone = each.mean(axis=0)
    reach = 2.5 * each.std(axis=0).max()

    def draw(fig, power, again):
        batch_size = 2**power
        rng = np.random.default_rng(again)
        cloud = each[rng.integers(0, len(each), (how_many, batch_size))].mean(axis=1)
        (ax,) = fig.axes
        draw_cloud(ax, cloud, everyone, reach)
        ax.set_ylabel("slope along b")
        noise = np.sqrt(cloud.var(axis=0).sum())
        ax.set_title(
            f"Batches of {batch_size}: noise {noise:.1f}; times √{batch_size}: {noise * np.sqrt(batch_size):.0f}"
        )
        return f"{how_many} batches of {batch_size} examples: {how_many * batch_size:,} examples looked at."

    return explore(
        draw,
        f"{how_many} gradients of random batches as dots around the full gradient, an arrow. A slider sets the batch size "
        "from 1 to 512: the cloud shrinks with its root. A button draws new batches.",
        size=(5.6, 5.0),
        power=slider("batch size: 2 to the power", 0, 9, 2),
        again=button("new batches"),
    )
