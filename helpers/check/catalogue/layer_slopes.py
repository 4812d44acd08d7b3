"""Right and wrong ways back through a layer: the known mistakes of `dense_backward` and `fix_backward_pass`."""

import itertools

import numpy as np

from helpers.check.catalogue import scores


def dense(x, w, g):
    """Return the gradients of x, w and b in x @ w + b."""
    return g @ w.T, x.T @ g, g.sum(axis=0)


def _changed(grad_x=None, grad_w=None, grad_b=None):
    """The gradients of a layer, some of them by another formula of (x, w, g)."""

    def wrong(x, w, g):
        right = dense(x, w, g)
        return tuple(f(x, w, g) if f else r for f, r in zip((grad_x, grad_w, grad_b), right, strict=True))

    return wrong


def _ordered(*places):
    return lambda x, w, g: tuple(dense(x, w, g)[i] for i in places)


def _dealt_out_anew(a):
    return a.reshape(a.shape[::-1])


_ADDS_UP = "The mean belongs to the loss, and is already in `grad_out`: a layer only adds up."
_RESHAPED = (
    "`reshape` deals out the numbers anew, row by row, and does not turn the array on its side: the shape fits, but the numbers "
    "stand in other places. What swaps rows and columns?"
)

# One part of the three by another formula: {id: (the part, the formula, what to say of it)}.
_PARTS = {
    "grad_w_mean": (
        "grad_w",
        lambda x, w, g: x.T @ g / len(x),
        f"`grad_w` is divided by the number of rows. {_ADDS_UP}",
    ),
    "grad_w_turned": (
        "grad_w",
        lambda x, w, g: g.T @ x,
        "The numbers of `grad_w` are right, but its rows are the outputs: w has shape (I, O).",
    ),
    "grad_w_dealt_out_anew": (
        "grad_w",
        lambda x, w, g: _dealt_out_anew(x) @ g,
        f"`grad_w` uses the numbers of x in another order. {_RESHAPED}",
    ),
    "grad_x_turned": (
        "grad_x",
        lambda x, w, g: w @ g.T,
        "The numbers of `grad_x` are right, but its rows are the inputs: x has shape (N, I).",
    ),
    "grad_x_dealt_out_anew": (
        "grad_x",
        lambda x, w, g: g @ _dealt_out_anew(w),
        f"`grad_x` uses the numbers of w in another order. {_RESHAPED}",
    ),
    "bias_mean": (
        "grad_b",
        lambda x, w, g: g.mean(0),
        "b is added in every row, so its gradients are added up, not averaged.",
    ),
    "bias_slope_alone": (
        "grad_b",
        lambda x, w, g: np.ones(w.shape[1]),
        "`grad_b` is 1 everywhere: that is the local slope of `+ b`. The chain rule multiplies it by what comes from behind, and b "
        "is used in every row.",
    ),
    "bias_sum_of_all": (
        "grad_b",
        lambda x, w, g: g.sum(),
        "`grad_b` is one number here: a sum without an axis runs over the rows and over the outputs. b has one entry for "
        "each output, used in every row: which axis has to go?",
    ),
    "bias_first_row": (
        "grad_b",
        lambda x, w, g: g[0],
        "`grad_b` is the first row alone. b is used in every row: what happens to the gradients of a value that is used many "
        "times?",
    ),
    "bias_not_summed": (
        "grad_b",
        lambda x, w, g: g,
        "b has one entry for each column of `out` and is used in every row. What happens to the gradients of a value "
        "that is used many times?",
    ),
    "bias_keeps_axis": (
        "grad_b",
        lambda x, w, g: g.sum(0, keepdims=True),
        "The numbers of `grad_b` are right, but b has shape (O,), so its gradient has it too.",
    ),
    "bias_over_outputs": (
        "grad_b",
        lambda x, w, g: g.sum(1),
        "You add up over axis 1, the outputs of one row. b has one entry for each output, used in every row: which axis "
        "has to go?",
    ),
}
# Two of them that have one cause, and so a name of their own.
_ONE_CAUSE = {
    frozenset(("grad_w_mean", "bias_mean")): ("mean_over_rows", f"You divide by the number of rows. {_ADDS_UP}"),
    frozenset(("grad_w_turned", "grad_x_turned")): (
        "both_turned",
        "The numbers are right, but `grad_x` and `grad_w` both stand on their side: x has shape (N, I) and w has (I, O).",
    ),
    frozenset(("grad_w_dealt_out_anew", "grad_x_dealt_out_anew")): ("both_dealt_out_anew", _RESHAPED),
}


def _pairs():
    """Yield (id, (wrong form, message)) of any two of the parts."""
    for (a, (part, f, said)), (b, (other, g, also)) in itertools.combinations(_PARTS.items(), 2):
        if part != other:
            id, told = _ONE_CAUSE.get(frozenset((a, b)), (f"{a}+{b}", f"Two things. {said} And: {also}"))
            yield id, (_changed(**{part: f, other: g}), told)


DENSE = {
    "all_means": (
        lambda x, w, g: tuple(part / len(x) for part in dense(x, w, g)),
        f"All three are divided by the number of rows. {_ADDS_UP}",
    ),
    "order": (_ordered(1, 0, 2), "The gradients of x and of w have changed places."),
    "order_bias_second": (_ordered(0, 2, 1), "The gradients of w and of b have changed places."),
    "order_bias_first": (_ordered(2, 0, 1), "The gradients are right, in another order: x, w, b is asked."),
    "order_bias_in_the_middle": (_ordered(1, 2, 0), "The gradients are right, in another order: x, w, b is asked."),
    "order_turned": (_ordered(2, 1, 0), "The gradients are right, in another order: x, w, b is asked."),
    "without_bias": (
        _ordered(0, 1),
        "The gradients of x and w are right. A third is asked: b is added in every row, so the loss depends on it, too.",
    ),
    "local_slopes": (
        lambda x, w, g: (w.T, x.T, np.ones(w.shape[1])),
        "These are the local slopes alone. The chain rule multiplies each of them by what comes from behind, `grad_out`.",
    ),
    **{id: (_changed(**{part: f}), said) for id, (part, f, said) in _PARTS.items()},
    **dict(_pairs()),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def walk_back(
    x,
    labels,
    w1,
    b1,
    w2,
    b2,
    through=lambda z, s, g: g * slope(z),
    change=lambda grad, n: grad,
    behind=lambda s, g: g,
    **instead,
):
    """The seven gradients of two layers with a sigmoid between them.

    through(z1, s, grad_s): what the answer makes of grad_z1. change(grad_z2, n), behind(s, grad_s): what it makes of the gradient
    of the scores, and of that of s. instead: grad_w2=, grad_b2= or grad_b1= by another formula, of (z1, s, gradient of the
    layer's output).
    """
    z1 = x @ w1 + b1
    s = sigmoid(z1)
    z2 = s @ w2 + b2
    grad_z2 = change((scores.softmax(z2) - scores.truth(labels, z2)) / len(labels), len(labels))
    grad_s, grad_w2, grad_b2 = dense(s, w2, grad_z2)
    grad_s = behind(s, grad_s)
    grad_z1 = through(z1, s, grad_s)
    _, grad_w1, grad_b1 = dense(x, w1, grad_z1)
    weights = {"grad_w2": grad_w2, "grad_b2": grad_b2, "grad_b1": grad_b1}
    weights |= {name: formula(z1, s, grad_z2 if name[-1] == "2" else grad_z1) for name, formula in instead.items()}
    return grad_z2, weights["grad_w2"], weights["grad_b2"], grad_s, grad_z1, grad_w1, weights["grad_b1"]


def _repaired(through=None, **how):
    given = {"through": through} if through else {}
    return lambda *inputs: walk_back(*inputs, **given, **how)


def _label_added(x, labels, w1, b1, w2, b2):
    """1 is added at the right class, where it had to be taken off."""
    k = w2.shape[1]
    return walk_back(x, labels, w1, b1, w2, b2, change=lambda grad, n: grad + 2 * np.eye(k)[labels] / n)


_WAS_RIGHT = "The sigmoid's slope is repaired. But something that was right is not any more: "

BACKWARD_PASS = {
    "unchanged": (
        _repaired(lambda z, s, g: g * slope(s)),
        "This is still the code as it was given. Which gradient is the first that differs?",
    ),
    "slope_dropped": (
        _repaired(lambda z, s, g: g),
        "The sigmoid's slope is left out now: `grad_z1` is more than a copy of `grad_s`.",
    ),
    "slope_alone": (
        _repaired(lambda z, s, g: slope(z)),
        "This is the slope of the sigmoid alone. The gradient of a parent is the gradient of its child *times* that.",
    ),
    "slope_of_gradient": (
        _repaired(lambda z, s, g: g * slope(g)),
        "This is the slope of the wrong quantity: the sigmoid was applied to a value of the forward pass, not to a "
        "gradient.",
    ),
    "formula_of_z": (
        _repaired(lambda z, s, g: g * z * (1 - z)),
        "s(1 − s) is the slope where s is the sigmoid's *result*. Here what goes into the sigmoid stands in its place.",
    ),
    "value_for_slope": (
        _repaired(lambda z, s, g: g * s),
        "This multiplies by the sigmoid's value. The walk back asks for its slope.",
    ),
    "slope_twice": (
        _repaired(lambda z, s, g: g * slope(slope(z))),
        "The slope is taken of a slope now: s(1 − s) is the slope already.",
    ),
    "slope_squared": (
        _repaired(lambda z, s, g: g * slope(z) ** 2),
        "The sigmoid's slope comes in twice. The value went through the sigmoid once.",
    ),
    "slope_of_tanh": (
        _repaired(lambda z, s, g: g * (1 - s * s)),
        "1 − s² is the slope of another curve, the hyperbolic tangent.",
    ),
    "slope_of_relu": (
        _repaired(lambda z, s, g: g * (z > 0)),
        "0 below and 1 above is the slope of relu. The curve between these two layers is a sigmoid.",
    ),
    "plus_for_minus": (
        _repaired(lambda z, s, g: g * s * (1 + s)),
        "s(1 + s) grows with s. The sigmoid is flat at both ends, so its slope goes to 0 at s = 0 and at s = 1.",
    ),
    "missing_value": (
        _repaired(lambda z, s, g: g * (1 - s)),
        "This multiplies by 1 − s alone. The sigmoid is flat at both ends, so its slope goes to 0 at s = 1 and at s = 0, too.",
    ),
    "divided_by_the_slope": (
        _repaired(lambda z, s, g: g / slope(z)),
        "This divides by the sigmoid's slope. On the way back a gradient is multiplied by each slope it passes.",
    ),
    "no_mean": (
        _repaired(change=lambda grad, n: grad * n),
        f"{_WAS_RIGHT}these are the gradients of the sum of the losses, n times those of the mean.",
    ),
    "mean_twice": (
        _repaired(change=lambda grad, n: grad / n),
        f"{_WAS_RIGHT}the gradients are divided by n twice.",
    ),
    "label_added": (
        _label_added,
        f"{_WAS_RIGHT}look at the right classes in `grad_z2`. What was predicted, *minus* what was true.",
    ),
    **{
        f"grad_{b}_mean": (
            _repaired(**{f"grad_{b}": lambda z, s, g: g.mean(axis=0)}),
            f"{_WAS_RIGHT}{b} is added in every row, so its gradients are added up, not averaged.",
        )
        for b in ("b1", "b2")
    },
    **{
        f"grad_{b}_over_outputs": (
            _repaired(**{f"grad_{b}": lambda z, s, g: g.sum(axis=1)}),
            f"{_WAS_RIGHT}`grad_{b}` is summed over axis 1. {b} is used in every row: which axis has to go?",
        )
        for b in ("b1", "b2")
    },
    "slope_in_grad_s": (
        _repaired(lambda z, s, g: g, behind=lambda s, g: g * s * (1 - s)),
        "The sigmoid's slope is in `grad_s` already. `grad_s` is the gradient of what the sigmoid gives: the slope belongs to the "
        "next step back, to z1.",
    ),
    "slope_in_both": (
        _repaired(behind=lambda s, g: g * s * (1 - s)),
        "The sigmoid's slope comes in twice: in `grad_s` and in `grad_z1`. The value went through the sigmoid once: between which "
        "two of them?",
    ),
    "unchanged_no_mean": (
        _repaired(lambda z, s, g: g * slope(s), change=lambda grad, n: grad * n),
        "The fault is still there: what is the sigmoid's slope taken of? And something that was right is not any more: these are "
        "the gradients of the sum of the losses, n times those of the mean.",
    ),
    "brackets": (
        _repaired(lambda z, s, g: g * s * 1 - s),
        "The slope of the sigmoid is s times (1 − s), and `s * 1 - s` multiplies before it subtracts. Where do brackets belong?",
    ),
    "grad_w2_from_z1": (
        _repaired(grad_w2=lambda z, s, g: z.T @ g),
        f"{_WAS_RIGHT}`grad_w2` uses z1. What is multiplied by w2 on the way forward?",
    ),
}
