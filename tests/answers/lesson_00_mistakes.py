"""Wrong answers to the exercises of lesson 00 as people write them, under the mistake that each must be told as."""

import numpy as np

NAMED = {}


def moved(slopes, finish=lambda w, b: (w, b)):
    """A step along `slopes(x, y, w, b)`."""

    def answer(x, y, w, b, learning_rate):
        slope_w, slope_b = slopes(x, y, w, b)
        return finish(w - learning_rate * slope_w, b - learning_rate * slope_b)

    return answer


def one_after_the_other(x, y, w, b, learning_rate, sign=-1, factor=2, mean=np.mean):
    w = w + sign * learning_rate * factor * mean((w * x + b - y) * x)
    b = b + sign * learning_rate * factor * mean(w * x + b - y)
    return w, b


def overwritten(x, y, w, b):
    for one, true in zip(x, y, strict=True):
        error = w * one + b - true
        slope_w, slope_b = 2 * error * one, 2 * error
    return slope_w / len(x), slope_b / len(x)


def ends_at_once(x, y, w, b):
    slope_w = slope_b = 0.0
    for one, true in zip(x, y, strict=True):
        slope_w += 2 * (w * one + b - true) * one / len(x)
        slope_b += 2 * (w * one + b - true) / len(x)
        return slope_w, slope_b


def brackets_left_out(x, y, w, b):
    return 2 * np.mean(w * x + b - y * x), 2 * np.mean(w * x + b - y)


def bias_inside(x, y, w, b):
    error = w * (x + b) - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def the_loss(x, y, w, b):
    loss = ((y - w * x - b) ** 2).sum() / len(y)
    return loss, loss


def nothing_kept(x, y, w, b, learning_rate):
    w, b = 0.0, 0.0
    error = w * x + b - y
    w - learning_rate * 2 * np.mean(error * x)
    b - learning_rate * 2 * np.mean(error)
    return w, b


NAMED["build_step"] = {
    "stays_at_zero": [nothing_kept, lambda x, y, w, b, learning_rate: (0, 0)],
    "stale_no_factor_2": [lambda *a: one_after_the_other(*a, factor=1)],
    "stale_uphill": [lambda *a: one_after_the_other(*a, sign=1)],
    "stale_sum_not_mean": [lambda *a: one_after_the_other(*a, mean=sum)],
    "last_person_alone": [moved(overwritten)],
    "first_person_alone": [moved(ends_at_once)],
    "x_after_the_brackets": [moved(brackets_left_out)],
    "b_times_w": [moved(bias_inside)],
    "loss_for_slopes": [moved(the_loss)],
    "nearly": [
        moved(
            lambda x, y, w, b, h=1e-4: (
                (the_loss(x, y, w + h, b)[0] - the_loss(x, y, w, b)[0]) / h,
                (the_loss(x, y, w, b + h)[0] - the_loss(x, y, w, b)[0]) / h,
            )
        )
    ],
    "wrong_kind": [moved(lambda x, y, w, b: (0, 0), lambda w, b: {"w": w, "b": b})],
}


def sums_them_up(x, y, learning_rate, steps):
    w = b = slope_w = slope_b = 0.0
    for _ in range(steps):
        error = w * x + b - y
        slope_w += 2 * np.mean(error * x)
        slope_b += 2 * np.mean(error)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return w, b


def error_at_the_end(x, y, learning_rate, steps):
    w = b = 0.0
    error = w * x + b - y
    slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
    for _ in range(steps):
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
        slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
        error = w * x + b - y
    return w, b


def fifty_times(x, y, learning_rate, steps):
    w = b = 0.0
    for _ in range(50):
        error = w * x + b - y
        w, b = w - learning_rate * 2 * np.mean(error * x), b - learning_rate * 2 * np.mean(error)
    return w, b


def gives_the_slopes(x, y, learning_rate, steps):
    w = b = 0.0
    for _ in range(steps):
        error = w * x + b - y
        slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)
        w, b = w - learning_rate * slope_w, b - learning_rate * slope_b
    return slope_w, slope_b


def loses_the_update(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        error = w * x + b - y
        slope_w, slope_b = 2 * np.mean(error * x), 2 * np.mean(error)  # noqa: F841
    return w, b


def no_round(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(0):
        w, b = one_after_the_other(x, y, w, b, learning_rate)
    return w, b


def no_y_in_the_error(x, y, learning_rate, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        error = w * x + b
        w, b = w - learning_rate * 2 * np.mean(error * x), b - learning_rate * 2 * np.mean(error)
    return w, b


NAMED["fix_loop"] = {
    "never_moves": [loses_the_update, no_round, no_y_in_the_error],
    "added_up": [sums_them_up],
    "one_late": [error_at_the_end],
    "other_number_of_steps": [fifty_times],
    "slopes_returned": [gives_the_slopes],
}
