"""Checks of arguments: each raises TypeError or ValueError that names the argument, what came and what was expected."""

import difflib
import math
import numbers
import reprlib
from contextlib import contextmanager

import numpy as np

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 60
_MOST = 2**63 - 1  # the largest number that can count or index


def shown(value):
    """Return `value` as text of bounded length, whatever it is: not all that is passed can be printed."""
    try:
        return _REPR.repr(value)
    except Exception:  # an integer of 5000 digits, for one
        return f"a value of type {type(value).__name__}"


@contextmanager
def blaming(text):
    """Within `with blaming("y does not fit"):`, errors about values begin with this text."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise (TypeError if isinstance(error, TypeError) else ValueError)(f"{text}: {error}") from None


def as_array(name, value):
    """Return `value` as an array of any dtype; ValueError for rows of unequal length."""
    if type(value) is np.ndarray:
        return value
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array; its rows have different lengths") from None


def as_floats(name, value):
    """Return `value` as a float32 or float64 array; integers and booleans become float64, floats keep their dtype.

    Raises TypeError for what is not numbers, ValueError for rows of unequal length.
    """
    array = as_array(name, value)
    if array.dtype.char in "fd" and array.dtype.isnative:
        return array
    if array.dtype.kind in "biuf":
        return array.astype(np.float32 if array.dtype == np.float16 else np.float64)
    raise TypeError(f"{name} must hold real numbers, got {_kind(value, array)}")


def check_same_shape(name_a, a, name_b, b):
    """Raise ValueError unless both have one shape: (n,) against (n, 1) would broadcast to (n, n)."""
    if a.shape != b.shape:
        raise ValueError(f"{name_a} and {name_b} must have one shape, got {a.shape} and {b.shape}")


def check_finite(name, array):
    """Raise ValueError that says where the first NaN or infinity stands."""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    bad = int(np.count_nonzero(~np.isfinite(array)))
    raise ValueError(
        f"{name} must be finite, but {name}[{', '.join(map(str, place))}] is {array[place]} "
        f"({bad} such value{'s' if bad > 1 else ''}): remove or replace the rows they are in"
    )


def check_integer(name, value, low=1):
    """Return `value` as an int of at least `low`, below 2**63; booleans and floats are TypeErrors."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    if value < low:
        raise ValueError(f"{name} must be at least {low}, got {shown(value)}")
    if value > _MOST:
        raise ValueError(f"{name} must be at most {_MOST}, got {shown(value)}")
    return int(value)


def check_seed(name, value, low=0):
    """Return `value`, None or a whole number of at least `low`, however long, as an int."""
    if value is None:
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be a whole number or None, got {shown(value)}")
    if low is not None and value < low:
        raise ValueError(f"{name} must be at least {low}, got {shown(value)}")
    return int(value)


def check_axis(name, value, ndim):
    """Return `value`, the number of one of `ndim` axes, as an int; negative ones count from the end."""
    if type(value) is int and -ndim <= value < ndim:
        return value
    if not -ndim <= (axis := check_integer(name, value, -_MOST)) < ndim:
        raise ValueError(f"{name} must be from {-ndim} to {ndim - 1} for {ndim} axes, got {axis}")
    return axis


def check_number(name, value, low=None, high=None, include_low=True, include_high=True):
    """Return `value` as a finite float inside the given bounds."""
    if type(value) is not float:
        value = _float(name, value)
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    inside = low is None or (value >= low if include_low else value > low)
    inside &= high is None or (value <= high if include_high else value < high)
    if not inside:
        bounds = [] if low is None else [f"{'at least' if include_low else 'greater than'} {low:g}"]
        bounds += [] if high is None else [f"{'at most' if include_high else 'less than'} {high:g}"]
        raise ValueError(f"{name} must be {' and '.join(bounds)}, got {value:g}")
    return value


def _float(name, value):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {shown(value)} of type {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be a number that a float can hold, got {shown(value)}") from None


def check_flag(name, value):
    """Return `value` as a bool: True, False, 1 or 0; the text "False" and the like are TypeErrors."""
    if value is True or value is False:
        return value
    if isinstance(value, np.bool_ | int) and value in (0, 1):
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {shown(value)}")


def check_verbose(value):
    """Return `verbose` as a whole number: 0 is silent; "auto", as in Keras, is 1."""
    if isinstance(value, str):
        check_choice("verbose", value, ["auto"])
    return (
        int(value) if isinstance(value, bool) else 1 if isinstance(value, str) else check_integer("verbose", value, 0)
    )


def check_text(name, value):
    """Return `value`, a string or None."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {shown(value)}")
    return value


def check_axes(name, value, ndim):
    """Return `value`: None for all of `ndim` axes, one of them, or a tuple."""
    if isinstance(value, tuple):
        return tuple(check_axis(name, axis, ndim) for axis in value)
    return None if value is None else check_axis(name, value, ndim)


def check_function(name, value, of="w"):
    """Return `value`, which must be a function `of` what the text says."""
    if not callable(value):
        raise TypeError(f"{name} must be a function of {of}, got {shown(value)}")
    return value


def check_list(name, value, what):
    """Return the items of `value` as a list; text, dicts and what has no items are TypeErrors."""
    if type(value) is list:
        return value[:]
    if not isinstance(value, str | bytes | dict | set):
        try:
            return list(value)
        except TypeError:
            pass
    raise TypeError(f"{name} must be a list of {what}, got {shown(value)}")


def check_shape(name, value):
    """Return `value`, a list or tuple of whole numbers of at least 0, as a tuple of ints."""
    return tuple(check_integer(f"{name}[{i}]", n, 0) for i, n in enumerate(check_list(name, value, "whole numbers")))


def check_dtype(name, value):
    """Return `value` as NumPy's dtype, one of those that hold real numbers with a fraction."""
    try:
        dtype = np.dtype(value) if value is not None else None
    except Exception:  # NumPy reads lists, dicts and text as descriptions of dtypes, and stumbles in many ways
        dtype = None
    if dtype is None or dtype.kind != "f":
        raise TypeError(f"{name} must be float32, float64 or another dtype of floats, got {shown(value)}")
    return dtype


def check_choice(name, value, options):
    """Return options[value] (a dict) or value (a list); an unknown one raises ValueError with the nearest known one."""
    if isinstance(value, str | None.__class__) and value in options:
        return options[value] if isinstance(options, dict) else value
    lowered = {str(o).lower(): str(o) for o in reversed(list(options))}  # "ReLU" is near "relu"; "mse" before "MSE"
    near = difflib.get_close_matches(value.lower(), lowered, n=1) if isinstance(value, str) else []
    hint = f"; did you mean {lowered[near[0]]!r}?" if near else "."
    raise ValueError(f"unknown {name} {shown(value)}{hint} Known: {', '.join(sorted(repr(o) for o in options))}")


def _kind(value, array):
    return type(value).__name__ if array.dtype == object else f"an array of {array.dtype}"
