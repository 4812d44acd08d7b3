"""Exercises of lesson 00, start here."""

import numpy as np

from helpers.check.registry import Lesson, any_of

lesson = Lesson(0)

lesson.predict(
    "predict_race",
    "After 300 steps, who stands lowest?",
    choices=dict.fromkeys(("gradient descent", "momentum", "RMSprop", "Adam"), ""),
    answer=None,
    because="Nobody can know before the walk. Run the next cell, and look for this walker first.",
    hints=(
        "Any of the four will do: it is a guess, and no guess is marked wrong.",
        "Which of the four habits sounds best to you for ground that is steep first and then nearly flat?",
        "Put one of the four names, in quotes, in place of the three dots, and run the cell with Shift + Enter.",
    ),
    reread="Four walkers, one mountain, thick fog",
)


def _lines(rng):
    yield np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 0.0, 0.0, 0.1
    yield np.array([-1.0, 1.0]), np.array([2.0, 0.0]), 1.0, -1.0, 0.25
    for _ in range(3):
        n = int(rng.integers(3, 9))
        yield rng.normal(size=n), rng.normal(size=n), float(rng.normal()), float(rng.normal()), 0.3


def _slopes(x, y, w, b, factor=2.0, mean=np.mean):
    error = w * x + b - y
    return factor * mean(error * x), factor * mean(error)


def _step(x, y, w, b, learning_rate, sign=-1.0, **wrong):
    slope_w, slope_b = _slopes(x, y, w, b, **wrong)
    return w + sign * learning_rate * slope_w, b + sign * learning_rate * slope_b


def _stale(x, y, w, b, learning_rate):
    w = _step(x, y, w, b, learning_rate)[0]
    return w, _step(x, y, w, b, learning_rate)[1]


def _reversed(x, y, w, b, learning_rate):
    b = _step(x, y, w, b, learning_rate)[1]
    return _step(x, y, w, b, learning_rate)[0], b


def _repeated(x, y, w, b, learning_rate, steps=50):
    for _ in range(steps):
        w, b = _step(x, y, w, b, learning_rate)
    return w, b


def _times(steps):
    return lambda *a: _repeated(*a, steps=steps)


def _both_on_w(x, y, w, b, learning_rate):
    slope_w, slope_b = _slopes(x, y, w, b)
    return w - learning_rate * (slope_w + slope_b), b


def _both_on_b(x, y, w, b, learning_rate):
    slope_w, slope_b = _slopes(x, y, w, b)
    return w, b - learning_rate * (slope_w + slope_b)


def _absolute(x, y, w, b):
    size = np.abs(w * x + b - y)
    return 2 * np.mean(size * x), 2 * np.mean(size)


def _means_apart(x, y, w, b):
    error = w * x + b - y
    return 2 * np.mean(error) * np.mean(x), 2 * np.mean(error)


def _squared(x, y, w, b):
    squares = (w * x + b - y) ** 2
    return 2 * np.mean(squares * x), 2 * np.mean(squares)


def _moved(slopes):
    """A step along other slopes than the right ones."""

    def step(x, y, w, b, learning_rate):
        slope_w, slope_b = slopes(x, y, w, b)
        return w - learning_rate * slope_w, b - learning_rate * slope_b

    return step


_MISTAKES = {
    "uphill": (
        lambda *a: _step(*a, sign=1.0),
        "This walks uphill. Is the step added where it should be subtracted? Or is the error `y` minus the prediction, where the "
        "loop has the prediction minus `y`?",
    ),
    "no_factor_2": (
        lambda *a: _step(*a, factor=1.0),
        "Your step is half as long as it should be: both slopes in the loop have a factor of 2.",
    ),
    "sum_not_mean": (
        lambda *a: _step(*a, mean=np.sum),
        "Your slopes are sums over the data, so they grow with the number of people. The loop takes the mean.",
    ),
    "fixed_rate": (
        lambda x, y, w, b, a: _step(x, y, w, b, 0.1),
        "The learning rate is always 0.1 here: use the `learning_rate` that is passed in.",
    ),
    "no_rate": (
        lambda x, y, w, b, a: _step(x, y, w, b, 1.0),
        "The step is the slope itself: it is still to be multiplied by the learning rate.",
    ),
    "squared": (
        _moved(_squared),
        "Your error is squared. The loss has squares in it; the slopes use the error itself, the prediction minus `y`.",
    ),
    "reset": (
        lambda x, y, w, b, a: _step(x, y, 0.0, 0.0, a),
        "Your step always begins at w = 0, b = 0. It begins where `w` and `b`, the arguments, say: do not set them anew.",
    ),
    "reset_fixed": (
        lambda x, y, w, b, a: _step(x, y, 0.0, 0.0, 0.1),
        "Your step always begins at w = 0, b = 0, with learning rate 0.1. `w`, `b` and `learning_rate` are arguments: "
        "do not set them anew.",
    ),
    "swapped": (
        lambda *a: _step(*a)[::-1],
        "Both numbers are right, but they come back in the wrong order: first `w`, then `b`.",
    ),
    "slopes_swapped": (
        _moved(lambda *a: _slopes(*a)[::-1]),
        "`w` moves by the slope of `b`, and `b` by the slope of `w`. Which of the two slopes has `error * x` in it?",
    ),
    "no_x": (
        _moved(lambda *a: (_slopes(*a)[1],) * 2),
        "Both steps use the slope of `b`. The slope along `w` has `error * x` in it.",
    ),
    "x_in_both": (
        _moved(lambda *a: (_slopes(*a)[0],) * 2),
        "Both steps use the slope of `w`. The slope along `b` is twice the mean of the error alone.",
    ),
    "no_b": (
        _moved(lambda x, y, w, b: _slopes(x, y, w, 0.0)),
        "Your error leaves out `b`: the prediction is `w * x + b`.",
    ),
    "slopes_returned": (
        lambda x, y, w, b, a: _slopes(x, y, w, b),
        "These are the two slopes. Asked for is where the step ends: the new `w` and the new `b`.",
    ),
    "step_alone": (
        lambda x, y, w, b, a: tuple(np.subtract(_step(x, y, w, b, a), (w, b))),
        "This is the step itself, not the place where it ends: it is still to be added to the old `w` and `b`.",
    ),
    "step_alone_uphill": (
        lambda x, y, w, b, a: tuple(np.subtract((w, b), _step(x, y, w, b, a))),
        "This is the learning rate times the slopes. It is still to be subtracted from the old `w` and `b`.",
    ),
    "not_moved": (
        lambda x, y, w, b, a: (w, b),
        "`w` and `b` come back as they went in. Are the new values those that you return?",
    ),
    "only_w": (
        lambda x, y, w, b, a: (_step(x, y, w, b, a)[0], b),
        "`w` is right, but `b` comes back as it went in.",
    ),
    "only_b": (
        lambda x, y, w, b, a: (w, _step(x, y, w, b, a)[1]),
        "`b` is right, but `w` comes back as it went in.",
    ),
    "many_steps": (
        any_of(*map(_times, (50, 2, 3, 5, 10, 20, 100, 1000))),
        "This takes several steps. One call is one step: leave the loop outside.",
    ),
    "whole_loop": (
        any_of(*(lambda x, y, w, b, a, n=n: _repeated(x, y, 0.0, 0.0, a, n) for n in (50, 10, 100))),
        "This is the whole training: many steps, from w = 0, b = 0. One call is one step, from the `w` and `b` that go in.",
    ),
    "whole_loop_fixed": (
        lambda x, y, w, b, a: _repeated(x, y, 0.0, 0.0, 0.1),
        "This is the whole training: fifty steps of learning rate 0.1, from w = 0, b = 0. One call is one step, with the "
        "arguments `w`, `b` and `learning_rate`.",
    ),
    "stale_order": (_stale, "Your `b` uses the new `w`. Both slopes belong to the place where the step begins."),
    "means_apart": (
        _moved(_means_apart),
        "The slope along `w` is the mean of the products `error * x`. Here the two means are taken first and then multiplied.",
    ),
    "absolute": (
        _moved(_absolute),
        "The errors have lost their signs: what is above the line and what is below it must pull in opposite directions.",
    ),
    "no_y": (
        _moved(lambda x, y, w, b: _slopes(x, 0 * y, w, b)),
        "The error is the prediction minus `y`. Here the prediction alone stands for it.",
    ),
    "both_on_w": (_both_on_w, "Both steps are taken by `w`, and `b` stays: look at the names on the left of `=`."),
    "both_on_b": (_both_on_b, "Both steps are taken by `b`, and `w` stays: look at the names on the left of `=`."),
    "sum_uphill": (
        lambda *a: _step(*a, sign=1.0, mean=np.sum),
        "Two things at once: this walks uphill, and the slopes are sums over the data where the loop takes the mean.",
    ),
    "sum_no_factor_2": (
        lambda *a: _step(*a, factor=1.0, mean=np.sum),
        "Two things at once: the slopes are sums over the data where the loop takes the mean, and the factor of 2 is missing.",
    ),
    "uphill_no_factor_2": (
        lambda *a: _step(*a, sign=1.0, factor=1.0),
        "Two things at once: this walks uphill, and the factor of 2 in both slopes is missing.",
    ),
    "reversed": (_reversed, "Your `w` uses the new `b`. Both slopes belong to the place where the step begins."),
}


@lesson.function(
    "(x, y, w, b, learning_rate) -> (w, b)",
    cases=_lines,
    hints=(
        "Six lines inside the loop, from the prediction to the new `b`, are one step. Which of them need which others?",
        "The prediction gives the error of every person; the error gives both slopes; the slopes give the new `w` and `b`.",
        "`error = w * x + b - y`, then return `w - learning_rate * 2 * np.mean(error * x)` and the same for b without the `x`.",
    ),
    reread="A complete training loop",
    mistakes=_MISTAKES,
)
def build_step(x, y, w, b, learning_rate):
    return _step(x, y, w, b, learning_rate)


lesson.predict(
    "predict_learning_rate",
    "The mean squared error after 50 steps with learning rate 1.1 instead of 0.1",
    choices={
        "a": "Longer steps arrive sooner, but only up to a point. Is 1.1 beyond it? Leave your guess as it is, and run the next "
        "two cells.",
        "b": "With 0.1 the loss has settled after 50 steps, that is true. Does it settle with 1.1? Leave your guess as it is, and "
        "run the next two cells.",
        "c": "",
    },
    answer="c",
    because="It does. Why? The next two cells show where each step lands.",
    hints=(
        "Think of a walker on the side of a valley. What if one step is far longer than the way to the bottom?",
        "Then it lands on the other side. What if it lands higher there than it began?",
        "Where it is higher, this valley is steeper, so the next step is longer still.",
    ),
    reread="A complete training loop",
)


def _walks(rng):
    for x, y, *_, learning_rate in _lines(rng):
        yield x, y, learning_rate, 3


def _walk(x, y, learning_rate, steps, step=_step, where=lambda w, b, first: (w, b)):
    """Walk from (0, 0): each new place is the old one moved by the slopes at `where(w, b, the start)`."""
    w = b = 0.0
    for _ in range(steps):
        u, v = where(w, b, (0.0, 0.0))
        new_u, new_v = step(x, y, u, v, learning_rate)
        w, b = w + (new_u - u), b + (new_v - v)
    return w, b


def _half(x, y, learning_rate, steps, again):
    """Only one of the two slopes, number `again`, is measured anew at each step."""
    place, first = [0.0, 0.0], _slopes(x, y, 0.0, 0.0)
    for _ in range(steps):
        slopes = list(first)
        slopes[again] = _slopes(x, y, *place)[again]
        place = [p - learning_rate * s for p, s in zip(place, slopes, strict=True)]
    return tuple(place)


def _shrinking(x, y, learning_rate, steps):
    w = b = 0.0
    for t in range(steps):
        w, b = _step(x, y, w, b, learning_rate / (t + 1))
    return w, b


def _walked(**changed):
    return lambda *a: _walk(*a, step=lambda *b: _step(*b, **changed))


@lesson.function(
    "(x, y, learning_rate, steps) -> (w, b)",
    cases=_walks,
    hints=(
        "Which lines depend on where the walker stands? Where do they stand in the loop of twelve lines?",
        "Every step needs the error and the slopes of the place where it begins.",
        "Move the lines of `error`, `slope_w` and `slope_b` into the loop, above the line that moves `w` and `b`.",
    ),
    reread="A complete training loop",
    mistakes={
        "unchanged": (
            lambda *a: _walk(*a, where=lambda w, b, first: first),
            "This still walks as the given code does: every step uses the slopes of the start. Which lines must run again at "
            "each step?",
        ),
        "one_step": (
            lambda x, y, a, steps: _walk(x, y, a, 1),
            "This ends where the first step ends. Is `return` inside the loop, or are `w` and `b` set back to 0 at each step?",
        ),
        "half_w": (
            lambda *a: _half(*a, again=0),
            "The slope along `w` is measured at each step now, that along `b` is still the one of the start.",
        ),
        "half_b": (
            lambda *a: _half(*a, again=1),
            "The slope along `b` is measured at each step now, that along `w` is still the one of the start.",
        ),
        "stale_order": (lambda *a: _walk(*a, step=_stale), _MISTAKES["stale_order"][1]),
        "reversed": (lambda *a: _walk(*a, step=_reversed), _MISTAKES["reversed"][1]),
        "uphill": (_walked(sign=1.0), _MISTAKES["uphill"][1]),
        "no_factor_2": (_walked(factor=1.0), _MISTAKES["no_factor_2"][1]),
        "swapped": (lambda *a: _walk(*a)[::-1], _MISTAKES["swapped"][1]),
        "sum_not_mean": (_walked(mean=np.sum), _MISTAKES["sum_not_mean"][1]),
        "shrinking_rate": (
            _shrinking,
            "Your steps become shorter than they should: the learning rate is divided by the number of the step. It stays as "
            "it is passed in.",
        ),
    },
    id="fix_loop",
)
def _fixed(x, y, learning_rate, steps):
    return _walk(x, y, learning_rate, steps)
