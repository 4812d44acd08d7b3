"""The pictures of the lesson on momentum."""

from __future__ import annotations

import numpy as np

from helpers.plots.drawing import HALO, arrow, contour, loss_curves, path
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable, style_of

# The parts of one step have the same colours in every picture of the lesson.
PULL, KEPT, STEP = PALETTE["vermillion"], PALETTE["purple"], PALETTE["blue"]
_BETAS = (PALETTE["black"], PALETTE["green"], PALETTE["blue"], PALETTE["purple"], PALETTE["orange"])
_DASHES = ("-", (0, (6, 1.5, 1.2, 1.5)), (0, (7, 2)), (0, (1, 1.2)), (0, (4, 1.5)))


def race(landscape, paths: dict, steps: dict):
    """The first 60 steps of each path on a map of its own; `paths` and `steps` are by β."""
    fig, axes = figure(2, nrows=(len(paths) + 1) // 2, height=4.6, sharex=True, sharey=True)
    for ax, (beta, way) in zip(np.ravel(axes), paths.items(), strict=True):
        contour(ax, landscape, levels=10, bounds=((-10.5, 9.5), (-10.5, 10.5)), points=121, equal=False)
        path(ax, way[:61], "momentum" if beta else "gradient descent", linestyle="-", linewidth=1.2)
        ax.set_title(f"β = {beta:g}: {steps[beta]} steps needed")
    for ax in axes[-1]:
        ax.set_xlabel("x (along the ravine)")
    for ax in axes[:, 0]:
        ax.set_ylabel("y (across)")
    told = ", ".join(f"{steps[beta]} with β = {beta:g}" for beta in paths)
    return described(
        fig,
        f"Maps of the ravine with the first 60 steps of each choice of β. Steps needed: {told}. Without momentum the "
        "path zig-zags between the walls and gets two thirds of the way along; with β = 0.67 it swings wider at first, "
        "and arrives; with β = 0.9 it swings twice as wide as that, runs past the lowest point and comes back; with "
        "β = 0.99 its swings fill the whole map, from end to end.",
    )


def accumulate(same, flip):
    """The velocity, step by step, under a gradient that stays and one that alternates, where one pull is 1."""
    fig, (left, right) = figure(2, height=3.3)
    for ax, values in ((left, same), (right, flip)):
        ax.bar(np.arange(1, len(values) + 1), values, color=STEP, width=0.7)
        ax.axhline(1, color=PULL, lw=1.6, ls=(0, (5, 1.5)))
        ax.set(xlabel="step t")
    right.axhline(-1, color=PULL, lw=1.6, ls=(0, (5, 1.5)))
    right.set_ylim(-1.35, 1.35)
    left.set_ylabel("velocity m, in units of α|g|")
    label = {"textcoords": "offset points", "color": readable(PULL), "fontweight": "bold"}
    box = {"facecolor": CARD, "edgecolor": "none", "pad": 2}
    left.annotate("one pull alone: 1", (len(same), 1), (0, 7), ha="right", bbox=box, **label)
    right.annotate("one pull alone: ±1", (len(flip), 1), (0, 5), ha="right", **label)
    left.set_title(f"Same slope: steps of {abs(same[-1]):.2g} pulls")
    right.set_title(f"Alternating: of {abs(flip[-1]):.2g} pulls")
    return described(
        fig,
        "Two bar charts of the velocity. Left, a slope that stays the same: the velocity grows from 1 and levels off "
        f"near {abs(same[-1]):.2g}. Right, a slope that changes sign at each step: the velocity alternates, and "
        f"shrinks to {abs(flip[-1]):.2g}.",
    )


def _legend(ax):
    """Name the parts of a step in the upper right corner, in the colours of their arrows."""
    for row, (text, color) in enumerate((("βm: kept (thin)", KEPT), ("−αg: pull", PULL), ("the step (thick)", STEP))):
        place = (-8, -8 - 15 * row)
        ax.annotate(
            text,
            (1, 1),
            place,
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="top",
            color=readable(color),
            fontweight="bold",
            path_effects=HALO,
        )


def _widest_gap(vectors):
    """The unit vector in the middle of the widest angle that these leave free."""
    angles = np.sort([np.arctan2(y, x) for x, y in vectors if np.hypot(x, y) > 1e-9])
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    middle = angles[np.argmax(gaps)] + gaps.max() / 2
    return np.array([np.cos(middle), np.sin(middle)])


_NOTE = {"color": INK, "fontsize": 9, "path_effects": HALO}
_LOW = -2.62  # where the bars lie, below the path


def _way_along(ax, t, start, way, told):
    """A bar below the path: how far a step goes along x, with its number below; `told`: and the length above."""
    ax.plot([start, start + way], [_LOW, _LOW], color=STEP, lw=5, solid_capstyle="butt", zorder=6)
    ax.plot([start, start + way], [_LOW, _LOW], "|", color=INK, ms=10, zorder=7)
    for text, above in ((f"{t}", -11), (f"{way:.2f}" if told else "", 11)):
        place = {"textcoords": "offset points", "ha": "center", "va": "center"}
        ax.annotate(text, (start + way / 2, _LOW), (0, above), **place, **_NOTE)


def step_arrows(landscape, trace):
    """Each step as a triangle of arrows; `trace` holds (w, βm, −αg) of each step."""
    points = np.array([w for w, _, _ in trace])
    fig, ax = figure(height=4.2)
    x0, x1 = points[:, 0].min() - 0.9, points[:, 0].max() + 2.6
    contour(ax, landscape, levels=14, bounds=((x0, x1), (-3.1, 2.5)), equal=True)
    along = [(kept + pull)[0] for _, kept, pull in trace]
    longest = int(np.argmax(along)) + 1
    for t, (w, kept, pull) in enumerate(trace, 1):
        # The step first: where its parts lie in line with it they are seen on top of it.
        arrow(ax, w, kept + pull, color=STEP, linewidth=3.4)
        if np.linalg.norm(kept) > 1e-9:
            arrow(ax, w, kept, color=KEPT, linewidth=1.5)
        arrow(ax, w + kept, pull, color=PULL, linewidth=1.6)
        ax.plot(*w, "o", color=INK, ms=6, zorder=8)
        before = [-(a + b) for _, a, b in trace[t - 2 : t - 1]] + [-b for _, _, b in trace[t - 2 : t - 1]]
        place = 12 * _widest_gap([*before, kept, kept + pull])
        options = {"textcoords": "offset points", "ha": "center", "va": "center", "fontweight": "bold", "zorder": 9}
        ax.annotate(f"{t}", w, place, **options)
        _way_along(ax, t, w[0], along[t - 1], told=t in (1, longest))
    end = (points[-1, 0] + along[-1], _LOW)
    ax.annotate("along x alone", end, (8, 0), textcoords="offset points", va="center", **_NOTE)
    _legend(ax)
    ax.set(xlabel="x (along the ravine)", ylabel="y (across)")
    ax.set_title(
        f"Along x the pulls agree: from {along[0]:.2f} in step 1 to {along[longest - 1]:.2f} in step {longest}"
    )
    return described(
        fig,
        f"A map of part of the ravine with {len(trace)} steps drawn as triangles: a thin purple arrow for the kept "
        "velocity, an orange one for the pull of the slope, and a thick blue one for their sum, the step. Where the "
        "path has crossed the bottom, pull and kept velocity oppose each other. Bars below show how far each step goes along "
        f"x: {along[0]:.2f} in step 1, up to {max(along):.2f} in step {longest}.",
    )


def flat_floor(scales, factors: dict):
    """What a step multiplies one direction by, in size, against αλ, given as `scales`; `factors` holds a curve for each β."""
    fig, ax = figure(height=3.9)
    for (beta, values), color, dash in zip(factors.items(), _BETAS, _DASHES, strict=False):
        ax.plot(scales, values, color=color, linestyle=dash, lw=2.2)
        floor = np.sqrt(beta)
        place, text = (scales[-1] + 0.06, floor), f"β = {beta:g}: floor {floor:.3f}"
        if not beta:
            place, text = (1.3, 0.2), "β = 0: no floor"
        else:
            ax.plot([(1 - floor) ** 2, (1 + floor) ** 2], [floor, floor], "o", color=color, ms=6, mec=CARD, zorder=6)
        ax.annotate(text, place, color=readable(color), fontweight="bold", va="center", annotation_clip=False)
    ax.axhline(1, color=MUTED, lw=1)
    ax.annotate("above 1: diverges", (0.05, 1.0), (0, 4), textcoords="offset points", color=MUTED, fontsize=9)
    ax.set(xlabel="αλ (learning rate × curvature)", ylabel="factor per step", xlim=(0, scales[-1]), ylim=(0, 1.2))
    ax.set_title("Momentum digs a flat floor: a step multiplies every direction on it by √β")
    return described(
        fig,
        "What a step multiplies one direction by, in size, against the learning rate times the curvature. Without "
        "momentum it is a V that touches 0 at 1 and reaches 1 at 2. With momentum the V gets a flat floor at the "
        "square root of β, wider and higher the larger β is; dots mark its ends.",
    )


def steps_against_beta(betas, steps, best: float):
    """Steps needed, measured, for each β at the learning rate that is best for it in the long run."""
    betas, steps = np.asarray(betas), np.asarray(steps)
    fig, ax = figure(height=3.4)
    ax.semilogy(betas, steps, color=style_of("momentum")["color"], marker="s", ms=5)
    ax.axvline(best, color=INK, lw=1.2, ls=(0, (4, 2)))
    place = {"textcoords": "offset points", "ha": "right", "va": "top"}
    ax.annotate(f"the formula's β = {best:.3f}", (best, steps.max()), (-6, 0), **place)
    ax.annotate("too little:\nzig-zag", (0.12, steps[0] * 0.55), ha="center", va="top", color=MUTED)
    ax.annotate("too much:\nswings", (0.84, steps[-1] * 0.6), ha="center", va="center", color=MUTED)
    ax.set(xlabel="β", ylabel="steps needed", xlim=(-0.02, 1.02))
    ax.set_yticks([50, 100, 200, 400], ["50", "100", "200", "400"])
    ax.minorticks_off()
    lowest = int(np.argmin(steps))
    ax.set_title(
        f"Fewest steps here: {steps[lowest]}, at β = {betas[lowest]:.2f}. Best in the long run: β = {best:.3f}"
    )
    return described(
        fig,
        f"Steps needed in the ravine against β, on a logarithmic axis: {steps[0]} at β = {betas[0]:g}, fewest, "
        f"{steps[lowest]}, at β = {betas[lowest]:.2f}, beside the formula's {best:.3f}, the best in the long run, and "
        f"{steps[-1]} at β = {betas[-1]:g}.",
    )


def distances(curves: dict, within: float = 1e-3):
    """The distance to the best parameters over the steps, for plain descent and with momentum, on real data."""
    fig, ax = figure(height=3.6)
    curves = {name: np.asarray(values) / values[0] for name, values in curves.items()}
    # Below a millionth the picture would only show rounding.
    shown = {name: np.where(values > 1e-6, values, np.nan) for name, values in curves.items()}
    loss_curves(ax, shown, log=True, ylabel="distance to the best w (start: 1)")
    ax.axhline(within, color=MUTED, lw=1)
    needed = {name: int(np.flatnonzero(values > within)[-1]) + 1 for name, values in curves.items()}
    slow, fast = needed.values()
    ax.margins(x=0.17)
    ax.set_xlim(left=0)
    ax.set_title(f"On real data: a thousandth of the distance after {fast} steps instead of {slow}")
    return described(
        fig,
        "Distance to the best parameters of a linear regression against steps, logarithmic. Plain descent needs "
        f"{slow} steps to a thousandth of the distance at the start, momentum {fast}.",
    )


def look_ahead(landscape, w, m, beta: float, rate: float):
    """One step of a heavy ball and one of Nesterov's, from the same place and velocity, as arrows."""
    w, m = np.asarray(w, float), np.asarray(m, float)
    ahead = w + beta * m
    fig, axes = figure(2, height=3.5, sharey=True)
    ends = []
    for ax, place in zip(axes, (w, ahead), strict=True):
        pull = -rate * landscape.gradient(place)
        ends.append(ahead + pull)
        contour(ax, landscape, levels=14, bounds=((w[0] - 0.9, w[0] + 3.1), (-1.3, 1.7)), equal=True)
        arrow(ax, w, beta * m + pull, color=STEP, linewidth=3.4)
        arrow(ax, w, beta * m, color=KEPT, linewidth=1.5)
        arrow(ax, ahead, pull, color=PULL, linewidth=1.6)
        ax.plot(*w, "o", color=INK, ms=8, zorder=8)
        ax.plot(*place, "o", mfc="none", mec=PULL, mew=2, ms=14, zorder=8)
        ax.set_xlabel("x")
    note = {
        "textcoords": "offset points",
        "fontweight": "bold",
        "color": readable(PULL),
        "zorder": 9,
        "path_effects": HALO,
    }
    axes[0].annotate("slope asked here", w, (10, 8), **note)
    axes[1].annotate("slope asked here", ahead, (0, -26), ha="center", **note)
    _legend(axes[0])
    _legend(axes[1])
    axes[0].set_ylabel("y")
    axes[0].set_title(f"Heavy ball: pulled on, to y = {ends[0][1]:.2f}".replace("-", "−"))
    axes[1].set_title(f"Nesterov: pulled back, to y = {ends[1][1]:.2f}".replace("-", "−"))
    return described(
        fig,
        "Two maps with the same place and velocity. Left, the heavy ball asks for the slope where it is: that still "
        f"pulls across the bottom, and the step ends at y = {ends[0][1]:.2f}. Right, Nesterov asks where the velocity "
        f"will have carried it, beyond the bottom: that slope pulls back, and the step ends at y = {ends[1][1]:.2f}.",
    )


def bump(landscape, paths: dict):
    """Where each path goes on a slope with a bump: the height, and the position over the steps."""
    fig, (left, right) = figure(2, height=3.7, width_ratios=[1, 1.15])
    x, height = landscape.grid(400)
    left.plot(x, height, color=INK, lw=2)
    left.fill_between(x, height, -0.1, color="#E8EEF1", lw=0)
    for name, way in paths.items():
        style = style_of(name)
        way = np.asarray(way)[:, 0]
        # Every third step, or the balls cover each other.
        left.plot(way[::3], landscape(way[::3, None]) + 0.03, style["marker"], color=style["color"], ms=4, alpha=0.55)
        left.plot(way[-1], landscape(way[-1:]) + 0.03, style["marker"], color=style["color"], mec=CARD, ms=12, zorder=6)
        (line,) = right.plot(way, color=style["color"], linestyle=style["linestyle"])
        label_line(right, line, f"{name}: x = {way[-1]:.2f}".replace("-", "−"), x=0.62 * len(way))
    left.set(xlabel="parameter x", ylabel="loss", ylim=(-0.1, None))
    right.set(xlabel="step", ylabel="parameter x")
    left.set_title("Here a bump stops plain descent …")
    right.set_title("… and the heavy ball rolls over it")
    told = ", ".join(f"{name} ends at {way[-1][0]:.2f}" for name, way in paths.items())
    return described(
        fig,
        "Left, a curve that falls from the left, has a bump at −2 and is lowest at 0, with the steps as marks. "
        f"Right, the position over the steps: {told}.",
    )


def rate_cut(inside, outside, cut: int):
    """The length of each step under a constant slope when the learning rate is cut, in both conventions."""
    fig, ax = figure(height=3.3)
    t = np.arange(1, len(inside) + 1)
    (a,) = ax.plot(t, inside, color=PALETTE["blue"], lw=2.2)
    (b,) = ax.plot(t, outside, color=PALETTE["vermillion"], lw=2.2, linestyle=(0, (5, 1.5)))
    label_line(ax, a, "rate inside (Keras): coasts", x=cut + 3, ha="left")
    label_line(ax, b, "rate outside (PyTorch): brakes at once", x=cut + 3, ha="left").set(position=(0, -6), va="top")
    ax.axvline(cut + 0.5, color=MUTED, lw=1)
    ax.annotate("rate × 0.1 from here", (cut + 0.5, 0.25), (-5, 0), textcoords="offset points", ha="right", color=MUTED)
    ax.set(xlabel="step t", ylabel="length of the step", ylim=(0, None))
    ax.set_title(
        f"{5} steps after the cut, the rate inside still steps {inside[cut + 4] / outside[cut + 4]:.1f} times as far"
    )
    return described(
        fig,
        "Length of each step under a constant slope. Both conventions are equal until the learning rate is cut to a "
        "tenth. Then the step drops at once where the rate stands outside the velocity, and fades over some thirty "
        "steps where it stands inside.",
    )


def digits_curves(curves: dict, finding: str):
    """Training loss per epoch of the digits network, for several settings."""
    fig, ax = figure(height=3.6)
    for (name, values), color, dash in zip(curves.items(), _BETAS, _DASHES, strict=False):
        (line,) = ax.plot(np.arange(1, len(values) + 1), values, color=color, linestyle=dash, lw=2.2, marker="o", ms=4)
        label_line(ax, line, name)
    ax.set(xlabel="epoch", ylabel="training loss", xlim=(0.8, len(values) * 1.55), ylim=(0, None))
    ax.set_xticks(range(1, len(values) + 1))
    ax.set_title(finding)
    told = "; ".join(f"{name}: {values[-1]:.2f}" for name, values in curves.items())
    return described(fig, f"Training loss of the digits network over the epochs. At the end: {told}.")


def heavy_ball_ground(left, right, landscape):
    """The map of the ravine, and the axes of the factors: what stays while the settings change."""
    contour(left, landscape, levels=8, bounds=((-10, 5), (-4, 4)), points=61, equal=False)
    left.set(xlabel="x (curvature λ = 1)", ylabel="y (λ = 100)", yticks=(-4, 0, 4), xticks=(-10, -5, 0, 5))
    # On a logarithmic axis the marks keep their distance, the condition number, and the learning rate slides both.
    right.set(xlabel="αλ: learning rate × curvature", ylabel="what a step leaves of the distance")
    right.set(xscale="log", xlim=(0.0008, 6), ylim=(0, 1.2))
    right.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    right.minorticks_off()
    right.axhline(1, color=MUTED, lw=1)
    right.annotate("above 1: diverges", (0.0009, 1), (0, 4), textcoords="offset points", color=MUTED, fontsize=9)


def heavy_ball_axes(left, right, way, scales, factors, edges, name: str, floor: float | None):
    """Draw a path on the ravine, and where its slowest and steepest directions stand on the curve of factors.

    `floor` is the height of the curve's flat part, if it has one.
    """
    path(left, way, name, linestyle="-", linewidth=1.3)
    note = {"textcoords": "offset points", "color": INK, "fontsize": 9, "path_effects": HALO, "zorder": 6}
    left.annotate("start", way[0], (-3, 9), **note)  # above the path, which may pass through
    left.annotate("lowest", (0, 0), (7, -12), **note)
    right.plot(scales, factors, color=style_of(name)["color"], lw=2.2)
    if floor:
        begin, end = max((1 - floor) ** 2, 0.0008), (1 + floor) ** 2
        height = floor - (0.27 if floor > 0.5 else 0.17)  # below the marks' names
        right.text(np.sqrt(begin * end), height, f"flat floor: √β = {floor:.3f}", ha="center", fontsize=9, color=INK)
    for (scale, factor), mark, text, side in zip(
        edges, "os", ("along x", "across y"), ("center", "right"), strict=True
    ):
        top = right.get_ylim()[1]
        shown, mark = (factor, mark) if factor <= top else (top, "^")  # a triangle points to where the picture ends
        right.plot(scale, shown, mark, color=PULL, ms=10, mec=CARD, zorder=6, clip_on=False)  # whole at 0, too
        right.annotate(
            text,
            (scale, shown),
            (0 if side == "center" else -8, (-20 if side == "center" else -14) if shown > 0.2 else 10),
            textcoords="offset points",
            ha=side,
            color="#A54900",
            fontweight="bold",
            path_effects=HALO,  # the curve may pass through
        )
