"""How far long work is: tqdm's bar, for `fit` and for a loop, which comes up where the work takes more than a moment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from time import perf_counter

from helpers.callbacks import Callback
from helpers.callbacks.stopping import StopButton
from helpers.errors import check_number, shown


class ProgressBar(Callback):
    """`model.fit(..., callbacks=[playground.ProgressBar()])`: a bar of the epochs, with the results of the last one.

    It appears when training takes longer than `after` seconds; a short one stays silent. The stop button ends the bar
    where it is.
    """

    def __init__(self, after: float = 2.0):
        self.after = check_number("after", after, low=0)
        self._bar = None

    def on_train_begin(self, logs=None):
        self._bar = _Bar("epoch", self.params["epochs"], self.after, first=self.model.resume_epoch)

    def on_epoch_end(self, epoch, logs=None):
        self._bar.show(epoch + 1, {key: f"{value:.4f}" for key, value in (logs or {}).items()})

    def on_train_end(self, logs=None):
        self._bar.close(keep=True)


def track(rounds: Iterable, after: float = 2.0) -> Iterator:
    """`for seed in playground.track(range(6)):` is that loop, with a bar while it takes longer than `after` seconds.

    The stop button ends the loop after the round that it meets, a `fit` in it included, and says so: what the whole
    rounds have found is there. Pressed a second time it interrupts at once. Raises TypeError for what is no iterable.
    """
    after = check_number("after", after, low=0)
    if not isinstance(rounds, Iterable):
        raise TypeError(f"rounds must be what a loop goes through, such as range(6), got {shown(rounds)}")
    return _tracked(rounds, len(rounds) if hasattr(rounds, "__len__") else None, after)


def _tracked(rounds, total, after):
    bar = _Bar("round", total, after)
    try:
        with StopButton() as stop:
            for done, one in enumerate(rounds, 1):
                yield one
                bar.show(done)
                if stop.pressed and done != total:
                    print(f"stopped after round {done}" + (f" of {total}" if total else ""))
                    break
    finally:
        bar.close(keep=False)


class _Bar:
    """A bar that is made when it is first needed: at the end of a round, `after` seconds after the beginning.

    tqdm's bar in a notebook is a widget, and a saved notebook would keep it when its kernel has ended. So, closed, it
    becomes a line of text, or nothing. TQDM_DISABLE=1 in the environment, where nobody looks, makes none.
    """

    def __init__(self, unit: str, total: int | None, after: float, first: int = 0):
        self._unit, self._total, self._after, self._first = unit, total, after, first
        self._began, self._bar, self._shown = perf_counter(), None, None

    def show(self, done: int, results: dict[str, str] | None = None):
        """`done` rounds have ended, the last one with these results."""
        if self._bar is None and done != self._total and perf_counter() - self._began >= self._after:
            self._bar = self._new()
        if self._bar is not None:
            if results:
                self._bar.set_postfix(results, refresh=False)
            self._bar.update(done - self._bar.n)

    def _new(self):
        if os.environ.get("TQDM_DISABLE", "0") not in ("", "0"):
            return None
        from tqdm import auto, notebook

        widget = issubclass(auto.tqdm, notebook.tqdm)
        how = {"display": False} if widget else {}
        bar = auto.tqdm(total=self._total, initial=self._first, desc=f"{self._unit}s", unit=self._unit, **how)
        elapsed = perf_counter() - self._began
        bar.start_t -= elapsed
        bar.last_print_t -= elapsed
        if widget:
            from IPython.display import display

            self._shown = display(bar.container, display_id=True)
        return bar

    def close(self, keep: bool):
        """Leave the last state as a line of text, or nothing."""
        if self._bar is None:
            return
        bar, self._bar = self._bar, None
        bar.leave = keep
        if self._shown is not None:
            self._shown.update({"text/plain": str(bar)} if keep else {}, raw=True)
        bar.close()
