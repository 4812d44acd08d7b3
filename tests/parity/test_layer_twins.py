"""Small networks of every kind of layer train beside their Keras twins in float64, batch for batch."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import keras_bridge, layers, models, optimizers

pytestmark = [
    pytest.mark.usefixtures("float64"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def convolutional():
    return [
        layers.Conv2D(4, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Residual([layers.Conv2D(4, 3, padding="same", activation="tanh"), layers.BatchNormalization()]),
        layers.WeightNormalization(layers.Conv2D(6, 2, strides=2)),
        layers.LeakyReLU(0.25),  # Keras holds it in float32, where 1/4 is exact
        layers.AveragePooling2D(2, strides=1, padding="same"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, activation="softmax"),
    ]


def recurrent():
    return [
        layers.Embedding(8, 5),
        layers.SimpleRNN(4, return_sequences=True),
        layers.LayerNormalization(),
        layers.LSTM(6),
        layers.WeightNormalization(layers.Dense(4, activation="elu")),
        layers.Dense(3),
        layers.Softmax(),
    ]


def transformer():
    return [
        layers.Embedding(8, 6),
        layers.Residual([layers.LayerNormalization(), layers.MultiHeadAttention(2, 4, use_causal_mask=True)]),
        layers.Residual([layers.LayerNormalization(), layers.Dense(9, activation="silu"), layers.Dense(6)]),
        layers.Flatten(),
        layers.Dropout(0.0),
        layers.Dense(3, activation="softmax"),
    ]


@pytest.mark.parametrize(
    ("make", "optimizer"),
    [
        (convolutional, optimizers.SGD(0.1, momentum=0.9)),
        (recurrent, optimizers.SGD(0.3, momentum=0.9)),
        (transformer, optimizers.SGD(0.03, momentum=0.9)),
    ],
)
def test_they_train_side_by_side(make, optimizer, rng):
    y = rng.integers(0, 3, size=60)
    if make is convolutional:
        x = rng.normal(size=(60, 8, 8, 2)) + y[:, None, None, None] * 0.7
    else:
        x = rng.integers(0, 6, size=(60, 7)).astype(float) + y[:, None]
    ours = models.Sequential(make(), seed=1)
    ours.compile(optimizer, "sparse_categorical_crossentropy")
    twin = keras_bridge.to_keras_model(ours, x.shape[1:])
    twin.compile(keras_bridge.to_keras_optimizer(optimizer), keras_bridge.to_keras_loss(ours.loss))
    result = keras_bridge.train_side_by_side(ours, x, y, batch_size=12, epochs=10, keras_model=twin)
    assert result.losses[-5:].mean() < 0.8 * result.losses[:5].mean()  # it did learn
    np.testing.assert_allclose(result.losses, result.keras_losses, rtol=1e-8)
    for mine, theirs in zip(ours.get_weights(), twin.get_weights(), strict=True):
        # Not relative: the bias of a key shifts all scores alike, so its gradient is 0 but for rounding.
        np.testing.assert_allclose(mine, theirs, atol=1e-8)


@pytest.mark.parametrize("repeated", [False, True])
def test_adam_and_words_that_come_twice_in_a_batch(repeated, rng):
    """Adam squares the gradient of a row. Keras on TensorFlow squares the parts from each place, and adds those up.

    The gradient of a table arrives there as a list of rows with repetitions, which is added up only later.
    """
    if keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow has such lists")
    x = (rng.integers(0, 6, size=(12, 5)) if repeated else rng.permutation(60).reshape(12, 5)).astype(float)
    ours = models.Sequential([layers.Embedding(60, 4), layers.Flatten(), layers.Dense(2)], seed=1)
    ours.compile(optimizers.Adam(0.01), "mse")
    result = keras_bridge.train_side_by_side(ours, x, rng.normal(size=(12, 2)), batch_size=12, epochs=3)
    assert (result.difference > 1e-3) if repeated else (result.difference <= 1e-8)


SETTINGS = [
    layers.Conv2D(4, (2, 3), strides=2, padding="same", groups=2, activation="gelu", use_bias=False),
    layers.MaxPooling2D(3, strides=2, padding="same"),
    layers.BatchNormalization(axis=2, momentum=0.5, epsilon=0.01, center=False),
    layers.LayerNormalization(axis=[1, 2], epsilon=0.01, scale=False),
    layers.GlobalAveragePooling2D(keepdims=True),
    layers.ReLU(max_value=2.0, threshold=0.5),
    layers.ELU(alpha=0.5),
    layers.Softmax(axis=1),
    layers.Activation("sigmoid"),
    layers.Reshape((4, -1)),
]


@pytest.mark.parametrize("layer", SETTINGS, ids=lambda layer: type(layer).__name__)
def test_twins_have_the_same_settings(layer, rng):
    model = models.Sequential([layer])
    x = rng.normal(size=(3, 6, 4, 4))
    model.build(x.shape, "float64")
    twin = keras_bridge.to_keras_model(model, x.shape[1:])
    # Keras holds gelu's constants in float32.
    tolerance = 1e-6 if isinstance(layer, layers.Conv2D) else 1e-12
    np.testing.assert_allclose(model.predict(x), twin.predict(x, verbose=0), rtol=tolerance, atol=tolerance)


def test_a_frozen_layer_has_a_frozen_twin():
    layer = layers.Residual(layers.Dense(3))
    layer.trainable = False
    model = models.Sequential([layer, layers.Dense(2)], seed=0)
    twin = keras_bridge.to_keras_model(model, (3,))
    assert [w.shape for w in twin.trainable_weights] == [(3, 2), (2,)]


def test_a_layer_without_a_twin_is_named():
    class Own(layers.Layer):
        def call(self, x, training):
            return x

    with pytest.raises(ValueError, match="Own, for which there is no twin"):
        keras_bridge.to_keras_layer(Own())
    with pytest.raises(ValueError, match="is not one of helpers"):
        keras_bridge.to_keras_layer(layers.Dense(2, activation=lambda x: x))
