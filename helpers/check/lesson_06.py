"""Exercises of lesson 06, momentum."""

import numpy as np

from helpers import optimizers
from helpers.check.registry import Lesson

lesson = Lesson(6)

lesson.predict(
    "predict_beta",
    "Which share of the last step should be kept in a ravine with κ = 100?",
    choices={
        "a": "A tenth of the last step is too little to matter: the zig-zag stays, and about 240 steps are needed.",
        "b": "",
        "c": "0.9 is what most people type, and it beats plain descent. Here it keeps too much: the path still "
        "swings when "
        "the better choice has long arrived.",
        "d": "A share of 0.99 forgets almost nothing, so the path swings past the lowest point again and "
        "again: more than "
        "1500 steps, worse than no momentum at all.",
    },
    answer="b",
    because="About two thirds: 50 steps instead of 286. Further down you derive it: ((√κ − 1)/(√κ + 1))² = 0.669.",
    hints=(
        "Keeping more of the last step helps along the ravine, where all steps agree. What does it do across, "
        "where they do not?",
        "A share of 0.99 means that a step still counts a hundred steps later. The lowest point is passed long "
        "before that.",
        "Neither the smallest nor the two largest; so which is left?",
    ),
    reread="Keep a part of the last step",
)


class _Rule(optimizers.Optimizer):
    """A wrong rule with one slot and momentum's arguments."""

    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


def _rule(update):
    """Return an optimizer class with this update(beta, w, g, lr, t, m)."""

    class Wrong(_Rule):
        def update_step(self, w, g, lr, t, m):
            update(self.momentum, w, g, lr, t, m)

    return Wrong


def _plain(beta, w, g, lr, t, m):
    w -= lr * g


def _outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * m


def _averaged(beta, w, g, lr, t, m):
    m[...] = beta * m - (1 - beta) * lr * g
    w += m


def _averaged_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + (1 - beta) * g
    w -= lr * m


def _uphill(beta, w, g, lr, t, m):
    m[...] = beta * m + lr * g
    w += m


def _old_velocity(beta, w, g, lr, t, m):
    w += m
    m[...] = beta * m - lr * g


def _never_fades(beta, w, g, lr, t, m):
    m -= lr * g
    w += m


def _coefficient_on_gradient(beta, w, g, lr, t, m):
    m -= beta * lr * g
    w += m


def _adds_gradient_first(beta, w, g, lr, t, m):
    m[...] = beta * (m - lr * g)
    w += m


def _ball(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m


def _nesterov(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m - lr * g


def _nesterov_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * (g + beta * m)


def _no_pull(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m


def _one_step_too_many(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m + beta * m - lr * g


def _rate_twice(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += lr * m


_AVERAGED = (
    "The gradient enters with the factor (1 − β) here, so the steps are 1 − β times as long. That is the "
    "averaging form; which "
    "form does the equation above have?"
)

lesson.optimizer(
    "momentum",
    defaults={"learning_rate": 0.01, "momentum": 0.9},
    reference=lambda learning_rate=0.01, momentum=0.9: optimizers.SGD(learning_rate, momentum=momentum),
    options=[{"momentum": 0.5}, {"momentum": 0.99}],
    hints=(
        "Two lines of the equation, two or three lines of code: first the velocity m, then the weights w. β is "
        "`self.momentum`, α is `lr`.",
        "Both must change in place. `m *= 0.9` changes the array that the optimizer keeps; `m = 0.9 * m` makes "
        "a new one that is lost.",
        "Fade the velocity with `m *= self.momentum`, add the pull with `m -= lr * g`; then the weights move by `m`.",
    ),
    reread="A heavy ball",
    mistakes={
        "plain": (
            _rule(_plain),
            "This is plain gradient descent: nothing of the last step is kept. Does `m` keep its new value?",
        ),
        "rate_outside": (
            _rule(_outside),
            "This is the form with the learning rate outside the velocity. While the rate stays the same it is "
            "equal; as soon as "
            "the rate changes it is not, because the rate of today then also scales the pulls of yesterday. "
            "Put the rate into m.",
        ),
        "averaged": (_rule(_averaged), _AVERAGED),
        "averaged_outside": (_rule(_averaged_outside), _AVERAGED),
        "uphill": (_rule(_uphill), "The weights go uphill: which sign does the pull of the slope have?"),
        "old_velocity": (
            _rule(_old_velocity),
            "The weights move by the velocity of the step before: which of the two lines comes first?",
        ),
        "never_fades": (_rule(_never_fades), "The velocity never fades: where does β come in?"),
        "beta_on_gradient": (
            _rule(_coefficient_on_gradient),
            "β stands at the gradient here. What should it make smaller?",
        ),
        "fades_after": (
            _rule(_adds_gradient_first),
            "The new pull is multiplied by β too: fade the old velocity first, then add the pull.",
        ),
        "nesterov": (_rule(_nesterov), "This is Nesterov's rule already: the heavy ball moves by m alone."),
        "rate_twice": (_rule(_rate_twice), "The learning rate is multiplied in twice, once in m and once in w."),
    },
)

lesson.optimizer(
    "nesterov",
    defaults={"learning_rate": 0.01, "momentum": 0.9},
    reference=lambda learning_rate=0.01, momentum=0.9: optimizers.SGD(learning_rate, momentum=momentum, nesterov=True),
    options=[{"momentum": 0.5}, {"momentum": 0.99}],
    hints=(
        "The velocity is updated as in `Momentum`. Only the line that moves the weights differs.",
        "That line uses the new m, faded once more by β, and the pull of today once more: βm − αg.",
        "After `m *= self.momentum` and `m -= lr * g`, add `self.momentum * m - lr * g` to the weights, in place.",
    ),
    reread="Nesterov looks ahead",
    mistakes={
        "heavy_ball": (
            _rule(_ball),
            "This is the heavy ball. Either the weights move by m alone, or by βm − αg with the *old* m, which "
            "is the same thing: "
            "the new m belongs there.",
        ),
        "rate_outside": (
            _rule(_nesterov_outside),
            "This is the form with the learning rate outside the velocity: equal while the rate stays the "
            "same, different as soon "
            "as it changes. Put the rate into m.",
        ),
        "no_pull": (
            _rule(_no_pull),
            "The weights move by βm alone: the pull of today, −αg, is missing in the last line.",
        ),
        "both": (
            _rule(_one_step_too_many),
            "The weights move twice here: by m, and by βm − αg. The second alone is the step.",
        ),
        "plain": (
            _rule(_plain),
            "This is plain gradient descent: nothing of the last step is kept. Does `m` keep its new value?",
        ),
        "averaged": (
            _rule(lambda beta, w, g, lr, t, m: _nesterov(beta, w, (1 - beta) * g, lr, t, m)),
            _AVERAGED,
        ),
    },
)


def _kappas(rng):
    yield (100.0,)
    yield (4.0,)
    yield (1.0,)
    yield (470.0,)
    yield (float(rng.uniform(2, 50)),)
    yield (1e6,)


@lesson.function(
    "(condition_number) -> float",
    cases=_kappas,
    hints=(
        "Start from the width of the floor: √κ = (1 + √β)/(1 − √β). Solve for √β.",
        "√κ(1 − √β) = 1 + √β gives √β = (√κ − 1)/(√κ + 1).",
        "With `root = np.sqrt(condition_number)`, return the square of (root − 1)/(root + 1).",
    ),
    reread="The best β",
    mistakes={
        "not_squared": (
            lambda k: (np.sqrt(k) - 1) / (np.sqrt(k) + 1),
            "This is √β, the factor by which the distance shrinks in a step. Asked for is β.",
        ),
        "plain_factor": (
            lambda k: (k - 1) / (k + 1),
            "This is the factor per step of plain descent: momentum works with the root of κ.",
        ),
        "plain_factor_squared": (
            lambda k: ((k - 1) / (k + 1)) ** 2,
            "The formula has the root of κ where this has κ.",
        ),
        "upside_down": (
            lambda k: ((np.sqrt(k) + 1) / (np.sqrt(k) - 1)) ** 2 if k > 1 else 0.0,
            "This is above 1, so more than the whole last step would be kept: the fraction is upside down.",
        ),
    },
)
def best_momentum(condition_number):
    root = np.sqrt(condition_number)
    return float(((root - 1) / (root + 1)) ** 2)


def bowl_slope(params):
    """The gradient of the sum of squares."""
    return [2 * w for w in params]


def tilted_slope(params):
    """The gradient of a ravine in each parameter, moved away from 0."""
    return [np.linspace(1, 9, w.size).reshape(w.shape) * (w - 1) for w in params]


def _descents(rng):
    yield bowl_slope, [np.array([1.0, -2.0])], 0.1, 0.9, 1
    yield bowl_slope, [np.array([1.0, -2.0])], 0.1, 0.9, 2
    yield bowl_slope, [np.array([1.0, -2.0]), np.array([[3.0]])], 0.1, 0.5, 3
    yield tilted_slope, [rng.normal(size=(3, 2)), rng.normal(size=5)], 0.05, 0.9, 20
    yield bowl_slope, [np.array([4.0])], 0.1, 0.9, 0
    yield bowl_slope, [np.array([4.0])], 0.1, 0.0, 3


def _descent(gradient, params, learning_rate, momentum, steps, rule):
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for w, m, g in zip(params, velocities, gradient(params), strict=True):
            rule(momentum, w, g, learning_rate, 1, m)
    return params


@lesson.function(
    "(gradient, params, learning_rate, momentum, steps) -> list of arrays",
    cases=_descents,
    hints=(
        "At step 2, print `velocities` just before the inner loop. What should it hold, and what does it hold?",
        "`m = …` makes a new array and calls it m. The list `velocities` still holds the old one.",
        "Change the array itself: `m *= momentum`, then `m -= learning_rate * g`. Or write into it, with "
        "`m[...] =` in front.",
    ),
    reread="A slot: what the optimizer remembers",
    mistakes={
        "unchanged": (
            lambda *a: _descent(*a, rule=_plain),
            "This still takes the steps of plain descent, like the code as it was given: at every step the "
            "velocity starts at 0.",
        ),
        "rate_outside": (
            lambda *a: _descent(*a, rule=lambda b, w, g, lr, t, m: (np.copyto(m, b * m - g), np.add(w, m, out=w))),
            "The learning rate is gone from the velocity, and is nowhere else.",
        ),
        "old_velocity": (
            lambda *a: _descent(*a, rule=_old_velocity),
            "The weights move by the velocity of the step before: update m first.",
        ),
        "never_fades": (lambda *a: _descent(*a, rule=_never_fades), "The velocity no longer fades: where is β?"),
    },
)
def fix_velocity(gradient, params, learning_rate, momentum, steps):
    return _descent(gradient, params, learning_rate, momentum, steps, rule=_ball)


def _conversions(rng):
    forms = ("inside", "outside", "average")
    yield 0.1, 0.9, "average", "inside"
    yield 0.01, 0.9, "inside", "average"
    yield 0.1, 0.9, "outside", "inside"
    for source in forms:
        for target in forms:
            yield float(rng.uniform(0.001, 1)), float(rng.uniform(0.1, 0.99)), source, target
    yield 0.1, 0.0, "average", "outside"


def _own_step(momentum, form):
    """How far the weights go at once for a gradient of 1 and a rate of 1."""
    return 1 - momentum if form == "average" else 1.0


@lesson.function(
    "(learning_rate, momentum, source, target) -> float",
    cases=_conversions,
    hints=(
        "Write down the first step from m = 0 in each form, for the same g. Two of the three are equal.",
        "The averaging form takes 1 − β times the step of the others. So what must its rate be, to go as far?",
        "Work in two moves: first to the rate of the form `inside` (times 1 − β if the source is `average`), "
        "then from there to the "
        "target (divided by 1 − β if the target is `average`).",
    ),
    reread="Convention box: three ways to write the same ball",
    mistakes={
        "unchanged": (
            lambda a, b, s, t: a,
            "The rate is handed back as it came: at the same rate, do all three forms step equally far?",
        ),
        "wrong_way": (
            lambda a, b, s, t: a * _own_step(b, t) / _own_step(b, s),
            "The factor is right and used the wrong way round: the form that steps less far needs the larger rate.",
        ),
        "beta": (
            lambda a, b, s, t: a * (b if s == "average" else 1) / ((b or 1) if t == "average" else 1),
            "This uses β where the averaging form has 1 − β.",
        ),
    },
)
def build_convert(learning_rate, momentum, source, target):
    return learning_rate * _own_step(momentum, source) / _own_step(momentum, target)
