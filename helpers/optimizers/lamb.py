"""LAMB: Adam's direction, but as long for each layer as that layer's weights ask for."""

from __future__ import annotations

import numpy as np

from helpers.optimizers.adam import _Moments
from helpers.optimizers.blocks import norm


class Lamb(_Moments):
    """Adam's step u, scaled in each parameter by ``ratio`` = ‖w‖ / ‖u‖: each layer moves by its share of itself.

    The ratio is 1 where either norm is 0. Made for batches of tens of thousands.

    Source: You et al., Large Batch Optimization for Deep Learning, ICLR 2020, algorithm 2.
    """

    elementwise = False  # the norms are of the whole parameter

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        u = m / (1 - self.beta_1**t) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)
        w_norm, u_norm = norm([w]), norm([u])
        w -= lr * (w_norm / u_norm if w_norm > 0 and u_norm > 0 else 1.0) * u
