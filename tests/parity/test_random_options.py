"""Optimizers with options that nobody chose, against live Keras: every class, any mix of its settings and the base's.

``MORE=20 pytest tests/parity/test_random_options.py`` tries twenty times as many.
"""

import os

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import keras_bridge, optimizers, schedules
from tests.parity.test_optimizers import NadamAsKerasRoundsIt

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Gradients do not exist:UserWarning"),
]

TRIALS = 4 * int(os.environ.get("MORE", "1"))
FRACTIONS = {
    "SGD": ["momentum"],
    "RMSprop": ["rho", "momentum"],
    "Adadelta": ["rho"],
    "Muon": ["momentum", "adam_beta_1", "adam_beta_2"],
    "Lion": ["beta_1", "beta_2"],
}
FLAGS = {"SGD": ["nesterov"], "RMSprop": ["centered"], "Adam": ["amsgrad"], "AdamW": ["amsgrad"], "Muon": ["nesterov"]}
KINDS = [kind for kind in optimizers.BY_NAME.values() if kind is not optimizers.ScheduleFreeAdamW]


def draw_options(kind, rng):
    """Settings of this class at random, each present with probability one half."""
    name, options = kind.__name__, {"learning_rate": draw_rate(rng)}

    def maybe(key, value):
        if rng.random() < 0.5:
            options[key] = value

    betas = ["beta_1", "beta_2"] if name in ("Adam", "AdamW", "Adamax", "Nadam", "Lamb") else FRACTIONS.get(name, [])
    for key in betas:
        maybe(key, float(rng.uniform(0.05, 0.99)))
    for key in FLAGS.get(name, []):
        maybe(key, bool(rng.integers(2)))
    if name not in ("SGD", "Lion", "Ftrl", "Adafactor"):
        maybe("epsilon", float(10 ** rng.uniform(-8, -2)))
    if name in ("Adagrad", "Ftrl"):
        maybe("initial_accumulator_value", float(rng.uniform(0.01, 1)))
    if name == "Ftrl":
        maybe("learning_rate_power", float(-rng.uniform(0.3, 0.9)))
        for key in ("l1_regularization_strength", "l2_regularization_strength", "beta"):
            maybe(key, float(rng.uniform(0, 0.5)))
        maybe("l2_shrinkage_regularization_strength", float(rng.uniform(0, 0.5)))
    if name == "Adafactor":
        maybe("beta_2_decay", float(-rng.uniform(0.3, 1)))
        maybe("clip_threshold", float(rng.uniform(0.2, 2)))
    if name == "Muon":
        maybe("ns_steps", int(rng.integers(1, 7)))
        maybe("rms_rate", None if rng.random() < 0.5 else float(rng.uniform(0.1, 1)))
        maybe("adam_weight_decay", float(rng.uniform(0, 0.3)))
    maybe("weight_decay", float(rng.uniform(0, 0.3)))
    clipping = ("clipnorm", "clipvalue", "global_clipnorm")[rng.integers(3)]
    maybe(clipping, float(rng.uniform(0.1, 2)))
    if rng.random() < 0.3:
        options |= {"use_ema": True, "ema_momentum": float(rng.uniform(0.1, 0.99))}
        maybe("ema_overwrite_frequency", int(rng.integers(1, 5)))
    if rng.random() < 0.3:
        options["gradient_accumulation_steps"] = int(rng.integers(2, 4))
    if rng.random() < 0.3:
        options["loss_scale_factor"] = float(2 ** rng.integers(1, 12))
    return options


def draw_rate(rng):
    rate = float(10 ** rng.uniform(-3, -1))
    return [
        rate,
        rate,
        schedules.ExponentialDecay(rate, int(rng.integers(2, 9)), float(rng.uniform(0.3, 0.9)), bool(rng.integers(2))),
        schedules.CosineDecayRestarts(rate, int(rng.integers(3, 6)), 2.0, 0.8, 0.1),
        schedules.PolynomialDecay(rate, int(rng.integers(3, 9)), 1e-4, 2.0, bool(rng.integers(2))),
        schedules.InverseTimeDecay(rate, int(rng.integers(2, 9)), 0.5),
        schedules.PiecewiseConstantDecay([2, 5], [rate, rate / 2, rate / 10]),
    ][rng.integers(7)]


@pytest.mark.parametrize("trial", range(TRIALS))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_options(kind, trial, float64):
    rng = np.random.default_rng([trial, *map(ord, kind.__name__)])
    options = draw_options(kind, rng)
    shapes = [tuple(rng.integers(1, 5, size=n)) for n in rng.permutation([0, 1, 2, 2, 3])[: rng.integers(1, 6)]]
    w = [rng.normal(size=shape) for shape in shapes]
    scale = 10 ** rng.uniform(-2, 2)
    grads = [[scale * np.asarray(rng.normal(size=shape)) for shape in shapes] for _ in range(7)]
    rule = NadamAsKerasRoundsIt if kind is optimizers.Nadam else kind
    ours = rule(**options)
    apart = keras_bridge.run_side_by_side(ours, keras_bridge.to_keras_optimizer(ours), w, grads)
    # Ftrl rebuilds w from differences of nearly equal powers, which keep fewer digits.
    assert apart.max() <= (1e-8 if kind is optimizers.Ftrl else 1e-10), options
