"""Exercises of lesson 06, momentum."""

import numpy as np

from helpers import optimizers
from helpers.check import compare
from helpers.check.catalogue import conversions, momentum_mistakes
from helpers.check.registry import Lesson, Wrong, any_of

lesson = Lesson(6)


lesson.predict(
    "predict_beta",
    "Which share of the last step should be kept in a ravine with κ = 100?",
    choices={
        "a": "A tenth of the last step is too little to matter: the zig-zag stays, and about 240 steps are needed.",
        "b": "",
        "c": "0.9 is what most people type, and it beats plain descent. Here it keeps too much: the path still swings when "
        "the better choice has long arrived.",
        "d": "A share of 0.99 forgets almost nothing, so the path swings past the lowest point again and again: more than "
        "1500 steps at this rate, worse than no momentum at all.",
    },
    answer="b",
    because="About two thirds: 50 steps instead of 286, at these rates. Further down you derive this share from κ.",
    hints=(
        "Keeping more of the last step helps along the ravine, where all steps agree. What does it do across, "
        "where they do not?",
        "A share of 0.99 means that a step still counts a hundred steps later. The lowest point is passed long "
        "before that.",
        "Neither the smallest nor the two largest; so which is left?",
    ),
    reread="Keep a part of the last step",
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
    mistakes=momentum_mistakes.MOMENTUM,
)


lesson.predict(
    "predict_swing",
    "Of two directions with complex solutions, one has twice the curvature: how fast does its swing shrink?",
    choices={
        "a": "The pull is stronger on both sides of the bottom, so it swings to and fro in fewer steps. How fast the swing "
        "shrinks is the size of the solutions: their product is 0.64 here too, and they are of equal size. Which?",
        "b": "",
        "c": "Steep directions diverge where a solution is larger than 1 in size. Two complex ones have the same size: which, "
        "if their product is 0.64?",
    },
    answer="b",
    because="Two solutions of equal size with the product 0.64: each has the size 0.8, and the curvature does not occur in that.",
    hints=(
        "In the long run the larger size decides. Which of two complex solutions has the larger one?",
        "The product of the solutions is β. Does the curvature occur in it?",
        "Two equal sizes with the product 0.64: the size is the square root of 0.64.",
    ),
    reread="The closed form: a flat floor",
)


def _kappas(rng):
    yield (100.0,)
    yield (4.0,)
    yield (470.0,)
    yield (float(rng.uniform(2, 50)),)
    yield (1e6,)


def _share(got, condition_number):
    """Raise Wrong with what can be said of a wrong share beside its value."""
    text = compare.difference(got, best_momentum(condition_number), 1e-9, 1e-12, "Your result")
    if not text:
        return
    try:
        value = float(got)
    except Exception:  # no number: the text says so
        raise Wrong(text) from None
    if value > 1:
        text += " A share above 1 makes every step longer than the last one, even where there is no slope."
    elif abs(value - 81 / 121) < 0.005 and condition_number != 100:
        text += " That is about the best share for κ = 100: compute it from `condition_number`."
    raise Wrong(text)


_FIXED = [round(81 / 121, digits) for digits in range(1, 8)]
_BRACKETS = "Without brackets only the 1 is divided: Python reads `a - 1 / a + 1` as a − (1/a) + 1."


@lesson.function(
    "(condition_number) -> float",
    cases=_kappas,
    edges={"a round bowl": (1.0,)},
    verify=_share,
    hints=(
        "Divide the right end of the floor by its left end, and take the root: √κ = (1 + √β)/(1 − √β). Solve for √β.",
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
        "root_of_plain_factor": (
            lambda k: np.sqrt((k - 1) / (k + 1)),
            "The root is taken of the whole fraction (κ − 1)/(κ + 1), the factor of plain descent. In √κ = (1 + √β)/(1 − √β) it is "
            "of κ alone.",
        ),
        "upside_down": (
            lambda k: ((np.sqrt(k) + 1) / (np.sqrt(k) - 1)) ** 2 if k > 1 else np.inf,
            "The fraction is upside down.",
        ),
        "fourth_root": (
            lambda k: ((k**0.25 - 1) / (k**0.25 + 1)) ** 2,
            "This has the fourth root of κ where the formula has the root: is the root taken twice?",
        ),
        "half_not_root": (
            lambda k: ((k / 2 - 1) / (k / 2 + 1)) ** 2,
            "κ/2 stands where the root of κ should: a power binds more tightly than `/`, so `k ** 1 / 2` is (k ** 1) / 2.",
        ),
        "upside_down_not_squared": (
            lambda k: (np.sqrt(k) + 1) / (np.sqrt(k) - 1) if k > 1 else np.inf,
            "The fraction is upside down: this is 1/√β. And asked for is β.",
        ),
        "complement_of_root": (
            lambda k: 1 - (np.sqrt(k) - 1) / (np.sqrt(k) + 1),
            "This is 1 − √β. Asked for is β, the share that is kept.",
        ),
        "doubled": (
            lambda k: 2 * (np.sqrt(k) - 1) / (np.sqrt(k) + 1),
            "√β is doubled here. Which operation takes √β to β?",
        ),
        "best_rate": (
            lambda k: 4 / (np.sqrt(k) + 1) ** 2,
            "This is the best learning rate, times the smallest curvature. Asked for is the share β.",
        ),
        "best_rate_largest": (
            lambda k: 4 * k / (np.sqrt(k) + 1) ** 2,
            "This is the best learning rate, times the largest curvature. Asked for is the share β.",
        ),
        "rounded": (
            any_of(*(lambda k, digits=digits: round(best_momentum(k), digits) for digits in range(1, 8))),
            "The formula is right. Rounded it is not the number any more: round where you print, not where you compute.",
        ),
        "constant": (
            any_of(*(lambda k, share=share: share for share in (*_FIXED, (9 / 11) ** 2))),
            "One number comes back whatever κ is, the best share for κ = 100. Compute the share from `condition_number`.",
        ),
        "fourth_root_alone": (
            lambda k: (k**0.25 - 1) / (k**0.25 + 1),
            "This has the fourth root of κ where the formula has the root. And asked for is β, not √β.",
        ),
        "squared_kappa": (
            any_of(lambda k: (k**2 - 1) / (k**2 + 1), lambda k: ((k**2 - 1) / (k**2 + 1)) ** 2),
            "κ is squared here. In √κ = (1 + √β)/(1 − √β) it stands under a root.",
        ),
        "reciprocal": (
            lambda k: 1 / k,
            "This is 1/κ: the worse the ravine, the less would be kept. Solve for √β, then square.",
        ),
        "reciprocal_of_root": (
            lambda k: 1 / np.sqrt(k),
            "This is 1/√κ: the worse the ravine, the less would be kept. Solve for √β, then square.",
        ),
        "above_the_line_alone": (
            lambda k: (np.sqrt(k) - 1) ** 2,
            "This is (√κ − 1)². The equation, solved for √β, is a quotient: √κ + 1 has its place in it too.",
        ),
        "logarithm": (
            lambda k: ((np.log(k) - 1) / (np.log(k) + 1)) ** 2,
            "The formula has the root of κ where this has its logarithm.",
        ),
        "product": (
            lambda k: (np.sqrt(k) - 1) * (np.sqrt(k) + 1),
            "This multiplies (√κ − 1) and (√κ + 1). √κ(1 − √β) = 1 + √β, solved for √β, divides one by the other.",
        ),
        "whole_division": (
            lambda k: ((np.sqrt(k) - 1) // (np.sqrt(k) + 1)) ** 2,
            "0 comes back, whatever κ is. Is there a `//`? It leaves the whole part of a quotient, which is 0 here.",
        ),
        "one_over_kappa": (
            lambda k: 1 - 1 / k,
            "This is 1 − 1/κ. Start from the ends of the floor, √κ = (1 + √β)/(1 − √β), and solve for √β.",
        ),
        "one_over_root": (
            lambda k: 1 - 1 / np.sqrt(k),
            "This is 1 − 1/√κ. Start from the ends of the floor, √κ = (1 + √β)/(1 − √β), and solve for √β.",
        ),
        "two_over_root": (
            lambda k: 1 - 2 / np.sqrt(k),
            "This is 1 − 2/√κ: close for large κ to the factor √β per step, not to β. Solve the equation without rounding "
            "it off, then square.",
        ),
        "four_over_root": (
            lambda k: 1 - 4 / np.sqrt(k),
            "This is 1 − 4/√κ: what β comes near to for large κ. Solve the equation without rounding it off.",
        ),
        "complement": (
            lambda k: 1 - ((np.sqrt(k) - 1) / (np.sqrt(k) + 1)) ** 2,
            "This is 1 − β, the share that is lost. Asked for is the share that is kept.",
        ),
        "root_of_the_factor": (
            lambda k: np.sqrt((np.sqrt(k) - 1) / (np.sqrt(k) + 1)),
            "A root is taken here where a square belongs: (√κ − 1)/(√κ + 1) is √β.",
        ),
        "square_above_alone": (
            lambda k: (np.sqrt(k) - 1) ** 2 / (np.sqrt(k) + 1),
            "The square reaches what is above the line alone. A share above 1 makes every step longer than the last one: "
            "square the whole fraction.",
        ),
        "square_below_alone": (
            lambda k: (np.sqrt(k) - 1) / (np.sqrt(k) + 1) ** 2,
            "The square reaches what is below the line alone: square the whole fraction.",
        ),
        "whole_root": (
            lambda k: ((np.floor(np.sqrt(k)) - 1) / (np.floor(np.sqrt(k)) + 1)) ** 2,
            "The root is rounded to a whole number. Take it as it is, `np.sqrt`.",
        ),
        "usual_share": (
            lambda k: 0.9,
            "0.9 is what most people type, whatever κ is. Compute the share from `condition_number`.",
        ),
        "negative": (
            lambda k: (1 - np.sqrt(k)) / (1 + np.sqrt(k)),
            "This is below 0: it is −√β. Multiply √κ(1 − √β) = 1 + √β out again. And asked for is β.",
        ),
        "brackets": (lambda k: np.sqrt(k) - 1 / np.sqrt(k) + 1, _BRACKETS),
        "brackets_squared": (lambda k: (np.sqrt(k) - 1 / np.sqrt(k) + 1) ** 2, _BRACKETS),
    },
)
def best_momentum(condition_number):
    root = np.sqrt(condition_number)
    return float(((root - 1) / (root + 1)) ** 2)


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
    mistakes=momentum_mistakes.NESTEROV,
)


lesson.predict(
    "predict_nesterov",
    "Nesterov is switched on, at a rate just below the limit of plain descent: what has happened after 300 steps?",
    choices={
        "a": "Calmer swings are what it brings at small rates. At this one the place ahead lies so far up the other wall "
        "that the pull from there throws it further back each time.",
        "b": "Only the pull differs. But as soon as there is a velocity, it is asked for in another place: the paths differ.",
        "c": "",
    },
    answer="c",
    because="Its largest rate is smaller: 1.36 divided by the largest curvature, where plain descent has 2 and the ball 3.8.",
    hints=(
        "At a large rate the velocity across is large too. Where is the place ahead then?",
        "The place ahead lies beyond the bottom, up the other wall. How strong is the pull from there, at this rate?",
        "One answer says that the pull from ahead throws it back further than it came. Take that one.",
    ),
    reread="Nesterov looks ahead",
)


def _conversions(rng):
    forms = ("inside", "outside", "average")
    yield 0.1, 0.9, "average", "inside"
    yield 0.01, 0.9, "inside", "average"
    yield 0.1, 0.9, "outside", "inside"
    for source in forms:
        for target in forms:
            yield float(rng.uniform(0.001, 1)), float(rng.uniform(0.1, 0.99)), source, target


@lesson.function(
    "(learning_rate, momentum, source, target) -> float",
    cases=_conversions,
    edges={"without momentum": (0.1, 0.0, "average", "outside")},
    hints=(
        "Write down the first step from m = 0 in each form, for the same g. Two of the three are equal.",
        "The averaging form takes 1 − β times the step of the others. So what must its rate be, to go as far?",
        "Work in two moves: first to the rate of the form `inside` (times 1 − β if the source is `average`), "
        "then from there to the "
        "target (divided by 1 − β if the target is `average`).",
    ),
    reread="Convention box: three ways to write the same ball",
    mistakes=conversions.CONVERSIONS,
)
def build_convert(learning_rate, momentum, source, target):
    return learning_rate * conversions.own_step(momentum, source) / conversions.own_step(momentum, target)


def bowl_slope(params):
    """The gradient of the sum of squares."""
    return [2 * w for w in params]


def tilted_slope(params):
    """The gradient of a ravine in each parameter, moved away from 0."""
    return [np.linspace(1, 9, w.size).reshape(w.shape) * (w - 1) for w in params]


def coupled_slope(params):
    """The gradient of the sum of squares and the square of the sum: each slope depends on all arrays of the list."""
    total = sum(w.sum() for w in params)
    return [w + total for w in params]


def _descents(rng):
    """Arrays of one shape in each list: a velocity that they share by mistake then still gives numbers to know it by."""
    yield bowl_slope, [np.array([1.0, -2.0])], 0.1, 0.9, 1
    yield bowl_slope, [np.array([1.0, -2.0])], 0.1, 0.9, 2
    yield bowl_slope, [np.array([1.0, -2.0]), np.array([3.0, 0.5])], 0.1, 0.5, 3
    yield coupled_slope, [np.array([1.0]), np.array([-3.0])], 0.1, 0.9, 2
    yield tilted_slope, [rng.normal(size=(3, 2)), rng.normal(size=(3, 2))], 0.05, 0.9, 20
    yield bowl_slope, [np.array([4.0])], 0.1, 0.9, 0
    yield bowl_slope, [np.array([4.0])], 0.1, 0.0, 3


@lesson.function(
    "(gradient, params, learning_rate, momentum, steps) -> list of arrays",
    cases=_descents,
    edges={
        "arrays of different shapes": (
            coupled_slope,
            [np.array([1.0, -2.0]), np.array([[3.0]]), np.array([[0.5, 1.0], [-1.0, 2.0]])],
            0.1,
            0.5,
            3,
        )
    },
    hints=(
        "At step 2, print `velocities` just before the inner loop. What should it hold, and what does it hold?",
        "`m = …` makes a new array and calls it m. The list `velocities` still holds the old one.",
        "Change the array itself: `m *= momentum`, then `m -= learning_rate * g`. Or write into it, with "
        "`m[...] =` in front.",
    ),
    reread="A slot: what the optimizer remembers",
    mistakes=momentum_mistakes.FIX_VELOCITY,
)
def fix_velocity(gradient, params, learning_rate, momentum, steps):
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for w, m, g in zip(params, velocities, gradient(params), strict=True):
            m *= momentum
            m -= learning_rate * g
            w += m
    return params
