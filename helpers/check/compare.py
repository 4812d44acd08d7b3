"""Comparing a result with the expected one, and saying the first difference in words."""

import collections.abc
import inspect
import itertools
import numbers
import re

import numpy as np

from helpers.autodiff import Tensor
from helpers.check.registry import Wrong

MANY = 100_000  # entries after which an iterator counts as endless


def short(value, limit=70):
    """Return `value` in at most about `limit` characters: small things whole, big arrays by shape."""
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=6, separator=", ", threshold=60, max_line_width=10_000)
        text = re.sub(r"\s+", " ", text).replace("[ ", "[")
        return text if len(text) <= limit else f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_) or value is None:
        return str(value)
    if isinstance(value, float | int | np.number) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return number(value)
    if isinstance(value, numbers.Number):
        return str(value)[:limit]
    if isinstance(value, list | tuple):
        text = ", ".join(short(v, limit) for v in value[:8])
        text = f"[{text}]" if isinstance(value, list) else f"({text},)" if len(value) == 1 else f"({text})"
        return text if len(text) <= limit and len(value) <= 8 else f"a {type(value).__name__} of {len(value)}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    try:
        text = repr(value)
    except BaseException:  # a learner's own __repr__ may fail; the type's name always works
        text = f"a {type(value).__name__}"
    if re.search(r" at 0x[0-9a-fA-F]+", text):  # an address says nothing, and is another one next time
        return f"a {type(value).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def change(before, after, name="it"):
    """Return what became of a value that should have stayed, down to the first entry where it is a large one."""
    was, now = short(before), short(after)
    if was != now:
        return f"{name} held {was} and now holds {now}"
    if isinstance(before, list | tuple):
        i = next(i for i, pair in enumerate(zip(before, after, strict=True)) if _moved(*pair).any())
        return change(before[i], after[i], f"item {i}")
    entry = tuple(int(i) for i in np.argwhere(_moved(before, after))[0])
    a, b = pair(before[entry], after[entry])
    return f"{'its entry' if name == 'it' else f'in {name}, entry'} {list(entry)} was {a} and is now {b}"


def _moved(before, after):
    """Where two arrays of one shape differ; NaN is equal to NaN."""
    before, after = np.asarray(before), np.asarray(after)
    return ~((before == after) | ((before != before) & (after != after)))


def number(value, digits=8):
    """Return a number's shortest text of at most `digits` significant digits."""
    value = np.asarray(value).item()
    try:
        return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
    except ValueError:  # Python writes no whole number of more than some thousand digits
        return f"≈ {'−' if value < 0 else ''}1e{value.bit_length() * 0.30103:.0f}"


def pair(yours, expected):
    """Return both numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 8, 10, 12, 14, 17):
        a, b = number(yours, digits), number(expected, digits)
        if a != b:
            break
    return a, b


def materialise(value):
    """Turn an iterator or another iterable that is no array, mapping, number or string into a list."""
    if isinstance(value, list | tuple | np.ndarray | str | bytes | collections.abc.Mapping) or np.isscalar(value):
        return value
    if isinstance(
        value, collections.abc.Iterator | range | collections.abc.Set | collections.abc.KeysView | collections.deque
    ):
        listed = list(itertools.islice(iter(value), MANY + 1))
        if len(listed) > MANY:
            raise Wrong(f"Your iterator goes on after {MANY:,} items: when does it end?", "endless_iterator")
        return listed
    return value


def plain(value):
    """Return a fraction as the float that it is, and a complex number on the real line; anything else as it came."""
    if isinstance(value, complex | np.complexfloating) and value.imag == 0:
        return value.real  # np.linalg.eigvals gives complex numbers from NumPy 2.5 on, whatever the matrix
    try:
        return float(value) if isinstance(value, numbers.Rational) else value
    except OverflowError:
        return value


def kind(value):
    """Return what `value` is, in a few words."""
    if value is None:
        return "None"
    if value is Ellipsis:
        return "`...`"
    if isinstance(value, np.ndarray) and value.ndim:
        truths = "truth values, " if value.dtype.kind == "b" else ""
        return f"an array of {truths}shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return f"{value} (a truth value)"
    if isinstance(value, float | int | np.floating | np.integer) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "fiu"
    ):
        return f"the number {number(value)}"
    if isinstance(value, numbers.Number | np.number):  # a fraction, a complex number: no float
        text = short(value)
        return f"{_a(_KINDS_OF_NUMBERS.get(type(value).__name__, type(value).__name__))}, {text}"
    if isinstance(value, np.ndarray):
        return f"an array that holds {_a(type(value.item()).__name__)}"
    if inspect.iscoroutine(value):
        return "a coroutine, as an `async def` gives"
    if isinstance(value, str):
        return f"the text {short(value)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    return _a(type(value).__name__)


_KINDS_OF_NUMBERS = {"complex": "complex number", "complex128": "complex number", "complex64": "complex number"}


def _a(name):
    return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name}"


def ratio_of(yours, expected, sizes=()):
    """Return a sentence if `yours` is a telling multiple of `expected` in every entry, else an empty string."""
    yours, expected = np.ravel(np.asarray(yours, float)), np.ravel(np.asarray(expected, float))
    nonzero = expected != 0
    if not nonzero.any() or not np.isfinite(yours).all() or (yours[~nonzero] != 0).any():
        return ""
    ratios = yours[nonzero] / expected[nonzero]
    ratio = ratios[0]
    if ratio == 0 or np.abs(ratios - ratio).max() > 1e-6 * abs(ratio):
        return ""
    nice = {-1: "−1", 2: "2", 0.5: "1/2", -2: "−2", -0.5: "−1/2"}
    for n in sizes:
        nice.setdefault(n, f"{n}")
        nice.setdefault(1 / n, f"1/{n}")
    where = "everywhere " if ratios.size > 1 else ""
    for value, text in nice.items():
        if value != 1 and abs(ratio / value - 1) < 1e-6:
            return f" Yours is {where}{text} times the expected value."
    text = number(ratio, 6).replace("-", "−")
    if abs(ratio - 1) < 0.02:  # as good as equal, as places on a way are: the ratio tells nothing
        return ""
    return f" Yours is everywhere {text} times the expected value." if ratios.size > 2 else ""


def difference(got, want, rtol, atol, name="the result", sizes=()):
    """Return the first difference of `got` from `want` as a sentence, or None. `want` decides what is asked for."""
    if want is None or isinstance(want, str | bool | np.bool_):
        same = (
            type(got) in (type(want), np.bool_, bool) and got == want
            if isinstance(want, bool | np.bool_)
            else got == want
        )
        return (
            None if isinstance(same, bool | np.bool_) and same else f"{name} is {short(got)}, expected {short(want)}."
        )
    if isinstance(want, list | tuple):
        return _sequence(got, want, rtol, atol, name, sizes)
    if isinstance(want, np.ndarray) and want.ndim:
        return _array(got, want, rtol, atol, name, sizes)
    if isinstance(got, np.ndarray) and got.ndim:
        return f"{name} is {kind(got)}, expected one number."
    return _array(got, np.asarray(want), rtol, atol, name, sizes)


def kind_of_difference(got, want):
    """Return the id of what is wrong with `got` before any number is looked at: another kind, shape or length; or None."""
    sequence = isinstance(want, list | tuple)
    if sequence:
        if not isinstance(got, list | tuple | np.ndarray) or (isinstance(got, np.ndarray) and got.ndim == 0):
            return "wrong_kind"
        return "wrong_length" if len(got) != len(want) else None
    if want is None or isinstance(want, str | bool | np.bool_):
        return None
    if isinstance(got, bool | np.bool_ | str | bytes | dict) or callable(got):
        return "wrong_kind"
    try:
        values = np.asarray(plain(got))
        kind, shape = values.dtype.kind, values.shape
    except BaseException:  # whatever an object does when NumPy reads it
        return "wrong_kind"
    if kind not in "fiu":
        return "wrong_kind"
    if shape != np.shape(want):
        return "wrong_shape"
    few = kind == "f" and values.dtype.itemsize < 8
    return "fewer_digits" if few and np.allclose(values, want, rtol=1e-3, atol=1e-5) else None


def _sequence(got, want, rtol, atol, name, sizes):
    if not isinstance(got, list | tuple | np.ndarray) or (isinstance(got, np.ndarray) and got.ndim == 0):
        return f"{name} is {kind(got)}, expected {kind(want)}."
    if len(got) != len(want):
        return f"{name} has {len(got)} items, expected {len(want)}."
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        text = difference(g, w, rtol, atol, f"item {i} of {name}", sizes)
        if text:
            return text
    return None


def _array(got, want, rtol, atol, name, sizes):
    asked = f"an array of shape {want.shape}" if want.ndim else "one number"
    if want.ndim and want.dtype.kind == "b":  # a known mistake that gives truth values
        same = isinstance(got, np.ndarray) and got.dtype.kind == "b" and np.array_equal(got, want)
        return None if same else f"{name} is {kind(got)}, expected {short(want)}."
    if want.ndim and isinstance(got, np.ndarray) and got.dtype.kind == "b":
        return (
            f"{name} is an array of truth values (True and False), expected an array of numbers, of shape {want.shape}."
        )
    if isinstance(got, bool | np.bool_ | str | bytes | dict) or callable(got):
        return f"{name} is {kind(got)}, expected {asked}."
    if isinstance(got, numbers.Number) and not want.ndim:
        asked = "a float"
    try:
        values = np.asarray(plain(got))
        if values.dtype.kind not in "fiu":
            raise TypeError
    except BaseException:  # whatever an object does when NumPy reads it, it is not the numbers that were asked for
        remark = " `.item()` takes the number out of it." if isinstance(got, Tensor) and got.shape == () else ""
        return f"{name} is {kind(got)}, expected {asked}.{remark}"
    if values.shape != want.shape:
        return f"{name} has shape {values.shape}, expected {want.shape}."
    want = want.astype(np.float64)
    mine = values.astype(np.float64)
    finite = np.isfinite(want)
    with np.errstate(all="ignore"):
        scale = np.abs(want[finite]).max(initial=0.0)
        close = np.where(finite, np.abs(mine - want) <= atol + rtol * np.maximum(np.abs(want), 1e-3 * scale), False)
        close |= ~finite & ((mine == want) | (np.isnan(mine) & np.isnan(want)))
    if close.all():
        return None
    entry = tuple(int(i) for i in np.argwhere(~close)[0]) if want.ndim else ()
    at = f" at entry {list(entry)}" if entry else ""
    a, b = pair(mine[entry], want[entry])
    text = f"{name}{at} is {a}, expected {b}."
    if np.isfinite(mine[entry]):
        text += ratio_of(mine, want, sizes)
    if values.dtype.kind == "f" and values.dtype.itemsize < 8:
        text += f" Its dtype is {values.dtype}, which keeps fewer digits than the float64 that went in."
    return text
