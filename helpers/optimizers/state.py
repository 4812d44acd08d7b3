"""What an optimizer remembers, as a dict of copies, and the way back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from helpers.errors import shown

KEYS = ("calls", "learning_rate", "shared", "arrays")
ARRAYS = ("slots", "averages", "accumulated", "layout", "names", "decayed")


def copies(arrays: dict) -> dict:
    """The same nest of dicts, lists and arrays, with copies of the arrays."""
    return {key: [_copy(value) for value in arrays[key]] for key in arrays}


def check(state, owner: str, shared: Iterable[str], mine: dict) -> None:
    """Raise ValueError unless ``state`` is one of an optimizer called ``owner``, with arrays like ``mine`` if any."""
    known = (
        isinstance(state, dict)
        and set(state) == set(KEYS)
        and isinstance(state["shared"], dict)
        and set(state["shared"]) == set(shared)
        and isinstance(state["arrays"], dict)
        and set(state["arrays"]) in (set(), set(ARRAYS))
    )
    if not known:
        raise ValueError(f"state: expected what {owner}.state() returns, got {shown(state)}")
    if mine and state["arrays"] and _shapes(state["arrays"]) != _shapes(mine):
        raise ValueError("state: its arrays differ in number, shape or dtype from this optimizer's")


def check_kind(arrays: dict, owner: str, fresh: list[dict], averages: bool, accumulated: bool) -> None:
    """Raise ValueError unless ``arrays`` are what this optimizer makes itself for parameters of that layout."""
    count = len(arrays["layout"])
    wanted = {"slots": fresh, "averages": averages * count, "accumulated": accumulated * count}
    if [sorted(s) for s in arrays["slots"]] != [sorted(s) for s in fresh] or any(
        s[k].shape != f[k].shape or s[k].dtype != f[k].dtype
        for s, f in zip(arrays["slots"], fresh, strict=True)
        for k in f
    ):
        has = sorted({name for s in arrays["slots"] for name in s})
        needs = sorted({name for f in fresh for name in f})
        raise ValueError(f"state: has the slots {has}, and {owner} remembers {needs}: it comes from another optimizer")
    for key in ("averages", "accumulated"):
        if len(arrays[key]) != wanted[key]:
            raise ValueError(f"state: has {len(arrays[key])} {key} arrays where this optimizer has {wanted[key]}")


def _copy(value):
    if isinstance(value, dict):
        return {name: array.copy() for name, array in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def _shapes(arrays):
    """Names, shapes and dtypes of all arrays, to compare two states."""
    slots = [[(name, a.shape, a.dtype) for name, a in own.items()] for own in arrays["slots"]]
    return slots, *([(a.shape, a.dtype) for a in arrays[key]] for key in ("averages", "accumulated"))
