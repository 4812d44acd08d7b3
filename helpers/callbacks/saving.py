"""Checkpoints while training goes on: the best model, and a backup to go on from after a crash."""

from helpers import checkpoints
from helpers.callbacks.base import Callback
from helpers.callbacks.monitors import Monitor
from helpers.errors import check_flag, check_integer, check_number, shown


class ModelCheckpoint(Monitor):
    """Saves the model at the end of each epoch, or with `save_best_only` where the monitored quantity improved.

    `filepath` may hold the epoch, counted from 1, and what is reported: "digits-{epoch:02d}-{val_loss:.3f}.npz".
    `save_weights_only` leaves out the optimizer. `save_freq` is "epoch" or a number of batches; `filepath` may then
    hold the batch, too. `initial_value_threshold` is what the first value has to beat. Where the monitored quantity is
    not reported, a warning says so, and the model is saved all the same.
    """

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
        save_freq="epoch",
        initial_value_threshold=None,
    ):
        super().__init__(monitor, 0, mode, verbose)
        self.filepath = str(checkpoints.check_path("filepath", filepath))
        self.save_best_only = check_flag("save_best_only", save_best_only)
        self.save_weights_only = check_flag("save_weights_only", save_weights_only)
        self.save_freq = (
            "epoch" if isinstance(save_freq, str) and save_freq == "epoch" else check_integer("save_freq", save_freq)
        )
        threshold = initial_value_threshold
        self.best = None if threshold is None else check_number("initial_value_threshold", threshold)
        self._batches = self._epoch = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self._batches += 1
        if self.save_freq != "epoch" and self._batches % self.save_freq == 0:
            self._save(self._epoch, logs, {"batch": batch + 1})

    def on_epoch_end(self, epoch, logs=None):
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def _save(self, epoch, logs, batch=None):
        if self.save_best_only and (value := self.value(logs)) is not None:
            if not self.improves(value, self.best):
                return
            self.best = value
        named = {"epoch": epoch + 1} | (batch or {}) | (logs or {})
        try:
            path = self.filepath.format(**named)
        except (KeyError, IndexError, ValueError) as error:
            known = ", ".join(named)
            raise ValueError(f"filepath asks for {error}, which is not reported; there are {known}") from None
        checkpoints.save(path, self.model, weights_only=self.save_weights_only)
        if self.verbose:
            print(f"epoch {epoch + 1}: saved to {path}")


class BackupAndRestore(Callback):
    """Saves everything after each epoch; a `fit` that finds such a file goes on where the other was cut off.

    The weights at the end are, bit for bit, those of a training that was never cut off: optimizer, schedule, order of
    the samples and dropout go on as they would have. `double_checkpoint` keeps the backup before the last one, too;
    `delete_checkpoint` removes both when training ends, unless the stop button ended it.
    """

    FILE, BEFORE = "backup.npz", "backup_before.npz"

    def __init__(self, backup_dir, save_freq="epoch", double_checkpoint=False, delete_checkpoint=True):
        self.folder = checkpoints.check_path("backup_dir", backup_dir, folder=True)
        if not isinstance(save_freq, str) or save_freq != "epoch":
            raise ValueError(
                f"save_freq must be 'epoch': within an epoch there is no place to go on from, got {shown(save_freq)}"
            )
        self.double_checkpoint = check_flag("double_checkpoint", double_checkpoint)
        self.delete_checkpoint = check_flag("delete_checkpoint", delete_checkpoint)

    def on_train_begin(self, logs=None):
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / self.FILE
        if file.exists():
            self.model.resume_epoch = checkpoints.load(file, self.model)["epoch"] + 1

    def on_epoch_end(self, epoch, logs=None):
        file = self.folder / self.FILE
        if self.double_checkpoint and file.exists():
            (self.folder / self.BEFORE).unlink(missing_ok=True)
            (self.folder / self.BEFORE).hardlink_to(file)
        checkpoints.save(file, self.model, notes={"epoch": epoch})

    def on_train_end(self, logs=None):
        if self.delete_checkpoint and not self.model.interrupted:
            for name in (self.FILE, self.BEFORE):
                (self.folder / name).unlink(missing_ok=True)
