"""Right and wrong rules of plain gradient descent: the known mistakes of `sgd`."""

import numpy as np

from helpers import optimizers


def _rule(step):
    """An optimizer whose step is `step(w, g, lr, t)`, added to w in place."""

    class Rule(optimizers.Optimizer):
        def __init__(self, learning_rate=0.01, **options):
            super().__init__(learning_rate, **options)

        def update_step(self, w, g, lr, t):
            w += step(w, g, lr, t)

    return Rule


class _NumberInInit(optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(0.01, **options)

    def update_step(self, w, g, lr, t):
        w -= lr * g


class _FirstRow(optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        w[0] -= lr * g[0]


class _Replaces(optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        w[...] = -lr * g


_UPHILL = "This walks uphill: the gradient points up, so it has to be taken away."
_NO_RATE = "The learning rate is not used: the step is as long as the gradient itself."

MISTAKES = {
    "uphill": (_rule(lambda w, g, lr, t: lr * g), _UPHILL),
    "uphill_no_learning_rate": (_rule(lambda w, g, lr, t: g), f"Two things. {_UPHILL} And: {_NO_RATE}"),
    "multiplies": (
        _rule(lambda w, g, lr, t: -lr * g * w),
        "This multiplies the weights, as `Shrink` does: a weight of 0 would stay 0. The rule takes lr · g away from w.",
    ),
    "shrinks": (
        _rule(lambda w, g, lr, t: -lr * w),
        "This takes a share of the weights away, as `Shrink` does; the gradient plays no part. The rule takes lr · g away.",
    ),
    "replaces": (
        _Replaces,
        "The weights become the step itself, −lr · g, and what they were is lost. Where should a step begin?",
    ),
    "no_learning_rate": (_rule(lambda w, g, lr, t: -g), _NO_RATE),
    "learning_rate_squared": (
        _rule(lambda w, g, lr, t: -lr * lr * g),
        "The learning rate comes in twice: the step is lr² · g.",
    ),
    "twice": (
        _rule(lambda w, g, lr, t: -2 * lr * g),
        "The step is twice as long as it should be. Is it taken twice? The 2 of the derivative is in the gradient already.",
    ),
    "over_t": (
        _rule(lambda w, g, lr, t: -lr / t * g),
        "The learning rate is divided by t, so that the steps shrink. If it is to change, that is done outside: the rule takes "
        "`lr` as it comes.",
    ),
    "over_root_of_t": (
        _rule(lambda w, g, lr, t: -lr / np.sqrt(t) * g),
        "The learning rate is divided by √t, so that the steps shrink. If it is to change, that is done outside: the rule takes "
        "`lr` as it comes.",
    ),
    "number_in_the_rule": (
        _rule(lambda w, g, lr, t: -0.01 * g),
        "The learning rate is 0.01 whatever is passed: 0.01 is only the default. In the rule it is called `lr`.",
    ),
    "number_in_init": (
        _NumberInInit,
        "The learning rate begins at 0.01 whatever is passed: 0.01 is only the default. What does `__init__` hand on?",
    ),
    "rate_in_32_bits": (
        _rule(lambda w, g, lr, t: -np.float32(lr) * g),
        "The learning rate is rounded to 32 bits, about 7 digits: float64 weights come out a little beside. Leave it as it comes.",
    ),
    "sign_only": (
        _rule(lambda w, g, lr, t: -lr * np.sign(g)),
        "Only the sign of the gradient counts here, so that every step has the length lr. Its size belongs to the step, too.",
    ),
    "unit_length": (
        _rule(lambda w, g, lr, t: -lr * g / np.linalg.norm(g)),
        "The gradient is divided by its length. In the rule a steep place gives a long step: lr times the gradient as it is.",
    ),
    "size_only": (
        _rule(lambda w, g, lr, t: -lr * np.abs(g)),
        "The sign of the gradient is lost, so that every weight becomes smaller. Which way is down is told by the sign.",
    ),
    "mean_gradient": (
        _rule(lambda w, g, lr, t: -lr * np.mean(g)),
        "Every weight moves by the same, the mean of all slopes. Each weight has a slope of its own: the mean over the examples "
        "is in `g` already.",
    ),
    "summed_gradient": (
        _rule(lambda w, g, lr, t: -lr * np.sum(g)),
        "Every weight moves by the same, the sum of all slopes. Each weight has a slope of its own.",
    ),
    "first_step_only": (
        _rule(lambda w, g, lr, t: -lr * g if t == 1 else 0 * g),
        "Only the first step moves the weights. Does something in the rule ask which step it is?",
    ),
    "first_row_only": (
        _FirstRow,
        "Only the first row of `w` moves. The rule is for the whole array, of any shape.",
    ),
    "not_in_place": (
        _rule(lambda w, g, lr, t: 0 * g),
        "The weights never change. Does a line reach the array `w` itself, or does it make a new one? A new array is lost at the "
        "end of the function, whether it is named `w` or returned. Or is the line not reached, or what it takes away 0?",
    ),
}
