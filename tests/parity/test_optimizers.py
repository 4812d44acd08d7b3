"""Each optimizer and option against live Keras: at most 1e-10 after 25 float64 steps, float32 to its own precision."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import keras_bridge, optimizers, schedules
from helpers.keras_bridge.backends import as_arrays
from helpers.optimizers.blocks import BLOCK

# Keras' own call of np.array, which NumPy 2 would like to see changed.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RATE = 0.05  # large enough that an error in the rule would show
BASE = [
    {},
    {"weight_decay": 0.1},
    {"clipnorm": 0.7},
    {"clipvalue": 0.3},
    {"global_clipnorm": 0.9},
    {"clipnorm": 0.0},
    {"use_ema": True, "ema_momentum": 0.8},
    {"use_ema": True, "ema_overwrite_frequency": 4},
    {"loss_scale_factor": 8.0},
    {"gradient_accumulation_steps": 3},
    {"gradient_accumulation_steps": 2, "clipnorm": 0.5, "weight_decay": 0.02, "loss_scale_factor": 4.0},
    {"gradient_accumulation_steps": 4, "use_ema": True, "ema_overwrite_frequency": 3},
    {"learning_rate": schedules.CosineDecay(0.1, 20, alpha=0.1)},
    {"learning_rate": schedules.ExponentialDecay(0.1, 5, 0.7), "gradient_accumulation_steps": 2},
]
OWN = [
    (optimizers.SGD, {}),
    (optimizers.SGD, {"momentum": 0.9}),
    (optimizers.SGD, {"momentum": 0.8, "nesterov": True}),
    (optimizers.SGD, {"nesterov": True}),
    (optimizers.RMSprop, {}),
    (optimizers.RMSprop, {"rho": 0.8, "epsilon": 1e-3}),
    (optimizers.RMSprop, {"momentum": 0.9}),
    (optimizers.RMSprop, {"centered": True}),
    (optimizers.RMSprop, {"centered": True, "momentum": 0.7}),
    (optimizers.Adam, {}),
    (optimizers.Adam, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    (optimizers.Adam, {"amsgrad": True}),
    (optimizers.Adam, {"amsgrad": True, "beta_2": 0.9}),
    (optimizers.AdamW, {}),
    (optimizers.AdamW, {"weight_decay": 0.1, "amsgrad": True}),
    (optimizers.Adagrad, {}),
    (optimizers.Adagrad, {"initial_accumulator_value": 0.7, "epsilon": 1e-3}),
    (optimizers.Adadelta, {}),
    (optimizers.Adadelta, {"rho": 0.8, "epsilon": 1e-4}),
    (optimizers.Adamax, {}),
    (optimizers.Adamax, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-4}),
    (optimizers.Lion, {}),
    (optimizers.Lion, {"beta_1": 0.7, "beta_2": 0.8, "weight_decay": 0.1}),
    (optimizers.Lamb, {}),
    (optimizers.Lamb, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "weight_decay": 0.1}),
    (optimizers.Ftrl, {}),
    (optimizers.Ftrl, {"learning_rate_power": -0.7, "initial_accumulator_value": 0.5, "beta": 0.3}),
    (
        optimizers.Ftrl,
        {
            "l1_regularization_strength": 0.2,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.05,
        },
    ),
    (optimizers.Adafactor, {}),
    (optimizers.Adafactor, {"beta_2_decay": -0.5, "clip_threshold": 0.3, "epsilon_2": 0.1, "relative_step": False}),
    (optimizers.Muon, {}),
    (optimizers.Muon, {"nesterov": False, "momentum": 0.8, "ns_steps": 3, "rms_rate": None, "adam_lr_ratio": 0.3}),
    (optimizers.Muon, {"weight_decay": None, "adam_weight_decay": 0.1, "adam_beta_1": 0.8, "adam_beta_2": 0.9}),
]
PLAIN = [(optimizers.SGD, {"momentum": 0.9}), (optimizers.Adam, {}), (optimizers.Adagrad, {})]
CASES = [(kind, {"learning_rate": RATE} | options) for kind, options in OWN]
CASES += [(kind, {"learning_rate": RATE} | own | options) for kind, own in PLAIN for options in BASE[1:]]


class NadamAsKerasRoundsIt(optimizers.Nadam):
    """Keras' Nadam holds the constant 0.96 in float32 where it steps, and in full where it multiplies the product."""

    def begin_step(self, lr, t):
        super().begin_step(lr, t)
        decay = float(np.float32(0.96))
        self.u, self.u_next = (self.beta_1 * (1 - 0.5 * decay**k) for k in (t, t + 1))


def label(case):
    return case.__name__ if isinstance(case, type) else ",".join(f"{k}={v}" for k, v in case.items())


def data(rng, dtype=np.float64, scale=1.0):
    """Three parameters, one of them 2-D, and gradients of 25 steps with some exact zeros."""
    w = [rng.normal(size=shape).astype(dtype) for shape in ((6, 4), (4,), (3, 2, 2))]
    grads = [[(scale * rng.normal(size=p.shape)).astype(dtype) for p in w] for _ in range(25)]
    for step in grads:
        step[0][0] = 0
    return w, grads


@pytest.mark.parametrize(("kind", "options"), CASES, ids=label)
def test_25_steps_in_float64(kind, options, rng):
    w, grads = data(rng)
    with keras_bridge.float64():
        ours = kind(**options)
        apart = keras_bridge.run_side_by_side(ours, keras_bridge.to_keras_optimizer(ours), w, grads)
    assert apart.shape == (25,)
    assert apart.max() <= 1e-10


@pytest.mark.parametrize("options", [{}, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-4}, *BASE[1:]], ids=label)
def test_nadam(options, rng):
    w, grads = data(rng)
    options = {"learning_rate": RATE} | options
    with keras_bridge.float64():
        ours, rounded = optimizers.Nadam(**options), NadamAsKerasRoundsIt(**options)
        twins = [keras_bridge.to_keras_optimizer(ours), keras_bridge.to_keras_optimizer(rounded)]
        assert all(type(twin) is keras.optimizers.Nadam for twin in twins)
        plain, explained = (
            keras_bridge.run_side_by_side(one, twin, w, grads).max()
            for one, twin in zip((ours, rounded), twins, strict=True)
        )
    assert plain <= 1e-6
    assert explained <= 1e-10


@pytest.mark.parametrize("scale", [1e-6, 1e3])
@pytest.mark.parametrize(("kind", "options"), OWN, ids=label)
def test_small_and_large_gradients(kind, options, scale, rng):
    w, grads = data(rng, scale=scale)
    # Ftrl's difference of two nearly equal powers keeps few digits of a small gradient, here and there.
    limit = 1e-8 if kind is optimizers.Ftrl and scale < 1 else 1e-10
    with keras_bridge.float64():
        ours = kind(learning_rate=RATE, **options)
        assert keras_bridge.run_side_by_side(ours, keras_bridge.to_keras_optimizer(ours), w, grads).max() <= limit


@pytest.mark.parametrize(("kind", "options"), [*OWN, (optimizers.Nadam, {})], ids=label)
def test_25_steps_in_float32(kind, options, rng):
    """Here Keras also rounds its powers of beta; ours are exact, so the last digits differ."""
    w, grads = data(rng, np.float32)
    ours = kind(learning_rate=0.01, **options)
    twin = type(keras_bridge.to_keras_optimizer(ours))(learning_rate=0.01, **options)
    before = [p.copy() for p in w]
    apart = keras_bridge.run_side_by_side(ours, twin, w, grads)
    assert apart.max() <= 2e-5
    assert all(np.array_equal(a, b) for a, b in zip(before, w, strict=True))


@pytest.mark.parametrize(("kind", "options"), [*PLAIN, (NadamAsKerasRoundsIt, {})], ids=label)
def test_a_parameter_larger_than_two_blocks(kind, options, rng):
    w = rng.normal(size=(2 * BLOCK + 17,))
    grads = [rng.normal(size=w.shape) for _ in range(4)]
    with keras_bridge.float64():
        ours = kind(learning_rate=RATE, clipnorm=1.0, weight_decay=0.01, **options)
        assert keras_bridge.run_side_by_side(ours, keras_bridge.to_keras_optimizer(ours), w, grads).max() <= 1e-10


def test_a_missing_gradient_skips_its_parameter(rng):
    w, grads = data(rng)
    with keras_bridge.float64():
        ours = optimizers.Adam(RATE, weight_decay=0.1)
        twin = keras_bridge.to_keras_optimizer(ours)
        theirs = [keras.Variable(p) for p in w]
        for step in grads[:5]:
            step = [step[0], None, step[2]]
            ours.apply(step, w)
            with pytest.warns(UserWarning, match="Gradients do not exist"):
                twin.apply([None if g is None else keras.ops.convert_to_tensor(g) for g in step], theirs)
        assert keras_bridge.difference(w, as_arrays(theirs)) <= 1e-10


def test_the_average_is_written_at_the_end(rng):
    w, grads = data(rng)
    with keras_bridge.float64():
        ours = optimizers.RMSprop(RATE, use_ema=True, ema_momentum=0.7)
        twin = keras_bridge.to_keras_optimizer(ours)
        theirs = [keras.Variable(p) for p in w]
        for step in grads:
            ours.apply(step, w)
            twin.apply([keras.ops.convert_to_tensor(g) for g in step], theirs)
        ours.finalize_variable_values(w)
        twin.finalize_variable_values(theirs)
        assert keras_bridge.difference(w, as_arrays(theirs)) <= 1e-10


def test_keras_default_rate_in_float32_is_what_the_comparison_avoids(rng):
    w, grads = data(rng)
    rounded = keras_bridge.run_side_by_side(optimizers.SGD(0.1), keras.optimizers.SGD(0.1), w, grads)
    assert 1e-9 < rounded.max() < 1e-6


def test_defaults_are_keras_own():
    import inspect

    for name in (kind.__name__ for kind in optimizers.BY_NAME.values()):
        ours = getattr(optimizers, name)()
        config = getattr(keras.optimizers, name)().get_config()
        twin = keras_bridge.to_keras_optimizer(ours).get_config()
        for key in inspect.signature(getattr(keras.optimizers, name)).parameters:
            if key in config and key != "name":
                assert twin[key] == pytest.approx(config[key]), (name, key)
