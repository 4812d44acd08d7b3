"""Answers of lesson 02 whose message is told from their numbers or from the expression that failed."""

import linecache

import numpy as np
import pytest

from helpers import check, datasets, gradients
from helpers.check import judging, registry, source
from helpers.check.catalogue import lesson_02


def verdict(id, answer):
    return judging.verdict(registry.get(id), answer, source.files(answer))


BMI = datasets.bmi()[0]
PRESSURE = datasets.diabetes(standardised=False)[0][:, 3]
EXACT = 1 / np.mean(PRESSURE**2)


def test_the_numbers_of_the_catalogue_are_those_of_the_data():
    assert lesson_02.DIVERGES <= EXACT <= lesson_02.DIVERGES * (1 + 1e-8)
    others = {
        lesson_02.SQUARED_MEAN: 1 / np.mean(PRESSURE) ** 2,
        lesson_02.CENTRED: 1 / np.var(PRESSURE),
        lesson_02.MEAN: 1 / np.mean(PRESSURE),
        lesson_02.OTHER_COLUMN: 2 / (2 * np.mean((BMI - BMI.mean()) ** 2)),
    }
    np.testing.assert_allclose(list(others), list(others.values()), rtol=1e-4)


@pytest.mark.parametrize("threshold", [EXACT, EXACT * (1 - 1e-5), 0.0001093, 0.000109, EXACT * 0.9951])
def test_a_threshold_rounded_down_passes(threshold):
    assert verdict("predict_diverging_rate", threshold)["status"] == "passed"


def grows(rate, steps=2000):
    """Whether the loss of the exercise ends above where it began."""
    target, w = datasets.bmi()[1], 0.0
    for _ in range(steps):
        w = w - rate * 2 * np.mean((w * PRESSURE - target) * PRESSURE)
    return np.mean((w * PRESSURE - target) ** 2) > np.mean(target**2)


@pytest.mark.parametrize("threshold", [EXACT * (1 + 1e-6), EXACT * (1 + 1e-5), 0.00010931, 0.0001095, 0.00011])
def test_a_threshold_above_the_border_fails_however_near(threshold):
    outcome = verdict("predict_diverging_rate", threshold)
    assert outcome["status"] == "failed" and "must not be rounded up" in outcome["message"]
    assert grows(threshold)  # as the message says


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (1 / np.mean((BMI - BMI.mean()) ** 2), "the curvature for the body mass index"),
        (2 / (2 * np.mean(PRESSURE)), "1/mean(pressure)"),
        (2 / np.mean(PRESSURE), "2/mean(pressure)"),
    ],
)
def test_what_a_wrong_threshold_was_computed_from_is_asked(threshold, words):
    assert words in verdict("predict_diverging_rate", threshold)["message"]


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (gradients.critical_learning_rate(np.column_stack([BMI, np.ones(442)])), 5, 0.0013963),
        (0.24849593, 4, 0.2484),
        (1.35884e-05, 4, 1.358e-05),
        (1 - 2e-16, 4, 1.0),
        (0.0, 4, 0.0),
        (1234567.0, 2, 1200000.0),
    ],
)
def test_round_down(value, digits, expected):
    assert gradients.round_down(value, digits) == expected


def table_first(X, y, w):
    return 2 / len(y) * X * (X @ w - y)


def row_first(X, y, w):
    error = X @ w - y
    return 2 * np.mean(error * X, axis=0)


def subtracted(X, y, w):
    return 2 * np.mean(X - y, axis=0)


def by_name(X, y, w):
    largest = X.max(axis=1)
    return np.mean(X - largest, axis=0)


def under_a_logarithm(X, y, w):
    return X - np.log(np.sum(np.exp(X), axis=1))


def by_function(X, y, w):
    return np.multiply(X, X @ w - y)


@pytest.mark.parametrize(
    ("answer", "said", "not_said"),
    [
        (table_first, ["`[:, None]` makes of it", "`@`"], ["keepdims"]),
        (row_first, ["`[:, None]` makes of it", "`@`"], ["keepdims"]),
        (subtracted, ["`[:, None]` makes of it"], ["keepdims", "That is `@`"]),
        (by_name, ["what `keepdims=True` keeps"], ["[:, None]", "That is `@`"]),
        (under_a_logarithm, ["what `keepdims=True` keeps"], ["[:, None]", "That is `@`"]),
        (by_function, ["`[:, None]`", "`keepdims=True`"], ["That is `@`"]),
    ],
)
def test_one_number_for_each_row_is_told_what_makes_a_column_of_it(answer, said, not_said):
    outcome = verdict("mse_gradient", answer)
    assert (outcome["status"], outcome["mistake"]) == ("failed", "shapes_do_not_match")
    assert "(5, 3) goes with (3,) or (5, 1), not with (5,)." in outcome["message"]
    hint = outcome["message"].split("not with (5,).")[1]
    assert all(words in hint for words in said) and not any(words in hint for words in not_said), hint


def walked(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path


@pytest.mark.parametrize(
    ("id", "answer", "kind"),
    [
        ("gradient_descent", walked, "list"),
        ("gradient_descent", lambda *args: np.array(walked(*args)), None),
        ("gradient_descent", lambda *args: iter(walked(*args)), "list_iterator"),
        ("mse_gradient", lambda X, y, w: (2 / len(y) * X.T @ (X @ w - y)).tolist(), "list"),
        ("mse_gradient", lambda X, y, w: 2 / len(y) * X.T @ (X @ w - y), None),
        ("numerical_gradient", lambda f, w, h=1e-5: gradients.numerical_gradient(f, w, h).tolist(), "list"),
    ],
)
def test_right_numbers_in_a_list_pass_and_are_told_that_an_array_is_asked_for(id, answer, kind):
    outcome = verdict(id, answer)
    assert outcome["status"] == "passed"
    assert (f"is a {kind}, where an array" in outcome["message"]) == bool(kind), outcome["message"]
    assert ("One thing" in outcome["message"]) == bool(kind)


PRODUCT = """def mse_gradient(X, y, w):
    error = X @ w - y
    return {}
"""


@pytest.mark.parametrize(
    ("last", "words"), [("2 / len(y) * X * error", "`[:, None]` makes"), ("X - X.max(axis=1)", "`keepdims=True` keeps")]
)
def test_the_worker_tells_the_same(last, words, tmp_path, monkeypatch):
    """There an answer is code carried over, and the place of the expression goes with it."""
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    code, file, space = PRODUCT.format(last), f"<cell of {last}>", {"__name__": "__main__", "np": np}
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    exec(compile(code, file, "exec"), space)
    result = check.mse_gradient(space["mse_gradient"])
    assert (result.status, result.mistake) == ("failed", "shapes_do_not_match") and words in result.message
