"""The stop button ends training between two steps, without a traceback, and what was learnt stays."""

import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from helpers import callbacks, landscapes, layers, models, optimizers

ROOT = Path(__file__).resolve().parent.parent
X = np.random.default_rng(0).normal(size=(40, 3))
Y = X @ [1.0, -2.0, 0.5]


def network():
    model = models.Sequential([layers.Dense(4, activation="tanh"), layers.Dense(1)], seed=3)
    model.compile("adam", "mse")
    return model


class Press(callbacks.Callback):
    """Presses the stop button at the end of step number `at`, counted from 1, and keeps the weights of that moment."""

    def __init__(self, at, times=1):
        self.at, self.times, self.steps, self.weights = at, times, 0, None

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps == self.at:
            self.weights = self.model.get_weights()
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(("at", "epochs_done"), [(10, 2), (12, 3), (1, 0)])  # four steps an epoch
def test_the_history_and_the_weights_of_that_moment_stay(capsys, at, epochs_done):
    press, model, whole = Press(at), network(), network()
    history = model.fit(X, Y, batch_size=10, epochs=20, callbacks=[press])
    assert capsys.readouterr().out == (
        f"stopped after epoch {epochs_done} of 20; the weights are those of this moment\n"
    )
    assert model.interrupted and press.steps == at
    assert history.epoch == list(range(epochs_done))
    assert history.history.get("loss", []) == whole.fit(X, Y, batch_size=10, epochs=20).history["loss"][:epochs_done]
    assert all(map(np.array_equal, model.get_weights(), press.weights))
    assert model.optimizer.iterations == at
    model.fit(X, Y, batch_size=10, epochs=1)
    assert not model.interrupted


def test_pressed_in_the_last_step_there_is_nothing_to_stop(capsys):
    model = network()
    history = model.fit(X, Y, batch_size=10, epochs=2, callbacks=[Press(8)])
    assert history.epoch == [0, 1] and not model.interrupted and capsys.readouterr().out == ""


def test_pressed_twice_it_is_an_interrupt_as_ever():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        network().fit(X, Y, epochs=5, callbacks=[Press(2, times=2)])
    assert signal.getsignal(signal.SIGINT) is before
    network().fit(X, Y, callbacks=[])
    assert signal.getsignal(signal.SIGINT) is before


def test_the_end_of_training_is_told_and_a_backup_is_kept(tmp_path):
    ended = []
    telling = callbacks.LambdaCallback(on_train_end=ended.append)
    backup = callbacks.BackupAndRestore(tmp_path)
    network().fit(X, Y, batch_size=10, epochs=5, callbacks=[backup, telling, Press(9)])
    assert ended == [{}]
    history = network().fit(X, Y, batch_size=10, epochs=5, callbacks=[callbacks.BackupAndRestore(tmp_path)])
    assert history.epoch == [2, 3, 4] and list(tmp_path.iterdir()) == []


def test_in_another_thread_nothing_is_listened_for():
    lengths = []
    work = threading.Thread(target=lambda: lengths.append(len(network().fit(X, Y, epochs=2).epoch)))
    work.start()
    work.join(30)
    assert lengths == [2]


def test_a_program_with_a_handler_of_its_own_keeps_it():
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        history = network().fit(X, Y, batch_size=10, epochs=2, callbacks=[Press(2)])
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT] and history.epoch == [0, 1]


class PressWhileWalking(optimizers.SGD):
    """Presses the stop button in step number `at`."""

    at, times = 3, 1

    def apply(self, grads, params):
        super().apply(grads, params)
        if self.iterations == self.at:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)


@pytest.fixture
def slow(monkeypatch):
    """A clock on which every walk takes long."""
    monkeypatch.setattr(landscapes, "perf_counter", iter(range(0, 10**6, 5)).__next__)


def test_a_long_walk_ends_where_it_is(capsys, slow):
    ravine = landscapes.ravine()
    path = landscapes.descend(ravine, PressWhileWalking(0.01), 10)
    assert capsys.readouterr().out == "stopped after step 3 of 10; the path ends there\n"
    np.testing.assert_array_equal(path, landscapes.descend(ravine, optimizers.SGD(0.01), 3))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_pressed_in_the_last_step_the_walk_is_whole(capsys, slow):
    assert len(landscapes.descend(landscapes.ravine(), PressWhileWalking(0.01), 3)) == 4
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("steps", [3, 10])
def test_one_of_many_short_walks_is_interrupted_as_ever(monkeypatch, capsys, steps):
    """Or the stop button would end one of them, and the loop around it would go on."""
    monkeypatch.setattr(landscapes, "perf_counter", lambda: 0.0)
    with pytest.raises(KeyboardInterrupt):
        landscapes.descend(landscapes.ravine(), PressWhileWalking(0.01), steps)
    assert capsys.readouterr().out == "" and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_pressed_twice_a_walk_is_interrupted_as_ever(monkeypatch, slow):
    monkeypatch.setattr(PressWhileWalking, "times", 2)
    with pytest.raises(KeyboardInterrupt):
        landscapes.descend(landscapes.ravine(), PressWhileWalking(0.01), 10)


IN_A_NOTEBOOK = """
import numpy as np
from helpers import callbacks, layers, models

model = models.Sequential([layers.Dense(1)], seed=1)
model.compile("sgd", "mse")
begun = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("begun", flush=True) if epoch == 2 else None)
x = np.ones((4, 2))
history = model.fit(x, x[:, :1], epochs=10**9, callbacks=[begun])
"""


def test_the_stop_button_of_a_notebook():
    """A kernel gets the same interrupt as from JupyterLab: no error, and the next cell has the history."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))
    said = []

    def hear(message):
        said.append(message["content"].get("text", ""))
        if "begun" in said[-1]:
            manager.interrupt_kernel()

    try:
        reply = client.execute_interactive(IN_A_NOTEBOOK, output_hook=hear, timeout=60)
        assert reply["content"]["status"] == "ok"
        assert "stopped after epoch " in "".join(said)
        code = "assert model.interrupted and len(history.history['loss']) == len(history.epoch) >= 3"
        assert client.execute_interactive(code, timeout=60)["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
