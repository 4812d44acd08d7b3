"""Checks of what users pass to an optimizer. Each names the argument, what came, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from helpers.errors import check_flag, check_integer, check_list, check_number, shown
from helpers.schedules import LearningRateSchedule


def optional_number(name: str, value, **limits) -> float | None:
    """None, or a number within the limits."""
    return None if value is None else check_number(name, value, **limits)


def optional_count(name: str, value, least: int) -> int | None:
    """None, or an integer of at least ``least``."""
    return None if value is None else check_integer(name, value, least)


def patterns(name: str, value) -> list[re.Pattern]:
    """Regular expressions, compiled; None is an empty list."""
    if value is not None and not isinstance(value, list | tuple | set | frozenset):
        raise TypeError(f"{name} must be a list of regular expressions, got {shown(value)}")
    compiled = []
    for i, pattern in enumerate(() if value is None else value):
        try:
            compiled.append(re.compile(pattern))
        except (re.error, TypeError) as error:
            raise ValueError(f"{name}[{i}] must be a regular expression, got {shown(pattern)}: {error}") from None
    return compiled


def fraction(name: str, value, *, one: bool = True) -> float:
    """A number in [0, 1], or in [0, 1) where ``one`` is False (a moving average with β = 1 never starts)."""
    value = check_number(name, value, 0, 1)
    if value == 1.0 and not one:
        raise ValueError(f"{name} must be less than 1: with 1 the average never takes in a gradient")
    return value


def optimizer(name: str, value, not_a: type | None = None):
    """``value``, which must be an optimizer and no wrapper of others; with ``not_a``, wrappers but this one may be."""
    if isinstance(value, type) or not hasattr(value, "update_step"):
        raise TypeError(f"{name} must be an optimizer, such as Adam(), got {shown(value)}")
    if isinstance(value, not_a) if not_a else value.wraps:
        raise TypeError(f"{name} must be a plain optimizer, got a {type(value).__name__}, which wraps others itself")
    return value


def scaled(loss, factor: float):
    """A loss, a number or a Tensor, times a factor."""
    try:
        return loss * factor
    except (TypeError, OverflowError):
        raise TypeError(f"loss must be a number or a Tensor, got {shown(loss)}") from None


def state_keys(saved, owner) -> None:
    """Raise ValueError unless ``saved`` is a dict with the keys that ``owner.state()`` returns."""
    if not isinstance(saved, dict) or saved.keys() != owner.state().keys():
        raise ValueError(f"state: expected what {type(owner).__name__}.state() returns, got {shown(saved)}")


def is_schedule(rate) -> bool:
    return isinstance(rate, LearningRateSchedule)


def learning_rate(value) -> float | Callable:
    """A number ≥ 0, a schedule, or a function without arguments."""
    if isinstance(value, type):
        raise TypeError(f"learning_rate must be a number or a schedule, got the class {value.__name__}: add ()")
    return value if callable(value) else check_number("learning_rate", value, 0)


def rate_value(value) -> float:
    """What a schedule or function returned, as a rate."""
    return check_number("learning_rate (as its schedule or function returned it)", value, 0)


def clipping(clipnorm, clipvalue, global_clipnorm) -> tuple[float | None, float | None, float | None]:
    """The three limits; at most one is given. 0 or less means no clipping, as in Keras."""
    given = {"clipnorm": clipnorm, "clipvalue": clipvalue, "global_clipnorm": global_clipnorm}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise ValueError(f"only one of clipnorm, clipvalue and global_clipnorm may be given, got {' and '.join(names)}")
    limits = (optional_number(name, value) for name, value in given.items())
    return tuple(limit if limit is not None and limit > 0 else None for limit in limits)


def ema(use_ema, momentum, overwrite_frequency) -> tuple[bool, float, int | None] | None:
    """The settings of the moving average of the weights; None when there is none."""
    if not check_flag("use_ema", use_ema):
        return None
    return (
        True,
        fraction("ema_momentum", momentum),
        optional_count("ema_overwrite_frequency", overwrite_frequency, 1),
    )


def parameters(params, layout) -> list[np.ndarray]:
    """``params`` as a list of distinct writable float arrays; with ``layout``, of these shapes and dtypes."""
    if isinstance(params, np.ndarray) or not hasattr(params, "__iter__"):
        raise TypeError(f"params must be a list of arrays, got {type(params).__name__}: write apply([g], [w])")
    params = list(params)
    for i, w in enumerate(params):
        if not isinstance(w, np.ndarray):
            raise TypeError(f"params[{i}] must be a NumPy array, which can change in place, got {type(w).__name__}")
        if w.dtype != np.float32 and w.dtype != np.float64:
            raise TypeError(f"params[{i}] must be float32 or float64, got {w.dtype}: use w.astype(float)")
        if not w.flags.writeable:
            raise ValueError(f"params[{i}] is read-only: pass a copy, which can change in place")
    if layout is None:
        _refuse_overlap(params)
        return params
    if len({id(w) for w in params}) < len(params):
        _refuse_overlap(params)
    if len(params) != len(layout):
        raise ValueError(f"params: this optimizer began with {len(layout)} arrays, got {len(params)}")
    for i, (w, (shape, dtype)) in enumerate(zip(params, layout, strict=True)):
        if w.shape != shape or w.dtype != dtype:
            raise ValueError(f"params[{i}] was {dtype} of shape {shape} at the first step, now {w.dtype} of {w.shape}")
    return params


def _refuse_overlap(params):
    for i, w in enumerate(params):
        if w.size and 0 in w.strides and any(n > 1 and s == 0 for n, s in zip(w.shape, w.strides, strict=True)):
            raise ValueError(f"params[{i}] repeats its memory (np.broadcast_to?): pass a copy")
        for j in range(i):
            if w is params[j] or (np.may_share_memory(w, params[j]) and np.shares_memory(w, params[j])):
                raise ValueError(f"params[{i}] and params[{j}] share memory: each number may be updated only once")


def gradients(grads, params) -> list[np.ndarray | None]:
    """``grads`` as a list of arrays with the shapes and dtypes of ``params``; None stays None."""
    if isinstance(grads, np.ndarray) or not hasattr(grads, "__iter__"):
        raise TypeError(f"grads must be a list of arrays, got {type(grads).__name__}: write apply([g], [w])")
    grads = list(grads)
    if len(grads) != len(params):
        raise ValueError(f"grads and params must go in pairs, got {len(grads)} gradients for {len(params)} parameters")
    for i, (g, w) in enumerate(zip(grads, params, strict=True)):
        if g is None:
            continue
        if not isinstance(g, (np.ndarray, np.generic)):
            raise TypeError(f"grads[{i}] must be an array or None, got {type(g).__name__}")
        if g.dtype != np.float32 and g.dtype != np.float64:
            raise TypeError(f"grads[{i}] must be float32 or float64, got {g.dtype}")
        if g.shape != w.shape:
            raise ValueError(f"grads[{i}] has shape {g.shape}, but params[{i}] has shape {w.shape}")
        if g.dtype != w.dtype or not isinstance(g, np.ndarray) or not g.flags.c_contiguous:
            grads[i] = g = np.ascontiguousarray(g, dtype=w.dtype).reshape(w.shape)
        if isinstance(g, np.ndarray) and np.may_share_memory(g, w):
            grads[i] = g.copy()  # apply([w], [w]) is the gradient of w²/2: legal, and must not see its own step
    return grads


def one_each(name: str, values, params, kind, default) -> list:
    """``values`` as a list with one entry for each parameter; ``default`` for all where nothing was passed."""
    if values is None:
        return [default] * len(params)
    values = check_list(name, values, "one entry for each parameter")
    if len(values) != len(params):
        raise ValueError(f"{name} must have one entry for each of the {len(params)} parameters, got {len(values)}")
    for i, value in enumerate(values):
        if value is not default and not isinstance(value, kind):
            raise TypeError(f"{name}[{i}] must be {getattr(kind, '__name__', kind)}, got {type(value).__name__}")
    return values
