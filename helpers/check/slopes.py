"""Right and wrong ways to measure a slope and to walk down it: the known mistakes of lesson 02 are made of these."""

import numpy as np


def shifted(f, w, h, up, down, width):
    """Return (f(w + up·h) − f(w − down·h)) / (width·h) in each entry of w; the central difference is 1, 1, 2."""
    grad = np.zeros_like(w, dtype=float)
    for i in np.ndindex(w.shape):
        above, below = w.copy(), w.copy()
        above[i] += up * h
        below[i] -= down * h
        grad[i] = (f(above) - f(below)) / (width * h)
    return grad


def first_axis_only(f, w, h=1e-5):
    """Return one slope for each row of w, all of a row moved at once."""
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def given_with_integers(f, w, h=1e-5):
    """Return what `fix_integer_gradient` is handed out with: every array has the type of w."""
    return _given(f, w, h, np.zeros_like(w))


def given_with_float_result(f, w, h=1e-5):
    """Return the same with a result of floats: the shifted places still lose h."""
    return _given(f, w, h, np.zeros(w.shape))


def _given(f, w, h, gradient):
    for i in range(w.size):
        up, down = w.copy(), w.copy()
        up[i] = w[i] + h
        down[i] = w[i] - h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def walk(gradient, w, learning_rate, steps, sign=-1.0):
    """Return the path, the start first; a `sign` of 1 walks uphill."""
    points = [w]
    for _ in range(steps):
        points.append(points[-1] + sign * learning_rate * gradient(points[-1]))
    return np.array(points)


def until_it_stands(gradient, w, learning_rate, steps):
    """Return the path up to the first step that does not move."""
    points = walk(gradient, w, learning_rate, steps)
    still = np.flatnonzero(~np.diff(points, axis=0).any(axis=1))
    return points[: still[0] + 1] if len(still) else points


def first_gradient_only(gradient, w, learning_rate, steps):
    """Return a path whose every step uses the gradient of the start."""
    return w - learning_rate * np.arange(steps + 1)[:, None] * gradient(w)


def never_put_back(f, w, h=1e-5):
    """Return the slopes of copies made once, so that each entry moved stays moved for those after it."""
    grad = np.zeros(w.shape)
    up, down = w.copy(), w.copy()
    for i in np.ndindex(w.shape):
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


# Known mistakes of `numerical_gradient` and `gradient_descent`: the wrong function, and what to say of it.
MEASURING = {
    "forward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 0, 1),
        "This is the one-sided difference, from w to w + h. The central one looks on both sides of w.",
    ),
    "backward": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 1, 1),
        "This is the one-sided difference, from w − h to w. The central one looks on both sides of w.",
    ),
    "forward_over_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 0, 2),
        "This is (f(w + h) − f(w)) / 2h: the lower place is w itself. Is it moved down at all? If it is the same array as the "
        "upper one, taking h off only takes back what was added: each needs its own `copy()`.",
    ),
    "backward_over_two": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0, 1, 2),
        "This is (f(w) − f(w − h)) / 2h: the upper place is w itself. Is it moved up at all? If it is the same array as the "
        "lower one, adding h only puts back what was taken off: each needs its own `copy()`.",
    ),
    "never_put_back": (
        never_put_back,
        "The first slope is right. Each later one holds those before it too: entries once moved stay moved. Copy w anew for "
        "each entry.",
    ),
    "not_halved": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 1),
        "This is twice the slope: how far apart are w + h and w − h?",
    ),
    "half_steps": (
        lambda f, w, h=1e-5: shifted(f, w, h, 0.5, 0.5, 1),
        "This is a central difference with steps of h/2. Here the steps are h, to each side.",
    ),
    "all_at_once": (
        lambda f, w, h=1e-5: np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h)),
        "All entries of w are moved at once, so what comes out is the sum of all slopes. Move one, leave the others.",
    ),
    "fixed_h": (
        lambda f, w, h=1e-5: shifted(f, w, 1e-5, 1, 1, 2),
        "The step is 1e-5 whatever h is: use the argument `h`.",
    ),
    "without_brackets": (
        lambda f, w, h=1e-5: shifted(f, w, h, 1, 1, 2) * h * h,
        "This is the slope times h². `a / 2 * h` divides by 2 and then multiplies by h: the divisor needs brackets.",
    ),
    "one_array": (
        lambda f, w, h=1e-5: np.zeros(w.shape),
        "Every slope comes out as 0. Is each entry filled in? Are `up` and `down` two copies, or two names of one "
        "array, so that what goes up by h comes down again?",
    ),
    "first_axis": (
        first_axis_only,
        "For a w with one axis this is right. With more axes `w[i]`, for a number i, is a whole row, and all of it is "
        "moved at once. `np.ndindex(w.shape)` goes through the single entries.",
    ),
}

WALKING = {
    "uphill": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps, sign=1.0),
        "This walks uphill: the gradient points up. Which sign stands before the learning rate?",
    ),
    "aliased": (
        lambda gradient, w, learning_rate, steps: np.tile(walk(gradient, w, learning_rate, steps)[-1], (steps + 1, 1)),
        "Every row of your path is the last place. Does `-=` change one array in place? A list of it holds the same "
        "array many times. `w = w - ...` makes a new array at each step.",
    ),
    "without_start": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[1:],
        "The places are right, but the path begins after the first step. The start is its first row.",
    ),
    "one_step_too_few": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[:-1],
        "The places are right, but the last one is missing: the start and `steps` steps make steps + 1 rows.",
    ),
    "one_step_too_many": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps + 1),
        "The places are right, but there is one too many: the start and `steps` steps make steps + 1 rows.",
    ),
    "stops_early": (
        until_it_stands,
        "The places are right, but the path ends when it stands still. All `steps` steps belong to it, also those "
        "that no longer move.",
    ),
    "last_only": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[-1],
        "This is the last place only. The whole path is asked for, the start first.",
    ),
    "one_gradient": (
        first_gradient_only,
        "Every step uses the gradient of the start. The slope changes on the way: ask for it at each place.",
    ),
    "no_learning_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 1.0, steps),
        "The learning rate has no effect here: each step is the whole gradient.",
    ),
}
