"""The optimizers against closed forms and against themselves: blocks, layout, refusals, state. Keras is in parity/."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import optimizers
from helpers.optimizers import SGD, Adagrad, Adam, AdamW, Nadam, Optimizer, RMSprop
from helpers.optimizers.blocks import BLOCK, norm
from helpers.schedules import ExponentialDecay

ALL = list(optimizers.BY_NAME.values())
VARIANTS = [(cls, {}) for cls in ALL]
VARIANTS += [
    (SGD, {"momentum": 0.9}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (RMSprop, {"momentum": 0.9, "centered": True}),
    (Adam, {"amsgrad": True}),
    (Adam, {"clipnorm": 1.0, "weight_decay": 0.01}),
    (Adam, {"use_ema": True, "ema_overwrite_frequency": 2}),
    (Adam, {"gradient_accumulation_steps": 2}),
]
each_variant = pytest.mark.parametrize(("cls", "options"), VARIANTS, ids=lambda v: getattr(v, "__name__", str(v)))


def run(optimizer, w, gradients):
    for g in gradients:
        optimizer.apply([g], [w])
    return w


# -- closed forms ---------------------------------------------------------------------------------------------


def test_sgd_on_a_quadratic_shrinks_by_a_constant_factor():
    w, optimizer = np.array([1.0]), SGD(0.1)
    for _ in range(10):
        optimizer.apply([4 * w], [w])
    assert w[0] == pytest.approx((1 - 0.1 * 4) ** 10, rel=1e-12)


def test_momentum_under_a_constant_gradient_reaches_the_geometric_sum():
    w = run(SGD(0.01, momentum=0.9), np.array([0.0]), [np.array([1.0])] * 20)
    velocities = [-0.01 * (1 - 0.9**t) / (1 - 0.9) for t in range(1, 21)]
    assert w[0] == pytest.approx(sum(velocities), rel=1e-12)


def test_adam_moves_by_nearly_the_rate_at_the_first_step_whatever_the_gradient():
    for g in (1e-2, 1.0, 1e6):
        w = run(Adam(0.001), np.array([0.0]), [np.array([g])])
        root = np.sqrt(0.001) * g  # sqrt(v), which starts uncorrected; epsilon joins it before the correction
        assert w[0] == pytest.approx(-0.001 * root / (root + 1e-7), rel=1e-12)


def test_adagrad_under_a_constant_gradient_slows_down_as_one_over_the_root():
    w = run(Adagrad(1.0, initial_accumulator_value=0.0, epsilon=0.0), np.array([0.0]), [np.array([3.0])] * 50)
    assert w[0] == pytest.approx(-sum(1 / np.sqrt(t) for t in range(1, 51)), rel=1e-12)


def test_adamw_with_zero_gradients_only_decays():
    w = run(AdamW(0.1, weight_decay=0.5), np.array([2.0]), [np.array([0.0])] * 3)
    assert w[0] == pytest.approx(2.0 * (1 - 0.1 * 0.5) ** 3, rel=1e-12)


def test_the_rate_of_step_t_is_the_schedule_at_t_minus_1():
    w = run(SGD(ExponentialDecay(0.1, 1, 0.5)), np.array([0.0]), [np.array([1.0])] * 3)
    assert w[0] == pytest.approx(-(0.1 + 0.05 + 0.025))


def test_nadam_keeps_its_product_between_steps():
    optimizer = Nadam()
    run(optimizer, np.ones(1), [np.ones(1)] * 2)
    expected = np.prod([0.9 * (1 - 0.5 * 0.96**t) for t in (1, 2)])
    assert optimizer.product == pytest.approx(expected, rel=1e-15)
    assert Nadam.product == 1.0


# -- the loop leaves the rule alone ---------------------------------------------------------------------------


# clipnorm is per tensor, as are Lamb's and Adafactor's norms: splitting a tensor changes them, and should.
@pytest.mark.parametrize(("cls", "options"), [v for v in VARIANTS if "clipnorm" not in v[1] and v[0].elementwise])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_parameters_move_as_many_small_ones(cls, options, dtype):
    rng = np.random.default_rng(1)
    n = 2 * BLOCK + 77
    w = rng.normal(size=n).astype(dtype)
    parts = [w[:100].copy(), w[100:BLOCK].copy(), w[BLOCK:-1].copy(), w[-1:].copy()]
    whole, split = cls(**options), cls(**options)
    for _ in range(4):
        g = rng.normal(size=n).astype(dtype)
        whole.apply([g], [w])
        split.apply([g[:100], g[100:BLOCK], g[BLOCK:-1], g[-1:]], parts)
    np.testing.assert_array_equal(w, np.concatenate(parts))


MIXED = [((3, 4), "float32"), ((4,), "float32"), ((), "float64"), ((5000,), "float32"), ((2, 0), "float32")]
MIXED += [((70, 50), "float32"), ((60, 60), "float32"), ((7,), "float64"), ((3000,), "float32"), ((4000,), "float32")]


@pytest.mark.parametrize(("cls", "options"), [v for v in VARIANTS if "use_ema" not in v[1]])
@pytest.mark.parametrize("extra", [{}, {"clipvalue": 0.5}, {"loss_scale_factor": 8.0}, {"weight_decay": 0.1}], ids=str)
def test_parameters_side_by_side_move_as_each_would_alone(cls, options, extra):
    if "clipnorm" in options and "clipvalue" in extra:
        extra = {}  # only one of them may be given
    rng = np.random.default_rng(4)
    together = [np.array(rng.normal(size=shape), dtype, order="F") for shape, dtype in MIXED]
    alone = [w.copy(order="F") for w in together]
    options = options | extra
    one, each = cls(**options), [cls(**options) for _ in MIXED]
    names = ["a bias" if i % 3 == 0 else "kernel" for i in range(len(MIXED))]
    for optimizer in (one, *each):
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    for step in range(5):
        grads = [rng.normal(size=shape).astype(dtype) for shape, dtype in MIXED]
        if step in (2, 3):
            grads[1] = None  # the others must not notice
        if step == 3:
            one.load_state(one.state())
        one.apply(grads, together, names)
        for w, g, name, optimizer in zip(alone, grads, names, each, strict=True):
            if g is not None:
                optimizer.apply([g], [w], [name])
            else:
                optimizer._calls += 1  # a parameter without a gradient still sees the step count go on
    for i, (w, expected) in enumerate(zip(together, alone, strict=True)):
        if i != 1 or cls is SGD:  # Nadam's and Adam's shared numbers went on without parameter 1
            np.testing.assert_array_equal(w, expected, err_msg=str(i))


def test_a_rule_of_ones_own_sees_each_parameter_in_its_shape():
    seen = []

    class Watched(Optimizer):
        def update_step(self, w, g, lr, t):
            seen.append(w.shape)

    Watched(0.1).apply([np.ones((2, 3)), np.ones(3)], [np.ones((2, 3)), np.ones(3)])
    assert seen == [(2, 3), (3,)]


@each_variant
def test_memory_layout_does_not_matter(cls, options):
    rng = np.random.default_rng(2)
    start, gradients = rng.normal(size=(200, 350)), [rng.normal(size=(200, 350)) for _ in range(3)]
    plain = run(cls(**options), start.copy(), gradients)
    for other in (np.asfortranarray(start), np.repeat(start, 2, axis=1)[:, ::2], start[::-1].copy()[::-1]):
        held = run(cls(**options), other, [np.asfortranarray(g) for g in gradients])
        assert held is other
        np.testing.assert_allclose(other, plain, rtol=0, atol=0)


@each_variant
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_gradients_are_kept(cls, options, dtype):
    params = [np.ones((2, 3), dtype), np.array(2.0, dtype), np.ones((0, 4), dtype)]
    grads = [np.full((2, 3), 0.5, dtype), np.array(1.0, dtype), np.ones((0, 4), dtype)]
    optimizer = cls(**options)
    for _ in range(4):
        optimizer.apply(grads, params)
    assert [w.dtype for w in params] == [dtype] * 3
    assert (grads[0] == 0.5).all() and grads[1] == 1.0
    assert np.isfinite(params[0]).all() and (params[0] != 1).all() and params[1] != 2


def test_a_gradient_that_is_the_parameter_itself_is_legal():
    w = np.arange(BLOCK + 5, dtype=float)
    SGD(0.5, momentum=0.9).apply([w], [w])
    np.testing.assert_array_equal(w, 0.5 * np.arange(BLOCK + 5))


def test_none_skips_its_parameter_entirely():
    a, b = np.ones(2), np.ones(2)
    AdamW(0.1).apply([None, np.ones(2)], [a, b])
    assert (a == 1).all() and (b != 1).all()


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
@settings(deadline=None, max_examples=50)
def test_norm_is_that_of_all_arrays_together(values):
    assert norm([np.array([v]) for v in values]) == pytest.approx(float(np.hypot.reduce(np.array(values))), rel=1e-12)


def test_infinite_gradients_flow_through():
    w = run(SGD(0.1), np.zeros(2), [np.array([np.inf, 1.0])])
    assert w[0] == -np.inf and w[1] == -0.1


def test_nothing_to_step_is_no_step():
    optimizer = SGD()
    optimizer.apply([], [])
    assert optimizer.iterations == 0


# -- state -----------------------------------------------------------------------------------------------------


@each_variant
def test_a_saved_state_goes_on_bit_for_bit(cls, options):
    rng = np.random.default_rng(3)
    gradients = [rng.normal(size=4) for _ in range(9)]
    through = run(cls(**options), np.ones(4), gradients)
    first = cls(**options)
    w = run(first, np.ones(4), gradients[:5])
    state, second = first.state(), cls(**options)
    run(first, w.copy(), gradients[5:])  # what goes on elsewhere must not reach the saved copy
    second.load_state(state)
    np.testing.assert_array_equal(run(second, w, gradients[5:]), through)


def test_a_state_of_another_kind_or_of_other_options_is_refused_at_once():
    run(adam := Adam(), np.ones(3), [np.ones(3)])
    run(averaging := Adam(use_ema=True), np.ones(3), [np.ones(3)])
    for other in (SGD(momentum=0.9), RMSprop(), Adam(amsgrad=True)):
        with pytest.raises(ValueError, match=r"slots.*another optimizer"):
            other.load_state(adam.state())
        assert other.iterations == 0
    with pytest.raises(ValueError, match="averages"):
        Adam().load_state(averaging.state())
    for junk in (None, {}, 3, {"calls": 1}, adam.state() | {"arrays": {"slots": []}}):
        with pytest.raises(ValueError, match="state: expected what"):
            Adam().load_state(junk)


def test_a_state_from_before_the_first_step_starts_afresh():
    optimizer = Adam()
    before, w = optimizer.state(), np.ones(3)
    run(optimizer, w, [np.ones(3)] * 3)
    optimizer.load_state(before)
    again = run(optimizer, np.ones(3), [np.ones(3)] * 3)
    np.testing.assert_array_equal(again, w)
