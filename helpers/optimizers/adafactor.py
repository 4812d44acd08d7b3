"""Adafactor: Adam's second moment from its row and column means, so that a matrix costs two vectors of memory."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_flag, check_number
from helpers.optimizers.base import Optimizer


class Adafactor(Optimizer):
    """Divide the gradient by the root of r·c / mean(r), where r and c average its squares over columns and rows.

    Vectors keep a whole average v. The step grows with the root mean square of w (at least ``epsilon_2``) and is
    clipped where that of u exceeds ``clip_threshold``. The rate is never above 1/√t, whatever ``relative_step`` says:
    so it is in Keras. Leading axes of an array of more than two are a batch of matrices.

    The roots are taken before the product: r·c of an all-zero row and column underflows in float32, where Keras' whole
    tensor becomes NaN.

    Source: Shazeer, Stern, ICML 2018, algorithms 4 and 5.
    """

    elementwise = False  # means over rows, columns and the whole

    def __init__(
        self,
        learning_rate=0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=1e-3,
        clip_threshold=1.0,
        relative_step=True,
        **options,
    ):
        super().__init__(learning_rate, **options)
        self.beta_2_decay = check_number("beta_2_decay", beta_2_decay, high=0)
        self.epsilon_1 = check_number("epsilon_1", epsilon_1, low=0, include_low=False)
        self.epsilon_2 = check_number("epsilon_2", epsilon_2, low=0)
        self.clip_threshold = check_number("clip_threshold", clip_threshold, low=0, include_low=False)
        self.relative_step = check_flag("relative_step", relative_step)

    def make_slots(self, w, name):
        if w.ndim < 2:
            return {"v": np.zeros_like(w, order="C")}
        return {"r": np.zeros(w.shape[:-1], w.dtype), "c": np.zeros(w.shape[:-2] + w.shape[-1:], w.dtype)}

    def update_step(self, w, g, lr, t, *slots):
        if not w.size:
            return
        alpha = max(self.epsilon_2, rms(w)) * min(lr, 1 / t**0.5)
        u = g / self._root_of_second_moment(g * g + self.epsilon_1, t**self.beta_2_decay, *slots)
        w -= alpha * u / max(1.0, rms(u) / self.clip_threshold)

    @staticmethod
    def _root_of_second_moment(squares, weight, *slots):
        if len(slots) == 1:
            (v,) = slots
            v += weight * (squares - v)
            return np.sqrt(v)
        r, c = slots
        r += weight * (squares.mean(axis=-1) - r)
        c += weight * (squares.mean(axis=-2) - c)
        share = np.sqrt(r) / np.sqrt(r.mean(axis=-1, keepdims=True))  # roots first: the share itself can underflow to 0
        return share[..., None] * np.sqrt(c)[..., None, :]


def rms(x: np.ndarray) -> float:
    """Root of the mean square of all entries."""
    return float(np.sqrt(np.mean(x * x)))
