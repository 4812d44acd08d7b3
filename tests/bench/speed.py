"""Time: the import, a warm check, an epoch of digits, ours against Keras'."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import steps

EPOCHS = 5


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
    contenders = {"ours": lambda: ours.fit(x, y, batch_size=32, epochs=EPOCHS)}
    contenders |= _keras_fit(x, y) | _pytorch_loop(x, y)
    seconds = steps.alternate(contenders, 1, 10)
    for name, times in seconds.items():
        ratio = statistics.median(b / a for a, b in zip(seconds["ours"], times, strict=True))
        print(f"  {name:15} {statistics.median(times) / EPOCHS * 1e3:6.1f} ms an epoch, {ratio:5.1f} times ours")
    print("  (marks: Keras at least 10 times ours, PyTorch's loop at least 1.5)")


def _keras_fit(x, y):
    from helpers import keras_bridge

    if not keras_bridge.available():
        print("Keras is not installed: that comparison is left out (make keras)")
        return {}
    import keras

    model = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return {"Keras' fit": lambda: model.fit(x, y, batch_size=32, epochs=EPOCHS, verbose=0)}


def _pytorch_loop(x, y):
    """The loop of PyTorch's own tutorials, with the accuracy that the others report, too."""
    try:
        import torch
    except ImportError:
        return {}
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    optimizer, loss_of = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss()
    images, labels = torch.from_numpy(x), torch.from_numpy(y)

    def train():
        for _ in range(EPOCHS):
            order, right = torch.randperm(len(images)), 0.0
            for rows in order.split(32):
                scores = model(images[rows])
                loss = loss_of(scores, labels[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                right += (scores.argmax(1) == labels[rows]).sum().item()

    return {"PyTorch's loop": train}
