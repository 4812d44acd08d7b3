"""What the Tensor and its graph promise: order, memory, modes, dtypes, words. Operations: test_operations.py."""

import gc
import threading
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import activations
from helpers.autodiff import Tensor, constant, no_grad, topological_order, unbroadcast
from slopes import broadcastable, check


@given(st.integers(0, 2**32 - 1))
def test_random_expressions(seed):
    rng = np.random.default_rng(seed)

    def f(x, w, b):
        h = np.tanh(x @ w + b)
        z = activations.softmax(h * h - x[:, :1] / (1 + np.exp(-h)))
        return np.mean(np.log(z + 0.1), axis=0) + b * np.sum(h)  # h, b and x are each used more than once

    check(f, rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2))


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


@pytest.mark.parametrize("keep_graph", [False, True])
def test_a_graph_deeper_than_the_recursion_limit(keep_graph):
    x = y = Tensor(1.0)
    for _ in range(5_000):
        y = y * 0.9999 + 1e-6  # 10,000 operations
    y.backward(keep_graph=keep_graph)
    assert x.grad == pytest.approx(0.9999**5_000)
    del y  # an inner chain of this length is freed without recursion, too


def test_a_deep_and_wide_graph_is_walked_once():
    x = y = Tensor(1.0)
    for _ in range(1_000):
        y = (y + y) / 2  # 2**1000 paths
    y.backward()
    assert x.grad == 1


def test_a_deep_graph_is_dropped_without_recursion():
    y = Tensor(1.0)
    for _ in range(20_000):
        y = np.tanh(y)
    watch = weakref.ref(y._backward)
    del y
    assert watch() is None


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


def test_a_step_leaves_nothing_behind():
    """Memory in use after each step is the same, and a backward walk frees what it has passed."""
    x, w = np.ones((1000, 125)), Tensor(np.eye(125))  # 1 MB a layer
    after = []
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(3):
            h = x
            for _ in range(10):
                h = np.tanh(h @ w)
            loss = h.sum()
            del h
            forward = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            loss.backward()
            w.zero_grad()
            current, peak = tracemalloc.get_traced_memory()
            after.append(current)
            assert forward > 20e6
            assert peak < forward + 8e6
            assert current < 0.1e6  # though loss is still held
    finally:
        tracemalloc.stop()
        gc.enable()
    assert after[2] - after[1] < 2_000


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


def test_no_grad_ends_with_an_exception():
    x = Tensor(2.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0  # noqa: B018
    assert (x * x).requires_grad


def test_no_grad_on_a_function():
    x = Tensor(2.0)

    @no_grad()
    def squared(depth):
        return squared(depth - 1) if depth else x * x

    for _ in range(2):
        assert not squared(2).requires_grad
        assert (x * x).requires_grad


def test_no_grad_is_for_its_own_thread():
    x, seen, inside, done = Tensor(2.0), [], threading.Event(), threading.Event()

    def predict():
        with no_grad():
            inside.set()
            done.wait(10)
            seen.append((x * x).requires_grad)

    thread = threading.Thread(target=predict)
    thread.start()
    assert inside.wait(10)
    assert (x * x).requires_grad
    done.set()
    thread.join()
    assert seen == [False]
    assert (x * x).requires_grad


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


def test_it_can_be_unpacked():
    a, b = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert (a.data.tolist(), b.data.tolist()) == ([1, 2], [3, 4])
    assert [row.operation for row in (a, b)] == ["getitem", "getitem"]


def test_methods_are_numpys_functions():
    x = Tensor([[3.0, 1.0], [2.0, 4.0]])
    for name, args in {
        "sum": (0,), "mean": (1,), "max": (0,), "min": (1,), "prod": (0,), "var": (1,), "std": (0,), "cumsum": (1,),
        "reshape": (4,), "transpose": (1, 0), "swapaxes": (0, 1), "squeeze": (), "clip": (2.0, 3.0),
    }.items():  # fmt: skip
        np.testing.assert_array_equal(getattr(x, name)(*args).data, getattr(x.data, name)(*args))
    np.testing.assert_array_equal(x.dot(x).data, x.data @ x.data)
    np.testing.assert_array_equal(x.exp().log().tanh().data, np.tanh(np.log(np.exp(x.data))))


def test_functions_without_a_slope_see_the_numbers():
    x = Tensor([-1.5, 0.0, 1.5])
    for f in (np.sign, np.floor, np.ceil, np.rint, np.isfinite, np.isinf, np.argsort, np.any, np.count_nonzero):
        assert not isinstance(f(x), Tensor)
        np.testing.assert_array_equal(f(x), f(x.data))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, bool])
def test_what_becomes_of_numbers(dtype):
    expected = np.float32 if dtype in (np.float16, np.float32) else np.float64
    assert Tensor(np.ones(2, dtype)).dtype == expected


def test_an_inner_value_may_be_written_with_an_equals_sign():
    x, total = Tensor(2.0), constant(0.0)
    for _ in range(3):
        total += x * x
    total /= 2
    total.backward()
    assert x.grad == 6


def in_place(sign, target, other):
    exec(f"target {sign}= other", {"target": target, "other": other})


def set_an_entry():
    Tensor([1.0])[0] = 2


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: (Tensor([1.0, 2.0]) * 2).backward(), ValueError, "starts from one number"),
        (lambda: (Tensor([1.0, 2.0]) * 2).backward(np.ones(3)), ValueError, "grad must have this Tensor's shape"),
        (lambda: Tensor(["a"]), TypeError, "data must hold real numbers"),
        (lambda: Tensor([1j]), TypeError, "data must hold real numbers"),
        (lambda: Tensor([object()]), TypeError, "data must hold real numbers, got list"),
        (lambda: Tensor(None), TypeError, "data must hold real numbers, got NoneType"),
        (lambda: Tensor([[1], [1, 2]]), ValueError, "data must be a rectangular array"),
        (lambda: Tensor([1.0]).backward(1j), TypeError, "grad must hold real numbers"),
        (lambda: Tensor([Tensor(1.0)]), TypeError, "np.stack for a list of Tensors"),
        (lambda: list(Tensor(1.0)), TypeError, "unsized"),
        (lambda: np.median(Tensor([1.0])), TypeError, "median has no derivative here"),
        (lambda: np.arctan(Tensor([1.0])), TypeError, "arctan has no derivative here"),
        (lambda: np.asarray(Tensor([1.0])), TypeError, "use its .data"),
        (lambda: np.add(Tensor([1.0]), 1, out=np.ones(1)), TypeError, "np.add with out=.*use its .data"),
        (lambda: np.add.reduce(Tensor([1.0])), TypeError, "np.add with reduce"),
        (lambda: np.exp(Tensor([1.0]), where=[True]), TypeError, "np.exp with where="),
        (lambda: in_place("+", np.ones(1), Tensor([1.0])), TypeError, "write a = a \\+ b"),
        (lambda: in_place("+", Tensor([1.0]), 1), TypeError, "write w.data \\+= step"),
        (lambda: in_place("-", Tensor([1.0]), 1), TypeError, "write w.data -= step"),
        (lambda: in_place("*", Tensor([1.0]), 2), TypeError, "write w.data \\*= step"),
        (lambda: in_place("/", Tensor([1.0]), 2), TypeError, "write w.data /= step"),
        (set_an_entry, TypeError, "x.data\\[i\\] = value"),
    ],
)
def test_what_cannot_be_done_says_so(call, error, text):
    with pytest.raises(error, match=text):
        call()


@pytest.mark.skipif(np.longdouble == np.float64, reason="long double is float64 here")
def test_wider_numbers_are_refused():
    with pytest.raises(TypeError, match=r"data must be float32 or float64, got .*astype\(np.float64\)"):
        Tensor(np.ones(2, np.longdouble))
    with pytest.raises(TypeError, match="add: a Tensor holds float32 or float64"):
        Tensor([1.0]) + np.longdouble(1)
