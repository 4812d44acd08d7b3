"""Kill a training at random moments, start it again each time, and compare the end with a training never killed.

``python tests/kill_and_resume.py --kills 100`` runs all of it; a test runs it with fewer. What is killed is this same
file with ``train FOLDER EPOCHS``.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EPOCHS = 150


def train(folder: Path, epochs: int) -> None:
    """Train a small network with dropout, momentum, a schedule and accumulation; write its weights to ``folder``."""
    import numpy as np

    from helpers import datasets, layers, models, optimizers, schedules
    from helpers.callbacks import BackupAndRestore

    x, y = datasets.spirals(200)
    model = models.Sequential(
        [layers.Dense(24, activation="relu"), layers.Dropout(0.2), layers.Dense(3, activation="softmax")], seed=3
    )
    model.build((None, 2), x.dtype)
    rate = schedules.CosineDecay(0.05, 400, warmup_target=0.1, warmup_steps=50)
    optimizer = optimizers.Adam(rate, gradient_accumulation_steps=3, use_ema=True, amsgrad=True)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    history = model.fit(x, y, batch_size=16, epochs=epochs, callbacks=[BackupAndRestore(folder / "backup")])
    (folder / "first_epoch").write_text(str(history.epoch[0] if history.epoch else epochs))
    with open(folder / "weights.npy.part", "wb") as file:
        np.save(file, np.concatenate([w.ravel() for w in model.get_weights()]))
    (folder / "weights.npy.part").replace(folder / "weights.npy")


def run(kills: int, seed: int = 0, epochs: int = EPOCHS) -> tuple[int, int, bool]:
    """Return the kills that hit a running training, the trainings that went on from a backup, and whether all is same.

    Same means: every training ended, bit for bit, in the weights of the one that was never killed.
    """
    rng, hits, resumed, same = random.Random(seed), 0, 0, True
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch, "whole")
        begin = time.perf_counter()
        _finish(_start(whole, epochs), whole)
        seconds = time.perf_counter() - begin
        expected, trial = (whole / "weights.npy").read_bytes(), 0
        while hits < kills:
            folder = Path(scratch, f"trial_{trial}")
            trial += 1
            while hits < kills:
                process = _start(folder, epochs)
                if hits % 2:  # every other kill falls into the training itself, not into Python's start
                    _until_saved(folder, process)
                _kill_after(rng.uniform(0.0, 0.3) * seconds if hits % 2 else rng.uniform(0.1, 1.0) * seconds, process)
                if (folder / "weights.npy").exists():  # the training had ended: that is no hit
                    break
                hits += 1
            _finish(_start(folder, epochs) if not (folder / "weights.npy").exists() else None, folder)
            same &= (folder / "weights.npy").read_bytes() == expected
            resumed += int((folder / "first_epoch").read_text()) > 0
    return hits, resumed, same


def _start(folder, epochs):
    folder.mkdir(exist_ok=True)
    return subprocess.Popen([sys.executable, __file__, "train", str(folder), str(epochs)], cwd=ROOT)


def _until_saved(folder, process):
    while process.poll() is None and not (folder / "backup" / "backup.npz").exists():
        time.sleep(0.005)


def _kill_after(seconds, process):
    try:
        if process.wait(seconds) != 0:
            raise RuntimeError(f"the training ended by itself with exit code {process.returncode}")
    except subprocess.TimeoutExpired:
        process.kill()  # SIGKILL: nothing of the process runs after it
        process.wait()


def _finish(process, folder):
    if process is not None and process.wait(300) != 0:
        raise RuntimeError(f"the training in {folder} ended with exit code {process.returncode}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["train"]:
        train(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        parser.add_argument("--kills", type=int, default=100)
        hits, resumed, same = run(parser.parse_args().kills)
        print(f"{hits} kills, {resumed} trainings gone on from a backup; all ended in the same weights: {same}")
        sys.exit(not same)
