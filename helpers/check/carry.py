"""Taking an answer from the kernel to the worker: cloudpickle, by value where the code is the learner's own."""

import contextlib
import pickle
import sys

import cloudpickle

from helpers.check import raised, source

_MEGABYTES = 256  # beyond them, copying what an answer reads would take more than running it


class NotCarried(Exception):
    """The answer, or something that it reads, cannot be pickled."""


def dumps(answer):
    """Return the answer as bytes; functions and classes of the learner's own go by value, with all they read."""
    try:
        with contextlib.ExitStack() as stack:
            for module in _own_modules(answer):
                cloudpickle.register_pickle_by_value(module)
                stack.callback(cloudpickle.unregister_pickle_by_value, module)
            data = cloudpickle.dumps(answer)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a learner's object may raise anything when it is looked at, or pickled
        raise NotCarried(raised.in_words(error)) from None
    if len(data) > _MEGABYTES * 2**20:
        raise NotCarried(f"it reads {len(data) / 2**20:.0f} MB of the notebook's data")
    return data


def _own_modules(answer):
    """Return the learner's own modules that the answer leads to, but the notebook itself and those that are known already."""
    names = {getattr(thing, "__module__", None) for thing in (answer, *(found for _, found in source.reach(answer)))}
    names -= {None, "__main__", *cloudpickle.list_registry_pickle_by_value()}
    return [sys.modules[name] for name in names if name in sys.modules and source.is_own(name)]


def loads(data):
    """Return the answer from its bytes."""
    try:
        return pickle.loads(data)
    except BaseException as error:
        raise NotCarried(raised.in_words(error)) from None
