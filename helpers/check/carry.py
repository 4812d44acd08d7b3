"""Taking an answer from the kernel to the worker: cloudpickle, by value where the code is the learner's own."""

import contextlib
import pickle
import sys

import cloudpickle

from helpers.check import source


class NotCarried(Exception):
    """The answer, or something that it reads, cannot be pickled."""


def dumps(answer):
    """Return the answer as bytes; functions and classes of the learner's own go by value, with all they read."""
    modules = {thing.__module__ for _, thing in source.reach(answer) if getattr(thing, "__module__", None)}
    modules |= {getattr(answer, "__module__", None)}
    with contextlib.ExitStack() as stack:
        for name in modules - {None, "__main__"}:
            module = sys.modules.get(name)
            if module is not None and source.is_own(name) and name not in cloudpickle.list_registry_pickle_by_value():
                cloudpickle.register_pickle_by_value(module)
                stack.callback(cloudpickle.unregister_pickle_by_value, module)
        try:
            return cloudpickle.dumps(answer)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a learner's object may raise anything when it is pickled
            raise NotCarried(" ".join(f"{type(error).__name__}: {error}".split())[:200]) from None


def loads(data):
    """Return the answer from its bytes."""
    try:
        return pickle.loads(data)
    except BaseException as error:
        raise NotCarried(" ".join(f"{type(error).__name__}: {error}".split())[:200]) from None
