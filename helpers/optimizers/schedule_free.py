"""Schedule-free AdamW: an average of all steps does what a falling learning rate would, without knowing the end."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_integer
from helpers.optimizers import arguments
from helpers.optimizers.adam import _Moments


class ScheduleFreeAdamW(_Moments):
    """Three points: z takes Adam's steps, x averages all z so far, and gradients are taken at w, between the two.

    w = (1 − β₁)·z + β₁·x, so x is not stored: it is recovered from w and z as they were before the step. (Keras on
    TensorFlow recovers it with the new z, which is another method; this one is the paper's.)
    Training leaves w; ``averaged_weights`` gives x, the point that the paper evaluates. ``warmup_steps`` raises the
    rate from 0 over so many steps; ``weight_decay`` acts on w.

    Source: Defazio et al., The Road Less Scheduled, NeurIPS 2024, algorithm 1.
    """

    def __init__(self, learning_rate=0.0025, beta_1=0.9, beta_2=0.999, epsilon=1e-8, warmup_steps=0, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)
        if self.beta_1 == 0:
            raise ValueError("beta_1 must be greater than 0: at 0 the average x cannot be recovered from w")
        self.warmup_steps = check_integer("warmup_steps", warmup_steps, 0)

    def make_slots(self, w, name):
        return {"z": w.copy(order="C"), "v": np.zeros(w.shape, w.dtype)}

    def update_step(self, w, g, lr, t, z, v):
        lr = lr * min(t / max(self.warmup_steps, 1), 1.0)
        x = (w - (1 - self.beta_1) * z) / self.beta_1
        v += (1 - self.beta_2) * (g * g - v)
        z -= lr * g / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)
        x += (z - x) / t
        w[...] = (1 - self.beta_1) * z + self.beta_1 * x

    def averaged_weights(self, params: list[np.ndarray]) -> list[np.ndarray]:
        """Return x for these parameters, as new arrays: the weights to evaluate and to keep."""
        params = arguments.parameters(params, self._layout)
        if self._layout is None:
            return [w.copy() for w in params]
        return [(w - (1 - self.beta_1) * s["z"]) / self.beta_1 for w, s in zip(params, self._slots, strict=True)]
