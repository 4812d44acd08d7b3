"""Gradients of a whole network against those of Keras' backend, in float64: at most 1e-10 apart."""

import numpy as np
import pytest

from helpers import activations, layers, losses, models
from helpers.autodiff import Tensor

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.usefixtures("float64")


def distance(ours, theirs):
    """max|ours − Keras| / max|Keras|."""
    return np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-300)


NETWORKS = [
    ("relu", "softmax", "SparseCategoricalCrossentropy", {}),
    ("tanh", None, "SparseCategoricalCrossentropy", {"from_logits": True}),
    ("sigmoid", "softmax", "CategoricalCrossentropy", {"label_smoothing": 0.1}),
    ("elu", "sigmoid", "BinaryCrossentropy", {}),
    ("silu", None, "MeanSquaredError", {}),
    ("softplus", None, "MeanAbsoluteError", {}),
    ("mish", "tanh", "Huber", {"delta": 0.5}),
    ("softsign", "tanh", "Hinge", {}),
    ("selu", "softmax", "KLDivergence", {}),
    ("relu6", None, "LogCosh", {}),
]


@pytest.mark.parametrize(("hidden", "final", "loss", "options"), NETWORKS)
@pytest.mark.parametrize("scale", [0.3, 3.0])
def test_whole_network(hidden, final, loss, options, scale, rng):
    tf = pytest.importorskip("tensorflow")
    x, labels = rng.normal(size=(16, 6)), rng.integers(0, 4, size=16)
    y = labels if loss.startswith("Sparse") else np.eye(4)[labels]

    sizes = [(8, hidden), (5, hidden), (4, final)]
    theirs = keras.Sequential([keras.Input((6,)), *(keras.layers.Dense(n, activation=a) for n, a in sizes)])
    ours = models.Sequential([layers.Dense(n, activation=a) for n, a in sizes])
    ours.build((None, 6), "float64")
    weights = [scale * rng.normal(size=w.shape) for w in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)

    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        keras_value = getattr(keras.losses, loss)(**options)(y, theirs(inputs))
    *keras_grads, keras_input_grad = tape.gradient(keras_value, [*theirs.trainable_variables, inputs])

    tensor = Tensor(x)
    value = getattr(losses, loss)(**options)(y, ours(tensor))
    value.backward()
    # Keras subtracts a log 2 of float32 in LogCosh.
    assert value.item() == pytest.approx(float(keras_value), rel=1e-7 if loss == "LogCosh" else 1e-12)
    for w, g in zip(ours.trainable_weights, keras_grads, strict=True):
        assert distance(w.grad, g.numpy()) <= 1e-10
    assert distance(tensor.grad, keras_input_grad.numpy()) <= 1e-10


@pytest.mark.parametrize("name", ["relu", "relu6", "leaky_relu", "elu", "sigmoid", "softplus", "tanh", "hard_sigmoid"])
def test_slopes_at_the_kinks(name):
    tf = pytest.importorskip("tensorflow")
    x = np.array([-3.0, -1.0, 0.0, 1.0, 3.0, 6.0])
    variable = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        total = tf.reduce_sum(keras.activations.get(name)(variable))
    tensor = Tensor(x)
    activations.get(name)(tensor).sum().backward()
    np.testing.assert_allclose(tensor.grad, tape.gradient(total, variable).numpy(), rtol=1e-7)
