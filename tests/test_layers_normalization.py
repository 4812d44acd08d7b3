"""Batch and layer normalisation: closed forms, the moving averages, the training flag, measured slopes, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import layers, models, optimizers
from helpers.autodiff import Tensor
from layer_checks import check_gradients

shapes = st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple)


@given(shapes, st.data(), st.booleans(), st.booleans(), st.booleans())
def test_batch_normalization(shape, data, center, scale, training):
    axis = data.draw(st.sampled_from([a for a in range(-len(shape), len(shape)) if a % len(shape)]))
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape) * 3 + 2
    layer = layers.BatchNormalization(axis=axis, center=center, scale=scale, momentum=0.9, epsilon=0.01)
    check_gradients(layer, x, training=training)
    gamma = layer.gamma.data if scale else np.ones(shape[axis])
    beta = layer.beta.data if center else np.zeros(shape[axis])
    before = [layer.moving_mean.data.copy(), layer.moving_variance.data.copy()]
    out = np.moveaxis(layer(Tensor(x), training=training).data, axis, -1)
    flat = np.moveaxis(x, axis, -1).reshape(-1, shape[axis])
    mean, variance = (flat.mean(axis=0), flat.var(axis=0)) if training else before
    expected = gamma * (np.moveaxis(x, axis, -1) - mean) / np.sqrt(variance + 0.01) + beta
    np.testing.assert_allclose(out, expected, atol=1e-12)
    now = [0.9 * old + 0.1 * new if training else old for old, new in zip(before, (mean, variance), strict=True)]
    np.testing.assert_allclose([layer.moving_mean.data, layer.moving_variance.data], now, atol=1e-14)


@given(shapes, st.data(), st.booleans(), st.booleans())
def test_layer_normalization(shape, data, center, scale):
    axes = data.draw(st.sets(st.integers(1, len(shape) - 1), min_size=1))
    axis = data.draw(st.sampled_from([sorted(axes), [a - len(shape) for a in axes]]))
    axis = axis[0] if len(axis) == 1 else axis
    x = np.random.default_rng(1).normal(size=shape) * 2 - 1
    layer = layers.LayerNormalization(axis=axis, center=center, scale=scale, epsilon=0.02)
    check_gradients(layer, x)
    over = tuple(sorted(axes))
    wide = [n if a in axes else 1 for a, n in enumerate(shape)]
    expected = (x - x.mean(axis=over, keepdims=True)) / np.sqrt(x.var(axis=over, keepdims=True) + 0.02)
    expected = expected * layer.gamma.data.reshape(wide) if scale else expected
    expected = expected + layer.beta.data.reshape(wide) if center else expected
    np.testing.assert_allclose(np.asarray(getattr(layer(x), "data", layer(x))), expected, atol=1e-12)


def test_weights_and_which_of_them_are_trained():
    layer = layers.BatchNormalization()
    layer(np.ones((2, 3), np.float32))
    assert [w.name for w in layer.weights] == ["gamma", "beta", "moving_mean", "moving_variance"]
    assert [w.name for w in layer.trainable_weights] == ["gamma", "beta"]
    assert [w.name for w in layer.non_trainable_weights] == ["moving_mean", "moving_variance"]
    assert {w.dtype for w in layer.weights} == {np.dtype(np.float32)}
    assert layer.count_params() == 12
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == 4


@pytest.mark.parametrize("constant", [0.0, 1e6])
def test_constant_features_stay_finite(constant):
    x = np.full((4, 3), constant, np.float32)
    for layer in (layers.BatchNormalization(), layers.LayerNormalization()):
        tensor = Tensor(x)
        out = layer(tensor, training=True)
        out.sum().backward()
        np.testing.assert_array_equal(out.data, 0)
        assert np.isfinite(tensor.grad).all()


def test_only_training_moves_the_averages():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(40, 3)) + 5, rng.normal(size=(40, 1))
    model = models.Sequential([layers.BatchNormalization(momentum=0.5), layers.Dense(1)], seed=0)
    model.compile(optimizers.SGD(0.01), "mse")
    model.build((None, 3), "float64")
    before = model.layers[0].moving_mean.data.copy()
    model.evaluate(x, y)
    model.predict(x)
    np.testing.assert_array_equal(model.layers[0].moving_mean.data, before)
    model.fit(x, y, epochs=10)
    np.testing.assert_allclose(model.layers[0].moving_mean.data, x.mean(axis=0), atol=0.5)
    kept = model.layers[0].get_weights()
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    model.fit(x, y)
    for a, b in zip(kept, model.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def built(kind=layers.BatchNormalization):
    layer = kind(name="norm")
    layer(np.ones((2, 3)))
    return layer


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: layers.BatchNormalization(axis=(1, 2)), TypeError, "axis must be a whole number"),
        (lambda: layers.BatchNormalization(axis=0)(np.ones((2, 3))), ValueError, "axis must name axes of x but"),
        (lambda: layers.BatchNormalization(axis=2)(np.ones((2, 3))), ValueError, "axis must name axes of x but"),
        (lambda: layers.LayerNormalization(axis=[1, -1])(np.ones((2, 3))), ValueError, "each once"),
        (lambda: layers.LayerNormalization(axis=[])(np.ones((2, 3))), ValueError, "axis must name axes"),
        (lambda: layers.LayerNormalization(axis=1.0), TypeError, "axis must be a whole number"),
        (lambda: layers.BatchNormalization(momentum=1.1), ValueError, "momentum must be at least 0 and at most 1"),
        (lambda: layers.BatchNormalization(epsilon=0), ValueError, "epsilon must be (more|greater) than 0"),
        (lambda: layers.LayerNormalization(epsilon="x"), TypeError, "epsilon must be a number"),
        (lambda: layers.LayerNormalization(scale=None), TypeError, "scale must be True or False"),
        (lambda: layers.LayerNormalization(gamma_initializer="won"), ValueError, "unknown gamma_initializer"),
        (
            lambda: layers.BatchNormalization(moving_mean_initializer="won"),
            ValueError,
            "unknown moving_mean_initializer",
        ),
        (lambda: built()(np.ones((2, 4))), ValueError, r"x must have 2 axes, of length \(3,\) along \(1,\)"),
        (lambda: built(layers.LayerNormalization)(np.ones((2, 2, 3))), ValueError, "layer norm was built"),
        (lambda: built()(np.ones((0, 3)), training=True), ValueError, "at least one sample in training"),
        (lambda: built().set_weights([np.ones(3)] * 2), ValueError, "weights must be 4 arrays for layer norm"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(call, error, text):
    with pytest.raises(error, match=text):
        call()
