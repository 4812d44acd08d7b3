"""The Keras object with the settings of one of ours: optimizer, schedule, loss, model."""

from __future__ import annotations

import inspect

import numpy as np

from helpers import layers
from helpers.keras_bridge.backends import require
from helpers.keras_bridge.layer_twins import to_keras_layer
from helpers.optimizers import Optimizer
from helpers.schedules import LearningRateSchedule


def to_keras_optimizer(ours: Optimizer, kind: str | None = None, **settings):
    """A new Keras optimizer with the settings of ``ours``, at its first step.

    Its class is the one that ``ours`` or a class it derives from is named after, or ``kind`` ("Adam"). An argument of
    Keras' class that ``ours`` has no attribute for keeps its default, unless it is in ``settings``. Numbers that Keras
    would round to float32 are handed over as np.float64, which it does not; make the twin within `float64` to keep the rate, too.
    Raises TypeError or ValueError where there is no such twin.
    """
    keras = require()
    if not isinstance(ours, Optimizer):
        raise TypeError(f"ours must be an optimizer of this course, got {type(ours).__name__}")
    twin = _class(keras, ours, kind)
    own = inspect.signature(twin).parameters
    arguments = {name: getattr(ours, name) for name in own if name in vars(ours)} | _options(keras, ours)
    arguments = {name: value for name, value in arguments.items() if name in own} | settings
    arguments.pop("name", None)
    return twin(**{name: value if name in _UNROUNDED else exact(value) for name, value in arguments.items()})


def plain_twin(ours: Optimizer):
    """Keras' twin as one would write it, with Python numbers, which Keras rounds: for float32 weights and for timings.

    The np.float64 settings of `to_keras_optimizer` make Keras compute in float64 where the weights are float32, too.
    """
    config = to_keras_optimizer(ours).get_config()
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in config.items()}
    return _class(require(), ours, None).from_config(plain)


# Keras keeps these as they are; and rho must not be np.float64, for Adadelta multiplies a variable by it from the left.
_UNROUNDED = {"rho", "epsilon", "ema_momentum", "clipnorm", "clipvalue", "global_clipnorm"}


def _class(keras, ours, kind):
    names = [kind] if kind else [c.__name__ for c in type(ours).__mro__]
    for name in names:
        twin = getattr(keras.optimizers, name, None)
        if name != "Optimizer" and inspect.isclass(twin):
            return twin
    raise ValueError(
        f"ours is a {type(ours).__name__}, and keras.optimizers has no {' or '.join(names[:1])}: "
        'say which is its twin, as in kind="Adam"'
    )


def _options(keras, ours):
    """What the base class holds, under Keras' names."""
    use_ema, momentum, every = ours._ema or (False, 0.99, None)
    rate = ours._rate
    return {
        "learning_rate": to_keras_schedule(rate) if isinstance(rate, LearningRateSchedule) else rate,
        "weight_decay": ours._decay,
        "clipnorm": ours.clipnorm,
        "clipvalue": ours.clipvalue,
        "global_clipnorm": ours.global_clipnorm,
        "use_ema": use_ema,
        "ema_momentum": momentum,
        "ema_overwrite_frequency": every,
        "loss_scale_factor": ours._loss_scale,
        "gradient_accumulation_steps": ours._accumulate,
    }


def to_keras_schedule(ours: LearningRateSchedule):
    """The Keras schedule with the settings of ``ours``. Raises ValueError where Keras has none."""
    keras = require()
    twin = getattr(keras.optimizers.schedules, type(ours).__name__, None)
    if twin is None:
        raise ValueError(f"ours is a {type(ours).__name__}, which keras.optimizers.schedules has not")
    return twin(**{name: exact(value) for name, value in ours.get_config().items()})


def to_keras_loss(ours):
    """The Keras loss with the settings of ``ours``: same class name, same attributes."""
    keras = require()
    twin = getattr(keras.losses, type(ours).__name__, None)
    if not inspect.isclass(twin):
        raise ValueError(f"ours is a {type(ours).__name__}, which keras.losses has not")
    names = [
        name for name in inspect.signature(twin).parameters if name in vars(ours) and name not in ("name", "dtype")
    ]
    return twin(**{name: exact(getattr(ours, name)) for name in names})


def to_keras_model(ours, input_shape: tuple[int, ...]):
    """A new Keras Sequential with the layers of ``ours`` and its weights; ``input_shape`` is that of one sample.

    ``ours`` is built, in Keras' current precision, if it has no weights yet. Raises ValueError for a layer that has no
    twin.
    """
    keras = require()
    if not ours.built:
        ours.build((None, *input_shape), keras.config.floatx())
    twins = [keras.Input(tuple(input_shape))]
    twins += [to_keras_layer(layer) for layer in ours.layers if not isinstance(layer, layers.Input)]
    model = keras.Sequential(twins)
    model.set_weights(ours.get_weights())
    return model


def exact(value):
    """Floats as np.float64, also within lists: Keras rounds a Python float to float32, and leaves these alone."""
    if isinstance(value, list | tuple):
        return [exact(v) for v in value]
    return np.float64(value) if isinstance(value, float) else value
