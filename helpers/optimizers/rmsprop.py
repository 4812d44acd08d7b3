"""RMSprop: Adagrad that forgets."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_flag, check_number
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class RMSprop(Optimizer):
    """Divide each step by the root of a moving average of squared gradients.

    ``centered`` subtracts the squared mean gradient, which makes the average a variance. ``momentum`` keeps a velocity
    of the scaled steps, with the rate inside. ε is inside the root, and there is no bias correction, as in Keras.

    Source: Tieleman, Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012; centred: Graves, arXiv:1308.0850.
    """

    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, **options):
        super().__init__(learning_rate, **options)
        self.rho, self.momentum = arguments.fraction("rho", rho), arguments.fraction("momentum", momentum)
        self.epsilon, self.centered = check_number("epsilon", epsilon, low=0), check_flag("centered", centered)
        self.slots = ("v", *(["m"] if self.momentum else []), *(["a"] if self.centered else []))

    def update_step(self, w, g, lr, t, v, *more):
        v += (1 - self.rho) * (g * g - v)
        variance = v
        if self.centered:
            a = more[-1]
            a += (1 - self.rho) * (g - a)
            variance = np.maximum(v - a * a, 0)  # rounding can leave it just below 0
        step = lr * g / np.sqrt(variance + self.epsilon)
        if self.momentum:
            m = more[0]
            m *= self.momentum
            m += step
            step = m
        w -= step
