"""The process in which answers run: ``python -m helpers.check.worker``, started and ended by ``client``.

It reads jobs from standard input and writes verdicts to standard output, both taken out of the answers' reach first. It
ends when its input closes, and after some minutes without a job.
"""

import os
import queue
import sys
import threading

import numpy as np

from helpers.check import carry, frames, judging, registry, running, saving, source

IDLE_SECONDS = 120
_WATCHED = ("numpy", "numpy.linalg", "numpy.random", "math", "random", "time", "builtins")


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

    def tell(self, **head):
        with self._lock:
            frames.write(self._stream, head)

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


def _fingerprint():
    """What an answer could have replaced, by identity: once it is changed, the process is not used again."""
    watched = [m for name, m in sys.modules.items() if m and (name in _WATCHED or name.startswith("helpers."))]
    return [(vars(m), {k: id(v) for k, v in vars(m).items() if not k.startswith("__")}) for m in watched]


def _spoilt(fingerprint):
    """Return what was replaced, as ["numpy.mean", ...]."""
    changed = [(now, k) for now, before in fingerprint for k, old in before.items() if id(now.get(k)) != old]
    return [f"{now.get('__name__')}.{k}" for now, k in changed]


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
    channel.tell(ready=os.getpid())
    while True:
        try:
            head, body = jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            os._exit(0)
        channel.tell(started=True)
        before, threads = _fingerprint(), threading.active_count()
        outcome = _judge(head, body, channel)
        replaced = _spoilt(before)
        if replaced:
            text = (
                f"Your answer replaces `{replaced[0]}`, on which other code relies. Give your own thing another name."
            )
            outcome = {"status": "failed", "message": text, "mistake": None}
        outcome["spoilt"] = bool(replaced) or threading.active_count() > threads
        channel.tell(outcome=outcome)
        if outcome["spoilt"]:
            os._exit(0)


if __name__ == "__main__":
    main()
