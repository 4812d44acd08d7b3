"""The controls of the lesson on backpropagation."""

from __future__ import annotations

import functools

import numpy as np

from helpers.activations import sigmoid
from helpers.autodiff import Tensor, constant
from helpers.playground.explorer import choice, explore, slider
from helpers.playground.race_controls import set_together
from helpers.playground.turns import in_turn
from helpers.plots.graph_walk import Walk, draw_boxes, draw_step, number
from helpers.plots.style import INK, MUTED


def _named(tensor, name):
    tensor.name = name
    return tensor


def _line(w):
    """(w·x + b − y)²."""
    w, x, b, y = Tensor(w, name="w"), constant(2.0, "x"), Tensor(1.0, name="b"), constant(4.0, "y")
    m = _named(w * x, "m")
    y_hat = _named(m + b, "ŷ")
    return _named(np.square(_named(y_hat - y, "e")), "loss")


def _twice(w):
    """w·w + 3·w."""
    w = Tensor(w, name="w")
    return _named(_named(w * w, "u") + _named(w * constant(3.0), "v"), "loss")


def _neuron(w):
    """−log sigmoid(w·x + b)."""
    w, x, b = Tensor(w, name="w"), constant(2.0, "x"), Tensor(-1.0, name="b")
    z = _named(_named(w * x, "m") + b, "z")
    return _named(-_named(np.log(_named(sigmoid(z), "p")), "l"), "loss")


_WRITTEN = {_line: "loss = (w·x + b − y)²", _twice: "loss = w·w + 3·w", _neuron: "loss = −log σ(w·x + b), σ: sigmoid"}
_EXPRESSIONS = {
    "(w·x + b − y)², x = 2, b = 1, y = 4": _line,
    "w·w + 3·w": _twice,
    "−log sigmoid(w·x + b), x = 2, b = −1": _neuron,
}


def _meaning(walk):
    """What the gradient of w says, for a small change of w."""
    gradients = walk.at(walk.steps)[1]
    (slope,) = (gradients[i] for i, node in enumerate(walk.nodes) if node.name == "w")
    if slope == 0:
        return "grad 0 at w: a small change of w leaves the loss as it is."
    moves = "up" if slope > 0 else "down"
    return f"grad {number(slope)} at w: raise w by 0.01, and the loss goes {moves} by about {number(abs(slope) / 100)}."


def walk_the_graph():
    """Return a slider that walks a graph forward and back, one for w, and a list of expressions."""
    walk_of = functools.lru_cache(maxsize=64)(lambda build, w: Walk(build(w)))

    def ground(fig, expression):
        (ax,) = fig.axes
        ax.set_position((0.01, 0.02, 0.98, 0.86))
        draw_boxes(ax, walk_of(expression, w.value))
        kinds = "blue: parameters. grey: given. orange: the loss. grad: how fast the loss moves with this value"
        ax.text(1, 1, _WRITTEN[expression], transform=ax.transAxes, ha="right", va="top", color=INK, fontsize=11)
        ax.text(1, 0, kinds, transform=ax.transAxes, ha="right", va="bottom", color=MUTED, fontsize=9)

    def draw(fig, step, w, expression):
        walk = walk_of(expression, w)
        (ax,) = fig.axes
        step = min(step, walk.steps)
        said = draw_step(ax, walk, step)
        last = step == walk.steps
        ax.set_title(f"{said} One walk back gave every slope." if last else said)
        told = "" if step else "Nothing is worked out yet: moving w changes its own box alone."
        return f"Step {step} of {walk.steps}. {_meaning(walk) if last else told}".strip()

    step = slider("step", 0, walk_of(_line, 3.0).steps, 0, 1)
    w = slider("w", -2.0, 4.0, 3.0, 0.5)
    expression = choice("expression", _EXPRESSIONS)

    @in_turn
    def chosen(change):
        """The slider ends where the walk ends, and another walk begins at its start, or at its end after an end."""
        steps = walk_of(change["new"], w.value).steps
        set_together(step, steps if step.value == step.max else 0, 0, steps)

    expression.observe(chosen, names="value")  # before the picture hears of the choice
    return explore(
        draw,
        "A computation graph with the value in each box. A slider walks through it: forward, where each value appears in turn, "
        "then backward from the loss, where each gradient appears, with the local slopes on the arrows.",
        size=(8.0, 3.6),
        ground=ground,
        step=step,
        w=w,
        expression=expression,
    )
