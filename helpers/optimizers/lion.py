"""Lion: only the sign of the averaged gradient counts, so every weight moves by the same amount."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_number
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class Lion(Optimizer):
    """Step by ``learning_rate`` against the sign of a blend of momentum and gradient; then update the momentum.

    Every step is as long as the rate allows, so rates are three to ten times smaller than Adam's.

    Source: Chen et al., Symbolic Discovery of Optimization Algorithms, NeurIPS 2023, algorithm 2.
    """

    slots = ("m",)

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99, **options):
        super().__init__(learning_rate, **options)
        self.beta_1 = check_number("beta_1", beta_1, low=0, high=1, include_low=False)
        self.beta_2 = arguments.fraction("beta_2", beta_2)

    def update_step(self, w, g, lr, t, m):
        w -= lr * np.sign(self.beta_1 * m + (1 - self.beta_1) * g)
        m += (1 - self.beta_2) * (g - m)
