"""Optimizers in wrappers, with options that nobody chose, against live Keras: what test_random_options leaves out.

Parameters without a gradient or without decay, an average that is written at the end, a loss scale around it all with
gradients that overflow now and then, and several optimizers for one model. ``MORE=20`` tries twenty times as many.
"""

import os

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import keras_bridge, optimizers
from helpers.keras_bridge.backends import as_arrays
from tests.parity.test_optimizers import NadamAsKerasRoundsIt
from tests.parity.test_random_options import KINDS, draw_options
from tests.parity.test_wrappers import tensors, variables

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Gradients do not exist:UserWarning"),
]

MORE = int(os.environ.get("MORE", "1"))
NAMES = ["kernel", "bias", "gamma", "embedding", "recurrent"]
STEPS = 8


def draw(kind, rng):
    """An optimizer of this class with options at random, and Keras' with the same."""
    ours = (NadamAsKerasRoundsIt if kind is optimizers.Nadam else kind)(**draw_options(kind, rng))
    return ours, keras_bridge.to_keras_optimizer(ours)


def draw_model(rng):
    """Some parameters with names and the gradients of all steps, None at each where a parameter is not used."""
    names = [NAMES[i] for i in rng.permutation(5)[: rng.integers(2, 6)]]
    shapes = [tuple(rng.integers(1, 5, size=n)) for n in rng.integers(0, 4, size=len(names))]
    w = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    unused = rng.random(len(names)) < 0.2
    unused[rng.integers(len(names))] = False
    scale = 10 ** rng.uniform(-1, 1)
    steps = [
        [None if skip else np.asarray(scale * rng.normal(size=p.shape)) for p, skip in zip(w, unused, strict=True)]
        for _ in range(STEPS)
    ]
    return names, w, steps


def compare(ours, twin, names, w, theirs, steps, limit, note):
    for step in steps:
        ours.apply(step, w, names)
        twin.apply([None if g is None else tensors([g])[0] for g in step], theirs)
        assert keras_bridge.difference(w, as_arrays(theirs)) <= limit, note
    ours.finalize_variable_values(w)
    twin.finalize_variable_values(theirs)
    assert keras_bridge.difference(w, as_arrays(theirs)) <= limit, note


def limit_of(*kinds):
    """Ftrl rebuilds w from differences of nearly equal powers, which keep fewer digits."""
    return 1e-8 if optimizers.Ftrl in kinds else 1e-10


@pytest.mark.parametrize("trial", range(2 * MORE))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_unused_and_undecayed_parameters(kind, trial, float64):
    rng = np.random.default_rng([1, trial, *map(ord, kind.__name__)])
    ours, twin = draw(kind, rng)
    names, w, steps = draw_model(rng)
    theirs = variables(w, names)
    chosen = [i for i in range(len(w)) if rng.random() < 0.4]
    patterns = [("ker", "^b", "am+a", ".mb", "kernel|gamma")[i] for i in rng.permutation(5)[: rng.integers(3)]]
    ours.exclude_from_weight_decay([w[i] for i in chosen], patterns)
    twin.exclude_from_weight_decay([theirs[i] for i in chosen], patterns)
    compare(ours, twin, names, w, theirs, steps, limit_of(kind), (ours, patterns, chosen))


@pytest.mark.skipif(keras.config.backend() != "tensorflow", reason="the names are those of TensorFlow's variables")
def test_the_end_of_a_name_is_not_seen_by_keras_on_tensorflow(float64):
    """It searches the name of the variable behind its own, "bias:0", so "bias$" excludes nothing there. Ours: "bias"."""
    w = np.array([2.0])
    ours = optimizers.SGD(1.0, weight_decay=0.1)
    twin, theirs = keras_bridge.to_keras_optimizer(ours), variables([w], ["bias"])
    for optimizer in (ours, twin):
        optimizer.exclude_from_weight_decay(var_names=["bias$"])
    ours.apply([np.zeros(1)], [w], ["bias"])
    twin.apply(tensors([np.zeros(1)]), theirs)
    assert w[0] == 2.0
    assert as_arrays(theirs)[0][0] == pytest.approx(1.8)


@pytest.mark.parametrize("trial", range(2 * MORE))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_loss_scale_around_any_optimizer(kind, trial, float64):
    rng = np.random.default_rng([2, trial, *map(ord, kind.__name__)])
    inner, twin_inner = draw(kind, rng)
    settings = {"initial_scale": float(2 ** rng.integers(1, 9)), "dynamic_growth_steps": int(rng.integers(1, 4))}
    ours = optimizers.LossScaleOptimizer(inner, **settings)
    twin = keras.optimizers.LossScaleOptimizer(twin_inner, **settings)
    names, w, steps = draw_model(rng)
    for step in steps:
        if rng.random() < 0.3:
            given = [g for g in step if g is not None]
            g = given[rng.integers(len(given))]
            g[tuple(rng.integers(n) for n in g.shape)] = rng.choice([np.inf, -np.inf, np.nan])
    compare(ours, twin, names, w, variables(w, names), steps, limit_of(kind), (inner, settings))
    assert ours.dynamic_scale == float(twin.dynamic_scale)
    assert ours.iterations == int(twin.iterations)


@pytest.mark.parametrize("trial", range(10 * MORE))
@pytest.mark.parametrize("scaled", [False, True])
def test_any_optimizers_together(trial, scaled, float64):
    rng = np.random.default_rng([3, trial, scaled])
    kinds = [KINDS[i] for i in rng.integers(len(KINDS), size=3)]
    (default, *rest), (twin_default, *twins) = zip(*(draw(kind, rng) for kind in kinds), strict=True)
    keys = [("bias|gamma", "embed.*"), ("kernel", ".*"), ("[a-e].*", "kernel|recurrent")][rng.integers(3)]
    if keys[1] == ".*":
        keys, rest, twins = keys[1:], rest[1:], twins[1:]
    options = {"loss_scale_factor": 16.0} if rng.random() < 0.3 else {}
    ours = optimizers.MultiOptimizer(optimizers.OptimizerMap(default, dict(zip(keys, rest, strict=True))), **options)
    twin = keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(twin_default, dict(zip(keys, twins, strict=True))), **options
    )
    names, w, steps = draw_model(rng)
    steps = [[np.ones_like(p) if g is None else g for g, p in zip(step, w, strict=True)] for step in steps]
    theirs = variables(w, names)
    if scaled:
        ours, twin = optimizers.LossScaleOptimizer(ours, 4.0), keras.optimizers.LossScaleOptimizer(twin, 4.0)
        steps[trial % STEPS][0] = np.full_like(w[0], np.inf)
    compare(ours, twin, names, w, theirs, steps, limit_of(*kinds), (kinds, keys, options))
