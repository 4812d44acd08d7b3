"""A passed answer as plain Python: its section of ``my_helpers.py``, with the imports and the names that it reads.

A section stands by itself: run in an empty namespace, it gives the answer back. So each is rerun and rechecked
before it is kept, and read again by lesson 09.
"""

import ast
import builtins
import collections
import importlib
import math
import numbers
import symtable
import sys
import types

import numpy as np

from helpers.check import carry, raised, source


class NotSaved(Exception):
    """The answer has no source, or reads something that cannot be written down; the text says which."""


def section(id, answer):
    """Return (imports, code, name): plain source of `answer` and of everything it reads.

    imports: import lines, sorted. code: definitions, in the order in which they are needed. name: what the code calls
    the answer. Raises NotSaved.
    """
    if source.unwrap(answer) is not answer or not isinstance(answer, types.FunctionType | type):
        kind = type(answer).__name__
        what = (
            "a function that another one wraps or belongs to"
            if source.unwrap(answer) is not answer
            else "a function that comes with Python or a library"
            if isinstance(answer, types.BuiltinFunctionType | np.ufunc)
            else f"an object of the class `{kind}`"
        )
        raise NotSaved(f"it is {what}, and only a `def`, a `lambda` or a `class` can be written down")
    writer = _Writer()
    name = answer.__name__ if answer.__name__.isidentifier() else id
    writer.add(name, answer)
    return sorted(writer.imports, key=lambda line: (line.startswith("from"), line)), "\n\n\n".join(writer.parts), name


def run_section(text, id):
    """Return the answer that a section's text gives, run in an empty namespace; for the worker."""
    file, name = f"my_helpers.py [{id}]", text["name"]
    source.remember({file: ["my_helpers.py", text["code"]]})
    module = types.ModuleType("my_helpers")
    try:
        exec(compile(text["code"], file, "exec"), module.__dict__)
        return module.__dict__[name]
    except BaseException as error:
        raise carry.NotCarried(raised.in_words(error)) from None


class _Writer:
    """Collects definitions, depth first: what a definition reads stands above it."""

    def __init__(self):
        self.imports, self.parts, self.written = set(), [], {}

    def add(self, name, value):
        """Write `name` so that it means `value`, once, and before it whatever it reads."""
        if name in self.written:
            if self.written[name] is not value:
                raise NotSaved(f"the name `{name}` means two things in it")
            return
        self.written[name] = value
        if isinstance(value, types.ModuleType):
            short = value.__name__.rpartition(".")[2]
            parent = value.__name__.rpartition(".")[0]
            if source.is_own(value.__name__):
                raise NotSaved(f"it reads your own module `{value.__name__}`")
            if name == value.__name__:
                self.imports.add(f"import {name}")
            elif parent and name == short:
                self.imports.add(f"from {parent} import {name}")
            else:
                self.imports.add(f"import {value.__name__} as {name}")
        elif isinstance(value, types.FunctionType | type) and source.is_own(value.__module__):
            self._definition(name, value)
        elif (found := _home(name, value)) is not None:
            self.imports.add(found)
        else:
            self.parts.append(f"{name} = {self._literal(name, value)}")

    def _definition(self, name, value):
        if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_field_defaults"):
            self.add("collections", collections)
            defaults = f", defaults={tuple(value._field_defaults.values())!r}" if value._field_defaults else ""
            fields = f"{value.__name__!r}, {list(value._fields)!r}{defaults}"
            self.parts.append(f"{name} = collections.namedtuple({fields})")
            return
        text = source.definition(value)
        if text is None:
            raise NotSaved(f"the source of `{name}` is not at hand")
        known = {}
        for function in source.functions_of(value):
            known.update(function.__globals__)
        if not known:
            known.update(vars(sys.modules.get(value.__module__, builtins)))
        for function in source.functions_of(value):
            known.update({k: v for k, v in source._cells(function).items() if k != "__class__"})
        if value.__name__ == "<lambda>":
            text = f"{name} = {text}"
        for used in _reads(text):
            if used == value.__name__ or used == name:
                continue
            if used in known and (known[used] is not vars(builtins).get(used)):
                self.add(used, known[used])
            elif used not in known and not hasattr(builtins, used):
                raise NotSaved(f"it reads `{used}`, which is not defined")
        self.parts.append(text)
        if value.__name__ not in (name, "<lambda>"):
            self.parts.append(f"{name} = {value.__name__}")

    def _literal(self, name, value):
        if isinstance(value, np.ndarray) and value.size <= 200 and value.dtype.kind in "fiub":
            self.add("np", np)
            return f"np.array({value.tolist()!r}, dtype=np.{value.dtype.name})"
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float) and not math.isfinite(value):
            return f'float("{value}")'
        text = (
            repr(value)
            if isinstance(value, numbers.Number | str | bytes | types.NoneType | tuple | list | dict | set)
            else ""
        )
        try:
            same = bool(text) and ast.literal_eval(text) == value and len(text) <= 2000
        except (ValueError, SyntaxError, TypeError):
            same = False
        if not same:
            raise NotSaved(
                f"it reads the notebook's `{name}` ({type(value).__name__}), which cannot be written into a "
                "file. If the answer does not need it, take it out and check again"
            )
        return text


def _home(name, value):
    """Return the line that imports `value` from where it is public, or None."""
    module = getattr(value, "__module__", None)
    own = getattr(value, "__name__", None)
    if isinstance(value, np.ufunc):
        module = "numpy"
    if not isinstance(module, str) or not isinstance(own, str) or source.is_own(module):
        return None
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):  # the shortest path is the public one
        place = ".".join(parts[:depth])
        try:
            hit = getattr(sys.modules.get(place) or importlib.import_module(place), own, None) is value
        except Exception:
            continue
        if hit and place != "builtins":
            return f"from {place} import {own}" + (f" as {name}" if name != own else "")
    return None


def _reads(text):
    """Return the global names that a definition reads, in order of appearance: at its top and in every inner scope."""
    names = set()

    def visit(table, top):
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                names.add(symbol.get_name())
        for child in table.get_children():
            visit(child, False)

    visit(symtable.symtable(text, "answer", "exec"), True)
    order = [n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
    return sorted(names, key=lambda n: order.index(n) if n in order else len(order))
