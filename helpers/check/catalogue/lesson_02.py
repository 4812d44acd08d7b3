"""Exercises of lesson 02, gradient descent."""

import numpy as np

from helpers import gradients
from helpers.check.catalogue import descents, regressions, slopes
from helpers.check.registry import Args, Lesson, Wrong

lesson = Lesson(2)


lesson.predict(
    "predict_units",
    "The loop of lesson 00, with the body mass index in kg/m²: what does the loss do in 20 steps?",
    choices={
        "a": "The best line is the same line. But the loop does not know the best line: it knows slopes, and these depend "
        "on the numbers it is given. Run the next cell.",
        "b": "For that its steps would have to be too short. Each is the learning rate times a slope, 2 · mean(error · x): "
        "is that flatter with x near 26? Run the next cell.",
        "c": "",
    },
    answer="c",
    because="The numbers lie further from 0, so the slopes are steeper, so each step overshoots more than the one before. "
    "By the end of this lesson you can predict it from the data.",
    hints=(
        "Any answer is useful. Which numbers are larger: those near 26, or those between −2 and 4?",
        "The slope by w is 2 · mean(error · x). What does a larger x do to it, and so to the first step?",
        "With x near 26 a small change of w changes every prediction by 26 times as much, and lesson 00 showed what "
        "happens when a step is too long.",
    ),
    reread="Same people, other numbers",
)


def _array_wanted(arguments):
    """A remark on an answer that gives the right numbers in a list, say; arguments: a callable that makes those of one call."""

    def remark(answer):
        result = answer(*arguments())
        if isinstance(result, np.ndarray):
            return ""
        return (
            f"One thing all the same: what comes back is a {type(result).__name__}, where an array is asked for. Code that goes on "
            "with it, such as `2 * g` or `path[:, 0]`, needs `np.array(...)`."
        )

    return remark


def parabola(w):
    return np.sum((w - 1.0) ** 2)


def cubic(w):
    return np.sum(w**3) + 2.0 * np.sum(w)


def mixed(w):
    flat = w.ravel()
    return np.sum(np.sin(flat)) + flat[0] * flat[-1] + np.sum(np.arange(flat.size) * flat)


def steep(w):
    return np.sum(np.exp(w))


def _functions(rng):
    yield parabola, np.array([3.0, 0.0])
    yield Args(cubic, np.array([1.0, -2.0, 0.5]), h=0.1)
    yield steep, np.array([1.0])
    yield mixed, rng.normal(size=(2, 3))
    yield mixed, rng.normal(size=(2, 2, 2))
    yield Args(steep, rng.normal(size=4), h=0.2)


@lesson.function(
    "(f, w, h=1e-5) -> array like w",
    cases=_functions,
    rtol=1e-7,
    atol=1e-8,
    hints=(
        "One entry at a time: what does f give with that entry moved up by h, and with it moved down by h?",
        "`for i in np.ndindex(w.shape):` goes through the entries of any shape. Copy w, change the copy's entry i, and "
        "leave all others as they are.",
        "Inside the loop: `up, down = w.copy(), w.copy()`, `up[i] += h`, `down[i] -= h`, and "
        "`gradient[i] = (f(up) - f(down)) / (2 * h)`. Return `gradient`.",
    ),
    reread="Many parameters: the gradient",
    remark=_array_wanted(lambda: (parabola, np.array([3.0, 0.0]))),
    mistakes=slopes.MEASURING,
)
def numerical_gradient(f, w, h=1e-5):
    return slopes.central(f, w, h)


def _regressions(rng):
    X = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 1.0], [5.0, 7.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]])
    yield X, np.array([1.0, 0.0, 2.0, -1.0, 4.0]), np.array([1.0, -1.0, 2.0])
    yield np.array([[2.0]]), np.array([3.0]), np.array([0.5])
    # Far from 0, where a measured slope has fewer digits than are asked for.
    yield rng.normal(size=(3, 3)), 100 * rng.normal(size=3), rng.normal(size=3)
    yield rng.normal(size=(50, 4)), 100 * rng.normal(size=50), rng.normal(size=4)
    yield rng.normal(size=(20, 2)), 1000 * rng.normal(size=20), rng.normal(size=2)


@lesson.function(
    "(X (n, d), y (n,), w (d,)) -> (d,)",
    cases=_regressions,
    hints=(
        "Begin with the errors: one number for each row of X, the prediction minus the truth.",
        "Entry j of the gradient is the mean over the rows of 2 · error · X[:, j]. All j at once is a product with X "
        "turned on its side, `X.T`: shape (d, n) times (n,). (With `*`, the n errors would have to stand in a column, "
        "`error[:, None]`, and the mean be taken with `axis=0`.)",
        "`error = X @ w - y`, then return `2 / len(y) * X.T @ error`.",
    ),
    reread="The gradient of the mean squared error by hand",
    remark=_array_wanted(lambda: (np.array([[2.0, 1.0]]), np.array([3.0]), np.array([0.5, 1.0]))),
    mistakes=regressions.SLOPES,
)
def mse_gradient(X, y, w):
    return regressions.slope(X, y, w)


def bowl(w):
    return 2.0 * w


def ravine(w):
    return np.array([1.0, 10.0])[: len(w)] * (w - 3.0)


def wavy(w):
    return np.cos(w) + 0.5 * w


_TIED = np.array([[2.0, 1.0], [1.0, 3.0]])


def tied(w):
    return _TIED @ w - 1.0


def _walks(rng):
    yield bowl, np.array([1.0, -2.0]), 0.1, 2
    yield ravine, np.array([0.0, 1.0]), 0.05, 6
    yield wavy, rng.normal(size=3), 0.3, 10
    yield bowl, np.array([5.0]), 0.75, 4
    yield tied, np.array([1.0, 2.0]), 0.2, 3  # each slope depends on both weights: they have to move together


def _stands(call):
    # Not an edge case: a path without its start has no shape in common with others there, and is to be recognised.
    path = np.asarray(call(bowl, np.array([1.0, 2.0]), 0.1, 0))
    if path.shape != (1, 2):
        raise Wrong(f"With steps = 0 the path is the start alone, of shape (1, 2); yours has shape {path.shape}.")


@lesson.function(
    "(gradient, w (d,), learning_rate, steps) -> (steps + 1, d)",
    cases=_walks,
    edges={
        "at the lowest place after one step": (bowl, np.array([1.0, -2.0]), 0.5, 4),
    },
    hints=(
        "Keep a list of places. The first is the start; each step adds one.",
        "In the loop: `w = w - learning_rate * gradient(w)`, and then append w to the list. Why not `w -= ...`? That "
        "would change the array that is already in the list.",
        "`path = [w]`, the loop `for t in range(steps)` with those two lines, and at the end `return np.array(path)`.",
    ),
    reread="The loop",
    judge=_stands,
    remark=_array_wanted(lambda: (bowl, np.array([1.0, -2.0]), 0.1, 2)),
    mistakes=descents.WALKING,
)
def gradient_descent(gradient, w, learning_rate, steps):
    return descents.walk(gradient, w, learning_rate, steps)


# 1 / mean(pressure²), 1 / mean(pressure)², 1 / variance and 1 / mean(pressure), of datasets.diabetes, and 2/c of the lesson's
# body mass index; tests/test_lesson_02_answers.py recomputes them.
DIVERGES, SQUARED_MEAN, CENTRED, MEAN = 1.09302414e-4, 1.1163e-4, 5.2391e-3, 1.05656e-2
OTHER_COLUMN = 5.13462e-2
_ABOVE = (
    "Close, but above the threshold: here the loss grows, slowly (try `loss_after` with 2000 steps). A threshold must not be "
    "rounded up; of an interval that holds it, the lower end is safe."
)

lesson.predict(
    "predict_diverging_rate",
    "From which learning rate on does the line through the blood pressures diverge?",
    answer=DIVERGES,
    rtol=5e-3,
    highest=DIVERGES * (1 + 1e-8),  # the digits that are cut off above, and rounding; nothing else may lie beyond
    near={
        DIVERGES: _ABOVE,
        DIVERGES / 2: "At this rate αc = 1: a single step arrives. Which product αc makes the distance grow?",
        2
        * DIVERGES: "This is 2/mean(pressure²). The curvature is the second derivative of mean((w · pressure − y)²): what "
        "does the square's derivative bring along?",
        DIVERGES
        / 442: "If this is 1/sum(pressure²): the loss is the *mean* of the squares, and the curvature too is twice a mean.",
        2
        * DIVERGES
        / 442: "If this is 2/sum(pressure²): the loss is the *mean* of the squares, and its second derivative has a 2 as well.",
        1.0e-4: "Close, but below the threshold: here the loss still falls (try `loss_after`). Three digits are asked for.",
        1.1e-4: _ABOVE,
        SQUARED_MEAN: "If this is 1/mean(pressure)²: the curvature holds the mean of the squares, which is larger than the "
        "square of the mean.",
        1 / DIVERGES: "This is mean(pressure²), half the curvature. Which learning rate makes αc = 2?",
        2 / DIVERGES: "This is the curvature c itself. Which learning rate makes αc = 2?",
        MEAN: "If this is 1/mean(pressure): the slope is 2 · mean(e · pressure), and when w moves, e changes by a pressure. So "
        "what is the mean in the curvature taken of?",
        2
        * MEAN: "If this is 2/mean(pressure): the slope is 2 · mean(e · pressure), and when w moves, e changes by a pressure. So "
        "what is the mean in the curvature taken of?",
        OTHER_COLUMN: "If this is 2/c with the c from further up: that is the curvature for the body mass index. Each column has "
        "its own: what is that for `pressure`?",
        CENTRED: "This would be right if the mean were subtracted from the pressures first. Here they are as measured.",
    },
    because="The curvature is c = 2 · mean(pressure²), and 2/c = 1/mean(pressure²).",
    hints=(
        "Try `loss_after` with rates between 0.00001 and 0.001: halve the interval that holds the border, again and again.",
        "Or compute it: the slope by w is 2 · mean((w · pressure − y) · pressure). How fast does that change with w?",
        "The curvature is c = 2 · mean(pressure²), and the threshold 2/c. `2 / (2 * np.mean(pressure**2))` is the number.",
    ),
    reread="Too low, too high, just right",
)


def _tables(rng):
    yield (np.array([[1.0, 0.0, 2.0], [0.0, 2.0, 1.0], [1.0, 1.0, 0.0], [2.0, 0.0, 3.0], [0.0, 1.0, 1.0]]),)
    yield (rng.normal(size=(30, 4)) * np.array([1.0, 5.0, 0.2, 2.0]),)
    yield (np.column_stack([rng.normal(25.0, 4.0, size=40), np.ones(40)]),)
    yield (rng.normal(size=(6, 3)),)


@lesson.function(
    "(X (n, d)) -> float",
    cases=_tables,
    edges={
        "one column": (np.array([[3.0], [4.0]]),),
        "fewer rows than columns, so that one curvature is 0 and H has no inverse": (
            np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]),
        ),
        "a column that is twice another, so that one curvature is 0 and H has no inverse": (
            np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 0.0], [-1.0, -2.0, 3.0], [0.5, 1.0, 1.0]]),
        ),
    },
    rtol=1e-7,
    hints=(
        "Which of the curvatures must every step survive: the smallest or the largest?",
        "Build the table of second derivatives, H = 2/n · XᵀX. `np.linalg.eigvalsh(H)` gives its curvatures, the "
        "smallest first.",
        "`curvatures = np.linalg.eigvalsh(2 / len(X) * X.T @ X)`, then return `2 / curvatures[-1]`.",
    ),
    reread="Many parameters: the largest curvature decides",
    mistakes=regressions.THRESHOLDS,
)
def critical_learning_rate(X):
    return 2 / regressions.eigenvalues(X)[-1]


lesson.predict(
    "predict_half",
    "Which half of standardising alone does most of what brings the condition number down?",
    choices={
        "a": "",
        "b": "Dividing makes the numbers smaller, but they still lie all on one side of 0, so that w and b go on trading "
        "off. Run the next cell and compare the two.",
        "c": "One of the two does most of it alone. Run the next cell.",
    },
    answer="a",
    because="As measured, the column is almost a multiple of the column of ones, so w and b can stand in for each other. "
    "Subtracting the average ends that; dividing alone does not.",
    hints=(
        "Any answer is useful. The ravine's floor is a direction in which the loss hardly changes: how must w and b change "
        "together so that the predictions hardly do?",
        "With x near 26, w + 1 and b − 26 nearly cancel. Which of the two halves of standardising stops that?",
        "Values between 4 and 10 are all positive, as those between 18 and 42 are. With the average subtracted, about half "
        "lie below 0, and no change of b makes up for a change of w.",
    ),
    reread="Ravines, and why features are scaled",
)


def square_sum(w):
    return float(np.sum(w**2))


def valley(w):
    return float(w[0] ** 2 + 3.0 * w[0] * w[-1] + np.sum(w))


def _whole_numbers(rng):
    yield square_sum, np.array([3, 3])
    yield valley, np.array([-2, 1, 4])
    yield cubic, np.array([2, -1])
    yield square_sum, np.array([0.5, -1.25])
    yield Args(valley, np.array([1, 2]), h=1e-3)
    yield Args(cubic, np.array([1, 2]), h=0.1)  # on a parabola every h gives the same


@lesson.function(
    "(f, w (d,), h=1e-5) -> (d,)",
    cases=_whole_numbers,
    rtol=1e-7,
    atol=1e-7,
    hints=(
        "Print `up` and `down` inside the loop for w = np.array([3, 3]). What has become of h?",
        "An array of whole numbers cuts off the decimals of whatever is written into it. Which arrays here are made like w?",
        "Make w an array of floats before anything is copied from it: `w = np.array(w, dtype=float)` as the first line.",
    ),
    reread="Going further: where the digits go",
    mistakes={
        "unchanged": (
            slopes.given_with_integers,
            "This is still the code as it was given: where do the decimals of w + h go?",
        ),
        **slopes.REPAIRING,
    },
)
def fix_integer_gradient(f, w, h=1e-5):
    return gradients.numerical_gradient(f, w, h)
