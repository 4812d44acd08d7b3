"""Operations on Tensors against TensorFlow's, values and gradients in float64, with ties and zeros."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import autodiff
from slopes import arrays, back, broadcastable, few, floats, tied, values, with_axes, with_axis

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

either = values | tied


def compare(ours, theirs, *arrays):
    """The value and the gradient of each array, from the same random numbers behind both."""
    value, grads = back(ours, *arrays)
    constants = [tf.constant(a) for a in arrays]
    with tf.GradientTape() as tape:
        tape.watch(constants)
        expected = theirs(*constants)
    np.testing.assert_allclose(value, expected.numpy(), rtol=1e-12, atol=1e-12)
    r = np.random.default_rng(0).normal(size=value.shape)
    for grad, slope in zip(grads, tape.gradient(expected, constants, tf.constant(r)), strict=True):
        np.testing.assert_allclose(grad, tf.convert_to_tensor(slope).numpy(), rtol=1e-10, atol=1e-10)


PAIRS = {
    "maximum": (np.maximum, tf.maximum),
    "minimum": (np.minimum, tf.minimum),
    "multiply": (np.multiply, tf.multiply),
    "divide": (lambda a, b: a / (2 + b), lambda a, b: a / (2 + b)),
    "power": (lambda a, b: np.abs(a) ** (1 + b * b), lambda a, b: tf.abs(a) ** (1 + b * b)),
}


@pytest.mark.parametrize(("ours", "theirs"), PAIRS.values(), ids=PAIRS)
@few
@given(broadcastable(elements=either))
def test_two_operands(ours, theirs, pair):
    compare(ours, theirs, *pair)


@few
@given(arrays(tied), st.sampled_from([0.0, 1.0, 2.0, 3.0]))
def test_powers_of_zero_and_below(x, p):
    if p >= 1:  # TensorFlow's slope of 0**0 is NaN
        compare(lambda v: v**p, lambda v: v**p, x)
    else:
        np.testing.assert_array_equal(back(lambda v: v**p, x)[1][0], np.zeros_like(x))


SINGLE = {
    "abs": (np.abs, tf.abs),
    "clip": (lambda x: np.clip(x, -1, 1), lambda x: tf.clip_by_value(x, -1.0, 1.0)),
    "expm1": (np.expm1, tf.math.expm1),
    "where": (lambda x: np.where(x > 0, x * x, -x), lambda x: tf.where(x > 0, x * x, -x)),
}


@pytest.mark.parametrize(("ours", "theirs"), SINGLE.values(), ids=SINGLE)
@few
@given(arrays(either))
def test_one_operand(ours, theirs, x):
    compare(ours, theirs, x)


REDUCTIONS = {
    "sum": (np.sum, tf.reduce_sum),
    "mean": (np.mean, tf.reduce_mean),
    "max": (np.max, tf.reduce_max),
    "min": (np.min, tf.reduce_min),
    "prod": (np.prod, tf.reduce_prod),
    "var": (np.var, tf.math.reduce_variance),
    "logsumexp": (autodiff.logsumexp, tf.reduce_logsumexp),
}


@pytest.mark.parametrize(("ours", "theirs"), REDUCTIONS.values(), ids=REDUCTIONS)
@few
@given(with_axes(either))
def test_reductions(ours, theirs, case):
    x, axis, keepdims = case
    compare(lambda v: ours(v, axis=axis, keepdims=keepdims), lambda v: theirs(v, axis, keepdims), x)


def test_std_differs_only_where_all_are_equal():
    compare(lambda v: np.std(v, axis=1), lambda v: tf.math.reduce_std(v, axis=1), np.array([[1.0, 2.0], [3.0, -1.0]]))
    x = tf.constant(np.ones(3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        spread = tf.math.reduce_std(x)
    assert np.isnan(tape.gradient(spread, x).numpy()).all()
    np.testing.assert_array_equal(back(np.std, np.ones(3))[1][0], np.zeros(3))


@few
@given(with_axis(either), st.data())
def test_shapes_and_running_sums(case, draw):
    x, axis = case
    compare(lambda v: np.cumsum(v, axis), lambda v: tf.cumsum(v, axis), x)
    width = draw.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=x.ndim, max_size=x.ndim))
    compare(lambda v: np.pad(v, width), lambda v: tf.pad(v, width), x)
    index = draw.draw(st.lists(st.integers(0, len(x) - 1), min_size=1, max_size=5))
    compare(lambda v: v[index], lambda v: tf.gather(v, index), x)
    compare(lambda v: np.stack([v, v * v], axis), lambda v: tf.stack([v, v * v], axis), x)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("bqd,bkd->bqk", [(2, 3, 4), (2, 5, 4)]), ("bhqk,bkhd->bqhd", [(2, 2, 3, 5), (2, 5, 2, 4)]), ("ij->j", [(2, 3)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]), ("i,j->ij", [(3,), (2,)]), ("ij,ij->", [(2, 3), (2, 3)]),
    ],
)  # fmt: skip
def test_einsum(subscripts, shapes, rng):
    operands = [rng.normal(size=shape) for shape in shapes]
    for optimize in (False, True):
        compare(
            lambda *v, optimize=optimize: np.einsum(subscripts, *v, optimize=optimize),
            lambda *v: tf.einsum(subscripts, *v),
            *operands,
        )


@few
@given(st.data())
def test_batched_matmul(draw):
    n, m, k = [draw.draw(st.integers(1, 3)) for _ in range(3)]
    front_a, front_b = draw.draw(st.sampled_from([((), ()), ((2,), ()), ((), (2,)), ((3, 1), (2,)), ((2,), (3, 1))]))
    a, b = draw.draw(floats((*front_a, n, m))), draw.draw(floats((*front_b, m, k)))
    compare(np.matmul, tf.matmul, a, b)
