"""FTRL: the weights are solved for anew at each step from all gradients so far, which lets L1 make exact zeros."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_number
from helpers.optimizers.base import Optimizer


class Ftrl(Optimizer):
    """Follow the regularised leader: w minimises z·w + the squared distance to earlier weights + L1 + L2.

    ``n`` sums the squared gradients, ``z`` the gradients and the pull towards earlier weights; ``z`` starts at 0, so the
    starting weights are nearly forgotten at the first step, as in Keras. The shrinkage pulls by 2·strength·w. Where
    Keras would divide by 0 (a rate of 0, or ``n`` still 0), the weight stays as it is.

    Source: McMahan et al., Ad Click Prediction, KDD 2013, algorithm 1.
    """

    def __init__(
        self,
        learning_rate=0.001,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        l2_shrinkage_regularization_strength=0.0,
        beta=0.0,
        **options,
    ):
        super().__init__(learning_rate, **options)
        self.learning_rate_power = check_number("learning_rate_power", learning_rate_power, high=0)
        self.initial_accumulator_value, self.l1_regularization_strength, self.l2_regularization_strength = (
            check_number(name, value, low=0)
            for name, value in (
                ("initial_accumulator_value", initial_accumulator_value),
                ("l1_regularization_strength", l1_regularization_strength),
                ("l2_regularization_strength", l2_regularization_strength),
            )
        )
        self.l2_shrinkage_regularization_strength = check_number(
            "l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength, low=0
        )
        self.beta = check_number("beta", beta, low=0)
        self.slots = {"n": self.initial_accumulator_value, "z": 0.0}

    def update_step(self, w, g, lr, t, n, z):
        if lr == 0:
            return
        p, l1, l2 = -self.learning_rate_power, self.l1_regularization_strength, self.l2_regularization_strength
        sigma = ((n + g * g) ** p - n**p) / lr
        z += g + 2 * self.l2_shrinkage_regularization_strength * w - sigma * w
        n += g * g
        curvature = (n**p + self.beta) / lr + 2 * l2
        np.divide(np.clip(z, -l1, l1) - z, curvature, out=w, where=curvature > 0)
