"""Exercises of lesson 00, start here."""

import numpy as np

from helpers.check.catalogue import steps_gone_wrong as one
from helpers.check.registry import Lesson, any_of

lesson = Lesson(0)

lesson.predict(
    "predict_race",
    "After 300 steps, who still takes the longest steps?",
    choices=dict.fromkeys(("gradient descent", "momentum", "RMSprop", "Adam"), ""),
    answer=None,
    because="Before the walk it can only be a guess. Run the next two cells, and follow this walker's line to its end first.",
    hints=(
        "Any of the four will do: it is a guess, and no guess is marked wrong.",
        "The ground is nearly flat at the end. Whose steps become short there by their habit, and whose need not?",
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


@lesson.function(
    "(x, y, w, b, learning_rate) -> (w, b)",
    cases=_lines,
    hints=(
        "Six lines inside the loop, from the prediction to the new `b`, are one step. Which of them need which others?",
        "The prediction gives the error of every person; the error gives both slopes; the slopes give the new `w` and `b`.",
        "`error = w * x + b - y`, then return `w - learning_rate * 2 * np.mean(error * x)` and the same for b without the `x`.",
    ),
    reread="A complete training loop",
    mistakes=one.MISTAKES,
)
def build_step(x, y, w, b, learning_rate):
    return one.step(x, y, w, b, learning_rate)


lesson.predict(
    "predict_learning_rate",
    "The mean squared error after 50 steps with learning rate 1.1 instead of 0.1",
    choices={
        "a": "Longer steps arrive sooner, but only up to a point. Is 1.1 beyond it? Run the next two cells before you answer "
        "again.",
        "b": "With 0.1 the loss has settled after 50 steps, that is true. Does it settle with 1.1? Run the next two cells before "
        "you answer again.",
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


def _walk(x, y, learning_rate, steps, step=one.step, where=lambda w, b, first: (w, b)):
    """Walk from (0, 0): each new place is the old one moved by the slopes at `where(w, b, the start)`."""
    w = b = 0.0
    for _ in range(steps):
        u, v = where(w, b, (0.0, 0.0))
        new_u, new_v = step(x, y, u, v, learning_rate)
        w, b = w + (new_u - u), b + (new_v - v)
    return w, b


def _half(x, y, learning_rate, steps, again):
    """Only one of the two slopes, number `again`, is measured anew at each step."""
    place, first = [0.0, 0.0], one.slopes(x, y, 0.0, 0.0)
    for _ in range(steps):
        slopes = list(first)
        slopes[again] = one.slopes(x, y, *place)[again]
        place = [p - learning_rate * s for p, s in zip(place, slopes, strict=True)]
    return tuple(place)


def _walk_from(x, y, learning_rate, steps, start):
    return one.repeated(x, y, *map(float, start), learning_rate, steps)


def _added_up(x, y, learning_rate, steps):
    """Each step uses the sum of all slopes so far."""
    place, total = np.zeros(2), np.zeros(2)
    for _ in range(steps):
        total += one.slopes(x, y, *place)
        place = place - learning_rate * total
    return tuple(place)


def _one_late(x, y, learning_rate, steps):
    """Each step uses the slopes of the place before the last one."""
    places = [np.zeros(2)] * 2
    for _ in range(steps):
        places.append(places[-1] - learning_rate * np.array(one.slopes(x, y, *places[-2])))
    return tuple(places[-1])


def _last_slopes(x, y, learning_rate, steps):
    return one.slopes(x, y, *_walk(x, y, learning_rate, steps - 1))


def _shrinking(x, y, learning_rate, steps):
    w = b = 0.0
    for t in range(steps):
        w, b = one.step(x, y, w, b, learning_rate / (t + 1))
    return w, b


def _walked(**changed):
    return lambda *a: _walk(*a, step=lambda *b: one.step(*b, **changed))


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
        "never_moves": (
            lambda *a: (0.0, 0.0),
            "The walk ends where it begins, at w = 0 and b = 0. Does a line in the loop move them, and does the loop run? "
            "Or is `y` missing from the error, which then is 0 at the start?",
        ),
        "one_step": (
            lambda x, y, a, steps: _walk(x, y, a, 1),
            "This ends where the first step ends. Is `return` inside the loop, or are `w` and `b` set back to 0 at each step?",
        ),
        "added_up": (
            _added_up,
            "Each step uses the sum of all slopes so far. The slopes of a place are to take the place of those before them.",
        ),
        "one_late": (
            _one_late,
            "Each step uses the slopes of the place before: `w` and `b` move, and what is computed from them comes too late. In "
            "which order do the lines of one round stand?",
        ),
        "slopes_returned": (
            _last_slopes,
            "These are the slopes of the last step. Asked for is where the walk ends: `w` and `b`.",
        ),
        "other_number_of_steps": (
            any_of(*(lambda x, y, a, steps, n=n: _walk(x, y, a, n) for n in (50, 10, 20, 100))),
            "The number of steps is the same whatever is passed in: the argument is `steps`.",
        ),
        "half_w": (
            lambda *a: _half(*a, again=0),
            "The slope along `w` is measured at each step now, that along `b` is still the one of the start.",
        ),
        "half_b": (
            lambda *a: _half(*a, again=1),
            "The slope along `b` is measured at each step now, that along `w` is still the one of the start.",
        ),
        "stale_order": (
            lambda *a: _walk(*a, step=one.stale),
            f"{one.MISTAKES['stale_order'][1]} From the second step on, a `b` gone wrong leads `w` wrong as well.",
        ),
        "reversed": (
            lambda *a: _walk(*a, step=one.reversed),
            f"{one.MISTAKES['reversed'][1]} From the second step on, a `w` gone wrong leads `b` wrong as well.",
        ),
        "uphill": (_walked(sign=1.0), one.MISTAKES["uphill"][1]),
        "no_factor_2": (_walked(factor=1.0), one.MISTAKES["no_factor_2"][1]),
        "swapped": (lambda *a: _walk(*a)[::-1], one.MISTAKES["swapped"][1]),
        "sum_not_mean": (_walked(mean=np.sum), one.MISTAKES["sum_not_mean"][1]),
        **{
            id: (lambda *a, step=one.MISTAKES[id][0]: _walk(*a, step=step), one.MISTAKES[id][1])
            for id in (
                *(
                    "fixed_rate",
                    "no_rate",
                    "slopes_swapped",
                    "no_x",
                    "x_in_both",
                    "no_b",
                    "absolute",
                    "means_apart",
                ),
                *(
                    "sum_uphill",
                    "sum_no_factor_2",
                    "uphill_no_factor_2",
                    "line_turned",
                    "weighed_with_y",
                    "median",
                    "squared",
                ),
            )
        },
        "start": (
            any_of(
                *(
                    lambda *a, start=start: _walk_from(*a, start)
                    for start in ((1, 1), (1, 0), (0, 1), (0.5, 0.5), (-1, -1))
                )
            ),
            "The walk does not begin where the given code does, at w = 0 and b = 0.",
        ),
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
