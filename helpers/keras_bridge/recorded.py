"""Step times that were measured once on a machine with a GPU, kept for those who have none at hand.

On such a machine ``from helpers import keras_bridge; keras_bridge.record()`` measures and writes the file.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from helpers import installed
from helpers.keras_bridge.backends import devices, require
from helpers.keras_bridge.timing import SIZES, Timing, time_apply

FILE = Path(__file__).resolve().parents[2] / "lessons" / "recorded" / "step_times.json"


class Recording(NamedTuple):
    """The GPU's name, the day ("2026-01-31"), Keras and its backend in words, and the timings."""

    device: str
    date: str
    software: str
    timings: list[Timing]


def recorded(file: Path = FILE) -> Recording | None:
    """Return the recording that comes with the course, or None where none was made."""
    if not file.is_file():
        return None
    data = json.loads(file.read_text("utf-8"))
    timings = [Timing(*entry) for entry in data["timings"]]
    return Recording(data["device"], data["date"], data["software"], timings)


def record(file: Path = FILE, sizes: Iterable[int] = SIZES, **options) -> Recording:
    """Measure here, with `time_apply`'s options, and write the file.

    Raises RuntimeError, and writes nothing, where Keras finds no GPU or the stop button ended the measurement early.
    """
    sizes = list(sizes)
    keras = require()
    if not any(device.startswith("gpu") for device in devices()):
        raise RuntimeError(f"Keras finds no GPU here, only {', '.join(devices())}: there is nothing to record")
    software = f"Keras {keras.__version__} on {keras.config.backend()}"
    timings = time_apply(sizes, **options)
    if missing := set(sizes) - {timing.parameters for timing in timings}:
        raise RuntimeError(f"stopped before sizes {sorted(missing)} were measured: nothing is written, run it again")
    made = Recording(installed.gpu() or "a GPU", datetime.date.today().isoformat(), software, timings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(made._asdict(), indent=1) + "\n", "utf-8")
    return made
