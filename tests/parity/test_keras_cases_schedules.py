"""The schedules against what Keras' own tests assert (version 3.15.1, learning_rate_schedule_test.py).

The expected numbers are literals or the closed forms that stand there, so this runs without Keras.
"""

import math

import numpy as np
import pytest

from helpers import initializers, layers, optimizers, schedules
from helpers.models import Sequential

EVERY_250 = range(0, 1500, 250)


def cosine(step, steps, alpha=0.0):
    return (1 - alpha) * 0.5 * (1 + math.cos(math.pi * min(step, steps) / steps)) + alpha


def restarts(step, steps, t_mul=2.0, m_mul=1.0, alpha=0.0):
    height = 1.0
    while step >= steps:
        step, steps, height = step - steps, steps * t_mul, height * m_mul
    return (1 - alpha) * height * cosine(step, steps) + alpha


def cases():
    """(schedule, {step: rate})"""
    s = schedules
    yield s.ExponentialDecay(0.05, 10, 0.96), {5: 0.05 * 0.96**0.5}
    yield s.ExponentialDecay(0.1, 3, 0.96, staircase=True), {1: 0.1, 2: 0.1, 100: 0.1 * 0.96**33}
    yield (
        s.PiecewiseConstantDecay([100, 110, 120], [1.0, 0.1, 0.01, 0.001]),
        {100: 1.0, 105: 0.1, 110: 0.1, 120: 0.01, 999: 0.001},
    )
    yield s.PiecewiseConstantDecay([1, 2, 3], [0.4, 0.5, 0.6, 0.7]), {0: 0.4, 1: 0.4, 2: 0.5, 3: 0.6, 4: 0.7}
    for power in (1.0, 0.5):
        yield s.PolynomialDecay(0.05, 10, 0.0, power), {5: 0.05 * 0.5**power}
        yield s.PolynomialDecay(0.05, 10, 0.001, power), {5: 0.049 * 0.5**power + 0.001, 10: 0.001, 15: 0.001}
        yield s.PolynomialDecay(0.05, 10, 0.001, power, cycle=True), {15: 0.049 * 0.25**power + 0.001}
    yield s.PolynomialDecay(0.001, 10, cycle=True), {0: 0.001}
    yield s.InverseTimeDecay(0.1, 10, 0.96), {i: 0.1 / (1 + i / 10 * 0.96) for i in range(11)}
    yield s.InverseTimeDecay(0.1, 10, 0.96, staircase=True), {i: 0.1 / (1 + 0.96 * (i // 10)) for i in range(11)}
    yield s.CosineDecay(1.0, 1000), {i: cosine(i, 1000) for i in EVERY_250}
    yield s.CosineDecay(1.0, 1000, 0.1), {i: cosine(i, 1000, 0.1) for i in EVERY_250}
    yield s.CosineDecay(np.float64(1.0), 1000), {i: cosine(i, 1000) for i in EVERY_250}
    yield s.CosineDecay(0.0, 10, warmup_target=10.0, warmup_steps=1500), {i: i / 150 for i in EVERY_250}
    yield (
        s.CosineDecay(0.0, 1000, warmup_target=10.0, warmup_steps=2000),
        {i: i / 200 if i <= 2000 else 10 * cosine(i - 2000, 1000) for i in range(0, 3000, 250)},
    )
    for options in ({}, {"alpha": 0.1}, {"m_mul": 0.9}, {"t_mul": 1.0}):
        yield s.CosineDecayRestarts(1.0, 1000, **options), {i: restarts(i, 1000, **options) for i in EVERY_250}


@pytest.mark.parametrize(("schedule", "rates"), list(cases()), ids=repr)
def test_rates(schedule, rates):
    """Keras allows 1e-6; ours compute in double precision."""
    for step, rate in rates.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-12), step


@pytest.mark.parametrize(
    "schedule",
    [
        schedules.ExponentialDecay(0.05, 10, 0.96, staircase=True, name="my_ed"),
        schedules.PiecewiseConstantDecay([10, 20], [1, 2, 3], name="my_pcd"),
        schedules.PolynomialDecay(0.1, 100, 0.005, 1.0, cycle=False, name="my_ld"),
        schedules.InverseTimeDecay(0.05, 10, 0.96, staircase=True, name="my_itd"),
        schedules.CosineDecay(0.05, 10, 0.1, warmup_target=0.2, warmup_steps=2, name="my_cd"),
        schedules.CosineDecayRestarts(0.05, 10, alpha=0.1, t_mul=3.0, m_mul=4.0, name="my_cdr"),
    ],
    ids=lambda schedule: schedule.name,
)
def test_a_config_makes_it_again(schedule):
    again = type(schedule)(**schedule.get_config())
    assert again.get_config() == schedule.get_config() and again.name == schedule.name
    assert [again(step) for step in range(50)] == [schedule(step) for step in range(50)]


def test_a_step_before_the_first_is_refused():
    """Keras answers with the rate for step -999; no optimizer ever asks that, a mistaken caller may."""
    with pytest.raises(ValueError, match=r"^step"):
        schedules.PiecewiseConstantDecay([100], [1.0, 0.1])(-999)


def test_a_training_with_a_schedule():
    """To Keras' own 5e-5: it holds 0.999 in float32, so 1 - beta_2 and with it the first steps are 1e-5 off."""
    ones = initializers.Ones()
    model = Sequential([layers.Dense(2, kernel_initializer=ones, bias_initializer=ones)])
    optimizer = optimizers.Adam(schedules.ExponentialDecay(0.05, decay_steps=1, decay_rate=0.9))
    model.compile(optimizer, "mse")
    x = np.arange(32.0, dtype=np.float32).reshape(16, 2)
    history = model.fit(x, x, epochs=3, batch_size=4, shuffle=False)
    assert optimizer.iterations == 12
    expected = [230.79457092285156, 128.30319213867188, 79.33648681640625]
    np.testing.assert_allclose(history.history["loss"], expected, rtol=5e-5)
