"""A bar that grows while a model trains."""

from __future__ import annotations

from helpers.callbacks import Callback
from helpers.errors import check_number


class ProgressBar(Callback):
    """`model.fit(..., callbacks=[playground.ProgressBar()])`: a bar of the epochs, with the results of the last one.

    It appears when training takes longer than `after` seconds; a short one stays silent. The stop button ends the bar
    where it is.
    """

    def __init__(self, after: float = 1.0):
        self.after = check_number("after", after, low=0)
        self._bar = None

    def on_train_begin(self, logs=None):
        from tqdm.auto import tqdm

        first = self.model.resume_epoch
        total = self.params["epochs"]
        self._bar = tqdm(total=total, initial=first, desc="epochs", unit="epoch", delay=self.after)

    def on_epoch_end(self, epoch, logs=None):
        self._bar.set_postfix({key: f"{value:.4f}" for key, value in (logs or {}).items()}, refresh=False)
        self._bar.update(1)

    def on_train_end(self, logs=None):
        self._bar.close()
