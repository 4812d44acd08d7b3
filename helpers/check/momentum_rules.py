"""Wrong ways to write momentum's update: the known mistakes of lesson 06 are made of these."""

import numpy as np

from helpers import optimizers


class _Rule(optimizers.Optimizer):
    """A wrong rule with one slot and momentum's arguments."""

    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


def rule(update):
    """Return an optimizer class with this update(beta, w, g, lr, t, m)."""

    class Wrong(_Rule):
        def update_step(self, w, g, lr, t, m):
            update(self.momentum, w, g, lr, t, m)

    return Wrong


def plain(beta, w, g, lr, t, m):
    w -= lr * g


def fixed(update):
    """Return the update with β = 0.9, whatever was asked for."""
    return lambda beta, *rest: update(0.9, *rest)


def adds_to_itself(beta, w, g, lr, t, m):
    m += beta * m - lr * g
    w += m


def forgets(beta, w, g, lr, t, m):
    w -= (1 + beta) * lr * g


def outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * m


def averaged(beta, w, g, lr, t, m):
    m[...] = beta * m - (1 - beta) * lr * g
    w += m


def averaged_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + (1 - beta) * g
    w -= lr * m


def uphill(beta, w, g, lr, t, m):
    m[...] = beta * m + lr * g
    w += m


def old_velocity(beta, w, g, lr, t, m):
    w += m
    m[...] = beta * m - lr * g


def never_fades(beta, w, g, lr, t, m):
    m -= lr * g
    w += m


def coefficient_on_gradient(beta, w, g, lr, t, m):
    m -= beta * lr * g
    w += m


def adds_gradient_first(beta, w, g, lr, t, m):
    m[...] = beta * (m - lr * g)
    w += m


def ball(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m


def nesterov(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m - lr * g


def nesterov_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * (g + beta * m)


def no_pull(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m


def one_step_too_many(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m + beta * m - lr * g


def rate_twice(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += lr * m


def still(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g


def nesterov_averaged(beta, w, g, lr, t, m):
    nesterov(beta, w, (1 - beta) * g, lr, t, m)


def nesterov_uphill(beta, w, g, lr, t, m):
    nesterov(beta, w, -g, lr, t, m)


def nesterov_never_fades(beta, w, g, lr, t, m):
    m -= lr * g
    w += beta * m - lr * g


def nesterov_adds_to_itself(beta, w, g, lr, t, m):
    m += beta * m - lr * g
    w += beta * m - lr * g


def velocity_twice(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m + beta * m


def no_beta(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m - lr * g


def beta_on_both(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * (m - lr * g)


def last_pull_uphill(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m + lr * g


def velocity_uphill(beta, w, g, lr, t, m):
    m[...] = beta * m + lr * g
    w += beta * m - lr * g


def descent(gradient, params, learning_rate, momentum, steps, rule):
    """The loop of `fix_velocity` with this update."""
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for w, m, g in zip(params, velocities, gradient(params), strict=True):
            rule(momentum, w, g, learning_rate, 1, m)
    return params


def returned_early(gradient, params, learning_rate, momentum, steps):
    """A `return` that has slipped into the loop over the steps."""
    return descent(gradient, params, learning_rate, momentum, 1, rule=ball) if steps else None


def returned_at_once(gradient, params, learning_rate, momentum, steps):
    """A `return` that has slipped into the loop over the parameters."""
    first = returned_early(gradient, params[:1], learning_rate, momentum, steps) if steps and params else None
    return None if first is None else first + [w.copy() for w in params[1:]]


def own_step(momentum, form):
    """How far the weights go at once for a gradient of 1 and a rate of 1."""
    return 1 - momentum if form == "average" else 1.0


_ALONE = "`average` as the {} is right. But the rate also changes where `average` is the {}."
_ALONE_WRONG = (
    "Where `average` is the {}, the factor is used the wrong way round: the form that steps less far needs the larger "
    "rate. And where it is the {}, nothing is done."
)
_ONE_WRONG = (
    "Where `average` is the {}, the factor is used the wrong way round: the form that steps less far needs the "
    "larger rate."
)
_ALWAYS = (
    "The rate is changed for every pair alike. `inside` and `outside` step equally far at the same rate: between "
    "these two it stays."
)

# Wrong rates in the other form, each with what the learner is told.
CONVERSIONS = {
    "unchanged": (
        lambda a, b, s, t: a,
        "The rate is handed back as it came: at the same rate, do all three forms step equally far?",
    ),
    "wrong_way": (
        lambda a, b, s, t: a * own_step(b, t) / own_step(b, s),
        "The factor is right and used the wrong way round: the form that steps less far needs the larger rate.",
    ),
    "beta": (
        lambda a, b, s, t: a * (b if s == "average" else 1) / ((b or 1) if t == "average" else 1),
        "This uses β where the averaging form has 1 − β.",
    ),
    "target_alone": (lambda a, b, s, t: a / own_step(b, t), _ALONE.format("target", "source")),
    "source_alone": (lambda a, b, s, t: a * own_step(b, s), _ALONE.format("source", "target")),
    "target_alone_wrong_way": (lambda a, b, s, t: a * own_step(b, t), _ALONE_WRONG.format("target", "source")),
    "source_alone_wrong_way": (lambda a, b, s, t: a / own_step(b, s), _ALONE_WRONG.format("source", "target")),
    "target_wrong_way": (lambda a, b, s, t: a * own_step(b, s) * own_step(b, t), _ONE_WRONG.format("target")),
    "source_wrong_way": (lambda a, b, s, t: a / own_step(b, s) / own_step(b, t), _ONE_WRONG.format("source")),
    "either": (
        lambda a, b, s, t: a * (1 - b) if s == "average" else a / own_step(b, t),
        "One pair is wrong, from `average` to `average`: there the rate stays as it is.",
    ),
    "either_wrong_way": (
        lambda a, b, s, t: a / (1 - b) if s == "average" else a * own_step(b, t),
        "The form that steps less far needs the larger rate: here it gets the smaller one. And from `average` to "
        "`average` the rate stays as it is.",
    ),
    "always": (lambda a, b, s, t: a * (1 - b), _ALWAYS),
    "always_up": (lambda a, b, s, t: a / (1 - b), _ALWAYS),
}
