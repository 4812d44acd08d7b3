"""Optimizers: each file holds one idea, each class one rule, and ``base`` the loop around them."""

from __future__ import annotations

import difflib

from helpers.optimizers.adadelta import Adadelta
from helpers.optimizers.adafactor import Adafactor
from helpers.optimizers.adagrad import Adagrad
from helpers.optimizers.adam import Adam, Adamax, AdamW, Nadam
from helpers.optimizers.base import Optimizer
from helpers.optimizers.ftrl import Ftrl
from helpers.optimizers.lamb import Lamb
from helpers.optimizers.lion import Lion
from helpers.optimizers.loss_scale import LossScaleOptimizer
from helpers.optimizers.multi import MultiOptimizer, OptimizerMap
from helpers.optimizers.muon import Muon
from helpers.optimizers.rmsprop import RMSprop
from helpers.optimizers.schedule_free import ScheduleFreeAdamW
from helpers.optimizers.sgd import SGD

_NAMED = (SGD, RMSprop, Adam, AdamW, Adadelta, Adafactor, Adagrad, Adamax, Nadam, Ftrl, Lamb, Lion, Muon)
_NAMED += (ScheduleFreeAdamW,)
BY_NAME = {c.__name__.lower(): c for c in _NAMED}

__all__ = ["SGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion"]
__all__ += ["LossScaleOptimizer", "MultiOptimizer", "Muon", "Nadam", "Optimizer", "OptimizerMap", "RMSprop"]
__all__ += ["ScheduleFreeAdamW", "get"]


def get(identifier: str | Optimizer) -> Optimizer:
    """An optimizer with its default settings by name ("adam", any case), or the one passed in.

    Raises:
        ValueError: the name is unknown; the message lists the known ones and the nearest.
        TypeError: neither a name nor an optimizer (a class, for example).
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        raise TypeError(f"optimizer must be an optimizer or a name, got the class: write {identifier.__name__}()")
    if not isinstance(identifier, str):
        raise TypeError(f"optimizer must be an optimizer or a name, got {type(identifier).__name__}")
    if identifier.lower() not in BY_NAME:
        near = difflib.get_close_matches(identifier.lower(), BY_NAME, 1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"optimizer {identifier!r} is unknown.{guess} Known names: {', '.join(sorted(BY_NAME))}")
    return BY_NAME[identifier.lower()]()
