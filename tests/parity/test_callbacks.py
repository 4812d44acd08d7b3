"""The callbacks that decide something, against Keras' own on the same reports."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

keras = pytest.importorskip("keras")

from helpers import callbacks, optimizers

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

values = st.lists(st.sampled_from([0.1, 0.5, 0.50005, 0.8, 1.0, 1.2, 3.0]), min_size=1, max_size=14)


class Model:
    """As much of a model as a callback touches, for both sides."""

    stop_training = False
    metrics = ()

    def __init__(self, optimizer):
        self.optimizer, self.epoch = optimizer, None

    def get_weights(self):
        return self.epoch

    def set_weights(self, epoch):
        self.epoch = epoch


def drive(callback, model, reports, name):
    """Report one value an epoch; returns the rates after each, the epoch it stopped at, and the weights at the end."""
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(reports):
        model.epoch = epoch
        callback.on_epoch_begin(epoch, {})
        callback.on_epoch_end(epoch, {name: value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return rates, epoch if model.stop_training else None, model.epoch


def both(kind, reports, name="val_loss", **options):
    ours = drive(getattr(callbacks, kind)(**options), Model(optimizers.SGD(0.5)), reports, name)
    theirs = drive(getattr(keras.callbacks, kind)(**options), Model(keras.optimizers.SGD(0.5)), reports, name)
    return ours, theirs


@given(values, st.integers(0, 3), st.integers(0, 3), st.sampled_from([0.0, 1e-4, 0.3]), st.sampled_from([0.0, 0.01]))
@settings(max_examples=60)
def test_reduce_lr_on_plateau(reports, patience, cooldown, min_delta, min_lr):
    options = {"factor": 0.5, "patience": patience, "cooldown": cooldown, "min_delta": min_delta, "min_lr": min_lr}
    ours, theirs = both("ReduceLROnPlateau", reports, **options)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-6)


@given(
    values,
    st.integers(0, 3),
    st.sampled_from([0, 0.3]),
    st.sampled_from([None, 0.4]),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from(["min", "max"]),
)
@settings(max_examples=80)
def test_early_stopping(reports, patience, min_delta, baseline, restore, start, mode):
    options = {"patience": patience, "min_delta": min_delta, "baseline": baseline, "mode": mode}
    options |= {"restore_best_weights": restore, "start_from_epoch": start}
    ours, theirs = both("EarlyStopping", reports, **options)
    assert ours[1:] == theirs[1:]


@pytest.mark.parametrize(("monitor", "direction"), [("val_loss", "min"), ("val_accuracy", "max")])
@pytest.mark.parametrize("reports", [[1, 0.9, 0.9, 0.8, 0.85, 0.9, 0.7], [1, 2, 3, 4, 5, 6], [0.5, 0.4, 0.3, 0.2]])
def test_early_stopping_finds_the_direction_by_the_name(monitor, direction, reports):
    """Keras looks into a compiled model for it, which is not here, so it is told."""
    ours = drive(callbacks.EarlyStopping(monitor, patience=1), Model(optimizers.SGD(0.5)), reports, monitor)
    told = keras.callbacks.EarlyStopping(monitor, patience=1, mode=direction)
    assert ours[1:] == drive(told, Model(keras.optimizers.SGD(0.5)), reports, monitor)[1:]


def test_a_first_nan_stops_keras_improving_and_ours_not():
    ours, theirs = both("EarlyStopping", [math.nan, 3.0, 2.0, 1.0], patience=2)
    assert ours[1] is None and theirs[1] == 2


@pytest.mark.parametrize("schedule", [lambda epoch: 0.1 / (epoch + 1), lambda epoch, rate: rate * 0.5], ids=["1", "2"])
def test_learning_rate_scheduler(schedule):
    ours, theirs = both("LearningRateScheduler", [1.0] * 5, schedule=schedule)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-6)
