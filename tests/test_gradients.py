"""Gradients against closed forms; the threshold of divergence against what happens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import gradients
from helpers.gradients import GradientDescent, check_gradient, numerical_gradient

small = st.floats(-3, 3)


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=4), elements=small))
def test_central_difference_of_any_shape(w):
    before = w.copy()
    np.testing.assert_allclose(
        numerical_gradient(lambda v: np.sum(np.sin(v) * v), w), np.cos(w) * w + np.sin(w), atol=1e-8
    )
    np.testing.assert_array_equal(w, before)


@pytest.mark.parametrize("w", [[1, 2], np.array([1, 2]), np.float32([1, 2]), (1.0, 2.0)])
def test_integers_lists_and_float32_are_measured_in_float64(w):
    np.testing.assert_allclose(numerical_gradient(lambda v: np.sum(v**3), w), [3, 12], rtol=1e-8)


def test_f_must_return_one_number():
    with pytest.raises(ValueError, match="f must return one number"):
        numerical_gradient(lambda v: v, np.ones(2))


def test_check_finds_the_wrong_entry():
    w = np.arange(6.0).reshape(2, 3) + 1

    def wrong(v):
        g = 3 * v**2
        g[1, 2] *= 1.5
        return g

    right = check_gradient(lambda v: np.sum(v**3), lambda v: 3 * v**2, w)
    assert right.worst < 1e-8
    found = check_gradient(lambda v: np.sum(v**3), wrong, w)
    assert found.place == (1, 2)
    assert found.worst == pytest.approx(1 / 3, rel=1e-6)
    assert "w[1, 2]" in str(found)
    assert check_gradient(lambda v: np.sum(v**3), 3 * w**2, w).worst < 1e-8


def test_check_of_a_gradient_that_is_zero_or_nan():
    assert check_gradient(lambda v: 5.0 + 0 * np.sum(v), np.zeros(3), np.ones(3)).worst < 1e-6
    assert check_gradient(lambda v: np.sum(v), np.array([1.0, np.nan]), np.ones(2)).place == (1,)
    with pytest.raises(ValueError, match="gradient and w must have one shape"):
        check_gradient(lambda v: np.sum(v), np.ones(3), np.ones(2))


@given(st.integers(1, 8), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_mse_gradient_is_the_measured_one(n, d, seed):
    rng = np.random.default_rng(seed)
    X, y, w = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)
    measured = numerical_gradient(lambda v: np.mean((X @ v - y) ** 2), w)
    np.testing.assert_allclose(gradients.mse_gradient(X, y, w), measured, atol=1e-7)


def test_critical_learning_rate_divides_convergence_from_divergence():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 3)) * [1, 2, 5]
    best = np.array([1.0, -2.0, 0.5])
    threshold = gradients.critical_learning_rate(X)

    def distance(rate):
        path = GradientDescent(rate).run(lambda w: gradients.mse_gradient(X, X @ best, w), np.zeros(3), 20000)
        return np.linalg.norm(path[-1] - best)

    assert distance(0.999 * threshold) < 1e-3
    assert not distance(1.001 * threshold) < 1e3


def test_path_starts_at_the_start_and_leaves_it_alone():
    w = np.array([1.0, -2.0])
    path = GradientDescent(0.25).run(lambda v: 2 * v, w, 3)
    np.testing.assert_array_equal(path, [[1, -2], [0.5, -1], [0.25, -0.5], [0.125, -0.25]])
    np.testing.assert_array_equal(w, [1, -2])
    np.testing.assert_array_equal(GradientDescent(0.25).minimize(lambda v: 2 * v, w, 3), path[-1])
    np.testing.assert_array_equal(gradients.gradient_descent(lambda v: 2 * v, w, 0.25, 3), path)
    assert GradientDescent(0.1).run(lambda v: v, w, 0).shape == (1, 2)


def test_divergence_is_shown_not_hidden():
    path = GradientDescent(10.0).run(lambda v: 4 * v**3, np.array([3.0]), 20)
    assert not np.isfinite(path[-1]).all()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: GradientDescent(-0.1), ValueError, "learning_rate must be at least 0"),
        (lambda: GradientDescent("fast"), TypeError, "learning_rate must be a number"),
        (lambda: GradientDescent(float("nan")), ValueError, "learning_rate"),
        (lambda: GradientDescent(0.1).run(lambda w: w, np.ones(2), 1.5), TypeError, "steps must be a whole number"),
        (lambda: GradientDescent(0.1).run(lambda w: w, np.ones(2), -1), ValueError, "steps must be at least 0"),
        (lambda: GradientDescent(0.1).run(lambda w: w[:1], np.ones(2), 1), ValueError, "gradient must return an array"),
        (lambda: GradientDescent(0.1).run(lambda w: w, np.array([1, np.nan]), 1), ValueError, r"w\[1\] is nan"),
        (lambda: gradients.mse_gradient(np.ones((3, 2)), np.ones((3, 1)), np.ones(2)), ValueError, "y must have shape"),
        (lambda: gradients.mse_gradient(np.ones((3, 2)), np.ones(3), np.ones(3)), ValueError, "w must have shape"),
        (lambda: gradients.critical_learning_rate(np.ones((0, 2))), ValueError, "X must be"),
    ],
)
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
