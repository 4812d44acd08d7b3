"""Residual and weight normalisation: what they compute, their weights' names and order, measured slopes, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import layers, models, optimizers
from helpers.autodiff import Tensor
from layer_checks import check_gradients


@given(st.lists(st.integers(1, 3), min_size=1, max_size=2), st.integers(1, 4), st.integers(1, 3))
def test_residual(batch, units, depth):
    inner = [layers.Dense(units, activation="tanh") for _ in range(depth)]
    layer = layers.Residual(inner, seed=2)
    x = np.random.default_rng(0).normal(size=(*batch, units))
    f = x
    layer(x)
    for part in inner:
        f = part(f)
    np.testing.assert_array_equal(layer(x).data, x + f.data)
    check_gradients(layer, x)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: layers.Dense(3, activation="tanh"), (4, 2)),
        (lambda: layers.Dense(3, use_bias=False), (2, 3, 2)),
        (lambda: layers.Conv2D(4, 2, groups=2), (2, 3, 4, 2)),
        (lambda: layers.SimpleRNN(3), (2, 3, 2)),
        (lambda: layers.LSTM(2, return_sequences=True), (2, 3, 2)),
    ],
)
def test_weight_normalization(make, shape):
    x = np.random.default_rng(1).normal(size=shape)
    inner = make()
    layer = layers.WeightNormalization(inner, seed=3)
    first = layer(x)
    np.testing.assert_allclose(first.data, inner(x).data, atol=1e-12)  # it starts as the layer was
    check_gradients(layer, x)
    g, v, *rest = layer.get_weights()
    plain = make()
    plain(x)
    plain.set_weights([g * v / np.sqrt((v**2).sum(axis=tuple(range(v.ndim - 1)))), *rest])
    np.testing.assert_allclose(layer(x).data, plain(x).data, atol=1e-12)
    scaled = layer(x).data
    layer.set_weights([g, v * 7, *rest])
    np.testing.assert_allclose(layer(x).data, scaled, atol=1e-12)  # the length of v does not matter
    # and the gradient of v is across v: no step makes it shorter
    assert np.abs((layer.v.grad * v).sum(axis=tuple(range(v.ndim - 1)))).max() < 1e-9


def test_a_direction_set_to_zero_gives_zero_and_no_nan():
    layer = layers.WeightNormalization(layers.Dense(2))
    layer(np.ones((1, 3)))
    layer.set_weights([np.ones(2), np.zeros((3, 2)), np.ones(2)])
    x = Tensor(np.ones((1, 3)))
    out = layer(x)
    out.sum().backward()
    np.testing.assert_array_equal(out.data, 1)
    assert all(np.isfinite(w.grad).all() for w in layer.trainable_weights)


def test_names_and_order():
    layer = layers.Residual([layers.WeightNormalization(layers.Dense(3)), layers.BatchNormalization(), layers.Dense(3)])
    model = models.Sequential([layers.Dense(3), layer])
    model.build((None, 2))
    assert [w.name for w in layer.weights] == [
        "weight_normalization/g", "weight_normalization/dense/kernel", "weight_normalization/dense/bias",
        "batch_normalization/gamma", "batch_normalization/beta",
        "batch_normalization/moving_mean", "batch_normalization/moving_variance",
        "dense/kernel", "dense/bias",
    ]  # fmt: skip
    assert [w.name for w in layer.non_trainable_weights] == [
        f"batch_normalization/moving_{n}" for n in ("mean", "variance")
    ]
    assert layer.name == "residual"
    assert layers.Residual([layers.Dense(1), layers.Dense(1)]).layers[1].name == "dense_1"


def test_one_seed_one_start():
    def start(seed):
        model = models.Sequential([layers.Residual([layers.Dense(3), layers.Dropout(0.5), layers.Dense(3)])], seed=seed)
        model.build((None, 3))
        return [*model.get_weights(), model(np.ones((1, 3), np.float32), training=True).data]

    for a, b in zip(start(1), start(1), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(start(1)[0], start(2)[0])
    assert not np.array_equal(start(1)[0], start(1)[2])


def test_training_reaches_and_freezing_spares_what_is_within():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    frozen = layers.Dense(3)
    frozen.trainable = False
    wrapped = layers.Residual([layers.Dense(3), layers.BatchNormalization(), layers.Dropout(0.2), frozen])
    model = models.Sequential([wrapped], seed=1)
    model.compile(optimizers.SGD(0.1), "mse")
    model.build((None, 3), "float64")
    before = model.get_weights()
    model.fit(x, y)
    after = model.get_weights()
    assert [np.array_equal(a, b) for a, b in zip(before, after, strict=True)] == [False] * 6 + [True] * 2
    wrapped.trainable = False
    assert model.trainable_weights == []
    assert not wrapped.layers[1].trainable


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: layers.Residual([]), ValueError, "layers must hold at least one"),
        (lambda: layers.Residual(["dense"]), TypeError, "layers must hold Layer objects, got 'dense'"),
        (lambda: layers.Residual(layers.Dense(3))(np.ones((1, 2))), ValueError, "layers must keep the shape of a sample"),
        (lambda: layers.WeightNormalization("dense"), TypeError, "layer must be a Layer object"),
        (lambda: layers.WeightNormalization(layers.Flatten()), TypeError, "layer must have a kernel.* Flatten has none"),
        (lambda: layers.WeightNormalization(layers.Dense(2, kernel_initializer="zeros"))(np.ones((1, 2))),
         ValueError, "a kernel of zeros has no direction"),
        (lambda: layers.Reshape((2, -1, -1)), ValueError, "target_shape may hold one -1"),
        (lambda: layers.Reshape((2, 2))(np.ones((1, 5))), ValueError, r"target_shape \(2, 2\) does not hold the 5 numbers"),
        (lambda: layers.Reshape((2, -1))(np.ones((1, 5))), ValueError, "does not hold the 5 numbers"),
        (lambda: layers.ReLU(negative_slope=-1), ValueError, "negative_slope must be at least 0"),
        (lambda: layers.LeakyReLU(None), TypeError, "negative_slope must be a number"),
        (lambda: layers.Softmax(axis="x"), TypeError, "axis must be a whole number"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
