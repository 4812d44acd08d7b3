"""Embedding, recurrent layers and attention: against the formulas step by step, measured slopes, masks, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import activations, layers
from helpers.autodiff import Tensor
from layer_checks import check_gradients

few = st.integers(1, 4)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=3), few, few)
def test_embedding(shape, words, dim):
    rng = np.random.default_rng(0)
    x = rng.integers(0, words, size=shape)
    layer = layers.Embedding(words, dim, seed=1)
    out = layer(x.astype(float))
    np.testing.assert_array_equal(out.data, layer.get_weights()[0][x])
    r = rng.normal(size=out.shape)
    np.sum(out * r).backward()
    expected = np.zeros((words, dim))
    np.add.at(expected, x, r)
    np.testing.assert_allclose(layer.trainable_weights[0].grad, expected, atol=1e-12)


def test_embedding_starts_small_and_in_the_precision_of_its_input():
    layer = layers.Embedding(50, 20)
    assert layer([[1, 2]]).dtype == np.float32
    assert np.abs(layer.get_weights()[0]).max() <= 0.05
    assert layers.Embedding(5, 2)(np.array([1.0])).dtype == np.float64


def step_by_step(layer, x):
    """The papers' equations, one step and one gate at a time."""
    kernel, recurrent, *bias = layer.get_weights()
    b, u = (bias[0] if bias else 0.0), layer.units
    h = c = np.zeros((len(x), u))
    out = []
    for t in range(x.shape[1])[:: -1 if layer.go_backwards else 1]:
        z = x[:, t] @ kernel + h @ recurrent + b
        if isinstance(layer, layers.LSTM):
            i, f, g, o = (z[:, k * u : (k + 1) * u] for k in range(4))
            gate = layer.recurrent_activation
            c = gate(f) * c + gate(i) * layer.activation(g)
            h = gate(o) * layer.activation(c)
        else:
            h = layer.activation(z)
        out.append(h)
    return np.stack(out, axis=1) if layer.return_sequences else h


@given(
    st.sampled_from([layers.SimpleRNN, layers.LSTM]), few, few, few, few,
    st.sampled_from(["tanh", "sigmoid", "linear"]), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
def test_recurrent_layers(kind, batch, steps, inputs, units, activation, use_bias, sequences, backwards):
    x = np.random.default_rng(1).normal(size=(batch, steps, inputs))
    layer = kind(
        units, activation=activation, use_bias=use_bias, return_sequences=sequences, go_backwards=backwards, seed=3
    )
    out = layer(x)
    assert out.shape == ((batch, steps, units) if sequences else (batch, units))
    np.testing.assert_allclose(out.data, step_by_step(layer, x), atol=1e-12)
    check_gradients(layer, x, atol=1e-5)


@pytest.mark.parametrize("name", ["relu", "hard_sigmoid"])
@pytest.mark.parametrize("kind", [layers.SimpleRNN, layers.LSTM])
def test_activations_with_corners(kind, name):
    x = np.random.default_rng(4).normal(size=(2, 3, 2))
    check_gradients(kind(3, activation=name), x)
    check_gradients(kind(3, activation=getattr(activations, name)), x)
    check_gradients(layers.LSTM(3, recurrent_activation=name), x)


def test_a_memory_of_a_hundred_steps():
    """An LSTM told to keep (f open, i only for the first input) hands the first input's gradient through 100 steps."""
    x = np.zeros((1, 100, 1))
    x[0, 0] = 1
    layer = layers.LSTM(1)
    layer(x)
    kernel, recurrent, bias = layer.get_weights()
    kernel[:], recurrent[:], bias[:] = [[20, 0, 1, 0]], 0, [-10, 10, 0, 10]
    layer.set_weights([kernel, recurrent, bias])
    tensor = Tensor(x)
    layer(tensor).sum().backward()
    assert abs(tensor.grad[0, 0, 0]) > 0.2
    assert abs(tensor.grad[0, 50, 0]) < 1e-3


def heads_one_by_one(layer, query, value, key, mask):
    weights = {w.name: w.data for w in layer.weights}

    def project(x, name, head):
        return x @ weights[f"{name}/kernel"][:, head] + weights.get(f"{name}/bias", np.zeros((9, 1)))[head]

    out = weights.get("attention_output/bias", 0.0)
    for head in range(layer.num_heads):
        q, k, v = (project(x, n, head) for x, n in ((query, "query"), (key, "key"), (value, "value")))
        scores = np.einsum("bth,bsh->bts", q, k) / np.sqrt(layer.key_dim)
        share = np.exp(scores) * mask
        share /= share.sum(axis=-1, keepdims=True)
        out = out + share @ v @ weights["attention_output/kernel"][head]
    return out


three = st.integers(1, 3)


@given(st.integers(1, 2), three, three, st.integers(1, 2), three, st.booleans(), st.booleans(), st.booleans())
def test_attention(batch, asking, answering, heads, dim, use_bias, causal, masked):
    rng = np.random.default_rng(5)
    query, value, key = (rng.normal(size=(batch, n, d)) for n, d in ((asking, 3), (answering, 2), (answering, 4)))
    layer = layers.MultiHeadAttention(heads, dim, value_dim=2, use_bias=use_bias, seed=1)
    mask = np.ones((batch, asking, answering), bool)
    options = {}
    if masked:
        mask = rng.random(mask.shape) < 0.6
        mask[..., 0] = True
        options["attention_mask"] = mask.copy()
    if causal:
        mask &= np.tri(asking, answering, dtype=bool)
        options["use_causal_mask"] = True
    layer(query, value, key)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    out = layer(query, value, key, **options)
    np.testing.assert_allclose(out.data, heads_one_by_one(layer, query, value, key, mask), atol=1e-10)
    check_gradients(layer, query, value, key, random_weights=False, **options)


def test_a_causal_mask_hides_what_comes_later():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(1, 5, 3))
    layer = layers.MultiHeadAttention(2, 2, use_causal_mask=True, seed=1)
    before = layer(x).data
    x[0, 3:] += 1
    after = layer(x).data
    np.testing.assert_array_equal(before[0, :3], after[0, :3])
    assert not np.allclose(before[0, 3:], after[0, 3:])
    assert not np.allclose(layer(x, use_causal_mask=False).data[0, :3], after[0, :3])


def test_attention_that_may_look_nowhere_is_finite():
    x = Tensor(np.random.default_rng(7).normal(size=(2, 3, 4)).astype(np.float32))
    layer = layers.MultiHeadAttention(2, 2)
    out = layer(x, attention_mask=np.zeros((3, 3), bool))
    out.sum().backward()
    assert np.isfinite(out.data).all() and np.isfinite(x.grad).all()
    big = layer(np.full((1, 3, 4), 1e4, np.float32))
    assert np.isfinite(big.data).all()


def test_dropout_acts_in_training_only_and_its_gradient_is_of_what_was_kept():
    x = np.random.default_rng(8).normal(size=(2, 4, 3))
    layer = layers.MultiHeadAttention(2, 3, dropout=0.5, seed=1)
    calm = layer(x)
    np.testing.assert_array_equal(calm.data, layer(x).data)
    assert not np.allclose(layer(x, training=True).data, calm.data)
    check = layers.attend  # the same keep for value and slopes
    q, k, v = (Tensor(a) for a in np.random.default_rng(9).normal(size=(3, 2, 4, 3)))
    keep = np.random.default_rng(10).integers(0, 2, size=(2, 4, 4)) * 2.0
    out, _ = check(q, k, v, keep=keep)
    out.sum().backward()
    h = 1e-6
    moved = k.data.copy()
    moved[1, 2, 0] += h
    slope = (check(q, Tensor(moved), v, keep=keep)[0].data.sum() - out.data.sum()) / h
    assert k.grad[1, 2, 0] == pytest.approx(slope, abs=1e-4)


def asked(*shapes, **options):
    return layers.MultiHeadAttention(2, 2)(*(np.ones(s) for s in shapes), **options)


def built(layer, *shape):
    layer(np.ones(shape))
    return layer


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: layers.Embedding(0, 3), ValueError, "input_dim must be at least 1"),
        (lambda: layers.Embedding(2**25, 3), ValueError, "input_dim must be at most"),
        (lambda: layers.Embedding(4, 3)([[4]]), ValueError, "x must hold whole numbers from 0 to 3 .*, got 4"),
        (lambda: layers.Embedding(4, 3)([[-1]]), ValueError, "got -1"),
        (lambda: layers.Embedding(4, 3)([[0.5]]), ValueError, "got 0.5"),
        (lambda: layers.Embedding(4, 3)([[np.nan]]), ValueError, "got nan"),
        (lambda: layers.Embedding(4, 3, "x"), ValueError, "unknown embeddings_initializer"),
        (lambda: layers.LSTM(0), ValueError, "units must be at least 1"),
        (lambda: layers.LSTM(3, activation="gelu"), ValueError, "unknown activation 'gelu'"),
        (lambda: layers.LSTM(3, recurrent_activation="x"), ValueError, "unknown recurrent_activation 'x'"),
        (lambda: layers.SimpleRNN(3, activation=lambda x: x), ValueError, "activation"),
        (lambda: layers.SimpleRNN(3, return_sequences=2), TypeError, "return_sequences must be True or False"),
        (lambda: layers.LSTM(3, recurrent_initializer="x"), ValueError, "unknown recurrent_initializer"),
        (lambda: layers.LSTM(3)(np.ones((2, 3))), ValueError, r"x must be \(batch, time, inputs\) for layer LSTM"),
        (lambda: layers.LSTM(3)(np.ones((2, 0, 3))), ValueError, "at least one step of time"),
        (lambda: built(layers.LSTM(3), 1, 2, 3)(np.ones((1, 2, 4))), ValueError, "x must have 3 inputs"),
        (lambda: layers.MultiHeadAttention(0, 2), ValueError, "num_heads must be at least 1"),
        (lambda: layers.MultiHeadAttention(2, 2.0), TypeError, "key_dim must be a whole number"),
        (lambda: layers.MultiHeadAttention(2, 2, dropout=1.0), ValueError, "dropout must be at least 0 and less"),
        (lambda: asked((2, 3)), ValueError, r"query must be \(batch, places, features\)"),
        (lambda: asked((2, 3, 4), (2, 0, 4)), ValueError, "value must be .* at least one place"),
        (lambda: asked((2, 3, 4), (3, 3, 4)), ValueError, "must have one batch"),
        (lambda: asked((2, 3, 4), (2, 3, 4), (2, 5, 4)), ValueError, "value and key one number of places"),
        (lambda: asked((2, 3, 4), attention_mask=np.ones((2, 4, 3))), ValueError, "attention_mask must be"),
        (lambda: asked((2, 3, 4), attention_mask=True), ValueError, "attention_mask must be"),
        (lambda: asked((2, 3, 4), use_causal_mask=2), TypeError, "use_causal_mask must be True or False"),
        (lambda: built(layers.MultiHeadAttention(1, 1), 1, 2, 3)(np.ones((1, 2, 4))), ValueError, "3 features as query"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
