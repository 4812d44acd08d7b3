"""Muon: the momentum of a weight matrix, made orthogonal, so that no direction of the matrix is left behind."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from helpers.errors import check_flag, check_integer, check_number
from helpers.optimizers import arguments
from helpers.optimizers.adam import Adam
from helpers.optimizers.base import Optimizer


class Muon(Optimizer):
    """Momentum, orthogonalised by ``ns_steps`` Newton-Schulz iterations; all but matrices take Adam's step instead.

    Adam's share: parameters that are not 2-D, whose name holds "embedding" (``exclude_embeddings``) or one of the regular
    expressions ``exclude_layers``; with the rate times ``adam_lr_ratio`` and ``adam_weight_decay``. ``rms_rate`` times
    √(larger side) brings a matrix' step to the size of Adam's; None leaves it out.

    Source: K. Jordan, Muon, 2024; the scale of the step: Liu et al., Muon is Scalable for LLM Training, 2025.
    """

    elementwise = False  # products of the whole matrix

    def __init__(
        self,
        learning_rate=0.001,
        adam_beta_1=0.9,
        adam_beta_2=0.999,
        adam_weight_decay=0.004,
        epsilon=1e-7,
        weight_decay=0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings=True,
        muon_a=3.4445,
        muon_b=-4.7750,
        muon_c=2.0315,
        adam_lr_ratio=1.0,
        momentum=0.95,
        ns_steps=5,
        nesterov=True,
        rms_rate=0.2,
        **options,
    ):
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self.adam_weight_decay = arguments.optional_number("adam_weight_decay", adam_weight_decay, low=0)
        self.exclude_layers = arguments.patterns("exclude_layers", exclude_layers)
        self.exclude_embeddings = check_flag("exclude_embeddings", exclude_embeddings)
        self.muon_a = check_number("muon_a", muon_a)
        self.muon_b = check_number("muon_b", muon_b)
        self.muon_c = check_number("muon_c", muon_c)
        self.adam_lr_ratio = check_number("adam_lr_ratio", adam_lr_ratio, low=0)
        self.momentum = arguments.fraction("momentum", momentum)
        self.ns_steps = check_integer("ns_steps", ns_steps, 0)
        self.nesterov = check_flag("nesterov", nesterov)
        self.rms_rate = arguments.optional_number("rms_rate", rms_rate, low=0)
        self.adam_beta_1 = arguments.fraction("adam_beta_1", adam_beta_1, one=False)
        self.adam_beta_2 = arguments.fraction("adam_beta_2", adam_beta_2, one=False)
        self.epsilon = check_number("epsilon", epsilon, low=0)
        self._adam = Adam(0.0, self.adam_beta_1, self.adam_beta_2, self.epsilon)  # its rule, for what is not a matrix

    def make_slots(self, w, name):
        embedding = self.exclude_embeddings and "embedding" in name.lower()
        muon = w.ndim == 2 and not embedding and not any(re.search(layer, name) for layer in self.exclude_layers)
        return {slot: np.zeros(w.shape, w.dtype) for slot in (("m",) if muon else ("m", "v"))}

    def weight_decay_of(self, slots):
        return self.adam_weight_decay if "v" in slots else self._decay

    def update_step(self, w, g, lr, t, m, v=None):
        if v is not None:
            self._adam.update_step(w, g, lr * self.adam_lr_ratio, t, m, v)
            return
        m += g + (self.momentum - 1) * m
        step = self.orthogonalise(g + self.momentum * m if self.nesterov else m)
        w -= lr * step if self.rms_rate is None else lr * max(w.shape) ** 0.5 * self.rms_rate * step

    def orthogonalise(self, x: np.ndarray) -> np.ndarray:
        """Bring the singular values of ``x`` near 1: each iteration maps a value s to a·s + b·s³ + c·s⁵."""
        if x.shape[0] > x.shape[1]:
            return self.orthogonalise(x.T).T
        a, b, c = self.muon_a, self.muon_b, self.muon_c
        x = x / (np.linalg.norm(x) + 1e-7)
        for _ in range(self.ns_steps):
            square = x @ x.T
            x = a * x + (b * square + c * square @ square) @ x
        return x
