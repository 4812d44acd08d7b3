"""What `fit` reports to: a callback's methods are called as training goes on. Keras' names and moments.

Epochs and batches are counted from 0; `logs` holds the loss and the metrics, on a batch the means of the epoch so far.
"""

import math
import operator
import warnings

from helpers.errors import check_choice, check_integer, check_number


class Callback:
    """Base class: override the moments you want. `self.model` and `self.params` are set before training begins."""

    model = None
    params = None

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch's first batch."""

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch, with the validation's results as `val_...` in logs."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before a step."""

    def on_train_batch_end(self, batch, logs=None):
        """After a step."""


class CallbackList:
    """Passes each moment on to several callbacks in order, and to those only that listen to it."""

    def __init__(self, callbacks, model, params):
        self.callbacks = list(callbacks)
        for callback in self.callbacks:
            if not hasattr(callback, "on_epoch_end"):
                raise TypeError(f"callbacks must be Callback objects, got {callback!r}")
            callback.set_model(model)
            callback.set_params(params)
        self.batch_begin = self._listeners("on_train_batch_begin")
        self.batch_end = self._listeners("on_train_batch_end")

    def _listeners(self, moment):
        bound = (getattr(callback, moment) for callback in self.callbacks)
        return [method for method in bound if getattr(method, "__func__", None) is not getattr(Callback, moment)]

    def tell(self, moment, *args):
        """Call this method of every callback."""
        for callback in self.callbacks:
            getattr(callback, moment)(*args)


class History(Callback):
    """What `fit` returns: `history["loss"]` and so on, one number per epoch; `epoch`, their numbers."""

    def __init__(self):
        self.history, self.epoch = {}, []

    def on_train_begin(self, logs=None):
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)


class EarlyStopping(Callback):
    """Stops when the monitored quantity has not improved for `patience` epochs.

    Improved means better than the best by more than `min_delta`; with `baseline`, waiting ends only below it (above,
    for mode "max"). `restore_best_weights` puts the best epoch's weights back at the end of training, stopped or not.
    NaN is never an improvement (in Keras a first NaN is, and nothing after it).
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        self.monitor, self.verbose, self.baseline = monitor, verbose, baseline
        self.min_delta = abs(check_number("min_delta", min_delta))
        self.patience = check_integer("patience", patience, low=0)
        mode = check_choice("mode", mode, ["auto", "min", "max"])
        falls = mode == "min" or (mode == "auto" and "acc" not in monitor)
        self.better = operator.lt if falls else operator.gt
        self.margin = self.min_delta if falls else -self.min_delta
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = check_integer("start_from_epoch", start_from_epoch, low=0)

    def on_train_begin(self, logs=None):
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            known = ", ".join(logs or {})
            warnings.warn(f"EarlyStopping: no {self.monitor!r} to monitor among {known}", RuntimeWarning, stacklevel=2)
            return
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self._improves(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._improves(value, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.stopped_epoch and self.verbose:
            print(f"epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)

    def _improves(self, value, reference):
        return not math.isnan(value) and (reference is None or self.better(value + self.margin, reference))
