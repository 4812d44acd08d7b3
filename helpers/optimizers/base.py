"""The loop that every optimizer shares. A subclass adds the one thing that is its own: the update rule.

    class SGD(Optimizer):
        def update_step(self, w, g, lr, t):
            w -= lr * g

``Optimizer.apply`` does the rest, once for all rules and in Keras' order: skip missing gradients, undo loss scaling,
accumulate, clip, decay the weights, step, average, constrain, count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from helpers.errors import check_list, check_text
from helpers.optimizers import arguments, joined, state, threads
from helpers.optimizers.blocks import BLOCK, norm, split


class Optimizer:
    """Base class: owns the slots and the step count, and calls the subclass' rule for each parameter.

    Args:
        learning_rate: a number ≥ 0, a ``schedules.LearningRateSchedule`` or a function without arguments.
        weight_decay: each step first shrinks every weight by ``learning_rate * weight_decay * w`` (decoupled).
        clipnorm, clipvalue, global_clipnorm: at most one of them; limits the norm of each gradient, the size of
            each entry, or the norm of all gradients together. 0 or less means no clipping.
        use_ema, ema_momentum, ema_overwrite_frequency: keep a moving average of the weights; every so many steps
            (or in ``finalize_variable_values``) the weights become that average.
        loss_scale_factor: the loss was multiplied by this; the gradients are divided by it.
        gradient_accumulation_steps: average the gradients of so many calls, then take one step.

    A subclass sets ``slots`` (a tuple of names, or a dict of name: starting value) and defines
    ``update_step(self, w, g, lr, t, *slots)``, which changes ``w`` and the slots in place. ``t`` is 1 at the first
    step. With ``elementwise = True`` the rule is called once for each block of at most 128 Ki numbers, so it must treat
    every entry alike; with False, once for each whole parameter. The rules of this package run on several threads where
    a parameter is large: a rule changes ``w`` and its slots, never ``self``.

    Raises ``TypeError`` or ``ValueError`` that names the argument. A refused call changes nothing.
    """

    slots: tuple[str, ...] | dict[str, float] = ()
    shared: tuple[str, ...] = ()  # attributes that begin_step changes: saved with the state
    elementwise = True
    wraps = False  # True where other optimizers do the work

    def __init__(
        self,
        learning_rate: float | Callable = 0.001,
        *,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ):
        self.name = check_text("name", name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()
        self._rate = arguments.learning_rate(learning_rate)
        self.clipnorm, self.clipvalue, self.global_clipnorm = arguments.clipping(clipnorm, clipvalue, global_clipnorm)
        # Only what was passed here decays the weights: a subclass is free to call an attribute weight_decay.
        self._decay = arguments.optional_number("weight_decay", weight_decay)
        self._loss_scale = arguments.optional_number("loss_scale_factor", loss_scale_factor, low=0, include_low=False)
        self._accumulate = arguments.optional_count("gradient_accumulation_steps", gradient_accumulation_steps, 2)
        self._ema = arguments.ema(use_ema, ema_momentum, ema_overwrite_frequency)
        self._calls = 0  # calls of apply; with accumulation, several make one step
        self._layout: list[tuple] | None = None  # shape and dtype of each parameter, once known
        self._undecayed: tuple[list[np.ndarray], list[str]] = ([], [])
        self._broken: str | None = None

    # -- what a subclass writes -------------------------------------------------------------------------------

    def update_step(self, w: np.ndarray, g: np.ndarray, lr: float, t: int, *slots: np.ndarray) -> None:
        """Change ``w`` (and the slots) in place, given its gradient ``g``, the rate ``lr`` and the step ``t`` ≥ 1."""
        name = type(self).__name__
        if type(self).update_step is not Optimizer.update_step:
            raise NotImplementedError(
                f"{name}.update_step calls that of Optimizer, which has no rule of its own: write the rule out, or "
                "inherit from a class that has it"
            )
        raise NotImplementedError(f"{name} needs a method update_step(self, w, g, lr, t, *slots)")

    def begin_step(self, lr: float, t: int) -> None:
        """Called once a step, before any parameter: the place for numbers that all parameters share."""

    def make_slots(self, w: np.ndarray, name: str) -> dict[str, np.ndarray]:
        """The arrays remembered for one parameter: by default one like ``w`` for each of ``slots``."""
        starts = self.slots if isinstance(self.slots, dict) else dict.fromkeys(self.slots, 0.0)
        return {slot: np.full(w.shape, start, w.dtype) for slot, start in starts.items()}

    def weight_decay_of(self, slots: dict[str, np.ndarray]) -> float | None:
        """The ``weight_decay`` of a parameter with these slots, unless it is excluded: by default the same for all."""
        return self._decay

    # -- what a user calls ------------------------------------------------------------------------------------

    @property
    def iterations(self) -> int:
        """Steps taken so far."""
        return self._calls // (self._accumulate or 1)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step. Setting it is refused where a schedule decides."""
        if not callable(self._rate):
            return self._rate
        return arguments.rate_value(self._rate(self._calls) if arguments.is_schedule(self._rate) else self._rate())

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if arguments.is_schedule(self._rate) and not callable(value):
            raise TypeError(
                "learning_rate cannot be set to a number: this optimizer follows a schedule. "
                "Make the optimizer with a number, or set another schedule."
            )
        self._rate = arguments.learning_rate(value)

    def apply(
        self,
        grads: Sequence[np.ndarray | None],
        params: Sequence[np.ndarray],
        names: Sequence[str] | None = None,
        constraints: Sequence[Callable | None] | None = None,
    ) -> None:
        """Take one step: change ``params`` in place, given their gradients.

        Args:
            grads: one array for each parameter, of its shape; None leaves that parameter as it is.
            params: float32 or float64 arrays; the same ones, in the same order, at every call.
            names: one string for each parameter, for ``exclude_from_weight_decay``.
            constraints: for each parameter a function from array to array, applied after the step, or None.
        """
        lr = self.check_ready()
        params = arguments.parameters(params, self._layout)
        grads = arguments.gradients(grads, params)
        names = arguments.one_each("names", names, params, str, "")
        constraints = arguments.one_each("constraints", constraints, params, Callable, None)
        used = [i for i, g in enumerate(grads) if g is not None]
        if not params:
            return
        if not used:
            raise ValueError("grads: every gradient is None, so there is nothing to apply. Was backward() called?")
        if self._layout is None:
            self._build(params, names)

        try:
            ready = self._accumulated_gradients(grads, used) if self._accumulate else grads
            if ready is not None:
                self._step(ready, used, params, names, lr)
            if self._ema:
                self._average(params)
            for i in used:
                if constraints[i] is not None:
                    params[i][...] = constraints[i](params[i])
            if ready is not None and self._accumulate:
                for total in self._accumulated:
                    total.fill(0)
        except BaseException as error:  # also an interrupt: some parameters have moved, others have not
            self._broken = (
                f"{type(self).__name__} stopped in the middle of step {self.iterations + 1} "
                f"({type(error).__name__}), so its state is incomplete. Make a new optimizer, or call load_state()."
            )
            raise
        self._calls += 1

    def check_ready(self) -> float:
        """Return the rate of the next step; RuntimeError where an earlier step was not finished."""
        if self._broken:
            raise RuntimeError(self._broken)
        return self.learning_rate

    def exclude_from_weight_decay(self, var_list: Sequence[np.ndarray] = (), var_names: Sequence[str] = ()) -> None:
        """Do not decay these arrays, nor those whose name, or its part after the last ``/``, has a match of a pattern.

        ``var_names`` are regular expressions: ``"^bias$"`` meets ``dense/bias``, and so does ``"dense"``.
        """
        if self._layout is not None:
            raise ValueError("exclude_from_weight_decay: call it before the first apply")
        self._undecayed = (check_list("var_list", var_list, "arrays"), arguments.patterns("var_names", var_names))

    def scale_loss(self, loss):
        """Return the loss times ``loss_scale_factor``, for the caller to start backward from."""
        return loss if self._loss_scale is None else arguments.scaled(loss, self._loss_scale)

    def finalize_variable_values(self, params: Sequence[np.ndarray]) -> None:
        """With ``use_ema``, write the averaged weights into ``params``."""
        params = arguments.parameters(params, self._layout)
        if self._ema and self._layout is not None:
            for w, average in zip(params, self._averages, strict=True):
                w[...] = average

    def state(self) -> dict:
        """Everything needed to go on later, as copies: step count, rate, slots, averages, shared numbers."""
        return {
            "calls": self._calls,
            "learning_rate": None if callable(self._rate) else self._rate,
            "shared": {name: getattr(self, name) for name in self.shared},
            "arrays": state.copies(self._arrays()),
        }

    def load_state(self, saved: dict) -> None:
        """Go on from what ``state()`` returned, of an optimizer of the same kind and options."""
        state.check(saved, type(self).__name__, self.shared, self._arrays())
        arrays = state.copies(saved["arrays"])
        if arrays:
            like = zip(arrays["layout"], arrays["names"], strict=True)
            fresh = [self.make_slots(np.zeros(shape, dtype), name) for (shape, dtype), name in like]
            state.check_kind(arrays, type(self).__name__, fresh, bool(self._ema), bool(self._accumulate))
        if not callable(self._rate) and saved["learning_rate"] is not None:
            self._rate = arguments.learning_rate(saved["learning_rate"])
        for name, value in saved["shared"].items():
            setattr(self, name, value)
        self._calls, self._broken = saved["calls"], None
        if arrays:
            self._slots, self._averages, self._accumulated = arrays["slots"], arrays["averages"], arrays["accumulated"]
            self._layout, self._names, self._decayed = arrays["layout"], arrays["names"], arrays["decayed"]
            self._arrange([np.empty(shape, dtype) for shape, dtype in self._layout])
        else:
            self._layout = None

    # -- the steps of apply -----------------------------------------------------------------------------------

    def _build(self, params, names):
        self._slots = [self.make_slots(w, name) for w, name in zip(params, names, strict=True)]
        self._averages = [np.zeros(w.shape, w.dtype) for w in params] if self._ema else []
        self._accumulated = [np.zeros(w.shape, w.dtype) for w in params] if self._accumulate else []
        arrays, patterns = self._undecayed
        self._decayed = [
            not any(w is a for a in arrays)
            and not any(p.search(part) for p in patterns for part in (name, name.rsplit("/", 1)[-1]))
            for w, name in zip(params, names, strict=True)
        ]
        self._names = names
        self._layout = [(w.shape, w.dtype) for w in params]
        self._arrange(params)

    def _arrange(self, params):
        self._decays = [
            self.weight_decay_of(slots) or 0.0 if decayed else 0.0
            for slots, decayed in zip(self._slots, self._decayed, strict=True)
        ]
        # Only the rules of this package are joined or run on threads: a learner's may look at the shape of what it is
        # given, or count its calls.
        self._known = type(self).update_step.__module__.startswith(f"{__package__}.")
        join = self.elementwise and self._known and self.clipnorm is None
        self._groups, self._single = joined.groups(params, self._slots, self._decays) if join else ([], None)

    def _accumulated_gradients(self, grads, used):
        """The mean gradients of the last calls; None while they are still being accumulated."""
        last = (self._calls + 1) % self._accumulate == 0
        for i in used:
            for total, g in split(self._accumulated[i], grads[i]):
                total += g if self._loss_scale is None else g / self._loss_scale
                if last:
                    total /= self._accumulate
        return (
            [None if g is None else total for g, total in zip(grads, self._accumulated, strict=True)] if last else None
        )

    def _step(self, grads, used, params, names, lr):
        t = self.iterations + 1 if not self._accumulate else (self._calls + 1) // self._accumulate
        unscale = self._loss_scale if not self._accumulate else None  # accumulated gradients are unscaled already
        shrink_all = self._shrink(self.global_clipnorm, [grads[i] for i in used], unscale)
        self.begin_step(lr, t)
        alone = used
        if self._groups and len(used) == len(grads):
            alone = self._single
            for group in self._groups:
                group.gather(params, grads)
                decay = lr * self._decays[group.indices[0]]
                self._piece(group.w, group.g_read, lr, t, group.slots, unscale, shrink_all, decay)
                group.scatter(params)
        for i in alone:
            g = grads[i]
            shrink = shrink_all if self.clipnorm is None else self._shrink(self.clipnorm, [g], unscale)
            try:
                slots = tuple(self._slots[i].values())
                self._update(params[i], g, lr, t, slots, unscale, shrink, lr * self._decays[i])
            except Exception as error:
                where = f"parameter {i}{f' ({names[i]})' if names[i] else ''} of shape {params[i].shape}"
                raise RuntimeError(
                    f"{type(self).__name__}.update_step failed at step {t}, {where}: {type(error).__name__}: {error}"
                ) from error

    def _update(self, w, g, lr, t, slots, unscale, shrink, decay):
        target = w if w.flags.c_contiguous else w.copy(order="C")

        def piece(w, g, *slots):
            self._piece(w, g, lr, t, slots, unscale, shrink, decay)

        if not self.elementwise or target.size <= BLOCK:
            self._piece(target, g, lr, t, slots, unscale, shrink, decay)
        elif self._known:
            threads.each_piece(piece, target, g, *slots)
        else:
            for pieces in split(target, g, *slots):
                piece(*pieces)
        if target is not w:
            w[...] = target

    def _piece(self, w, g, lr, t, slots, unscale, shrink, decay):
        if unscale is not None:
            g = g / unscale
        if shrink is not None:
            g = g * shrink
        if self.clipvalue is not None:
            g = np.clip(g, -self.clipvalue, self.clipvalue)
        if g.flags.writeable:
            g = g.view()
            g.flags.writeable = False  # a rule that changes its gradient is an error, not a surprise
        if decay:
            w -= w * decay
        self.update_step(w, g, lr, t, *slots)

    @staticmethod
    def _shrink(limit, grads, unscale):
        """The factor that brings the norm of the gradients down to the limit; None if nothing is to be clipped."""
        if limit is None:
            return None
        size = norm(grads) / (unscale or 1.0)
        if not np.isfinite(size):
            return float("nan")  # as in Keras: an infinite norm leaves no direction to keep
        return limit / size if size > limit else None

    def _average(self, params):
        _, momentum, every = self._ema
        keep = momentum if self.iterations > 0 else 0.0
        overwrite = every is not None and (self.iterations + 1) % every == 0
        for w, average in zip(params, self._averages, strict=True):
            source = w if w.flags.c_contiguous else w.copy(order="C")
            for average_piece, w_piece in split(average, source):
                average_piece *= keep
                average_piece += (1.0 - keep) * w_piece
            if overwrite:
                w[...] = average

    def _arrays(self):
        if self._layout is None:
            return {}
        values = self._slots, self._averages, self._accumulated, self._layout, self._names, self._decayed
        return dict(zip(state.ARRAYS, values, strict=True))

    def __repr__(self) -> str:
        rate = self._rate if not callable(self._rate) else getattr(self._rate, "__name__", type(self._rate).__name__)
        return f"{type(self).__name__}(learning_rate={rate}, iterations={self.iterations})"
