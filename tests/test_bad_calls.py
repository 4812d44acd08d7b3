"""Good calls of everything public, spoilt: each works, or is refused by a TypeError or ValueError that names the argument.

`MORE=10000 pytest tests/test_bad_calls.py` makes ten thousand calls in place of the usual ones. When every argument has
met every piece of junk (after some 45,000 calls), two arguments at a time are spoilt.
"""

import inspect
import itertools
import os
import random
import re
from pathlib import PurePath
from types import FunctionType

import numpy as np
import pytest

from good_calls import CALLS, COVERED, MODULES

USUAL = 10_000


class Rude:
    """Can do nothing, not even say what it is."""

    def __repr__(self):
        raise RuntimeError("no comment")


def _endless():
    inside = []
    inside.append(inside)
    return inside


JUNK = {  # made anew each time, as some can be changed
    "object": object, "Rude": Rude, "text": lambda: "junk", "number in text": lambda: "0.1", "bytes": lambda: b"junk",
    "nan": lambda: float("nan"), "inf": lambda: float("inf"), "-inf": lambda: -float("inf"), "1e308": lambda: 1e308,
    "-1": lambda: -1, "-0.5": lambda: -0.5, "0": lambda: 0, "1": lambda: 1, "2": lambda: 2, "1.5": lambda: 1.5,
    "1j": lambda: 1j, "huge": lambda: 10**400, "longer than print": lambda: 10**5000, "None": lambda: None,
    "True": lambda: True, "...": lambda: ..., "[]": list, "[1, 2]": lambda: [1, 2], "ragged": lambda: [[1], [1, 2]],
    "endless list": _endless, "list of None": lambda: [None], "{}": dict, "(1,)": lambda: (1,), "set": lambda: {1, 2},
    "lambda": lambda: lambda: 1, "int": lambda: int, "float32": lambda: np.float32(0.5), "int64": lambda: np.int64(3),
    "array": lambda: np.array([1.0, 2.0]), "array of nan": lambda: np.full((2, 3), np.nan), "2-D": lambda: np.ones((2, 3)),
    "empty array": lambda: np.zeros(0), "array of text": lambda: np.array("a"), "array of objects": lambda: np.array([{}]),
    "complex array": lambda: np.ones(3, complex), "0-d": lambda: np.array(0.5), "generator": lambda: iter([1.0, 2.0]),
}  # fmt: skip

# Arguments that may be functions: what a function of the wrong kind says when it is called is its own matter.
WEIGHTS = ["kernel", "bias", "recurrent", "embeddings", "beta", "gamma", "moving_mean", "moving_variance"]
FUNCTIONS = {
    "f",
    "gradient",
    "hessian",
    "schedule",
    "function",
    "activation",
    "recurrent_activation",
    "loss",
    "metrics",
}
FUNCTIONS |= {f"{kind}_initializer" for kind in WEIGHTS} | {"identifier", "learning_rate", "optimizer_map"}
FUNCTIONS |= {"constraints", "on_epoch_end", "on_train_begin"}

ALIASES = {"saved": "state", "identifier": "(optimizer|loss|metric|activation|initializer)"}  # what an error calls them

# Public, but not called by a learner with arguments of their own.
BASES = {"Callback", "Initializer", "Landscape", "LearningRateSchedule", "Loss", "GradientCheck", "Minimum"}
PLUMBING = {"affine", "attend", "check_path", "cross_entropy_from_logits", "sparse_cross_entropy", "no_grad", "node"}
PLUMBING |= {"data", "topological_order", "unbroadcast"}


def names(message, argument):
    """Whether a message names the argument as a word; "a" has to stand first, as it is a word of English, too."""
    for name in (argument, ALIASES.get(argument, argument)):
        if re.search(rf"^{name}\b" if name == "a" else rf"\b{name}\b", message):
            return True
    return False


def fingerprint(value, seen=None):
    """All that can be seen of a value: numbers, parts, attributes, the state of generators."""
    seen = {} if seen is None else seen
    if id(value) in seen:
        return "again", seen[id(value)][0]
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes() if value.dtype != object else value.tolist()
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, PurePath):
        return str(value)
    if value is None or isinstance(value, str | bytes | int | float | complex | type | FunctionType):
        return value if value == value else "nan"
    seen[id(value)] = len(seen), value  # the value, too: as long as it lives, no other has its id
    if isinstance(value, dict):
        return [(fingerprint(key, seen), fingerprint(inner, seen)) for key, inner in value.items()]
    if isinstance(value, list | tuple):
        return [fingerprint(inner, seen) for inner in value]
    slots = [slot for kind in type(value).__mro__ for slot in getattr(kind, "__slots__", ())]
    inside = {slot: getattr(value, slot, None) for slot in slots} | getattr(value, "__dict__", {})
    return type(value), fingerprint(inside, seen)


def chances():
    """(call, {argument: junk}) without end, in an order that is random and always the same: arguments take turns."""
    rng = random.Random(7)
    arguments = [(call, argument) for call in CALLS for argument in call.spoilt]
    decks = [rng.sample(list(JUNK), len(JUNK)) for _ in arguments]
    for turn in zip(*decks, strict=True):
        for (call, argument), junk in zip(arguments, turn, strict=True):
            yield call, {argument: junk}
    several = [call for call in CALLS if len(call.spoilt) > 1]
    while True:
        call = rng.choice(several)
        yield call, {argument: rng.choice(list(JUNK)) for argument in rng.sample(call.spoilt, 2)}


def wrong(call, junk):
    """None where the call is as it should be, else what is wrong."""
    spoilt = {argument: JUNK[kind]() for argument, kind in junk.items()}
    if any(argument in FUNCTIONS and callable(value) for argument, value in spoilt.items()):
        return None
    given = call.good() | spoilt
    owner = [call.owner()] if call.owner else []
    before = fingerprint([owner, given])
    try:
        call.run(*owner, **given)
    except (TypeError, ValueError) as error:
        if not any(names(str(error), argument) for argument in spoilt):
            return f"not named: {type(error).__name__}: {error}"
    except FileNotFoundError as error:  # a path may be right, and nothing there
        return None if "path" in spoilt else str(error)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    else:
        return None
    return None if fingerprint([owner, given]) == before else "refused, and something changed"


@pytest.mark.filterwarnings("ignore")
def test_a_spoilt_argument_works_or_is_refused_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # "junk" is a good file name
    found = []
    with np.errstate(all="ignore"):
        for call, junk in itertools.islice(chances(), int(os.environ.get("MORE", USUAL))):
            if fault := wrong(call, junk):
                found.append(f"{call.name}({', '.join(f'{key}={kind}' for key, kind in junk.items())}): {fault[:200]}")
    assert not found, f"{len(found)} calls:\n" + "\n".join(found)


@pytest.mark.filterwarnings("ignore")
def test_the_good_calls_are_good(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for call in CALLS:
        call.run(*([call.owner()] if call.owner else []), **call.good())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_everything_public_is_called(module):
    listed = getattr(module, "__all__", None)
    for name, value in vars(module).items():
        public = name in listed if listed else not name.startswith("_") and value_module(value) == module.__name__
        if not public or not callable(value) or name in BASES | PLUMBING:
            continue
        if module.__name__ == "helpers.autodiff" and (hasattr(np, name) or name == "getitem"):
            continue  # NumPy's names, arguments and words
        assert value in COVERED, f"add {module.__name__}.{name} to good_calls.py"


def value_module(value):
    return getattr(value, "__module__", None) if inspect.isclass(value) or inspect.isfunction(value) else None
