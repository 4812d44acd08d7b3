"""Loss scaling that looks after itself: gradients too small for their dtype are lifted, overflows are skipped."""

from __future__ import annotations

import numpy as np

from helpers.errors import check_integer, check_number
from helpers.optimizers import arguments
from helpers.optimizers.base import Optimizer

_LEAST, _MOST = 2.0**-126, 2.0**127  # what float32 holds in full: Keras' scale can reach 0 and then divides by it


class LossScaleOptimizer(Optimizer):
    """Around another optimizer: the loss is multiplied by ``dynamic_scale``, the gradients are divided by it.

    A gradient that is not finite skips the whole step and halves the scale; ``dynamic_growth_steps`` finite steps in a
    row double it. All other settings belong to ``inner_optimizer``, whose ``loss_scale_factor`` is taken over.

    Source: Micikevicius et al., Mixed Precision Training, ICLR 2018, section 3.2.
    """

    wraps = True

    def __init__(self, inner_optimizer: Optimizer, initial_scale=2.0**15, dynamic_growth_steps=2000, name=None):
        super().__init__(0.0, name=name)
        self.inner_optimizer = arguments.optimizer("inner_optimizer", inner_optimizer, not_a=LossScaleOptimizer)
        self.initial_scale = check_number("initial_scale", initial_scale, low=_LEAST, high=_MOST)
        self.dynamic_growth_steps = check_integer("dynamic_growth_steps", dynamic_growth_steps, 1)
        self.dynamic_scale, self.step_counter = self.initial_scale, 0

    @property
    def iterations(self) -> int:
        """Steps that the inner optimizer has taken: skipped ones do not count."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> float:
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value) -> None:
        self.inner_optimizer.learning_rate = value

    def apply(self, grads, params, names=None, constraints=None) -> None:
        """Take one step of the inner optimizer, or none where a gradient is not finite."""
        params = arguments.parameters(params, self.inner_optimizer._layout)
        grads = arguments.gradients(grads, params)
        if all(g is None or np.isfinite(g).all() for g in grads):
            self.inner_optimizer._loss_scale = self.dynamic_scale
            self.inner_optimizer.apply(grads, params, names, constraints)
            self.step_counter += 1
            if self.step_counter == self.dynamic_growth_steps:
                self.step_counter, self.dynamic_scale = 0, min(2 * self.dynamic_scale, _MOST)
        else:
            self.step_counter, self.dynamic_scale = 0, max(self.dynamic_scale / 2, _LEAST)

    def scale_loss(self, loss):
        """Return the loss times ``dynamic_scale``, for the caller to start backward from."""
        return arguments.scaled(loss, self.dynamic_scale)

    def exclude_from_weight_decay(self, var_list=(), var_names=()) -> None:
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, params) -> None:
        self.inner_optimizer.finalize_variable_values(params)

    def state(self) -> dict:
        """The scale, the count of finite steps, and the inner optimizer's state."""
        return {
            "dynamic_scale": self.dynamic_scale,
            "step_counter": self.step_counter,
            "inner": self.inner_optimizer.state(),
        }

    def load_state(self, saved: dict) -> None:
        arguments.state_keys(saved, self)
        scale = check_number("state: dynamic_scale", saved["dynamic_scale"], low=_LEAST, high=_MOST)
        counter = check_integer("state: step_counter", saved["step_counter"], 0)
        self.inner_optimizer.load_state(saved["inner"])
        self.dynamic_scale, self.step_counter = scale, counter

    def __repr__(self) -> str:
        return f"LossScaleOptimizer({self.inner_optimizer!r}, dynamic_scale={self.dynamic_scale:g})"
