"""A step of `apply`, ours beside Keras' and PyTorch's, and beside what the memory allows."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from pathlib import Path

import numpy as np

from helpers import keras_bridge
from helpers.optimizers import SGD, Adam, RMSprop, blocks, threads

RULES = {
    "SGD": (lambda: SGD(0.01), 3),
    "momentum": (lambda: SGD(0.01, momentum=0.9), 5),
    "RMSprop": (lambda: RMSprop(0.001), 5),
    "Adam": (lambda: Adam(0.001), 7),
}
"""Each rule, and how often it moves every parameter's number to or from memory, at least."""

SHAPES = {
    10**4: [(64, 96), (96,), (96, 36), (36,), (36, 10), (10,)],  # six tensors
    10**6: [(10**6,)],
    10**7: [(10**7,)],
}
INNER = {10**4: 100, 10**6: 10, 10**7: 2}
TURNS = 10


def apply(root: Path) -> None:
    """Print a step of four rules at three sizes, float32: contenders take turns ten times, ratios are medians of turns.

    A ratio above 1 means that the other is slower. "memory" is the time in which this machine copies as many bytes as
    the rule has to move at least.
    """
    torch = _torch()
    names = ["Keras"] * keras_bridge.available() + ["PyTorch", "fused"] * (torch is not None) + ["memory"]
    print("ms for a step, float32; then how many times ours each other one takes (above 1: ours is faster)")
    print(f"  {_versions(torch)}")
    print(f"  {'rule':10}{'parameters':>12}{'ours':>9}" + "".join(f"{name:>9}" for name in names))
    rate = _copy_rate()
    for size, shapes in SHAPES.items():
        for rule, (make, moves) in RULES.items():
            contenders = {"ours": _ours(make, shapes)}
            if "Keras" in names:
                contenders["Keras"] = _keras(make, shapes)
            if torch is not None:
                contenders |= {
                    "PyTorch": _pytorch(torch, rule, shapes, None),
                    "fused": _pytorch(torch, rule, shapes, True),
                }
            seconds = alternate(contenders, INNER[size], TURNS)
            mine = statistics.median(seconds["ours"])
            count = sum(int(np.prod(s)) for s in shapes)
            ratios = {
                name: statistics.median(b / a for a, b in zip(seconds["ours"], seconds[name], strict=True))
                for name in contenders
                if name != "ours"
            } | {"memory": moves * 4 * count / rate / mine}
            print(f"  {rule:10}{size:>12,}{mine * 1e3:9.3f}" + "".join(f"{ratios[name]:9.2f}" for name in names))
    print("  marks: Keras above 1 everywhere; PyTorch above 1 at 10,000 and 10,000,000")
    _passes()
    _allocations()


def _passes():
    """Print where a step of SGD spends its time at 1e7, on one thread: NumPy makes two passes, a fused rule one."""
    from scipy.linalg.blas import saxpy

    size, block = 10**7, threads.BLOCK
    w, g, product = np.ones(size, np.float32), np.ones(size, np.float32), np.empty(block, np.float32)
    rate = np.float32(0.01)

    def by_block(call):
        def all_blocks():
            for start in range(0, size, block):
                call(w[start : start + block], g[start : start + block])

        return all_blocks

    contenders = {
        "lr * g": by_block(lambda w, g: np.multiply(g, rate, out=product[: len(g)])),
        "w -= product": by_block(lambda w, g: np.subtract(w, product[: len(w)], out=w)),
        "both": by_block(lambda w, g: np.subtract(w, np.multiply(g, rate, out=product[: len(g)]), out=w)),
        "one pass (BLAS axpy)": by_block(lambda w, g: saxpy(g, w, a=-rate)),
    }
    seconds = alternate(contenders, 1, TURNS)
    parts = ", ".join(f"{name} {statistics.median(times) * 1e3:.1f}" for name, times in seconds.items())
    print(f"  ms of SGD's rule at {size:,}, one thread: {parts}")


def _allocations():
    """Print what a step takes from memory beyond the parameters, by number of parameters, in blocks a thread."""
    count = threads.available()
    block = (threads if count > 1 else blocks).BLOCK * 4
    print(f"memory of a step of Adam beyond weights, gradients and slots, in blocks of {block / 1024:.0f} KiB a thread")
    for size, clip in ((10**6, {}), (10**7, {}), (10**7, {"global_clipnorm": 1.0})):
        w, g = np.ones(size, np.float32), np.ones(size, np.float32)
        optimizer = Adam(**clip)
        optimizer.apply([g], [w])
        tracemalloc.start()
        optimizer.apply([g], [w])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(
            f"  {size:>12,} {'clipped' if clip else '':8} {peak / block / count:6.1f}   (mark: at most 8; {count} threads)"
        )


def alternate(contenders: dict, inner: int, turns: int) -> dict[str, list[float]]:
    """Seconds of one call of each contender, turn by turn; two turns before that warm up."""
    seconds = {name: [] for name in contenders}
    for turn in range(turns + 2):
        for name, call in contenders.items():
            begin = time.perf_counter()
            for _ in range(inner):
                call()
            if turn >= 2:
                seconds[name].append((time.perf_counter() - begin) / inner)
    return seconds


def _arrays(shapes):
    rng = np.random.default_rng(0)
    return [[rng.standard_normal(s, dtype=np.float32) for s in shapes] for _ in range(2)]


def _ours(make, shapes):
    params, grads = _arrays(shapes)
    optimizer = make()
    return lambda: optimizer.apply(grads, params)


def _keras(make, shapes):
    import keras

    from helpers.keras_bridge.backends import compiled_step
    from helpers.keras_bridge.twins import plain_twin

    params, grads = _arrays(shapes)
    variables = [keras.Variable(w) for w in params]
    return compiled_step(plain_twin(make()), variables, [keras.ops.convert_to_tensor(g) for g in grads])


def _pytorch(torch, rule, shapes, fused):
    params, grads = _arrays(shapes)
    tensors = [torch.nn.Parameter(torch.from_numpy(w)) for w in params]
    for tensor, g in zip(tensors, grads, strict=True):
        tensor.grad = torch.from_numpy(g)
    make = {
        "SGD": lambda **how: torch.optim.SGD(tensors, 0.01, **how),
        "momentum": lambda **how: torch.optim.SGD(tensors, 0.01, momentum=0.9, **how),
        "RMSprop": lambda **how: torch.optim.RMSprop(tensors, 0.001, alpha=0.9, **how),
        "Adam": lambda **how: torch.optim.Adam(tensors, 0.001, **how),
    }[rule]
    if fused and rule == "RMSprop":  # PyTorch has no fused one: its foreach stands in
        return make(foreach=True).step
    return (make(fused=True) if fused else make()).step


def _torch():
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: those columns are left out")
        return None
    torch.set_num_threads(threads.processors())  # its own default; importing helpers asked MKL for one
    return torch


def _versions(torch):
    parts = [f"NumPy {np.__version__}"]
    if keras_bridge.available():
        import keras

        parts.append(f"Keras {keras.__version__} on {keras.config.backend()}, compiled")
    if torch is not None:
        parts.append(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads ('fused' of RMSprop: foreach)")
    return "; ".join(parts)


def _copy_rate():
    """Bytes per second, read and written, of a copy too large for the caches: the best of nine."""
    source = np.ones(3 * 10**7, np.float32)
    target = np.empty_like(source)
    best = float("inf")
    for _ in range(9):
        begin = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - begin)
    return 2 * source.nbytes / best
