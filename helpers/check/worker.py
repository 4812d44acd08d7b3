"""The process in which answers run: ``python -m helpers.check.worker``, started and ended by ``client``.

It reads jobs from standard input and writes verdicts to standard output, both taken out of the answers' reach first. It
ends when its input closes, and after some minutes without a job.
Every message of a job carries the job's number and this process' id: what an answer's own processes say is no verdict.
"""

import builtins
import gc
import os
import queue
import signal
import sys
import threading
import types

import numpy as np

from helpers.check import carry, frames, judging, raised, registry, running, saving, source

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

IDLE_SECONDS = 120
_BUILTINS = vars(builtins)
_children = []  # one entry for each process that an answer has forked


def take_streams():
    """Return private (input, output); what an answer prints or reads from now on goes to the null device."""
    fds = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for fd in fds:
            msvcrt.setmode(fd, os.O_BINARY)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    sys.stdin = open(os.devnull)  # noqa: SIM115 (for the life of the process)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    return os.fdopen(fds[0], "rb"), os.fdopen(fds[1], "wb")


class _Channel:
    """Messages to the kernel, from the thread that judges and from the one that reads."""

    def __init__(self, stream):
        self._stream, self._lock, self._printed = stream, threading.Lock(), None
        self.job = None

    def tell(self, **head):
        with self._lock:
            frames.write(self._stream, {"job": self.job, "pid": os.getpid(), **head})

    def close(self):
        """Say nothing more, whatever happens: this is a process that an answer has split off."""
        self._lock = threading.Lock()  # the other may be held by a thread that is not in this process
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())

    def listen(self, printed):
        self._printed = printed

    def tell_printed(self):
        """Say what the answer that is running has printed so far: it is about to be stopped."""
        self.tell(printed=self._printed.here() if self._printed else "")


def _read_all(stream, jobs, channel):
    try:
        while (job := frames.read(stream)) is not None:
            if "ask" in job[0]:
                channel.tell_printed()
            else:
                jobs.put(job)
    finally:
        os._exit(0)  # the kernel is gone: end here, even if an answer is still looping


class _Surroundings:
    """What answers share in this process: names, which are put back and told, and settings, after which it ends."""

    def __init__(self):
        self._builtins = dict(_BUILTINS)
        self._names = [(owner, _watched(owner)) for owner in _stood_upon()]
        self._modules, self._threads, self._settings = dict(sys.modules), threading.active_count(), _settings()

    def replaced(self):
        """Put back what the answer put in the place of another thing, and return its names, as ["numpy.mean", ...]."""
        changed = [f"builtins.{k}" for k in [*self._builtins] if k != "_" and _BUILTINS.get(k) is not self._builtins[k]]
        _BUILTINS.update(self._builtins)  # first: what follows stands on them
        for owner, names in self._names:
            for name, thing in names.items():
                if vars(owner).get(name) is not thing:
                    setattr(owner, name, thing)
                    within = "" if isinstance(owner, types.ModuleType) else f"{owner.__module__}."
                    changed.append(f"{within}{owner.__name__}.{name}")
        return changed

    def spoilt(self):
        """True if the next answer would find other surroundings than this one did: the process is not used again."""
        gone = any(sys.modules.get(name) is not module for name, module in self._modules.items())
        left = threading.active_count() > self._threads or bool(_children)
        return gone or left or _settings() != self._settings


def _stood_upon():
    """Return the modules and classes of the course, and the modules that they import: what the check itself runs on."""
    ours = [module for name, module in sys.modules.items() if module and name.startswith("helpers.")]
    things = [thing for module in ours for thing in vars(module).values()]
    modules = [thing for thing in things if isinstance(thing, types.ModuleType)]
    classes = [thing for thing in things if isinstance(thing, type) and thing.__module__.startswith("helpers.")]
    return list({id(one): one for one in (*ours, *modules, np.linalg, np.random, *classes)}.values())


def _watched(owner):
    """Return {name: thing}; of the course's own modules only what can be called: they may keep plain values of their own."""
    ours = isinstance(owner, types.ModuleType) and owner.__name__.startswith("helpers.")
    return {k: v for k, v in vars(owner).items() if not k.startswith("__") and (callable(v) or not ours)}


def _settings():
    """Return what an answer can set for its whole process, beside names."""
    timers = ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF")
    limits = ("RLIMIT_NOFILE", "RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC")
    return (
        list(sys.path),
        dict(os.environ),
        (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
        sys.getswitchinterval(),
        [signal.getsignal(number) for number in signal.valid_signals()],
        [signal.getitimer(getattr(signal, name)) != (0.0, 0.0) for name in timers if hasattr(signal, name)],
        [resource.getrlimit(getattr(resource, name)) for name in limits if hasattr(resource, name)],
    )


def _split_off(channel):
    """Watch for processes that an answer forks: they are to keep still, and this one is not used again."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=channel.close, after_in_parent=lambda: _children.append(True))


def _judge(head, body, channel):
    exercise = registry.get(head["id"])
    source.remember(head["sources"])
    try:
        answer = saving.run_section(head["section"], exercise.id) if "section" in head else carry.loads(body)
    except carry.NotCarried as error:
        return {"status": "not carried", "message": str(error)}
    return judging.verdict(exercise, answer, head["sources"], lambda text: channel.tell(doing=text), channel.listen)


def main():
    """Judge one answer after the other until there is nobody to judge for."""
    stream_in, stream_out = take_streams()
    jobs, channel = queue.Queue(), _Channel(stream_out)
    reader = threading.Thread(target=_read_all, args=(stream_in, jobs, channel), daemon=True)
    reader.start()
    registry.load()
    np.seterr(all="ignore")
    running.ALONE = True
    own = os.getpid()
    _split_off(channel)
    channel.tell(ready=own)
    while True:
        try:
            head, body = jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            os._exit(0)
        channel.job = head.get("job")
        channel.tell(started=True)
        before = _Surroundings()
        try:
            outcome = _judge(head, body, channel)
        except BaseException as error:  # an answer that replaces what the check itself stands on
            outcome = {
                "status": "failed",
                "message": f"The check cannot go on after this answer: {raised.in_words(error)}.",
            }
        if os.getpid() != own:  # a process that the answer has forked comes here too
            os._exit(0)
        replaced = before.replaced()
        if replaced:
            text = (
                f"Your answer replaces `{replaced[0]}`, on which other code relies. Give your own thing another name."
            )
            outcome = {"status": "failed", "message": text, "mistake": "replaces_a_name"}
        outcome["spoilt"] = bool(replaced) or before.spoilt()
        channel.tell(outcome=outcome)
        if outcome["spoilt"]:
            os._exit(0)


if __name__ == "__main__":
    main()
