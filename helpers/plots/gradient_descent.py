"""The pictures of the lesson on gradient descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from helpers.gradients import round_down
from helpers.plots.drawing import HALO, arrow, contour, path
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable, style_of

GD = style_of("gradient descent")["color"]


def mse_surface(X, y):
    """Return f(w1, w2) = mean((Xw − y)²) for arrays of both, without looking at the data again."""
    A, b, c = X.T @ X / len(y), X.T @ y / len(y), np.mean(y**2)
    return lambda w1, w2: A[0, 0] * w1**2 + 2 * A[0, 1] * w1 * w2 + A[1, 1] * w2**2 - 2 * (b[0] * w1 + b[1] * w2) + c


def explosion(histories: Mapping[str, Sequence[float]]):
    """The loss over the steps for the same data in two forms."""
    fig, ax = figure(height=3.6)
    styles = ((PALETTE["blue"], "-"), (PALETTE["vermillion"], (0, (6, 1.5))))
    for (form, losses), (color, style) in zip(histories.items(), styles, strict=False):
        (line,) = ax.semilogy(losses, color=color, linestyle=style, lw=2.4)
        label_line(ax, line, f"{form}: {losses[-1]:.3g}")
    steps = len(next(iter(histories.values()))) - 1
    ax.set(xlabel="step", ylabel="mean squared error", xlim=(0, 1.45 * steps))
    ax.set_xticks(range(0, steps + 1, 5))
    grown = list(histories)[-1]
    ax.set_title(f"Same people, same loop, same learning rate: {grown}, the loss explodes")
    ends = " and ".join(f"{form} it goes from {h[0]:.3g} to {h[-1]:.3g}" for form, h in histories.items())
    return described(fig, f"Mean squared error against the step, on a logarithmic axis: {ends}.")


def secants(f, at: float, steps: Sequence[float], slope: float):
    """A curve, chords from one point over shorter and shorter steps, one over the second of them to both sides, and the tangent."""
    fig, ax = figure(height=3.9)
    w = np.linspace(at - 7.5, at + 1.25 * max(steps), 201)
    ax.plot(w, [f(v) for v in w], color=INK, lw=2.2)
    here = f(at)
    shades = (PALETTE["sky"], PALETTE["blue"], PALETTE["green"], PALETTE["orange"])
    for h, color in zip(steps, shades, strict=False):
        rise = (f(at + h) - here) / h
        ax.plot([at, at + h], [here, f(at + h)], color=color, lw=2, marker="o", ms=5)
        text = f"h = {h:g}: {rise:.0f}".replace("-", "−")
        # Long chords have room above their middle; a short one is named from below, with a line to its end.
        place, shift, props = (at + 0.7 * h, here + 0.7 * rise * h), (4, 6), None
        if h < 0.6 * max(steps):
            place, shift, props = (at + h, f(at + h)), (-64 + 12 * h, -56 + 7 * h), {"arrowstyle": "-", "color": color}
        style = {"fontweight": "bold", "color": readable(color), "arrowprops": props}
        ax.annotate(text, place, shift, textcoords="offset points", **style)
    both = np.array([at - steps[1], at + steps[1]])
    rise = (f(both[1]) - f(both[0])) / (2 * steps[1])
    ax.plot(both, [f(v) for v in both], color=PALETTE["purple"], lw=2, marker="o", ms=5)
    ax.annotate(
        f"to both sides, h = {steps[1]:g}: {rise:.0f}".replace("-", "−"),
        (at - 0.4 * steps[1], f(both[0]) + rise * 0.6 * steps[1]),
        (8, 5),
        textcoords="offset points",
        fontweight="bold",
        color=readable(PALETTE["purple"]),
    )
    ends = np.array([at - 4, at + 3])
    ax.plot(ends, here + slope * (ends - at), color=PALETTE["vermillion"], lw=2.4, ls=(0, (6, 1.5)))
    ax.annotate(
        f"tangent: {slope:.0f}".replace("-", "−"),
        (ends[0], here + slope * (ends[0] - at)),
        (-6, -5),
        textcoords="offset points",
        ha="right",
        fontweight="bold",
    )
    ax.plot(at, here, "o", color=INK, ms=9, zorder=5)
    ax.set(xlabel="w (points of progression per kg/m²)", ylabel="mean squared error", xlim=(w[0], w[-1]))
    ax.set_ylim(min(f(v) for v in w) - 550, here + 5 * abs(slope) + 900)
    ax.set_title(
        "A shorter step to one side comes nearer to the tangent's slope;\na step to both sides of a parabola has it at once"
    )
    rises = ", ".join(f"{(f(at + h) - here) / h:.0f} over a step of {h:g}" for h in steps)
    return described(
        fig,
        f"The loss as a parabola over w. From the point w = {at:g} chords run to points further along the curve; their "
        f"slopes are {rises}. A chord from {steps[1]:g} below to {steps[1]:g} above is parallel to the tangent: both slopes are "
        f"{slope:.0f}.",
    )


def u_curve(h, errors: Mapping[str, np.ndarray]):
    """Error of a measured slope against the step h, for one-sided and central differences."""
    fig, ax = figure(height=4.0)
    styles = ((PALETTE["orange"], (0, (6, 1.5))), (PALETTE["blue"], "-"))
    places = []
    for (name, error), (color, style) in zip(errors.items(), styles, strict=False):
        error = np.maximum(error, 1e-17)  # an error of exactly 0 is luck, and has no logarithm
        (line,) = ax.loglog(h, error, color=color, linestyle=style, lw=2.2)
        # The lowest point of the curve's smoothed shape: single points are luck of the rounding.
        smooth = np.convolve(np.log10(error), np.ones(7) / 7, mode="same")[3:-3]
        places.append(f"{name}: best near h = 1e{round(np.log10(h[3:-3][np.argmin(smooth)]))}")
        label_line(ax, line, name, x=h[2], va="bottom", ha="right")
    ax.annotate("too short:\nrounding", (0.03, 0.42), xycoords="axes fraction", color=MUTED, ha="left")
    ax.annotate("too long:\nthe curve bends", (0.99, 0.1), xycoords="axes fraction", color=MUTED, ha="right")
    ax.set(xlabel="step h", ylabel="error of the measured slope")
    ax.set_title(f"Too long and too short are both wrong ({'; '.join(places)})")
    return described(
        fig,
        f"Error of a measured slope against the step h, both axes logarithmic. Each curve is a V: it falls as h gets "
        f"shorter, then rises again, ragged, where rounding takes over. {'; '.join(places)}. The central difference "
        f"gets several digits further.",
    )


def _two_axes(ax, names, bounds):
    ax.set(xlabel=names[0], ylabel=names[1], xlim=bounds[0], ylim=bounds[1])


WEIGHTS = ("w₁ (body mass index)", "w₂ (blood pressure)")


def steepest(X, y, w, g, angles, slopes):
    """Where the gradient points on the map, and the slope measured in every direction."""
    fig, (left, right) = figure(2, height=4.0)
    bounds = ((-15, 75), (-25, 65))
    contour(left, mse_surface(X, y), 14, bounds=bounds, points=101)
    reach = 20 / np.hypot(*g)
    arrow(left, w, reach * g, "g", color=PALETTE["vermillion"])
    arrow(left, w, -reach * g, "−g", color=PALETTE["blue"])
    left.plot(*w, "o", color=INK, ms=8, zorder=7)
    _two_axes(left, WEIGHTS, bounds)
    left.set_title("g points straight across the contours, uphill")
    degrees = np.degrees(angles)
    right.plot(degrees, slopes, color=INK, lw=2.2)
    for vector, color, name in ((g, PALETTE["vermillion"], "g"), (-g, PALETTE["blue"], "−g")):
        at = np.degrees(np.arctan2(vector[1], vector[0])) % 360
        value = float(np.interp(at, degrees, slopes))
        right.axvline(at, color=color, lw=1.6, ls=(0, (4, 2)))
        right.plot(at, value, "o", color=color, ms=9, zorder=5)
        right.annotate(
            f"{name}: {at:.1f}°",
            (at, value),
            (9, 3 if value > 0 else -10),
            textcoords="offset points",
            fontweight="bold",
        )
    right.axhline(0, color=MUTED, lw=0.8)
    right.set(xlabel="direction (degrees from east)", ylabel="slope measured in that direction", xlim=(0, 360))
    right.set_xticks(range(0, 361, 90))
    right.margins(y=0.16)
    right.set_title("No direction is steeper than g's; opposite it is the steepest way down")
    return described(
        fig,
        f"Left: contours of the loss over two weights, with the gradient as an arrow across the contours, uphill, and "
        f"its opposite. Right: the slope measured in every direction is a cosine wave; its highest value, "
        f"{np.max(slopes):.0f}, lies at the gradient's own angle, its lowest opposite.",
    )


def walk(X, y, points, shown: int = 5):
    """A path across the map of the loss, each of the first steps drawn as an arrow."""
    bounds = ((-15, 75), (-15, 60))
    fig, ax = figure(height=4.6, width=6.4)
    surface = mse_surface(X, y)
    contour(ax, surface, 16, bounds=bounds, points=101)
    path(ax, points)
    for start, end in pairwise(points[: shown + 1]):
        ax.annotate(
            "",
            end,
            start,
            arrowprops={"arrowstyle": "-|>", "color": PALETTE["blue"], "lw": 2.4, "shrinkA": 0},
            zorder=6,
        )
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    ax.plot(*best, "+", color=INK, ms=13, mew=2, zorder=7)
    ax.annotate("lowest", best, (-12, -4), textcoords="offset points", ha="right", fontweight="bold")
    _two_axes(ax, WEIGHTS, bounds)
    first, last = (np.hypot(*(points[i + 1] - points[i])) for i in (0, shown - 1))
    ax.set_title(
        f"Each step starts straight across a contour:\nstep 1 is {first / last:.1f} times as long as step {shown}"
    )
    return described(
        fig,
        f"Contours of the loss over two weights and a path of {len(points) - 1} steps that ends at the lowest point. "
        f"The steps, drawn as arrows, start at right angles to the contours and get shorter as the ground gets flatter.",
    )


def _how(factor: float) -> str:
    if abs(factor) < 1e-9:
        return "just right: one step"
    if factor > 0:
        return "too low: creeps"
    return "high: zig-zags" if abs(factor) < 1 else "too high: diverges"


def four_rates(X, y, paths: Mapping[float, np.ndarray]):
    """One parabola, and the jumps that four learning rates make on it."""
    column, curvature = X[:, 0], 2 * float(np.mean(X[:, 0] ** 2))
    best = float(column @ y / (column @ column))
    low = float(np.mean((best * column - y) ** 2))
    fig, axes = figure(2, 2, height=5.6, sharex=True, sharey=True)
    w = np.linspace(best - 26, best + 26, 201)
    said = []
    for ax, (rate, points) in zip(axes.flat, paths.items(), strict=False):
        ax.plot(w, low + curvature / 2 * (w - best) ** 2, color=MUTED, lw=1.6)
        points = points[:, 0]
        heights = low + curvature / 2 * (points - best) ** 2
        ax.plot(points, heights, "-", color=PALETTE["vermillion"], lw=1.4, marker="o", ms=5.5)
        ax.plot(points[0], heights[0], "o", color=GD, mfc=CARD, ms=9, mew=2, zorder=5)
        factor = 1 - rate * curvature
        factor = 0.0 if abs(factor) < 1e-9 else factor
        ax.set(xlim=(w[0], w[-1]), ylim=(low - 900, low + 11500))
        each = f"{factor:.1f}".replace("-", "−")
        ax.set_title(f"αc = {rate * curvature:.2g}, {_how(factor)}\n(distance × {each} a step)")
        ax.annotate(f"α = {rate:.3g}", (0.5, 0.88), xycoords="axes fraction", ha="center")
        said.append(f"{rate:.3g}, {_how(factor)}, the distance is multiplied by {factor:.1f}")
    for ax in axes[-1]:
        ax.set_xlabel("w (points per kg/m²)")
    for ax in axes[:, 0]:
        ax.set_ylabel("mean squared error")
    return described(fig, f"The same parabola four times, with the jumps of four learning rates: {'; '.join(said)}.")


def special_directions(X, y):
    """The bowl of a loss with its two special directions, downhill arrows around it, and one distance in its two parts."""
    hessian = 2 / len(y) * X.T @ X
    values, vectors = np.linalg.eigh(hessian)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    fig, ax = figure(height=4.8, width=6.4)
    bounds = tuple((c - 42, c + 42) for c in best)
    contour(ax, mse_surface(X, y), 14, bounds=bounds, points=101)
    # Points at one height: along each special direction as far out as its curvature allows.
    for k in range(24):
        turn = 2 * np.pi * k / 24
        place = best + vectors @ (np.array([np.cos(turn), np.sin(turn)]) / np.sqrt(values)) * 42
        special = k % 6 == 0
        color = PALETTE["vermillion"] if special else MUTED
        arrow(ax, place, -0.16 * hessian @ (place - best), color=color, linewidth=2.6 if special else 1.3)
    for value, vector, word in zip(values, vectors.T, ("flattest", "steepest"), strict=True):
        vector = vector * np.sign(vector[0])
        ends = np.array([best - 56 * vector, best + 56 * vector])
        ax.plot(*ends.T, color=INK, lw=1.2, ls=(0, (5, 2)), zorder=2)
        ax.annotate(
            f"{word}: curvature {value:.2f}",
            best + 51 * vector,
            (6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontweight="bold",
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1.5},
        )
    # One place well within the arrows, and the way to it from the minimum in two parts.
    (flat, steep), size = vectors.T * np.sign(vectors[0])[:, None], 42 / np.sqrt(values)
    first, second = 0.43 * size[0] * flat, 0.43 * size[1] * steep
    corner, place = best + first, best + first + second
    named = {"color": readable(PALETTE["blue"]), "fontweight": "bold", "path_effects": HALO}
    for start, part, name, shift in ((best, first, "part 1", (-22, -6)), (corner, second, "part 2", (24, -6))):
        arrow(ax, start, part, color=PALETTE["blue"], linewidth=2.6)
        ax.annotate(name, start + 0.5 * part, shift, textcoords="offset points", ha="center", va="center", **named)
    ax.plot(*np.array([best, place]).T, color=INK, lw=1.2, ls=":", zorder=6)
    ax.plot(*place, "o", color=INK, ms=7, zorder=8)
    ax.annotate("w", place, (3, 11), textcoords="offset points", ha="center", fontweight="bold", path_effects=HALO)
    _two_axes(ax, WEIGHTS, bounds)
    ax.set_title("Downhill points at the minimum\nonly along two lines")
    return described(
        fig,
        f"The elliptic bowl of the loss over two weights, with arrows that point downhill from points on one contour. "
        f"Along two dashed lines at right angles the arrows point exactly at the minimum: the flattest direction, of "
        f"curvature {values[0]:.2f}, and the steepest, of curvature {values[1]:.2f}. Elsewhere they miss it. Two blue arrows lead "
        f"from the minimum to a place w: part 1 along the flattest direction, then part 2 along the steepest.",
    )


def threshold(rates, above, critical: float, steps: int):
    """How far above the lowest the loss is after some steps, against the learning rate, with the threshold drawn."""
    fig, ax = figure(height=3.9)
    rates, above = np.asarray(rates), np.asarray(above)
    ax.semilogy(rates, above, color=GD, lw=2, marker="o", ms=4)
    ax.axvline(critical, color=PALETTE["vermillion"], lw=2, ls=(0, (6, 1.5)))
    shown = f"{round_down(critical)} (rounded down)"
    ax.annotate(
        f"2/λmax = {shown} ", (critical, 0.9), xycoords=("data", "axes fraction"), ha="right", fontweight="bold"
    )
    best = int(np.argmin(above))
    ax.plot(rates[best], above[best], "o", color=GD, mfc=CARD, ms=9, mew=2, zorder=5)
    ax.set(xlabel="learning rate α", ylabel=f"loss above the lowest after {steps} steps", xlim=(0, rates[-1] * 1.02))
    ax.set_ylim(above[best] / 3, 1e3 * above[0])  # the cliff goes on, by dozens of decades
    ax.set_title(f"Of these rates {rates[best]:.3f} is best, just before the cliff")
    return described(
        fig,
        f"Loss above the lowest after {steps} steps, on a logarithmic axis, against the learning rate. It falls slowly "
        f"from {above[0]:.2g} to {above[best]:.2g} at {rates[best]:.3f}, then rises like a cliff past the dashed line at "
        f"{shown}, which is 2 divided by the largest curvature, and out of the picture, to {above[-1]:.0e} at {rates[-1]:.3f}.",
    )


def ravines(columns: Mapping[str, np.ndarray], y, share: float = 1e-4):
    """For each form of a column: the map over b and w, and the path across it at the best single rate.

    A path ends where the loss above the lowest is down to `share` of what it was at the start.
    """
    fig, axes = figure(nrows=len(columns), height=2.3 * len(columns) + 1.2)
    said = []
    for ax, (name, x) in zip(axes, columns.items(), strict=True):
        table = np.column_stack([np.ones(len(y)), x])
        curvatures = np.linalg.eigvalsh(2 / len(y) * table.T @ table)
        rate, kappa = 2 / (curvatures[0] + curvatures[-1]), curvatures[-1] / curvatures[0]
        best = np.linalg.lstsq(table, y, rcond=None)[0]
        surface = mse_surface(table, y)
        points, low = [np.zeros(2)], surface(*best)
        while surface(*points[-1]) - low > share * (surface(0, 0) - low):
            points.append(points[-1] - rate * 2 / len(y) * table.T @ (table @ points[-1] - y))
        contour(ax, surface, 15, bounds=((-20, 320), (best[1] - 50, best[1] + 50)), points=121, equal=True)
        path(ax, np.array(points))
        ax.plot(*best, "+", color=INK, ms=13, mew=2, zorder=7)
        after = f"{len(points) - 1} step{'s' if len(points) > 2 else ''}"
        ax.set(xlabel="b (points)", ylabel="w (points per unit)")
        ax.set_title(f"{name[0].upper()}{name[1:]}: κ = {kappa:.1f}, {after} at the best learning rate, {rate:.3f}")
        said.append(f"{name} (condition number {kappa:.1f}) it takes {after}")
    return described(
        fig,
        f"Contour maps of the loss over b and w with the path of gradient descent: {'; '.join(said)}. The first map is "
        f"a narrow ravine in which the path zig-zags, the second a round bowl.",
    )


def traps(well, slow, saddle, well_paths, slow_path, saddle_path):
    """Two valleys, a saddle, and the flat stretches of the loss that a plateau and a saddle cause."""
    fig, (left, middle, right) = figure(3, height=3.6, width_ratios=[1, 1.05, 1.1])
    x = np.linspace(*well.bounds[0], 201)
    left.plot(x, well(x[:, None]), color=MUTED, lw=1.6)
    for points, color in zip(well_paths, ("vermillion", "blue"), strict=True):
        left.plot(points[:, 0], well(points), ".-", color=PALETTE[color], ms=6, lw=1.2)
        left.plot(points[0, 0], well(points[0]), "o", color=PALETTE[color], mfc=CARD, ms=9, mew=2)
        left.plot(points[-1, 0], well(points[-1]), "X", color=PALETTE[color], ms=10, mec=CARD, zorder=5)
        left.annotate(
            f"{well(points[-1]):.2f}".replace("-", "−"),
            (points[-1, 0], well(points[-1])),
            (0, -16),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )
    left.set(xlabel="w", ylabel="loss", ylim=(-0.75, 2.2))
    left.set_title("The start decides")
    contour(middle, saddle, 14, points=101)
    path(middle, saddle_path, steps=False)
    middle.set(xlabel="w₁", ylabel="w₂")
    middle.set_title("Off a saddle, sideways")
    curves = (("plateau", slow(slow_path), "green", "-"), ("saddle", saddle(saddle_path), "purple", (0, (6, 1.5))))
    for name, losses, color, style in curves:
        (line,) = right.plot(losses, color=PALETTE[color], ls=style, lw=2.2)
        label_line(right, line, name, x=0.72 * len(losses))
    right.set(xlabel="step", ylabel="loss")
    right.set_title("Flat, then a fall")
    return described(
        fig,
        f"Left: a curve with two valleys; from the right the path ends in the poor one at {well(well_paths[0][-1]):.2f}, "
        f"from the left in the better one at {well(well_paths[1][-1]):.2f}. Middle: a path runs to a saddle, and leaves "
        f"it sideways for a minimum. Right: the loss on a plateau and near a saddle stays flat for many steps, then "
        f"falls.",
    )


def separable(steps, losses, norms):
    """The cross-entropy of separable data falls and the weights grow, both without end."""
    fig, (left, right) = figure(2, height=3.4)
    left.loglog(steps[1:], losses[1:], color=GD, lw=2.2)
    left.set(xlabel="step", ylabel="cross-entropy")
    left.set_title("The loss goes on falling …")
    right.semilogx(steps[1:], norms[1:], color=PALETTE["vermillion"], lw=2.2)
    right.set(xlabel="step", ylabel="length of w")
    right.set_title("… because w goes on growing")
    return described(
        fig,
        f"Left: cross-entropy against the step, falling from {losses[1]:.2f} to {losses[-1]:.3f} without levelling off. "
        f"Right: the length of w rises to {norms[-1]:.1f} and goes on rising.",
    )
