"""Right and wrong ways back through a relu: the known mistakes of `relu_backward`."""

import numpy as np


def _leaky(slope):
    return (
        lambda x, g: np.where(x > 0, g, slope * g),
        f"Where x is negative you let {slope:g} of the gradient through: that is the leaky relu's slope. This relu is 0 there "
        "whatever x does.",
    )


_TURNED = "This lets through what relu stops, and stops what it lets through."
_AT_ZERO = "Right but for x = 0. There relu has a corner, and no slope of its own: the lesson agrees on one. Which?"

MISTAKES = {
    "mask_on_gradient": (
        lambda x, g: g * (g > 0),
        "You look at the sign of `grad_out`. What the bend lets through was decided on the way forward, by x.",
    ),
    "both_masks": (
        lambda x, g: g * (g > 0) * (x > 0),
        "Where x is positive, negative gradients go through as well: the local slope is 1 there.",
    ),
    "slope_at_zero": (lambda x, g: g * (x >= 0), f"{_AT_ZERO} Yours is 1."),
    "half_at_zero": (lambda x, g: g * np.heaviside(x, 0.5), f"{_AT_ZERO} Yours is 1/2."),
    "local_slope_only": (
        lambda x, g: 1.0 * (x > 0),
        "This is the local slope. The chain rule multiplies it by what comes from behind.",
    ),
    "truth_values": (
        lambda x, g: x > 0,
        "True and False are the local slopes, 1 and 0. The chain rule multiplies them by what comes from behind, `grad_out`.",
    ),
    "relu_of_x": (
        lambda x, g: g * np.maximum(x, 0),
        "This multiplies by relu's value. The chain rule asks for its slope.",
    ),
    "relu_itself": (
        lambda x, g: np.maximum(x, 0),
        "This is relu, the way forward. Asked is the way back: `grad_out` times relu's slope.",
    ),
    "x_for_gradient": (
        lambda x, g: x * (g > 0),
        "x and `grad_out` have changed places: what decides is x, what goes through is `grad_out`.",
    ),
    "nothing_stopped": (
        lambda x, g: g * 1.0,
        "Where x is negative, relu gives 0 whatever x does: what is the slope there?",
    ),
    "relu_of_gradient_where_negative": (lambda x, g: g * (x <= 0), _TURNED),
    "where_below_zero": (lambda x, g: g * (x < 0), _TURNED),
    "corner_at_1": (
        lambda x, g: g * (x > 1),
        "Here the bend stands at x = 1. Relu has its corner at 0: what is above lets the gradient through.",
    ),
    "turned_below_zero": (
        lambda x, g: np.where(x > 0, g, -g),
        "Where x is not positive the gradient comes back with its sign turned. Relu is flat there: what slope has a flat line?",
    ),
    "sign_for_slope": (
        lambda x, g: g * np.sign(x),
        "Where x is negative you turn the gradient's sign. The sign of x is −1 there; relu's slope is another number.",
    ),
    "size_only": (
        lambda x, g: np.abs(g) * (x > 0),
        "The sign of `grad_out` is lost. Where x is positive, the gradient goes through as it is.",
    ),
    "added": (
        lambda x, g: g + (x > 0),
        "The local slope is added to `grad_out`. What does the chain rule do with the two?",
    ),
    "relu_of_the_product": (
        lambda x, g: np.maximum(x * g, 0),
        "This is relu of the product of x and `grad_out`. Asked is `grad_out` times relu's slope at x, which is 0 or 1.",
    ),
    "x_where_it_is_negative": (
        lambda x, g: np.where(x > 0, g, x),
        "Where x is negative you hand back x itself. What comes back is a gradient: `grad_out` times the slope there.",
    ),
    "divides_by_x": (
        lambda x, g: g * np.maximum(x, 0) / x,
        "relu(x)/x is 1 and 0 as it should be, but at x = 0 it is 0/0, which is nan. The slope can be had from a comparison, "
        "without dividing.",
    ),
    "picked_out": (
        lambda x, g: g[x > 0],
        "These are the gradients that go through, without the places where nothing does. The result has the shape of x, with 0 "
        "there.",
    ),
    "leaky": _leaky(0.01),
    "leaky_tenth": _leaky(0.1),
    "leaky_fifth": _leaky(0.2),
    "leaky_third": _leaky(0.3),
}
