"""Layers: shapes, lazy building, dtypes, gradients against finite differences, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import initializers, layers
from helpers.autodiff import Tensor
from helpers.gradients import numerical_gradient


@given(st.lists(st.integers(1, 4), min_size=1, max_size=2), st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_dense_gradients(batch, inputs, units, use_bias):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(*batch, inputs))
    layer = layers.Dense(units, activation="tanh", use_bias=use_bias)
    layer(x)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    r = rng.normal(size=(*batch, units))

    def value(*arrays):
        z = arrays[0] @ arrays[1] + (arrays[2] if use_bias else 0)
        return np.sum(np.tanh(z) * r)

    tensor = Tensor(x)
    out = layer(tensor)
    assert out.shape == (*batch, units)
    np.sum(out * r).backward()
    arrays = [x, *layer.get_weights()]
    for i, t in enumerate([tensor, *layer.trainable_weights]):
        measured = numerical_gradient(lambda v, i=i: value(*arrays[:i], v, *arrays[i + 1 :]), arrays[i])
        np.testing.assert_allclose(t.grad, measured, atol=1e-7)


def test_dense_is_built_by_its_first_input():
    layer = layers.Dense(3, seed=1)
    assert not layer.built
    assert layer.trainable_weights == []
    layer(np.ones((2, 5)))
    assert [w.shape for w in layer.trainable_weights] == [(5, 3), (3,)]
    assert [w.name for w in layer.trainable_weights] == ["kernel", "bias"]
    assert layer.count_params() == 18
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.weights) == 2


@pytest.mark.parametrize(
    ("x", "dtype"),
    [(np.ones((2, 3), np.float32), "float32"), (np.ones((2, 3)), "float64"), (np.ones((2, 3), int), "float32"),
     ([[1, 2, 3]], "float32"), ([[1.0, 2.0, 3.0]], "float64"), (np.ones((2, 3), bool), "float32")],
)  # fmt: skip
def test_weights_take_the_dtype_of_the_first_input(x, dtype):
    layer = layers.Dense(2, activation="relu")
    assert layer(x).dtype == dtype
    assert layer.get_weights()[0].dtype == dtype
    assert layer(np.ones((1, 3), "float32" if dtype == "float64" else "float64")).dtype == dtype  # and keep it


def test_seeds_and_initializers():
    x = np.ones((1, 4))

    def kernel(**options):
        layer = layers.Dense(3, **options)
        layer(x)
        return layer.get_weights()[0]

    np.testing.assert_array_equal(kernel(seed=1), kernel(seed=1))
    assert not np.array_equal(kernel(seed=1), kernel(seed=2))
    assert not np.array_equal(kernel(), kernel())
    assert (kernel(kernel_initializer="ones") == 1).all()
    assert (kernel(kernel_initializer=initializers.Constant(2)) == 2).all()
    assert np.abs(kernel()).max() <= np.sqrt(6 / 7)  # Glorot's limit


def test_set_weights_copies():
    layer = layers.Dense(2)
    layer(np.ones((1, 2)))
    new = [np.eye(2), np.zeros(2)]
    layer.set_weights(new)
    new[0][:] = 7
    layer.get_weights()[0][:] = 7
    np.testing.assert_array_equal(layer.get_weights()[0], np.eye(2))


def test_flatten_and_activations():
    x = np.arange(24.0).reshape(2, 3, 4) - 12
    np.testing.assert_array_equal(layers.Flatten()(x), x.reshape(2, 12))
    np.testing.assert_array_equal(layers.ReLU()(x), np.maximum(x, 0))
    np.testing.assert_allclose(layers.Softmax()(x).sum(axis=-1), 1)
    tensor = Tensor(x)
    layers.Activation("relu")(layers.Flatten()(tensor)).sum().backward()
    np.testing.assert_array_equal(tensor.grad, x > 0)


def test_dropout_keeps_the_mean_and_is_off_outside_training():
    x = np.ones((200, 100), np.float32)
    layer = layers.Dropout(0.25, seed=1)
    assert layer(x) is x
    out = layer(x, training=True)
    assert out.dtype == np.float32
    assert set(np.unique(out)) == {0, np.float32(1 / 0.75)}
    assert out.mean() == pytest.approx(1, abs=0.02)
    assert not np.array_equal(out, layer(x, training=True))
    np.testing.assert_array_equal(out, layers.Dropout(0.25, seed=1)(x, training=True))
    assert (layers.Dropout(1)(x, training=True) == 0).all()
    tensor = Tensor(x)
    dropped = layer(tensor, training=True)
    dropped.sum().backward()
    np.testing.assert_array_equal(tensor.grad, dropped.data)


def built():
    layer = layers.Dense(2, name="top")
    layer(np.ones((1, 3)))
    return layer


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: layers.Dense(0), ValueError, "units must be at least 1"),
        (lambda: layers.Dense(2.5), TypeError, "units must be a whole number"),
        (lambda: layers.Dense(2, activation="rellu"), ValueError, "did you mean 'relu'"),
        (lambda: layers.Dense(2, kernel_initializer="he"), ValueError, "unknown kernel_initializer 'he'"),
        (lambda: layers.Dense(2)(np.ones(3)), ValueError, r"x must be \(batch, inputs\)"),
        (lambda: layers.Dense(2)("text"), TypeError, "x must hold real numbers"),
        (lambda: built()(np.ones((1, 4))), ValueError, "x must have 3 columns"),
        (lambda: layers.Dense(2).set_weights([]), ValueError, "has no weights yet"),
        (lambda: built().set_weights([np.ones((3, 2))]), ValueError, "weights must be 2 arrays for layer top, got 1"),
        (lambda: built().set_weights([np.ones((2, 3)), np.ones(2)]), ValueError, r"weights\[0\] must have shape"),
        (lambda: layers.Dropout(1.5), ValueError, "rate must be at least 0 and at most 1"),
        (lambda: layers.Input((3,))(np.ones((1, 4))), ValueError, r"x must have shape \(batch, 3\)"),
    ],
)
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_refused_weights_change_nothing():
    layer = built()
    before = layer.get_weights()
    with pytest.raises(ValueError, match=r"weights\[1\]"):
        layer.set_weights([np.ones((3, 2)), np.ones(3)])
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])
