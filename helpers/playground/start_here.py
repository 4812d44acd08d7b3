"""The control of the first lesson: one walker on the mountain, its habit and its learning rate."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from helpers import landscapes
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.drawing import HALO
from helpers.plots.mountain import RELIEF, STEPS, _window, race, racers
from helpers.plots.style import CARD, INK, style_of
from helpers.plots.themes import SHADED

TIMES = 10 ** np.linspace(-1, 1, 41)  # the values of the slider
_WINDOW = ((14.0, 30.2), (5.0, 21.4))  # every path that the slider can make stays inside


def one_walker(mountain):
    """Return a map with a choice of optimizer and a slider for its learning rate, as a multiple of the race's."""
    (x0, x1), (y0, y1) = _WINDOW
    _, _, z = mountain.grid(420, _WINDOW)
    band = np.floor(z / 25)  # flat tints, like a printed map's: quick to draw, and small
    picture = (255 * RELIEF((band - band.min()) / np.ptp(band))[..., :3]).astype(np.uint8)
    heavy = np.floor(z / 100)
    edge = (np.diff(heavy, axis=0, append=heavy[-1:]) != 0) | (np.diff(heavy, axis=1, append=heavy[:, -1:]) != 0)
    picture[edge] = np.multiply(picture[edge], 0.72).astype(np.uint8)
    before = race(mountain)
    (left, right), (bottom, top) = _window(before, mountain)  # what the race's own map shows
    walk = _Walks(mountain, before)

    row, column = np.unravel_index(z.argmin(), z.shape)
    bottom_place = np.array([np.linspace(x0, x1, 420)[column], np.linspace(y0, y1, 420)[row]])
    name_of_bottom = bottom_place + np.linspace((0, 0), (4.2, 0), 100)  # where its words stand, in km
    note = {"color": INK, "fontsize": 9, "path_effects": HALO, "zorder": 2}

    def ground(fig):
        (ax,) = fig.axes
        ax.imshow(picture, extent=(x0, x1, y0, y1), origin="lower", interpolation="nearest", gid=SHADED)
        ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="km east", ylabel="km north")
        ax.set_aspect("equal")
        ax.grid(False)
        ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, ec=INK, lw=0.9, zorder=2))
        ax.text(x1 - 0.2, y1 - 0.5, "green: low. A line every 100 m", ha="right", **note)
        ax.annotate("the race's map", (right, top), (0, 3), ha="right", textcoords="offset points", **note)
        beside = note | {"va": "center", "textcoords": "offset points"}
        ax.annotate(f"start: {mountain(mountain.start):.0f} m", mountain.start, (-8, -15), ha="center", **beside)
        ax.plot(*bottom_place, "+", color=INK, ms=10, mew=1.6, zorder=2)
        ax.annotate(f"lowest here: {mountain(bottom_place):.0f} m", bottom_place, (9, 0), **beside)

    def draw(fig, name, times):
        path = walk(name, times)
        end, lowest = (round(mountain(p[-1])) for p in (path, before[name]))
        (ax,) = fig.axes
        style = {**style_of(name), "linestyle": "-", "markevery": [-1], "markersize": 11, "markeredgecolor": CARD}
        ax.plot(*path.T, lw=4.5, color=CARD)
        ax.plot(*path.T, lw=2.2, **style)
        # Light in the gaps: where the two ways are one, dark dashes alone are lost on the dark line of a walker.
        ax.plot(*before[name].T, lw=1.4, color=CARD, zorder=3)
        ax.plot(*before[name].T, lw=1.4, color=INK, linestyle=(0, (2, 1.5)), zorder=3)
        ax.plot(*path[0], "o", ms=9, color=INK, mfc=CARD, mew=2, zorder=4)
        there = before[name][-1]
        if np.hypot(*(path[-1] - there)) > 0.1:  # else it would lie on the walker
            ax.plot(*there, "o", ms=5, color=INK, zorder=4)
        said = {"color": INK, "path_effects": HALO, "zorder": 5, "textcoords": "offset points"}
        side = _free_side(np.vstack([path, before[name], name_of_bottom]), there)
        ax.annotate(f"in the race: {'the same' if times == 1 else f'{lowest} m'}", there, **side, **said)
        ax.set_title(f"{name}, {times:.2g} × its rate, ends at {end} m")
        apart = f"{abs(end - lowest)} m {'lower' if end < lowest else 'higher'} than" if end != lowest else "as low as"
        rate = racers(times)[name].learning_rate
        return f"Learning rate {rate:.2g}: after {STEPS} steps at {end} m, {apart} in the race ({lowest} m)."

    return explore(
        draw,
        "A map of the mountain, green where it is low, a line every 100 m, a cross at the lowest place, a frame around "
        "what the race's map shows, "
        "with the path of one optimizer from the start of "
        "the race and, thin and dashed, its path in the race. A list chooses the walker, a slider multiplies its "
        "learning rate by 0.1 to 10; the title says how low it gets.",
        size=(5.8, 6.2),
        ground=ground,
        name=choice("walker", list(racers())),
        times=slider("learning rate ×", TIMES[0], TIMES[-1], 1.0, log=True),
    )


def _free_side(points, place):
    """Where at `place` there is room for some words: below it, above, right or left, where the fewest points are."""
    east, north = (points - place).T
    sides = {  # how far the words reach, in km, and how they are aligned
        (0, -16, "center", "top"): (-1.9, 1.9, -1.1, -0.3),
        (0, 10, "center", "bottom"): (-1.9, 1.9, 0.2, 0.9),
        (9, 0, "left", "center"): (0.2, 4.0, -0.4, 0.4),
        (-9, 0, "right", "center"): (-4.0, -0.2, -0.4, 0.4),
    }

    def covered(side):
        x0, x1, y0, y1 = sides[side]
        return np.count_nonzero((x0 < east) & (east < x1) & (y0 < north) & (north < y1))

    x, y, ha, va = min(sides, key=covered)
    return {"xytext": (x, y), "ha": ha, "va": va}


class _Walks:
    """The paths (STEPS + 1, 2) of each walker, by its name and what its learning rate is multiplied by.

    A walk takes 50 ms, as long as all else from a key to the picture. So with the first move of the slider a walker's
    walks at all its values are made, in a quarter of a second: the slopes at many places take hardly longer than at
    one. (They may differ in the last bit, which moves the end of RMSprop's walk by 2 m at 7 times its rate, where it
    trembles.)
    """

    def __init__(self, mountain, before):
        self._mountain, self._before = mountain, before
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, name: str, times: float) -> np.ndarray:
        if times == 1:
            return self._before[name]
        at = int(np.abs(np.log(TIMES / times)).argmin())
        if not np.isclose(TIMES[at], times):
            return landscapes.descend(self._mountain, racers(times)[name], STEPS)
        if name not in self._known:
            self._known[name] = self._all(name)
        return self._known[name][at]

    def _all(self, name: str) -> np.ndarray:
        rules = [racers(times)[name] for times in TIMES]
        paths = np.empty((len(TIMES), STEPS + 1, 2))
        paths[:, 0] = self._mountain.start
        for t in range(STEPS):
            paths[:, t + 1] = paths[:, t]
            slopes = self._mountain.gradient(paths[:, t])
            for rule, slope, path in zip(rules, slopes, paths, strict=True):
                rule.apply([slope], [path[t + 1]])
        return paths
