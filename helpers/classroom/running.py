"""Running one notebook within limits on time and memory, from outside; what was judged until the end is kept."""

import contextlib
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from helpers import progress
from helpers.check import registry

_ROOT = str(Path(__file__).resolve().parent.parent.parent)
_START_SECONDS = 120.0  # a cold disk, a virus scanner, and others that start at the same time
_EVERY = 0.1  # seconds between two looks at time and memory
_LINE, _LINES = 64_000, 5000  # bytes of a message, and messages, that one notebook may send
_STATUSES = ("passed", "failed", "not yet")

# The notebook's parent is this, and not the process that writes the table: one who kills the parent kills nothing else.
_BETWEEN = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], stdin=0, stdout=1, stderr=2))"
_LEARNER = "from helpers.classroom.learner import main; main()"
# What of the instructor's environment a notebook sees: where programs are and how numbers are worked out, no secrets.
_KEPT = (
    *("PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "LANG", "LC_ALL", "LC_CTYPE", "TZ"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "CONDA_PREFIX", "VIRTUAL_ENV", "KERAS_BACKEND"),
)


@dataclass
class Ran:
    """What came of running a notebook.

    verdicts: [(cell, id, status, mistake or None, message)] in their order. raised: {cell: the exception in words}.
    problem: why it did not run to its end, or "". seconds: how long it took.
    """

    verdicts: list = field(default_factory=list)
    raised: dict = field(default_factory=dict)
    problem: str = ""
    seconds: float = 0.0


def run(cells, seconds, megabytes, stopping=None, chosen=None):
    """Run the sources `cells` in a process of their own, in an empty folder that is gone afterwards; returns :class:`Ran`.

    seconds: how long it may take once Python has started. megabytes: how much it may use with all that it starts.
    stopping: a threading.Event that ends it at once. chosen: {exercise: answer} that its learner gave with buttons.
    Nothing that the notebook does raises here.
    """
    with tempfile.TemporaryDirectory(prefix="how-models-learn-", ignore_cleanup_errors=True) as folder:
        scratch = str(Path(folder).resolve())
        progress.lend(scratch, chosen or {})
        return _Run(scratch, seconds, megabytes, stopping or threading.Event()).run(cells)


class _Run:
    def __init__(self, scratch, seconds, megabytes, stopping):
        self.scratch, self.seconds, self.megabytes, self.stopping = scratch, seconds, megabytes, stopping
        self.ran, self.cell, self.done, self.pid = Ran(), 0, False, None
        self.ready = threading.Event()
        self.seen = {}

    def run(self, cells):
        began = time.monotonic()
        _lend_fonts(self.scratch)
        try:
            self.process = _start(self.scratch)
        except OSError as error:
            self.ran.problem = f"no process could be started ({error.strerror or error})"
            return self.ran
        reader = threading.Thread(target=self._listen, daemon=True)
        reader.start()
        try:
            if self.ready.wait(_START_SECONDS) and self.pid is not None:
                began = time.monotonic()
                with contextlib.suppress(OSError), self.process.stdin as stream:
                    stream.write(json.dumps(cells).encode("ascii"))
                self.ran.problem = self._watch(reader, began)
            else:
                self.ran.problem = "Python did not start"
        finally:
            self.ran.seconds = time.monotonic() - began
            self._end()
            reader.join(5)
        if self.ran.problem and self.cell:
            self.ran.problem += f", in its code cell {self.cell}"
        return self.ran

    # ---- what it says: no word of it is believed further than its own row goes

    def _listen(self):
        with contextlib.suppress(OSError, ValueError):  # the stream is closed once the process has been ended
            for _ in range(_LINES):
                line = self.process.stdout.readline(_LINE)
                if not line:
                    break
                with contextlib.suppress(ValueError, RecursionError, TypeError, LookupError, AttributeError):
                    self._hear(json.loads(line))
            while self.process.stdout.read(_LINE):  # more than a notebook has to say: let it talk, and listen no more
                pass
        self.ready.set()

    def _hear(self, what):
        if self.pid is None:
            self.pid = int(what["ready"])
            self.ready.set()
        elif "cell" in what:
            self.cell = int(what["cell"])
        elif "raised" in what:
            self.ran.raised[self.cell] = str(what["raised"])[:400]
        elif "done" in what:
            self.done = True
        else:
            self._hear_verdict(what)

    def _hear_verdict(self, what):
        id, status, mistake, message = (what[key] for key in ("id", "status", "mistake", "message"))
        known = id in registry.load() and status in _STATUSES
        if known and isinstance(message, str) and (mistake is None or isinstance(mistake, str)):
            mistake = mistake[:80] if mistake and status == "failed" else None
            self.ran.verdicts.append((self.cell, id, status, mistake, message[:2000]))

    # ---- how long and how much

    def _watch(self, reader, began):
        """Wait for its end; returns why it came before the last cell, or ""."""
        while True:
            reader.join(_EVERY)
            if self.done:
                return ""
            if not reader.is_alive() or not self._lives():
                reader.join(1)  # what it said last is still on its way
                return "" if self.done else "its Python ended"
            if self.stopping.is_set():
                return "the run was interrupted"
            if time.monotonic() - began > self.seconds:
                return f"stopped after {self.seconds:g} seconds"
            if self._memory() > self.megabytes:
                return f"stopped at more than {self.megabytes:g} MB of memory"

    def _lives(self):
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def _memory(self):
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 2**20

    def _family(self):
        """Return the processes it consists of; those that have cut themselves off are remembered."""
        for pid in (self.process.pid, self.pid):
            with contextlib.suppress(psutil.Error, TypeError):
                first = psutil.Process(pid)
                for process in (first, *first.children(recursive=True)):
                    self.seen[process.pid, process.create_time()] = process
        self.seen = {key: process for key, process in self.seen.items() if process.is_running()}
        return list(self.seen.values())

    def _end(self):
        """End all of it, and whatever still bears the name of its folder in its environment."""
        for _ in range(10):  # one that starts others while it is being ended
            family = self._family() + [p for p in psutil.process_iter() if self._bears_our_mark(p)]
            living = [process for process in family if _kill(process)]
            if not living:
                break
            psutil.wait_procs(living, timeout=2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError, ValueError):
                stream.close()

    def _bears_our_mark(self, process):
        try:
            return process.environ().get("HOW_MODELS_LEARN_HOME") == self.scratch
        except (psutil.Error, OSError):  # not ours to look at
            return False


def _kill(process):
    """End a process; False if there was nothing to end."""
    with contextlib.suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            process.kill()
            return True
    return False


def _lend_fonts(scratch):
    """Copy Matplotlib's list of fonts: where there are hundreds, making it takes longer than most notebooks."""
    import matplotlib

    with contextlib.suppress(OSError):
        for file in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
            shutil.copy(file, scratch)


def _start(scratch):
    options = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", _BETWEEN, sys.executable, "-P", "-c", _LEARNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=scratch,
        env=_environment(scratch),
        **options,
    )


def _environment(scratch):
    """The variables of a notebook: whatever looks for a home finds the scratch folder; no GPU, which all would share."""
    path = os.pathsep.join(p for p in (_ROOT, os.environ.get("PYTHONPATH", "")) if p)
    homes = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP", "HOW_MODELS_LEARN_HOME")
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **dict.fromkeys((*homes, "MPLCONFIGDIR", "IPYTHONDIR", "KERAS_HOME"), scratch),
        "PYTHONPATH": path,
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONIOENCODING": "utf-8",
        "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
