"""The kernel's side of the worker: start it, hand it an answer, wait within limits, end it."""

import atexit
import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from helpers.check import frames

SECONDS = 10.0
MEGABYTES = 512
_ASK_SECONDS = 0.5  # to ask what a stopped answer has printed: it may hold the interpreter and let nobody reply
_START_SECONDS = 60.0  # a cold disk or a virus scanner can make Python's own start slow
_ROOT = str(Path(__file__).resolve().parent.parent.parent)


class NoWorker(Exception):
    """No process can be started here."""


class _Worker:
    def __init__(self):
        path = os.pathsep.join(p for p in (_ROOT, os.environ.get("PYTHONPATH", "")) if p)
        environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        options = {"start_new_session": True}  # a kernel's interrupt goes to its process group: not to the worker
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "helpers.check.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                **options,
            )
        except (OSError, ValueError) as error:
            raise NoWorker(str(error)) from error
        self.owner = os.getpid()
        self.messages = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            first = self.messages.get(timeout=_START_SECONDS)
        except queue.Empty:
            first = None
        except BaseException:
            self.end()
            raise
        if first is None:
            self.end()
            raise NoWorker("the process that judges answers did not start")
        self.pid = first["ready"]  # in a Windows venv, Popen's process only launches the one that works

    def _read(self):
        # Closed here alone: a process that an answer has cut off may hold the other end, and nobody is to wait for that.
        with contextlib.suppress(Exception), self.process.stdout as stream:
            while (message := frames.read(stream)) is not None:
                self.messages.put(message[0])
        self.messages.put(None)

    def alive(self):
        return self.process.poll() is None and self.owner == os.getpid()

    def memory(self):
        try:
            return psutil.Process(self.pid).memory_info().rss / 2**20
        except psutil.Error:
            return None

    def end(self):
        """End the process and everything that it started."""
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
        with contextlib.suppress(OSError):
            self.process.kill()
        if hasattr(os, "killpg"):  # what it started and left alone is still in its process group, which is its own
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            self.process.wait(5)
        with contextlib.suppress(OSError, ValueError):
            self.process.stdin.close()


_NOTHING, _PAUSE = {}, 0.03
_worker = None
_lock = threading.Lock()
_jobs = itertools.count(1)


def _warm():
    global _worker
    if _worker is not None and not _worker.alive():
        if _worker.owner == os.getpid():
            _worker.end()
        _worker = None
    if _worker is None:
        _worker = _Worker()
    return _worker


def stop():
    """End the worker, if there is one; the next check starts another."""
    global _worker
    if _worker is not None and _worker.owner == os.getpid():
        _worker.end()
    _worker = None


atexit.register(stop)


def judge(id, sources, payload=b"", section=None):
    """Return the worker's verdict on one answer: {"status", "message", "mistake", "printed"}; bounded in time and memory."""
    head = {"id": id, "sources": sources, "job": 0}
    if section is not None:
        head["section"] = section
    with _lock:
        for _ in range(2):
            worker = _warm()
            head["job"] = next(_jobs)
            try:
                # Where it has just ended of itself, idle, sending fails, and waiting says that nothing began.
                with contextlib.suppress(OSError, ValueError):
                    frames.write(worker.process.stdin, head, payload)
                outcome = _wait(worker, head["job"])
            except BaseException:  # an interrupt: half an answer may have been sent
                stop()
                raise
            if outcome is not None:
                return outcome
        raise NoWorker("the process that judges answers ends at once")


def _wait(worker, job):
    """Return the verdict on `job`; None if the process had gone before it began."""
    start, doing, started = worker.memory(), "", False
    end, look = time.monotonic() + SECONDS, 0.0
    while True:
        message = _NOTHING
        with contextlib.suppress(queue.Empty):
            message = worker.messages.get(timeout=_PAUSE)
        if time.monotonic() > look and message is not None:  # however much it has to say, its limits hold
            look = time.monotonic() + _PAUSE
            grown = (worker.memory() or 0) - start if start is not None else 0
            if grown > MEGABYTES:
                text = f"Your answer took more than {MEGABYTES} MB of memory and was stopped."
                return _stopped(text, doing, _last_words(worker, 0.1), "too_much_memory")
            if time.monotonic() > end:
                text = f"Your answer was stopped after {SECONDS:.0f} seconds. Does its loop end, or does it wait or take too long?"
                return _stopped(text, doing, _last_words(worker, _ASK_SECONDS), "over_time")
        if message is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(5)
            code = worker.process.returncode
            stop()
            if not started:
                return None
            return _stopped(
                f"Your answer ended the Python process that ran it (exit code {code}).", doing, mistake="ends_python"
            )
        if message is _NOTHING or (message.get("job"), message.get("pid")) != (job, worker.pid):
            continue  # else an earlier job's, or of a process that an answer has started
        if "outcome" in message:
            if message["outcome"].pop("spoilt", False):
                stop()
            return message["outcome"]
        started = True
        doing = message.get("doing", doing)


def _last_words(worker, seconds):
    """End the worker; return what the answer in it had printed, if the worker can still say so."""
    end, said = time.monotonic() + seconds, ""
    with contextlib.suppress(OSError, ValueError, queue.Empty):
        frames.write(worker.process.stdin, {"ask": "printed"})
        while (left := end - time.monotonic()) > 0 and (message := worker.messages.get(timeout=left)) is not None:
            if "printed" in message:
                said = message["printed"]
                break
    stop()
    return said


def _stopped(text, doing, printed="", mistake=None):
    message = f"{text}\nIt was busy with {doing}." if doing else text
    return {
        "status": "failed",
        "message": message,
        "mistake": mistake,
        "printed": f"Your answer printed:\n{printed}" if printed else "",
    }


__all__ = ["NoWorker", "judge", "stop"]
