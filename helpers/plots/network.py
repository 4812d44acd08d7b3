"""The pictures of the lesson on networks: what a model says everywhere in the plane, folds, and digits."""

from __future__ import annotations

import numpy as np
from contourpy import contour_generator
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from helpers.losses import softmax_cross_entropy
from helpers.plots.drawing import HALO
from helpers.plots.figures import described, figure
from helpers.plots.labels import label_line
from helpers.plots.style import INK, MUTED, PALETTE

_CLASSES = (("blue", "o"), ("vermillion", "s"), ("green", "^"))
_PALE = ListedColormap(["#CFE2EF", "#F6DCCB", "#CDE9DF"])
REACH = 1.35  # the plane is drawn from -REACH to REACH


def plane(points):
    """Return a grid of `points` by `points` places of the drawn plane, one row each, for a model to answer."""
    line = np.linspace(-REACH, REACH, points)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def percent(share):
    """Return a share as "73%"; with a decimal where rounding would make "nearly all" into all."""
    return f"{share:.1%}" if 0.995 <= share < 1 else f"{share:.0%}"


def region_axes(ax):
    """Give axes the limits and ticks that `draw_regions` has."""
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[-1, 0, 1], yticks=[-1, 0, 1], aspect="equal")
    ax.grid(False)


def _leads(scores):
    """How far each class's score is above the best of the others, (3, ...) for scores (..., 3); 0: another draws level."""
    return np.stack([scores[..., k] - np.delete(scores, k, axis=-1).max(axis=-1) for k in range(3)])


def draw_regions(ax, scores, x, y, points=161, ring=True, size=13, border=0.8):
    """Colour the plane by the class with the highest of `scores(points)`; the data on top; return the share right.

    `ring` marks the points that lie in another class's region; `size` is that of the points' marks, `border` the width of the
    lines between regions. Where no score is alone the highest there is no colour and no point is right: before training the
    scores are equal wherever all relu units are off.
    """
    everywhere = np.asarray(scores(plane(points))).reshape(points, points, 3)
    leads = _leads(everywhere)
    nobody = leads.max(axis=0) == 0
    if nobody.mean() < 0.01:  # single places on a border, which has to go through them
        nobody[:] = False
    answer = np.ma.masked_where(nobody, everywhere.argmax(axis=2))
    box = (-REACH, REACH, -REACH, REACH)
    ax.imshow(answer, origin="lower", extent=box, cmap=_PALE, vmin=0, vmax=2, interpolation="nearest", aspect="equal")
    line = np.linspace(-REACH, REACH, points)
    for lead in leads:
        if lead.min() < 0 < lead.max():
            # `ax.contour` draws the same lines, with all it does for colour scales, in six times the time.
            borders = contour_generator(line, line, np.ma.masked_where(nobody, lead)).lines(0)
            ax.add_collection(LineCollection(borders, colors=INK, linewidths=border), autolim=False)
    if nobody.any():
        middle = 1.2 * plane(points)[nobody.ravel()].mean(axis=0)  # further out, where there are few points
        ax.text(*middle, "no answer:\nequal scores", ha="center", va="center", fontsize=9, path_effects=HALO, zorder=4)
    wrong = _leads(np.asarray(scores(x)))[y, np.arange(len(y))] <= 0
    for k, (color, marker) in enumerate(_CLASSES):
        ax.scatter(*x[y == k].T, s=size, color=PALETTE[color], marker=marker, linewidths=0)
    if ring:
        ax.scatter(*x[wrong].T, s=46, facecolors="none", edgecolors=INK, linewidths=0.8)
    region_axes(ax)
    return 1 - wrong.mean()


def regions(models, x, y, finding):
    """One panel for each of `models`, {name: a function from points (n, 2) to scores (n, 3)}."""
    fig, axes = figure(len(models), height=3.5, squeeze=False, sharey=True)
    shares = []
    for ax, (name, scores) in zip(axes[0], models.items(), strict=True):
        shares.append(draw_regions(ax, scores, x, y))
        ax.set_title(f"{name}\n{percent(shares[-1])} right", fontsize=10)
        ax.set_xlabel("first input")
    axes[0, 0].set_ylabel("second input")
    fig.suptitle(finding, x=0.01, ha="left", fontsize=11.5, weight="bold")
    each = "; ".join(f"{name}, {percent(share)} right" for name, share in zip(models, shares, strict=True))
    return described(
        fig,
        f"Three interleaved spiral arms of points in {len(models)} panels, the plane coloured by the class that a model "
        f"gives each place: {each}. Points that lie in another class's region have a ring. {finding}.",
    )


def one_linear(scores, x, y):
    """The spirals and the regions of one linear layer."""
    fig, ax = figure(height=4.2, width=6.4)
    share = draw_regions(ax, scores, x, y)
    ax.set(xlabel="first input", ylabel="second input")
    ax.set_title(f"Straight borders: {1 - share:.0%} wrong (ringed)")
    return described(
        fig,
        "Three interleaved spiral arms of points. One linear layer divides the plane into three regions by straight "
        f"borders; {1 - share:.0%} of the points, ringed, lie in the region of another arm.",
    )


def sum_of_bends(x, parts, total):
    """Above: bent lines over x, {label: values}; below: their sum, with dots at its corners under theirs."""
    fig, (above, below) = figure(1, 2, height=4.6, width=6.4, sharex=True, height_ratios=(3, 2))
    for (label, values), style in zip(parts.items(), ("-", (0, (6, 2)), (0, (2, 1.4))), strict=False):
        (line,) = above.plot(x, values, linestyle=style)
        label_line(above, line, label, fontsize=9)
    above.set(ylabel="each unit", xlim=(x[0], x[-1]))
    slope = np.diff(total) / np.diff(x)
    corners = np.flatnonzero(np.abs(np.diff(slope)) > 1e-9) + 1
    places, values = x[corners], total[corners]
    below.plot(x, total, color=INK)
    below.plot(places, values, "o", color=PALETTE["vermillion"], ms=7)
    for ax in (above, below):
        for place in places:
            ax.axvline(place, color=MUTED, lw=1.3, linestyle=(0, (1, 2)), zorder=1.5)
    below.set(xlabel="z", ylabel="their sum", xticks=np.arange(np.ceil(x[0]), x[-1] + 1))
    below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    above.set_title(f"{len(parts)} units bend once each: their sum has {len(places)} corners")
    return described(
        fig,
        "Above: lines over z that are flat up to a corner and rise or fall beyond it. Below, over the same z: their sum, a "
        "line in straight pieces with a corner under each unit's corner, joined to it by a dotted line.",
    )


def draw_folds(ax, w, b, **style):
    """Draw the line along which each unit bends, where x @ w + b is 0; return {unit: (a point on it, its direction)}."""
    lines = {}
    for k, (unit, offset) in enumerate(zip(w.T, b, strict=True)):
        length = np.hypot(*unit)
        if length < 1e-9:
            continue
        foot, direction = -offset * unit / length**2, np.array([-unit[1], unit[0]]) / length
        lines[k] = foot, direction
    ends = [(foot - 4 * direction, foot + 4 * direction) for foot, direction in lines.values()]
    ax.add_collection(LineCollection(ends, colors=INK, **style), autolim=False)
    return lines


def folds(weights, scores, x, y):
    """The lines along which each hidden unit bends, `weights` (2, h) and (h,), over the model's regions."""
    w, b = weights
    fig, ax = figure(height=4.4, width=6.4)
    share = draw_regions(ax, scores, x, y, points=321, border=1.8)
    for k, (foot, direction) in draw_folds(ax, w, b, linewidths=0.9, linestyles="--").items():
        line = foot[:, None] + direction[:, None] * np.linspace(-4, 4, 801)
        inside = line[:, (np.abs(line) < REACH - 0.1).all(axis=0)]
        if inside.size:  # the number stands at an end that is clear of the other folds, the upper one if both are
            others = np.delete(np.arange(len(b)), k)
            away = np.abs(inside[:, [0, -1]].T @ w[:, others] + b[others]) / np.hypot(*w[:, others]).clip(1e-9)
            clear = away.min(axis=1, initial=0.15) + 0.01 * inside[1, [0, -1]]
            place = inside[:, [0, -1]][:, clear.argmax()]
            tag = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": INK, "linewidth": 0.8}
            ax.text(*place, str(k), fontsize=9, ha="center", va="center", bbox=tag)
    ax.set(xlabel="first input", ylabel="second input")
    ax.set_title(
        f"{len(b)} units, {len(b)} folds, {percent(share)} right (rest ringed): a border\n"
        "turns only at a fold, or where three regions meet"
    )
    return described(
        fig,
        f"The plane coloured by a network with {len(b)} hidden units, over the three spiral arms. A dashed straight line for "
        "each unit shows where it bends. The borders between colours, thick lines, are straight between two dashed lines and "
        "turn only where they cross one, or where three colours meet. Each dashed line bears its unit's number; points in "
        "another arm's region have a ring.",
    )


def learning(history, x, y, scores, epochs):
    """Panels of the boundary at some epochs: `history` holds the weights at each, `scores(weights)` is the model."""
    fig, axes = figure(len(epochs), height=2.75, sharey=True)
    shares, values = [], []
    for ax, epoch, weights in zip(axes, epochs, history, strict=True):
        shares.append(draw_regions(ax, scores(weights), x, y, points=121, ring=False, size=4))
        values.append(softmax_cross_entropy(y, scores(weights)(x)))
        ax.set_title(f"epoch {epoch}\n{percent(shares[-1])} right", fontsize=10)
    axes[0].set_ylabel("second input")
    for ax in axes:
        ax.set_xlabel("first input")
    title = f"The borders bend round the arms, and the loss falls from {values[0]:.2f} to {values[-1]:.2f}"
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, weight="bold")
    each = ", ".join(f"{percent(share)} after epoch {epoch}" for epoch, share in zip(epochs, shares, strict=True))
    return described(
        fig,
        f"The plane coloured by the network's answer at {len(epochs)} moments of its training: {each}. The borders begin "
        "nearly straight and bend round the three spiral arms.",
    )


def _picture(ax, image):
    ax.imshow(np.reshape(image, (8, 8)), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set(visible=True, color=MUTED, linewidth=0.6)


def some_digits(images, labels, columns=12):
    """A row of digits as they come, each under its label."""
    fig, axes = figure(columns, height=1.5)
    for ax, image, label in zip(axes, images, labels, strict=False):
        _picture(ax, image)
        ax.set_title(str(label), loc="center", fontsize=11, pad=3)
    fig.suptitle(
        "All that the network gets: 64 grey values for each digit", x=0.01, ha="left", fontsize=11.5, weight="bold"
    )
    shown = ", ".join(map(str, labels[:columns]))
    return described(fig, f"{columns} handwritten digits, 8 by 8 grey values each, in a row: {shown}.")


def every_mistake(images, truth, answer, sure, of):
    """Every wrongly read digit: what it is, what the network said, and the probability it gave to that; `of`: tried."""
    columns = 5
    rows = -(-len(images) // columns)
    fig, axes = figure(columns, rows, height=0.45 + 1.85 * rows, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, is_, said, p in zip(axes.flat, images, truth, answer, sure, strict=False):
        ax.set_axis_on()
        _picture(ax, image)
        ax.set_title(f"is {is_}, read as {said}\n{p:.0%} sure", loc="center", fontsize=9.5, pad=4)
    title = f"All {len(images)} of {of} held-out digits that it reads wrongly; {np.sum(sure >= 0.9)} of them at least 90% sure"
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, weight="bold")
    each = "; ".join(
        f"{'an' if is_ == 8 else 'a'} {is_} read as {said}" for is_, said in zip(truth, answer, strict=True)
    )
    return described(fig, f"The {len(images)} handwritten digits that the network reads wrongly: {each}.")


def starts(wrong, of):
    """How many held-out digits each start gets wrong, as a dot plot."""
    fig, ax = figure(height=2.1)
    wrong = np.asarray(wrong)
    for n in np.unique(wrong):
        count = int(np.sum(wrong == n))
        ax.plot(np.full(count, n), np.arange(count), "o", color=PALETTE["blue"], ms=11)
    limit = 0.03 * of
    ax.axvline(limit, color=INK, lw=1.2, linestyle=(0, (4, 2)))
    top = max(3.0, ax.get_ylim()[1] + 1)
    ax.annotate("97% right", (limit, top), (5, -12), textcoords="offset points", fontsize=9.5)
    ax.set(yticks=[], xlabel=f"wrong, of {of} held-out digits", xticks=range(wrong.min() - 1, wrong.max() + 2))
    ax.set_ylim(-0.8, top)
    low, high = (1 - wrong.max() / of, 1 - wrong.min() / of)
    ax.set_title(f"The same network from {len(wrong)} starts: {low:.1%} to {high:.1%} right")
    return described(
        fig, f"A dot for each of {len(wrong)} starts: between {wrong.min()} and {wrong.max()} digits wrong."
    )


def stuck(ours, theirs, floor):
    """Two losses over epochs, each (loss before training, history with "loss" and "accuracy"), and a line at `floor`."""
    fig, ax = figure(height=3.3)
    runs = (("ours", ours, "blue", "-"), ("the colleague's", theirs, "vermillion", (0, (6, 1.5))))
    for name, (begin, history), color, style in runs:
        ax.plot([begin, *history["loss"]], color=PALETTE[color], linestyle=style)
        label_line(ax, text=f"{name}\n({percent(history['accuracy'][-1])} right)")
    (begin, history), last = theirs, len(theirs[1]["loss"])
    share, loss = history["accuracy"][-1], history["loss"][-1]
    ax.hlines(floor, 0, last, color=INK, lw=1, linestyle=(0, (1, 2)))
    words = f"the colleague's stays above {floor:.2f}"
    ax.annotate(words, (last / 2, floor), (0, -13), textcoords="offset points", fontsize=9.5, ha="center")
    ax.set(
        xlabel="epoch (0: before training; then the mean over its steps)",
        ylabel="training loss",
        xlim=(-0.4, last * 1.28),
        ylim=(0, None),
    )
    ax.set_xticks(range(0, last + 1, 5))
    ax.set_title(f"{percent(share)} right, and the loss sticks at {loss:.2f}")
    return described(
        fig,
        f"Training loss over {last} epochs, from {begin:.2f} before training for both. Ours falls to {ours[1]['loss'][-1]:.1g}. "
        f"The colleague's falls to {loss:.2f} and stays there, just above a dotted line at {floor:.2f}, although "
        f"{share:.1%} of the training digits are right.",
    )
