"""A computation of single numbers, drawn at any step of its walk forward and back."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from helpers.autodiff import topological_order
from helpers.plots.figures import described, figure
from helpers.plots.graph import GIVEN, SYMBOLS, describe_graph
from helpers.plots.layered import arrange
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable

_WIDTH, _HEIGHT = 0.86, 0.62  # of a box, where neighbouring layers and slots are 1.3 and 1 apart
_ACROSS = 1.3
_APART = 0.24  # of two arrows between the same boxes
_NARROWEST = 5.0  # so that the boxes of a short graph are no wider than those of a long one
_ROOM = 78  # characters of a heading, if a box were as wide as the picture
_WRITTEN = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{}·{}",
    "square": "{}²",
    "negative": "−{}",
    "log": "log {}",
    "sigmoid": "σ({})",
}


class Walk:
    """The steps of one graph: every result in turn, then 1 at the loss, then every result sends its gradient back.

    `steps` is the number of the last one; `at(step)` says what is known then.
    """

    def __init__(self, loss):
        self.nodes = topological_order(loss)
        place = {id(node): i for i, node in enumerate(self.nodes)}
        self.parents = [[place[id(p)] for p in node.parents] for node in self.nodes]
        self.results = [i for i, of in enumerate(self.parents) if of]
        self.steps = 2 * len(self.results) + 1
        # What a result hands to its parents for a gradient of 1 is its local slopes.
        self.local = [
            [float(np.asarray(g)) for g in node._backward(np.asarray(1.0))] if node.parents else []
            for node in self.nodes
        ]
        places, _ = arrange(self.parents)
        self.places = np.array([(_ACROSS * layer, -slot) for layer, slot in places])

    def name(self, i):
        """What a node is called: its name, its operation's sign, or its number."""
        node = self.nodes[i]
        return node.name or SYMBOLS.get(node.operation, node.operation) or number(node.data)

    def heading(self, i, room):
        """A node's name with its formula, in `room` characters, or else with the sign of its operation alone."""
        node, of = self.nodes[i], self.parents[i]
        symbol = SYMBOLS.get(node.operation, node.operation)
        if node.operation in _WRITTEN and not any(self.parents[p] and not self.nodes[p].name for p in of):
            if node.operation == "multiply":
                of = sorted(of, key=lambda p: bool(self.nodes[p].name))  # 3·w, not w·3
            formula = _WRITTEN[node.operation].format(*map(self.name, of))
            text = f"{node.name} = {formula}" if node.name else formula
            if len(text) <= room:
                return text
        return f"{node.name} = {symbol}" if node.name and symbol else node.name or symbol or "given"

    def at(self, step):
        """Return (values known, gradients so far, the node at work or None, what happens in words)."""
        known = {i for i, of in enumerate(self.parents) if not of} | set(self.results[: min(step, len(self.results))])
        gradients: dict[int, float] = {}
        if step == 0:
            return known, gradients, None, "The given numbers. Move the step: first forward, then back."
        if step <= len(self.results):
            i = self.results[step - 1]
            of = " and ".join(self.name(p) for p in self.parents[i])
            return known, gradients, i, f"Forward: {self.name(i)} from {of} is {number(self.nodes[i].data)}."
        back = self.results[::-1]
        gradients[back[0]] = 1.0
        if step == len(self.results) + 1:
            return known, gradients, None, f"The walk back begins: the slope of {self.name(back[0])} by itself is 1."
        for i in back[: step - len(self.results) - 1]:
            said = []
            for p, local in zip(self.parents[i], self.local[i], strict=True):
                if self.nodes[p].requires_grad:
                    before, sent = gradients.get(p, 0.0), gradients[i] * local
                    gradients[p] = before + sent
                    part = f"gets {number(gradients[i])} × {number(local)}"
                    said.append(f"{self.name(p)} " + (f"had {number(before)} and {part} more" if before else part))
        return known, gradients, i, f"Back through {self.name(i)}: {'; '.join(said)}."


def number(x):
    """A number in at most three digits, two if it is below 0.1, with a minus sign that can be read.

    One below a thousandth as 9.1e−4, which is as long as −0.0091: boxes and arrows have room for that.
    """
    x = float(x)
    text = f"{x:.1e}".replace("e-0", "e-") if 0 < abs(x) < 1e-3 else f"{x:.{2 if abs(x) < 0.1 else 3}g}"
    return text.replace("-", "−")


def draw_walk(ax, walk, step, lively=True):
    """Draw a walk at one step on `ax`, and return what happens in it, in words; `lively` marks the node at work.

    A value that a step uses twice has two arrows to it.
    """
    draw_boxes(ax, walk)
    return draw_step(ax, walk, step, lively)


def draw_boxes(ax, walk):
    """Draw what every step of a walk has: the limits, and the boxes with their names."""
    low, high = walk.places.min(axis=0), walk.places.max(axis=0)
    middle, span = (low + high) / 2, np.maximum(high - low + 1, (_NARROWEST, 0))
    ax.set(xlim=middle[0] + span[0] * np.array([-0.5, 0.5]), ylim=middle[1] + span[1] * np.array([-0.5, 0.5]))
    ax.set_axis_off()
    for i in range(len(walk.nodes)):
        _frame(ax, walk, i, facecolor=_colors(walk, i)[1], lw=1.4, zorder=3)
        _line(ax, walk, i, 0.18, walk.heading(i, _ROOM / span[0]), color=INK, weight="bold", fontsize=9.5)


def draw_step(ax, walk, step, lively=True):
    """Draw what `draw_walk` draws, on `draw_boxes`, and return what happens in words."""
    known, gradients, active, said = walk.at(step)
    back = step > len(walk.results)
    active = active if lively else None
    for child, of in enumerate(walk.parents):
        for parent in dict.fromkeys(of):
            _arrow(ax, walk, parent, child, child == active, back, gradients)
    if active is not None:
        _frame(ax, walk, active, facecolor="none", lw=3, zorder=3)
    for i in sorted(known):
        _line(ax, walk, i, -0.01, number(walk.nodes[i].data), color=INK, fontsize=9.5)
    for i, gradient in gradients.items():
        text = f"grad {number(gradient)}"
        size = 9 if len(text) <= 10 else 8  # a long number stays within the box
        color = readable(PALETTE["vermillion"], on=_colors(walk, i)[1])
        _line(ax, walk, i, -0.2, text, color=color, fontsize=size)
    return said


def walked(loss, title, step=None):
    """Return a figure of a graph after its walk forward and back: values, gradients, and local slopes on the arrows."""
    walk = Walk(loss)
    size = walk.places.max(axis=0) - walk.places.min(axis=0)
    fig, ax = figure(height=0.9 + 0.85 * (size[1] + 1))
    draw_walk(ax, walk, walk.steps if step is None else step, lively=step is not None)
    ax.set_title(title)
    slopes = [
        f"{walk.name(p)} to {walk.name(i)} {number(s)}"
        for i in walk.results
        for p, s in zip(walk.parents[i], walk.local[i], strict=True)
    ]
    return described(fig, f"{describe_graph(loss)} Local slopes on the arrows: {', '.join(slopes)}.")


def _arrow(ax, walk, parent, child, active, back, gradients):
    start, end = walk.places[parent] + [_WIDTH / 2, 0], walk.places[child] - [_WIDTH / 2, 0]
    slopes = [s for p, s in zip(walk.parents[child], walk.local[child], strict=True) if p == parent]
    asked = walk.nodes[parent].requires_grad
    color, width = (MUTED, 1.2)
    if active and (asked or not back):
        color, width = PALETTE["vermillion"] if back else PALETTE["blue"], 2.6
    style = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 1, "shrinkB": 1}
    shown = back and asked and parent in gradients and child in gradients
    heights = _APART * (np.arange(len(slopes))[::-1] - (len(slopes) - 1) / 2)
    for slope, height in zip(slopes, heights, strict=True):
        aside = np.array([0, height])
        tail, head = start + aside, end + aside
        ends = (head, tail) if active and back and asked else (tail, head)
        ax.add_artist(FancyArrowPatch(*ends, mutation_scale=10, zorder=1, **style))
        if shown:
            _slope(ax, tail, head, f"×{number(slope)}")


def _slope(ax, tail, head, text):
    """Write a local slope on its arrow."""
    middle = tail + 0.5 * (head - tail)
    plate = {"boxstyle": "round,pad=0.12", "facecolor": CARD, "edgecolor": "none"}
    options = {
        "fontsize": 9 if len(text) < 7 else 7.5,
        "color": readable(PALETTE["vermillion"]),
        "ha": "center",
        "zorder": 2,
    }
    if abs(head[1] - tail[1]) < 0.2:  # along a level arrow there is room above it only
        ax.text(middle[0], middle[1] + 0.05, text, va="bottom", **options)
    else:
        ax.text(*middle, text, va="center", bbox=plate, **options)


def _colors(walk, i):
    """The edge and the face of a node's box."""
    node = walk.nodes[i]
    if i == len(walk.nodes) - 1:
        return PALETTE["vermillion"], "#FDF1E9"
    if node.parents:
        return MUTED, "#F4F5F6"
    return (PALETTE["blue"], "#EAF3F9") if node.requires_grad else (MUTED, GIVEN)


def _frame(ax, walk, i, **look):
    corner = walk.places[i] - np.array([_WIDTH, _HEIGHT]) / 2
    style = "round,pad=0,rounding_size=0.08"
    # `add_patch` would measure it for limits that are already set.
    ax.add_artist(FancyBboxPatch(corner, _WIDTH, _HEIGHT, boxstyle=style, edgecolor=_colors(walk, i)[0], **look))


def _line(ax, walk, i, above, text, **look):
    x, y = walk.places[i]
    ax.text(x, y + above, text, ha="center", va="center", zorder=4, **look)
