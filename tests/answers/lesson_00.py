"""Answers to the exercises of lesson 00: RIGHT must pass, WRONG must fail."""

import numpy as np

RIGHT, WRONG = {}, {}


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


for name in ("build_step", "fix_loop"):
    RIGHT[name] = [in_place, matrix]
    WRONG[name] = [sequential, only_w, swapped, no_bias_in_the_error]

RIGHT["predict_race"] = ["momentum", "Momentum ", np.str_("momentum")]
WRONG["predict_race"] = ["Adam", "RMSprop", "gradient descent", "nobody", 3]

RIGHT["predict_learning_rate"] = ["c", "C"]
WRONG["predict_learning_rate"] = ["a", "b", "d", 1.1]
