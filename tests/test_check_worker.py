"""Answers that misbehave: none raises out of a check, outlives its time, or changes what the learner holds."""

import builtins
import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from helpers import check
from helpers.check import client
from helpers.optimizers import Optimizer


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))


def right(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


def loops(a, b):
    while True:
        pass


def swallows_everything(a, b):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            continue


def endless_iterator(a, b):
    return iter(int, 1)


def leaves(a, b):
    os._exit(3)


def exits(a, b):
    sys.exit("bye")


def recurses(a, b):
    return recurses(a, b)


def deep(a, b):
    sys.setrecursionlimit(10**9)
    return recurses(a, b)


def eats_memory(a, b):
    hoard = []
    while True:
        hoard.append(np.ones(2_000_000))


def asks_too_much(a, b):
    return np.ones(10**15)


def prints(a, b):
    for _ in range(20_000):
        print("x" * 80)
        print("y", file=sys.stderr)
    os.write(1, b"z" * 100_000)
    return right(a, b)


def reads_input(a, b):
    return input()


def stops_to_be_looked_at(a, b):
    breakpoint()


def closes_everything(a, b):
    os.closerange(0, 100)
    return right(a, b)


def interrupts(a, b):
    raise KeyboardInterrupt


def replaces_numpy(a, b):
    np.mean = lambda *a, **k: 0.0
    return 0.0


def starts_a_thread(a, b):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return right(a, b)


class Nasty(Exception):
    def __str__(self):
        raise ValueError("no text")


def raises_nasty(a, b):
    raise Nasty


class NastyValue(ValueError):
    def __str__(self):
        raise SystemExit


def raises_nasty_value(a, b):
    raise NastyValue


class Evil:
    def __array__(self, *args, **kwargs):
        raise SystemExit

    def __repr__(self):
        raise ValueError

    def __eq__(self, other):
        raise ValueError


def returns_evil(a, b):
    return Evil()


def replaces_a_builtin(a, b):
    builtins.len = lambda thing: 0
    return right(a, b)


def replaces_a_method(a, b):
    Optimizer.apply = lambda self, grads, params, **options: None
    return right(a, b)


def replaces_what_messages_are_made_with(a, b):
    json.dumps = lambda *a, **k: "{}"
    return right(a, b)


def test_an_answer_that_talks_without_end_is_stopped_in_time(monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 2.0)

    def talks(a, b):
        while True:
            print("x")

    began = time.monotonic()
    assert check.mse(talks).mistake == "over_time"
    assert time.monotonic() - began < 16


HOSTILE = [
    (loops, "stopped after"),
    (swallows_everything, "stopped after"),
    (endless_iterator, "goes on after"),
    (leaves, "exit code 3"),
    (exits, "`exit`"),
    (recurses, "calls itself without an end"),
    (deep, ""),
    (eats_memory, "more than 512 MB"),
    (asks_too_much, "memory"),
    (reads_input, "as arguments"),
    (stops_to_be_looked_at, "take it out"),
    (closes_everything, ""),
    (interrupts, "KeyboardInterrupt"),
    (replaces_a_builtin, "replaces `builtins.len`"),
    (replaces_numpy, "replaces `numpy.mean`"),
    (replaces_a_method, "replaces `helpers.optimizers.base.Optimizer.apply`"),
    (replaces_what_messages_are_made_with, "replaces `json.dumps`"),
    (raises_nasty, "Nasty"),
    (raises_nasty_value, "NastyValue"),
    (returns_evil, "expected one number"),
]


@pytest.mark.parametrize(("answer", "words"), HOSTILE, ids=lambda v: getattr(v, "__name__", ""))
def test_hostile_answer_is_contained(answer, words, monkeypatch, capfd):
    # A machine with much to do takes its time over half a gigabyte: here memory is to be the limit.
    monkeypatch.setattr(client, "SECONDS", 10.0 if answer is eats_memory else 2.0)
    np.random.seed(5)
    random.seed(5)
    seeds, legacy, mean, folder = random.getstate(), np.random.get_state()[1].copy(), np.mean, os.getcwd()
    began = time.monotonic()
    result = check.mse(answer)
    assert time.monotonic() - began < 16
    assert result.status == "failed"
    assert words in result.message
    assert capfd.readouterr() == ("", "")
    assert random.getstate() == seeds
    assert (np.random.get_state()[1] == legacy).all()
    assert np.mean is mean
    assert os.getcwd() == folder
    assert check.mse(right).passed  # the next answer finds a sound worker


def test_the_limit_is_ten_seconds():
    assert client.SECONDS == 10


@pytest.mark.parametrize("answer", [prints, starts_a_thread])
def test_noise_does_no_harm(answer, capfd):
    assert check.mse(answer).passed
    assert capfd.readouterr() == ("", "")


def test_globals_that_an_answer_changes_stay_as_they_were():
    space = {"np": np, "calls": [], "__name__": "__main__"}
    exec("def f(a, b):\n    calls.append(1)\n    np.random.seed(1)\n    return np.mean((a - b) ** 2)", space)
    assert check.mse(space["f"]).passed
    assert space["calls"] == []


def test_the_worker_is_kept_and_leaves_with_its_kernel(tmp_path):
    check.mse(right)
    process = client._worker.process
    check.mse(right)
    assert client._worker.process is process
    process.stdin.close()
    assert process.wait(10) == 0


def test_an_interrupt_while_an_answer_is_sent_leaves_no_half_of_it(monkeypatch):
    check.mse(right)
    write = client.frames.write

    def interrupted(stream, head, body=b""):
        whole = io.BytesIO()
        write(whole, head, body)
        stream.write(whole.getvalue()[:-10])
        stream.flush()
        raise KeyboardInterrupt

    monkeypatch.setattr(client.frames, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check.mse(right)
    monkeypatch.undo()
    monkeypatch.setattr(client, "SECONDS", 3.0)
    assert check.mse(right).passed


ENDLESS = """
from helpers import check

def mse(a, b):
    while True:
        pass

def right(a, b):
    return ((a - b)**2).mean()
"""


def test_a_check_that_is_stopped_says_so_in_one_line():
    """In a notebook, by the stop button, while an answer never ends; the next answer is judged as ever."""
    manager, kernel = start_new_kernel(kernel_name="python3", cwd=str(Path(__file__).parent.parent))
    said = []

    def hear(message):
        if message["msg_type"] == "error":
            said.append("\n".join(message["content"]["traceback"]))

    def run(code):
        return kernel.execute_interactive(code, output_hook=hear, timeout=60)["content"]["status"]

    try:
        assert run(ENDLESS) == "ok"
        threading.Timer(1.5, manager.interrupt_kernel).start()
        assert run("check.mse(mse)") == "error"
        assert said == [
            "KeyboardInterrupt: `check.mse` was stopped before it had judged your answer. Run the cell again for that."
        ]
        assert run("assert check.mse(right).passed") == "ok"
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_worker_that_has_gone_is_replaced():
    check.mse(right)
    client._worker.process.kill()
    assert check.mse(right).passed


def test_what_cannot_be_carried_is_judged_here_and_told(monkeypatch):
    lock = threading.Lock()

    def locked(a, b):
        with lock:
            return right(a, b)

    result = check.mse(locked)
    assert result.passed
    assert "Judged in the notebook itself" in repr(result)

    def leaves_politely(a, b):
        with lock:
            np.random.seed(1)
            print("hello")
            sys.exit()

    before = np.random.get_state()[1].copy()
    assert "`exit`" in check.mse(leaves_politely).message
    assert (np.random.get_state()[1] == before).all()


def test_without_processes_the_check_still_works(monkeypatch):
    client.stop()
    monkeypatch.setattr(client.subprocess, "Popen", lambda *a, **k: (_ for _ in ()).throw(OSError("no processes here")))
    result = check.mse(right)
    assert result.passed
    assert "no processes here" in repr(result)


def test_from_any_folder_with_misleading_files(tmp_path):
    for name in ("random.py", "numpy.py", "helpers.py"):
        (tmp_path / name).write_text("raise RuntimeError('shadowed')\n")
    code = (
        "import sys; sys.path.pop(0)\n"
        f"sys.path.insert(0, {str(client._ROOT)!r})\n"
        "import numpy as np\nfrom helpers import check\n"
        "def f(a, b): return np.mean((a - b) ** 2)\n"
        "print(check.mse(f).passed)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


def test_the_worker_loads_neither_matplotlib_nor_keras():
    space = {"__name__": "__main__"}
    exec(
        "def f(a, b):\n    import sys\n"
        "    heavy = [m for m in ('matplotlib', 'keras', 'tensorflow', 'IPython', 'sklearn') if m in sys.modules]\n"
        "    raise ValueError(f'loaded: {heavy}')",
        space,
    )
    assert "loaded: []" in check.mse(space["f"]).message
