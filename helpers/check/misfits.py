"""What is said where two arrays do not fit, told from the very expression that failed and from what stood in it."""

import ast
import linecache
import re

import numpy as np

_BROADCAST = re.compile(r"not be broadcast together with shapes \((\d+),(\d*)\) \((\d+),(\d*)\)")
_OUT = re.compile(r"out of bounds for axis 0 with size (\d+)")
_REDUCTIONS = {"sum", "mean", "max", "min", "amax", "amin", "prod", "std", "var", "logsumexp", "reduce", "norm"}


def told(error, text, sources):
    """Return (id, sentence) of arrays that do not fit in the learner's code, or None.

    error: the exception, with its traceback. text: what it says. sources: the learner's files.
    """
    broadcast, out = _BROADCAST.search(text), _OUT.search(text)
    if not broadcast and not out:
        return None
    node, names, tree = _failed(error, sources)
    if out:
        return _rows_for_columns(node, names)
    operation = isinstance(node, ast.BinOp | ast.AugAssign)
    if broadcast[2] and broadcast[4]:
        return _product_of_tables(node) if operation else None
    if bool(broadcast[2]) == bool(broadcast[4]):  # two rows of numbers
        return None
    named = _class_number(node, names, broadcast) if operation else None
    return named or _one_for_each_row(node if operation else None, tree, broadcast)


def _failed(error, sources):
    """Return (the node of the innermost of the learner's expressions that raised, the names known there, the whole tree).

    Where there is none: (None, {}, None).
    """
    found, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in sources:
            found = trace
        trace = trace.tb_next
    if found is None:
        return None, {}, None
    code = found.tb_frame.f_code
    place = list(code.co_positions())[found.tb_lasti // 2]  # two bytes an instruction
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):  # a cell with a magic in it
        return None, {}, None
    for node in ast.walk(tree):
        if not isinstance(node, ast.BinOp | ast.AugAssign | ast.Subscript):
            continue
        if (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == place:
            return node, found.tb_frame.f_locals, tree
    return None, {}, None


def _sides(node, shapes):
    """Return (the side with two axes, the side with one) of an operation on both, whose `shapes` NumPy told."""
    left, right = (node.target, node.value) if isinstance(node, ast.AugAssign) else (node.left, node.right)
    return (left, right) if shapes[2] else (right, left)


def _numbers_of_classes(node, names, rows, columns):
    """Return the name that this node is if it holds a whole number from 0 to `columns` - 1 for each of the rows, else None."""
    value = names.get(node.id) if isinstance(node, ast.Name) else None
    if type(value) is not np.ndarray or value.dtype.kind not in "iu" or value.shape != (rows,):
        return None
    return node.id if ((value >= 0) & (value < columns)).all() else None


def _class_number(node, names, shapes):
    """One number for each row is added to a table or taken off it, and it is the number of a class."""
    if not isinstance(node.op, ast.Add | ast.Sub):
        return None
    n, k = (shapes[1], shapes[2]) if shapes[2] else (shapes[3], shapes[4])
    name = _numbers_of_classes(_sides(node, shapes)[1], names, int(n), int(k))
    if name is None:
        return None
    return (
        "class_number_as_amount",
        f" `{name}` holds the number of a class for each row. That number says *which column* is meant; it is no amount to "
        f"reckon with, and as a column ({n}, 1) it would be none either. What is due in that column of the row, and what in "
        "the others?",
    )


def _one_for_each_row(node, tree, shapes):
    """A table (n, k) meets (n,): what makes a column of the n numbers, which depends on where they come from."""
    n, k, last = (shapes[1], shapes[2], shapes[3]) if shapes[2] else (shapes[3], shapes[4], shapes[1])
    if n != last:
        return None
    said = f" Shapes are matched from the right: ({n}, {k}) goes with ({k},) or ({n}, 1), not with ({n},). One number for each row "
    said += f"goes with it as a column ({n}, 1), which "
    if node is None:
        said += "`[:, None]` makes of it, and which a sum or a maximum keeps with `keepdims=True`."
    elif _reduced(_sides(node, shapes)[1], tree, node.lineno):
        said += "is what `keepdims=True` keeps."
    else:
        said += "`[:, None]` makes of it."
        if isinstance(node.op, ast.Mult):
            said += " Or is a product meant that also adds up? That is `@`, over an index that the two share."
    return "shapes_do_not_match", said


def _reduced(node, tree, line):
    """Tell whether this is what a sum, mean or maximum along an axis leaves, by itself or under a function such as a logarithm."""
    if isinstance(node, ast.Name):
        given = [
            a.value
            for a in ast.walk(tree)
            if isinstance(a, ast.Assign) and a.lineno < line and [ast.unparse(t) for t in a.targets] == [node.id]
        ]
        return bool(given) and not isinstance(given[-1], ast.Name) and _reduced(given[-1], tree, line)
    if not isinstance(node, ast.Call):
        return False
    if (node.func.attr if isinstance(node.func, ast.Attribute) else "") in _REDUCTIONS:
        return True
    return len(node.args) == 1 and not node.keywords and _reduced(node.args[0], tree, line)


def _rows_for_columns(node, names):
    """`p[labels]`: the numbers of columns stand where rows are picked."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return None
    table, index = names.get(node.value.id), node.slice
    if type(table) is not np.ndarray or table.ndim != 2:
        return None
    name = _numbers_of_classes(index, names, *table.shape)
    if name is None:
        return None
    return (
        "labels_pick_rows",
        f" `{ast.unparse(node)}` picks rows: the first index of a table goes over its rows, and `{name}` holds the number of a "
        "column for each row. Two arrays of one length, `[rows, columns]`, pick one entry for each pair: which row goes with "
        f"each entry of `{name}`?",
    )


def _product_of_tables(node):
    """Two tables that do not fit, multiplied entry by entry."""
    if not isinstance(node.op, ast.Mult):
        return None
    return (
        "entry_by_entry",
        " `*` multiplies entry by entry, and the shapes of these two tables do not fit each other. `@` multiplies and adds up over "
        "an index that the two share. Which of the two does the formula ask for?",
    )
