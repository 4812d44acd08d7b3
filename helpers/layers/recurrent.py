"""Recurrent layers: the same weights at every step of a sequence, and a memory that goes along.

A layer is two nodes of the graph: what comes from the inputs, for all steps at once, and the walk through time. The
walk's gradient goes back through time, step by step (Werbos 1990).
"""

import numpy as np

from helpers import activations
from helpers.autodiff import data, node
from helpers.errors import check_choice, check_flag, check_integer, shown
from helpers.layers.base import Layer, check_initializers
from helpers.layers.dense import affine

# Slopes from the value a of an activation, so that the walk back needs nothing but the values it kept.
SLOPES = {
    "linear": lambda a: np.ones_like(a),
    "relu": lambda a: (a > 0).astype(a.dtype),
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "hard_sigmoid": lambda a: ((a > 0) & (a < 1)) / a.dtype.type(6),
}


class _Recurrent(Layer):
    """The weights that recurrent layers share: x (batch, time, inputs) in, (batch, units) out, or every step's."""

    gates = 1

    def __init__(
        self, units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
        return_sequences, go_backwards, name, seed,
    ):  # fmt: skip
        super().__init__(name, seed)
        self.units = check_integer("units", units)
        self.activation, self._slope = _with_slope("activation", activation)
        self.use_bias = check_flag("use_bias", use_bias)
        self.kernel_initializer, self.recurrent_initializer = kernel_initializer, recurrent_initializer
        self.bias_initializer = bias_initializer
        check_initializers(
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
        )
        self.return_sequences = check_flag("return_sequences", return_sequences)
        self.go_backwards = check_flag("go_backwards", go_backwards)
        self.kernel = self.recurrent_kernel = self.bias = None

    def build(self, shape, dtype):
        self._check_axes(np.empty(shape, "?"), "batch, time, inputs")
        kernel, recurrent, bias = self._initializers(
            self.kernel_initializer, self.recurrent_initializer, self.bias_initializer
        )
        width = self.gates * self.units
        self.kernel = self.add_weight("kernel", (shape[-1], width), kernel, dtype)
        self.recurrent_kernel = self.add_weight("recurrent_kernel", (self.units, width), recurrent, dtype)
        if self.use_bias:
            self.bias = self.add_weight("bias", (width,), self._start_bias(bias), dtype)

    def _start_bias(self, initializer):
        return initializer

    def call(self, x, training):
        self._check_axes(x, "batch, time, inputs")
        self._check_last(x, self.kernel.shape[0], "inputs")
        if not x.shape[1]:
            raise ValueError(f"x must have at least one step of time, got shape {x.shape}")
        if self.go_backwards:
            x = x[:, ::-1]
        return self.walk(affine(x, self.kernel, self.bias))

    def _node(self, h, z, backward_in_time):
        """Return the outputs h (time + 1, batch, units) as a node, the start h[0] left out.

        `backward_in_time(g)` turns the gradient g (time, batch, units) of every output into that of z, time first.
        """
        value = h[1:].swapaxes(0, 1) if self.return_sequences else h[-1]

        def backward(g):
            every = np.zeros_like(h[1:])
            if self.return_sequences:
                every[...] = g.swapaxes(0, 1)
            else:
                every[-1] = g
            by_z = backward_in_time(every)
            by_recurrent = h[:-1].reshape(-1, self.units).T @ by_z.reshape(-1, by_z.shape[-1])
            return by_z.swapaxes(0, 1), by_recurrent

        return node(np.ascontiguousarray(value), (z, self.recurrent_kernel), backward)


class SimpleRNN(_Recurrent):
    """`h = activation(x @ kernel + h_before @ recurrent_kernel + bias)` at each step, h = 0 at first (Elman 1990).

    x is (batch, time, inputs); the output is the last h (batch, units), or with `return_sequences` all of them (batch,
    time, units). Weights: kernel (inputs, units), recurrent_kernel (units, units), bias (units,). `activation` is one
    of linear, relu, sigmoid, tanh, hard_sigmoid.
    """

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        *,
        return_sequences=False,
        go_backwards=False,
        name=None,
        seed=None,
    ):
        super().__init__(units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
                         return_sequences, go_backwards, name, seed)  # fmt: skip

    def walk(self, z):
        """Return h from z = x @ kernel + bias (batch, time, units), as one node."""
        inputs, u = np.swapaxes(data(z), 0, 1), self.recurrent_kernel.data
        h = np.zeros((len(inputs) + 1, *inputs.shape[1:]), u.dtype)
        for t, now in enumerate(inputs):
            h[t + 1] = self.activation(now + h[t] @ u)

        def backward_in_time(g):
            by_z, by_h = np.empty_like(g), 0.0
            for t in reversed(range(len(g))):
                by_z[t] = (g[t] + by_h) * self._slope(h[t + 1])
                by_h = by_z[t] @ u.T
            return by_z

        return self._node(h, z, backward_in_time)


class LSTM(_Recurrent):
    """Long short-term memory: a cell c that gates write, keep and read (Hochreiter & Schmidhuber 1997, Gers 2000).

        i, f, o = recurrent_activation(...), g = activation(...)   each of x @ kernel + h_before @ recurrent_kernel + bias
        c = f * c_before + i * g
        h = o * activation(c)

    Shapes as for `SimpleRNN`, with four blocks of columns in the order i, f, g, o: kernel (inputs, 4·units),
    recurrent_kernel (units, 4·units), bias (4·units,). `unit_forget_bias` starts f's bias at 1, so that at first it
    keeps what it has (Jozefowicz et al. 2015).
    """

    gates = 4

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        *,
        return_sequences=False,
        go_backwards=False,
        name=None,
        seed=None,
    ):
        super().__init__(units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
                         return_sequences, go_backwards, name, seed)  # fmt: skip
        self.recurrent_activation, self._gate_slope = _with_slope("recurrent_activation", recurrent_activation)
        self.unit_forget_bias = check_flag("unit_forget_bias", unit_forget_bias)

    def _start_bias(self, initializer):
        def bias(shape, dtype):
            value = np.array(initializer(shape, dtype))
            value[self.units : 2 * self.units] = 1
            return value

        return bias if self.unit_forget_bias else initializer

    def walk(self, z):
        """Return h from z = x @ kernel + bias (batch, time, 4·units), as one node."""
        inputs, u, n = np.swapaxes(data(z), 0, 1), self.recurrent_kernel.data, self.units
        steps, batch = inputs.shape[:2]
        h, c = np.zeros((2, steps + 1, batch, n), u.dtype)
        read = np.empty((steps, batch, n), u.dtype)  # activation(c)
        gates = np.empty((4, steps, batch, n), u.dtype)  # i, f, g, o
        for t, now in enumerate(inputs):
            a = now + h[t] @ u
            gates[:2, t] = self.recurrent_activation(a[:, : 2 * n]).reshape(batch, 2, n).swapaxes(0, 1)
            gates[2, t] = self.activation(a[:, 2 * n : 3 * n])
            gates[3, t] = self.recurrent_activation(a[:, 3 * n :])
            i, f, g, o = gates[:, t]
            c[t + 1] = f * c[t] + i * g
            read[t] = self.activation(c[t + 1])
            h[t + 1] = o * read[t]

        def backward_in_time(by_output):
            slopes = self._gate_slope(gates)
            slopes[2] = self._slope(gates[2])
            read_slope = self._slope(read)
            by_z, by_h, by_c = np.empty((steps, batch, 4, n), u.dtype), 0.0, 0.0
            for t in reversed(range(steps)):
                i, f, g, o = gates[:, t]
                by_h = by_output[t] + by_h
                by_c = by_c + by_h * o * read_slope[t]
                for gate, by_gate in enumerate((by_c * g, by_c * c[t], by_c * i, by_h * read[t])):
                    by_z[t, :, gate] = by_gate * slopes[gate, t]
                by_c = by_c * f
                by_h = by_z[t].reshape(batch, 4 * n) @ u.T
            return by_z.reshape(steps, batch, 4 * n)

        return self._node(h, z, backward_in_time)


def _with_slope(name, activation):
    """Return (function, slope from its value) of an activation given by name, or by the function of that name."""
    given = activations.get(activation, name)
    known = {getattr(activations, key): slope for key, slope in SLOPES.items()}
    if given not in known:
        check_choice(name, getattr(given, "__name__", given), SLOPES)
        raise ValueError(f"{name} must be one of {', '.join(SLOPES)} in a recurrent layer, got {shown(activation)}")
    return given, known[given]
