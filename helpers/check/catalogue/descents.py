"""Right and wrong ways to walk down a slope: the known mistakes of `gradient_descent`."""

import numpy as np

from helpers.check.registry import any_of


def walk(gradient, w, learning_rate, steps, sign=-1.0):
    """Return the path, the start first; a `sign` of 1 walks uphill."""
    return _by_steps(lambda w, t: sign * learning_rate * gradient(w), w, steps)


def _by_steps(step, w, steps):
    """Return the path on which the step numbered t, from 1, is `step(w, t)`."""
    points = [w]
    for t in range(1, steps + 1):
        points.append(points[-1] + step(points[-1], t))
    return np.array(points)


def _first_step_again(gradient, w, learning_rate, steps):
    return np.array([w] + [w - learning_rate * gradient(w)] * steps)


def _one_late(gradient, w, learning_rate, steps):
    points = [w, w]
    for _ in range(steps):
        points.append(points[-1] - learning_rate * gradient(points[-2]))
    return np.array(points[1:])


def _all_slopes_so_far(gradient, w, learning_rate, steps):
    points, total = [w], 0
    for _ in range(steps):
        total = total + gradient(points[-1])
        points.append(points[-1] - learning_rate * total)
    return np.array(points)


def _beside_the_start(made):
    """The start, and then `made(places, their gradients, rate)` in place of the places."""

    def wrong(gradient, w, learning_rate, steps):
        points = walk(gradient, w, learning_rate, steps)
        slopes = np.array([gradient(point) for point in points])
        return np.vstack([w[None], made(slopes, learning_rate)[:steps]])

    return wrong


def _start_empty(gradient, w, learning_rate, steps):
    points = walk(gradient, w, learning_rate, steps)
    points[0] = 0
    return points


def _last_place_empty(gradient, w, learning_rate, steps):
    points = walk(gradient, w, learning_rate, steps)
    points[1:][-1:] = 0
    return points


def until_it_stands(gradient, w, learning_rate, steps):
    """Return the path up to the first step that does not move."""
    points = walk(gradient, w, learning_rate, steps)
    still = np.flatnonzero(~np.diff(points, axis=0).any(axis=1))
    return points[: still[0] + 1] if len(still) else points


def first_gradient_only(gradient, w, learning_rate, steps):
    """Return a path whose every step uses the gradient of the start."""
    return w - learning_rate * np.arange(steps + 1)[:, None] * gradient(w)


def one_by_one(gradient, w, learning_rate, steps):
    """Return a path on which each weight moves before the gradient of the next is taken."""
    points = [w]
    for _ in range(steps):
        w = w.copy()
        for j in range(len(w)):
            w[j] -= learning_rate * gradient(w)[j]
        points.append(w)
    return np.array(points)


def _aliased(rows):
    """The last place `rows(steps)` times."""
    return lambda gradient, w, learning_rate, steps: np.tile(
        walk(gradient, w, learning_rate, steps)[-1], (rows(steps), 1)
    )


def _aliased_one_step_further(gradient, w, learning_rate, steps):
    return np.tile(walk(gradient, w, learning_rate, steps + 1)[-1], (steps + 1, 1))


def _after_the_start(gradient, w, learning_rate, steps):
    points = walk(gradient, w, learning_rate, steps)
    return np.array([w] + [points[-1]] * steps)


def _start_twice(gradient, w, learning_rate, steps):
    return np.vstack([w[None], walk(gradient, w, learning_rate, steps)[:-1]]) if steps else w[None]


def _normalised(gradient):
    return lambda w: gradient(w) / np.linalg.norm(gradient(w))


_ONE_ARRAY = (
    "Does an assignment fill all rows at once, as `path[:] = w` does? Row t is `path[t]`. Or does `-=` change one array in place? "
    "A list of it holds the same array many times, and shows its last state everywhere: which way of writing the step makes a new "
    "one?"
)

WALKING = {
    "uphill": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps, sign=1.0),
        "This walks uphill: the gradient points up. Which sign stands before the learning rate?",
    ),
    "aliased": (
        any_of(_aliased(lambda steps: steps + 1), _aliased_one_step_further),
        f"Every row of your path is the last place. {_ONE_ARRAY}",
    ),
    "aliased_after_the_start": (
        _after_the_start,
        f"After the start, every row of your path is the last place. {_ONE_ARRAY}",
    ),
    "aliased_without_start": (
        _aliased(lambda steps: steps),
        f"Every row of your path is the last place, and the start has no row. {_ONE_ARRAY}",
    ),
    "without_start": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[1:],
        "The places are right, but the path begins after the first step. The start is its first row.",
    ),
    "one_step_ahead": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps + 1)[1:],
        "The path is one step ahead: the start has no row, and there is one step too many at the end.",
    ),
    "start_twice": (
        _start_twice,
        "The start stands in your path twice, and the last place is missing: each place is put into the list before the step "
        "that leads away from it, and the start once more at the beginning.",
    ),
    "one_step_too_few": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[:-1],
        "The places are right, but the last one is missing: the start and `steps` steps make steps + 1 rows.",
    ),
    "one_step_too_many": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps + 1),
        "The places are right, but there is one too many: the start and `steps` steps make steps + 1 rows.",
    ),
    "first_step_only": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, min(steps, 1)),
        "The path ends after one step, whatever `steps` is. Does the loop go on? A `return` inside it ends the whole function.",
    ),
    "never_moves": (
        lambda gradient, w, learning_rate, steps: np.tile(w, (steps + 1, 1)),
        "Every row of your path is the start: nothing moves. Is a step computed, and does it become the new w?",
    ),
    "first_step_again": (
        _first_step_again,
        "Every row after the start is the same place: each step begins at the start again. Does the place where a step ends "
        "become the place where the next one begins?",
    ),
    "last_place_empty": (
        _last_place_empty,
        "The places are right, but the last row was never filled in and is still 0. With the start there are steps + 1 rows: "
        "where does the loop end?",
    ),
    "start_empty": (
        _start_empty,
        "The places are right, but the row of the start was never filled in and is still 0.",
    ),
    "gradients_collected": (
        any_of(_beside_the_start(lambda slopes, rate: slopes), _beside_the_start(lambda slopes, rate: slopes[1:])),
        "After the start these are the gradients on the way. Asked for are the places.",
    ),
    "steps_collected": (
        any_of(
            _beside_the_start(lambda slopes, rate: -rate * slopes),
            _beside_the_start(lambda slopes, rate: rate * slopes),
        ),
        "After the start these are the steps, or minus the steps. Asked for are the places where they end.",
    ),
    "two_steps_a_row": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, 2 * steps)[::2],
        "From row to row two steps are taken. Is w moved twice in the loop?",
    ),
    "one_late": (
        _one_late,
        "From the second step on, each uses the gradient of the place before. It is to be asked at the place where the step "
        "begins.",
    ),
    "all_slopes_so_far": (
        _all_slopes_so_far,
        "Each step uses the sum of all gradients so far. It uses the gradient of its own place, and no others.",
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
    "turned": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps).T,
        "The places are right, but they stand in columns. Each place is a row: shape (steps + 1, d).",
    ),
    "flat": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps).ravel(),
        "All the numbers are right, but in one row. Each place is a row of its own: shape (steps + 1, d). Does your list take "
        "the place as one thing, or its numbers one after the other?",
    ),
    "from_zero": (
        lambda gradient, w, learning_rate, steps: walk(gradient, np.zeros_like(w), learning_rate, steps),
        "This walks from 0. The path begins at the place that is passed in, `w`.",
    ),
    "one_gradient": (
        first_gradient_only,
        "Every step uses the gradient of the start. The slope changes on the way: ask for it at each place.",
    ),
    "one_by_one": (
        one_by_one,
        "The weights move one after the other, and the slope by the second is taken where the first has already moved. A step "
        "takes the whole gradient at one place: ask for it once, then move all weights together.",
    ),
    "no_learning_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 1.0, steps),
        "The learning rate has no effect here: each step is the whole gradient.",
    ),
    "uphill_no_learning_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 1.0, steps, sign=1.0),
        "Two things: the learning rate has no effect, each step is the whole gradient; and the steps go uphill.",
    ),
    "fixed_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 0.1, steps),
        "The learning rate is 0.1 here whatever is passed in: the argument is `learning_rate`.",
    ),
    "fixed_low_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 0.01, steps),
        "The learning rate is 0.01 here whatever is passed in: the argument is `learning_rate`.",
    ),
    "rate_over_t": (
        lambda gradient, w, learning_rate, steps: _by_steps(lambda w, t: -learning_rate / t * gradient(w), w, steps),
        "The first step is right, the second is half as long as it should be, the third a third: the learning rate is divided "
        "by the number of the step. Here it stays the same.",
    ),
    "unit_steps": (
        lambda gradient, w, learning_rate, steps: walk(_normalised(gradient), w, learning_rate, steps),
        "The gradient is divided by its length, so that every step is equally long. Here a steep place gives a long step: the "
        "learning rate times the gradient as it is.",
    ),
    "sign_only": (
        lambda gradient, w, learning_rate, steps: walk(lambda w: np.sign(gradient(w)), w, learning_rate, steps),
        "Only the sign of the gradient counts here. Its size belongs to the step, too.",
    ),
    "always_from_the_start": (
        lambda gradient, w, learning_rate, steps: _by_steps(
            lambda here, t: w - learning_rate * gradient(here) - here, w, steps
        ),
        "Every step begins at the start again. It leads on from where the last one ended.",
    ),
    "step_for_place": (
        lambda gradient, w, learning_rate, steps: _by_steps(
            lambda here, t: -learning_rate * gradient(here) - here, w, steps
        ),
        "The new w is the step itself, and the place where it began is lost. The step is to be added to it.",
    ),
    "multiplied": (
        lambda gradient, w, learning_rate, steps: _by_steps(
            lambda here, t: -learning_rate * gradient(here) * here, w, steps
        ),
        "w is multiplied: a weight of 0 would stay 0. The step is subtracted from w.",
    ),
    "twice_as_long": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 2 * learning_rate, steps),
        "Every step is twice as long as it should be. Is it taken twice? The 2 of the derivative is in `gradient` already.",
    ),
    "divided_by_the_rate": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, 1 / learning_rate, steps),
        "The gradient is divided by the learning rate. A lower rate should make shorter steps.",
    ),
    "rate_squared": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate**2, steps),
        "The learning rate comes in twice. A step is α times the gradient.",
    ),
    "gradient_squared": (
        lambda gradient, w, learning_rate, steps: walk(lambda here: gradient(here) ** 2, w, learning_rate, steps),
        "The gradient is squared, so that it has no sign any more. A step is the learning rate times the gradient as it is.",
    ),
    "size_only": (
        lambda gradient, w, learning_rate, steps: walk(lambda here: np.abs(gradient(here)), w, learning_rate, steps),
        "The sign of the gradient is lost, so that every weight becomes smaller. Which way is down is told by the sign.",
    ),
    "without_both_ends": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[1:-1],
        "The places are right, but the first and the last are missing: the start and `steps` steps make steps + 1 rows.",
    ),
    "first_weight_only": (
        lambda gradient, w, learning_rate, steps: walk(gradient, w, learning_rate, steps)[:, 0],
        "These are the places of the first weight. A place is all weights together: one row each.",
    ),
    "place_for_gradient": (
        lambda gradient, w, learning_rate, steps: walk(lambda w: w, w, learning_rate, steps),
        "Each step takes off a share of w itself. What is to be taken off is a share of the gradient at w: is `gradient` asked?",
    ),
}


def _pairs():
    """Yield (id, (wrong path, message)) of a wrong way to walk and a wrong way to list the places, both at once."""
    lists = {
        "aliased": lambda points: np.tile(points[-1], (len(points), 1)),
        "aliased_after_the_start": lambda points: np.vstack([points[:1], np.tile(points[-1], (len(points) - 1, 1))]),
        "without_start": lambda points: points[1:],
        "one_step_too_few": lambda points: points[:-1],
        "last_only": lambda points: points[-1],
    }
    for walked in ("uphill", "no_learning_rate", "one_gradient", "twice_as_long"):
        wrong, said = WALKING[walked]
        for listed, change in lists.items():
            rest = WALKING[listed][1].removeprefix("The places are right, but ")
            told = f"Two things. {said} And: {rest[0].lower()}{rest[1:]}"
            yield f"{walked}+{listed}", (lambda *args, wrong=wrong, change=change: change(wrong(*args)), told)


WALKING |= {
    "uphill+one_gradient": (
        lambda gradient, w, learning_rate, steps: first_gradient_only(gradient, w, -learning_rate, steps),
        f"Two things. {WALKING['uphill'][1]} And: every step uses the gradient of the start. The slope changes on the way: ask for "
        "it at each place.",
    ),
    **dict(_pairs()),
}
