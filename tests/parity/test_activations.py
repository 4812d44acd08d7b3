"""Activations against Keras, values, slopes and defaults, in float64; on and beside their kinks."""

import inspect

import numpy as np
import pytest

from helpers import activations
from slopes import back

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.usefixtures("float64")

NAMES = [
    *("linear", "relu", "leaky_relu", "relu6", "hard_tanh", "hard_sigmoid", "hard_silu", "hard_swish", "sigmoid"),
    *("log_sigmoid", "tanh", "softsign", "softmax", "log_softmax", "exponential", "softplus", "elu", "selu", "celu"),
    *("silu", "swish", "gelu", "mish"),
]
KINKS = np.array([-40.0, -6, -3, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 6, 7, 40])
# Keras holds the slope of leaky_relu and the constants of gelu in float32.
ROUNDED = {"leaky_relu": 1e-7, "gelu": 1e-6}


def compare(name, x, **options):
    v = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = getattr(keras.activations, name)(v, **options)
    r = np.random.default_rng(0).normal(size=x.shape)
    value, (grad,) = back(lambda t: getattr(activations, name)(t, **options), x)
    tolerance = ROUNDED.get(name, 1e-12) if "negative_slope" not in options else 1e-7
    np.testing.assert_allclose(value, y.numpy(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(grad, tape.gradient(y, v, tf.constant(r)).numpy(), rtol=10 * tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes(name, rng):
    x = np.concatenate([KINKS, rng.normal(size=12) * 3])
    compare(name, x[x != 0] if name == "celu" else x)
    compare(name, x[:24][x[:24] != 0][:20].reshape(2, 2, 5))


@pytest.mark.parametrize("name", NAMES)
def test_arguments_and_defaults(name):
    ours = inspect.signature(getattr(activations, name)).parameters.values()
    theirs = inspect.signature(getattr(keras.activations, name)).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


OPTIONS = [
    *[("relu", {"negative_slope": s, "max_value": m, "threshold": t})
      for s in (0.0, 0.3, -0.1) for m in (None, 0.0, 1.0, 6.0) for t in (0.0, 0.5, 1.0, -1.0)],
    *[("elu", {"alpha": a}) for a in (0.0, 0.5, 2.0)], *[("celu", {"alpha": a}) for a in (0.5, 2.0, -1.5)],
    *[(name, {"axis": axis}) for name in ("softmax", "log_softmax") for axis in (0, 1, -2)],
    ("leaky_relu", {"negative_slope": 0.5}), ("gelu", {"approximate": True}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_options(name, options):
    compare(name, KINKS[KINKS != 0] if name == "celu" else KINKS.reshape(2, 7), **options)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_celu_has_slope_1_at_zero_where_keras_has_2(alpha):
    """Both pieces of Keras' sum, maximum(x, 0) and minimum(x, 0), pass the gradient on at 0; the curve has slope 1."""
    v = tf.constant(0.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = keras.activations.celu(v, alpha)
    assert tape.gradient(y, v).numpy() == 2
    assert back(lambda t: activations.celu(t, alpha), np.zeros(()), grad=1.0)[1][0] == 1
