"""The control of the lesson on stochastic gradient descent: the cloud of gradients."""

from __future__ import annotations

import numpy as np

from helpers.playground.explorer import button, explore, slider
from helpers.plots.stochastic import REACH, draw_noise, draw_noisy_cloud, noise_ground, noisy_cloud_ground

_LARGEST = 64


def gradient_cloud(x, y, how_many: int = 2000):
    """Return the gradients of random batches of a line's loss as a cloud; a slider sets the batch size, a button draws anew."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    each = -2 * np.stack([y * x, y], axis=-1)  # the slope of each example at w = b = 0
    in_one = each[:, 0] + 1j * each[:, 1]  # both slopes in one number, picked in half the time
    everyone = each.mean(axis=0)
    rim = np.sqrt(np.mean(np.sum((each - everyone) ** 2, axis=1)))  # the noise of batches of one
    sizes = slider("batch size", 1.0, _LARGEST, 4.0, step=np.log10(2), log=True)
    sizes.readout_format = ".0f"

    def ground(fig):
        left, right = fig.axes
        noisy_cloud_ground(left, everyone, rim, len(each))
        noise_ground(right, _LARGEST, len(each))

    def draw(fig, batch_size, again):
        batch_size = round(batch_size)
        rng = np.random.default_rng(again)
        cloud = in_one.take(rng.integers(0, len(each), (how_many, batch_size))).mean(axis=1)
        cloud = np.stack([cloud.real, cloud.imag], axis=-1)
        noise = np.sqrt(np.mean(np.sum((cloud - everyone) ** 2, axis=1)))
        left, right = fig.axes
        draw_noisy_cloud(left, cloud, everyone, rim, noise)
        draw_noise(right, batch_size, noise / rim)
        if batch_size == 1:
            # What these dots have; that of all people is the circle, and the dots may miss it by some per cent.
            share = f"{noise / rim:.2f}"
            found = "the noise of one person" if share == "1.00" else f"by chance {share} of one person's noise"
            left.set_title(f"Batches of 1:\n{found}")
        else:
            share = f"{noise / rim:.2f} of one person's noise"
            left.set_title(f"Batches of {batch_size}:\n{share}")
        off = np.hypot(*(cloud.mean(axis=0) - everyone))
        beyond = np.sum(np.abs(cloud - everyone).max(axis=1) > REACH * rim)
        said = f"Right on average: the mean of the {how_many:,} dots"
        said += f", {beyond} of them outside the picture," if beyond else ""
        said += f" is {off:.1f} from the full gradient's tip, a single dot typically {noise:.0f}. "
        steps = len(each) // batch_size  # whole ones
        plural = "" if steps == 1 else "s"
        return (
            said + f"One reading of all {len(each)} gives one full step, or {steps} step{plural} of {batch_size} each."
        )

    return explore(
        draw,
        f"Left: {how_many} gradients of random batches as dots around the tip of the full gradient, an arrow, and a dashed circle "
        "whose radius is the noise; thin circles show that of one example, a half, a quarter and an eighth of it. Right: "
        "the noise against the batch size, a dot on the line of one over the root, and below each batch size the steps that "
        "one reading of all gives. A slider sets the batch size "
        "from 1 to 64: the cloud and the dashed circle shrink. A button draws new batches.",
        ncols=2,
        size=(8.0, 4.0),
        ground=ground,
        batch_size=sizes,
        again=button("new batches"),
    )
