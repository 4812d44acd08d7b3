"""The control of the lesson on networks: a boundary on its way, epoch by epoch."""

from __future__ import annotations

from itertools import product

import numpy as np
from matplotlib.collections import LineCollection

from helpers import activations, layers, losses, models, optimizers
from helpers.callbacks import Callback
from helpers.playground.ahead import prepared
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.labels import spread
from helpers.plots.network import draw_folds, draw_regions, percent, region_axes
from helpers.plots.style import MUTED, PALETTE

_EPOCHS, _EVERY = 1000, 10  # the lesson's own training; every tenth epoch is kept
_LABELS_AT = 1.12 * _EPOCHS  # beyond the curves' ends, and clear of the dot there
_WIDTHS = (2, 4, 8, 32)
_BENDS = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "none": "linear"}


class _Snapshots(Callback):
    def on_train_begin(self, logs=None):
        self.weights = [self.model.get_weights()]

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % _EVERY == 0:
            self.weights.append(self.model.get_weights())


def boundary_as_it_learns(x, y):
    """Return a slider over the epochs and two lists, units and activation, over the borders and the loss so far."""
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    runs = prepared(lambda width, bend: _train(x, y, width, bend), product(_WIDTHS, _BENDS.values()))
    if runs is None:
        return None
    name_of = {bend: name for name, bend in _BENDS.items()}
    ends = {width: {bend: runs[width, bend][1][-1] for bend in name_of} for width in _WIDTHS}
    heights = {width: _heights(ends[width]) for width in _WIDTHS}
    leaders = {  # from a curve's end to its label
        width: [[(_EPOCHS, ends[width][bend]), (_LABELS_AT - 12, heights[width][bend])] for bend in name_of]
        for width in _WIDTHS
    }

    def ground(fig, bend):
        left, right = fig.axes
        region_axes(left)
        lines = "line: border, dashed: fold of a relu unit" if bend == "relu" else "line: border between two answers"
        left.set(xlabel=f"first input\n{lines}", ylabel="second input")
        right.set(
            yscale="log",
            xlabel="epoch",
            ylabel="training loss (cross-entropy)",
            ylim=(0.01, 2),
            xlim=(0, 1.4 * _EPOCHS),
        )
        right.set_yticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
        right.minorticks_off()
        right.set_xticks(range(0, _EPOCHS + 1, 250))

    def draw(fig, epoch, width, bend):
        left, right = fig.axes
        weights, history = runs[width, bend]
        bend_of, at = activations.get(bend), epoch // _EVERY
        w1, b1, w2, b2 = weights[at]
        share = draw_regions(left, lambda points: bend_of(points @ w1 + b1) @ w2 + b2, x, y, points=71, ring=False)
        if bend == "relu":
            draw_folds(left, w1, b1, linewidths=0.8, linestyles="--", alpha=1 if width < 32 else 0.4)
        left.set_title(f"{width} units, {name_of[bend]}: {percent(share)} right")
        for other, height in heights[width].items():
            color, line = (PALETTE["blue"], 2) if other == bend else (MUTED, 1)
            right.plot(range(0, _EPOCHS + 1, _EVERY), runs[width, other][1], color=color, lw=line)
            look = {"color": color, "va": "center", "fontsize": 9, "weight": "bold" if other == bend else "normal"}
            right.text(_LABELS_AT, height, name_of[other], **look)
        right.add_collection(
            LineCollection(leaders[width], colors=MUTED, linewidths=0.8, linestyles=":"), autolim=False
        )
        right.plot(epoch, history[at], "o", color=PALETTE["vermillion"], ms=8)
        right.set_title(f"{width} units: {_lowest({name_of[bend]: end for bend, end in ends[width].items()})}")
        said = f"{width} units, {name_of[bend]}: the loss is {history[at]:.3f} after epoch {epoch}, "
        return said + f"{percent(share)} of the points are right."

    return explore(
        draw,
        "Left: the plane coloured by a network's answer over the three spiral arms, with the folds of relu units as dashed "
        "lines. Where all scores are equal there is no colour. Right: its training loss over the "
        "epochs, a dot at the epoch shown, with the curves of the other activations in grey, each named. A slider moves "
        "through the epochs; two lists choose the number of hidden units and the activation.",
        ncols=2,
        size=(8.0, 3.9),
        ground=ground,
        epoch=slider("epoch", 0, _EPOCHS, 100, _EVERY),
        width=choice("hidden units", _WIDTHS, 8),
        bend=choice("activation", _BENDS),
    )


def _lowest(ends):
    """Who ends lowest of {name: loss}; who is less than 5 % above is named, too."""
    first = [name for name, end in ends.items() if end < 1.05 * min(ends.values())]
    return f"{' and '.join(first)} end{'s' * (len(first) == 1)} lowest"


def _heights(ends):
    """Heights near `ends`, {name: loss}, on a log axis, for labels that must not cover each other."""
    places = spread(np.log10(list(ends.values())), np.full(len(ends), np.log10(1.29)), np.log10(0.0105), np.log10(2))
    return dict(zip(ends, 10**places, strict=True))


def _train(x, y, width, bend):
    """Weights at the start and after every tenth epoch, and the loss over all points at each."""
    model = models.Sequential([layers.Dense(width, activation=bend), layers.Dense(3)], seed=1)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.SGD(1.0), loss)
    model.build((None, 2), "float64")
    rng = np.random.default_rng(0)  # the lesson's own starting weights
    w1, w2 = rng.normal(size=(2, width)), rng.normal(size=(width, 3)) / np.sqrt(width)
    model.set_weights([w1, np.zeros(width), w2, np.zeros(3)])
    seen = _Snapshots()
    model.fit(x, y, batch_size=len(x), epochs=_EPOCHS, callbacks=[seen])
    f = activations.get(bend)
    return seen.weights, [float(loss(y, f(x @ w1 + b1) @ w2 + b2)) for w1, b1, w2, b2 in seen.weights]
