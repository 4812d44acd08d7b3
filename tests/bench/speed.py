"""Time: the import, a step of Adam and an epoch of digits, ours against Keras'."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np


def start(root: Path) -> None:
    """Print the seconds that imports take in a new process: the median of seven."""
    print("seconds to import, in a new process   (mark: helpers under 0.3)")
    for module in ("numpy", "helpers", "helpers.optimizers", "helpers.models", "helpers.plots"):
        program = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        runs = [
            float(subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, check=True).stdout)
            for _ in range(7)
        ]
        print(f"  {module:20} {statistics.median(runs):6.3f}")
    print(f"  {'a warm check':20} {_warm_check():6.3f}   (mark: under 0.5)")


def _warm_check() -> float:
    """Seconds of a check whose worker is up: the median of nine, the first two left out."""
    from helpers import check

    seconds = []
    for _ in range(9):
        begin = time.perf_counter()
        check.mse(lambda y_true, y_pred: np.mean((y_true - y_pred) ** 2))
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds[2:])


def apply(root: Path) -> None:
    """Print a step of Adam at three sizes, ours and Keras' compiled one taking turns ten times."""
    if not _keras():
        return
    import keras

    from helpers.keras_bridge.backends import compiled_step
    from helpers.keras_bridge.twins import plain_twin
    from helpers.optimizers import Adam

    print(f"ms for a step of Adam, float32; Keras {keras.__version__} on {keras.config.backend()}, compiled")
    print(f"  {'parameters':>12} {'ours':>9} {'Keras':>9} {'ratio':>7}   mark")
    shapes = {
        10**4: [(64, 96), (96,), (96, 36), (36,), (36, 10), (10,)],  # six tensors
        10**6: [(10**6,)],
        10**7: [(10**7,)],
    }
    for size, mark in ((10**4, 1.0), (10**6, 1.3), (10**7, 1.3)):
        rng = np.random.default_rng(0)
        params = [rng.standard_normal(s, dtype=np.float32) for s in shapes[size]]
        grads = [rng.standard_normal(s, dtype=np.float32) for s in shapes[size]]
        ours = Adam()
        variables = [keras.Variable(w) for w in params]
        theirs = compiled_step(plain_twin(Adam()), variables, [keras.ops.convert_to_tensor(g) for g in grads])
        inner = {10**4: 100, 10**6: 10, 10**7: 2}[size]
        mine, keras_times, ratio = alternate(lambda: ours.apply(grads, params), theirs, inner)  # noqa: B023
        print(f"  {size:>12,} {mine * 1e3:9.3f} {keras_times * 1e3:9.3f} {ratio:7.2f}   at most {mark}")


def digits(root: Path) -> None:
    """Print an epoch of the digits network, ours and Keras' fit taking turns, and how well ours gets in ten seconds."""
    from helpers import datasets, layers, models

    (x, y), (x_test, y_test) = datasets.digits()
    x = x.astype(np.float32)
    hidden, out = layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax")
    ours = models.Sequential([hidden, out], seed=0)
    ours.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    begin = time.perf_counter()
    ours.fit(x, y, batch_size=32, epochs=60, seed=0)
    seconds = time.perf_counter() - begin
    accuracy = ours.evaluate(x_test.astype(np.float32), y_test)[1]
    print(f"digits, 64-32-10, batch 32: {accuracy:.1%} of the held-out digits after 60 epochs in {seconds:.1f} s")
    if not _keras():
        return
    import keras

    twin = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    twin.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    mine, theirs, ratio = alternate(
        lambda: ours.fit(x, y, batch_size=32, epochs=5),
        lambda: twin.fit(x, y, batch_size=32, epochs=5, verbose=0),
        1,
    )
    print(f"  ms an epoch: ours {mine / 5 * 1e3:.1f}, Keras' fit {theirs / 5 * 1e3:.1f}; Keras / ours {1 / ratio:.1f}")
    print("  (mark: at least 10)")


def alternate(ours, theirs, inner: int, turns: int = 10) -> tuple[float, float, float]:
    """Seconds of one call of each, and the median over the turns of ours / theirs; two turns before that warm up."""
    times = []
    for turn in range(turns + 2):
        pair = []
        for call in (ours, theirs):
            begin = time.perf_counter()
            for _ in range(inner):
                call()
            pair.append((time.perf_counter() - begin) / inner)
        if turn >= 2:
            times.append(pair)
    return (
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        statistics.median(a / b for a, b in times),
    )


def _keras() -> bool:
    from helpers import keras_bridge

    if not keras_bridge.available():
        print("Keras is not installed: that comparison is left out (make keras)")
        return False
    return True
