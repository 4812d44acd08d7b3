"""Activations against finite differences, SciPy and closed forms; what they take and what they refuse."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import activations
from helpers.autodiff import Tensor
from slopes import arrays, back, check, few, floats, same_in_float32, tied, with_axis

NAMES = [
    *("linear", "relu", "leaky_relu", "relu6", "hard_tanh", "hard_sigmoid", "hard_silu", "sigmoid", "log_sigmoid"),
    *("tanh", "softsign", "exponential", "softplus", "elu", "selu", "celu", "silu", "gelu", "mish"),
]
ENTRYWISE = {name: getattr(activations, name) for name in NAMES}
WITH_OPTIONS = {
    "gelu by tanh": lambda x: activations.gelu(x, approximate=True),
    "relu, slope": lambda x: activations.relu(x, negative_slope=0.1),
    "relu, low max": lambda x: activations.relu(x, max_value=1.5),
    "relu, threshold": lambda x: activations.relu(x, threshold=0.2),
    "relu, all": lambda x: activations.relu(x, negative_slope=0.1, max_value=1.5, threshold=0.2),
    "relu, below 0": lambda x: activations.relu(x, negative_slope=0.1, max_value=1.5, threshold=-1),
    "leaky_relu": lambda x: activations.leaky_relu(x, negative_slope=0.3),
    "elu": lambda x: activations.elu(x, alpha=1.7),
    "celu": lambda x: activations.celu(x, alpha=0.3),
}
ALL = ENTRYWISE | WITH_OPTIONS


@pytest.mark.parametrize("f", ALL.values(), ids=ALL)
@few
@given(arrays())
def test_slopes(f, x):
    check(f, x)


@few
@given(with_axis())
def test_slopes_of_softmax(case):
    x, axis = case
    check(lambda v: activations.softmax(v, axis), x)
    check(lambda v: activations.log_softmax(v, axis), x)


@pytest.mark.parametrize("f", ALL.values(), ids=ALL)
@few
@given(arrays(tied))
def test_dtype_at_kinks(f, x):
    same_in_float32(f, *back(f, x), x)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("relu", 0, 0), ("leaky_relu", 0, 0.2), ("relu6", 0, 0), ("relu6", 6, 0), ("hard_tanh", -1, 1), ("hard_tanh", 1, 1),
        ("hard_sigmoid", -3, 0), ("hard_sigmoid", 3, 0), ("hard_silu", -3, 0), ("hard_silu", 3, 1), ("elu", 0, 1),
        ("selu", 0, 1.0507009873554805), ("celu", 0, 1), ("softsign", 0, 1), ("gelu", 0, 0.5), ("silu", 0, 0.5),
    ],
)  # fmt: skip
def test_the_slope_at_a_kink(name, x, slope):
    assert back(activations.get(name), np.array(float(x)), grad=1.0)[1][0] == slope


@pytest.mark.parametrize("f", ALL.values(), ids=ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@few
@given(st.data())
def test_no_number_gives_nan(f, dtype, draw):
    """Not even the largest and the smallest that there are; infinity is right where the true value is too large."""
    anything = st.floats(width=8 * np.dtype(dtype).itemsize, allow_nan=False, allow_infinity=False)
    x = Tensor(draw.draw(hnp.arrays(dtype, st.integers(1, 4), elements=anything)))
    with np.errstate(over="ignore", under="ignore"):
        y = f(x)
        y.backward(1.0)
    assert not np.isnan(y.data).any()
    assert not np.isnan(x.grad).any()


@few
@given(st.data())
def test_softmax_of_any_numbers(draw):
    x = draw.draw(hnp.arrays(np.float64, (2, 3), elements=st.floats(-1e308, 1e308)))
    with np.errstate(over="ignore"):
        value, (grad,) = back(activations.softmax, x)
        _, (log_grad,) = back(activations.log_softmax, x)
    np.testing.assert_allclose(value.sum(axis=-1), 1)
    assert np.isfinite(grad).all()
    assert np.isfinite(log_grad).all()


def test_gelu_is_exact_in_both_tails():
    special = pytest.importorskip("scipy.special")
    x = np.concatenate([np.linspace(-36, 36, 2001), [-1e-300, 0.0, 1e-300]])
    value, (grad,) = back(activations.gelu, x, grad=1.0)
    np.testing.assert_allclose(value, x * special.ndtr(x), rtol=1e-12)
    density = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    slope = special.ndtr(x) + x * density
    np.testing.assert_allclose(grad, slope, rtol=1e-11, atol=1e-13 * np.abs(x * density).max())


def test_tails_keep_their_digits():
    x = np.array([-700.0, -40.0, 40.0, 1e8])
    np.testing.assert_allclose(activations.log_sigmoid(x), [-700, -40, -np.exp(-40), 0], rtol=1e-12)
    np.testing.assert_allclose(activations.softplus(x), [np.exp(-700), np.exp(-40), 40, 1e8], rtol=1e-12)
    np.testing.assert_allclose(back(activations.softsign, x, grad=1.0)[1][0], 1 / (1 + np.abs(x)) ** 2, rtol=1e-14)


@pytest.mark.parametrize("f", ALL.values(), ids=ALL)
def test_lists_and_whole_numbers_are_numbers(f):
    if f is not activations.linear:
        expected = f(np.array([-2.0, 0.0, 3.0]))
        np.testing.assert_array_equal(f([-2, 0, 3]), expected)
        np.testing.assert_array_equal(f(np.array([-2, 0, 3])), expected)
        assert np.shape(f(2.0)) == ()


@few
@given(floats((3, 4)))
def test_an_array_is_not_changed(x):
    before = x.copy()
    for f in [*ALL.values(), activations.softmax, activations.log_softmax]:
        f(x)
    np.testing.assert_array_equal(x, before)


def test_get():
    assert activations.get(None) is activations.get("linear") is activations.linear
    assert activations.get("swish") is activations.swish is activations.silu
    assert activations.get("hard_swish") is activations.hard_swish is activations.hard_silu
    assert activations.get(np.tanh) is np.tanh
    for name, f in (ENTRYWISE | {"softmax": activations.softmax, "log_softmax": activations.log_softmax}).items():
        assert activations.get(name) is f
        assert next(iter(inspect.signature(f).parameters)) == "x"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: activations.get("ReLU"), ValueError, "unknown activation 'ReLU'; did you mean 'relu'"),
        (lambda: activations.get("hardtanh"), ValueError, "did you mean 'hard_tanh'"),
        (lambda: activations.get("zzz"), ValueError, "unknown activation 'zzz'. Known: 'celu'"),
        (lambda: activations.get(3), ValueError, "unknown activation 3"),
        (lambda: activations.relu(np.ones(2), max_value=-1), ValueError, "max_value must be at least 0"),
        (lambda: activations.relu(np.ones(2), negative_slope="a"), TypeError, "negative_slope must be a number"),
        (lambda: activations.relu(np.ones(2), threshold=np.nan), ValueError, "threshold must be finite"),
        (lambda: activations.leaky_relu(np.ones(2), negative_slope=None), TypeError, "negative_slope must be a number"),
        (lambda: activations.elu(np.ones(2), alpha=np.ones(2)), TypeError, "alpha must be a number"),
        (lambda: activations.celu(np.ones(2), alpha=0), ValueError, "alpha must not be 0"),
        (lambda: activations.softmax(np.ones(2), axis=1), ValueError, "axis must be from"),
        (lambda: activations.gelu("a"), TypeError, "x must hold real numbers"),
        (lambda: activations.softmax([1j]), TypeError, "x must hold real numbers"),
    ],
)
def test_what_cannot_be_done_says_so(call, error, text):
    with pytest.raises(error, match=text):
        call()
