"""Adadelta: steps in the units of the parameters, without a rate to choose."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_number
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class Adadelta(Optimizer):
    """Scale each gradient by (typical past step) / (typical past gradient).

    ``learning_rate=1.0`` is the paper's rule; the default is Keras'. The average of squared steps does not contain the
    rate.

    Source: M. Zeiler, arXiv:1212.5701, 2012, algorithm 1.
    """

    slots = ("E", "D")

    def __init__(self, learning_rate=0.001, rho=0.95, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.rho = arguments.fraction("rho", rho)
        self.epsilon = check_number("epsilon", epsilon, low=0, include_low=False)

    def update_step(self, w, g, lr, t, E, D):
        E += (1 - self.rho) * (g * g - E)
        step = np.sqrt(D + self.epsilon) / np.sqrt(E + self.epsilon) * g
        D += (1 - self.rho) * (step * step - D)
        w -= lr * step
