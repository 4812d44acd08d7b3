"""The pictures of the lesson on Adam."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from helpers.plots.drawing import HALO, arrow, contour
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import COLORS, INK, MUTED, PALETTE, readable, style_of

DIRECTION, SIZE = PALETTE["blue"], PALETTE["green"]  # m and v, wherever they are drawn


def glued(losses_glued, losses_adam, rate: float):
    """The loss after each epoch of two optimizers, from several starts each."""
    fig, ax = figure(height=3.6)
    none = np.log(10)
    looks = ({"color": PALETTE["purple"], "linestyle": (0, (5, 1.5)), "marker": "s"}, style_of("adam"))
    for curves, look, text in zip((losses_glued, losses_adam), looks, ("glued", "Adam"), strict=True):
        for i, curve in enumerate(curves):
            epochs = np.arange(1, len(curve) + 1)
            (line,) = ax.plot(epochs, curve, **look | {"markevery": 1, "markersize": 5}, lw=1.4, alpha=0.8)
            if i == 0:
                label_line(ax, line, text)
    ax.plot([0.8, epochs[-1]], [none, none], color=MUTED, lw=1, zorder=1)
    ax.annotate("knows nothing: log 10", (1, none), (0, -5), textcoords="offset points", va="top", color=MUTED)
    ax.set(xlabel="epoch", ylabel="loss on the training digits", ylim=(0, None), xticks=epochs)
    ax.set_xlim(0.8, epochs[-1] + 0.5)
    stuck = sum(curve[-1] > 1.9 for curve in losses_glued)
    ax.set_title(f"Learning rate {rate:g}: glued together, {stuck} of {len(losses_glued)} networks end above 1.9")
    return described(
        fig,
        f"Loss against epoch at learning rate {rate:g}, several starts. The glued optimizer ends near 2.3, the loss of a "
        "network that knows nothing; Adam falls below 0.5 from every start.",
    )


def warm_up(m, v):
    """Averages of a gradient that is always 1, step by step, and the step that their quotient makes."""
    m, v = np.asarray(m, dtype=float), np.asarray(v, dtype=float)
    t = np.arange(1, len(m) + 1)
    ratio = m / np.sqrt(v)
    top = int(ratio.argmax())
    fig, (left, right) = figure(2, height=3.7)
    for values, color, dash, name, at in ((m, DIRECTION, "-", "m", 4), (v, SIZE, (0, (5, 1.5)), "v", 230)):
        (line,) = left.plot(t, values, color=color, linestyle=dash, lw=2.4)
        label_line(left, line, name, x=at, ha="right", fontsize=12)
    left.axhline(1, color=INK, lw=1)
    left.annotate("the gradient", (1, 1), (0, 4), textcoords="offset points")
    left.set(xscale="log", xlabel="step t", ylabel="average so far", ylim=(0, 1.15))
    left.set_title("Both averages start at 0, and v is the slower one …")
    (line,) = right.plot(t, ratio, color=PALETTE["vermillion"], lw=2.4)
    right.annotate(
        f"{ratio[top]:.1f} at step {t[top]}",
        (t[top], ratio[top]),
        (0, 6),
        textcoords="offset points",
        ha="center",
        fontweight="bold",
    )
    right.axhline(1, color=INK, lw=1)
    right.annotate("both corrected: 1 from the first step", (1, 1), (0, -5), textcoords="offset points", va="top")
    right.set(xscale="log", xlabel="step t", ylabel="step, in learning rates", ylim=(0, ratio[top] * 1.18))
    right.set_title(f"… so the step m/√v is up to {ratio[top]:.1f} times too long")
    return described(
        fig,
        "Left: for a constant gradient of 1, the averages m and v rise from 0 towards 1, m within some 40 steps, v "
        f"within some 4,000. Right: the quotient of m and the root of v begins at {ratio[0]:.1f}, peaks at "
        f"{ratio[top]:.1f} at step {t[top]} and returns to 1; with both corrected it is 1 throughout.",
    )


def anatomy(landscape, record, t: int):
    """Adam taken apart at step t: where it stands, and how m and v make the step in each direction."""
    fig, (left, right) = figure(2, height=4.1)
    share = anatomy_axes(left, right, landscape, record, t)
    shown = (
        f"{100 * part:+.0f} % in {name}".replace("-", "minus ") for part, name in zip(share, ("w₁", "w₂"), strict=True)
    )
    return described(
        fig,
        f"Left: a contour map with Adam's path up to step {t}, the downhill direction as a grey arrow and the step, "
        "drawn three times as long as it is, as a coloured one. Right: for each of the two directions a box reaching from "
        "minus to plus the root of the corrected v, and in it the arrow of minus the corrected m, which points where w "
        f"moves. The step is the learning rate times the part of the box that the arrow fills: here {', '.join(shown)}. "
        "Dashed and grey: minus m and the root of v before the correction. Below the box: minus the gradient.",
    )


def anatomy_axes(left, right, landscape, record, t: int, corrected: bool = True, points: int = 201) -> np.ndarray:
    """Draw step t of a record of (w, g, m, m_hat, v, v_hat, step); return the part of its box that each arrow fills."""
    anatomy_ground(left, right, landscape, points, corrected)
    return anatomy_top(left, right, record, t, corrected)


def anatomy_ground(left, right, landscape, points: int = 201, corrected: bool = True):
    """The map, and the axes of the boxes with the name of each part: what stays while the steps pass."""
    contour(left, landscape, 8 if points < 200 else 12, bounds=((-4, 4), (-4, 4)), points=points)
    left.set(xlabel="w₁\n+ lowest point; step drawn 3 times as long", ylabel="w₂")
    right.set(xlim=(-_WIDE, _WIDE), ylim=(-0.5, 1.5), xticks=())
    right.set_xlabel("move of w: − ← 0 → +\nwidth: the longer of box and arrow")
    right.vlines([0, 0], [-0.36, 0.64], [0.22, 1.22], color=MUTED, lw=0.8, zorder=1)
    right.grid(False)
    right.spines["left"].set_visible(False)  # the quotients above the boxes may be longer than the axis
    root, mean = ("√v̂", "−m̂") if corrected else ("√v", "−m")
    names = {
        0.2: (f"box {root}: usual size", "usual size", SIZE),
        _USED: (f"arrow {mean}: average slope", "average slope", DIRECTION),
        _NEWEST: ("−g: newest slope", "newest slope", MUTED),
    }
    if corrected:
        names |= {
            _OTHER: ("thin −m: uncorrected", "thin: uncorrected", MUTED),
            _EDGE: ("dashed √v: uncorrected", "dashed: uncorrected", MUTED),
        }
    first, second, colors = zip(*names.values(), strict=True)
    right.set_yticks([1 + height for height in names] + list(names), first + second)
    right.tick_params(axis="y", length=0, labelsize=9)
    for label, color in zip(right.get_yticklabels(), 2 * colors, strict=True):
        label.set_color(readable(color))


def anatomy_top(left, right, record, t: int, corrected: bool) -> np.ndarray:
    """Draw what `anatomy_axes` draws, on `anatomy_ground`."""
    w, g, m, m_hat, v, v_hat, step = record[t - 1]
    path = np.array([entry[0] for entry in record[:t]])
    left.plot(path[:, 0], path[:, 1], color=COLORS["adam"], lw=1.6, marker=".", ms=5, zorder=4)
    if np.abs(w).max() < 4:
        rests = np.hypot(*g) < 1e-3 * np.hypot(*record[0][1])  # downhill would be the direction of next to nothing
        _two_arrows(left, w, None if rests else -1.3 * g / np.hypot(*g), 3 * step)
    direction, size = (m_hat, v_hat) if corrected else (m, v)
    share = -direction / np.sqrt(size)
    left.set_title(
        f"Step {t}: {abs(step[0]):.2f} in w₁, {abs(step[1]):.2f} in w₂,\n{_finding(share, m_hat / np.sqrt(v_hat), g)}"
    )
    for row, y in enumerate((1.0, 0.0)):
        # A unit for each: only how much of the box the arrow fills makes the step.
        unit = max(np.sqrt(size[row]), abs(direction[row]))
        _box(right, y, -g[row] / unit, -direction[row] / unit, np.sqrt(size[row]) / unit)
        if corrected:
            _uncorrected(right, y, -m[row] / unit, np.sqrt(v[row]) / unit)
        arrow_is = f"{-direction[row]:.3g}" if abs(share[row]) > 5e-4 else "0"  # else as long as 6.25e-06
        part = f"{round(100 * share[row]):+d}".replace("+0", "0")
        look = {"fontweight": "bold", "fontsize": 9.5, "color": readable(COLORS["adam"]), "ha": "right"}
        name = f"w{'₁₂'[row]}: arrow {arrow_is} / box {np.sqrt(size[row]):.3g} = {part} %".replace("-", "−")
        right.annotate(name, (1.1, y + 0.3), **look)
    rate = np.hypot(*step) / (np.hypot(*share) or 1.0)
    right.set_title(f"Step = α × arrow / box,\n{'learning rate' if corrected else 'uncorrected:'} α = {rate:.2g}")
    return share


_WIDE = 1.12  # of the axes to either side of 0, in units of a box
_HEAD = 6  # points, of an arrow's head without the width of its line
_USED, _OTHER, _NEWEST = 0.08, -0.07, -0.32  # heights of the arrows, from the middle of their box
_EDGE = -0.195  # where the name of the dashed box stands, by its lower edge


def _finding(share, whole, g):
    """What the parts of the boxes that the two arrows fill, and the two slopes, have to say.

    `whole` are the parts with the correction, all (2,): where they are larger, it is the correction that is missing.
    """
    filled, whole = np.abs(share), np.abs(whole)
    if filled.max() > 1.05:
        return f"up to {filled.max():.1f} times α"
    if filled.min() > 0.95:
        return f"α in both; slopes {np.abs(g).max() / np.abs(g).min():.0f} times apart"
    if filled.max() < 0.005:
        return "at rest"
    least = filled.argmin()
    # Two causes multiply: the slopes leave `whole` of a step, the missing correction filled / whole of that.
    if filled[least] < 0.95 * whole[least] and filled[least] < whole[least] ** 2:
        return "less than α: m is uncorrected"
    return "less than α: slopes fade or cancel"


def _two_arrows(ax, w, downhill, step):
    """Downhill and the step from w, named clear of each other; a step that leaves the map ends at its edge.

    Where there is no downhill to speak of, None, nor a step that could be seen, only the place is drawn.
    """
    per_unit = ax.bbox.width / np.ptp(ax.get_xlim()) * 72 / ax.figure.dpi  # points
    if downhill is not None:
        arrow(ax, w, downhill, "downhill", color=MUTED)
        name = ax.texts[-1]
        if w[0] < -2.5:  # else it would reach over the edge of the map
            name.set(ha="left", position=((-4 - name.xy[0]) * per_unit + 3, name.xyann[1]))
    elif np.hypot(*step) * per_unit < 3:
        ax.plot(*w, "o", color="white", mec=INK, ms=5, zorder=7)
        return
    leaves = np.abs(w + step).max() > 4
    if leaves:
        step = step * ((4 - np.sign(step) * w) / np.abs(step)).min()
    name = "step ×3 …" if leaves else "step ×3"
    far = np.hypot(*step) * per_unit > _HEAD + 3  # a shorter arrow is a head alone, which would begin behind w
    beside = far and not leaves and (downhill is None or step @ downhill < 0.9 * np.hypot(*step) * np.hypot(*downhill))
    if far:
        arrow(ax, w, step, name if beside else None, optimizer="adam", linewidth=3)
    else:
        ax.plot(*np.stack([w, w + step]).T, color=COLORS["adam"], lw=5, solid_capstyle="butt", zorder=6)
        name = name if np.hypot(*step) * per_unit > 4 else "step: tiny"  # its dot covers it
    if not beside:
        back = -1 if downhill is not None and downhill[0] > 0 else 1
        back = -np.sign(w[0]) if abs(w[0]) > 2 else back  # into the map
        look = {"ha": "right" if back < 0 else "left", "va": "center", "fontweight": "bold", "path_effects": HALO}
        color = readable(COLORS["adam"])
        ax.annotate(name, w, (9 * back, 0), textcoords="offset points", color=color, zorder=7, **look)
    ax.plot(*w, "o", color="white", mec=INK, ms=5, zorder=7)


def _box(ax, y, newest, mean, root):
    """One direction: the box from −root to root, the arrow of the mean in it, below it that of the newest slope."""
    ax.add_patch(Rectangle((-root, y - 0.22), 2 * root, 0.44, facecolor=SIZE, alpha=0.22, edgecolor=SIZE, lw=1.5))
    _level_arrow(ax, y + _USED, mean, DIRECTION, 3)
    _level_arrow(ax, y + _NEWEST, newest, MUTED, 1.3)


def _uncorrected(ax, y, mean, root):
    """The pair before its correction, thin and dashed."""
    ax.add_patch(Rectangle((-root, y - 0.22), 2 * root, 0.44, fill=False, edgecolor=MUTED, lw=1.3, linestyle="--"))
    _level_arrow(ax, y + _OTHER, mean, MUTED, 1.3)


def _level_arrow(ax, y, length, color, width):
    """An arrow from 0 along the height y; without a head where that has no room, or lies beyond the axes."""
    per_unit = ax.bbox.width / np.ptp(ax.get_xlim()) * 72 / ax.figure.dpi  # points
    if abs(length) > _WIDE:
        ax.plot([0, np.sign(length) * _WIDE], [y, y], color=color, lw=width, solid_capstyle="butt", zorder=6)
    elif abs(length) * per_unit > _HEAD + width:
        arrow(ax, (0, y), (length, 0), color=color, linewidth=width)
    elif abs(length) > 1e-3:  # shorter than a head, which would begin on the other side of 0
        ax.plot([0, length], [y, y], color=color, lw=width + 2, solid_capstyle="butt", zorder=6)


def epsilon_trap(epsilon: float = 1e-7, beta_2: float = 0.999):
    """Length of the first step against the size of the gradient, with ε added to √v̂ and to √v."""
    g = np.geomspace(1e-10, 1e-1, 400)
    root = np.sqrt(1 - beta_2)
    curves = {"the paper: ε on √v̂": g / (g + epsilon), "Keras: ε on √v": g * root / (g * root + epsilon)}
    fig, ax = figure(height=3.8)
    looks = ((PALETTE["blue"], (0, (5, 1.5))), (COLORS["keras"], "-"))
    for (name, values), (color, dash), (at, side) in zip(
        curves.items(), looks, ((7e-8, "right"), (4e-6, "left")), strict=True
    ):
        ax.plot(g, values, color=color, linestyle=dash, lw=2.4)
        place, shift = (at, np.interp(at, g, values)), (-10 if side == "right" else 10, 0)
        look = {"ha": side, "va": "center", "fontweight": "bold", "color": readable(color)}
        ax.annotate(name, place, shift, textcoords="offset points", **look)
    at = 1e-6
    high, low = (np.interp(at, g, values) for values in curves.values())
    ax.plot([at, at], [low, high], color=PALETTE["vermillion"], lw=2, marker="o", ms=6, zorder=5)
    ax.annotate(
        f"{high / low:.1f} times",
        (at, high),
        (8, -14),  # where no curve passes
        textcoords="offset points",
        ha="left",
        fontweight="bold",
        color=readable(PALETTE["vermillion"]),
    )
    small = f"{epsilon:g}".replace("e-0", "e-")
    ax.set(xscale="log", xlabel=f"size of the gradient |g|, with ε = {small}", ylim=(0, 1.08))
    ax.set_ylabel("first step, in learning rates")
    ax.set_title("First step: the place of ε matters near |g| = 1e-6, hardly above 1e-3")
    return described(
        fig,
        "Two S-shaped curves of the first step, in learning rates, against the size of the gradient on a logarithmic "
        f"axis. Both are 0 for tiny gradients and 1 for large ones. The paper's rises near 1e-7, Keras' near 3e-6. At a "
        f"gradient of 1e-6 the paper's step is {high / low:.1f} times as long.",
    )


def weight_decay(coupled, decoupled):
    """Weights against steps for several gradient scales: λw inside the gradient, and decay outside it."""
    fig, axes = figure(2, height=3.9, sharey=True)
    dashes = ["-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1.2, 1.5))]
    for ax, curves, name in zip(axes, (coupled, decoupled), ("adam", "adamw"), strict=True):
        for (scale, path), dash in zip(curves.items(), dashes, strict=False):
            (line,) = ax.plot(np.arange(len(path)), path, color=COLORS[name], linestyle=dash, lw=2.2)
            if ax is axes[0]:
                label_line(ax, line, f"g = ±{scale:g}")
        ax.set(xlabel="step", ylim=(-0.05, 1.05), xlim=(0, len(path) * 1.3))
    axes[0].set_ylabel("weight w")
    ends = [path[-1] for path in coupled.values()]
    axes[0].set_title(f"λw in the gradient leaves {min(ends):.2f} to {max(ends):.2f} of the weight …")
    label_line(axes[1], line, "all three")
    ends = [path[-1] for path in decoupled.values()]
    same = f"{ends[0]:.2f}" if np.ptp(ends) < 0.005 else f"{min(ends):.2f} to {max(ends):.2f}"
    axes[1].set_title(f"… AdamW leaves {same}, whatever the gradients")
    return described(
        fig,
        "Left: with the penalty inside the gradient, a weight whose gradients alternate between small values falls to 0 "
        "within some hundred steps, one with large gradients hardly shrinks. Right: with decoupled decay all of them "
        "follow the same curve.",
    )


def counterexample(paths, moves):
    """Two optimizers on Reddi's sum: where they go, and what the three steps of one round move."""
    fig, (left, right) = figure(2, height=3.9)
    for name, path in paths.items():
        style = style_of(name) | {"marker": ""}
        (line,) = left.plot(np.arange(1, len(path) + 1), path, **style, lw=2.2)
        high = path[-1] > 0
        place, shift = (200, path[199]), (0, -9 if high else 9)
        look = {"ha": "center", "va": "top" if high else "bottom", "color": readable(line.get_color())}
        left.annotate(name, place, shift, textcoords="offset points", fontweight="bold", **look)
    for end, text in ((-1, "the best w, at −1"), (1, "the worst w, at +1")):
        left.axhline(end, color=INK, lw=1)
        left.annotate(
            text,
            (1.1, end),
            (0, 5 if end > 0 else -5),
            textcoords="offset points",
            color=MUTED,
            va="bottom" if end > 0 else "top",
        )
    left.set(xscale="log", xlabel="step t", ylabel="w", ylim=(-1.3, 1.3))
    ends = {name: path[-1] for name, path in paths.items()}
    title = f"After {len(next(iter(paths.values()))):,} steps Adam is at {ends['Adam']:+.2f}, AMSGrad at {ends['AMSGrad']:+.2f}"
    left.set_title(title.replace("-", "−"))
    width = 0.38
    for i, (name, three) in enumerate(moves.items()):
        places = np.arange(4) + (i - 0.5) * width
        values = [*three, sum(three)]
        bars = right.bar(places, values, width * 0.92, color=COLORS[name.lower()], hatch="" if i else "//", ec="white")
        for bar, value in zip(bars, values, strict=True):
            right.annotate(
                f"{value:+.2f}".replace("-", "−"),
                (bar.get_x() + bar.get_width() / 2, value),
                (6 * (2 * i - 1), 3 if value > 0 else -3),  # a little away from the neighbour's number
                textcoords="offset points",
                ha="center",
                va="bottom" if value > 0 else "top",
                fontsize=8.5,
            )
    right.axhline(0, color=INK, lw=0.8)
    right.set(
        xticks=range(4), xticklabels=["g = 3", "g = −1", "g = −1", "sum"], ylabel="move wanted, in units of 0.5/√t"
    )
    right.margins(y=0.16)
    up = {name: sum(three[1:]) / -three[0] for name, three in moves.items()}
    right.set_title(f"The two −1 weigh {up['Adam']:.2f} threes\nin Adam, {up['AMSGrad']:.2f} in AMSGrad")
    return described(
        fig,
        f"Left: over {len(next(iter(paths.values()))):,} steps Adam drifts to plus 1, the worst point, AMSGrad to minus "
        "1, the best. Right: bars of the moves in one round of three gradients, 3, minus 1, minus 1. Adam's moves add up "
        f"to {sum(moves['Adam']):+.2f}, AMSGrad's to {sum(moves['AMSGrad']):+.2f}.",
    )


def relatives(flip, spike, at: int):
    """Steps of Adam's family when the gradient turns round, and when one gradient is a hundred times as large."""
    fig, (left, right) = figure(2, height=3.9)
    # From the spike on the steps change in tens and then in thousands: a logarithmic axis shows both.
    for ax, curves, (first, last) in ((left, flip, (-3, 22)), (right, spike, (1, 3000))):
        for name, steps in curves.items():
            t = np.arange(1, len(steps) + 1) - at + 1
            shown = (t >= first) & (t <= last)
            style = style_of(name) | {"markersize": 5, "lw": 1.9}
            if name == "Adam":  # wide and pale, for others lie on it
                style |= {"marker": "", "lw": 7, "alpha": 0.35, "solid_capstyle": "butt"}
            style["markevery"] = 1 if ax is left else _evenly(t[shown])
            (line,) = ax.plot(t[shown], np.asarray(steps)[shown], **style)
            label_line(ax, line, "Adam, wide" if name == "Adam" else name)
    left.axhline(0, color=INK, lw=0.8)
    left.set(xlabel="step, counted from the turn of the gradient", ylabel="step, in learning rates", xlim=(-3, 22.4))
    highest = {name: max(np.asarray(steps)[at - 1 :]) for name, steps in spike.items()}
    right.set(
        xscale="log", xlabel="step, counted from the spike", xlim=(0.22, 3100), ylim=(0, max(highest.values()) + 0.4)
    )
    for name in ("Nadam", "Adam"):
        look = {"textcoords": "offset points", "ha": "right", "va": "center"}
        right.annotate(f"{highest[name]:.1f}", (1, highest[name]), (-6, 0), **look)
    turned = {name: int(np.argmax(np.asarray(s)[at - 1 :] < 0)) + 1 for name, s in flip.items()}
    left.set_title(f"Nadam turns at step {turned['Nadam']}, Adam at {turned['Adam']}")
    right.set_title("One gradient of 100: Adam recovers,\nAdamax slowly, AMSGrad hardly")
    return described(
        fig,
        "Left: the gradient changes its sign; the step of every optimizer follows some steps later, Nadam's one step "
        "before Adam's; Adamax lies on Adam. Right, with a logarithmic axis of steps: one gradient is a hundred times as "
        f"large. At that step Nadam goes {highest['Nadam']:.1f} learning rates, Adam and AMSGrad {highest['Adam']:.1f}; "
        "soon after it all steps are short; Adam's, Nadam's and, later, Adamax' grow back to one learning rate, AMSGrad's "
        "stay short.",
    )


def _evenly(t, count=9):
    """The places of some of the steps t, from 1 on, that are evenly spaced on a logarithmic axis."""
    return np.unique(np.searchsorted(t, np.geomspace(t[0], t[-1], count).round())).tolist()
