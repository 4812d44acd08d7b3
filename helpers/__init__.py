"""The module that the lessons build: losses, gradients, backpropagation, layers and optimizers, in NumPy.

Import the part you want: ``from helpers import losses``; in every lesson ``from helpers import check, hint``. Nothing
heavy is loaded until it is used.
"""

import importlib
import os
import sys

__version__ = "0.1.0"

_THREADS = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MKL_NUM_THREADS")


def _one_thread():
    """Let NumPy multiply matrices on one thread, unless the environment says how many.

    The course's matrices are small: on a busy machine, or in a container that sees more processors than it may use,
    threads that wait for each other make them up to fifty times slower.
    """
    if any(name in os.environ for name in (*_THREADS, "OMP_NUM_THREADS")):
        return
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if "numpy" in sys.modules:  # its library has read the environment already
        importlib.import_module("threadpoolctl").threadpool_limits(1, user_api="blas")


_one_thread()


def __getattr__(name):
    if name == "hint":
        return importlib.import_module("helpers.check.hints").hint
    if name in ("check", "progress"):
        return importlib.import_module(f"helpers.{name}")
    raise AttributeError(f"module 'helpers' has no attribute {name!r}")
