"""Saving and loading: nothing lost, nothing half written, nothing foreign accepted, a killed training gone on with."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers import checkpoints, datasets, layers, models, optimizers, schedules
from helpers.callbacks import BackupAndRestore, ModelCheckpoint

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume

X, Y = datasets.spirals(60)


def model(optimizer=None, units=5, seed=1):
    made = models.Sequential(
        [layers.Dense(units, activation="relu"), layers.Dropout(0.3), layers.Dense(3, activation="softmax")], seed=seed
    )
    made.build((None, 2), X.dtype)
    made.compile(optimizer or optimizers.Adam(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


def same(a, b):
    return all(np.array_equal(v, w) for v, w in zip(a.get_weights(), b.get_weights(), strict=True))


RULES = [
    lambda: optimizers.SGD(schedules.ExponentialDecay(0.1, 10, 0.9), momentum=0.9),
    lambda: optimizers.Nadam(0.05, gradient_accumulation_steps=3),
    lambda: optimizers.AdamW(0.05, use_ema=True, ema_overwrite_frequency=4),
    lambda: optimizers.Muon(0.05),
    lambda: optimizers.Adafactor(0.05),
    lambda: optimizers.ScheduleFreeAdamW(0.05),
    lambda: optimizers.LossScaleOptimizer(optimizers.RMSprop(0.01, centered=True)),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule()).__name__)
def test_a_loaded_model_goes_on_bit_for_bit(rule, tmp_path):
    through = model(rule())
    through.fit(X, Y, epochs=2, batch_size=7)
    checkpoints.save(tmp_path / "half.npz", through, notes={"epoch": 1, "words": ["a", None]})
    through.fit(X, Y, epochs=2, batch_size=7)
    second = model(rule(), seed=9)
    assert checkpoints.load(tmp_path / "half.npz", second) == {"epoch": 1, "words": ["a", None]}
    second.fit(X, Y, epochs=2, batch_size=7)
    assert same(second, through)
    assert second.optimizer.iterations == through.optimizer.iterations


def test_a_multi_optimizer_goes_on_once_it_knows_its_parameters(tmp_path):
    def make():
        rules = optimizers.OptimizerMap(optimizers.Adam(0.05), {".*/bias": optimizers.SGD(0.1, momentum=0.9)})
        return model(optimizers.MultiOptimizer(rules))

    through = make()
    through.fit(X, Y, epochs=2)
    checkpoints.save(tmp_path / "m.npz", through)
    second = make()
    second.fit(X, Y, epochs=1)
    checkpoints.load(tmp_path / "m.npz", second)
    for one in (through, second):
        one.fit(X, Y, epochs=2)
    assert same(second, through)


def test_a_fit_with_a_backup_goes_on_where_the_other_was_cut_off(tmp_path):
    whole, cut, again = model(), model(), model(seed=5)
    whole.fit(X, Y, epochs=5)

    class Cut(BackupAndRestore):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut.fit(X, Y, epochs=5, callbacks=[Cut(tmp_path)])
    history = again.fit(X, Y, epochs=5, callbacks=[BackupAndRestore(tmp_path)])
    assert history.epoch == [3, 4] and same(again, whole)
    assert list(tmp_path.iterdir()) == []


def test_initial_epoch_with_a_seed_sees_the_samples_in_the_order_of_that_epoch():
    plain = models.Sequential([layers.Dense(3)], seed=1), models.Sequential([layers.Dense(3)], seed=1)
    for one in plain:
        one.compile("sgd", "mse")
    target = np.eye(3)[Y]
    plain[0].fit(X, target, epochs=4, seed=8)
    plain[1].fit(X, target, epochs=2, seed=8)
    plain[1].fit(X, target, epochs=4, initial_epoch=2, seed=8)
    assert same(*plain)


def test_killed_trainings_end_in_the_same_weights():
    hits, resumed, every_end_is_the_same = kill_and_resume.run(kills=5, epochs=60)
    assert hits == 5 and resumed > 0 and every_end_is_the_same


def test_whatever_stops_the_writing_the_old_file_stays(tmp_path, monkeypatch):
    file, one = tmp_path / "m.npz", model()
    checkpoints.save(file, one)
    before = file.read_bytes()
    one.fit(X, Y)
    for broken in ("fsync", "replace"):
        with monkeypatch.context() as patch, pytest.raises(OSError, match="disk full"):
            patch.setattr(os, broken, lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            checkpoints.save(file, one)
        assert file.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["m.npz"]


def test_any_damage_is_refused_and_changes_nothing(tmp_path):
    trained = model()
    trained.fit(X, Y)
    file = tmp_path / "m.npz"
    checkpoints.save(file, trained)
    good, one = file.read_bytes(), model(seed=4)
    one.fit(X, Y)
    weights, state = one.get_weights(), repr(one.optimizer.state())
    rng = np.random.default_rng(0)
    refused = 0
    for trial in range(150):
        bad = bytearray(good)
        if trial % 3 == 0:
            bad = bad[: int(rng.integers(len(bad)))]
        else:
            place = int(rng.integers(len(bad)))
            bad[place] ^= int(rng.integers(1, 256))
        file.write_bytes(bytes(bad))
        try:
            checkpoints.load(file, one)
        except ValueError as error:
            refused += 1
            assert str(file) in str(error)
            assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), weights, strict=True))
            assert repr(one.optimizer.state()) == state
        else:  # a byte that means nothing, such as a date: then all that was saved is there
            assert same(one, trained)
            one.set_weights(weights)
            one = model(seed=4)
            one.fit(X, Y)
    assert refused > 120


def test_what_is_no_checkpoint_or_of_another_model_is_refused_with_the_reason(tmp_path):
    file = tmp_path / "m.npz"
    checkpoints.save(file, model())
    np.savez(tmp_path / "foreign.npz", a=np.ones(3))
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "single.npz.npy", np.ones(3))
    unbuilt = models.Sequential([layers.Dense(3)])
    for call, error, message in (
        (lambda: checkpoints.load(tmp_path / "none.npz", model()), FileNotFoundError, "none.npz does not exist"),
        (lambda: checkpoints.load(tmp_path / "foreign.npz", model()), ValueError, "no header"),
        (lambda: checkpoints.load(tmp_path / "text.npz", model()), ValueError, "text.npz cannot be read"),
        (lambda: checkpoints.load(tmp_path / "single.npz.npy", model()), ValueError, "cannot be read"),
        (lambda: checkpoints.load(file, model(units=6)), ValueError, "are its layers the same"),
        (lambda: checkpoints.load(file, model(optimizers.SGD())), ValueError, "optimizer Adam.*compiled with SGD"),
        (lambda: checkpoints.load(file, unbuilt), ValueError, "model has no weights yet"),
        (lambda: checkpoints.save(file, unbuilt), ValueError, "model has no weights yet"),
        (lambda: checkpoints.save(3, model()), TypeError, "path must be a path"),
        (lambda: checkpoints.save(file, model(), notes={"f": print}), TypeError, "cannot save a builtin"),
    ):
        with pytest.raises(error, match=message):
            call()
    checkpoints.save(tmp_path / "w.npz", model(), weights_only=True)
    with_sgd = model(optimizers.SGD(), seed=7)
    checkpoints.load(tmp_path / "w.npz", with_sgd)
    assert same(with_sgd, model())


def test_no_file_runs_code(tmp_path):
    np.savez(tmp_path / "p.npz", header=np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="cannot be read"):
        checkpoints.load(tmp_path / "p.npz", model())


def test_model_checkpoint_keeps_the_best_and_fills_the_name(tmp_path):
    saving = ModelCheckpoint(tmp_path / "e{epoch}-{loss:.2f}.npz", monitor="loss", save_best_only=True)
    history = model().fit(X, Y, epochs=6, callbacks=[saving]).history["loss"]
    best = [i for i, value in enumerate(history) if value < min(history[:i], default=np.inf)]
    assert {p.name for p in tmp_path.iterdir()} == {f"e{i + 1}-{history[i]:.2f}.npz" for i in best}
    with pytest.raises(ValueError, match="filepath asks for 'val_loss'"):
        model().fit(X, Y, callbacks=[ModelCheckpoint(str(tmp_path / "{val_loss}.npz"))])
    every = ModelCheckpoint(tmp_path / "b{epoch}.npz", save_freq=2, save_weights_only=True)
    model().fit(X, Y, epochs=1, batch_size=20, callbacks=[every])
    assert (tmp_path / "b1.npz").exists()
