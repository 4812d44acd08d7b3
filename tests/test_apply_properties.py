"""What `apply` promises for any arrays: layout, dtype, aliasing, gradients left alone, a refused call without a trace."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import optimizers
from helpers.optimizers.blocks import BLOCK

KINDS = list(optimizers.BY_NAME.values())
SHAPES = st.sampled_from([(), (1,), (7,), (0,), (3, 4), (4, 3), (2, 0, 3), (2, 3, 4), (1, 5), (BLOCK + 3,), (2, BLOCK)])


def plain(w):
    return w


def fortran(w):
    return np.array(w, order="F")


def every_other(w):
    return np.repeat(w, 2, axis=-1)[..., ::2] if w.ndim else w


def backwards(w):
    return w[..., ::-1].copy()[..., ::-1] if w.ndim else w


def transposed(w):
    return w.T.copy().T


def inside(w):
    """The middle of a larger array."""
    return np.pad(w, 1)[tuple(slice(1, -1) for _ in w.shape)] if w.ndim else w


LAYOUTS = st.sampled_from([plain, fortran, every_other, backwards, transposed, inside])


@given(
    kind=st.sampled_from(KINDS),
    parts=st.lists(
        st.tuples(SHAPES, LAYOUTS, LAYOUTS, st.sampled_from(["float32", "float64"])), min_size=1, max_size=4
    ),
    base=st.sampled_from([{}, {"weight_decay": 0.1}, {"clipvalue": 0.5}, {"global_clipnorm": 1.0}, {"use_ema": True}]),
    seed=st.integers(0, 99),
)
@settings(max_examples=80)
def test_the_layout_in_memory_changes_no_bit(kind, parts, base, seed):
    rng = np.random.default_rng(seed)
    start = [rng.normal(size=shape).astype(dtype) for shape, _, _, dtype in parts]
    laid_out = [lay(w.copy()) for w, (_, lay, _, _) in zip(start, parts, strict=True)]
    simple, held = [w.copy() for w in start], list(laid_out)
    ours, other = kind(**base), kind(**base)
    for _ in range(3):
        grads = [rng.normal(size=w.shape).astype(w.dtype) for w in start]
        given_grads = [lay(g.copy()) for g, (_, _, lay, _) in zip(grads, parts, strict=True)]
        before = copy.deepcopy(given_grads)
        ours.apply(grads, simple)
        other.apply(given_grads, laid_out)
        for g, was in zip(given_grads, before, strict=True):
            np.testing.assert_array_equal(g, was)
    for w, a, b, (shape, _, _, dtype) in zip(held, laid_out, simple, parts, strict=True):
        assert a is w and a.shape == shape and a.dtype == dtype
        # Products of matrices (Muon) add in another order for another layout.
        tolerance = 1e-4 if dtype == "float32" else 1e-10
        np.testing.assert_allclose(
            a, b, rtol=tolerance if kind is optimizers.Muon else 0, atol=1e-6 * (kind is optimizers.Muon)
        )
        assert np.isfinite(a).all()


@given(
    kind=st.sampled_from(KINDS),
    spoil=st.sampled_from(["shape", "dtype", "read only", "same array", "overlap", "none", "short", "not an array"]),
    used=st.booleans(),
    place=st.integers(0, 2),
)
@settings(max_examples=120)
def test_a_refused_call_leaves_no_trace_wherever_the_fault_is(kind, spoil, used, place):
    rng = np.random.default_rng(0)
    params = [rng.normal(size=s) for s in ((3, 4), (4,), (5,))]
    grads = [np.ones_like(w) for w in params]
    optimizer = kind(weight_decay=0.1)
    if used:
        optimizer.apply(grads, params)
    if spoil == "shape":
        grads[place] = np.ones(99)
    elif spoil == "dtype":
        params[place] = params[place].astype(int)
    elif spoil == "read only":
        params[place] = params[place].copy()
        params[place].flags.writeable = False
    elif spoil == "same array":
        params[place], grads[place] = params[place - 1], grads[place - 1]
    elif spoil == "overlap":
        memory = np.ones(20)
        params[place - 1], params[place] = memory[:12], memory[8:20]
        grads[place - 1], grads[place] = np.ones(12), np.ones(12)
    elif spoil == "none":
        grads = [None] * 3
    elif spoil == "short":
        grads = grads[:place]
    else:
        params[place] = params[place].tolist()
    before, state = copy.deepcopy(params), repr(optimizer.state())
    with pytest.raises((TypeError, ValueError), match=r"grads|params"):
        optimizer.apply(grads, params)
    for w, was in zip(params, before, strict=True):
        np.testing.assert_array_equal(w, was)
    assert repr(optimizer.state()) == state


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_zero_gradients_and_zero_weights_give_numbers(kind):
    for w, g in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1e-30, 1e-30), (1e10, 1e10)):
        for dtype in ("float32", "float64"):
            params = [np.full(shape, w, dtype) for shape in ((3, 2), (2,))]
            optimizer = kind()
            for _ in range(3):
                optimizer.apply([np.full(p.shape, g, dtype) for p in params], params)
            assert all(np.isfinite(p).all() for p in params), (w, g, dtype)
