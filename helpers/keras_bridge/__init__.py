"""Our models and optimizers beside Keras': twins with the same settings, races step by step, timings, larger data.

Keras is imported when a function here needs it, not before; TensorFlow, JAX or PyTorch may stand behind it
(`KERAS_BACKEND`). What differs between them is in `backends`, all else is Keras' public interface.
"""

from helpers.keras_bridge.backends import INSTALL, as_arrays, available, devices, float64, gradients, require
from helpers.keras_bridge.image_sets import cifar10, fashion_mnist, mnist
from helpers.keras_bridge.layer_twins import to_keras_layer
from helpers.keras_bridge.notebook import start
from helpers.keras_bridge.recorded import Recording, record, recorded
from helpers.keras_bridge.side_by_side import difference, run_side_by_side, train_side_by_side
from helpers.keras_bridge.timing import Timing, time_apply
from helpers.keras_bridge.twins import plain_twin, to_keras_loss, to_keras_model, to_keras_optimizer, to_keras_schedule

__all__ = [
    "INSTALL",
    "Recording",
    "Timing",
    "as_arrays",
    "available",
    "cifar10",
    "devices",
    "difference",
    "fashion_mnist",
    "float64",
    "gradients",
    "mnist",
    "plain_twin",
    "record",
    "recorded",
    "require",
    "run_side_by_side",
    "start",
    "time_apply",
    "to_keras_layer",
    "to_keras_loss",
    "to_keras_model",
    "to_keras_optimizer",
    "to_keras_schedule",
    "train_side_by_side",
]
