"""Running the learner's code so that nothing it does gets out: exceptions become words, printing is kept apart."""

import contextlib
import importlib
import linecache
import os
import random
import re
import sys
import warnings

import numpy as np

from helpers.check import misfits, raised
from helpers.check.printed import Printed
from helpers.check.registry import Wrong

ALONE = False  # True in the worker, where an interrupt can only be the answer's own


class Raised(Wrong):
    """The answer raised; the message says what and at which of the learner's own lines. `otherwise`: the kind's id."""

    def __init__(self, message, otherwise=None):
        super().__init__(message)
        self.otherwise = otherwise


def located(error, sources):
    """Return " at line 3 of the cell: `code`" for the innermost frame in the learner's own lines, or ""."""
    while error is not None:
        spot, frame = "", error.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if name in sources:
                line = linecache.getline(name, frame.tb_lineno).strip()
                spot = f", at line {frame.tb_lineno} of {sources[name][0]}" + (f": `{line}`" if line else "")
            frame = frame.tb_next
        if spot:
            return spot
        error = error.__cause__ or error.__context__
    return ""


def explain(error, sources, during=""):
    """Return (words, id of its kind or None): the message first, then the learner's line, then the call."""
    inner = error
    while inner.__cause__ is not None and located(inner.__cause__, sources):
        inner = inner.__cause__  # the optimizers wrap an exception in a rule; its own words are the clearer ones
    spot = located(error, sources)
    name, text = type(inner).__name__, raised.text_of(inner)
    line, names, code = _locals(inner, sources)
    id, meaning = raised.kind(inner, text, line, list(names), code)
    if isinstance(inner, SystemExit):
        said = "Your answer leaves Python with `exit`: a function hands its result back with `return`"
    elif isinstance(inner, RecursionError):
        said = "RecursionError: your answer calls itself without an end"
    elif isinstance(inner, MemoryError):
        said = "MemoryError: your answer asks for more memory than there is"
    else:
        said = f"{name}: {text}" if text else name
    if id == "caret":
        said = name  # NumPy's own words, of bits and casting rules, lead away from the cause
    largest = _largest_of_one(spot) if re.search("integer scalar|integer is required|axis|inhomogeneous", text) else ""
    if largest:
        id = "largest_of_one_array"
    misfit = misfits.told(inner, text, sources) if id in ("shapes_do_not_match", "index_out_of_range") else None
    id, remark = misfit or (id, _shapes(inner, sources) or _names(inner, sources) or largest)
    remark = remark or (f" {meaning}" if meaning else _lengths(text, line))
    if isinstance(inner, TypeError) and "NoneType" in text and ".grad" in spot:
        remark += " A Tensor's `.grad` is None before `backward`, and again after `zero_grad`."
    return f"{said}{spot}.{remark}{during}", id


def _largest_of_one(spot):
    """Return what goes entry by entry where the learner's line asks one array for its largest entry, or ""."""
    wrong = re.search(r"np\.(max|min)\([\[(]?0(\.0?)?,", spot.replace(" ", ""))
    if wrong:
        one = wrong[1]
        return (
            f" `np.{one}` looks for the {'largest' if one == 'max' else 'smallest'} entry of one array; `np.{one}imum(a, b)` takes "
            f"the {'larger' if one == 'max' else 'smaller'} of two, entry by entry."
        )
    return ""


# Two names, each perhaps with .T, and nothing beside them that would be worked out first.
_PRODUCT = re.compile(r"(?<![*/@] )(?<![\w.)\]])\b([A-Za-z_]\w*(?:\.T)?) @ (?=([A-Za-z_]\w*(?:\.T)?)(?![\w.(\[]))")


def _names(error, sources):
    """Say it where a name of the learner's hides a module, or where `backward` is asked of a plain number; else ""."""
    if isinstance(error, UnboundLocalError):
        for name, wanted in re.findall(r"\b(\w+)\.(\w+)", _locals(error, sources)[0]):
            if f"'{name}'" in str(error) and _in_module(name, wanted):
                return f" Your function gives `{name}` a value, which hides the module: rename it."
        return ""
    if not isinstance(error, AttributeError):
        return ""
    owner, wanted = getattr(error, "obj", None), getattr(error, "name", None) or ""
    if wanted == "backward" and isinstance(owner, float | int | np.ndarray | np.number):
        return (
            " `backward` belongs to a Tensor. A plain number comes out where no Tensor went in, or where `.data` or "
            "`.item()` was taken on the way."
        )
    for name, value in _locals(error, sources)[1].items():
        if value is owner and _in_module(name, wanted):
            return (
                f" In your function `{name}` is a {type(owner).__name__}, which hides the module `{name}`: rename it."
            )
    return ""


def _in_module(name, wanted):
    known = ("activations", "gradients", "initializers", "layers", "losses", "metrics", "models", "optimizers")
    return name in known and hasattr(importlib.import_module(f"helpers.{name}"), wanted)


def _locals(error, sources):
    """Return the innermost of the learner's lines, the names known there, and its function's lines so far, or ("", {}, "")."""
    frame, line, names, code = error.__traceback__, "", {}, ""
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in sources:
            lines = linecache.getlines(frame.tb_frame.f_code.co_filename)
            line = "".join(lines[frame.tb_lineno - 1 : frame.tb_lineno])
            code = "".join(lines[frame.tb_frame.f_code.co_firstlineno - 1 : frame.tb_lineno])
            names = frame.tb_frame.f_locals
        frame = frame.tb_next
    return line, names, code


def _shapes(error, sources):
    """Return " `a @ b`: shapes (2, 3) @ (1, 3): ..." for a product in the learner's line that could not be formed, or ""."""
    text = raised.text_of(error) if isinstance(error, ValueError) else ""
    if "matmul" not in text:
        return ""
    line, names, _ = _locals(error, sources)
    for left, right in _PRODUCT.findall(re.sub(r"\s*@\s*", " @ ", line)):
        a, b = (names.get(side.removesuffix(".T")) for side in (left, right))
        if type(a) is np.ndarray and type(b) is np.ndarray and a.ndim == b.ndim == 2:
            a, b = (v.T if side.endswith(".T") else v for v, side in ((a, left), (b, right)))
            if a.shape[1] != b.shape[0]:
                return (
                    f" `{left} @ {right}`: shapes {a.shape} @ {b.shape}. A product sums over the two sizes in the middle, here "
                    f"{a.shape[1]} and {b.shape[0]}: which index do the two arrays share?"
                )
    return ""


def _lengths(text, line):
    """Return what does not fit where two rows of different length meet, or the two sides of an `@`, or ""."""
    if rows := re.search(r"not be broadcast together with shapes \((\d+),\) \((\d+),\)", text):
        said = f" Entry by entry go arrays of equal length; these have {rows[1]} and {rows[2]} entries: what does each stand for?"
        bound = " `@` is worked out before `+` and `-`: `A @ w - y` is (A @ w) − y. Is it meant so?"
        return said + (bound if re.search(r"@.* [-+] ", line) else "")
    if sizes := re.search(
        r"matmul.*operand 1 has a mismatch in its core dimension 0.*size (\d+) is different from (\d+)", text
    ):
        return (
            f" A product `A @ b` sums over the columns of A and the entries of b, or the rows of a table b: here {sizes[2]} and "
            f"{sizes[1]}. Over which index is the sum? `A.T` has the rows of A for columns."
        )
    return ""


@contextlib.contextmanager
def contained():
    """Keep printing, warnings, seeds, NumPy's settings, tracing and the working folder as they were.

    Gives the :class:`Printed` that takes up what is printed meanwhile.
    """
    printed = Printed()
    seeds, legacy, settings = random.getstate(), np.random.get_state(), np.geterr()
    limit, folder, options = sys.getrecursionlimit(), _folder(), np.get_printoptions()
    trace, profile = sys.gettrace(), sys.getprofile()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield printed
    finally:
        sys.settrace(trace)  # first: what an answer leaves here would run in all that follows
        sys.setprofile(profile)
        random.setstate(seeds)
        np.random.set_state(legacy)
        np.seterr(**settings)
        np.set_printoptions(**options)
        sys.setrecursionlimit(limit)
        with contextlib.suppress(OSError, TypeError):  # gone meanwhile, or before
            os.chdir(folder)


def _folder():
    """Return the working folder; None where it has been removed under the process."""
    try:
        return os.getcwd()
    except OSError:
        return None


def run(function, *args, sources=(), during="", **kwargs):
    """Call the learner's function; whatever it raises becomes :class:`Raised`, but an interrupt."""
    path, modules = list(sys.path), dict(sys.modules)
    try:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)
    except Wrong:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not ALONE:
            raise  # in the notebook, it is the learner who interrupts
        _put_back(path, modules)  # the explanation may need a module
        raise Raised(*explain(error, sources, during)) from None
    finally:
        _put_back(path, modules)


def _put_back(path, modules):
    """Undo what an answer did to the list of folders and to the modules that are loaded: other code relies on both."""
    if sys.path != path:
        sys.path[:] = path
    if sys.modules != modules and any(sys.modules.get(name) is not module for name, module in modules.items()):
        sys.modules.update(modules)
