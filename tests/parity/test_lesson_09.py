"""What lesson 09 stands on: its start without Keras, its stored curve, its twins, its recording, its playground."""

import contextlib
import os
import subprocess
import sys

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import datasets, keras_bridge, layers, losses, models, optimizers, plots
from helpers.playground import side_by_side as controls

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


LOSS = losses.SparseCategoricalCrossentropy(from_logits=True)


def momentum_race(theirs, precision, order=range(25)):
    """The colleague's race, ours in float64: the difference after each step, Keras' side in `precision`."""
    (x, y), _ = datasets.digits()
    rows = np.random.default_rng(0).permutation(len(x))
    batches = [rows[i : i + 32] for i in range(0, 25 * 32, 32)]
    net = models.Sequential([layers.Dense(32, activation="relu"), layers.Dense(10)], seed=1)
    net.build((None, 64), "float64")
    net.compile(optimizers.SGD(0.1, momentum=0.9), LOSS)
    apart = []
    with keras_bridge.float64() if precision == "float64" else contextlib.nullcontext():
        twin = keras_bridge.to_keras_model(net, (64,))
        twin.compile(theirs, keras_bridge.to_keras_loss(LOSS), jit_compile=False)
        for mine, other in zip(batches, [batches[i] for i in order], strict=True):
            net.train_on_batch(x[mine].astype("float64"), y[mine])
            twin.train_on_batch(x[other].astype(precision), y[other])
            apart.append(keras_bridge.difference(net.get_weights(), twin.get_weights()))
    return np.array(apart)


def momentum_twin():
    return keras_bridge.to_keras_optimizer(optimizers.SGD(0.1, momentum=0.9))


def test_the_colleagues_curve_is_a_rate_in_float32():
    apart = momentum_race(momentum_twin(), "float64")  # the twin is made outside float64
    np.testing.assert_allclose(plots.side_by_side.MYSTERY, apart, rtol=0.02)
    assert apart[0] == pytest.approx(float(np.float32(0.1)) / 0.1 - 1, rel=1e-3)


def test_what_the_check_says_of_the_other_choices_was_tried():
    assert momentum_race(momentum_twin(), "float32").min() > 1e-7
    for first in (0, 9):
        order = list(range(25))
        order[first], order[first + 1] = first + 1, first
        with keras_bridge.float64():
            twin = momentum_twin()
        apart = momentum_race(twin, "float64", order)
        assert apart[first:].min() > 1e-2 and apart[:first].max(initial=0) < 1e-13


def test_a_plain_twin_has_python_numbers():
    twin = keras_bridge.plain_twin(optimizers.Adam(0.01, beta_1=0.8, clipnorm=1.0))
    assert type(twin) is keras.optimizers.Adam
    assert type(twin.beta_1) is float and twin.beta_1 == 0.8 and twin.clipnorm == 1.0
    assert float(twin.learning_rate) == pytest.approx(0.01)


def test_a_recording_is_read_as_it_was_written(tmp_path, monkeypatch):
    file = tmp_path / "recorded" / "step_times.json"
    assert keras_bridge.recorded(file) is None
    module = sys.modules[keras_bridge.record.__module__]
    monkeypatch.setattr(module, "devices", lambda: ["cpu:0"])
    with pytest.raises(RuntimeError, match="no GPU"):
        keras_bridge.record(file)
    timings = [keras_bridge.Timing("ours", "cpu:0", n, n * 1e-8) for n in (1000, 10**7)]
    timings += [keras_bridge.Timing("keras", d, n, 1e-3) for d in ("cpu:0", "gpu:0") for n in (1000, 10**7)]
    monkeypatch.setattr(module, "devices", lambda: ["cpu:0", "gpu:0"])
    monkeypatch.setattr(module, "time_apply", lambda sizes: timings[::2])
    with pytest.raises(RuntimeError, match=r"10000000.*nothing is written"):
        keras_bridge.record(file, sizes=(1000, 10**7))
    assert keras_bridge.recorded(file) is None
    monkeypatch.setattr(module, "time_apply", lambda sizes: timings)
    made = keras_bridge.record(file, sizes=(1000, 10**7))
    assert keras_bridge.recorded(file) == made and made.timings == timings
    assert "the GPU does not pay" in plots.side_by_side.speed(timings[:2], made).alt  # a tie at the largest size
    timings[-1] = timings[-1]._replace(seconds=1e-4)
    assert "pays from 10,000,000 parameters" in plots.side_by_side.speed(timings).alt
    assert "No run on a GPU" in plots.side_by_side.speed(timings[:2]).alt


def test_the_playground_answers_each_choice():
    """It opens on a gap, which Keras' ε closes; our ε and Keras' precision each make one."""
    made = controls.ours_minus_keras()
    chosen = made._controls

    def largest():
        if "No bit of the 40 weights differs" in made._note.value:
            return 0.0
        return float(made._note.value.partition("largest difference is ")[2].split()[0])

    assert largest() > 0.1 and made._fig.axes[0].get_title(loc="left").endswith("they part")
    chosen["epsilon"].value = 1e-7
    assert largest() == 0
    for rule in controls.RULES:
        chosen["rule"].value = rule
        assert largest() < (1e-6 if rule == "nadam" else 1e-13)
        assert ("has no ε" in made._note.value) is (rule in ("sgd", "momentum", "nesterov"))
        assert ("rounds a constant" in made._note.value) is (rule == "nadam" and largest() > 1e-13)
    chosen["rule"].value = "adam"
    chosen["precision"].value = "float64, but Keras' rate in float32"
    assert "4.7e-8" in made._note.value
    left, right = made._fig.axes
    assert left.get_title(loc="left").endswith("no gap to be seen") and "4.7e-8" in right.get_title(loc="left")
    chosen["epsilon"].value = 1e-8
    assert largest() > 0.1
    assert left.get_title(loc="left").endswith("they part") and f"{largest():.2g}" in right.get_title(loc="left")


PROGRAM = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in ("from helpers import keras_bridge; keras = keras_bridge.start()", "1 / 0", "keras.optimizers"):
    assert shell.run_cell(cell).success
"""


def test_without_keras_the_rest_of_a_notebook_is_passed_over():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        env=os.environ | {"KERAS_BACKEND": "not_installed"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert 'pip install -e ".[keras]"' in done.stdout and done.stdout.count("Passed over") == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "not_installed")
        with pytest.raises(ImportError, match="not_installed"):
            keras_bridge.start()
