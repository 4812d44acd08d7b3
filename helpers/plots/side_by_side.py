"""The pictures of the lesson that runs our optimizers beside Keras'."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np

from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line, spread
from helpers.plots.style import COLORS, INK, MUTED, PALETTE, known_style, readable, style_of

EPS = np.finfo(np.float64).eps
FLOOR = 1e-17  # where a difference of exactly 0 is drawn, for the logarithm has no place for it
MARGIN = 1e-10

# The differences that `race(optimizers.SGD(0.1, momentum=0.9))` of the lesson gives after each of 25 steps, with one
# thing set differently on the two sides: which, is the exercise. A test makes them again. In units of 1e-10.
MYSTERY = 1e-10 * np.ravel(
    [
        [149, 144, 138, 145, 140],
        [138, 132, 127, 136, 143],
        [145, 154, 172, 157, 131],
        [123, 112, 112, 119, 124],
        [127, 127, 123, 127, 138],
    ]
)


def _bound(values):
    """A bound for all of them in one digit, "3e-15": rounded up, so that it holds."""
    largest = float(np.max(values))
    if not largest:
        return "0"
    power = int(np.floor(np.log10(largest)))
    return f"{np.ceil(largest / 10.0**power) * 10.0**power:.0e}"


def _above_floor(values):
    return np.maximum(np.asarray(values, dtype=float), FLOOR)


def written(x):
    """A size in two digits, as 0.76 or 0.0019, and below a thousandth as 5.5e-8."""
    return f"{x:.1e}".replace("e-0", "e-") if x < 1e-3 else f"{x:.2g}"


def _difference_axis(ax, steps, low=FLOOR / 3, high=1e-5, limit=True):
    ax.axhspan(low, EPS, color=MUTED, alpha=0.1, lw=0, zorder=0)
    look = {"textcoords": "offset points", "va": "top", "color": MUTED, "fontsize": 9}
    ax.annotate("below the last digit of float64", (1, EPS), (3, -4), **look)
    if limit:
        ax.axhline(MARGIN, color=INK, lw=1)
        ax.annotate("our limit, 1e-10", (1, MARGIN), (3, 4), textcoords="offset points", fontsize=9)
    ax.set(yscale="log", ylim=(low, high), xlim=(0.5, steps + 0.5), xlabel="step t", ylabel="relative difference")


def twins(ours, theirs, apart, optimizer="adam"):
    """Losses of our network and of its Keras twin, step by step, and the relative difference of their weights."""
    steps = np.arange(1, len(ours) + 1)
    fig, (left, right) = figure(2, height=3.7)
    look = style_of(optimizer)
    left.plot(steps, ours, color=look["color"], lw=7, alpha=0.35, solid_capstyle="round")
    left.plot(steps, theirs, color=COLORS["keras"], linestyle=(0, (1, 1.4)), lw=2.2)
    for text, color, height in (("ours, wide", look["color"], 0.93), ("Keras, dotted", COLORS["keras"], 0.84)):
        left.annotate(
            text, (0.97, height), xycoords="axes fraction", ha="right", color=readable(color), fontweight="bold"
        )
    left.set(xlabel="step t", ylabel="loss on the batch", ylim=(0, None))
    left.set_title("The two curves lie on each other …")
    _difference_axis(right, len(steps), high=1e-4)
    right.plot(steps, _above_floor(apart), color=look["color"], lw=2, marker="o", ms=4)
    right.set_title(f"… and the weights agree to {_bound(apart)}")
    return described(
        fig,
        f"Left: the loss of two networks over {len(steps)} training steps, ours as a wide line, Keras' dotted upon it; no "
        f"gap can be seen. Right: the relative difference of all weights on a logarithmic axis; it is at most {_bound(apart)}.",
    )


def difference_ground(left, right, theirs, ours=(), suspects: Mapping[str, np.ndarray] | None = None):
    """The axes for two weights' paths and all weights' difference, with room for Keras' paths (steps, weights) and ours.

    `suspects` are differences (steps,) by what makes them: thin lines with their names, to compare others with.
    """
    shown = np.stack([theirs, *ours])
    margin = 0.1 * np.ptp(shown)
    left.set(
        xlabel="step t", ylabel="weight, 0 at first", xlim=(0, 1.36 * len(theirs)), xticks=range(0, len(theirs) + 1, 5)
    )
    left.set_ylim(shown.min() - margin, shown.max() + 2.6 * margin)
    look = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top", "fontsize": 9, "color": INK}
    left.annotate("ours wide, Keras dotted: the weight\nfurthest apart, and another", (0, 1), (4, -2), **look)
    # Down to FLOOR / 20: dots at 0 stand clear of the words above.
    _difference_axis(right, len(theirs), low=FLOOR / 20, high=3, limit=False)
    right.set_yticks(10.0 ** np.arange(-16, 1, 2))  # none at a difference of 0, whose place is no number
    right.minorticks_off()
    right.set_ylabel("largest difference,\nas a part of the largest weight")
    right.set_xticks(range(5, len(theirs) + 1, 5))
    if suspects:
        right.set_xlim(0.5, 1.75 * len(theirs))
        ends = np.log10([_above_floor(curve)[-1] for curve in suspects.values()])
        places = spread(ends, np.ones(len(ends)), *np.log10(right.get_ylim()))  # the height of a name is about a decade
        look = {"va": "center", "fontsize": 9, "color": INK}
        for (name, curve), place in zip(suspects.items(), places, strict=True):
            right.plot(np.arange(1, len(curve) + 1), _above_floor(curve), color=MUTED, lw=1)
            right.text(len(curve) + 1, 10**place, name, **look)


def difference_axes(left, right, ours, theirs, apart, optimizer, sizes, cause: str):
    """Draw two weights' paths, ours and Keras', and the differences, on `difference_ground`.

    `cause` says what is set otherwise on the two sides, for the title.

    `sizes` are those of the gradients of each weight, smallest first. The two are the weight that differs most, and that of
    the largest gradients, or of the smallest where the first has large ones.
    """
    steps = np.arange(1, len(apart) + 1)
    color = style_of(optimizer)["color"]
    gap = np.abs(ours - theirs).max(axis=0)
    most = int(gap.argmax())
    which = [most, len(gap) - 1 if most < len(gap) / 2 else 0]
    left.plot(steps, ours[:, which], color=color, lw=7, alpha=0.5)
    left.plot(steps, theirs[:, which], color=COLORS["keras"], linestyle=(0, (1, 1.4)), lw=2.2)
    below, above = sorted(which, key=lambda i: theirs[-1, i])
    low = theirs[-1, below] < np.dot(left.get_ylim(), (0.85, 0.15))  # under it a name would lie on the axis
    for i, side in ((below, "bottom" if low else "top"), (above, "bottom")):
        place, look = (steps[-1], theirs[-1, i]), {"va": side, "color": COLORS["keras"], "fontsize": 9}
        name = "gradients\nnear " + (f"{sizes[i]:.0f}" if sizes[i] > 1 else f"{sizes[i]:.0e}".replace("e-0", "e-"))
        left.annotate(name, place, (5, 0), textcoords="offset points", **look)
    seen = gap[most] > 0.01 * np.ptp(left.get_ylim())
    left.set_title(f"Two of {len(gap)} weights: " + ("they part" if seen else "no gap to be seen"))
    right.plot(steps, _above_floor(apart), color=color, lw=2, marker="o", ms=4)
    found = f"up to {written(max(apart))} apart" if max(apart) else "equal, bit for bit"
    right.set_title(f"{cause}: {found}")


def race(curves):
    """Relative differences of several optimizers, step by step on a log axis."""
    fig, ax = figure(height=4.6)
    steps = max(len(curve) for curve in curves.values())
    _difference_axis(ax, steps, high=3e-6)
    groups = _on_each_other(curves)
    for names in groups:
        for i, name in enumerate(names):  # the first is the widest, so that each is seen under the next
            look = style_of(name) if known_style(name) else {}
            steps_of = np.arange(1, len(curves[name]) + 1)
            width = 1.7 + 2.2 * (len(names) - 1 - i)
            (line,) = ax.plot(steps_of, _above_floor(curves[name]), **look | {"lw": width})
        text = names[0] if len(names) == 1 else textwrap.fill(f"{', '.join(names)}: one line", 16)
        # The label may have to make room for others: a thin line leads from the curve's end to it.
        lead = {"arrowstyle": "-", "color": line.get_color(), "lw": 0.9, "shrinkA": 1, "shrinkB": 2, "relpos": (0, 0.5)}
        label_line(ax, line, text, fontsize=9.5, arrowprops=lead).set_position((26, 0))
    worst = {name: float(np.max(curve)) for name, curve in curves.items()}
    within = [name for name, value in worst.items() if value <= MARGIN]
    outside = [name for name in worst if name not in within]
    title = f"{len(within)} of {len(curves)} stay below {MARGIN:g} for {steps} steps"
    ax.set_title(title + (f"; {', '.join(outside)} does not" if outside else ""))
    return described(
        fig,
        f"Relative difference between ours and Keras against the step, logarithmic, for {', '.join(curves)}. "
        f"{len(within)} of {len(curves)} lines are at most {_bound([worst[name] for name in within] or [0])}"
        + (f"; {' and '.join(outside)} at most {_bound([worst[n] for n in outside])}." if outside else "."),
    )


def _on_each_other(curves):
    """The names in groups: the curves of a group differ nowhere by more than a fifth, and cannot be told apart."""
    groups = []
    for name, curve in curves.items():
        for group in groups:
            first = curves[group[0]]
            if len(first) == len(curve) and np.abs(np.log(_above_floor(first) / _above_floor(curve))).max() < np.log(
                1.2
            ):
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def broken(curves, intact):
    """Differences of runs in which one thing was set differently on purpose, over the one in which nothing was."""
    fig, ax = figure(height=4.8)
    steps = len(intact)
    _difference_axis(ax, steps, high=30, limit=False)
    colors = [*(PALETTE[name] for name in ("vermillion", "purple", "blue", "gold", "green")), MUTED]
    dashes = ["-", (0, (5, 1.5)), "-", (0, (6, 1.5, 1.2, 1.5)), (0, (1, 1.2)), "-"]
    for (name, curve), color, dash in zip(curves.items(), colors, dashes, strict=False):
        (line,) = ax.plot(np.arange(1, steps + 1), _above_floor(curve), color=color, linestyle=dash, lw=2.2)
        label_line(ax, line, name, fontsize=9.5)
    ax.plot(np.arange(1, steps + 1), _above_floor(intact), color=INK, lw=1.1, zorder=5)
    ax.annotate(
        "thin line: nothing changed",
        (steps * 0.62, max(intact)),
        (0, 6),
        textcoords="offset points",
        ha="center",
        fontsize=9,
    )
    harmless = [name for name, curve in curves.items() if max(curve) < 10 * max(intact)]
    title = f"{len(curves) - len(harmless)} of {len(curves)} changes show"
    ax.set_title(title + (f"; “{'” and “'.join(harmless)}” stays among the roundings" if harmless else ""))
    levels = "; ".join(
        f"{name}: {curve[0]:.0e} after one step, {curve[-1]:.0e} at the end" for name, curve in curves.items()
    )
    return described(
        fig,
        f"Relative difference against the step, logarithmic, one line for each thing that was changed. {levels}. With "
        f"nothing changed it is at most {_bound(intact)}.",
    )


def mystery():
    """The curve of the exercise: momentum at rate 0.1, and something that is not the same on the two sides."""
    fig, ax = figure(height=3.6)
    _difference_axis(ax, len(MYSTERY), high=1e-4)
    steps = np.arange(1, len(MYSTERY) + 1)
    ax.plot(steps, MYSTERY, **style_of("momentum") | {"markevery": 1, "markersize": 5}, lw=1.6)
    ax.annotate(f"step 1: {MYSTERY[0]:.2e}", (1, MYSTERY[0]), (4, 14), textcoords="offset points", fontweight="bold")
    ax.set_title("Momentum, rate 0.1: something is not the same")
    return described(
        fig,
        f"Relative difference of the weights over {len(MYSTERY)} steps of momentum at rate 0.1, logarithmic. It is "
        f"{MYSTERY[0]:.2e} after the first step and stays between {min(MYSTERY):.1e} and {max(MYSTERY):.1e}.",
    )


def daily(runs):
    """Learning rate and loss after each epoch of up to three ``fit``s: {name: (rates, losses)}."""
    fig, (left, right) = figure(2, height=3.7)
    dashes = ["-", (0, (5, 1.5)), (0, (1, 1.2))]
    colors = [PALETTE["vermillion"], PALETTE["blue"], PALETTE["green"]]
    for (name, (rates, losses)), color, dash in zip(runs.items(), colors, dashes, strict=False):
        epochs = np.arange(1, len(rates) + 1)
        for ax, values, text in ((left, rates, name), (right, losses, name)):
            (line,) = ax.plot(epochs, values, color=color, linestyle=dash, marker="o", ms=4, lw=2)
            label_line(ax, line, text)
    left.set(xlabel="epoch", ylabel="learning rate at the epoch's start", ylim=(0, None))
    right.set(xlabel="epoch", ylabel="loss, mean over the epoch", yscale="log")
    left.set_title(f"One optimizer, {('one rate', 'two rates', 'three rates')[len(runs) - 1]} …")
    best = min(runs, key=lambda name: runs[name][1][-1])
    right.set_title(f"… here, “{best}” ends lowest")
    ends = ", ".join(f"{name} {losses[-1]:.3f}" for name, (_, losses) in runs.items())
    return described(
        fig,
        f"Left: the learning rate at the start of each epoch of three trainings. Right: their loss, ending at {ends}.",
    )


def speed(timings, recording=None):
    """Time of one step against the number of parameters: ours, and Keras on each device; beside it a recorded run."""
    fig, axes = figure(height=4.2) if recording is None else figure(2, height=4.0, sharey=True)
    axes = [axes] if recording is None else axes
    here = _times(axes[0], timings)
    gpus = any(t.device.startswith("gpu") for t in timings)
    finding = _pays(timings) if gpus else _ahead(timings)
    axes[0].set_ylabel("time of one step (ms)")
    axes[0].set_title(f"This machine: {finding}")
    if recording is None:
        other = "" if gpus else " No run on a GPU has been recorded with this course yet."
    else:
        _times(axes[1], recording.timings)
        axes[1].set_title(f"Recorded on {recording.device}, {recording.date}:\n{_pays(recording.timings)}")
        other = f" Recorded on {recording.device}: {_pays(recording.timings)}."
    return described(
        fig,
        f"Time of one step against the number of parameters, both logarithmic. On this machine {finding}: {here}.{other}",
    )


def _ahead(timings):
    """Who is ahead on the processor, and at which of the measured sizes, in words."""
    sizes = sorted({t.parameters for t in timings})

    def share(size):
        took = {t.who: t.seconds for t in timings if t.parameters == size and t.device.startswith("cpu")}
        return took["keras"] / took["ours"] if len(took) == 2 else 1.0

    ours = [share(size) > 1 for size in sizes]
    if all(ours):
        return "NumPy is ahead at every size"
    if not any(ours):
        return "compiled Keras is ahead at every size"
    for i in range(1, len(sizes)):
        if all(ours[:i]) and not any(ours[i:]):
            return f"compiled Keras is ahead from {sizes[i]:,} parameters on"
    return f"NumPy is ahead at {sum(ours)} of {len(sizes)} sizes"


def _times(ax, timings):
    """Draw one line for each contender and return in words what they end at."""
    ends = []
    markers = {"ours": "o", "keras cpu": "x", "keras gpu": "s"}
    for who, device in dict.fromkeys((t.who, t.device) for t in timings):
        mine = sorted((t.parameters, 1000 * t.seconds) for t in timings if (t.who, t.device) == (who, device))
        name = "ours" if who == "ours" else f"Keras, {device}"
        color = COLORS["adam"] if who == "ours" else COLORS["keras"] if "cpu" in device else PALETTE["blue"]
        marker = markers["ours" if who == "ours" else f"keras {device[:3]}"]
        dash = "-" if who == "ours" else (0, (4, 1.5)) if "cpu" in device else (0, (1, 1.2))
        (line,) = ax.plot(*zip(*mine, strict=True), color=color, linestyle=dash, marker=marker, ms=6, lw=2)
        label_line(ax, line, name)
        ends.append(f"{name} {mine[0][1]:.2g} ms at {mine[0][0]:,} and {mine[-1][1]:.3g} ms at {mine[-1][0]:,}")
    ax.set(xscale="log", yscale="log", xlabel="parameters")
    return "; ".join(ends)


def _pays(timings):
    """The smallest measured size from which on a GPU is faster than everything on the processor, in words."""
    sizes = sorted({t.parameters for t in timings})

    def best(size, kind):
        return min(t.seconds for t in timings if t.parameters == size and t.device.startswith(kind))

    for i, start in enumerate(sizes):
        if all(best(size, "gpu") < best(size, "cpu") for size in sizes[i:]):
            return f"the GPU pays from {start:,} parameters on"
    return "the GPU does not pay at any of these sizes"
