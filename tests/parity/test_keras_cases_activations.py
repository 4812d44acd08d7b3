"""Activations, and the layers made of them, against what Keras' own tests assert (version 3.15.1).

From keras/src/activations/activations_test.py and keras/src/layers/activations/*_test.py: literals, and for random
inputs the formulas that stand there. Runs without Keras.
"""

import numpy as np
import pytest
from scipy.stats import norm

from helpers import activations, layers

LINE = np.array([-10, -5, 0.0, 5, 10])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log(1 + np.exp(x))


FORMULAS = {
    "softplus": softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "log_sigmoid": lambda x: -softplus(-x),
    "hard_silu": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "silu": lambda x: x * sigmoid(x),
    "relu": lambda x: np.maximum(0, x),
    "relu6": lambda x: np.clip(x, 0, 6),
    "gelu": lambda x: x * norm.cdf(x),
    "celu": lambda x: np.maximum(x, 0) + np.expm1(np.minimum(x, 0)),
    "elu": lambda x: np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh": np.tanh,
    "exponential": np.exp,
    "mish": lambda x: x * np.tanh(softplus(x)),
}
RANGES = {"0 to 1": (0, 1), "around 0": (-10, 10), "near 0": (-1e-7, 1e-7), "large": (10, 100), "low": (-30, -10)}


@pytest.mark.parametrize("size", RANGES)
@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", [(2, 5), (5,), (3, 3, 3)], ids=str)
def test_formulas(name, size, shape, rng):
    x = rng.uniform(*RANGES[size], shape)
    np.testing.assert_allclose(getattr(activations, name)(x), FORMULAS[name](x), rtol=1e-5, atol=1e-11)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0, 0, 0, 5, 10]),
        ({"negative_slope": 0.5}, [-5, -2.5, 0, 5, 10]),
        ({"max_value": 5.0}, [0, 0, 0, 5, 5]),
        ({"threshold": 5.0}, [0, 0, 0, 0, 10]),
        ({"threshold": 5.0, "max_value": 5.0}, [0, 0, 0, 0, 5]),
        ({"negative_slope": 0.5, "max_value": 5.0, "threshold": 5.0}, [-7.5, -5, -2.5, 0, 5]),
        ({"max_value": 6.0}, [0, 0, 0, 5, 6]),
        ({"max_value": 10, "negative_slope": 0.5, "threshold": 0}, [-5, -2.5, 0, 5, 10]),
        ({"max_value": 8, "threshold": 5}, [0, 0, 0, 0, 8]),
    ],
    ids=str,
)
def test_relu_with_options(options, expected):
    np.testing.assert_array_equal(activations.relu(LINE, **options), expected)
    np.testing.assert_array_equal(layers.ReLU(**options)(LINE), expected)


@pytest.mark.parametrize(
    ("made", "given", "expected"),
    [
        (layers.LeakyReLU(0.5), LINE, [-5, -2.5, 0, 5, 10]),
        (layers.ReLU(max_value=None), [0.0, 100.0, 1000.0, 99999.0], [0.0, 100.0, 1000.0, 99999.0]),
        (layers.ReLU(), [[-1.0, 2.0], [3.0, -4.0]], [[0, 2], [3, 0]]),
        (layers.Softmax(), [[1.0, 2.0, 1.0]] * 2, [[0.21194157, 0.5761169, 0.21194157]] * 2),
        (layers.Softmax(axis=1), [[1.0, 2.0, 1.0]] * 2, [[0.21194157, 0.5761169, 0.21194157]] * 2),
        (layers.ELU(), [-2.0, -1.0, 1.0], [np.exp(-2) - 1, np.exp(-1) - 1, 1.0]),
        (layers.ELU(alpha=0.7), [-2.0, -1.0, 1.0], [0.7 * (np.exp(-2) - 1), 0.7 * (np.exp(-1) - 1), 1.0]),
    ],
)
def test_layers(made, given, expected):
    np.testing.assert_allclose(made(np.array(given)), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "formula"),
    [
        ("leaky_relu", {"negative_slope": 0.01}, lambda x: np.where(x > 0, x, 0.01 * x)),
        ("leaky_relu", {"negative_slope": 0.3}, lambda x: np.where(x > 0, x, 0.3 * x)),
        ("celu", {"alpha": 0.5}, lambda x: np.maximum(x, 0) + 0.5 * np.expm1(np.minimum(x, 0) / 0.5)),
        (
            "gelu",
            {"approximate": True},
            lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        ),
    ],
)
def test_formulas_with_options(name, options, formula, rng):
    x = rng.uniform(-1, 1, (2, 5))
    np.testing.assert_allclose(getattr(activations, name)(x, **options), formula(x), rtol=1e-10)


@pytest.mark.parametrize("values", [[1.0, 2.0], [-1.0, -2.0]])
def test_selu(values):
    x, alpha, scale = np.array([values], np.float32), 1.6732632423543772848, 1.0507009873554804934
    np.testing.assert_allclose(activations.selu(x), scale * np.where(x > 0, x, alpha * (np.exp(x) - 1)), rtol=1e-5)


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((5,), -1), ((2, 5), -1), ((2, 5), 0), ((2, 3, 5), (1, 2)), ((2, 3, 4, 5), (2, 3)), ((2, 3, 4, 5, 6), (2, 3, 4))],
)
def test_softmax_over_one_axis_or_several(shape, axis, rng):
    x = 10 * rng.random(shape)
    whole = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
    np.testing.assert_allclose(activations.softmax(x, axis), whole, rtol=1e-10)
    np.testing.assert_allclose(activations.log_softmax(x, axis), np.log(whole), rtol=1e-10)


def test_get():
    assert activations.get("relu") is activations.relu
    assert activations.get(None) is activations.linear
    with pytest.raises(ValueError, match=r"^unknown activation 'typo'"):
        activations.get("typo")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (layers.LeakyReLU, {"negative_slope": None}),
        (layers.ReLU, {"max_value": -10}),
        (layers.ReLU, {"negative_slope": -10}),
        (layers.ReLU, {"negative_slope": None}),
        (layers.ReLU, {"threshold": -10}),
        (layers.ReLU, {"threshold": None}),
    ],
)
def test_what_is_refused(kind, options):
    with pytest.raises((TypeError, ValueError), match=f"^{next(iter(options))}"):
        kind(**options)
