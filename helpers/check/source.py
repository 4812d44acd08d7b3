"""The learner's own source: which lines an answer consists of, and which of them are still blanks."""

import ast
import contextlib
import dis
import functools
import hashlib
import inspect
import linecache
import sys
import sysconfig
import textwrap
import types
from pathlib import Path

_PATHS = sysconfig.get_paths()
_INSTALLED = tuple({str(Path(_PATHS[k]).resolve()) for k in ("stdlib", "purelib", "platlib")})
_HELPERS = str(Path(__file__).resolve().parent.parent)


def unwrap(answer):
    """Return the function or class under decorators, partials and bound methods."""
    seen = set()
    while id(answer) not in seen:  # one may be wrapped around itself
        seen.add(id(answer))
        if isinstance(answer, functools.partial):
            answer = answer.func
        elif isinstance(answer, types.MethodType):
            answer = answer.__func__
        elif not isinstance(answer, type):
            # Only what is really there: an object may have something to give for whatever name it is asked.
            answer = inspect.getattr_static(answer, "__wrapped__", answer)
    return answer


def functions_of(answer):
    """Return the Python functions that the answer is: itself, or the methods of its class."""
    answer = unwrap(answer)
    if isinstance(answer, types.FunctionType):
        return [answer]
    owner = answer if isinstance(answer, type) else type(answer)
    members = (getattr(m, "__func__", getattr(m, "fget", m)) for m in vars(owner).values())
    return [m for m in members if isinstance(m, types.FunctionType)]


def is_own(module_name):
    """True if the module is the learner's: the notebook itself or a file that is neither installed nor ours."""
    module = sys.modules.get(module_name)
    if module_name == "__main__":
        return True
    file = getattr(module, "__file__", None)
    if module is None or not file:
        return False
    path = str(Path(file).resolve())
    return not path.startswith((*_INSTALLED, _HELPERS))


def reach(answer):
    """Return [(name, object)] of all the learner's functions and classes that the answer leads to, itself first."""
    found, seen, queue = [], set(), [("", unwrap(answer))]
    while queue:
        name, thing = queue.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        found.append((name, thing))
        for function in functions_of(thing):
            names = {**function.__globals__, **_cells(function)}
            for used in _names(function.__code__):
                other = names.get(used)
                if isinstance(other, types.FunctionType | type) and is_own(other.__module__):
                    queue.append((used, other))
        if isinstance(thing, type):
            queue += [(b.__name__, b) for b in thing.__bases__ if is_own(b.__module__)]
    return found


def notebook_values(answer):
    """Return the names of the notebook's values, no functions, classes or modules, that the answer's functions read."""
    found = {}
    for _, thing in reach(answer):
        for function in functions_of(thing):
            for name in _globals_read(function.__code__):
                value = function.__globals__.get(name)
                if name in function.__globals__ and not callable(value) and not isinstance(value, types.ModuleType):
                    found[name] = None
    return list(found)


def unused(answer):
    """True if the answer is a function, with source, that never reads one of its arguments by name."""
    thing = unwrap(answer)
    parsed = node_of(thing) if isinstance(thing, types.FunctionType) else None
    if parsed is None:
        return False
    arguments = parsed[0].args
    wanted = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return bool(wanted - {node.id for node in ast.walk(parsed[0]) if isinstance(node, ast.Name)})


_NEW_ARRAY = ("astype", "copy", "reshape", "ravel", "flatten", "transpose", "clip", "round", "squeeze")


def new_array_lost(answer):
    """Return (code, name) of the first statement such as `w.astype(float)`, whose new array nothing keeps, or None."""
    thing = unwrap(answer)
    parsed = node_of(thing) if isinstance(thing, types.FunctionType) else None
    for node in ast.walk(parsed[0]) if parsed else ():
        call = node.value if isinstance(node, ast.Expr) else None
        called = call.func if isinstance(call, ast.Call) else None
        into = called and any(k.arg == "out" for k in call.keywords)  # `w.clip(0, 1, out=w)` keeps it
        if (
            isinstance(called, ast.Attribute)
            and called.attr in _NEW_ARRAY
            and isinstance(called.value, ast.Name)
            and not into
        ):
            return ast.unparse(call), called.value.id
    return None


def _globals_read(code):
    names = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names += _globals_read(constant)
    return names


def _cells(function):
    cells = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            cells[name] = cell.cell_contents
        except ValueError:  # a cell that is not filled yet
            continue
    return cells


def _names(code):
    names = set(code.co_names) | set(code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def files(answer):
    """Return {file name: [label, text]} of the source files and cells that hold the answer's functions."""
    found = {}
    for _, thing in reach(answer):
        for function in functions_of(thing):
            name = function.__code__.co_filename
            if name not in found and is_own(function.__module__):
                text = "".join(linecache.getlines(name, function.__globals__))
                cell = "ipykernel" in name or name.startswith("<")
                found[name] = ["the cell" if cell else Path(name).name, text]
    return found


def remember(sources):
    """Make `sources` known to linecache, so that lines can be quoted in another process."""
    for name, (_, text) in sources.items():
        if text:
            linecache.cache[name] = (len(text), None, text.splitlines(True), name)


def node_of(thing):
    """Return (syntax node, text) of a function's, lambda's or class's own definition, or None without source."""
    functions = functions_of(thing)
    found = filter(None, (_find(thing, f) for f in functions))
    return next(found, None) if functions else _node_of_bare_class(thing)


def _find(thing, function):
    """Look for the definition of `thing` around the lines of one of its functions; the innermost one counts."""
    code, best = function.__code__, None
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(thing, type):
            hit = isinstance(node, ast.ClassDef) and node.name == thing.__name__
        elif code.co_name == "<lambda>":
            hit = isinstance(node, ast.Lambda)
        else:
            hit = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name
        inside = hit and _first_line(node) <= code.co_firstlineno <= node.end_lineno
        if inside and not (isinstance(node, ast.Lambda) and not _same_lambda(node, code)):
            best = node
    return (best, text) if best is not None else None


def _same_lambda(node, code):
    made = compile(ast.Expression(node), "<lambda>", "eval").co_consts
    return any(
        isinstance(c, types.CodeType) and c.co_code == code.co_code and c.co_consts == code.co_consts for c in made
    )


def _node_of_bare_class(thing):
    try:
        text = textwrap.dedent(inspect.getsource(thing))
        node = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return _class_in_a_cell(thing)
    return (node, text) if isinstance(node, ast.ClassDef) else None


def _class_in_a_cell(thing):
    """Look for a class without methods in the cells that have run, the last one first: Python keeps no file of its lines."""
    if not isinstance(thing, type) or thing.__module__ != "__main__":
        return None
    for name, entry in reversed(linecache.cache.items()):
        if len(entry) < 3 or not (name.startswith("<") or "ipykernel" in name):
            continue
        text = "".join(entry[2])
        with contextlib.suppress(SyntaxError, ValueError):
            found = [n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == thing.__name__]
            if found:
                return found[-1], text
    return None


def _first_line(node):
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def definition(thing):
    """Return the plain text of the definition, dedented, or None where there is no source."""
    found = node_of(thing)
    if found is None:
        return None
    node, text = found
    if isinstance(node, ast.Lambda):
        return ast.get_source_segment(text, node)
    lines = text.splitlines()[_first_line(node) - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines))


def _is_dots(node):
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def blanks(answer):
    """Return [(line, whole, name)] of the `...` left in the learner's definitions, the answer's own first.

    whole: nothing but `...` can work there. name: that of the function or class which the answer uses, "" for the answer itself.
    ``w[...] =`` and ``x[..., 0]`` are no blanks: only a statement that is `...`, or a value assigned or returned.
    """
    found = []
    for name, thing in reach(answer):
        parsed = node_of(thing)
        if parsed is None:
            continue
        for node in ast.walk(parsed[0]):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return) and _is_dots(node.value):
                found.append((node.lineno, True, name))
            elif isinstance(node, ast.Expr) and _is_dots(node.value):
                found.append((node.lineno, False, name))
            elif isinstance(node, ast.Lambda) and _is_dots(node.body):
                found.append((node.lineno, True, name))
        if isinstance(parsed[0], ast.FunctionDef) and only_blank(parsed[0]):
            found = [(line, True, owner) for line, _, owner in found]
    return sorted(found, key=lambda blank: (bool(blank[2]), blank))


def has_statements(answer):
    """True if the answer's source is known, is a `def`, and holds more than its docstring, `...` and `pass`."""
    thing = unwrap(answer)
    parsed = node_of(thing) if isinstance(thing, types.FunctionType) else None
    return parsed is not None and isinstance(parsed[0], ast.FunctionDef) and not only_blank(parsed[0])


def fingerprint(text):
    """Return a digest of a definition that stays the same under other comments, spaces, docstrings and another name."""
    try:
        (node,) = ast.parse(textwrap.dedent(text)).body
        node.name = "given"
        node.body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        return hashlib.sha256(ast.unparse(node).encode()).hexdigest()[:16]
    except (SyntaxError, ValueError, AttributeError):  # not one definition: it is nobody's given code
        return None


def only_blank(node):
    """True if a function's body is its docstring, `...` and `pass` alone."""
    body = node.body
    rest = [
        s
        for s in body
        if not (isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)))
    ]
    return not rest
