"""The controls of the lesson on backpropagation."""

from __future__ import annotations

import functools

import numpy as np

from helpers.activations import sigmoid
from helpers.autodiff import Tensor, constant
from helpers.playground.explorer import choice, explore, slider
from helpers.plots.graph_walk import Walk, draw_boxes, draw_step


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
    """−log σ(w·x + b)."""
    w, x, b = Tensor(w, name="w"), constant(2.0, "x"), Tensor(-1.0, name="b")
    z = _named(_named(w * x, "m") + b, "z")
    return _named(-np.log(sigmoid(z)), "loss")


_EXPRESSIONS = {"(w·x + b − y)²": _line, "w·w + 3·w": _twice, "−log σ(w·x + b)": _neuron}


def walk_the_graph():
    """Return a slider that walks a graph forward and back, one for w, and a list of expressions."""
    walk_of = functools.lru_cache(maxsize=64)(lambda build, w: Walk(build(w)))

    def ground(fig, expression):
        (ax,) = fig.axes
        ax.set_position((0.01, 0.02, 0.98, 0.86))
        draw_boxes(ax, walk_of(expression, w.value))

    def draw(fig, step, w, expression):
        walk = walk_of(expression, w)
        (ax,) = fig.axes
        ax.set_title(draw_step(ax, walk, min(step, walk.steps)))
        return f"Step {min(step, walk.steps)} of {walk.steps}"

    step = slider("step", 0, walk_of(_line, 3.0).steps, 0, 1)
    w = slider("w", -2.0, 4.0, 3.0, 0.5)
    expression = choice("expression", _EXPRESSIONS)
    # The slider ends where the walk ends. This must hear of the choice before the picture does.
    expression.observe(lambda change: setattr(step, "max", walk_of(change["new"], w.value).steps), names="value")
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
