"""What tests of gradients share: random arrays of every layout, and the check of a slope against a measured one."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.autodiff import Tensor
from helpers.gradients import numerical_gradient

few = settings(max_examples=max(settings().max_examples // 4, 1))  # 25, or 250 in the profile that searches

values = st.floats(-2, 2).map(lambda x: round(x, 2) + 0.003)  # off the kinks at whole numbers
tied = st.integers(-1, 1).map(float)  # on the kinks, and often equal


@st.composite
def floats(draw, shape, elements=values):
    """An array of this shape in one of three layouts: rows first, columns first, every second entry."""
    x = draw(hnp.arrays(np.float64, shape, elements=elements))
    layout = draw(st.sampled_from(["C", "F", "strided"]))
    if layout == "strided" and x.ndim:
        wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]))
        wide[..., ::2] = x
        return wide[..., ::2]
    return np.array(x, order="F" if layout == "F" else "C")


def arrays(elements=values, min_dims=0, max_dims=3):
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, max_side=3).flatmap(lambda s: floats(s, elements))


@st.composite
def broadcastable(draw, count=2, elements=values):
    """Arrays of shapes that fit each other."""
    drawn = draw(hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3)).input_shapes
    return [draw(floats(shape, elements)) for shape in drawn]


@st.composite
def with_axes(draw, elements=values):
    """An array, some axes of it (None, one, or a tuple; from the front or the back), and keepdims."""
    x = draw(arrays(elements))
    axes = st.none()
    if x.ndim:
        one = st.integers(-x.ndim, x.ndim - 1)
        axes |= one | st.lists(one, unique_by=lambda axis: axis % x.ndim, max_size=x.ndim).map(tuple)
    return x, draw(axes), draw(st.booleans())


@st.composite
def with_axis(draw, elements=values, min_dims=1):
    """An array and one axis of it."""
    x = draw(arrays(elements, min_dims=min_dims))
    return x, draw(st.integers(-x.ndim, x.ndim - 1))


def back(f, *arrays, grad=None):
    """The value of f and its gradients by every array, from `grad`, or from fixed random numbers."""
    tensors = [Tensor(a) for a in arrays]
    out = f(*tensors)
    assert isinstance(out, Tensor)
    out.backward(np.random.default_rng(0).normal(size=out.shape) if grad is None else grad)
    return out.data, [t.grad for t in tensors]


def check(f, *arrays, tolerance=1e-6):
    """f on Tensors is f on arrays; its gradients are the measured ones; float32 stays float32 and is about the same."""
    value, grads = back(f, *arrays)
    np.testing.assert_array_equal(value, f(*[np.array(a) for a in arrays]))  # copied, as a Tensor does
    r = np.random.default_rng(0).normal(size=value.shape)
    for i, (a, grad) in enumerate(zip(arrays, grads, strict=True)):
        measured = numerical_gradient(lambda v, i=i: np.sum(f(*arrays[:i], v, *arrays[i + 1 :]) * r), a)
        assert grad.shape == a.shape
        np.testing.assert_allclose(grad, measured, rtol=tolerance, atol=tolerance)
    same_in_float32(f, value, grads, *arrays)


def same_in_float32(f, value, grads, *arrays):
    short, short_grads = back(f, *[a.astype(np.float32) for a in arrays])
    assert {short.dtype, *[g.dtype for g in short_grads]} == {np.dtype(np.float32)}
    for ours, exact in zip([short, *short_grads], [value, *grads], strict=True):
        np.testing.assert_allclose(ours, exact, rtol=1e-3, atol=1e-3 * max(1, np.abs(exact).max(initial=0)))


def check_subgradient(f, x, others):
    """At ties too: of a convex f, f(y) ≥ f(x) + grad·(y − x) at every y (Rockafellar, Convex Analysis, section 23)."""
    value, (grad,) = back(f, x, grad=1.0)
    for y in others:
        assert np.sum(f(y)) >= np.sum(value) + np.sum(grad * (y - x)) - 1e-12
