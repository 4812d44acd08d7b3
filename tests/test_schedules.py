"""The schedules: values known in closed form, the range over all steps, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import optimizers, schedules

STEPS = st.floats(0, 1e6) | st.integers(0, 10**9)
EACH = [
    schedules.ExponentialDecay(0.1, 100, 0.5),
    schedules.ExponentialDecay(0.1, 100, 0.5, staircase=True),
    schedules.InverseTimeDecay(0.1, 100, 2.0),
    schedules.PiecewiseConstantDecay([10, 20.5, 1000], [0.1, 0.02, 0.003, 0.0004]),
    schedules.PolynomialDecay(0.1, 100, 0.01, power=2.0),
    schedules.PolynomialDecay(0.1, 100, 0.01, power=0.5, cycle=True),
    schedules.CosineDecay(0.1, 100, alpha=0.1),
    schedules.CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=10),
    schedules.CosineDecayRestarts(0.1, 100, t_mul=1.5, m_mul=0.9, alpha=0.05),
    schedules.CosineDecayRestarts(0.1, 100, t_mul=1.0),
]
each = pytest.mark.parametrize("schedule", EACH, ids=repr)


@each
@given(step=STEPS)
def test_a_rate_is_a_float_between_nothing_and_the_peak(schedule, step):
    rate = schedule(step)
    assert type(rate) is float
    assert 0 <= rate <= 0.1 + 1e-15


@each
def test_config_makes_the_same_schedule_again(schedule):
    again = type(schedule)(**schedule.get_config())
    assert [again(s) for s in range(300)] == [schedule(s) for s in range(300)]


@each
def test_numpy_steps_are_steps(schedule):
    assert schedule(np.int64(7)) == schedule(7) == schedule(np.float64(7)) == schedule(np.array(7))


@each
@pytest.mark.parametrize("step", [-1, float("nan"), float("inf"), "3", None, [1], True])
def test_impossible_steps_are_refused(schedule, step):
    with pytest.raises((TypeError, ValueError), match=r"^step must"):
        schedule(step)


def test_exponential_halves_each_period():
    schedule = schedules.ExponentialDecay(0.8, 10, 0.5)
    assert [schedule(s) for s in (0, 10, 20, 30)] == [0.8, 0.4, 0.2, 0.1]
    stairs = schedules.ExponentialDecay(0.8, 10, 0.5, staircase=True)
    assert stairs(9) == 0.8 and stairs(10) == stairs(19) == 0.4
    assert schedules.ExponentialDecay(1, 10, 0.5)(5) == pytest.approx(math.sqrt(0.5))  # an integer rate is a number


def test_piecewise_boundary_belongs_to_the_left():
    schedule = schedules.PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.1])
    assert [schedule(s) for s in (0, 10, 10.5, 11, 20, 21)] == [1.0, 1.0, 0.5, 0.5, 0.5, 0.1]


def test_polynomial_ends_and_cycles():
    line = schedules.PolynomialDecay(1.0, 100, end_learning_rate=0.0)
    assert [line(s) for s in (0, 25, 100, 1000)] == [1.0, 0.75, 0.0, 0.0]
    cycle = schedules.PolynomialDecay(1.0, 100, end_learning_rate=0.0, cycle=True)
    assert cycle(100) == 0 and cycle(101) == pytest.approx(1 - 101 / 200) and cycle(200) == 0


def test_cosine_has_its_mean_in_the_middle_and_warms_up_in_a_line():
    schedule = schedules.CosineDecay(1.0, 100, alpha=0.2)
    np.testing.assert_allclose([schedule(s) for s in (0, 50, 100, 500)], [1.0, 0.6, 0.2, 0.2], rtol=1e-15)
    warm = schedules.CosineDecay(0.0, 100, warmup_target=1.0, warmup_steps=10)
    np.testing.assert_allclose([warm(s) for s in (0, 5, 10, 60, 110)], [0.0, 0.5, 1.0, 0.5, 0.0], atol=1e-15)


@given(t_mul=st.floats(1.01, 5), first=st.integers(1, 50), period=st.integers(0, 20))
def test_every_restart_is_at_the_top(t_mul, first, period):
    start = first * sum(t_mul**i for i in range(period))
    schedule = schedules.CosineDecayRestarts(1.0, first, t_mul=t_mul)
    assert schedule(start) == pytest.approx(1.0, abs=1e-9)


def test_restarts_are_right_where_single_precision_is_one_period_late():
    assert schedules.CosineDecayRestarts(1.0, 10, t_mul=1.1)(21) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: schedules.ExponentialDecay(-0.1, 10, 0.5), "initial_learning_rate"),
        (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "decay_steps"),
        (lambda: schedules.InverseTimeDecay(0.1, 10, -1), "decay_rate"),
        (lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]), "values"),
        (lambda: schedules.PiecewiseConstantDecay([2, 1], [0.1, 0.2, 0.3]), "boundaries"),
        (lambda: schedules.PolynomialDecay(0.1, 10, power=-1), "power"),
        (lambda: schedules.CosineDecay(0.1, "10"), "decay_steps"),
        (lambda: schedules.CosineDecayRestarts(0.1, 10, t_mul=0.5), "t_mul"),
    ],
)
def test_the_wrong_argument_is_named(make, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word}"):
        make()


def test_an_optimizer_follows_its_schedule():
    schedule = schedules.CosineDecay(0.5, 4)
    optimizer = optimizers.SGD(schedule)
    w, expected = np.array([10.0]), 10.0
    for step in range(6):
        assert optimizer.learning_rate == schedule(step)
        optimizer.apply([np.array([1.0])], [w])
        expected -= schedule(step)
        assert w[0] == pytest.approx(expected, rel=1e-14)
