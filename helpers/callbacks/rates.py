"""The learning rate from a function of the epoch."""

import inspect
import re

from helpers.callbacks.base import Callback
from helpers.errors import check_function, check_number, check_verbose


def rated(optimizer):
    """Return {name: optimizer}, each with a learning rate, under the name that its rate is reported by.

    One is called "learning_rate"; those in a MultiOptimizer "learning_rate_sgd", "learning_rate_sgd_1", ...
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    if not hasattr(optimizer, "optimizers"):
        return {"learning_rate": optimizer}
    if not optimizer.optimizers:
        raise ValueError(
            "optimizer: which ones a MultiOptimizer has is not known before its first step where a function chooses "
            "them; give it an OptimizerMap"
        )
    found = {}
    for member in optimizer.optimizers:
        name = f"learning_rate_{member.name}"
        taken = sum(re.fullmatch(rf"{re.escape(name)}(_\d+)?", other) is not None for other in found)
        found[f"{name}_{taken}" if taken else name] = member
    return found


def report(optimizers, logs):
    """Write the rate of each of `rated` into logs."""
    if logs is not None:
        logs.update((name, optimizer.learning_rate) for name, optimizer in optimizers.items())


class LearningRateScheduler(Callback):
    """Before each epoch (counted from 0) the rate becomes `schedule(epoch, rate)`, or `schedule(epoch)`.

    The rate is reported as "learning_rate"; a MultiOptimizer's each for itself, see `rated`. Raises TypeError for an
    optimizer whose rate follows a schedule already.
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
        for name, optimizer in rated(self.model.optimizer).items():
            rate = self.schedule(epoch, optimizer.learning_rate) if self._takes_rate else self.schedule(epoch)
            optimizer.learning_rate = check_number("what schedule returned, the learning_rate,", rate, low=0)
            if self.verbose:
                print(f"epoch {epoch + 1}: {name.replace('_', ' ')} {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch, logs=None):
        report(rated(self.model.optimizer), logs)
