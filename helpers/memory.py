"""Give memory that Python no longer uses back to the system: ten lessons stay open side by side."""

from __future__ import annotations

import ctypes
import functools
import gc
import sys


def give_back() -> None:
    """Free what only cycles hold, then return the heap's empty pages to the system, where the C library can (glibc).

    A figure is thousands of small objects in cycles. Freed, they leave holes that the C library keeps for itself: a
    lesson's kernel is 20 to 35 MB smaller without them, which counts when ten kernels share the 2 GB of a Binder.
    """
    gc.collect()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@functools.cache
def _malloc_trim():
    """Return glibc's malloc_trim, or None where the C library is another one."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # musl has none
        return None
