"""One step of descent along a line, right and wrong: the known mistakes of lesson 00 are made of these."""

import numpy as np

from helpers.check.registry import any_of


def slopes(x, y, w, b, factor=2.0, mean=np.mean):
    error = w * x + b - y
    return factor * mean(error * x), factor * mean(error)


def step(x, y, w, b, learning_rate, sign=-1.0, **wrong):
    slope_w, slope_b = slopes(x, y, w, b, **wrong)
    return w + sign * learning_rate * slope_w, b + sign * learning_rate * slope_b


def stale(x, y, w, b, learning_rate, **wrong):
    w = step(x, y, w, b, learning_rate, **wrong)[0]
    return w, step(x, y, w, b, learning_rate, **wrong)[1]


def reversed(x, y, w, b, learning_rate, **wrong):
    b = step(x, y, w, b, learning_rate, **wrong)[1]
    return step(x, y, w, b, learning_rate, **wrong)[0], b


def repeated(x, y, w, b, learning_rate, steps=50):
    for _ in range(steps):
        w, b = step(x, y, w, b, learning_rate)
    return w, b


def _times(steps):
    return lambda *a: repeated(*a, steps=steps)


def _both_on_w(x, y, w, b, learning_rate):
    slope_w, slope_b = slopes(x, y, w, b)
    return w - learning_rate * (slope_w + slope_b), b


def _both_on_b(x, y, w, b, learning_rate):
    slope_w, slope_b = slopes(x, y, w, b)
    return w, b - learning_rate * (slope_w + slope_b)


def _absolute(x, y, w, b):
    size = np.abs(w * x + b - y)
    return 2 * np.mean(size * x), 2 * np.mean(size)


def _slopes_of(error, x):
    return 2 * np.mean(error * x), 2 * np.mean(error)


def _means_apart(x, y, w, b):
    error = w * x + b - y
    return 2 * np.mean(error) * np.mean(x), 2 * np.mean(error)


def _squared(x, y, w, b):
    squares = (w * x + b - y) ** 2
    return 2 * np.mean(squares * x), 2 * np.mean(squares)


def _of_one(k):
    """The part that person number k has in the two slopes."""
    return lambda x, y, w, b: np.divide(_slopes_of(w * x[k] + b - y[k], x[k]), len(x))


def _moved(slopes):
    """A step along other slopes than the right ones."""

    def step(x, y, w, b, learning_rate):
        slope_w, slope_b = slopes(x, y, w, b)
        return w - learning_rate * slope_w, b - learning_rate * slope_b

    return step


_STALE = "Your `b` uses the new `w`. Both slopes belong to the place where the step begins."

MISTAKES = {
    "uphill": (
        lambda *a: step(*a, sign=1.0),
        "This walks uphill. Is the step added where it should be subtracted? Or is the error `y` minus the prediction, where the "
        "loop has the prediction minus `y`?",
    ),
    "no_factor_2": (
        lambda *a: step(*a, factor=1.0),
        "Your step is half as long as it should be: both slopes in the loop have a factor of 2.",
    ),
    "sum_not_mean": (
        lambda *a: step(*a, mean=np.sum),
        "Your slopes are sums over the data, so they grow with the number of people. The loop takes the mean.",
    ),
    "fixed_rate": (
        lambda x, y, w, b, a: step(x, y, w, b, 0.1),
        "The learning rate is always 0.1 here: use the `learning_rate` that is passed in.",
    ),
    "no_rate": (
        lambda x, y, w, b, a: step(x, y, w, b, 1.0),
        "The step is the slope itself: it is still to be multiplied by the learning rate.",
    ),
    "squared": (
        _moved(_squared),
        "Your error is squared. The loss has squares in it; the slopes use the error itself, the prediction minus `y`.",
    ),
    "reset": (
        lambda x, y, w, b, a: step(x, y, 0.0, 0.0, a),
        "Your step always begins at w = 0, b = 0. It begins where `w` and `b`, the arguments, say: do not set them anew.",
    ),
    "reset_fixed": (
        lambda x, y, w, b, a: step(x, y, 0.0, 0.0, 0.1),
        "Your step always begins at w = 0, b = 0, with learning rate 0.1. `w`, `b` and `learning_rate` are arguments: "
        "do not set them anew.",
    ),
    "swapped": (
        lambda *a: step(*a)[::-1],
        "Both numbers are right, but they come back in the wrong order: first `w`, then `b`.",
    ),
    "slopes_swapped": (
        _moved(lambda *a: slopes(*a)[::-1]),
        "`w` moves by the slope of `b`, and `b` by the slope of `w`. Which of the two slopes has `error * x` in it?",
    ),
    "no_x": (
        _moved(lambda *a: (slopes(*a)[1],) * 2),
        "Both steps use the slope of `b`. The slope along `w` has `error * x` in it.",
    ),
    "x_in_both": (
        _moved(lambda *a: (slopes(*a)[0],) * 2),
        "Both steps use the slope of `w`. The slope along `b` is twice the mean of the error alone.",
    ),
    "no_b": (
        _moved(lambda x, y, w, b: slopes(x, y, w, 0.0)),
        "Your error leaves out `b`: the prediction is `w * x + b`.",
    ),
    "slopes_returned": (
        lambda x, y, w, b, a: slopes(x, y, w, b),
        "These are the two slopes. Asked for is where the step ends: the new `w` and the new `b`.",
    ),
    "step_alone": (
        lambda x, y, w, b, a: tuple(np.subtract(step(x, y, w, b, a), (w, b))),
        "This is the step itself, not the place where it ends: it is still to be added to the old `w` and `b`.",
    ),
    "step_alone_uphill": (
        lambda x, y, w, b, a: tuple(np.subtract((w, b), step(x, y, w, b, a))),
        "This is the learning rate times the slopes. It is still to be subtracted from the old `w` and `b`.",
    ),
    "not_moved": (
        lambda x, y, w, b, a: (w, b),
        "`w` and `b` come back as they went in. Are the new values those that you return?",
    ),
    "stays_at_zero": (
        lambda x, y, w, b, a: (0.0, 0.0),
        "0 and 0 come back, whatever goes in. Does something set `w` and `b` to 0? And does each new value get its name back, as "
        "in `w = …`?",
    ),
    "only_w": (
        lambda x, y, w, b, a: (step(x, y, w, b, a)[0], b),
        "`w` is right, but `b` comes back as it went in.",
    ),
    "only_b": (
        lambda x, y, w, b, a: (w, step(x, y, w, b, a)[1]),
        "`b` is right, but `w` comes back as it went in.",
    ),
    "many_steps": (
        any_of(*map(_times, (50, 2, 3, 5, 10, 20, 100, 1000))),
        "This takes several steps. One call is one step: leave the loop outside.",
    ),
    "whole_loop": (
        any_of(*(lambda x, y, w, b, a, n=n: repeated(x, y, 0.0, 0.0, a, n) for n in (50, 10, 100))),
        "This is the whole training: many steps, from w = 0, b = 0. One call is one step, from the `w` and `b` that go in.",
    ),
    "whole_loop_fixed": (
        lambda x, y, w, b, a: repeated(x, y, 0.0, 0.0, 0.1),
        "This is the whole training: fifty steps of learning rate 0.1, from w = 0, b = 0. One call is one step, with the "
        "arguments `w`, `b` and `learning_rate`.",
    ),
    "stale_order": (stale, _STALE),
    **{
        f"stale_{id}": (lambda *a, wrong=wrong: stale(*a, **wrong), f"Two things at once. {_STALE} And {said}")
        for id, wrong, said in (
            ("no_factor_2", {"factor": 1.0}, "the factor of 2 in both slopes is missing."),
            ("sum_not_mean", {"mean": np.sum}, "the slopes are sums over the data where the loop takes the mean."),
            ("uphill", {"sign": 1.0}, "this walks uphill."),
        )
    },
    "means_apart": (
        _moved(_means_apart),
        "The slope along `w` is the mean of the products `error * x`. Here the two means are taken first and then multiplied.",
    ),
    "absolute": (
        _moved(_absolute),
        "The errors have lost their signs: what is above the line and what is below it must pull in opposite directions.",
    ),
    "no_y": (
        _moved(lambda x, y, w, b: slopes(x, 0 * y, w, b)),
        "The error is the prediction minus `y`. Here the prediction alone stands for it.",
    ),
    "weighed_with_y": (
        _moved(lambda x, y, w, b: (2 * np.mean((w * x + b - y) * y), slopes(x, y, w, b)[1])),
        "The errors are multiplied by `y` for the slope along `w`. What does `w` stand beside in the prediction?",
    ),
    "weighed_with_w": (
        _moved(lambda x, y, w, b: (2 * np.mean((w * x + b - y) * w), slopes(x, y, w, b)[1])),
        "The errors are multiplied by `w` for the slope along `w`. What does `w` stand beside in the prediction?",
    ),
    "weighed_with_x_squared": (
        _moved(lambda x, y, w, b: (2 * np.mean((w * x + b - y) * x**2), slopes(x, y, w, b)[1])),
        "The slope along `w` weighs each error with `x` once. Here it is `x` squared.",
    ),
    "x_after_the_brackets": (
        _moved(lambda x, y, w, b: (2 * np.mean(w * x + b - y * x), slopes(x, y, w, b)[1])),
        "For the slope along `w` only `y` is multiplied by `x`, where the whole error is to be. Where do brackets belong?",
    ),
    "b_times_w": (
        _moved(lambda x, y, w, b: _slopes_of(w * (x + b) - y, x)),
        "The prediction is w · (x + b) here, so that `b` is multiplied by `w` too. In the loop it is added after the product.",
    ),
    "loss_for_slopes": (
        _moved(lambda x, y, w, b: (np.mean((w * x + b - y) ** 2),) * 2),
        "Both steps use the loss itself. It says how high the place is, not which way is down: that is told by the slopes.",
    ),
    "last_person_alone": (
        _moved(_of_one(-1)),
        "Only the last person counts. In a loop over the people each one's part is to be added to the parts before it.",
    ),
    "first_person_alone": (
        _moved(_of_one(0)),
        "Only the first person counts. Does the loop over the people end after one round?",
    ),
    "line_turned": (
        _moved(lambda x, y, w, b: _slopes_of(b * x + w - y, x)),
        "The prediction has `w` and `b` exchanged: `w` is how steep the line is, `b` where it begins.",
    ),
    "median": (
        lambda *a: step(*a, mean=np.median),
        "The slopes are medians over the data. The loop takes the mean.",
    ),
    "multiplied": (
        lambda x, y, w, b, a: tuple(p * a * s for p, s in zip((w, b), slopes(x, y, w, b), strict=True)),
        "The old values are multiplied by the step. A step is subtracted from the place where it begins.",
    ),
    "divided_by_the_rate": (
        lambda x, y, w, b, a: step(x, y, w, b, 1 / a),
        "The slopes are divided by the learning rate. A smaller rate is to make a smaller step.",
    ),
    "both_on_w": (_both_on_w, "Both steps are taken by `w`, and `b` stays: look at the names on the left of `=`."),
    "both_on_b": (_both_on_b, "Both steps are taken by `b`, and `w` stays: look at the names on the left of `=`."),
    "sum_uphill": (
        lambda *a: step(*a, sign=1.0, mean=np.sum),
        "Two things at once: this walks uphill, and the slopes are sums over the data where the loop takes the mean.",
    ),
    "sum_no_factor_2": (
        lambda *a: step(*a, factor=1.0, mean=np.sum),
        "Two things at once: the slopes are sums over the data where the loop takes the mean, and the factor of 2 is missing.",
    ),
    "uphill_no_factor_2": (
        lambda *a: step(*a, sign=1.0, factor=1.0),
        "Two things at once: this walks uphill, and the factor of 2 in both slopes is missing.",
    ),
    "reversed": (reversed, "Your `w` uses the new `b`. Both slopes belong to the place where the step begins."),
}
