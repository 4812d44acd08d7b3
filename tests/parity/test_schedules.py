"""The schedules against Keras': to 1e-12 where Keras is given float64, to float32's precision where it is not."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import schedules

CASES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.7}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.7, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.7}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.7, "staircase": True}),
    ("PiecewiseConstantDecay", {"boundaries": [5, 20, 60], "values": [0.1, 0.03, 0.01, 0.003]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "end_learning_rate": 0.02, "power": 2.5}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "power": 0.5, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 30}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "alpha": 0.1, "warmup_steps": 5}),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.01, "decay_steps": 30, "alpha": 0.1, "warmup_target": 0.2, "warmup_steps": 8},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10}),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 8, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.05},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 8, "t_mul": 1.0, "m_mul": 0.5}),
]
STEPS = [*range(25), 30, 31, 38, 39, 59, 60, 61, 75, 99, 150]
cases = pytest.mark.parametrize(("name", "arguments"), CASES, ids=lambda case: case if isinstance(case, str) else "")


def exact(value):
    """Keras rounds Python floats to float32; np.float64 it leaves alone."""
    if isinstance(value, list):
        return [exact(v) for v in value]
    return np.float64(value) if isinstance(value, float) else value


@cases
def test_values_in_float64(name, arguments, float64):
    ours = getattr(schedules, name)(**arguments)
    theirs = getattr(keras.optimizers.schedules, name)(**{k: exact(v) for k, v in ours.get_config().items()})
    for step in STEPS:
        assert ours(step) == pytest.approx(float(theirs(step)), rel=1e-12, abs=1e-15), step


@cases
def test_values_as_keras_gives_them(name, arguments):
    ours = getattr(schedules, name)(**arguments)
    theirs = getattr(keras.optimizers.schedules, name)(**arguments)
    for step in STEPS:
        assert ours(step) == pytest.approx(float(theirs(step)), rel=1e-5, abs=1e-6), step


def test_arguments_and_defaults_are_keras_own():
    import inspect

    for name in schedules.__all__:
        if name != "LearningRateSchedule":
            ours, theirs = (
                inspect.signature(getattr(module, name)) for module in (schedules, keras.optimizers.schedules)
            )
            assert {k: p.default for k, p in ours.parameters.items()} == {
                k: p.default for k, p in theirs.parameters.items()
            }, name
