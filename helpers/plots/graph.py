"""The computation behind a Tensor as a picture: a box for each step, with its value and its gradient."""

from __future__ import annotations

import itertools

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from helpers.autodiff import Tensor, topological_order
from helpers.plots.figures import figure
from helpers.plots.layered import arrange
from helpers.plots.style import CARD, INK, MUTED, PALETTE, readable

MOST_NODES = 80
GIVEN = "#D3D8DE"  # the face of a box with a given number: clearly darker than a computed one
BOX = (1.10, 0.62)  # inches
GAP = (0.34, 0.20)
SYMBOLS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "matmul": "@",
    "power": "power",
    "negative": "−( )",
    "square": "( )²",
    "sqrt": "√",
    "getitem": "[ ]",
}


def draw_graph(tensor: Tensor, title: str | None = None, *, downwards: bool | None = None):
    """Return a figure of the computation that led to ``tensor``: data flows from the leaves to it, left to right.

    A box shows the name or operation, the value (shape, if it is more than three numbers) and the gradient (norm, if
    more than three), once ``backward(keep_graph=True)`` has run. Leaves that require a gradient are blue, constants
    grey, the result is vermillion. More than seven steps in a row are drawn ``downwards``, unless that says otherwise.
    Raises TypeError for something that is not a Tensor; ValueError for a forgotten graph or one of more than 80 nodes.
    """
    nodes = _nodes(tensor)
    places, bends = arrange([[nodes.index(p) for p in node.parents] for node in nodes])
    depth = 1 + max(layer for layer, _ in places)
    downwards = depth > 7 if downwards is None else downwards
    steps = np.array([BOX[0] + GAP[0], BOX[1] + GAP[1]])

    def inches(layer, slot):
        """Where in the picture; y grows upwards, the first slot is the top or the left one."""
        return steps * ((slot, -1.08 * layer) if downwards else (layer, -slot))

    at = np.array([inches(*place) for place in places])
    bent = np.array([inches(*bend) for chain in bends.values() for bend in chain] or [at[0]])
    low = np.minimum(at.min(axis=0) - np.array(BOX) / 2, bent.min(axis=0)) - 0.12
    high = np.maximum(at.max(axis=0) + np.array(BOX) / 2, bent.max(axis=0)) + 0.12
    width, height = np.maximum(high - low, [4.0, 1.0])
    fig, ax = figure(width=width, height=height + (0.35 if title else 0.0))
    middle = (low + high) / 2
    ax.set(xlim=middle[0] + np.array([-0.5, 0.5]) * width, ylim=middle[1] + np.array([-0.5, 0.5]) * height)
    ax.set_aspect("equal")
    ax.set_axis_off()
    if title:
        ax.set_title(title)
    for child, node in enumerate(nodes):
        for parent in dict.fromkeys(nodes.index(p) for p in node.parents):
            between = [inches(*bend) for bend in bends.get((parent, child), ())]
            times = sum(nodes.index(p) == parent for p in node.parents)
            _edge(ax, [at[parent], *between, at[child]], downwards, f"{times}×" if times > 1 else "")
    for i, node in enumerate(nodes):
        _box(ax, at[i], node, last=node is tensor)
    return fig


def describe_graph(tensor: Tensor) -> str:
    """The same graph in words, in the order of computation: the alternative text of `draw_graph`."""
    nodes = _nodes(tensor)
    names = _unique([_name(node) or ("constant" if not node.requires_grad else "value") for node in nodes])
    leaves, steps = [], []
    for name, node in zip(names, nodes, strict=True):
        value = f" is {_short(node.data)}" + ("" if node.grad is None else f", {_short(node.grad, 'gradient')}")
        if node.parents:
            what = f"{name} = {node.operation}" if node.name else name
            steps.append(f"{what} of {' and '.join(names[nodes.index(p)] for p in node.parents)}{value}")
        else:
            leaves.append(f"{name}{value}")
    text = f"Computation graph with {len(nodes)} nodes. It starts from: {'; '.join(leaves)}."
    return text + (f" Then {'; '.join(steps)}." if steps else "")


class _Nodes(list):
    """A list that finds by identity: Tensors' == compares numbers."""

    def __init__(self, nodes):
        super().__init__(nodes)
        self._place = {id(node): i for i, node in enumerate(nodes)}

    def index(self, node):
        return self._place[id(node)]


def _nodes(tensor):
    if not isinstance(tensor, Tensor):
        raise TypeError(f"tensor must be an autodiff.Tensor, got {type(tensor).__name__}")
    nodes = _Nodes(topological_order(tensor))
    if any(not node.parents and node._backward is not None for node in nodes):
        raise ValueError("tensor: its graph was forgotten by backward(); call backward(keep_graph=True), then draw")
    if len(nodes) > MOST_NODES:
        raise ValueError(
            f"tensor: its graph has {len(nodes)} nodes, too many to read; draw one of at most {MOST_NODES}"
        )
    return nodes


def _box(ax, place, node, last):
    corner = place - np.array(BOX) / 2
    if last:
        edge, face = PALETTE["vermillion"], "#FDF1E9"
    elif node.parents:
        edge, face = MUTED, CARD
    else:
        edge, face = (PALETTE["blue"], "#EAF3F9") if node.requires_grad else (MUTED, GIVEN)
    style = "round,pad=0,rounding_size=0.09"
    ax.add_patch(FancyBboxPatch(corner, *BOX, boxstyle=style, edgecolor=edge, facecolor=face, linewidth=1.5, zorder=3))
    known = node.grad is not None
    lines = [(_heading(node), INK, "bold", 9.5), (_short(node.data), INK, "normal", 8)]
    if known:
        lines.append((_short(node.grad, "grad"), readable(PALETTE["vermillion"], on=face), "normal", 8))
    for (text, color, weight, size), y in zip(lines, (0.18, -0.02, -0.20) if known else (0.12, -0.12), strict=True):
        room = 14 if weight == "bold" else 18
        text = text if len(text) <= room else text[: room - 1] + "…"
        style = {"color": color, "weight": weight, "fontsize": size, "ha": "center", "va": "center", "zorder": 4}
        ax.text(place[0], place[1] + y, text, **style)


def _edge(ax, points, downwards, label):
    """A smooth line through the points that leaves and enters boxes at right angles, with an arrow head."""
    along = np.array([0, -1]) if downwards else np.array([1, 0])
    half = np.array(BOX) / 2
    # Past other boxes it runs straight, so that it turns only between the layers.
    passed = [bend + side * half * along for bend in points[1:-1] for side in (-1, 1)]
    points = [points[0] + half * along, *passed, points[-1] - half * along]
    vertices, codes = [points[0]], [Path.MOVETO]
    for a, b in itertools.pairwise(points):
        reach = 0.5 * abs(np.dot(b - a, along)) * along
        vertices += [a + reach, b - reach, b]
        codes += [Path.CURVE4] * 3
    arrow = {"arrowstyle": "-|>,head_length=4,head_width=2", "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(path=Path(vertices, codes), color=MUTED, linewidth=1.2, zorder=2, **arrow))
    if label:
        away = -0.16 * along + (0.1 if points[0][1] <= points[-1][1] else -0.1) * np.abs(along[::-1])
        ax.text(*(points[-1] + away), label, fontsize=8, color=MUTED, ha="center", va="center", zorder=4)


def _name(node):
    return node.name or node.operation


def _heading(node):
    symbol = SYMBOLS.get(node.operation, node.operation)
    if node.name:
        return f"{node.name} = {symbol}" if symbol else node.name
    return symbol or ("value" if node.requires_grad else "constant")


def _unique(names):
    counts, seen = {name: names.count(name) for name in names}, {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(f"{name} {seen[name]}" if counts[name] > 1 else name)
    return out


def _number(x, digits=3):
    return f"{x:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")


def _short(array, gradient=""):
    """The numbers themselves where they are few, else the shape; of a gradient, else its norm."""
    word = f"{gradient} " if gradient else ""
    if array.size == 1:
        return word + _number(array.item())
    if array.ndim == 1 and array.size <= 3:
        return f"{word}[{', '.join(_number(x, 2) for x in array)}]"
    return f"‖{gradient}‖ {_number(np.linalg.norm(array))}" if gradient else str(array.shape)
