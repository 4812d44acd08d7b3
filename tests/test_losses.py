"""Losses against closed forms and finite differences, without Keras; and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import losses
from helpers.autodiff import Tensor
from helpers.gradients import numerical_gradient

finite = st.floats(-1000, 1000)


def pairs(elements=finite):
    shape = st.shared(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), key="shape")
    return st.tuples(hnp.arrays(np.float64, shape, elements=elements), hnp.arrays(np.float64, shape, elements=elements))


@given(pairs())
def test_mse_and_mae_are_means_over_all_elements(pair):
    y, p = pair
    flat = list(zip(y.ravel(), p.ravel(), strict=True))
    assert losses.mse(y, p) == pytest.approx(math.fsum((a - b) ** 2 for a, b in flat) / len(flat))
    assert losses.mae(y, p) == pytest.approx(math.fsum(abs(a - b) for a, b in flat) / len(flat))


@pytest.mark.parametrize("logit", [-1000.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1000.0])
def test_binary_cross_entropy_is_exact_for_any_logit(logit):
    # log(1 + e^-|x|) is all that is left beside the straight part
    tail = math.log1p(math.exp(-abs(logit)))
    assert losses.binary_cross_entropy([1.0], [logit]) == pytest.approx(max(-logit, 0) + tail, rel=1e-14)
    assert losses.binary_cross_entropy([0.0], [logit]) == pytest.approx(max(logit, 0) + tail, rel=1e-14)
    between = losses.binary_cross_entropy([0.3], [logit])
    assert between == pytest.approx(0.3 * (max(-logit, 0) + tail) + 0.7 * (max(logit, 0) + tail), rel=1e-14)


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_softmax_cross_entropy_is_minus_log_of_the_share(n, k, seed):
    rng = np.random.default_rng(seed)
    labels, logits = rng.integers(0, k, n), 3 * rng.normal(size=(n, k))
    share = np.exp(logits)[np.arange(n), labels] / np.exp(logits).sum(axis=1)
    assert losses.softmax_cross_entropy(labels, logits) == pytest.approx(-np.log(share).mean())
    far = losses.softmax_cross_entropy(labels, logits + 1000)  # only differences count
    assert far == pytest.approx(losses.softmax_cross_entropy(labels, logits))


def test_equal_logits_give_the_logarithm_of_the_number_of_classes():
    assert losses.softmax_cross_entropy([0, 9], np.full((2, 10), 1000.0)) == pytest.approx(math.log(10), rel=1e-15)
    assert losses.softmax_cross_entropy([0], [[1000.0, -1000.0]]) == 0
    assert losses.softmax_cross_entropy([1], [[1000.0, -1000.0]]) == 2000


@pytest.mark.parametrize("name", ["mse", "mae", "binary_cross_entropy"])
def test_plain_functions_differentiate(name):
    rng = np.random.default_rng(1)
    f, y, p = getattr(losses, name), rng.uniform(size=(3, 2)), rng.normal(size=(3, 2))
    tensor = Tensor(p)
    f(y, tensor).backward()
    np.testing.assert_allclose(tensor.grad, numerical_gradient(lambda v: f(y, v), p), atol=1e-9)


def test_softmax_cross_entropy_differentiates():
    rng = np.random.default_rng(1)
    labels, logits = np.array([0, 2, 1]), rng.normal(size=(3, 3))
    tensor = Tensor(logits)
    losses.softmax_cross_entropy(labels, tensor).backward()
    measured = numerical_gradient(lambda v: losses.softmax_cross_entropy(labels, v), logits)
    np.testing.assert_allclose(tensor.grad, measured, atol=1e-9)


REAL = ["MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh", "Hinge", "SquaredHinge"]
LOGITS = ["BinaryCrossentropy", "CategoricalCrossentropy"]


@pytest.mark.parametrize("name", [*REAL, *LOGITS, "KLDivergence"])
@given(st.sampled_from([(4,), (3, 2), (2, 3, 2)]), st.integers(0, 2**32 - 1))
def test_gradient_is_the_measured_one(name, shape, seed):
    rng = np.random.default_rng(seed)
    loss = getattr(losses, name)(**({"from_logits": True} if name in LOGITS else {}))
    y, p = rng.uniform(0.1, 0.9, size=shape), rng.uniform(0.1, 0.9, size=shape)
    weight = rng.uniform(size=shape[:-1]) if len(shape) > 1 else None
    tensor = Tensor(p)
    loss(y, tensor, weight).backward()
    np.testing.assert_allclose(tensor.grad, numerical_gradient(lambda v: loss(y, v, weight), p), atol=1e-8)


@pytest.mark.parametrize("name", [*REAL, *LOGITS, "KLDivergence"])
@pytest.mark.parametrize("size", [0.0, 1e-30, 1.0, 1e4])
def test_finite_input_never_gives_nan(name, size):
    loss = getattr(losses, name)()
    y = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    for dtype in (np.float32, np.float64):
        for p in (np.zeros((3, 2)), size * np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]), y, 1 - y):
            if name == "CategoricalCrossentropy" and not np.all(p.sum(axis=1)):
                continue  # 0/0, as in Keras
            assert np.isfinite(loss(y.astype(dtype), p.astype(dtype)))


@pytest.mark.parametrize("name", LOGITS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_are_fine(name, dtype):
    tensor = Tensor(np.array([[1e30, -1e30], [-1e4, 1e4]], dtype))
    value = getattr(losses, name)(from_logits=True)(np.eye(2), tensor)
    assert value.item() == 0
    value.backward()
    assert np.isfinite(tensor.grad).all()


def test_it_works_in_the_dtype_of_the_prediction():
    y, p = np.eye(3), np.full((3, 3), 0.3, np.float32)
    for name in (*REAL, *LOGITS, "KLDivergence"):
        loss = getattr(losses, name)(reduction=None)
        assert loss(y, p).dtype == np.float32
        assert loss(y, p.astype(np.float64)).dtype == np.float64
        assert loss(y, Tensor(p)).dtype == np.float32
    assert losses.MeanSquaredError(reduction=None, dtype="float32")(y, y).dtype == np.float32


def test_numbers_in_number_out():
    assert type(losses.MeanSquaredError()([[1, 2]], [[3, 4]])) is float
    assert type(losses.MeanSquaredError()(np.float32([1]), np.float32([3]))) is float
    assert losses.MeanSquaredError()([1, 2], [3, 5]) == 6.5
    assert isinstance(losses.MeanSquaredError()([1.0, 2.0], Tensor([3.0, 5.0])), Tensor)


def test_inputs_are_not_changed():
    y, p = np.eye(3), np.full((3, 3), 0.3)
    for name in (*REAL, *LOGITS, "KLDivergence"):
        getattr(losses, name)()(y, p, sample_weight=np.ones(3))
    np.testing.assert_array_equal(y, np.eye(3))
    np.testing.assert_array_equal(p, np.full((3, 3), 0.3))


def test_get():
    assert isinstance(losses.get("sparse_categorical_crossentropy"), losses.SparseCategoricalCrossentropy)
    assert isinstance(losses.get("Huber"), losses.Huber)
    assert isinstance(losses.get(losses.Huber), losses.Huber)
    huber = losses.Huber(delta=2)
    assert losses.get(huber) is huber


SPARSE = losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: losses.mse(np.ones(3), np.ones((3, 1))), ValueError, r"y_true and y_pred must have one shape"),
        (lambda: losses.mse("a", "b"), TypeError, "y_pred must hold real numbers"),
        (lambda: losses.mse([[1], [1, 2]], [1, 2]), ValueError, "y_true must be a rectangular array"),
        (lambda: losses.MeanSquaredError()(np.ones((3, 2)), np.ones((3, 1))), ValueError, "must have one shape"),
        (lambda: losses.MeanSquaredError()(np.ones(3), np.ones((3, 2))), ValueError, "must have one shape"),
        (lambda: losses.MeanSquaredError()(np.ones((3, 1)), np.ones((3, 1)), np.ones(2)), ValueError, "sample_weight"),
        (lambda: losses.MeanSquaredError(reduction="total"), ValueError, "unknown reduction 'total'"),
        (lambda: losses.Huber(delta="big"), TypeError, "delta must be a number"),
        (lambda: losses.BinaryCrossentropy(label_smoothing=2), ValueError, "label_smoothing must be at least 0"),
        (lambda: losses.get("mean_square_error"), ValueError, "did you mean 'mean_squared_error'"),
        (lambda: losses.get(None), ValueError, "unknown loss None"),
        (lambda: SPARSE([0, 3], np.ones((2, 3))), ValueError, "labels must be from 0 to 2, got 0 to 3"),
        (lambda: SPARSE([0, -1], np.ones((2, 3))), ValueError, "labels must be from 0 to 2"),
        (lambda: SPARSE([0.5, 1], np.ones((2, 3))), ValueError, "labels must be whole numbers"),
        (lambda: SPARSE(np.eye(3), np.ones((3, 3))), ValueError, "one-hot labels are for CategoricalCrossentropy"),
        (lambda: losses.softmax_cross_entropy([0, 1, 2], np.ones((2, 3))), ValueError, "labels must have shape"),
        (lambda: losses.softmax_cross_entropy(Tensor(np.ones((2, 3))), [0, 1]), TypeError, "labels first, then scores"),
        (lambda: losses.softmax_cross_entropy(np.ones((2, 3)), [0, 1]), ValueError, "labels first, then scores"),
        (lambda: SPARSE(Tensor(np.ones((2, 3))), [0, 1]), ValueError, "labels first, then scores"),
    ],
)
def test_what_does_not_fit_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
