"""The steps that an optimizer takes in the runs of its check, and whether those of a rule are the same."""

import contextlib

import numpy as np

from helpers.check import judge_optimizer


class Trace:
    """The steps of an answer in each run, taken once and compared with many rules.

    make: a callable run -> optimizer. around: a callable run -> context manager in which the run is taken.
    """

    def __init__(self, make, around=None):
        self._make, self._around = make, around or (lambda run: contextlib.nullcontext())
        self._taken = {}
        self.last = None  # the optimizer of the first run, with its weights

    def of(self, run):
        """Return [weights after each step], shorter where the answer raised."""
        if run.label not in self._taken:
            optimizer, weights = self.take(run)
            self._taken[run.label] = weights
            if self.last is None:
                self.last = optimizer
        return self._taken[run.label]

    def take(self, run, which=None, from_the_start=False, steps=None):
        """Take a run anew: of the parameters `which` alone, each step `from_the_start` weights."""
        start, every = judge_optimizer.inputs(run)
        which = range(len(start)) if which is None else which
        w, after, optimizer = [start[i].copy() for i in which], [], None
        try:
            with np.errstate(all="ignore"), self._around(run):
                optimizer = self._make(run)
                rate = optimizer.learning_rate
                for t, grads in enumerate(every[:steps], 1):
                    judge_optimizer.set_rate(optimizer, run, t, rate)
                    if from_the_start:
                        for mine, i in zip(w, which, strict=True):
                            mine[...] = start[i]
                    optimizer.apply([grads[i].copy() for i in which], w)
                    after.append([mine.copy() for mine in w])
        except Exception:  # what it raises is told elsewhere
            pass
        return optimizer, after

    def equals(self, reference, runs, relative=None, first_rate=False):
        """True if the answer takes the steps of `reference` in all the runs; first_rate: of one whose rate never changes."""
        return all(self._same(reference, run, relative, first_rate) for run in runs)

    def _same(self, reference, run, relative, first_rate):
        mine = self.of(run)
        start, every = judge_optimizer.inputs(run)
        if len(mine) < len(every):
            return False
        theirs, w = reference(**run.arguments), [w.copy() for w in start]
        path, rate = [np.zeros(v.shape) for v in start], theirs.learning_rate
        with np.errstate(all="ignore"):
            for t, grads in enumerate(every, 1):
                if not first_rate:
                    judge_optimizer.set_rate(theirs, run, t, rate)
                before = [v.copy() for v in w]
                theirs.apply(grads, w)
                for i, (yours, want) in enumerate(zip(mine[t - 1], w, strict=True)):
                    path[i] += np.abs(want.astype(float) - before[i])
                    limit = relative or run.relative
                    if judge_optimizer.first_difference(yours, want, path[i], run.dtype, limit) is not None:
                        return False
        return True
