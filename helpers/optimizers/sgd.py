"""Stochastic gradient descent, with momentum and Nesterov's momentum."""

from __future__ import annotations

from helpers.errors import check_flag
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class SGD(Optimizer):
    """Gradient descent, a heavy ball (``momentum`` > 0), or one that looks ahead (``nesterov``).

    The velocity m carries the learning rate, and points where the weights go: Keras' convention. PyTorch's keeps the
    rate outside; the two differ when the rate changes. ``nesterov`` without momentum does nothing, as in Keras.

    Source: B. T. Polyak, 1964; Y. Nesterov, 1983, in the form of Sutskever et al., ICML 2013.
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, **options):
        super().__init__(learning_rate, **options)
        self.momentum, self.nesterov = arguments.fraction("momentum", momentum), check_flag("nesterov", nesterov)
        self.slots = ("m",) if self.momentum else ()

    def update_step(self, w, g, lr, t, m=None):
        if m is None:
            w -= lr * g
            return
        m *= self.momentum
        m -= lr * g
        w += self.momentum * m - lr * g if self.nesterov else m
