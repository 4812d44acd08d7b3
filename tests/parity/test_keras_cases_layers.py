"""The layers against what Keras' own tests assert (version 3.15.1, keras/src/layers/**/*_test.py).

The expected numbers are literals from there, or what a plain loop over windows gives for the same settings, as there.
Runs without Keras. Its tests of what is not here (masks, states that are passed in, sparse inputs) are left out.
"""

import itertools

import numpy as np
import pytest

from helpers import layers
from helpers.initializers import Constant


def with_weights(layer, shape, *weights):
    layer(np.zeros(shape))
    layer.set_weights(weights)
    return layer


# -- Dense, Embedding, Dropout ----------------------------------------------------------------------------------

KERNEL = np.array([[1.0, -2.0], [3.0, -4.0]])


@pytest.mark.parametrize(
    ("options", "weights", "expected"),
    [
        ({"activation": "relu"}, [KERNEL, np.array([5.0, -6.0])], [[10.0, 0.0]]),
        ({"use_bias": False}, [KERNEL], [[5.0, -6.0]]),
        ({"use_bias": False, "activation": None}, [KERNEL], [[5.0, -6.0]]),
        ({"use_bias": False, "activation": "relu"}, [KERNEL], [[5.0, 0.0]]),
    ],
)
def test_dense(options, weights, expected):
    layer = with_weights(layers.Dense(2, **options), (1, 2), *weights)
    assert (layer.bias is None) is (len(weights) == 1)
    np.testing.assert_array_equal(layer(np.array([[-1.0, 2.0]])).data, expected)


def test_embedding():
    layer = with_weights(layers.Embedding(3, 2), (1,), np.array([[0.0, 0.0], [2.0, 2.0], [3.0, 3.0]]))
    np.testing.assert_array_equal(layer(np.array([2, 1, 0])).data, [[3.0, 3.0], [2.0, 2.0], [0.0, 0.0]])


def test_dropout_keeps_the_mean():
    kept = layers.Dropout(0.5, seed=1337)(np.ones((20, 500)), training=True)
    assert np.mean(kept) == pytest.approx(1.0, abs=0.02)
    assert set(np.unique(kept)) == {0.0, 2.0}


# -- images -----------------------------------------------------------------------------------------------------


def pairs(value):
    return (value, value) if isinstance(value, int) else value


def window_by_window(x, size, strides, padding, dilation, fill, each):
    """Apply `each` to every window of x (batch, height, width, channels), one after the other."""
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    if padding == "same":
        missing = [max((-(-n // s) - 1) * s + r - n, 0) for n, s, r in zip(x.shape[1:3], strides, reach, strict=True)]
        x = np.pad(x, [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)], constant_values=fill)
    starts = [range(0, n - r + 1, s) for n, r, s in zip(x.shape[1:3], reach, strides, strict=True)]
    out = [
        each(x[:, i : i + reach[0] : dilation[0], j : j + reach[1] : dilation[1]])
        for i, j in itertools.product(*starts)
    ]
    return np.stack(out, axis=1).reshape(len(x), *map(len, starts), -1)


@pytest.mark.parametrize(
    ("filters", "size", "strides", "padding", "dilation", "groups"),
    [
        (5, 2, 1, "valid", 1, 1),
        (4, 3, 2, "same", 1, 1),
        (6, 2, 1, "same", (2, 2), 2),
        (6, 2, 1, "same", (2, 3), 2),
        (6, (4, 3), (2, 1), "valid", (1, 1), 2),
    ],
)
def test_conv2d(filters, size, strides, padding, dilation, groups, rng):
    x, share = rng.normal(size=(2, 8, 8, 4)), 4 // groups
    kernel, bias = rng.normal(size=(*pairs(size), share, filters)), rng.normal(size=filters)
    layer = layers.Conv2D(filters, size, strides, padding, dilation_rate=dilation, groups=groups)
    with_weights(layer, x.shape, kernel, bias)

    def each(window):
        parts = [
            np.einsum("nhwc,hwco->no", window[..., g * share : (g + 1) * share], k)
            for g, k in enumerate(np.split(kernel, groups, axis=-1))
        ]
        return np.concatenate(parts, axis=-1) + bias

    expected = window_by_window(x, pairs(size), pairs(strides), padding, pairs(dilation), 0.0, each)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("options", "given", "expected"),
    [
        ({"filters": 5, "kernel_size": 2}, (3, 5, 5, 4), (3, 4, 4, 5)),
        ({"filters": 6, "kernel_size": 2, "padding": "same", "dilation_rate": (2, 2), "groups": 2}, (3, 4, 4, 4),
         (3, 4, 4, 6)),
        ({"filters": 6, "kernel_size": (2, 2), "strides": (2, 1), "groups": 2}, (3, 5, 5, 4), (3, 2, 4, 6)),
    ],
)  # fmt: skip
def test_conv2d_shapes(options, given, expected):
    assert layers.Conv2D(**options)(np.zeros(given)).shape == expected


@pytest.mark.parametrize(
    ("size", "strides", "padding"),
    [(2, 1, "valid"), ((2, 2), (2, 2), "same"), ((2, 3), (3, 3), "same"), ((2, 3), (2, 2), "valid")],
)
def test_max_pooling(size, strides, padding):
    x = np.arange(100.0).reshape(1, 5, 5, 4)
    expected = window_by_window(x, pairs(size), pairs(strides), padding, (1, 1), -np.inf, lambda w: w.max((1, 2)))
    np.testing.assert_array_equal(layers.MaxPooling2D(size, strides, padding)(x), expected)


@pytest.mark.parametrize(
    ("size", "strides", "padding"),
    [(2, 1, "valid"), ((2, 3), (2, 2), "valid"), (2, (2, 1), "same"), ((2, 2), (2, 2), "same")],
)
def test_average_pooling(size, strides, padding):
    x = np.arange(16.0).reshape(1, 4, 4, 1)

    def each(window):  # padding, which is NaN here, does not count
        return np.nanmean(window, axis=(1, 2))

    expected = window_by_window(x, pairs(size), pairs(strides), padding, (1, 1), np.nan, each)
    np.testing.assert_allclose(layers.AveragePooling2D(size, strides, padding)(x), expected, rtol=1e-12)


@pytest.mark.parametrize("keepdims", [False, True])
def test_global_average_pooling(keepdims):
    x = np.arange(96.0).reshape(2, 3, 4, 4)
    made = layers.GlobalAveragePooling2D(keepdims=keepdims)(x)
    np.testing.assert_allclose(made, x.mean(axis=(1, 2), keepdims=keepdims))


# -- normalisation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("shape", [(5, 2, 3), (5, 3, 3, 2)])
@pytest.mark.parametrize("start", ["zeros", "ones"])
def test_batch_normalization(axis, shape, start, rng):
    options = {"moving_mean_initializer": start, "moving_variance_initializer": start}
    layer = layers.BatchNormalization(axis=axis, momentum=0, **options)
    x = rng.normal(5.0, 10.0, shape)
    out = x
    for _ in range(3):
        out = layer(out, training=True).data
    others = tuple(a for a in range(x.ndim) if a != axis % x.ndim)
    np.testing.assert_allclose(out.mean(axis=others), 0, atol=1e-3)
    np.testing.assert_allclose(out.std(axis=others), 1, atol=1e-3)
    mean, variance = (w.data for w in layer.non_trainable_weights)
    np.testing.assert_allclose(mean, 0, atol=1e-3)
    np.testing.assert_allclose(variance, 1, atol=1e-3)
    before = layer(x).data
    trained = layer(x, training=True).data
    assert not np.allclose(before, trained)
    np.testing.assert_allclose(layer(x).data, trained, rtol=1e-6)  # with momentum 0 it has the last batch's


def test_frozen_batch_normalization_leaves_its_input(rng):
    layer, x = layers.BatchNormalization(momentum=0.8, epsilon=1e-7), rng.normal(5.0, 10.0, (200, 4, 4, 3))
    layer.trainable = False
    np.testing.assert_allclose(layer(x, training=True).data, x, rtol=1e-6)
    assert [len(w) for w in (layer.weights, layer.trainable_weights, layer.non_trainable_weights)] == [4, 0, 4]
    layer.trainable = True
    assert [len(w) for w in (layer.weights, layer.trainable_weights, layer.non_trainable_weights)] == [4, 2, 2]
    out = layer(x, training=True).data
    np.testing.assert_allclose([out.mean(axis=(0, 1, 2)), out.std(axis=(0, 1, 2))], [[0] * 3, [1] * 3], atol=1e-6)


def test_layer_normalization():
    layer = layers.LayerNormalization(beta_initializer="ones", gamma_initializer="ones")
    made = layer(np.arange(5, dtype=np.float32)[None])
    np.testing.assert_allclose(made.data, [[-0.41386, 0.29307, 1.0, 1.70693, 2.41386]], atol=1e-5)


def test_layer_normalization_over_axes_in_any_order(rng):
    x = rng.normal(size=(2, 3, 4))
    made = [layers.LayerNormalization(axis=axes)(x).data for axes in ([-2, -1], [-1, -2])]
    np.testing.assert_array_equal(*made)
    assert layers.LayerNormalization()(np.zeros((1, 0, 10))).shape == (1, 0, 10)


# -- sequences --------------------------------------------------------------------------------------------------

CONSTANTS = {
    "kernel_initializer": Constant(0.01),
    "recurrent_initializer": Constant(0.02),
    "bias_initializer": Constant(0.03),
}


@pytest.mark.parametrize(
    ("options", "expected"), [({}, [0.405432, 0.73605347]), ({"go_backwards": True}, [0.11144729, 0.5528889])]
)
def test_simple_rnn(options, expected):
    made = layers.SimpleRNN(4, **CONSTANTS, **options)(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    np.testing.assert_allclose(made.data, np.transpose([expected] * 4), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0.6288687, 0.86899155, 0.9460773]),
        ({"go_backwards": True}, [0.35622165, 0.74789524, 0.8872726]),
        ({"unit_forget_bias": False}, [0.57019705, 0.8661914, 0.9459622]),
        ({"use_bias": False}, [0.54986924, 0.86226785, 0.9443936]),
    ],
    ids=str,
)
def test_lstm(options, expected):
    made = layers.LSTM(3, **CONSTANTS, **options)(np.arange(72, dtype=np.float32).reshape(3, 6, 4))
    np.testing.assert_allclose(made.data, np.transpose([expected] * 3), atol=1e-6)


def test_attention():
    kernel = np.repeat(np.eye(8)[:, None, :], 8, axis=1)
    layer = layers.MultiHeadAttention(8, 8)
    one = np.eye(8)[None]
    value = np.arange(64.0).reshape(1, 8, 8) / 100
    layer(one, value, one)
    layer.set_weights([kernel, np.zeros((8, 8))] * 3 + [kernel, np.zeros(8)])
    out, scores = layer(one, value, one, return_attention_scores=True)
    expected = [2.406, 2.440, 2.473, 2.504, 2.535, 2.568, 2.602, 2.633]  # in float16, which holds three digits
    np.testing.assert_allclose(out.data[0], np.transpose([expected] * 8), atol=2e-3)
    np.testing.assert_allclose(scores.data[0], [np.full((8, 8), 0.1187) + 0.0504 * np.eye(8)] * 8, atol=1e-4)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_with_a_mask_for_all_or_for_each(causal, rng):
    layer, x = layers.MultiHeadAttention(2, 4, use_causal_mask=causal, seed=1), rng.normal(size=(2, 5, 8))
    lower = np.tril(np.ones((5, 5)))
    made = [layer(x, x, attention_mask=mask).data for mask in (lower, np.tile(lower, (2, 1, 1)))]
    np.testing.assert_array_equal(*made)
    np.testing.assert_allclose(made[0], layer(x, x, use_causal_mask=True).data, rtol=1e-12)


# -- refusals ---------------------------------------------------------------------------------------------------

NO_COUNTS = [0, -3, 2.5, None, "64"]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        *((lambda n=n: layers.Dense(n), "units") for n in NO_COUNTS),
        *((lambda n=n: layers.Embedding(n, 8), "input_dim") for n in [*NO_COUNTS, True, False]),
        *((lambda n=n: layers.Embedding(10, n), "output_dim") for n in [*NO_COUNTS, True, False]),
        *((lambda n=n: layers.MultiHeadAttention(n, 4), "num_heads") for n in (0, -2, 1.5)),
        *((lambda n=n: layers.MultiHeadAttention(4, n), "key_dim") for n in (0, -2, 1.5)),
        *((lambda n=n: layers.MultiHeadAttention(4, 4, n), "value_dim") for n in (0, -2, 1.5)),
        (lambda: layers.Dropout(-0.5), "rate"),
        (lambda: layers.Dropout(1.5), "rate"),
        (lambda: layers.LayerNormalization(axis={"axis": -1}), "axis"),
        (lambda: layers.Conv2D(0, 1), "filters"),
        (lambda: layers.Conv2D(2, (1, 0)), "kernel_size"),
        (lambda: layers.Conv2D(2, (2, 2), strides=(1, 0)), "strides"),
        (lambda: layers.Conv2D(2, (2, 2), strides=2, dilation_rate=(2, 1)), "strides"),
        (lambda: layers.Conv2D(5, (2, 2), groups=0), "groups"),
        (lambda: layers.Conv2D(5, (2, 2), groups=2), "filters"),
        (lambda: layers.Conv2D(6, 5)(np.zeros((3, 4, 4, 4))), "a window of"),
        (lambda: layers.Conv2D(1, 10, dilation_rate=2)(np.zeros((1, 10, 10, 3))), "a window of"),
        (lambda: with_weights(layers.Dense(2), (1, 2), KERNEL, np.zeros(2))(np.zeros((1, 3))), "x must have 2"),
        (lambda: layers.MultiHeadAttention(4, 2)(*(np.ones(s) for s in ((2, 4, 8), (2, 2, 8), (2, 1, 8)))), "query"),
    ],
)
def test_what_is_refused(call, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word}"):
        call()
