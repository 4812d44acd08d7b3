"""How long a step takes: ours, and Keras' on each device."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from helpers import optimizers
from helpers.errors import check_integer
from helpers.keras_bridge.backends import compiled_step, devices, require
from helpers.keras_bridge.twins import plain_twin
from helpers.progress_bar import track

SIZES = (10**3, 10**4, 10**5, 10**6, 10**7)


class Timing(NamedTuple):
    """Median seconds of one step: ``who`` is "ours" or "keras", ``device`` as in ``devices()``."""

    who: str
    device: str
    parameters: int
    seconds: float


def time_apply(
    sizes: Iterable[int] = SIZES,
    make: Callable[[], optimizers.Optimizer] = optimizers.Adam,
    *,
    repeats: int = 10,
    on: Iterable[str] | None = None,
    dtype: str = "float32",
) -> list[Timing]:
    """Time one step of the optimizer that ``make()`` returns, and of its Keras twin on each device, for each size.

    Keras' step is compiled (tf.function, jax.jit; PyTorch's runs as it is) and warmed up. The contenders take turns, so
    that what else the machine does falls on all alike; the median of ``repeats`` turns counts. ``on`` defaults to every
    device that Keras finds. Where it takes long it shows a bar of the sizes; the stop button ends it after the size that
    is at work, and returns the timings so far.
    """
    require()
    check_integer("repeats", repeats)
    on = devices() if on is None else list(on)
    timings = []
    for size in track(sizes):
        check_integer("sizes", size)
        g = np.random.default_rng(0).standard_normal(size, dtype=dtype)  # one for all: ten million are 40 MB
        contenders = {("ours", "cpu:0"): _ours(make(), g)}
        contenders |= {("keras", device): _keras(make(), g, device) for device in on}
        seconds = {who: [] for who in contenders}
        for turn in range(repeats + 2):
            for who, step in contenders.items():
                begin = time.perf_counter()
                step()
                if turn >= 2:  # two to warm up: tracing, first touch of the memory
                    seconds[who].append(time.perf_counter() - begin)
        contenders.clear()
        gc.collect()  # compiled steps hold on to themselves; two sizes are never in memory together
        timings += [Timing(*who, size, float(np.median(values))) for who, values in seconds.items()]
    return timings


def _ours(optimizer, g):
    w = np.zeros_like(g)
    return lambda: optimizer.apply([g], [w])


def _keras(ours, g, device):
    keras = require()
    with keras.device(device):
        variable = keras.Variable(np.zeros_like(g), dtype=str(g.dtype))
        step = compiled_step(plain_twin(ours), [variable], [keras.ops.convert_to_tensor(g)])

    def run():
        with keras.device(device):
            step()

    return run
