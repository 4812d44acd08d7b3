"""The Keras layer with the settings of one of ours."""

from __future__ import annotations

import inspect

import numpy as np

from helpers import activations, layers
from helpers.keras_bridge.backends import require

# Weights are handed over as they are, so how they started does not matter.
_LEFT_OUT = {"name", "seed", "weights"}


def to_keras_layer(ours: layers.Layer):
    """A new Keras layer with the settings of ``ours``; its weights are not there yet.

    It is the class of the same name, with each argument that ``ours`` has an attribute for; the few that Keras has not,
    or whose arguments are called otherwise, have a function of their own below. Raises ValueError where there is none.
    """
    keras = require()
    for kind in type(ours).__mro__:
        if kind is not layers.Layer and getattr(layers, kind.__name__, None) is kind:
            make = _SPECIAL.get(kind, _same_name)
            twin = make(keras, ours, kind.__name__)
            twin.trainable = ours.trainable
            return twin
    raise ValueError(f"layer {ours.name} is a {type(ours).__name__}, for which there is no twin here")


def _same_name(keras, ours, name):
    twin = getattr(keras.layers, name)
    names = [n for n in inspect.signature(twin).parameters if n in vars(ours) and n not in _LEFT_OUT]
    names = [n for n in names if not n.endswith("_initializer")]
    names += [n for n in ("return_sequences", "go_backwards") if n in vars(ours) and n not in names]  # Keras: **kwargs
    return twin(**{n: _setting(getattr(ours, n)) for n in names})


def _setting(value):
    if callable(value):
        return _activation(value)
    return np.float64(value) if isinstance(value, float) else value


def _activation(function) -> str:
    if getattr(activations, getattr(function, "__name__", ""), None) is function:
        return function.__name__
    raise ValueError(f"activation {function!r} is not one of helpers.activations, so Keras' twin is unknown")


def _attention(keras, ours, _):
    """Self-attention: Keras' layer wants query and value, and a Sequential hands over one thing."""

    class SelfAttention(keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def build(self, input_shape):
            self.inner.build(input_shape, input_shape)

        def call(self, x, training=False):
            return self.inner(x, x, training=training, use_causal_mask=ours.use_causal_mask)

    inner = keras.layers.MultiHeadAttention(
        ours.num_heads, ours.key_dim, value_dim=ours.value_dim, dropout=ours.dropout, use_bias=ours.use_bias
    )
    return SelfAttention(inner)


def _residual(keras, ours, _):
    class Residual(keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def build(self, input_shape):
            self.inner.build(input_shape)

        def call(self, x, training=False):
            return x + self.inner(x, training=training)

    return Residual(keras.Sequential([to_keras_layer(layer) for layer in ours.layers]))


def _weight_normalization(keras, ours, _):
    class WeightNormalization(keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def build(self, input_shape):
            self.inner.build(input_shape)
            self.g = self.add_weight(shape=self.inner.kernel.shape[-1:], name="g")

        def call(self, x):
            v, *others = self.inner.trainable_variables
            length = keras.ops.sqrt(keras.ops.sum(keras.ops.square(v), axis=tuple(range(len(v.shape) - 1))))
            rest = self.inner.non_trainable_variables
            return self.inner.stateless_call([self.g * v / length, *others], rest, x)[0]

    return WeightNormalization(to_keras_layer(ours.layers[0]))


_SPECIAL = {
    layers.MultiHeadAttention: _attention,
    layers.Residual: _residual,
    layers.WeightNormalization: _weight_normalization,
}
