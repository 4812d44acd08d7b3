"""Exercises of lesson 00, start here."""

import numpy as np

from helpers.check.registry import Lesson

lesson = Lesson(0)

_LOOK = "See where it stands in the picture that the next cell draws, and in the heights below the map."
lesson.predict(
    "predict_race",
    "After 300 steps, who stands lowest?",
    choices={
        "gradient descent": f"Its steps shrink as the ground gets flatter, so it is slow in the valley. {_LOOK}",
        "momentum": "",
        "RMSprop": f"It finds a low valley, but not the lowest: its steps never get long enough to leave it. {_LOOK}",
        "Adam": f"It runs ahead and settles in a side valley. {_LOOK}",
    },
    answer="momentum",
    because="It builds up speed, rolls past the first hollows and follows the valley down.",
    hints=(
        "Any answer is welcome here: nobody can know it. Which habit sounds as if it gets through flat valleys?",
        "Short steps are safe and slow. What carries a walker across a flat stretch?",
        "A walker that keeps rolling crosses small hollows in which the others stay.",
    ),
    reread="Four walkers, one mountain, thick fog",
)


def _lines(rng):
    yield np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 0.0, 0.0, 0.1
    yield np.array([-1.0, 1.0]), np.array([2.0, 0.0]), 1.0, -1.0, 0.25
    for _ in range(3):
        n = int(rng.integers(2, 9))
        yield rng.normal(size=n), rng.normal(size=n), float(rng.normal()), float(rng.normal()), 0.3


def _step(x, y, w, b, learning_rate, sign=-1.0, factor=2.0, mean=np.mean):
    error = w * x + b - y
    return w + sign * learning_rate * factor * mean(error * x), b + sign * learning_rate * factor * mean(error)


def _stale(x, y, w, b, learning_rate):
    w = w - learning_rate * 2 * np.mean((w * x + b - y) * x)
    return w, b - learning_rate * 2 * np.mean(w * x + b - y)


def _many(x, y, w, b, learning_rate):
    for _ in range(50):
        w, b = _step(x, y, w, b, learning_rate)
    return w, b


def _reversed(x, y, w, b, learning_rate):
    b = b - learning_rate * 2 * np.mean(w * x + b - y)
    return w - learning_rate * 2 * np.mean((w * x + b - y) * x), b


_SIGNATURE = "(x (n,), y (n,), w, b, learning_rate) -> (w, b)"
_MISTAKES = {
    "uphill": (
        lambda x, y, w, b, a: _step(x, y, w, b, a, sign=1.0),
        "This walks uphill: the slope points up, and the step goes the other way. Which sign stands before the learning rate?",
    ),
    "no_factor_2": (
        lambda x, y, w, b, a: _step(x, y, w, b, a, factor=1.0),
        "Your step is half as long as it should be: a factor of 2 in the slopes is missing.",
    ),
    "fixed_rate": (
        lambda x, y, w, b, a: _step(x, y, w, b, 0.1),
        "The learning rate is always 0.1 here: use the `learning_rate` that is passed in.",
    ),
    "swapped": (
        lambda x, y, w, b, a: _step(x, y, w, b, a)[::-1],
        "Both numbers are right, but they come back in the wrong order: first `w`, then `b`.",
    ),
    "many_steps": (_many, "This takes fifty steps. One call is one step: leave the loop outside."),
    "reversed": (
        _reversed,
        "Here b moves first, and w already sees the new b. Both slopes belong to the place where the step begins.",
    ),
    "sum_not_mean": (
        lambda x, y, w, b, a: _step(x, y, w, b, a, mean=np.sum),
        "Your slopes are sums over the data, so they grow with the number of people. The loop takes the mean.",
    ),
}


@lesson.function(
    _SIGNATURE,
    cases=_lines,
    hints=(
        "Six of the lines inside the loop are the function. What does it need from before the loop, and what goes out?",
        "Compute the error of every person first; both slopes use that same error.",
        "`error = w * x + b - y`, then return `w - learning_rate * 2 * np.mean(error * x)` and the same for b without the `x`.",
    ),
    reread="A complete training loop",
    mistakes={
        **_MISTAKES,
        "stale_order": (_stale, "Your b uses the new w. Both slopes belong to the place where the step begins."),
    },
)
def build_step(x, y, w, b, learning_rate):
    return _step(x, y, w, b, learning_rate)


lesson.predict(
    "predict_learning_rate",
    "The mean squared error after 50 steps with learning rate 1.1 instead of 0.1",
    choices={
        "a": "Longer steps arrive sooner only as long as they do not jump across the valley and land higher up on the other "
        "side. Run the next cell and see.",
        "b": "With 0.1 the loss has settled after 50 steps, that is true. With 1.1 it never settles: run the next cell.",
        "c": "",
    },
    answer="c",
    because="Every step jumps across the valley and lands higher than it started, so the loss grows from step to step.",
    hints=(
        "Think of the walker in a round valley: what happens when the step is much longer than the valley is wide?",
        "From one slope the step carries it to the opposite slope. Is it higher or lower there than before?",
        "If it lands higher, the slope there is steeper, so the next step is longer still.",
    ),
    reread="A complete training loop",
)


@lesson.function(
    _SIGNATURE,
    cases=_lines,
    hints=(
        "Follow `error` through the lines: from which `w` is it computed the first time, and from which the second time?",
        "Both slopes should see the same `w` and `b`, those that came in.",
        "One of the lines is there twice. Remove its second copy.",
    ),
    reread="A complete training loop",
    mistakes={
        "unchanged": (_stale, "This is still the code as it was given: the second `error` sees the new `w`."),
        **_MISTAKES,
    },
    id="fix_loop",
)
def _fixed(x, y, w, b, learning_rate):
    return _step(x, y, w, b, learning_rate)
