"""Learning-rate schedules: the rate as a function of the step, counted from 0. Keras' names, arguments and values.

``schedule = CosineDecay(0.1, decay_steps=1000)``; then ``schedule(step)`` is a float, computed in double precision, and
``optimizers.SGD(schedule)`` asks it at each step. Steps may be fractions; a step below 0 is refused.
"""

from __future__ import annotations

import inspect
import itertools
import math

import numpy as np

from helpers.errors import check_flag, check_list, check_number, check_text

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]


class LearningRateSchedule:
    """Base class: a subclass defines ``__call__(step) -> float``."""

    def __call__(self, step: float) -> float:
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, step)")

    def get_config(self) -> dict:
        """The arguments that make this schedule again: ``type(s)(**s.get_config())``."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_config().items())})"


class ExponentialDecay(LearningRateSchedule):
    """``α₀ · rate^(step / decay_steps)``; with ``staircase`` the power is whole, so the rate falls in steps."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="ExponentialDecay"):
        self.initial_learning_rate = _rate("initial_learning_rate", initial_learning_rate)
        self.decay_steps = _steps("decay_steps", decay_steps)
        self.decay_rate = check_number("decay_rate", decay_rate, 0, math.inf, include_high=False)
        self.staircase, self.name = check_flag("staircase", staircase), check_text("name", name)

    def __call__(self, step):
        p = _times(step, self.decay_steps)
        return self.initial_learning_rate * _power(self.decay_rate, math.floor(p) if self.staircase else p)


class InverseTimeDecay(LearningRateSchedule):
    """``α₀ / (1 + rate · step / decay_steps)``; with ``staircase`` only whole multiples of decay_steps count."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="InverseTimeDecay"):
        self.initial_learning_rate = _rate("initial_learning_rate", initial_learning_rate)
        self.decay_steps = _steps("decay_steps", decay_steps)
        self.decay_rate = check_number("decay_rate", decay_rate, 0, math.inf, include_high=False)
        self.staircase, self.name = check_flag("staircase", staircase), check_text("name", name)

    def __call__(self, step):
        p = _times(step, self.decay_steps)
        return self.initial_learning_rate / (1 + self.decay_rate * (math.floor(p) if self.staircase else p))


class PiecewiseConstantDecay(LearningRateSchedule):
    """``values[0]`` up to and including step ``boundaries[0]``, then ``values[1]``, ..., at last ``values[-1]``."""

    def __init__(self, boundaries, values, name="PiecewiseConstant"):
        boundaries, values = check_list("boundaries", boundaries, "steps"), check_list("values", values, "rates")
        if len(values) != len(boundaries) + 1:
            raise ValueError(
                f"values must be one more than boundaries, got {len(values)} values for {len(boundaries)} boundaries"
            )
        boundaries = [check_number(f"boundaries[{i}]", boundary) for i, boundary in enumerate(boundaries)]
        if any(a >= b for a, b in itertools.pairwise(boundaries)):
            raise ValueError(f"boundaries must increase, got {boundaries}")
        self.boundaries, self.name = boundaries, check_text("name", name)
        self.values = [_rate(f"values[{i}]", value) for i, value in enumerate(values)]

    def __call__(self, step):
        step = _step(step)
        return self.values[sum(step > boundary for boundary in self.boundaries)]


class PolynomialDecay(LearningRateSchedule):
    """``(α₀ − α_end)(1 − step/D)^power + α_end``, D = decay_steps, constant after D.

    With ``cycle`` D is multiplied by ⌈step/D⌉ instead: the rate jumps up after each D steps and falls again.
    """

    def __init__(
        self,
        initial_learning_rate,
        decay_steps,
        end_learning_rate=0.0001,
        power=1.0,
        cycle=False,
        name="PolynomialDecay",
    ):
        self.initial_learning_rate = _rate("initial_learning_rate", initial_learning_rate)
        self.decay_steps = _steps("decay_steps", decay_steps)
        self.end_learning_rate = _rate("end_learning_rate", end_learning_rate)
        self.power = check_number("power", power, 0, math.inf, include_high=False)
        self.cycle, self.name = check_flag("cycle", cycle), check_text("name", name)

    def __call__(self, step):
        step, span = _step(step), self.decay_steps
        if self.cycle:
            span *= max(1, math.ceil(_times(step, span)))
        left = max(0.0, 1 - step / span)
        return (self.initial_learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate


class CosineDecay(LearningRateSchedule):
    """Half a cosine from α₀ down to ``alpha · α₀`` over ``decay_steps``, constant after (Loshchilov and Hutter, 2017).

    With ``warmup_target`` the rate first rises in a straight line from α₀ to the target over ``warmup_steps``; the
    cosine then falls from the target, and ``decay_steps`` do not include the warm-up.
    """

    def __init__(
        self,
        initial_learning_rate,
        decay_steps,
        alpha=0.0,
        name="CosineDecay",
        warmup_target=None,
        warmup_steps=0,
    ):
        self.initial_learning_rate = _rate("initial_learning_rate", initial_learning_rate)
        self.decay_steps = _steps("decay_steps", decay_steps)
        self.alpha = check_number("alpha", alpha, 0, math.inf, include_high=False)
        self.warmup_target = None if warmup_target is None else _rate("warmup_target", warmup_target)
        self.warmup_steps = check_number("warmup_steps", warmup_steps, 0, math.inf, include_high=False)
        self.name = check_text("name", name)

    def __call__(self, step):
        step, peak = _step(step), self.initial_learning_rate
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return peak + (self.warmup_target - peak) * step / self.warmup_steps
            step, peak = step - self.warmup_steps, self.warmup_target
        return peak * _half_cosine(min(step / self.decay_steps, 1.0), self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Half a cosine over ``first_decay_steps``, then again and again (SGDR: Loshchilov and Hutter, 2017).

    Each period is ``t_mul`` times as long as the one before and starts ``m_mul`` times as high; ``alpha · α₀`` is the
    floor of all.
    """

    def __init__(self, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name="SGDRDecay"):
        self.initial_learning_rate = _rate("initial_learning_rate", initial_learning_rate)
        self.first_decay_steps = _steps("first_decay_steps", first_decay_steps)
        self.t_mul = check_number("t_mul", t_mul, 1, 1e50)
        self.m_mul = check_number("m_mul", m_mul, 0, math.inf, include_high=False)
        self.alpha = check_number("alpha", alpha, 0, math.inf, include_high=False)
        self.name = check_text("name", name)

    def __call__(self, step):
        period, share = self._place(_times(step, self.first_decay_steps))
        return self.initial_learning_rate * _half_cosine(share, self.alpha, _power(self.m_mul, period))

    def _place(self, x):
        """Which period (from 0) and how far through it, x first periods after the start."""
        if self.t_mul == 1:
            return math.floor(x), x - math.floor(x)
        growth = self.t_mul - 1
        period = math.floor(math.log1p(x * growth) / math.log(self.t_mul))
        # At a restart the logarithms may round to just under a whole number; the next start decides.
        if x >= ((self.t_mul ** (period + 1) - 1) / growth) * (1 - 1e-12):
            period += 1
        share = (x - (self.t_mul**period - 1) / growth) / self.t_mul**period
        return period, min(max(share, 0.0), 1.0)


def _half_cosine(share, floor, height=1.0):
    """From ``height`` at share 0 to ``floor`` at share 1."""
    return (1 - floor) * 0.5 * height * (1 + math.cos(math.pi * share)) + floor


def _times(step, steps):
    """How often ``steps`` have passed: a number that can be rounded, so at most 1e200."""
    return min(_step(step) / steps, 1e200)


def _power(base, exponent):
    """At most 1e150, beyond any use: with infinity a rate could become 0·∞ or ∞ − ∞, which are NaN."""
    with np.errstate(over="ignore"):
        return min(float(np.float64(base) ** exponent), 1e150)


def _rate(name, value):
    return check_number(name, value, 0, math.inf, include_high=False)


def _steps(name, value):
    return check_number(name, value, 0, math.inf, include_low=False, include_high=False)


def _step(step):
    return check_number("step", step, 0, math.inf, include_high=False)
