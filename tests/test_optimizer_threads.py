"""Large parameters on several threads: the same bits as on one, errors after all have stopped, a learner's rule alone."""

import multiprocessing
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from helpers import optimizers
from helpers.optimizers import BY_NAME, SGD, Adam, Optimizer, threads
from helpers.optimizers.threads import BLOCK

SIZE = 3 * BLOCK + 77
RULES = [cls for cls in BY_NAME.values() if cls.elementwise and not cls.wraps]


def steps(optimizer, count=3, dtype=np.float32):
    rng = np.random.default_rng(0)
    w = rng.standard_normal(SIZE).astype(dtype)
    for _ in range(count):
        optimizer.apply([rng.standard_normal(SIZE).astype(dtype)], [w])
    return w


@pytest.fixture
def seen(monkeypatch):
    """The threads that ran a rule, by asking for three."""
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    names = set()
    before = Optimizer._piece

    def piece(self, *args):
        names.add(threading.current_thread().name)
        return before(self, *args)

    monkeypatch.setattr(Optimizer, "_piece", piece)
    return names


@pytest.mark.parametrize("rule", RULES, ids=lambda cls: cls.__name__)
def test_the_result_is_the_same_to_the_last_bit(rule, seen, monkeypatch):
    several = steps(rule(weight_decay=0.01, clipvalue=1.5))
    assert len(seen) > 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    seen.clear()
    np.testing.assert_array_equal(steps(rule(weight_decay=0.01, clipvalue=1.5)), several)
    assert seen == {threading.current_thread().name}


@pytest.mark.parametrize("size", [0, 1, BLOCK, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 1, 5 * BLOCK, 7 * BLOCK + 3])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_number_is_visited_once(size, count, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", str(count))
    visits, other = np.zeros(size), np.arange(size)

    def step(a, b):
        assert a.shape == b.shape
        a += 1

    threads.each_piece(step, visits, other)
    assert (visits == 1).all()


@pytest.mark.parametrize(
    ("asked", "expected"), [("1", 1), ("2", 2), ("100", threads.MOST), ("0", 1), ("many", None), ("", None)]
)
def test_the_environment_says_how_many(asked, expected, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert threads.available() == (expected or min(threads.processors(), threads.MOST))


def test_a_learners_rule_stays_on_one_thread(seen):
    class Counts(Optimizer):
        calls = 0

        def update_step(self, w, g, lr, t):
            self.calls += 1
            w -= lr * g

    optimizer = Counts()
    steps(optimizer, 1)
    assert seen == {threading.current_thread().name}
    assert optimizer.calls == -(-SIZE // optimizers.blocks.BLOCK)


def test_what_numpy_was_told_about_errors_holds_in_every_thread(seen):
    w, g = np.ones(SIZE, np.float32), np.full(SIZE, 1e30, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(over="ignore"):
            Adam().apply([g], [w])  # g squared overflows in every piece
    assert len(seen) > 1
    with np.errstate(over="raise"), pytest.raises(RuntimeError, match="FloatingPointError"):
        Adam().apply([g], [w])


def test_an_error_is_raised_when_all_threads_have_stopped(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    begun, running = threading.Event(), []

    def step(piece):
        if threading.current_thread() is threading.main_thread():
            assert begun.wait(30)
            raise ValueError("stops early")
        running.append(piece)
        begun.set()
        time.sleep(0.05)
        running.clear()

    with pytest.raises(ValueError, match="stops early"):
        threads.each_piece(step, np.zeros(SIZE))
    assert begun.is_set() and not running


def test_an_error_in_another_thread_comes_back(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")

    def step(piece):
        if threading.current_thread() is not threading.main_thread():
            raise ValueError("from elsewhere")

    with pytest.raises(ValueError, match="from elsewhere"):
        threads.each_piece(step, np.zeros(SIZE))


def _in_child(queue):
    queue.put(float(steps(SGD(0.1), 1).sum()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks by default")
def test_a_forked_process_starts_threads_of_its_own(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    expected = float(steps(SGD(0.1), 1).sum())  # the threads exist now
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from 3.12 on: forking beside threads
        child = context.Process(target=_in_child, args=(queue,))
        child.start()
    try:
        assert queue.get(timeout=30) == expected
    finally:
        child.kill()
