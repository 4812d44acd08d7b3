"""What tests of layers share: measured slopes of a layer by its input and each of its weights."""

import numpy as np

from helpers.autodiff import Tensor
from helpers.gradients import numerical_gradient


def check_gradients(layer, *inputs, atol=1e-6, rng=None, random_weights=True, **options):
    """Compare every gradient of sum(layer(*inputs) * r) with the central difference. Inputs of words have none."""
    rng = rng or np.random.default_rng(0)
    out = layer(*[np.asarray(x, float) for x in inputs], **options)
    if random_weights:
        layer.set_weights([rng.uniform(0.4, 1.6, size=w.shape) for w in layer.get_weights()])
    r = rng.normal(size=out.shape)
    tensors = [Tensor(x) if x.dtype.kind == "f" else x for x in inputs]
    weights = layer.trainable_weights

    def value():
        out = layer(*[t.data if isinstance(t, Tensor) else t for t in tensors], **options)
        return float(np.sum((out.data if isinstance(out, Tensor) else out) * r))

    np.sum(layer(*tensors, **options) * r).backward()
    for t in [*(t for t in tensors if isinstance(t, Tensor)), *weights]:
        before = t.data.copy()

        def moved(new, t=t):
            t.data[...] = new
            return value()

        measured = numerical_gradient(moved, before)
        t.data[...] = before
        np.testing.assert_allclose(t.grad, measured, atol=atol, rtol=1e-5, err_msg=t.name)
