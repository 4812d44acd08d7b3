"""Callbacks that watch one quantity and act when it no longer improves."""

import math
import re
import warnings

from helpers import losses
from helpers.callbacks.base import Callback
from helpers.callbacks.rates import rated, report
from helpers.errors import check_choice, check_flag, check_integer, check_number, check_text, check_verbose


class Monitor(Callback):
    """Base class: which quantity, and what counts as better.

    `mode` "min" or "max" says which way is better; "auto" takes it from the name: "max" for accuracies, "min" for losses
    and errors; for any other name `value` raises ValueError. Better means by more than `min_delta`. NaN is never better
    (in Keras a first NaN is, and then nothing after it).
    """

    def __init__(self, monitor="val_loss", min_delta=0, mode="auto", verbose=0):
        if check_text("monitor", monitor) is None:
            raise TypeError("monitor must be the name of a quantity, such as 'val_loss', got None")
        self.monitor, self.verbose = monitor, check_verbose(verbose)
        self.min_delta = abs(check_number("min_delta", min_delta))
        mode = check_choice("mode", mode, ["auto", "min", "max"])
        self.sign = {"min": 1, "max": -1, None: None}[_better(monitor) if mode == "auto" else mode]

    def value(self, logs):
        """The monitored quantity, or None with a warning where it is not reported."""
        if self.sign is None:
            raise ValueError(
                f"mode must be 'min' or 'max' for monitor {self.monitor!r}: whether less or more of it is better does "
                "not show in its name"
            )
        value = (logs or {}).get(self.monitor)
        if value is None:
            known, name = ", ".join(logs or {}), type(self).__name__
            warnings.warn(f"{name}: no {self.monitor!r} to monitor among {known}", RuntimeWarning, stacklevel=3)
        return value

    def improves(self, value, reference):
        """Whether `value` is better than `reference` by more than `min_delta`; anything but NaN is better than None."""
        if math.isnan(value):
            return False
        return reference is None or self.sign * value + self.min_delta < self.sign * reference


def _better(monitor):
    """Which way is better, "min" or "max", or None where the name does not say."""
    name = monitor.removeprefix("val_")
    if re.search(r"(^|_)acc(uracy)?(_|$)", name):
        return "max"
    return "min" if name in losses.NAMES or re.search(r"(^|_)(loss|error)(_|$)", name) else None


class EarlyStopping(Monitor):
    """Stops when the monitored quantity has not improved for `patience` epochs.

    With `baseline`, waiting ends only where the value is better than it, too. `restore_best_weights` puts the best
    epoch's weights back at the end of training, stopped or not. Epochs before `start_from_epoch` do not count.
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
        super().__init__(monitor, min_delta, mode, verbose)
        self.baseline = None if baseline is None else check_number("baseline", baseline)
        self.patience = check_integer("patience", patience, low=0)
        self.restore_best_weights = check_flag("restore_best_weights", restore_best_weights)
        self.start_from_epoch = check_integer("start_from_epoch", start_from_epoch, low=0)

    def on_train_begin(self, logs=None):
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        value = self.value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.improves(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.improves(value, self.baseline):
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


class ReduceLROnPlateau(Monitor):
    """Multiplies the learning rate by `factor` when the monitored quantity has not improved for `patience` epochs.

    Never below `min_lr`. After a reduction `cooldown` begins: as in Keras, the epoch that ends it counts as waiting
    already, so cooldown n keeps still for n − 1 epochs. The rate is reported as "learning_rate"; a MultiOptimizer's
    optimizers wait together, but each has its own rate, see `rated`.
    """

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=1e-4,
        cooldown=0,
        min_lr=0.0,
    ):
        super().__init__(monitor, min_delta, mode, verbose)
        self.factor = check_number("factor", factor, low=0, high=1, include_high=False)
        self.patience = check_integer("patience", patience, low=0)
        self.cooldown = check_integer("cooldown", cooldown, low=0)
        self.min_lr = check_number("min_lr", min_lr, low=0)

    def on_train_begin(self, logs=None):
        self.best, self.wait, self.cooldown_counter = None, 0, 0

    def on_epoch_end(self, epoch, logs=None):
        optimizers = rated(self.model.optimizer)
        report(optimizers, logs)
        value = self.value(logs)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self.improves(value, self.best):
            self.best, self.wait = value, 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            reducible = {name: one for name, one in optimizers.items() if one.learning_rate > self.min_lr}
            if self.wait >= self.patience and reducible:
                for name, optimizer in reducible.items():
                    optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_lr)
                    if self.verbose:
                        print(f"epoch {epoch + 1}: {name.replace('_', ' ')} {optimizer.learning_rate:g}")
                self.cooldown_counter, self.wait = self.cooldown, 0
