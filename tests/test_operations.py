"""Every operation on Tensors against finite differences, over shapes, axes, layouts, dtypes and ties."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import slopes
from helpers import autodiff
from helpers.autodiff import Tensor, constant
from slopes import arrays, back, broadcastable, check, few, floats, tied, values, with_axes, with_axis


def data(x):
    return x.data if isinstance(x, Tensor) else x


# -- entry by entry -------------------------------------------------------------------------------------------

BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "logaddexp": np.logaddexp,
    "divide": lambda a, b: a / (b * b + 1),
    "power": lambda a, b: (a * a + 1) ** b,
    "where": lambda a, b: np.where(data(a) > 0.5, a, b * b),
    "maximum": lambda a, b: np.maximum(a, b + 0.0101),
    "minimum": lambda a, b: np.minimum(a, b + 0.0101),
    "outer": np.outer,
}


@pytest.mark.parametrize("f", BINARY.values(), ids=BINARY)
@few
@given(broadcastable())
def test_two_operands_that_broadcast(f, pair):
    check(f, *pair)


UNARY = {
    "negative": np.negative, "abs": abs, "square": np.square, "exp": np.exp, "expm1": np.expm1, "tanh": np.tanh,
    "sin": np.sin, "cos": np.cos, "transpose": np.transpose, "squeeze": np.squeeze,
    "log": lambda x: np.log(x * x + 1), "sqrt": lambda x: np.sqrt(x * x + 1), "log1p": lambda x: np.log1p(x * x),
    "cube": lambda x: x**3, "exponent": lambda x: 2**x, "over": lambda x: 1 / (x * x + 1), "from": lambda x: 3 - x,
    "clip": lambda x: np.clip(x, -1, 1), "clip below": lambda x: np.clip(x, -1, None), "T": lambda x: x.T @ x.T.T,
    "reshape": lambda x: np.reshape(x, -1), "expand_dims": lambda x: np.expand_dims(x, (0, -1)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, *x.shape)),
}  # fmt: skip


@pytest.mark.parametrize("name", UNARY)
@few
@given(arrays())
def test_one_operand(name, x):
    check(UNARY[name], x.reshape(-1) if name == "T" else x)


@few
@given(broadcastable(3))
def test_three_operands_that_broadcast(three):
    condition, a, b = three
    check(lambda a, b: np.where(condition > 0, a, b), a, b)
    check(lambda a, b, c: np.minimum(np.maximum(a, b - 1.0101), c + 1.0101), a, b, condition)


@few
@given(broadcastable(2, tied))
def test_at_ties_all_goes_to_the_first_operand(pair):
    a, b = pair
    shape = np.broadcast_shapes(a.shape, b.shape)
    for f, first in ((np.maximum, a >= b), (np.minimum, a <= b)):
        _, (grad_a, grad_b) = back(f, a, b, grad=1.0)
        np.testing.assert_array_equal(grad_a, autodiff.unbroadcast(1.0 * np.broadcast_to(first, shape), a.shape))
        np.testing.assert_array_equal(grad_b, autodiff.unbroadcast(1.0 * ~np.broadcast_to(first, shape), b.shape))


@few
@given(broadcastable(2, tied), st.data())
def test_a_subgradient_at_ties(pair, draw):
    x, b = pair
    others = [draw.draw(floats(x.shape, values | tied)) for _ in range(3)]
    for f in (np.abs, lambda v: np.maximum(v, b), lambda v: np.maximum(b, v), lambda v: -np.minimum(v, b),
              lambda v: np.max(v, axis=-1) if v.ndim else np.max(v), lambda v: -np.min(v), autodiff.logsumexp):  # fmt: skip
        slopes.check_subgradient(f, x, others)


def test_a_list_is_an_operand_like_its_array():
    x, numbers = np.array([1.0, 2.0]), [3.0, 5.0]
    for f in (np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum, np.matmul, np.logaddexp):
        for ours, theirs in [
            (back(lambda v, f=f: f(v, numbers), x), back(lambda v, f=f: f(v, np.array(numbers)), x)),
            (back(lambda v, f=f: f(numbers, v), x), back(lambda v, f=f: f(np.array(numbers), v), x)),
        ]:
            np.testing.assert_array_equal(ours[0], theirs[0])
            np.testing.assert_array_equal(ours[1], theirs[1])


def test_the_conventions_at_kinks():
    for f, slope in [
        (np.abs, 0), (lambda x: np.maximum(x, 0), 1), (lambda x: np.maximum(0, x), 0), (lambda x: np.clip(x, 0, 1), 1),
        (lambda x: np.clip(x, -1, 0), 1), (lambda x: x**0, 0), (lambda x: x**1, 1), (lambda x: x**2, 0),
    ]:  # fmt: skip
        assert back(f, np.zeros(()), grad=1.0)[1][0] == slope


@pytest.mark.parametrize(("base", "exponent", "slope"), [(0.0, 2.0, 0), (0.0, 0.0, 0), (-2.0, 2.0, 0), (1.0, 5.0, 0)])
def test_the_slope_by_an_exponent_is_a_number(base, exponent, slope):
    assert back(np.power, np.array(base), np.array(exponent), grad=1.0)[1][1] == slope


# -- reductions -----------------------------------------------------------------------------------------------

REDUCTIONS = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "var": np.var, "logsumexp": autodiff.logsumexp}


@pytest.mark.parametrize("f", REDUCTIONS.values(), ids=REDUCTIONS)
@few
@given(with_axes(values | tied))
def test_reductions(f, case):
    x, axis, keepdims = case
    check(lambda v: f(v, axis=axis, keepdims=keepdims), x)


@few
@given(with_axes())
def test_max_min_and_std_where_no_two_entries_are_equal(case):
    x, axis, keepdims = case
    x = x + np.arange(x.size).reshape(x.shape) / 100
    assume(np.unique(x).size == x.size and np.all(np.diff(np.sort(x.ravel())) > 1e-3))
    check(lambda v: np.max(v, axis=axis, keepdims=keepdims), x)
    check(lambda v: np.min(v, axis=axis, keepdims=keepdims), x)
    if np.all(np.std(x, axis=axis) > 0):
        check(lambda v: np.std(v, axis=axis, keepdims=keepdims), x)


@few
@given(with_axes(tied))
def test_equal_extremes_share_the_gradient_equally(case):
    x, axis, keepdims = case
    for f in (np.max, np.min):
        value, (grad,) = back(lambda v, f=f: f(v, axis=axis, keepdims=keepdims), x, grad=1.0)
        hit = x == f(x, axis=axis, keepdims=True)
        np.testing.assert_array_equal(grad > 0, hit)
        np.testing.assert_allclose(np.sum(grad, axis=axis, keepdims=keepdims), np.ones_like(value))
        np.testing.assert_allclose(grad * np.sum(hit, axis=axis, keepdims=True), hit)


@pytest.mark.parametrize("ddof", [0, 1])
def test_ddof(ddof, rng):
    for f in (np.var, np.std):
        check(lambda x, f=f: f(x, axis=1, ddof=ddof), rng.normal(size=(2, 3)))


def test_std_of_equal_entries_has_gradient_0():
    np.testing.assert_array_equal(back(np.std, np.ones(3))[1][0], np.zeros(3))


@few
@given(with_axis())
def test_running_sums(case):
    x, axis = case
    check(lambda v: np.cumsum(v, axis=axis), x)
    check(lambda v: v.cumsum(), x)


# -- products -------------------------------------------------------------------------------------------------


@st.composite
def factors(draw):
    shapes = draw(hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3)).input_shapes
    return [draw(floats(shape)) for shape in shapes]


@given(factors())
def test_matmul_of_vectors_matrices_and_batches(pair):
    a, b = pair
    check(np.matmul, a, b)
    if a.ndim < 2 or b.ndim < 3:
        value, grads = back(np.dot, a, b)
        np.testing.assert_allclose(value, np.dot(a, b), rtol=1e-13)
        for ours, theirs in zip(grads, back(np.matmul, a, b)[1], strict=True):
            np.testing.assert_array_equal(ours, theirs)


@few
@given(broadcastable())
def test_dot_with_a_number(pair):
    check(np.dot, pair[0].ravel()[0], pair[1])


@st.composite
def einsums(draw):
    """Subscripts of one to three operands: letters shared, repeated, summed alone, of size 1; output given or not."""
    size = {letter: draw(st.integers(1, 3)) for letter in "ijkB"}
    inputs = draw(st.lists(st.text("ijkB", max_size=3), min_size=1, max_size=3))
    used = "".join(sorted(set("".join(inputs))))
    output = draw(
        st.one_of(
            st.none(), st.permutations(used).flatmap(lambda p: st.integers(0, len(p)).map(lambda n: "".join(p[:n])))
        )
    )
    operands = []
    for letters in inputs:
        thin = len(set(letters)) == len(letters) and draw(st.booleans())
        shape = [1 if thin and draw(st.booleans()) else size[letter] for letter in letters]
        operands.append(draw(floats(tuple(shape))))
    return ", ".join(inputs) + ("" if output is None else f" -> {output}"), operands, draw(st.booleans())


@given(einsums())
def test_einsum(case):
    subscripts, operands, optimize = case
    check(lambda *arrays: np.einsum(subscripts, *arrays, optimize=optimize), *operands)


def test_einsum_knows_which_operands_are_tensors(rng):
    x, w = Tensor(rng.normal(size=(2, 3))), rng.normal(size=(3, 4))
    np.einsum("ij,jk->ik", x, w).sum().backward()
    np.testing.assert_allclose(x.grad, np.ones((2, 4)) @ w.T)


# -- shapes ---------------------------------------------------------------------------------------------------


@st.composite
def indexed(draw):
    x = draw(arrays(min_dims=1))
    kinds = [
        hnp.basic_indices(x.shape, allow_newaxis=True, allow_ellipsis=True),
        hnp.integer_array_indices(x.shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)),
        hnp.arrays(bool, x.shape), hnp.arrays(bool, x.shape[:1]), st.lists(st.integers(-x.shape[0], x.shape[0] - 1)),
    ]  # fmt: skip
    if x.ndim > 1:  # both kinds in one
        kinds.append(
            st.tuples(
                st.slices(x.shape[0]), hnp.arrays(int, st.integers(0, 4), elements=st.integers(0, x.shape[1] - 1))
            )
        )
    index = draw(st.one_of(kinds))
    return x, index if not isinstance(index, list) else np.array(index, int)


@given(indexed())
def test_indexing(case):
    x, index = case
    check(lambda v: v[index], x)


@pytest.mark.parametrize(
    "index",
    [0, -1, [0, 0, 2], (np.array([0, 1, 0]), np.array([1, 1, 1])), (slice(1, None), [0, 0]), (..., None), np.int64(1)],
)
def test_indexing_adds_where_an_entry_is_picked_twice(index, rng):
    check(lambda x: x[index], rng.normal(size=(3, 2)))


@few
@given(with_axis(), st.data())
def test_axes_in_another_order(case, draw):
    x, axis = case
    other = draw.draw(st.integers(-x.ndim, x.ndim - 1))
    order = draw.draw(st.permutations(range(x.ndim)))
    check(lambda v: np.transpose(v, order), x)
    check(lambda v: v.swapaxes(axis, other), x)
    check(lambda v: np.moveaxis(v, axis, other), x)
    check(lambda v: np.moveaxis(v, order, range(x.ndim)), x)


@few
@given(with_axis(), st.data())
def test_joining_and_splitting(case, draw):
    x, axis = case
    cuts = sorted(draw.draw(st.lists(st.integers(0, x.shape[axis] + 1), max_size=3)))
    check(lambda v: np.concatenate([part * (i + 1) for i, part in enumerate(np.split(v, cuts, axis))], axis), x)
    check(lambda v: np.stack(np.split(v, x.shape[axis], axis)[::-1], axis), x)
    check(lambda v, w: np.concatenate([v, w, v], axis), x, x[..., ::-1] + 1)
    check(lambda v, w: np.concatenate([v, w], axis=None), x, x.ravel())
    check(lambda v, w: np.stack([v, 2 * w, v], axis), x, x + 1)


@few
@given(arrays(min_dims=1), st.data())
def test_padding(x, draw):
    pair = st.tuples(st.integers(0, 2), st.integers(0, 2))
    width = draw.draw(st.one_of(st.integers(0, 2), pair, st.tuples(*[pair] * x.ndim)))
    check(lambda v: np.pad(v, width, constant_values=1.5), x)


EMPTY = {
    "sum": np.sum, "sum along": lambda x: np.sum(x, axis=1), "none left": lambda x: np.max(x, axis=1), "tanh": np.tanh,
    "prod": np.prod, "matmul": lambda x: x @ np.ones((3, 2)), "inner": lambda x: x.T @ x, "index": lambda x: x[:, 1:],
    "mask": lambda x: x[np.zeros((0, 3), bool)], "var": lambda x: np.var(x, axis=1), "join": lambda x: np.concatenate([x, x]),
    "split": lambda x: np.split(x, 2)[0], "einsum": lambda x: np.einsum("ij->j", x), "cumsum": np.cumsum,
    "mean": lambda x: np.mean(x, axis=1), "reshape": lambda x: x.reshape(3, 0), "std": lambda x: np.std(x, axis=1),
}  # fmt: skip


@pytest.mark.parametrize("f", EMPTY.values(), ids=EMPTY)
def test_no_entries_have_no_gradients(f):
    _, (grad,) = back(f, np.ones((0, 3)), grad=1.0)
    assert grad.shape == (0, 3)


@pytest.mark.parametrize("f", [np.var, np.prod, np.max], ids=["var", "prod", "max"])
def test_float32_is_kept_at_ties(f):
    x = np.array([[0.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    slopes.same_in_float32(lambda v: f(v, axis=1), *back(lambda v: f(v, axis=1), x), x)


@pytest.mark.parametrize("f", [np.exp, np.sum, lambda x: np.einsum("i->", x), lambda x: x[0], np.square, np.cumsum])
def test_on_arrays_they_are_numpys(f):
    assert not isinstance(f(np.ones(2)), Tensor)
    for operation in (autodiff.exp, autodiff.sum, autodiff.cumsum, autodiff.prod):
        assert not isinstance(operation(np.ones(2)), Tensor)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda x: x + np.ones(2), ValueError, "could not be broadcast"),
        (lambda x: x @ np.ones((2, 2)), ValueError, "mismatch"),
        (lambda x: x * 1j, TypeError, "multiply: a Tensor holds float32 or float64, and this would be complex128"),
        (lambda x: x + None, TypeError, "NoneType"),
        (lambda x: x + "a", TypeError, "ufunc 'add'"),
        (lambda x: x[5], IndexError, "index 5 is out of bounds"),
        (lambda x: x.sum(axis=2), ValueError, "axis 2 is out of bounds"),
        (lambda x: x.std(axis=-2), ValueError, "axis -2 is out of bounds"),
        (lambda x: np.einsum(x, [0]), TypeError, "subscripts must be a string"),
        (lambda x: np.einsum("...i->...", x), ValueError, "give every axis a letter"),
        (lambda x: np.einsum("i,j->ij", x), ValueError, "must name the axes of 1 operands, got 2"),
        (lambda x: np.einsum("ij->j", x), ValueError, "einstein sum subscripts"),
        (lambda x: np.pad(x, 1, mode="edge"), ValueError, "mode must be 'constant'"),
        (lambda x: np.pad(x, -1), ValueError, "negative"),
        (lambda x: np.split(x, 2), ValueError, "equal division"),
        (lambda x: np.var(x, ddof=3), ValueError, "ddof must be less than the number of entries along axis None, 3"),
        (lambda x: np.clip(x, constant(0.0), Tensor(1.0)), TypeError, "a_min and a_max must be constants"),
        (lambda x: np.dot(x.reshape(1, 3), np.ones((2, 3, 1))), ValueError, "use @ or np.einsum"),
        (lambda x: x + [Tensor(1.0)] * 3, TypeError, "np.stack for a list of Tensors"),
    ],
)
def test_what_does_not_fit_says_so(call, error, text):
    x = Tensor(np.ones(3))
    with pytest.raises(error, match=text):
        call(x)
    assert x.grad is None
