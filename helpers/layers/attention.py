"""Attention: each place asks all places, and takes a mean of their answers, weighted by how well they fit."""

import numpy as np

from helpers.autodiff import Tensor, data, node
from helpers.errors import as_array, check_flag, check_integer, check_number
from helpers.initializers import VarianceScaling
from helpers.layers.base import Layer, _input, check_initializers
from helpers.layers.dense import affine


class MultiHeadAttention(Layer):
    """Several attentions side by side, each on its own projections of the input (Vaswani et al. 2017, section 3.2).

    `layer(query, value, key)` with query (batch, T, d), value (batch, S, d_v) and key (batch, S, d_k; value if None)
    gives (batch, T, d). `layer(x)`, as in a Sequential, is self-attention: x asks itself. A causal mask hides what comes
    later; `use_causal_mask` may be given here, for all calls, or in a call. `attention_mask` (batch, T, S), or what
    broadcasts to it, is True where a place may look; a place that may look nowhere looks everywhere alike.
    Dropout acts on the weights of the mean.
    Weights: query, key and value kernel (d, num_heads, key_dim), each with its bias (num_heads, key_dim) behind it,
    value_dim instead of key_dim for value, then attention_output kernel (num_heads, value_dim, d) and bias (d,).
    """

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        *,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        use_causal_mask=False,
        name=None,
        seed=None,
    ):
        super().__init__(name, seed)
        self.num_heads, self.key_dim = check_integer("num_heads", num_heads), check_integer("key_dim", key_dim)
        self.value_dim = self.key_dim if value_dim is None else check_integer("value_dim", value_dim)
        self.dropout = check_number("dropout", dropout, low=0, high=1, include_high=False)
        self.use_bias = check_flag("use_bias", use_bias)
        self.use_causal_mask = check_flag("use_causal_mask", use_causal_mask)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        check_initializers(kernel_initializer=kernel_initializer, bias_initializer=bias_initializer)

    def __call__(
        self,
        query,
        value=None,
        key=None,
        attention_mask=None,
        training=False,
        use_causal_mask=None,
        return_attention_scores=False,
    ):
        """Return the output (batch, T, d), with `return_attention_scores` also the weights (batch, heads, T, S)."""
        training = check_flag("training", training)
        both = check_flag("return_attention_scores", return_attention_scores)
        query = _input(query, "query")
        value = query if value is None else _input(value, "value")
        key = value if key is None else _input(key, "key")
        self._check_shapes(query, value, key)
        if not self.built:
            self.build(query.shape, query.dtype, value.shape, key.shape)
            self.built = True
        causal = self.use_causal_mask if use_causal_mask is None else check_flag("use_causal_mask", use_causal_mask)
        scores_shape = (query.shape[0], self.num_heads, query.shape[1], value.shape[1])
        mask = self._mask(attention_mask, causal, scores_shape)
        keep = None
        if training and self.dropout:
            keep = (self.rng.random(scores_shape) >= self.dropout) / (1 - self.dropout)
        heads, scores = attend(self._heads(query, "query"), self._heads(key, "key"), self._heads(value, "value"),
                               mask, keep)  # fmt: skip
        joined = np.reshape(np.transpose(heads, (0, 2, 1, 3)), (*query.shape[:2], self.num_heads * self.value_dim))
        kernel, bias = self._projection("attention_output")
        out = affine(joined, np.reshape(kernel, (-1, kernel.shape[-1])), bias)
        return (out, scores) if both else out

    def build(self, shape, dtype, value_shape=None, key_shape=None):
        heads, query = self.num_heads, shape[-1]
        value = query if value_shape is None else value_shape[-1]
        key = value if key_shape is None else key_shape[-1]
        shapes = {
            "query": ((query, heads, self.key_dim), (heads, self.key_dim)),
            "key": ((key, heads, self.key_dim), (heads, self.key_dim)),
            "value": ((value, heads, self.value_dim), (heads, self.value_dim)),
            "attention_output": ((heads, self.value_dim, query), (query,)),
        }
        pairs = iter(self._initializers(*[self.kernel_initializer, self.bias_initializer] * len(shapes)))
        for name, (kernel, bias) in shapes.items():
            inputs, start = len(kernel) - len(bias), next(pairs)
            if isinstance(start, VarianceScaling):  # n counts a projection's inputs and outputs, as of one matrix
                start = start.along(range(inputs), range(inputs, len(kernel)))
            self.add_weight(f"{name}/kernel", kernel, start, dtype)
            start = next(pairs)
            if self.use_bias:
                self.add_weight(f"{name}/bias", bias, start, dtype)
        self._by_name = {weight.name: weight for weight in self.weights}
        self.rng = np.random.default_rng(self.seed)

    def _projection(self, name):
        return self._by_name[f"{name}/kernel"], self._by_name.get(f"{name}/bias")

    def _heads(self, x, name):
        """Return x (batch, T, d) projected for each head: (batch, heads, T, dim)."""
        kernel, bias = self._projection(name)
        self._check_last(x, kernel.shape[0], f"features as {name}")
        heads, dim = kernel.shape[1:]
        z = affine(x, np.reshape(kernel, (-1, heads * dim)), None if bias is None else np.reshape(bias, (-1,)))
        return np.transpose(np.reshape(z, (*x.shape[:2], heads, dim)), (0, 2, 1, 3))

    def _check_shapes(self, query, value, key):
        for name, x in (("query", query), ("value", value), ("key", key)):
            if len(x.shape) != 3 or not x.shape[1]:
                raise ValueError(f"{name} must be (batch, places, features) with at least one place, got {x.shape}")
        if not (query.shape[0] == value.shape[0] == key.shape[0] and value.shape[1] == key.shape[1]):
            raise ValueError(
                "query, value and key must have one batch, value and key one number of places, "
                f"got {query.shape}, {value.shape} and {key.shape}"
            )

    @staticmethod
    def _mask(attention_mask, causal, scores_shape):
        """Return where a place may look, or None for everywhere; broadcasts to (batch, heads, T, S)."""
        batch, _, asking, answering = scores_shape
        mask = np.tri(asking, answering, dtype=bool) if causal else None
        if attention_mask is None:
            return mask
        given = as_array("attention_mask", attention_mask.data if type(attention_mask) is Tensor else attention_mask)
        if given.ndim not in (2, 3) or any(
            n not in (1, m) for n, m in zip(given.shape[::-1], (answering, asking, batch), strict=False)
        ):
            raise ValueError(f"attention_mask must be {(batch, asking, answering)}, got shape {given.shape}")
        given = given.astype(bool) if given.ndim == 2 else given.astype(bool)[:, None]
        return given if mask is None else given & mask


def attend(query, key, value, mask=None, keep=None):
    """Return `softmax(query @ keyᵀ / √dim) @ value` and the softmax: scaled dot-product attention, as one node.

    query is (..., T, dim), key (..., S, dim), value (..., S, dim of values). Where `mask` is False the score is as low
    as a number goes, so its weight is 0; `keep` multiplies the weights after the softmax: dropout.
    """
    q, k, v = data(query), data(key), data(value)
    scale = q.dtype.type(1 / np.sqrt(q.shape[-1]))
    scores = q @ k.swapaxes(-1, -2) * scale
    if mask is not None:
        scores = np.where(mask, scores, -0.7 * np.finfo(q.dtype).max)  # not −∞: a row of them would be NaN
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    kept = p if keep is None else p * keep.astype(p.dtype)

    def backward(g):
        by_p = g @ v.swapaxes(-1, -2)
        if keep is not None:
            by_p *= keep
        by_scores = p * (by_p - (by_p * p).sum(axis=-1, keepdims=True)) * scale
        if mask is not None:
            by_scores *= mask  # matters only for a place that may look nowhere: its scores are constants
        return by_scores @ k, by_scores.swapaxes(-1, -2) @ q, kept.swapaxes(-1, -2) @ g

    out = node(kept @ v, (query, key, value), backward)
    return out, p if type(out) is not Tensor else Tensor(p, requires_grad=False)
