"""Bars of long work: silent where it is short, ended by the stop button between two rounds, gone from a saved notebook."""

import signal
from pathlib import Path

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from helpers import callbacks, layers, models, playground, plots
from helpers.playground import network as network_module
from helpers.playground import side_by_side

ROOT = Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"
X = np.ones((4, 2))


@pytest.fixture(autouse=True)
def bars(monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)


def network():
    model = models.Sequential([layers.Dense(1)], seed=1)
    model.compile("sgd", "mse")
    return model


def press():
    signal.raise_signal(signal.SIGINT)


def test_a_loop_goes_through_the_same_and_says_nothing(capsys):
    assert list(playground.track({"a": 1, "b": 2}.items())) == [("a", 1), ("b", 2)]
    assert list(playground.track(iter("xyz"))) == ["x", "y", "z"]
    assert list(playground.track([])) == []
    assert capsys.readouterr() == ("", "")


def test_a_long_loop_has_a_bar_that_goes_away(capsys):
    seen = [capsys.readouterr().err for _ in playground.track(range(3), after=0)]
    assert "rounds" in seen[1] and seen[0] == ""
    assert capsys.readouterr().err.endswith("\r")


def test_a_training_that_goes_on_begins_its_bar_there(capsys):
    network().fit(X, X[:, :1], initial_epoch=2, epochs=5, callbacks=[playground.ProgressBar(after=0)])
    said = capsys.readouterr().err
    assert "2/5" in said and "5/5" in said and "loss=" in said and "0/5" not in said


def test_where_nobody_looks_there_is_none(capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert list(playground.track(range(3), after=0)) == [0, 1, 2]
    network().fit(X, X[:, :1], epochs=3, callbacks=[playground.ProgressBar(after=0)])
    assert capsys.readouterr() == ("", "")


def test_refusals():
    with pytest.raises(TypeError, match=r"rounds .* range\(6\), got 6"):
        playground.track(6)
    with pytest.raises(ValueError, match="after"):
        playground.track(range(3), after=-1)


@pytest.mark.parametrize(("rounds", "told"), [(range(5), " of 5"), (iter(range(5)), "")])
def test_the_stop_button_ends_it_between_two_rounds(capsys, rounds, told):
    """Also where a `fit` hears it: that training is whole, as all before it."""
    epochs = []
    for number in playground.track(rounds):
        stop = callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs, n=number: press() if (n, epoch) == (2, 1) else 0
        )
        model = network()
        epochs.append(len(model.fit(X, X[:, :1], epochs=4, callbacks=[stop]).epoch))
        assert not model.interrupted
    assert epochs == [4, 4, 4]
    assert capsys.readouterr().out == f"stopped after round 3{told}\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_pressed_in_the_last_round_there_is_nothing_to_stop(capsys):
    assert [press() for number in playground.track([0])] == [None]
    assert capsys.readouterr().out == ""


def test_pressed_twice_it_is_an_interrupt_as_ever():
    with pytest.raises(KeyboardInterrupt):
        for _ in playground.track(range(5)):
            press()
            press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_loop_that_is_left_gives_the_button_back():
    for _ in playground.track(range(5)):
        break
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ZeroDivisionError):
        for number in playground.track(range(5)):
            1 / number
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_loop_that_ends_later_leaves_the_button_to_whom_it_belongs():
    kept = playground.track(range(5))
    next(kept)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a kernel does after a cell
    try:
        kept.close()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(
    ("module", "slow", "playground_of"),
    [
        (network_module, "_train", lambda: network_module.boundary_as_it_learns(X, np.arange(4) % 3)),
        (side_by_side, "keras_path", lambda: side_by_side.ours_minus_keras()),
    ],
)
def test_a_playground_whose_preparation_is_stopped_says_so(capsys, monkeypatch, module, slow, playground_of):
    """It would be one with controls that have nothing to show."""
    calls = []

    def stopped(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            press()

    monkeypatch.setattr(module, slow, stopped)
    assert playground_of() is None
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("stopped after round 3 of ") and second.endswith("run the cell again.")
    assert len(calls) == 3


@pytest.mark.parametrize("rounds", [1, 2])
def test_the_trainings_of_a_stopped_loop_can_be_drawn(rounds):
    runs = {str(n): ([0.1, 0.05], [1.0, 0.5 / (n + 1)]) for n in range(rounds)}
    left, right = plots.side_by_side.daily(runs).axes
    assert [sum(line.get_marker() == "o" for line in ax.lines) for ax in (left, right)] == [rounds, rounds]
    assert ("one rate", "two rates")[rounds - 1] in left.get_title(loc="left")


IN_A_NOTEBOOK = """
import numpy as np
from helpers import layers, models, playground

def fit(epochs, *callbacks):
    model = models.Sequential([layers.Dense(1)], seed=1)
    model.compile("sgd", "mse")
    x = np.ones((4, 2))
    return model.fit(x, x[:, :1], epochs=epochs, callbacks=callbacks)

"""
LOOP = "lengths = [len(fit(50).epoch) for _ in playground.track(range(10**6), after=0.2)]"
FIT = "history = fit(10**8, playground.ProgressBar(after=0.2))"


def test_in_a_notebook():
    """Interrupted as soon as their bar is there, loop and training end well, and no output of theirs is a widget."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))

    def run(code):
        """The last state of each output, and what was printed."""
        shown, printed = {}, []

        def hear(message):
            content = message["content"]
            if "display_data" in message["msg_type"]:
                shown[content["transient"]["display_id"]] = content["data"]
                if WIDGET in content["data"]:
                    manager.interrupt_kernel()
            assert message["msg_type"] != "error", content
            printed.append(content.get("text", ""))

        reply = client.execute_interactive(IN_A_NOTEBOOK + code, output_hook=hear, timeout=60)
        assert reply["content"]["status"] == "ok"
        return list(shown.values()), "".join(printed)

    try:
        shown, printed = run(LOOP)
        assert shown == [{}] and "stopped after round " in printed
        assert run("assert len(lengths) > 1 and set(lengths) == {50}") == ([], "")
        (line,), printed = run(FIT)
        assert line.keys() == {"text/plain"} and "stopped after epoch " in printed
        assert line["text/plain"].startswith("epochs:") and "loss=" in line["text/plain"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
