"""Each layer against Keras' in float64: weights' shapes and order, outputs, what training changes, every gradient."""

import inspect

import numpy as np
import pytest

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from helpers import layers
from helpers.autodiff import Tensor

pytestmark = [
    pytest.mark.usefixtures("float64"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def images(rng, *shape):
    return rng.normal(size=shape or (3, 7, 6, 4))


def tied(rng):
    return rng.integers(-2, 3, size=(3, 6, 5, 2)).astype(float)


def rows(rng):
    return rng.normal(size=(5, 3)) * 2 + 1


def sequences(rng):
    return rng.normal(size=(4, 5, 3))


def words(rng):
    return rng.integers(0, 6, size=(4, 5))


def same(name, make_x, **options):
    """A case whose class and options are the same on both sides."""
    identity = f"{name}-{make_x.__name__}-" + "-".join(f"{key}={value}" for key, value in options.items())
    return pytest.param(name, make_x, options, id=identity.replace(" ", ""))


CASES = [
    same("Dense", sequences, units=4, activation="tanh"),
    same("Conv2D", images, filters=5, kernel_size=3),
    same("Conv2D", images, filters=5, kernel_size=(2, 3), padding="same", activation="tanh"),
    same("Conv2D", images, filters=5, kernel_size=3, strides=2, padding="same"),
    same("Conv2D", images, filters=5, kernel_size=(3, 2), strides=(2, 3)),
    same("Conv2D", images, filters=5, kernel_size=2, strides=3, padding="same", use_bias=False),
    same("Conv2D", images, filters=4, kernel_size=3, dilation_rate=2),
    same("Conv2D", images, filters=4, kernel_size=2, dilation_rate=(2, 3), padding="same"),
    same("Conv2D", images, filters=6, kernel_size=3, groups=2),
    same("Conv2D", images, filters=4, kernel_size=2, groups=4, strides=2, padding="same"),
    *(
        same(name, make_x, **options)
        for name in ("MaxPooling2D", "AveragePooling2D")
        for make_x in (images, tied)
        for options in (
            {"pool_size": 2},
            {"pool_size": 2, "padding": "same"},
            {"pool_size": (3, 2), "strides": (1, 2)},
            {"pool_size": (2, 3), "strides": 3, "padding": "same"},
        )
    ),
    same("GlobalAveragePooling2D", images),
    same("GlobalAveragePooling2D", images, keepdims=True),
    same("BatchNormalization", rows),
    same("BatchNormalization", images, momentum=0.7, epsilon=0.1),
    same("BatchNormalization", images, axis=1),
    same("BatchNormalization", sequences, center=False),
    same("BatchNormalization", sequences, scale=False),
    same("LayerNormalization", rows),
    same("LayerNormalization", images, axis=(1, 2), epsilon=1e-2),
    same("LayerNormalization", images, axis=(1, 3)),
    same("LayerNormalization", sequences, scale=False),
    same("LayerNormalization", sequences, center=False, axis=1),
    same("Embedding", words, input_dim=6, output_dim=3),
    *(
        same(name, sequences, units=3, **options)
        for name in ("SimpleRNN", "LSTM")
        for options in (
            {},
            {"return_sequences": True},
            {"use_bias": False},
            {"go_backwards": True, "return_sequences": True},
            {"activation": "relu"},
        )
    ),
    same("SimpleRNN", sequences, units=3, activation=None, return_sequences=True),
    same("LSTM", sequences, units=2, recurrent_activation="hard_sigmoid", activation="linear"),
    same("LSTM", sequences, units=2, unit_forget_bias=False),
    same("ReLU", images, max_value=1.0, negative_slope=0.25, threshold=0.5),
    same("ReLU", tied),
    same("LeakyReLU", tied, negative_slope=0.25),
    same("ELU", tied),
    same("Softmax", sequences),
    same("Softmax", sequences, axis=1),
    same("Reshape", sequences, target_shape=(3, -1)),
    same("Flatten", images),
]


def compare(ours, theirs, inputs, rng, training, call_options=None):
    """Output, gradients of inputs and weights, and weights afterwards, for one loss: the sum of output * r."""
    options = (call_options or {}) | {"training": training}
    for weight in ours.weights:
        weight.zero_grad()
    tensors = [Tensor(x) if x.dtype.kind == "f" else x for x in inputs]
    out = ours(*tensors, **options)
    r = rng.normal(size=out.shape)
    if isinstance(out, Tensor) and out.requires_grad:
        np.sum(out * r).backward()
    variables = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch([v for v in variables if v.dtype.is_floating])
        theirs_out = theirs(*variables, **options)
        loss = tf.reduce_sum(theirs_out * r)
    asked = [v for v in variables if v.dtype.is_floating] + [w.value for w in theirs.trainable_weights]
    expected = [None if g is None else tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, asked)]
    np.testing.assert_allclose(out.data, theirs_out.numpy(), rtol=1e-10, atol=1e-11)
    mine = [t.grad for t in tensors if isinstance(t, Tensor)] + [w.grad for w in ours.trainable_weights]
    assert len(mine) == len(expected)
    for ours_grad, theirs_grad in zip(mine, expected, strict=True):
        np.testing.assert_allclose(ours_grad, theirs_grad, rtol=1e-9, atol=1e-10)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def with_the_same_weights(ours, theirs, inputs, rng):
    ours(*[x if x.dtype.kind == "f" else x.astype(float) for x in inputs])  # in float64
    theirs(*inputs)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    weights = [rng.uniform(0.5, 1.5, size=w.shape) * rng.choice([-1, 1], size=w.shape) for w in theirs.get_weights()]
    if isinstance(ours, layers.BatchNormalization):
        weights[-1] = np.abs(weights[-1])
    ours.set_weights(weights)
    theirs.set_weights(weights)
    return ours, theirs


@pytest.mark.parametrize(("name", "make_x", "options"), CASES)
def test_layer(name, make_x, options, rng):
    x = make_x(rng)
    pair = with_the_same_weights(getattr(layers, name)(**options), getattr(keras.layers, name)(**options), [x], rng)
    compare(*pair, [x], rng, training=True)
    if name == "BatchNormalization":
        compare(*pair, [x], rng, training=False)


KERAS_HAS = [n for n in layers.__all__ if hasattr(keras.layers, n) and n not in ("Layer", "Input", "Dropout")]


@pytest.mark.parametrize("name", KERAS_HAS)
def test_arguments_have_keras_names_order_and_defaults(name):
    both = getattr(layers, name), getattr(keras.layers, name)
    ours, theirs = (list(inspect.signature(c).parameters.values()) for c in both)
    known = {p.name: p for p in theirs}
    for i, argument in enumerate(ours):
        if argument.name in ("name", "seed", "use_causal_mask", "return_sequences", "go_backwards"):
            continue  # Keras has them in the base class, use_causal_mask in the call
        assert argument.name in known
        if argument.kind is argument.POSITIONAL_OR_KEYWORD:
            assert theirs[i].name == argument.name
        if known[argument.name].default is not argument.empty:
            assert argument.default == known[argument.name].default


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM"])
def test_recurrent_layers_start_like_keras(name):
    ours, theirs = getattr(layers, name)(3, seed=1), getattr(keras.layers, name)(3)
    ours(np.zeros((1, 2, 4)))
    theirs.build((None, 2, 4))
    np.testing.assert_array_equal(ours.get_weights()[2], theirs.get_weights()[2])  # the bias; 1 at the forget gate
    recurrent = ours.get_weights()[1]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(3), atol=1e-12)


# key_dim 4: Keras holds 1/√key_dim in float32, and 1/2 is exact there.
ATTENTION = [
    pytest.param({}, {}, id="plain"),
    pytest.param({}, {"use_causal_mask": True}, id="causal"),
    pytest.param({"value_dim": 5}, {}, id="value_dim"),
    pytest.param({"use_bias": False}, {}, id="no-bias"),
    pytest.param({}, {"attention_mask": True}, id="mask"),
    pytest.param({}, {"attention_mask": True, "use_causal_mask": True}, id="both"),
]


@pytest.mark.parametrize("inputs", [1, 2, 3], ids=["self", "value", "value-key"])
@pytest.mark.parametrize(("options", "call"), ATTENTION)
def test_attention(options, call, inputs, rng):
    query, value, key = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 6, 5)), rng.normal(size=(2, 6, 2))
    given = [[query, query], [query, value], [query, value, key]][inputs - 1]
    mask = rng.random((2, 4, given[1].shape[1])) < 0.7
    mask[0, 1] = False  # one place that may look nowhere
    call = call | ({"attention_mask": mask} if "attention_mask" in call else {})
    ours, theirs = layers.MultiHeadAttention(2, 4, **options), keras.layers.MultiHeadAttention(2, 4, **options)
    pair = with_the_same_weights(ours, theirs, given, rng)
    compare(*pair, given, rng, False, call)
    if inputs == 1:
        np.testing.assert_array_equal(ours(query, **call).data, ours(query, query, **call).data)


def test_attention_scores(rng):
    x = rng.normal(size=(2, 4, 3))
    ours, theirs = with_the_same_weights(
        layers.MultiHeadAttention(2, 4), keras.layers.MultiHeadAttention(2, 4), [x, x], rng
    )
    out, scores = ours(x, return_attention_scores=True, use_causal_mask=True)
    expected, theirs_scores = theirs(x, x, return_attention_scores=True, use_causal_mask=True)
    np.testing.assert_allclose(out.data, expected.numpy(), rtol=1e-10)
    np.testing.assert_allclose(scores.data, theirs_scores.numpy(), rtol=1e-10, atol=1e-300)
    np.testing.assert_array_equal(scores.data[..., 0, 1:], 0)


def test_a_frozen_batch_normalization_uses_its_averages(rng):
    x = rows(rng)
    ours, theirs = with_the_same_weights(layers.BatchNormalization(), keras.layers.BatchNormalization(), [x], rng)
    ours.trainable = theirs.trainable = False
    before = ours.get_weights()
    np.testing.assert_allclose(ours(x, training=True).data, theirs(x, training=True).numpy(), rtol=1e-12)
    for a, b in zip(before, ours.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
