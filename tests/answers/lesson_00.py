"""Answers to the exercises of lesson 00: RIGHT must pass, WRONG must fail."""

import numpy as np

RIGHT, WRONG, NAMED = {}, {}, {}


def in_place(x, y, w, b, learning_rate):
    error = y - (w * x + b)
    w += learning_rate * 2 * (error * x).sum() / len(x)
    b += learning_rate * 2 * error.sum() / len(x)
    return [w, b]


def matrix(x, y, w, b, learning_rate):
    design = np.column_stack([x, np.ones_like(x)])
    gradient = 2 / len(x) * design.T @ (design @ np.array([w, b]) - y)
    return tuple(np.array([w, b]) - learning_rate * gradient)


def sequential(x, y, w, b, learning_rate):
    w = w - learning_rate * 2 * np.mean((w * x + b - y) * x)
    return w, b - learning_rate * 2 * np.mean(w * x + b - y)


def only_w(x, y, w, b, learning_rate):
    return w - learning_rate * 2 * np.mean((w * x + b - y) * x), b


def swapped(x, y, w, b, learning_rate):
    return matrix(x, y, w, b, learning_rate)[::-1]


def no_bias_in_the_error(x, y, w, b, learning_rate):
    error = w * x - y
    return w - learning_rate * 2 * np.mean(error * x), b - learning_rate * 2 * np.mean(error)


def error_turned_round(x, y, w, b, learning_rate):
    error = y - (w * x + b)
    return w - learning_rate * 2 * np.mean(error * x), b - learning_rate * 2 * np.mean(error)


def the_slopes(x, y, w, b, learning_rate):
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def the_step_alone(x, y, w, b, learning_rate):
    error = w * x + b - y
    return -learning_rate * 2 * np.mean(error * x), -learning_rate * 2 * np.mean(error)


def the_step_to_subtract(x, y, w, b, learning_rate):
    error = w * x + b - y
    return learning_rate * 2 * np.mean(error * x), learning_rate * 2 * np.mean(error)


def the_old_w(x, y, w, b, learning_rate):
    error = w * x + b - y
    _, b = w - learning_rate * 2 * np.mean(error * x), b - learning_rate * 2 * np.mean(error)
    return w, b


def slopes_swapped(x, y, w, b, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * np.mean(error), b - learning_rate * 2 * np.mean(error * x)


def half_as_long(x, y, w, b, learning_rate):
    error = w * x + b - y
    return w - learning_rate * np.mean(error * x), b - learning_rate * np.mean(error)


slope_w, slope_b = -900.0, -300.0  # as the lesson's loop leaves them in the notebook


def the_two_last_lines_alone(x, y, w, b, learning_rate):
    w = w - learning_rate * slope_w
    b = b - learning_rate * slope_b
    return w, b


RIGHT["build_step"] = [in_place, matrix]
WRONG["build_step"] = [
    the_two_last_lines_alone,
    (1.0, 2.0),
]


def measured_each_time(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        error = w * x + b - y
        slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return w, b


def in_steps(x, y, learning_rate, steps):
    place = (0.0, 0.0)
    while steps:
        place, steps = matrix(x, y, *place, learning_rate), steps - 1
    return list(place)


def error_alone_measured_again(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    error = w * x + b - y
    slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
    for _ in range(steps):
        error = w * x + b - y
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return w, b


def slopes_of_the_old_error(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    error = w * x + b - y
    for _ in range(steps):
        slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return w, b


def one_slope_left_outside(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    slope_b = 2 * np.mean(w * x + b - y)
    for _ in range(steps):
        slope_w = 2 * np.mean((w * x + b - y) * x)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return w, b


def returns_at_once(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        return in_place(x, y, w, b, learning_rate)


def begins_anew(x, y, learning_rate, steps):
    for _ in range(steps):
        w, b = 0.0, 0.0
        w, b = in_place(x, y, w, b, learning_rate)
    return w, b


def one_after_the_other(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        w, b = sequential(x, y, w, b, learning_rate)
    return w, b


RIGHT["fix_loop"] = [measured_each_time, in_steps]
WRONG["fix_loop"] = [
    error_alone_measured_again,
    slopes_of_the_old_error,
]

# A guess: every one of the four is noted, none is wrong.
RIGHT["predict_race"] = ["gradient descent", "momentum", "RMSprop", "Adam", "Momentum ", np.str_("rmsprop")]
WRONG["predict_race"] = ["nobody", "a", 3]

RIGHT["predict_learning_rate"] = ["c", "C"]
WRONG["predict_learning_rate"] = ["a", "b", "d", 1.1]

NAMED["build_step"] = {
    "stale_order": [sequential],
    "only_w": [only_w],
    "swapped": [swapped],
    "no_b": [no_bias_in_the_error],
    "uphill": [error_turned_round],
    "slopes_returned": [the_slopes],
    "step_alone": [the_step_alone],
    "step_alone_uphill": [the_step_to_subtract],
    "only_b": [the_old_w],
    "slopes_swapped": [slopes_swapped],
    "no_factor_2": [half_as_long],
}
NAMED["fix_loop"] = {
    "half_w": [one_slope_left_outside],
    "one_step": [returns_at_once, begins_anew],
    "stale_order": [one_after_the_other],
}
