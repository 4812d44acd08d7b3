"""Dense: every output sees every input."""

from helpers import activations
from helpers.autodiff import Tensor, data, node
from helpers.errors import check_flag, check_integer
from helpers.layers.base import Layer, check_initializers


class Dense(Layer):
    """`activation(x @ kernel + bias)`: every output sees every input. x is (..., inputs), the output (..., units).

    Weights: kernel (inputs, units), bias (units,).
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        *,
        name=None,
        seed=None,
    ):
        super().__init__(name, seed)
        self.units = check_integer("units", units)
        self.activation = activations.get(activation)
        self.use_bias = check_flag("use_bias", use_bias)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer
        check_initializers(kernel_initializer=kernel_initializer, bias_initializer=bias_initializer)
        self.kernel = self.bias = None

    def build(self, shape, dtype):
        if len(shape) < 2:
            raise ValueError(f"x must be (batch, inputs), got shape {tuple(shape)}; use x[None, :] for one sample")
        kernel, bias = self._initializers(self.kernel_initializer, self.bias_initializer)
        self.kernel = self.add_weight("kernel", (shape[-1], self.units), kernel, dtype)
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.units,), bias, dtype)

    def call(self, x, training):
        if x.shape[-1] != self.kernel.data.shape[0]:
            raise ValueError(
                f"x must have {self.kernel.shape[0]} columns, as when layer {self.name or 'Dense'} was built, "
                f"got shape {x.shape}"
            )
        return self.activation(affine(x, self.kernel, self.bias))


def affine(x, kernel, bias=None):
    """Return x @ kernel + bias as one node: x (..., i), kernel (i, o), bias (o,)."""
    z, w = data(x), data(kernel)
    if z.dtype != w.dtype:
        z = z.astype(w.dtype)
    value = z @ w
    if bias is not None:
        value += data(bias)

    def backward(g):
        rows, grads = z.reshape(-1, z.shape[-1]), g.reshape(-1, g.shape[-1])
        grad_x = g @ w.T if type(x) is Tensor and x.requires_grad else None
        return (grad_x, rows.T @ grads, grads.sum(axis=0))[: 2 if bias is None else 3]

    return node(value, (x, kernel) if bias is None else (x, kernel, bias), backward)
