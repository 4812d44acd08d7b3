"""What `fit` reports to: a callback's methods are called as training goes on. Keras' names, moments and rules."""

from helpers.callbacks.base import Callback, CallbackList, History, LambdaCallback
from helpers.callbacks.monitors import EarlyStopping, ReduceLROnPlateau
from helpers.callbacks.rates import LearningRateScheduler
from helpers.callbacks.safety import TerminateOnNaN
from helpers.callbacks.saving import BackupAndRestore, ModelCheckpoint

__all__ = ["BackupAndRestore", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback"]
__all__ += ["LearningRateScheduler", "ModelCheckpoint", "ReduceLROnPlateau", "TerminateOnNaN"]
