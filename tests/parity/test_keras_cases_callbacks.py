"""The callbacks against what Keras' own tests assert (version 3.15.1, keras/src/callbacks/*_test.py).

Also the two callbacks with a MultiOptimizer, from keras/src/optimizers/multi_optimizer_test.py. The expected numbers
are literals from there, so this runs without Keras.
"""

import math

import numpy as np
import pytest

from helpers import callbacks, initializers, layers, optimizers, schedules
from helpers.callbacks.monitors import Monitor
from helpers.models import Sequential


class Model:
    """As much of a model as a callback touches; its weights are the number of the epoch."""

    stop_training = False

    def __init__(self, optimizer=None):
        self.optimizer, self.weights = optimizer, -1

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def begin(callback, optimizer=None):
    callback.set_model(Model(optimizer))
    callback.on_train_begin()
    return callback


def train(callback, values, name="val_loss", stop_after=None):
    """Report one value an epoch until the callback stops; return how many epochs that took."""
    for epoch, value in enumerate(values):
        callback.model.weights = epoch
        callback.on_epoch_end(epoch, {name: value})
        callback.model.stop_training |= epoch == stop_after
        if callback.model.stop_training:
            break
    callback.on_train_end()
    return epoch + 1


def small_model(rate):
    model = Sequential([layers.Dense(5), layers.Dense(2)], seed=1)
    model.compile(loss="mse", optimizer=optimizers.Adam(rate))
    return model


def fit(model, callback, epochs):
    x, y = np.random.default_rng(1).random((2, 10, 2))
    return model.fit(x, y, validation_data=(x, y), callbacks=[callback], epochs=epochs)


# -- what counts as better --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "monitor", "more"),
    [
        ("max", "val_mse", True),
        ("min", "val_loss", False),
        ("auto", "val_mse", False),
        ("auto", "loss", False),
        ("auto", "acc", True),
        ("auto", "val_accuracy", True),
        ("auto", "hinge", False),
        ("min", "f1_score", False),
        ("max", "unknown", True),
        ("auto", "val_my_accuracy", True),  # by its name; Keras asks for a mode
        ("auto", "accumulated_error", False),
    ],
)
def test_which_way_is_better(mode, monitor, more):
    watching = Monitor(monitor, mode=mode)
    assert watching.value({monitor: 1.0}) == 1.0
    assert watching.improves(2.0, 1.0) is more and watching.improves(1.0, 2.0) is not more


@pytest.mark.parametrize("monitor", ["unknown", "val_score", "f1_score"])
@pytest.mark.parametrize("kind", [callbacks.EarlyStopping, callbacks.ReduceLROnPlateau])
def test_where_the_name_does_not_say_it_the_mode_must(kind, monitor):
    """Keras knows its metric f1_score and asks for the others."""
    callback = begin(kind(monitor=monitor), optimizers.SGD())
    with pytest.raises(ValueError, match=f"^mode must be 'min' or 'max' for monitor '{monitor}'"):
        callback.on_epoch_end(0, {monitor: 1.0})


@pytest.mark.parametrize(
    ("value", "reference", "better"), [(0.75, 0, True), (0.5, None, True), (0.5, 0, False), (0.2, 0.5, False)]
)
def test_better_by_more_than_min_delta(value, reference, better):
    assert Monitor(mode="max", min_delta=0.5).improves(value, reference) is better


# -- EarlyStopping ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("patience", [0, 1, 2, 3])
def test_patience(patience):
    stopper = begin(callbacks.EarlyStopping(monitor="loss", patience=patience))
    train(stopper, [10.0, 9.0, 8.0, 9.0, 8.9, 8.8, 8.7, 8.6, 8.5], "loss")
    assert stopper.stopped_epoch == max(patience, 1) + 2


@pytest.mark.parametrize(
    ("options", "values", "stop_after", "epochs"),
    [
        ({"patience": 2}, [0.2, 0.15, 0.1, 0.11, 0.12], None, 5),
        ({"patience": 5, "baseline": 0.5}, [0.9, 0.8, 0.7, 0.71, 0.72, 0.73], None, 5),
        ({"patience": 5, "baseline": 0.5}, [0.9, 0.8, 0.7, 0.71, 0.72, 0.73], 3, 4),  # stopped by another
    ],
)
def test_the_best_weights_come_back(options, values, stop_after, epochs):
    stopper = begin(callbacks.EarlyStopping(restore_best_weights=True, **options))
    assert train(stopper, values, stop_after=stop_after) == epochs
    assert stopper.model.get_weights() == 2


def test_a_stopper_starts_afresh_with_each_fit():
    stopper = begin(callbacks.EarlyStopping(monitor="loss", patience=3))
    stopper.best, stopper.wait, stopper.stopped_epoch, stopper.best_epoch, stopper.best_weights = 0.1, 3, 5, 5, object()
    stopper.on_train_begin()
    assert stopper.best is None and stopper.best_weights is None
    assert stopper.wait == stopper.stopped_epoch == stopper.best_epoch == 0


@pytest.mark.parametrize(("patience", "least"), [(3, 5), (0, 2)])
def test_epochs_before_start_from_epoch_do_not_count(patience, least):
    stopper = begin(callbacks.EarlyStopping(patience=patience, start_from_epoch=2))
    assert least <= train(stopper, [1.0] * 20) <= 7


# -- ReduceLROnPlateau ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "epochs", "rate"),
    [
        ({"min_delta": 100}, 2, 0.01),
        ({"min_delta": 10, "min_lr": 0.005}, 4, 0.005),
        ({"min_delta": 100, "cooldown": 2}, 4, 0.001),  # two reductions in four epochs
    ],
)
def test_the_rate_falls_on_a_plateau(options, epochs, rate):
    model = small_model(0.1)
    history = fit(model, callbacks.ReduceLROnPlateau(patience=1, factor=0.1, **options), epochs)
    assert model.optimizer.learning_rate == pytest.approx(rate)
    assert history.history["learning_rate"][0] == 0.1


def test_a_plateau_starts_afresh_with_each_fit():
    callback = begin(callbacks.ReduceLROnPlateau(monitor="loss", patience=1, cooldown=2))
    callback.best, callback.wait, callback.cooldown_counter = 0.5, 3, 2
    callback.on_train_begin()
    assert callback.best is None and callback.wait == callback.cooldown_counter == 0


def test_a_factor_of_one_or_more_is_refused():
    with pytest.raises(ValueError, match=r"^factor"):
        callbacks.ReduceLROnPlateau(factor=1.0)


# -- LearningRateScheduler --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "start", "epochs", "rate"),
    [
        (lambda epoch: 1.0 / (2.0 + epoch), 0.01, 1, 0.5),
        (lambda epoch, rate: rate / 2, 0.03, 2, 0.03 / 4),
        (lambda epoch, rate: 0.5, 0.01, 1, 0.5),
    ],
)
def test_the_rate_follows_a_function_of_the_epoch(schedule, start, epochs, rate):
    model = small_model(start)
    history = fit(model, callbacks.LearningRateScheduler(schedule), epochs)
    assert model.optimizer.learning_rate == rate
    assert history.history["learning_rate"][-1] == rate and type(history.history["learning_rate"][0]) is float


@pytest.mark.parametrize(
    "callback",
    [
        callbacks.ReduceLROnPlateau(patience=1, factor=0.1, min_delta=100),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2),
    ],
    ids=["plateau", "scheduler"],
)
def test_an_optimizer_with_a_schedule_of_its_own_is_refused(callback):
    with pytest.raises(TypeError, match="follows a schedule"):
        fit(small_model(schedules.PolynomialDecay(0.1, 10)), callback, 2)


@pytest.mark.parametrize(("verbose", "text"), [(1, "learning rate 1"), (0, "")])
def test_what_is_printed(verbose, text, capsys):
    fit(small_model(0.1), callbacks.LearningRateScheduler(lambda epoch: 1.0 / (1.0 + epoch), verbose=verbose), 1)
    assert text in capsys.readouterr().out


# -- several optimizers -----------------------------------------------------------------------------------------


def several():
    first, rest = optimizers.SGD(0.1), optimizers.SGD(0.01)
    return first, rest, optimizers.MultiOptimizer(optimizers.OptimizerMap(rest, {".*dense_1/.*": first}))


def test_a_scheduler_sets_the_rate_of_each_of_several_optimizers():
    first, rest, multi = several()
    scheduler = begin(callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5), multi)
    scheduler.on_epoch_begin(1)
    assert (first.learning_rate, rest.learning_rate) == (0.05, 0.005)
    logs = {}
    scheduler.on_epoch_end(1, logs)
    assert logs == {"learning_rate_sgd": 0.05, "learning_rate_sgd_1": 0.005}


@pytest.mark.parametrize("wrap", [lambda multi: multi, optimizers.LossScaleOptimizer])
def test_a_plateau_lowers_the_rate_of_each_of_several_optimizers(wrap):
    first, rest, multi = several()
    plateau = begin(callbacks.ReduceLROnPlateau(factor=0.5, patience=1), wrap(multi))
    plateau.on_epoch_end(0, {"val_loss": 1.0})
    assert (first.learning_rate, rest.learning_rate) == (0.1, 0.01)
    plateau.on_epoch_end(1, {"val_loss": 1.0})
    assert (first.learning_rate, rest.learning_rate) == (0.05, 0.005)


def test_optimizers_that_a_function_will_choose_are_not_known_before_the_first_step():
    multi = optimizers.MultiOptimizer(lambda name: optimizers.SGD())
    scheduler = begin(callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5), multi)
    with pytest.raises(ValueError, match="OptimizerMap"):
        scheduler.on_epoch_begin(0)


# -- TerminateOnNaN ---------------------------------------------------------------------------------------------


def exploding():
    model = Sequential([layers.Dense(2, "relu", kernel_initializer=initializers.Constant(1e5)) for _ in range(5)])
    model.add(layers.Dense(2, kernel_initializer=initializers.Constant(1e5)))
    model.compile(loss="mse", optimizer="sgd")
    return model


@pytest.mark.filterwarnings("ignore:the loss became:RuntimeWarning")
def test_training_ends_where_the_loss_is_no_number():
    x, y = np.random.default_rng(1).random((2, 10, 2)).astype(np.float32)
    history = exploding().fit(x, y, batch_size=4, epochs=20, callbacks=[callbacks.TerminateOnNaN()])
    (loss,) = history.history["loss"]
    assert not math.isfinite(loss)


@pytest.mark.filterwarnings("ignore:the loss became:RuntimeWarning")
def test_training_ends_in_an_error_if_asked_for_and_the_others_are_not_told_of_an_end():
    x, y = np.random.default_rng(1).random((2, 10, 2)).astype(np.float32)
    ended = []
    telling = callbacks.LambdaCallback(on_train_end=ended.append)
    with pytest.raises(RuntimeError, match=r"the loss is (nan|inf) after batch [0-2]"):
        exploding().fit(x, y, batch_size=4, callbacks=[telling, callbacks.TerminateOnNaN(raise_error=True)])
    assert not ended


@pytest.mark.parametrize("raise_error", [False, True])
def test_a_normal_training_goes_on(raise_error):
    history = fit(small_model(0.1), callbacks.TerminateOnNaN(raise_error), 2)
    assert len(history.history["loss"]) == 2


# -- ModelCheckpoint, BackupAndRestore --------------------------------------------------------------------------


def saved(folder, name, epochs=1, batch_size=5, **options):
    """Train on ten samples; return the names of the files that a ModelCheckpoint left."""
    model = small_model(0.01)
    model.compile("sgd", "mse", metrics=["acc"])
    x, y = np.random.default_rng(1).random((2, 10, 2))
    callback = callbacks.ModelCheckpoint(folder / name, **options)
    model.fit(x, y, validation_data=(x, y), batch_size=batch_size, epochs=epochs, callbacks=[callback])
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("options", "is_saved"),
    [
        ({}, True),
        ({"mode": "min"}, True),
        ({"mode": "max", "monitor": "val_acc"}, True),
        ({"mode": "max", "monitor": "val_acc", "save_best_only": True}, True),
        ({"mode": "max", "monitor": "val_acc", "save_best_only": True, "initial_value_threshold": -0.01}, True),
        ({"save_best_only": True}, True),
        ({"save_best_only": True, "mode": "min", "initial_value_threshold": 0}, False),
        ({"save_best_only": True, "initial_value_threshold": 0}, False),
        ({"save_best_only": True, "monitor": "val_acc", "initial_value_threshold": 1}, False),
    ],
    ids=str,
)
def test_what_is_saved(options, is_saved, tmp_path):
    assert saved(tmp_path, "model.npz", **options) == ["model.npz"] * is_saved


@pytest.mark.parametrize("weights", [False, True])
def test_saving_each_so_many_batches(weights, tmp_path):
    """Five batches an epoch, so fifteen are three epochs."""
    names = saved(tmp_path, "e{epoch:02d}.npz", epochs=10, batch_size=2, save_freq=15, save_weights_only=weights)
    assert names == ["e03.npz", "e06.npz", "e09.npz"]


def test_the_batch_in_the_name(tmp_path):
    names = saved(tmp_path, "e{epoch:02d}b{batch:02d}.npz", epochs=3, save_freq=1)
    assert names == [f"e{epoch:02d}b{batch:02d}.npz" for epoch in (1, 2, 3) for batch in (1, 2)]


def test_where_the_quantity_is_missing_the_model_is_saved_all_the_same(tmp_path):
    with pytest.warns(RuntimeWarning, match="no 'unknown' to monitor"):
        assert saved(tmp_path, "model.npz", monitor="unknown", mode="min", save_best_only=True) == ["model.npz"]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: callbacks.ModelCheckpoint("m.npz", save_freq="invalid_save_freq"), "save_freq"),
        (lambda: callbacks.ModelCheckpoint("m.npz", mode="unknown"), "unknown mode"),  # Keras warns
        (lambda: callbacks.BackupAndRestore("folder", save_freq="batch"), "save_freq"),
        (lambda: callbacks.BackupAndRestore("folder", save_freq=0.15), "save_freq"),
        (lambda: callbacks.BackupAndRestore(""), "backup_dir"),
        (lambda: callbacks.BackupAndRestore(None), "backup_dir"),
    ],
)
def test_what_saving_refuses(call, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word}"):
        call()
