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
    start, gradients = rng.normal(size=(300, 500)), [rng.normal(size=(300, 500)) for _ in range(3)]
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


# -- options --------------------------------------------------------------------------------------------------


def test_the_rate_of_step_t_is_the_schedule_at_t_minus_1():
    w = run(SGD(ExponentialDecay(0.1, 1, 0.5)), np.array([0.0]), [np.array([1.0])] * 3)
    assert w[0] == pytest.approx(-(0.1 + 0.05 + 0.025))


def test_learning_rate_can_be_set_read_and_a_function_decides_it():
    optimizer = SGD(0.5)
    optimizer.learning_rate = 0.25
    assert optimizer.learning_rate == 0.25
    assert SGD(lambda: 0.125).learning_rate == 0.125
    with pytest.raises(TypeError, match="learning_rate"):
        SGD(ExponentialDecay(0.1, 1, 0.5)).learning_rate = 0.1


def test_global_clipnorm_keeps_the_direction():
    a, b = np.array([0.0]), np.array([0.0])
    SGD(1.0, global_clipnorm=1.0).apply([np.array([30.0]), np.array([40.0])], [a, b])
    np.testing.assert_allclose([a[0], b[0]], [-0.6, -0.8], rtol=1e-12)


def test_accumulation_takes_one_step_of_the_mean():
    w, optimizer = np.array([0.0]), SGD(1.0, gradient_accumulation_steps=4)
    for i, g in enumerate([1.0, 2.0, 3.0, 6.0]):
        assert w[0] == 0 and optimizer.iterations == 0, i
        optimizer.apply([np.array([g])], [w])
    assert w[0] == -3 and optimizer.iterations == 1


def test_decay_can_exclude_by_array_and_by_name():
    w, b, c = np.ones(1), np.ones(1), np.ones(1)
    optimizer = AdamW(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[c], var_names=["bias"])
    optimizer.apply([np.zeros(1)] * 3, [w, b, c], names=["dense/kernel", "dense/bias", "other"])
    assert (w[0], b[0], c[0]) == (0.95, 1.0, 1.0)


def test_averaged_weights_arrive_when_asked_for():
    w, optimizer = np.array([0.0]), SGD(1.0, use_ema=True, ema_momentum=0.5)
    run(optimizer, w, [np.array([-1.0])] * 3)  # w = 1, 2, 3; average = 1, 1.5, 2.25
    optimizer.finalize_variable_values([w])
    assert w[0] == 2.25


def test_constraints_act_after_the_step():
    w = np.array([0.5, -0.5])
    SGD(1.0).apply([np.array([1.0, 1.0])], [w], constraints=[lambda x: np.maximum(x, 0)])
    assert (w == 0).all()


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


# -- refusals -------------------------------------------------------------------------------------------------

ONE = [np.ones(2)]
BAD_CALLS = {
    "shape": ([np.ones(3)], [np.ones(2)], ValueError, r"grads\[0\].*\(3,\).*params\[0\].*\(2,\)"),
    "count": ([np.ones(2)] * 2, [np.ones(2)], ValueError, "grads and params.*2 gradients for 1"),
    "integers": ([np.ones(2)], [np.ones(2, int)], TypeError, r"params\[0\].*float32 or float64.*int64"),
    "integer gradient": ([np.ones(2, int)], [np.ones(2)], TypeError, r"grads\[0\].*int64"),
    "float16": ([np.ones(2, np.float16)], [np.ones(2, np.float16)], TypeError, r"params\[0\].*float16"),
    "list": ([[1.0, 2.0]], [np.ones(2)], TypeError, r"grads\[0\].*list"),
    "bare array": (np.ones(2), np.ones(2), TypeError, "params must be a list"),
    "same twice": (ONE * 2, ONE * 2, ValueError, "share memory"),
    "all none": ([None], [np.ones(2)], ValueError, "every gradient is None"),
    "read only": ([np.ones(2)], [np.broadcast_to(1.0, 2)], ValueError, r"params\[0\] is read-only"),
}


@pytest.mark.parametrize("case", BAD_CALLS)
@pytest.mark.parametrize("used", [False, True])
def test_a_bad_call_is_refused_and_changes_nothing(case, used):
    grads, params, error, message = BAD_CALLS[case]
    optimizer = Adam()
    if used:
        optimizer.apply([np.ones(2)], [np.ones(2)])
    before, state = [np.array(w) for w in params], optimizer.state()
    with pytest.raises(error, match=message if not used or case == "shape" else None):
        optimizer.apply(grads, params)
    for w, was in zip(params, before, strict=True):
        np.testing.assert_array_equal(w, was)
    assert optimizer.iterations == int(used) and repr(optimizer.state()) == repr(state)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD(-0.1), ValueError, "learning_rate must be at least 0.*-0.1"),
        (lambda: SGD(float("nan")), ValueError, "learning_rate must be finite"),
        (lambda: SGD("fast"), TypeError, "learning_rate must be a number"),
        (lambda: SGD(True), TypeError, "learning_rate"),
        (lambda: SGD(lr=0.1), TypeError, "lr"),
        (lambda: SGD(momentum=1.5), ValueError, "momentum must be at least 0 and at most 1"),
        (lambda: Adam(beta_1=1.0), ValueError, "beta_1 must be less than 1"),
        (lambda: RMSprop(rho=-0.1), ValueError, "rho"),
        (lambda: Adam(epsilon=-1e-8), ValueError, "epsilon"),
        (lambda: Adam(clipnorm=1.0, clipvalue=1.0), ValueError, "clipnorm and clipvalue"),
        (lambda: Adam(gradient_accumulation_steps=1), ValueError, "gradient_accumulation_steps.*at least 2"),
        (lambda: Adam(use_ema=True, ema_momentum=2.0), ValueError, "ema_momentum"),
        (lambda: optimizers.get("adm"), ValueError, "adm.*Did you mean 'adam'"),
        (lambda: optimizers.get(Adam), TypeError, r"Adam\(\)"),
        (lambda: optimizers.get(3), TypeError, "int"),
    ],
)
def test_bad_settings_name_the_argument(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("name", ["sgd", "Adam", "RMSPROP", "nadam"])
def test_get_finds_by_name_in_any_case(name):
    assert type(optimizers.get(name)).__name__.lower() == name.lower()


def test_an_error_inside_a_rule_is_placed_and_the_optimizer_says_so_until_restored():
    class Broken(Optimizer):
        slots = ("m",)

        def update_step(self, w, g, lr, t, m):
            w -= lr * g
            if t == 2 and w.shape == (3,):
                raise ZeroDivisionError("no")

    optimizer, params = Broken(0.1), [np.ones(2), np.ones(3)]
    grads = [np.ones(2), np.ones(3)]
    optimizer.apply(grads, params)
    good = optimizer.state()
    with pytest.raises(RuntimeError, match=r"Broken.update_step failed at step 2, parameter 1 .*ZeroDivisionError: no"):
        optimizer.apply(grads, params)
    with pytest.raises(RuntimeError, match="middle of step 2"):
        optimizer.apply(grads, params)
    optimizer.load_state(good)
    assert optimizer.iterations == 1


def test_a_rule_that_changes_its_gradient_is_told_so():
    class Greedy(Optimizer):
        def update_step(self, w, g, lr, t):
            g *= lr
            w -= g

    g = np.ones(2)
    with pytest.raises(RuntimeError, match="read-only"):
        Greedy(0.1).apply([g], [np.ones(2)])
    assert (g == 1).all()


def test_a_subclass_may_call_an_attribute_weight_decay_without_decaying_twice():
    class Mine(Optimizer):
        def __init__(self, learning_rate=0.1, weight_decay=0.5, **options):
            super().__init__(learning_rate, **options)
            self.weight_decay = weight_decay

        def update_step(self, w, g, lr, t):
            w -= lr * self.weight_decay * w

    w = np.ones(1)
    Mine().apply([np.zeros(1)], [w])
    assert w[0] == 0.95


def test_infinite_gradients_flow_through():
    w = run(SGD(0.1), np.zeros(2), [np.array([np.inf, 1.0])])
    assert w[0] == -np.inf and w[1] == -0.1


def test_nadam_keeps_its_product_between_steps():
    optimizer = Nadam()
    run(optimizer, np.ones(1), [np.ones(1)] * 2)
    expected = np.prod([0.9 * (1 - 0.5 * 0.96**t) for t in (1, 2)])
    assert optimizer.product == pytest.approx(expected, rel=1e-15)
    assert Nadam.product == 1.0


def test_an_update_forgets_what_every_parameter_had_accumulated():
    """Keras resets all accumulators; one left over would be applied a window later."""
    optimizer = SGD(1.0, gradient_accumulation_steps=2)
    a, b = np.zeros(1), np.zeros(1)
    for grads in ([1.0, 1.0], [1.0, None], [0.0, 0.0], [0.0, 0.0]):
        optimizer.apply([None if g is None else np.array([g]) for g in grads], [a, b])
    assert (a[0], b[0]) == (-1.0, 0.0)


def test_nothing_to_step_is_no_step():
    optimizer = SGD()
    optimizer.apply([], [])
    assert optimizer.iterations == 0


@pytest.mark.parametrize("pattern", ["^kernel$", "kernel", "dense/kernel", "^dense", "nel$"])
def test_patterns_of_names_meet_the_whole_path_or_its_last_part(pattern):
    optimizer = SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=[pattern])
    kept, decayed = np.ones(2), np.ones(2)
    optimizer.apply([np.zeros(2), np.zeros(2)], [kept, decayed], names=["dense/kernel", "other/bias"])
    assert (kept == 1).all() and (decayed < 1).all()
