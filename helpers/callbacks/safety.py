"""Stopping a training that is lost."""

import math

from helpers.callbacks.base import Callback
from helpers.errors import check_flag


class TerminateOnNaN(Callback):
    """Stops at the first batch after which the loss is NaN or infinite; with `raise_error`, by a RuntimeError."""

    def __init__(self, raise_error=False):
        self.raise_error = check_flag("raise_error", raise_error)

    def on_train_batch_end(self, batch, logs=None):
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            text = f"the loss is {loss} after batch {batch} of this epoch: training ends here"
            if self.raise_error:
                raise RuntimeError(text)
            print(text)
            self.model.stop_training = True
