"""Activations, layers, initializers, callbacks and `fit` against Keras, in float64."""

import numpy as np
import pytest

from helpers import activations, initializers, layers, models, optimizers

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.usefixtures("float64")

ACTIVATIONS = [
    "linear", "relu", "leaky_relu", "relu6", "sigmoid", "tanh", "softmax", "log_softmax", "softplus", "softsign", "elu",
    "selu", "silu", "swish", "mish", "exponential", "hard_sigmoid",
]  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, rng):
    x = np.concatenate([[-40, -3, -1, 0, 1, 3, 6, 40], rng.normal(size=8)]).reshape(4, 4)
    theirs = keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(x)))
    # Keras holds leaky_relu's slope in float32.
    np.testing.assert_allclose(activations.get(name)(x), theirs, rtol=1e-7 if name == "leaky_relu" else 1e-12)


@pytest.mark.parametrize("approximate", [True, False])
def test_gelu(approximate, rng):
    x = rng.normal(size=(4, 4)) * 3
    theirs = keras.activations.gelu(keras.ops.convert_to_tensor(x), approximate=approximate)
    # Keras holds the constants of gelu in float32.
    np.testing.assert_allclose(activations.gelu(x, approximate), keras.ops.convert_to_numpy(theirs), atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [{"negative_slope": 0.3}, {"max_value": 1.0}, {"threshold": 0.5}, {"negative_slope": 0.1, "threshold": 1.0}],
)
def test_relu_options(options):
    x = np.array([-2.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 3.0])
    theirs = keras.ops.convert_to_numpy(keras.activations.relu(keras.ops.convert_to_tensor(x), **options))
    np.testing.assert_allclose(activations.relu(x, **options), theirs, atol=1e-7)


def pair(rng, final, hidden="relu"):
    """The same network, ours and Keras', with the same weights."""
    ours = models.Sequential([layers.Flatten(), layers.Dense(7, activation=hidden), layers.Dense(4, activation=final)])
    theirs = keras.Sequential(
        [keras.Input((2, 3)), keras.layers.Flatten(), keras.layers.Dense(7, activation=hidden),
         keras.layers.Dense(4, activation=final)]
    )  # fmt: skip
    ours.build((None, 2, 3), "float64")
    weights = [rng.normal(size=w.shape) for w in theirs.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    return ours, theirs


def test_weights_have_keras_order_and_shapes(rng):
    ours, theirs = pair(rng, None)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    x = rng.normal(size=(5, 2, 3))
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x, verbose=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("final", "loss", "metrics"),
    [
        ("softmax", "sparse_categorical_crossentropy", ["accuracy"]),
        ("softmax", "categorical_crossentropy", ["accuracy", "mae"]),
        ("sigmoid", "binary_crossentropy", ["mse"]),
        (None, "mse", ["mae"]),
        ("tanh", "huber", None),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_fit_has_the_same_history(final, loss, metrics, weighted, rng):
    ours, theirs = pair(rng, final)
    x, labels = rng.normal(size=(22, 2, 3)), rng.integers(0, 4, size=22)  # the last batch is short
    y = labels if loss.startswith("sparse") else np.eye(4)[labels]
    weight = rng.uniform(size=22) if weighted else None
    options = {"batch_size": 8, "epochs": 3, "shuffle": False, "verbose": 0, "validation_data": (x[:9], y[:9])}
    ours.compile(optimizers.SGD(learning_rate=0.05), loss, metrics=metrics)
    theirs.compile(keras.optimizers.SGD(learning_rate=0.05), loss, metrics=metrics)
    mine = ours.fit(x, y, sample_weight=weight, **options).history
    keras_history = theirs.fit(x, y, sample_weight=weight, **options).history
    assert set(mine) == set(keras_history)
    for key, values in mine.items():
        np.testing.assert_allclose(values, keras_history[key], rtol=1e-6, err_msg=key)  # Keras' metrics are float32
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
    a, b = ours.evaluate(x, y), theirs.evaluate(x, y, verbose=0)
    np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.parametrize("shape", [(30, 200), (5000,), (3, 3, 20, 60), (100, 100)])
@pytest.mark.parametrize(
    "name",
    ["GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "RandomNormal", "RandomUniform", "TruncatedNormal"],
)
def test_initializers_have_the_same_distribution(name, shape):
    ours = getattr(initializers, name)(seed=3)(shape)
    theirs = np.asarray(getattr(keras.initializers, name)(seed=3)(shape, dtype="float32"))
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape
    quantiles = np.linspace(0.01, 0.99, 21)
    scale = theirs.std()
    np.testing.assert_allclose(np.quantile(ours, quantiles) / scale, np.quantile(theirs, quantiles) / scale, atol=0.2)
    np.testing.assert_allclose(ours.std(), scale, rtol=0.05)
    np.testing.assert_allclose(np.abs(ours).max(), np.abs(theirs).max(), rtol=0.35)
