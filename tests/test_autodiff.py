"""The Tensor against finite differences, over shapes, axes and broadcasts; and what its graph promises."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import activations, autodiff
from helpers.autodiff import Tensor, constant, no_grad, topological_order, unbroadcast
from helpers.gradients import numerical_gradient

values = st.floats(-2, 2).map(lambda x: round(x, 2) + 0.003)  # off the kinks at 0, 1 and -1
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)
seeds = st.integers(0, 2**32 - 1)


def check(f, *arrays, tolerance=1e-6):
    """The gradients of sum(f(...)·r) by every array, backward and measured; also f on arrays is f on Tensors."""
    tensors = [Tensor(a) for a in arrays]
    out = f(*tensors)
    np.testing.assert_array_equal(out.data, f(*arrays))
    r = np.random.default_rng(0).normal(size=out.shape)
    np.sum(out * r).backward()
    for i, tensor in enumerate(tensors):
        measured = numerical_gradient(lambda v, i=i: np.sum(f(*arrays[:i], v, *arrays[i + 1 :]) * r), arrays[i])
        assert tensor.grad.shape == arrays[i].shape
        np.testing.assert_allclose(tensor.grad, measured, rtol=tolerance, atol=tolerance)


@st.composite
def broadcastable(draw, count=2):
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3)).input_shapes
    return [draw(hnp.arrays(np.float64, shape, elements=values)) for shape in shapes]


@st.composite
def array_and_axis(draw):
    x = draw(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=3), elements=values))
    axes = [None, *range(-x.ndim, x.ndim), *([(0, 1), (0, -1)] if x.ndim > 1 else [])]
    return x, draw(st.sampled_from(axes)), draw(st.booleans())


def arrays(elements=values):
    return hnp.arrays(np.float64, shapes, elements=elements)


BINARY = [
    np.add,
    np.subtract,
    np.multiply,
    np.logaddexp,
    lambda a, b: a / (b * b + 1),
    lambda a, b: (a * a + 1) ** b,
    lambda a, b: np.where(data(a) > 0.5, a, b * b),
    lambda a, b: np.maximum(a, b + 0.0101),
    lambda a, b: np.minimum(a, b + 0.0101),
]


def data(x):
    return getattr(x, "data", x) if isinstance(x, Tensor) else x


@pytest.mark.parametrize("f", BINARY)
@given(broadcastable())
def test_two_operands_that_broadcast(f, pair):
    check(f, *pair)


UNARY = [
    np.negative, np.abs, np.square, np.exp, np.tanh, np.sin, np.cos, abs,
    lambda x: np.log(x * x + 1), lambda x: np.sqrt(x * x + 1), lambda x: np.log1p(x * x), lambda x: x**3,
    lambda x: 2**x, lambda x: 1 / (x * x + 1), lambda x: 3 - x, lambda x: np.clip(x, -1, 1), lambda x: np.transpose(x),
    lambda x: np.reshape(x, -1), lambda x: np.expand_dims(x, 0), lambda x: np.squeeze(x),
]  # fmt: skip


@pytest.mark.parametrize("f", UNARY)
@given(arrays())
def test_one_operand(f, x):
    check(f, x)


ACTIVATIONS = [
    activations.relu, activations.leaky_relu, activations.relu6, activations.sigmoid, activations.tanh,
    activations.softplus, activations.softsign, activations.elu, activations.selu, activations.silu, activations.gelu,
    activations.mish, activations.exponential, activations.hard_sigmoid,
    lambda x: activations.gelu(x, approximate=True),
    lambda x: activations.relu(x, negative_slope=0.1, max_value=1.5, threshold=0.2),
]  # fmt: skip


@pytest.mark.parametrize("f", ACTIVATIONS)
@given(arrays())
def test_activations(f, x):
    check(f, x)


@given(array_and_axis())
def test_reductions(case):
    x, axis, keepdims = case
    for f in (np.sum, np.mean):
        check(lambda v, f=f: f(v, axis=axis, keepdims=keepdims), x)
    distinct = x + np.arange(x.size).reshape(x.shape) / 100
    check(lambda v: np.max(v, axis=axis, keepdims=keepdims), distinct)
    check(lambda v: autodiff.logsumexp(v, axis=axis, keepdims=keepdims), x)
    if isinstance(axis, int):
        check(lambda v: activations.softmax(v, axis), x)
        check(lambda v: activations.log_softmax(v, axis), x)


def test_equal_largest_entries_share_the_gradient():
    x = Tensor([1.0, 3.0, 3.0])
    x.max().backward()
    np.testing.assert_array_equal(x.grad, [0, 0.5, 0.5])


@pytest.mark.parametrize(
    ("a", "b"),
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)),
     ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((5, 1, 2, 3), (4, 3, 2))],
)  # fmt: skip
def test_matmul(a, b):
    rng = np.random.default_rng(1)
    check(lambda x, y: x @ y, rng.normal(size=a), rng.normal(size=b))


@pytest.mark.parametrize(
    "index",
    [0, -1, slice(1, None), (slice(None), 1), [0, 0, 2], (np.array([0, 1, 0]), np.array([1, 1, 1])), (..., None)],
)
def test_indexing_adds_where_an_entry_is_picked_twice(index):
    check(lambda x: x[index], np.random.default_rng(1).normal(size=(3, 2)))


@pytest.mark.parametrize("axes", [None, (1, 0, 2), (2, 0, 1), (-1, 0, 1)])
def test_transpose(axes):
    check(lambda x: np.transpose(x, axes), np.random.default_rng(1).normal(size=(2, 3, 4)))


def test_concatenate():
    rng = np.random.default_rng(1)
    check(lambda x, y: np.concatenate([x, y], axis=1), rng.normal(size=(2, 3)), rng.normal(size=(2, 1)))


@given(seeds)
def test_random_expressions(seed):
    rng = np.random.default_rng(seed)

    def f(x, w, b):
        h = np.tanh(x @ w + b)
        z = activations.softmax(h * h - x[:, :1] / (1 + np.exp(-h)))
        return np.mean(np.log(z + 0.1), axis=0) + b * np.sum(h)  # h, b and x are each used more than once

    check(f, rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2))


def test_the_conventions_at_kinks():
    for f, slope in [
        (np.abs, 0), (activations.relu, 0), (lambda x: np.maximum(x, 0), 1), (lambda x: np.maximum(0, x), 0),
        (lambda x: np.clip(x, 0, 1), 1), (activations.leaky_relu, 0.2), (activations.elu, 1), (lambda x: x**0, 0),
        (lambda x: x**1, 1), (lambda x: x**2, 0),
    ]:  # fmt: skip
        x = Tensor(0.0)
        f(x).backward()
        assert x.grad == slope


@given(broadcastable())
def test_unbroadcast_undoes_broadcasting(pair):
    a, b = pair
    full = np.broadcast_shapes(a.shape, b.shape)
    ones = unbroadcast(np.ones(full), a.shape)
    assert ones.shape == a.shape
    assert ones.sum() == np.prod(full)


def test_topological_order_has_each_node_once_after_its_parents():
    x = Tensor(2.0)
    y = x * x
    z = y + x * y
    order = topological_order(z)
    assert len(order) == len(set(order)) == 4
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent in node.parents)
    assert order[-1] is z


def test_a_graph_deeper_than_the_recursion_limit():
    x = y = Tensor(1.0)
    for _ in range(50_000):
        y = y + 1e-6
    y.backward()
    assert x.grad == 1
    del y  # an inner chain of this length is freed without recursion, too


def test_leaves_add_up_and_inner_nodes_start_afresh():
    x = Tensor(3.0)
    y = x * x
    z = y * 2
    z.backward(keep_graph=True)
    z.backward(keep_graph=True)
    assert x.grad == 24
    assert y.grad == 2
    x.zero_grad()
    z.backward()
    assert x.grad == 12


def test_a_gradient_belongs_to_its_leaf():
    x, y = Tensor(np.ones(3)), Tensor(np.ones(3))
    (x + y).sum().backward()
    x.grad *= 5
    np.testing.assert_array_equal(y.grad, np.ones(3))


def test_second_backward_says_that_the_graph_is_gone():
    x = Tensor(3.0)
    y = x * x
    y.backward()
    for again in (y, y * 2):
        with pytest.raises(RuntimeError, match="keep_graph=True"):
            again.backward()
    assert x.grad == 6


def test_memory_is_free_after_backward():
    class Watched(np.ndarray):
        pass

    big = np.ones(10).view(Watched)
    watch = weakref.ref(big)
    x = Tensor(np.ones(10))
    loss = (x * big).sum()
    del big
    gc.disable()
    try:
        assert watch() is not None
        loss.backward()
        assert watch() is None  # though loss is still held
    finally:
        gc.enable()


def test_no_grad_remembers_nothing():
    x = Tensor(2.0)
    with no_grad():
        y = x * x
        with no_grad():
            pass
        assert (x * x).parents == ()
    assert y.parents == ()
    assert not y.requires_grad
    assert (x * x).requires_grad
    with pytest.raises(RuntimeError, match="requires a gradient"):
        y.backward()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype):
    x = Tensor(np.ones((2, 3), dtype))
    y = np.mean(activations.gelu(x * 2.0 + 1) / 3 - np.exp(-x) ** 2, axis=0)
    loss = np.sum(np.where(y.data > 0, y, 0.1 * y))
    assert loss.dtype == dtype
    loss.backward()
    assert x.grad.dtype == dtype


def test_constants_have_no_gradient():
    x, c = Tensor(2.0), constant(3.0)
    y = x * c
    y.backward()
    assert x.grad == 3
    assert c.grad is None
    assert all(isinstance(parent, Tensor) for parent in (x * 2.0).parents)


def test_it_feels_like_an_array():
    x = Tensor([[1, 2], [3, 4]])
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((2, 2), 2, 4, 2, np.float64)
    assert f"{x.sum():.2f}" == "10.00"
    assert float(x[0, 1]) == 2
    assert (x > 2).tolist() == [[False, False], [True, True]]
    assert np.argmax(x) == 3
    np.testing.assert_array_equal((np.ones((2, 2)) @ x).data, (x.T.T * 0 + [4, 6]).data)
    np.testing.assert_array_equal((np.float64(2) * x).data, 2 * x.data)
    assert "Tensor([[1., 2.]" in repr(x)
    np.testing.assert_array_equal(np.asarray(constant([1.0])), [1])
    assert x.reshape(4).shape == x.reshape(-1).shape == x.reshape((4,)).shape == (4,)


def test_operations_have_names():
    x = Tensor([1.0, 2.0])
    y = (x * 2).sum()
    assert (x.operation, y.operation, y.parents[0].operation) == ("", "sum", "multiply")
    assert activations.relu(x).operation == "relu"
    y.backward()
    assert y.operation == ""


def test_a_tensor_copies_its_numbers():
    w = np.ones(2)
    x = Tensor(w)
    x.data -= 1
    np.testing.assert_array_equal(w, [1, 1])


def move_by_minus_equals():
    w = Tensor(1.0)
    w -= 0.1


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: (Tensor([1.0, 2.0]) * 2).backward(), ValueError, "starts from one number"),
        (lambda: (Tensor([1.0, 2.0]) * 2).backward(np.ones(3)), ValueError, "grad must have this Tensor's shape"),
        (lambda: Tensor(["a"]), TypeError, "data must hold real numbers"),
        (lambda: Tensor([1j]), TypeError, "data must hold real numbers"),
        (lambda: np.median(Tensor([1.0])), TypeError, "median has no derivative here"),
        (lambda: np.arctan(Tensor([1.0])), TypeError, "arctan has no derivative here"),
        (lambda: np.asarray(Tensor([1.0])), TypeError, "use its .data"),
        (lambda: np.add(Tensor([1.0]), 1, out=np.ones(1)), TypeError, "use its .data"),
        (move_by_minus_equals, TypeError, "w.data -= step"),
    ],
)
def test_what_cannot_be_done_says_so(call, error, text):
    with pytest.raises(error, match=text):
        call()
