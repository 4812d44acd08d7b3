"""Adagrad: every parameter has its own step size, which only ever shrinks."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_number
from helpers.optimizers.base import Optimizer


class Adagrad(Optimizer):
    """Divide each step by the root of the sum of all squared gradients so far.

    The sum starts at ``initial_accumulator_value``, so the first step is not always a full one; ε is inside the root,
    as in Keras.

    Source: Duchi, Hazan, Singer, JMLR 12, 2011.
    """

    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        start = check_number("initial_accumulator_value", initial_accumulator_value, low=0)
        self.epsilon = check_number("epsilon", epsilon, low=0)
        self.initial_accumulator_value, self.slots = start, {"a": start}

    def update_step(self, w, g, lr, t, a):
        a += g * g
        w -= lr * g / np.sqrt(a + self.epsilon)
