"""What one answer leaves behind, takes away or sets does not reach the verdict on the next, and keeps nobody waiting."""

import ctypes
import gc
import os
import signal
import sys
import time

import numpy as np
import psutil
import pytest

from helpers import check
from helpers.check import carry, client


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))


def right(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


def splits_off(a, b):
    os.fork()
    return right(a, b)


def splits_off_without_asking(a, b):
    ctypes.CDLL(None).fork()
    return right(a, b)


def leaves_a_child(a, b):
    if os.fork() == 0:
        time.sleep(60)
    return right(a, b)


def clears_the_path(a, b):
    sys.path.clear()
    sys.modules.pop("numpy")
    os.environ["PYTHONPATH"] = "/nowhere"
    return right(a, b)


def sums(a, b):
    return np.sum((a - b) ** 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("answer", [splits_off, splits_off_without_asking, leaves_a_child])
def test_a_process_that_an_answer_splits_off_has_no_say_in_later_verdicts(answer):
    check.mse(answer)
    for _ in range(3):
        assert not check.mse(sums).passed
        assert not check.mse(3.0).passed
        assert check.mse(right).passed


def leaves_a_child_and_ends(a, b):
    if os.fork() == 0:
        time.sleep(60)
    os._exit(3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("answer", [leaves_a_child, leaves_a_child_and_ends])
def test_a_process_that_an_answer_leaves_behind_is_ended(answer):
    check.mse(right)
    group = client._worker.process.pid
    check.mse(answer)
    end = time.monotonic() + 10
    while time.monotonic() < end and _living(group):
        time.sleep(0.05)
    assert _living(group) == []


def _living(group):
    every = psutil.process_iter(["pid", "status"])
    return [p.pid for p in every if p.info["status"] != psutil.STATUS_ZOMBIE and _group(p.pid) == group]


def _group(pid):
    try:
        return os.getpgid(pid)
    except OSError:
        return None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_a_process_that_has_cut_itself_off_keeps_nobody_waiting(tmp_path):
    """It holds the other end of the worker's stream open: to end the worker is not to wait for that."""
    file = str(tmp_path / "pid")

    def cuts_itself_off(a, b):
        libc = ctypes.CDLL(None)
        if libc.fork() == 0:
            os.setsid()
            if libc.fork() == 0:
                with open(file, "w") as out:
                    out.write(str(os.getpid()))
                time.sleep(60)
            os._exit(0)
        while not os.path.exists(file) or not os.path.getsize(file):
            time.sleep(0.01)
        return right(a, b)

    check.mse(cuts_itself_off)
    stray = psutil.Process(int((tmp_path / "pid").read_text()))
    client.stop()
    assert stray.status() != psutil.STATUS_ZOMBIE
    stray.kill()


def limits_files(a, b):
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
    return right(a, b)


def sets_an_alarm(a, b):
    signal.signal(signal.SIGALRM, lambda *_: os._exit(7))
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    return right(a, b)


def stops_collecting(a, b):
    gc.disable()
    gc.freeze()
    return right(a, b)


def sets_a_variable(a, b):
    os.environ["LEFT_BY_ANOTHER"] = "1"
    return right(a, b)


def needs_all_of_it(a, b):
    with open(os.devnull), open(os.devnull), open(os.devnull):
        time.sleep(0.15)  # in each of several calls: together longer than the alarm takes
    if not gc.isenabled() or gc.get_freeze_count():
        raise ValueError("nobody collects")
    if "LEFT_BY_ANOTHER" in os.environ:
        raise ValueError("another's variable")
    return right(a, b)


@pytest.mark.skipif(sys.platform == "win32", reason="a system without these settings")
@pytest.mark.parametrize("answer", [limits_files, sets_an_alarm, stops_collecting, sets_a_variable])
def test_what_one_answer_sets_for_its_process_does_not_reach_the_next(answer):
    assert client.judge("mse", {}, carry.dumps(answer))["status"] == "passed"
    assert client.judge("mse", {}, carry.dumps(needs_all_of_it))["status"] == "passed"


def test_what_one_answer_takes_away_is_there_for_the_next():
    assert check.mse(clears_the_path).passed
    result = check.mse(right)
    assert result.passed
    assert "not saved" not in repr(result)
