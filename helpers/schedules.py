"""Learning-rate schedules: the rate as a function of the step, counted from 0. Keras' names and arguments."""

from __future__ import annotations


class LearningRateSchedule:
    """Base class: a subclass defines ``__call__(step) -> float``."""

    def __call__(self, step: int) -> float:
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, step)")


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate * decay_rate ** (step / decay_steps), with a whole power if ``staircase``."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False):
        self.initial_learning_rate, self.decay_steps = float(initial_learning_rate), decay_steps
        self.decay_rate, self.staircase = float(decay_rate), staircase

    def __call__(self, step):
        power = step // self.decay_steps if self.staircase else step / self.decay_steps
        return self.initial_learning_rate * self.decay_rate**power
