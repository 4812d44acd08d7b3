"""The control of the first lesson: one walker on the mountain, its habit and its learning rate."""

from __future__ import annotations

import numpy as np

from helpers import landscapes, optimizers
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.mountain import RELIEF
from helpers.plots.style import CARD, INK, style_of

_WALKERS = {
    "gradient descent": lambda rate: optimizers.SGD(rate),
    "momentum": lambda rate: optimizers.SGD(rate, momentum=0.9),
    "RMSprop": lambda rate: optimizers.RMSprop(rate),
    "Adam": lambda rate: optimizers.Adam(rate),
}
_WINDOW = ((12.5, 27.5), (4.5, 15.5))
_USUAL = {"gradient descent": 1e-4, "momentum": 2e-4, "RMSprop": 0.03, "Adam": 0.1}


def one_walker(mountain):
    """Return a map with a choice of optimizer and a slider for its learning rate, as a multiple of the race's."""
    (x0, x1), (y0, y1) = _WINDOW
    _, _, z = mountain.grid(180, _WINDOW)
    low, high = z.min(), z.max()
    edges = np.transpose(mountain.bounds)
    east, north = np.gradient(z)
    shade = np.clip(0.8 + (north - east) / (4 * np.abs(east).max()), 0.45, 1.1)
    picture = np.clip(RELIEF((z - low) / (high - low))[..., :3] * shade[..., None], 0, 1)

    def draw(fig, optimizer, times):
        rate = _USUAL[optimizer] * times
        path = landscapes.descend(mountain, _WALKERS[optimizer](rate), 300)
        off = np.flatnonzero(~np.all((path >= edges[0]) & (path <= edges[1]), axis=1))
        if off.size:
            path = path[: off[0] + 1]
            end = f"leaves the map at step {off[0]}"
        else:
            end = f"300 steps, down to {mountain(path[-1]):.0f} m"
        (ax,) = fig.axes
        ax.imshow(picture, extent=(x0, x1, y0, y1), origin="lower", interpolation="bilinear")
        style = {**style_of(optimizer), "linestyle": "-", "markevery": [-1], "markersize": 11, "markeredgecolor": CARD}
        ax.plot(*path.T, lw=4.5, color=CARD)
        ax.plot(*path.T, lw=2.2, **style)
        ax.plot(*path[0], "o", ms=9, color=INK, mfc=CARD, mew=2)
        ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="km east", ylabel="km north")
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_title(f"{optimizer}, learning rate {rate:.2g}: {end}")

    return explore(
        draw,
        "A map of the mountain with the path of one optimizer from the start of the race. A list chooses the optimizer, a "
        "slider multiplies its learning rate by 0.01 to 100; the title says how low it gets.",
        size=(7.2, 5.6),
        optimizer=choice("optimizer", list(_WALKERS)),
        times=slider("learning rate, times", 0.01, 100.0, 1.0, log=True),
    )
