"""Adam and its family: momentum for the direction, a moving average of squares for the size."""

from __future__ import annotations

from math import sqrt

import numpy as np

from helpers.errors import check_flag, check_number
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer


class _Moments(Optimizer):
    """The arguments that the family shares."""

    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.beta_1 = arguments.fraction("beta_1", beta_1, one=False)
        self.beta_2 = arguments.fraction("beta_2", beta_2, one=False)
        self.epsilon = check_number("epsilon", epsilon, low=0)


class Adam(_Moments):
    """Step along the average gradient m, divided by the root of the average squared gradient v.

    Both averages start at 0 and are too small at first; ``alpha_t`` corrects for it. ε is added to √v before the
    correction, as in Keras (the paper's ε̂), not after. ``amsgrad`` divides by the largest v so far, uncorrected.

    Source: Kingma, Ba, ICLR 2015, end of section 2; AMSGrad: Reddi, Kale, Kumar, ICLR 2018.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)
        self.amsgrad = check_flag("amsgrad", amsgrad)
        self.slots = ("m", "v", "h") if self.amsgrad else ("m", "v")

    def update_step(self, w, g, lr, t, m, v, h=None):
        alpha_t = lr * sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        largest = v if h is None else np.maximum(h, v, out=h)
        w -= alpha_t * m / (np.sqrt(largest) + self.epsilon)


class AdamW(Adam):
    """Adam with decoupled weight decay: each step also shrinks w by ``learning_rate * weight_decay * w``.

    Source: Loshchilov, Hutter, ICLR 2019.
    """

    def __init__(self, learning_rate=0.001, weight_decay=0.004, *args, **options):
        decay = check_number("weight_decay", weight_decay, low=0)
        super().__init__(learning_rate, *args, weight_decay=decay, **options)


class Adamax(_Moments):
    """Adam with the largest recent gradient in place of the root mean square.

    Source: Kingma, Ba, ICLR 2015, algorithm 2.
    """

    slots = ("m", "u")

    def update_step(self, w, g, lr, t, m, u):
        m += (1 - self.beta_1) * (g - m)
        np.maximum(self.beta_2 * u, np.abs(g), out=u)
        w -= lr / (1 - self.beta_1**t) * m / (u + self.epsilon)


class Nadam(_Moments):
    """Adam with Nesterov's look-ahead; its momentum warms up as β₁(1 − 0.96ᵗ/2).

    ``product`` is the running product of those momenta, one number for all parameters. ε is added to √v̂, after the
    correction.

    Source: T. Dozat, ICLR workshop 2016.
    """

    shared = ("product",)
    product = 1.0

    def begin_step(self, lr, t):
        self.u, self.u_next = (self.beta_1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
        self.product *= self.u

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        m_hat = self.u_next / (1 - self.product * self.u_next) * m + (1 - self.u) / (1 - self.product) * g
        w -= lr * m_hat / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)
