"""Change one thing in a right answer, thousands of times: every change that changes a result must fail its check.

``python tests/mutants.py`` makes all mutants of every function and optimizer exercise and prints those that pass, with
the share that is caught; ``--lesson 8`` or ``--only adam`` takes a part. Changes that leave the results as
they are, on fresh random inputs, do not count.
"""

from __future__ import annotations

import argparse
import ast
import atexit
import copy
import importlib
import inspect
import linecache
import os
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from helpers.check import compare
from helpers.check.registry import Args

OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
}
COMPARISONS = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
NAMES = {
    "sum": ["mean", "max"],
    "mean": ["sum", "median"],
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "max": ["min"],
    "min": ["max"],
    "exp": ["log", "abs"],
    "log": ["exp", "log1p"],
    "sqrt": ["abs", "square"],
    "abs": ["square", "negative"],
    "argmax": ["argmin"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "zeros_like": ["ones_like"],
    "arange": ["ones"],
    "permutation": ["shuffle"],
}


def mutants(source: str):
    """Yield (changed source, changed line) for every single change of the code."""
    tree = ast.parse(source)
    for index, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            other = copy.deepcopy(tree)
            place = next(n for i, n in enumerate(ast.walk(other)) if i == index)
            if change(place) is False:
                continue
            text = ast.unparse(ast.fix_missing_locations(other))
            before, after = ast.unparse(tree).splitlines(), text.splitlines()
            line = next((b for a, b in zip(before, after, strict=False) if a != b), "a line left out")
            if text != ast.unparse(tree):
                yield text, line.strip()


def _changes(node):
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for new in OPERATORS.get(type(node.op), []):
            yield lambda n, new=new: setattr(n, "op", new())
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Mult):
        yield _swap
    if isinstance(node, ast.Compare):
        for new in COMPARISONS.get(type(node.ops[0]), []):
            yield lambda n, new=new: n.ops.__setitem__(0, new())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield lambda n: setattr(n, "op", ast.UAdd()) if isinstance(n.op, ast.USub) else setattr(n, "op", ast.Invert())
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        values = [not node.value] if isinstance(node.value, bool) else [node.value + 1, 2 * node.value, -node.value]
        for value in values:
            yield lambda n, value=value: setattr(n, "value", value)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        for name in NAMES[node.attr]:
            yield lambda n, name=name: setattr(n, "attr", name)
    if isinstance(node, ast.Call):
        for i in range(len(node.keywords)):
            yield lambda n, i=i: n.keywords.pop(i)
        if len(node.args) == 2:
            yield lambda n: n.args.reverse()
    if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If):
        for i, line in enumerate(node.body):
            if isinstance(line, ast.Assign | ast.AugAssign | ast.If | ast.For) or (
                isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
            ):
                yield lambda n, i=i: n.body.__setitem__(i, ast.Pass())


def _swap(node):
    node.left, node.right = node.right, node.left


def bare(function_or_class) -> str:
    """The source without decorators and docstring, so that no change is one of words."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function_or_class)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def right_answers(exercise) -> list:
    """Functions or classes to mutate: the reference, and for an optimizer the first right answer that is a class."""
    answers = importlib.import_module(f"tests.answers.lesson_{exercise.lesson:02d}").RIGHT.get(exercise.id, [])
    wanted = inspect.isclass if exercise.kind == "optimizer" else inspect.isfunction
    candidates = [exercise.reference, *answers] if exercise.kind == "function" else answers
    return [a for a in candidates if wanted(a) and a.__name__ != "<lambda>"][:1]


def build(text: str, original):
    """The mutant, with the names that its original sees."""
    name = original.__name__
    space = dict(vars(sys.modules[original.__module__]))
    file = f"<mutant of {name} {abs(hash(text))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space["__name__"] = "__main__"
    exec(compile(text, file, "exec"), space)
    return space[name]


def changes_results(exercise, original, mutant) -> bool:
    """Whether the two differ on inputs like the check's, made with other random numbers; an exception differs, too."""
    if exercise.kind == "optimizer":
        return not np.array_equal(_walk(original), _walk(mutant))
    for seed in range(3):
        for case in exercise.spec["cases"](np.random.default_rng(seed)):
            results = []
            for function in (original, mutant):
                args, kwargs = (case.args, case.kwargs) if isinstance(case, Args) else (case, {})
                try:
                    value = function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
                    results.append(list(value) if inspect.isgenerator(value) else value)
                except Exception as error:
                    results.append(repr(error))
            if compare.difference(results[1], results[0], 1e-9, 1e-12) is not None:
                return True
    return False


def _walk(kind):
    rng = np.random.default_rng(5)
    try:
        optimizer, w = kind(), rng.normal(size=9)
        for t in range(30):
            optimizer.learning_rate = 0.01 * (1 + t % 3)
            optimizer.apply([10 ** rng.uniform(-3, 3) * rng.normal(size=9)], [w])
    except Exception as error:
        return np.array(repr(error))
    return w


def main() -> int:
    """Judge all mutants; 1 where fewer than 95 % of an exercise's are caught."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", type=int)
    parser.add_argument("--only")
    options = parser.parse_args()
    os.environ["HOW_MODELS_LEARN_HOME"] = tempfile.mkdtemp(prefix="how-models-learn-mutants-")
    atexit.register(shutil.rmtree, os.environ["HOW_MODELS_LEARN_HOME"], ignore_errors=True)
    from helpers import check
    from helpers.check import registry

    low = []
    for exercise in registry.load().values():
        if options.lesson not in (None, exercise.lesson) or options.only not in (None, exercise.id):
            continue
        if exercise.kind not in ("function", "optimizer"):
            continue
        for original in right_answers(exercise):
            passed, count = [], 0
            for text, line in mutants(bare(original)):
                try:
                    mutant = build(text, original)
                except Exception:
                    continue
                count += 1
                if getattr(check, exercise.id)(mutant).passed:
                    if changes_results(exercise, original, mutant):
                        passed.append(line)
                    else:
                        count -= 1  # the same function in other words
            share = 1 - len(passed) / count if count else 1.0
            print(f"{exercise.lesson:02d} {exercise.id:32} {count:4} mutants, {share:6.1%} caught", flush=True)
            for line in passed:
                print(f"      passes: {line}", flush=True)
            if share < 0.95:
                low.append(exercise.id)
    print(f"under 95 %: {', '.join(low) or 'none'}")
    return bool(low)


if __name__ == "__main__":
    sys.exit(main())
