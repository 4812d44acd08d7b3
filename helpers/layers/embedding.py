"""Embedding: a row of numbers for each word."""

import numpy as np

from helpers.autodiff import data, node
from helpers.errors import check_integer
from helpers.layers.base import Layer, check_initializers


class Embedding(Layer):
    """Row x of a table: whole numbers x, of any shape, from 0 to input_dim − 1; the output is (*x.shape, output_dim).

    Weights: embeddings (input_dim, output_dim).
    """

    def __init__(self, input_dim, output_dim, embeddings_initializer="uniform", *, name=None, seed=None):
        super().__init__(name, seed)
        self.input_dim, self.output_dim = check_integer("input_dim", input_dim), check_integer("output_dim", output_dim)
        if self.input_dim > 2**24:
            raise ValueError(f"input_dim must be at most {2**24}: float32 holds no larger number exactly")
        self.embeddings_initializer = embeddings_initializer
        check_initializers(embeddings_initializer=embeddings_initializer)

    def build(self, shape, dtype):
        (initializer,) = self._initializers(self.embeddings_initializer)
        self.embeddings = self.add_weight("embeddings", (self.input_dim, self.output_dim), initializer, dtype)

    def call(self, x, training):
        return look_up(self.embeddings, self._rows(data(x)))

    def _rows(self, x):
        right = (x >= 0) & (x < self.input_dim) & (x == np.floor(x))  # also False for NaN
        if not right.all():
            raise ValueError(
                f"x must hold whole numbers from 0 to {self.input_dim - 1} (input_dim - 1) for layer {self.name or 'Embedding'}, "
                f"got {x[~right][0]:g}"
            )
        return x.astype(np.intp)


def look_up(table, rows):
    """Return table[rows] as one node; a row that is looked up often adds up the gradients of all its places."""
    e = data(table)

    def backward(g):
        grad, flat, g = np.zeros_like(e), rows.ravel(), g.reshape(-1, e.shape[1])
        order = np.argsort(flat, kind="stable")
        which, start = np.unique(flat[order], return_index=True)
        if len(which):
            grad[which] = np.add.reduceat(g[order], start, axis=0)  # a sum for each run of equal rows
        return (grad,)

    return node(e[rows], (table,), backward)
