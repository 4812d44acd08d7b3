"""EarlyStopping's rule, told step by step (against Keras in tests/parity)."""

import math

import pytest

from helpers.callbacks import EarlyStopping, History


class Model:
    stop_training = False
    weights = 0

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def stop_epoch(values, **options):
    callback, model = EarlyStopping(**{"monitor": "loss"} | options), Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.weights = epoch
        callback.on_epoch_end(epoch, {"loss": value, "acc": value})
        if model.stop_training:
            break
    callback.on_train_end()
    return epoch if model.stop_training else None, model.weights


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        ([3, 2, 2], {}, (2, 2)),  # equal is not better
        ([3, 2, 2, 2, 1], {"patience": 2}, (3, 3)),
        ([3, 2, 1], {}, (None, 2)),
        ([3, 2, 2.5, 2.6], {"patience": 2, "restore_best_weights": True}, (3, 1)),
        ([3, 2, 2.5], {"patience": 5, "restore_best_weights": True}, (None, 1)),  # restored though not stopped
        ([1, 2, 1], {"monitor": "acc"}, (2, 2)),  # accuracy is to rise
        ([math.nan, 3, 2, 2], {"patience": 1}, (3, 3)),
        ([3, math.nan, 2, 1], {"patience": 2}, (None, 3)),
        ([3, 2.95, 2.9], {"min_delta": 0.1, "patience": 2}, (2, 2)),
    ],
)
def test_when_it_stops(values, options, expected):
    assert stop_epoch(values, **options) == expected


def test_a_missing_quantity_is_named():
    with pytest.warns(RuntimeWarning, match="no 'val_loss' to monitor among loss, acc"):
        assert stop_epoch([1, 2, 3], monitor="val_loss")[0] is None


@pytest.mark.parametrize("options", [{"patience": -1}, {"mode": "down"}, {"patience": 1.5}])
def test_bad_arguments(options):
    with pytest.raises((ValueError, TypeError), match=next(iter(options))):
        EarlyStopping(**options)


def test_history_goes_on_over_two_fits():
    history = History()
    for _ in range(2):
        history.on_train_begin()
        history.on_epoch_end(0, {"loss": 1.0})
    assert history.history == {"loss": [1.0, 1.0]}
    assert history.epoch == [0]
