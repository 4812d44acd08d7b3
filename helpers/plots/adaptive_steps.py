"""The pictures of the lesson on step sizes that adapt: Adagrad and RMSprop."""

from __future__ import annotations

import numpy as np

from helpers.plots.drawing import HALO, arrow, contour, path
from helpers.plots.figures import described, figure
from helpers.plots.labels import SIDES, box_at, free_places, label_line
from helpers.plots.style import INK, MUTED, PALETTE, readable, style_of

X_STYLE = {"color": PALETTE["blue"], "linestyle": "-", "linewidth": 2.2}
Y_STYLE = {"color": PALETTE["vermillion"], "linestyle": (0, (5, 1.5)), "linewidth": 2.2}


def _height(landscape):
    """The landscape as the function f(x, y) that `contour` draws."""
    return lambda x, y: landscape(np.stack([x, y], axis=-1))


def _terrain(ax, landscape, points=121):
    contour(ax, _height(landscape), 12, bounds=landscape.bounds, points=points)
    for low in landscape.minima:
        ax.plot(*low, "+", color=INK, ms=11, mew=1.8, zorder=3)
    ax.set(xlabel="x", ylabel="y")


def _line(optimizer, **changes):
    """The optimizer's colour and line style, without its markers."""
    style = style_of(optimizer)
    return {"color": style["color"], "linestyle": style["linestyle"], "linewidth": 2.2} | changes


def walks(landscape, paths):
    """The paths of some optimizers, {name: (steps + 1, 2)}, one panel each, with the first step as an arrow."""
    fig, axes = figure(len(paths), height=2.6 if len(paths) > 1 else 3.6, squeeze=False)
    said = []
    for ax, (name, way) in zip(axes[0], paths.items(), strict=True):
        way = np.asarray(way, float)
        _terrain(ax, landscape)
        path(ax, way, name)
        first = way[1] - way[0]
        arrow(ax, way[0], first, optimizer=name)
        ax.annotate(
            "first step",
            way[0],
            (12, 2),
            textcoords="offset points",
            color=readable(style_of(name)["color"]),
            weight="bold",
            path_effects=HALO,
        )
        end = f"{way[-1, 0]:.1f}".replace("-", "−")
        ax.set_title(
            f"{name.capitalize()} reaches x = {end}" + (f" in {len(way) - 1} steps" if len(paths) == 1 else "")
        )
        said.append(
            f"{name}, whose first step moves {abs(first[0]):.2f} in x and {abs(first[1]):.2f} in y and which ends at "
            f"x = {way[-1, 0]:.1f}"
        )
    return described(
        fig,
        f"The contours of a ravine that is long in x and narrow in y, and on them the path of "
        f"{'; and of '.join(said)}.",
    )


def words_own_rates(counts, rates, words, learning_rate):
    """The own rate of each word's weight against the number of paragraphs that hold the word.

    Args:
        counts, rates: one number for each word. words: {word: its index}, to be labelled.
        learning_rate: the α that all own rates are made of.
    """
    fig, ax = figure(height=4.2)
    jitter = np.random.default_rng(0).uniform(-0.12, 0.12, len(counts))  # words with equal counts lie side by side
    ax.scatter(counts * 2**jitter, rates, s=9, color=style_of("adagrad")["color"], alpha=0.35, lw=0)
    ax.axhline(learning_rate, **_line("sgd"))
    ax.annotate(
        f"α = {learning_rate:g}, if it were the same for every word",
        (counts.max(), learning_rate),
        (0, -13),
        textcoords="offset points",
        ha="right",
        color=readable(style_of("sgd")["color"]),
        fontweight="bold",
    )
    for word, i in words.items():
        ax.plot(counts[i], rates[i], "o", mfc="none", mec=INK, ms=8)
        ax.annotate(
            f"“{word}”", (counts[i], rates[i]), (6, 8), textcoords="offset points", fontweight="bold", color=INK
        )
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="number of paragraphs that hold the word",
        ylabel="own rate after one reading",
    )
    once, often = np.median(rates[counts == 1]), np.median(rates[counts >= 50])
    ax.set_title(
        f"A word seen once keeps a rate {once / often:.0f} times that of a word seen 50 times or more (medians)"
    )
    return described(
        fig,
        "A cloud of points, one for each word, on two logarithmic axes: the more paragraphs hold a word, the smaller "
        "the own rate that Adagrad has left to its weight. A level line is α itself, the rate of every word if all "
        "had the same.",
    )


def shares_of_the_past(betas):
    """How much each past squared gradient counts in the moving average, with the half-life marked."""
    fig, axes = figure(len(betas), height=3.0, sharey=True)
    ages = np.arange(40)
    for ax, beta in zip(axes, betas, strict=True):
        share = (1 - beta) * beta**ages
        half = np.log(0.5) / np.log(beta)
        ax.bar(ages, share, width=0.85, color=np.where(ages < half, PALETTE["green"], "#A9D9C9"))
        ax.axvline(half, ymax=0.65, color=INK, lw=1.2, ls=(0, (4, 2)))
        ax.set(xlabel="steps ago", xlim=(-0.8, 40))
        ax.set_title(f"β = {beta:g}: half-life {half:.1f}")
        ax.annotate(
            "dashed: the half-life\nstrong: younger",
            (0.98, 0.95),
            xycoords="axes fraction",
            ha="right",
            va="top",
            color=MUTED,
        )
    axes[0].set_ylabel("share in the average")
    longer = np.log(min(betas)) / np.log(max(betas))
    title = f"From β = {min(betas):g} to {max(betas):g} the memory becomes {longer:.0f} times as long"
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, weight="bold")
    return described(
        fig,
        f"{len(betas)} bar charts of the share that a squared gradient has in the moving average against its age in "
        "steps. The bars shrink by the factor β from each to the next; those left of a dashed line, in a strong colour, are "
        "younger than the half-life. The larger β, the lower and the longer the row.",
    )


def steep_then_flat(gradients, moved):
    """Above, the gradient at each step; below, how far each optimizer, {name: distances}, moved at each step."""
    steps = np.arange(1, len(gradients) + 1)
    fig, (top, bottom) = figure(nrows=2, height=4.8, sharex=True, height_ratios=[1, 1.7])
    top.step(steps, gradients, where="mid", color=INK, lw=2)
    top.set(ylabel="gradient", ylim=(0, 1.25 * np.max(gradients)))
    top.set_title("The slope is steep, then gentle")
    for name, distances in moved.items():
        (line,) = bottom.plot(steps, distances, **_line(name))
        label_line(bottom, line, f"{name}: {distances[-1]:.2g}")
    bottom.set(yscale="log", xlabel="step", ylabel="distance moved in the step", xlim=(0, 1.25 * len(gradients)))
    back = max(moved, key=lambda name: moved[name][-1])
    bottom.set_title(f"Both steps fall with the slope; that of {back} comes back")
    change = int(np.argmin(np.diff(gradients))) + 1  # the row of the first gentle step
    fall = gradients[change] / gradients[change - 1]
    after = [distances[change] for distances in moved.values()]
    bottom.annotate(
        f"the slope falls to {fall:g} of what it was,\nand both steps with it",
        (change + 1, np.exp(np.mean(np.log(after)))),
        (10, 0),
        textcoords="offset points",
        va="center",
        color=MUTED,
    )
    return described(
        fig,
        "Above: the gradient, large for 50 steps and a tenth of it afterwards. Below, on a logarithmic axis, the "
        "distance moved at each step. Both fall at the change. RMSprop's distance climbs back to where it was within "
        "about ninety steps; Adagrad's stays low to the end.",
    )


def own_rates(landscape, way, rates, limits, optimizer="rmsprop"):
    """A path on its landscape, and beside it the own rate of each of its two weights, (steps, 2), at each step.

    `limits` are the rates above which plain steps in x and in y would grow, drawn as level lines.
    """
    fig, (left, right) = figure(2, height=3.2, width_ratios=[1.35, 1])
    way, rates = np.asarray(way, float), np.asarray(rates, float)
    _terrain(left, landscape)
    path(left, way, optimizer)
    left.set_title(f"{optimizer}: the path of {len(rates)} steps")
    steps = np.arange(1, len(rates) + 1)
    for i, (name, style) in enumerate({"x": X_STYLE, "y": Y_STYLE}.items()):
        (line,) = right.plot(steps, rates[:, i], **style)
        label_line(right, line, name, path_effects=HALO)  # y's stands on its limit
        _limit(right, limits[i], f"{name}’s limit: {limits[i]:g}", style, below=i == 0)
    right.set(yscale="log", xlabel="step", ylabel="own rate", xlim=(0, 1.08 * len(rates)))
    low, end = int(np.argmin(rates[:, 1])), rates[-1, 1]
    grown = end / rates[low, 1]
    right.set_title(f"y’s own rate has grown {grown:.0f}-fold" + (", to its limit" if end > limits[1] else ""))
    return described(
        fig,
        "Left: the path down a ravine, first across it and then along it. Right: the own rate of each weight on a "
        f"logarithmic axis. That of x changes slowly. That of y starts far below it, falls to {rates[low, 1]:.2g} "
        f"while the wall is steep, and grows to {end:.2g} once the floor is reached and y's gradient is small"
        + f", towards its limit, a level line at {limits[1]:g}. That of x stays far below its own, {limits[0]:g}.",
    )


def _limit(ax, limit, label, style=Y_STYLE, below=False, side="left"):
    ax.axhline(limit, color=style["color"], linestyle=":", linewidth=1.6)
    ax.annotate(
        label,
        (SIDES[side], limit),
        (0, -4 if below else 4),
        ha=side,
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        va="top" if below else "bottom",
        color=readable(style["color"]),
        fontweight="bold",
        path_effects=HALO,
        zorder=6,  # curves run along their limits
    )


def thrown_out(way, rates, limit):
    """Left y's own rate at each step, right how far y is from 0; shaded where the rate is above the limit.

    Args:
        way: (steps + 1, 2), the start first. rates: (steps, 2).
    """
    y, rate = np.abs(np.asarray(way, float)[1:, 1]), np.asarray(rates, float)[:, 1]
    steps, above = np.arange(1, len(rate) + 1), rate > limit
    first = int(steps[above][0])
    far = first + int(np.argmax(y[first - 1 :]))
    fig, (left, right) = figure(2, height=3.4, sharex=True)
    left.plot(steps, rate, **Y_STYLE)
    _limit(left, limit, f"y’s limit: {limit:g}")
    right.plot(steps, y, **Y_STYLE)
    edges = np.flatnonzero(np.diff(np.r_[0, above.astype(int), 0]))
    for ax in (left, right):
        for begin, end in edges.reshape(-1, 2):
            ax.axvspan(begin + 0.5, end + 0.5, color=Y_STYLE["color"], alpha=0.12, lw=0)
        ax.set(yscale="log", xlabel="step", xlim=(0, len(rate) + 1))
    left.set(ylabel="own rate of y")
    right.set(ylabel="|y|")
    left.text(0.98, 0.03, "shaded: above its limit", transform=left.transAxes, ha="right", color=readable(MUTED))
    left.set_title(f"Step {first}: y’s rate passes {limit:g}")
    right.set_title(f"From there |y| grows to {y[far - 1]:.2f}")
    return described(
        fig,
        f"Two curves over {len(rate)} steps on logarithmic axes. Left: y's own rate climbs evenly, is above {limit:g} "
        f"from step {first}, and falls steeply around step {far}; then it climbs again. Right: |y| falls to "
        f"{y[:first].min():.0e}, and grows in the shaded steps, those with a rate above {limit:g}, until it is "
        f"{y[far - 1]:.2f} at step {far}.",
    )


def playground_ground(left, right, landscape, background, shown, steps):
    """Draw a place's map, and the axes of the own rates: what stays while the settings change.

    Args:
        shown: the lowest and the highest rate on the axis, the same for all settings, so that a curve moves when α does.
    """
    (x0, x1), (y0, y1) = landscape.bounds
    left.imshow(background, extent=(x0, x1, y0, y1), origin="upper", aspect="auto", interpolation="nearest")
    left.grid(False)
    left.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="x", ylabel="y")
    left.locator_params(nbins=5, integer=True)  # as wide in every place as in the first picture
    left.plot(*landscape.minima.T, "+", color=INK, ms=10, mew=1.8, zorder=3)
    right.set(yscale="log", xlabel="step", ylabel="own rate = step / slope", xlim=(0, steps + 6), ylim=shown)
    right.minorticks_off()


def playground_axes(left, right, landscape, way, rates, limits, step, optimizer, above="", learning_rate=None):
    """Draw a path up to where step number `step` (1, 2, …) begins, that step to scale, and the own rates up to it.

    Args:
        way: the start first. rates: one row for each step. limits: x's and y's rate, or the one of both where equal.
        above: what a rate above a limit does, in words. learning_rate: α, to be named.
    """
    now = step - 1  # the row of `way` that the step sets out from, and its own row of `rates`
    (x0, x1), (y0, y1) = landscape.bounds
    style = _line(optimizer)
    height, start = landscape(way[[now, -1]]), landscape(way[0])
    drawn = way
    if height[1] > 10 * max(abs(start), 1):  # it diverges: up to the first step that ends off the map
        off = (way < (x0, y0)) | (way > (x1, y1))
        drawn = way[: int(off.any(axis=1).argmax()) + 1]
    left.plot(drawn[:, 0], drawn[:, 1], color=style["color"], lw=1, alpha=0.5)
    left.plot(drawn[: now + 1, 0], drawn[: now + 1, 1], ".-", color=style["color"], lw=2, ms=5)
    note = {"ha": "right", "color": readable(MUTED), "fontsize": 9, "path_effects": HALO}
    if now + 1 < len(drawn):
        size, downhill = np.array([x1 - x0, y1 - y0]), -landscape.gradient(way[now])
        rests = np.hypot(*downhill) < 1e-6 * np.hypot(*landscape.gradient(way[0]))
        short = np.hypot(*((way[now + 1] - way[now]) / size)) < 0.009  # its dot covers it
        words = "this step: too short to see" if short else "thick: this step"
        words += "" if rests else "; dashed: downhill"
        words += "\nthin: the steps to come; +: lowest" if step < len(rates) else "\n+: lowest"
        x, y = left.transAxes.inverted().transform(left.transData.transform(drawn)).T
        free = not np.any((x > 0.2) & (y > 0.84))  # the upper right corner; else the lower left, above the name
        place = {"x": 0.98, "y": 0.97, "va": "top"} if free else {"x": 0.02, "y": 0.21, "va": "bottom", "ha": "left"}
        left.text(s=words, transform=left.transAxes, **note | place)
        if not rests:
            n = np.hypot(*(downhill / size))
            tip = way[now] + downhill / n / 5
            dashed = {"arrowstyle": "-|>", "color": MUTED, "lw": 1.4, "ls": "--"}
            left.annotate("", tip, way[now], arrowprops=dashed, zorder=6)
        # The step, to scale: a thick line from the full dot to the ring where it ends.
        left.plot(*way[now : now + 2].T, color=style["color"], lw=4, solid_capstyle="butt", zorder=6)
        left.plot(*way[now + 1], "o", mfc="white", mec=style["color"], mew=2, ms=7, zorder=7)
        left.plot(*way[now], "o", color=style["color"], mec="white", ms=8, zorder=8)
        left.set_title(f"Step {step}, from height {height[0]:.3g}".replace("-", "−"))
    else:
        left.set_title(f"It diverges: off the map in step {len(drawn) - 1}")
    name = optimizer + (f", α = {learning_rate:.2g}" if learning_rate else "")
    if len(drawn) == len(way):
        name += f"\nafter {len(rates)} steps at height {height[1] + 0.0:.2g}".replace("-", "−")
    look = {"ha": "right", "color": readable(style["color"]), "fontweight": "bold", "path_effects": HALO}
    left.text(0.98, 0.03, name, transform=left.transAxes, **look)
    named = [("x’s limit", X_STYLE), ("y’s limit", Y_STYLE)]
    if len(limits) == 1:
        named = [("limit of equal rates", {"color": INK})]
    words = [f"{name}: {limit:g}" for (name, _), limit in zip(named, limits, strict=True)]
    steps = np.arange(1, len(rates) + 1)
    tags = []
    together = abs(np.log10(rates[now, 0] / rates[now, 1])) < 0.35  # their names would lie on each other
    for i, (name, line_style) in enumerate({"x": X_STYLE, "y": Y_STYLE}.items()):
        right.plot(steps, rates[:, i], **line_style | {"linewidth": 1, "alpha": 0.55})
        right.plot(steps[: now + 1], rates[: now + 1, i], **line_style)
        if i == 0 or not together:
            text, at = "x, y" if together else name, (steps[now], rates[now, i])
            shift, side = (5, "left") if step < 0.85 * len(rates) else (-5, "right")  # never beyond the frame
            place = right.transAxes.inverted().transform(right.transData.transform(at))
            tags.append(box_at(right, (place[0] + shift / right.bbox.width, place[1]), text, side, 3))
            right.annotate(
                text,
                at,
                (shift, 3),
                textcoords="offset points",
                ha=side,
                fontweight="bold",
                color=readable(line_style["color"]),
                path_effects=HALO,
                zorder=7,
            )
    places = free_places(right, dict(zip(words, limits, strict=True)), rates, tags)
    for limit, text, (_, line_style), (below, side) in zip(limits, words, named, places, strict=True):
        _limit(right, limit, text, line_style, below, side)
    right.axvline(step, color=MUTED, lw=0.8)
    low = any(x1 > 0.3 and y0 < 0.15 for (_, y0), (x1, _) in tags)  # the name of a curve stands there
    place = {"y": 0.98, "va": "top"} if low else {"y": 0.02, "va": "bottom"}
    said = "\n".join(filter(None, [above, "thin: the steps to come" if step < len(rates) else ""]))
    right.text(0.98, s=said, transform=right.transAxes, **place, **note)


def place_of_epsilon(epsilon=1e-7, beta=0.9):
    """The first step of RMSprop, in learning rates, against the size of the gradient, for both places of ε."""
    g = np.logspace(-10, 0, 401)
    v = (1 - beta) * g**2
    inside, outside = g / np.sqrt(v + epsilon), g / (np.sqrt(v) + epsilon)
    fig, ax = figure(height=3.8)
    (a,) = ax.plot(g, outside, color=PALETTE["purple"], linestyle=(0, (5, 1.5)), lw=2.4)
    (b,) = ax.plot(g, inside, color=style_of("rmsprop")["color"], lw=2.4)
    label_line(ax, a, "√v + ε (outside)", x=3e-9, ha="right")
    ax.annotate(
        "√(v + ε) (inside)",
        (2e-5, 0.06),
        (8, -8),
        textcoords="offset points",
        fontweight="bold",
        color=readable(b.get_color()),
    )
    ax.set(xscale="log", yscale="log", xlabel="size of the gradient", ylabel="first step, in learning rates")
    small = 1e-6
    ratio = np.interp(small, g, outside) / np.interp(small, g, inside)
    ax.axvline(small, color=MUTED, lw=0.8)
    ax.set_title(f"One ε, two places: at a gradient of 1e-6 the steps differ {ratio:.0f}-fold")
    return described(
        fig,
        "The length of RMSprop's first step against the size of the gradient, both axes logarithmic. For large "
        "gradients both curves are level at about three learning rates. With ε inside the root the step falls in "
        "proportion below a gradient of about a thousandth; with ε outside only below about three ten-millionths.",
    )


def two_ravines(straight, turned):
    """Heights over steps, {optimizer: heights}, in a ravine and in the same ravine turned by 45°."""
    fig, axes = figure(2, height=3.4, sharey=True)
    for ax, rows, title in zip(axes, (straight, turned), ("Along the axes", "Turned 45°"), strict=True):
        for name, row in rows.items():
            (line,) = ax.plot(np.arange(len(row)), row, **_line(name))
            label_line(ax, line, f"{name}: {row[-1]:.2g}")
        ax.set(yscale="log", xlabel="step", xlim=(0, 2.05 * len(row)), xticks=[0, 20, 40, 60])
        first = min(rows, key=lambda name: rows[name][-1])
        ax.set_title(f"{title}: {first} wins")
    axes[0].set_ylabel("height")
    return described(
        fig,
        "Height over 60 steps on a logarithmic axis, in two ravines. In the ravine along the axes Adagrad falls by "
        "many powers of ten below gradient descent. In the turned ravine gradient descent's curve is the same as "
        "before, and Adagrad's ends above it.",
    )
