"""The learning rate from a function of the epoch."""

import inspect

from helpers.callbacks.base import Callback
from helpers.errors import check_function, check_number, check_verbose


class LearningRateScheduler(Callback):
    """Before each epoch (counted from 0) the rate becomes `schedule(epoch, rate)`, or `schedule(epoch)`.

    The rate is reported as "learning_rate". Raises TypeError for an optimizer whose rate follows a schedule already.
    """

    def __init__(self, schedule, verbose=0):
        self.schedule, self.verbose = check_function("schedule", schedule, "the epoch"), check_verbose(verbose)
        try:
            inspect.signature(schedule).bind(0, 0.1)
            self._takes_rate = True
        except TypeError:
            self._takes_rate = False
        except ValueError:  # a built-in without a signature
            self._takes_rate = True

    def on_epoch_begin(self, epoch, logs=None):
        optimizer = self.model.optimizer
        rate = self.schedule(epoch, optimizer.learning_rate) if self._takes_rate else self.schedule(epoch)
        optimizer.learning_rate = check_number("what schedule returned, the learning_rate,", rate, low=0)
        if self.verbose:
            print(f"epoch {epoch + 1}: learning rate {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate
