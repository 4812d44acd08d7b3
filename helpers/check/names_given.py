"""What an optimizer's own lines give a new value: a name that stood for a slot, or for the weights, and is lost at the end."""

import ast

import numpy as np

from helpers.check import source

LOST_SLOT = "lost_slot"  # the id of a mistake that every optimizer exercise knows
_IN_PLACE = "`w = …` names a new array, `w -= …` changes the one that counts."


def why_unmoved(mine, i):
    """Return what to ask of a rule that has not moved parameter i at the first step."""
    if any(arguments[1] in given for arguments, given, _ in _updates(type(mine))):
        return _IN_PLACE
    try:
        remembers = bool(mine.state()["arrays"]["slots"][i])
    except Exception:  # an answer may keep its state in a way of its own
        remembers = False
    return f"does a line change `w`{', after the slots have taken in the gradient' if remembers else ''}?"


def lost_slots(i, mine, start):
    """Say which slots the rule gives a new array while the one that is kept is as it was at the start, or ""."""
    try:
        kept, fresh = mine.state()["arrays"]["slots"][i], mine.make_slots(start[i], "")
        unchanged = [np.array_equal(kept[name], fresh[name]) for name in kept]
        lost = _rebound(type(mine), unchanged)
    except Exception:  # an answer may keep its state in a way of its own
        return ""
    if not lost:
        return ""
    names, new = (" and ".join(form.format(name) for name in lost) for form in ("`{}`", "`{} = …`"))
    if len(lost) > 1:
        said = f"The slots {names} are still as at the start: {new} name new arrays, not the ones that are kept."
    else:
        said = f"The slot {names} is still as at the start: {new} names a new array, not the one that is kept."
    return f"{said} `{lost[0]}[...] = …` changes it in place, and so do `+=`, `-=` and `*=`."


def _rebound(kind, unchanged):
    """The unchanged slots to whose names an `update_step` of the learner's, in `kind` or a base, gives something new."""
    for arguments, given, calls_on in _updates(kind):
        lost = [name for name, same in zip(arguments[5:], unchanged, strict=False) if same and name in given]
        if lost or not calls_on:
            return lost
    return []


def second_name(kind):
    """Return (name, argument) of a `name = m` that is read once more after `m` has changed in place, or None."""
    for node in _nodes(kind):
        arguments = {argument.arg for argument in node.args.args}
        inner = list(ast.walk(node))
        read = [(n.id, n.lineno) for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        changed = [(name, n.lineno) for n in inner for name in _changed_by(n)]
        for made in (n for n in inner if isinstance(n, ast.Assign) and isinstance(n.value, ast.Name)):
            of = made.value.id
            lines = [line for name, line in changed if name == of and line > made.lineno]
            for name in (name for target in made.targets for name in _plain(target)):
                if of in arguments and lines and any(again == name and line > min(lines) for again, line in read):
                    return name, of
    return None


def _changed_by(node):
    """The names of the arrays that a statement changes in place: by `m += …`, by `m[...] = …`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    for target in targets:
        inside = target.value if isinstance(target, ast.Subscript) else target
        if isinstance(inside, ast.Name) and (inside is not target or isinstance(node, ast.AugAssign)):
            yield inside.id


def _nodes(kind):
    """The parsed `update_step` of each class of the learner's, the class itself first."""
    for owner in (c for c in kind.__mro__ if "update_step" in vars(c)):
        parsed = source.node_of(source.unwrap(vars(owner)["update_step"])) if source.is_own(owner.__module__) else None
        if parsed is None:
            return
        yield parsed[0]


def _updates(kind):
    """Of each `update_step` of the learner's: its arguments, the names it gives something new, whether it calls another."""
    for parsed in _nodes(kind):
        given = set()
        for node in ast.walk(parsed):
            if isinstance(node, ast.Assign):
                given.update(name for target in node.targets for name in _plain(target))
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
                given.update(_plain(node.target))
        calls_on = any(isinstance(node, ast.Attribute) and node.attr == "update_step" for node in ast.walk(parsed))
        yield [argument.arg for argument in parsed.args.args], given, calls_on


def weights_lost(kind):
    """Return "rebound" where an `update_step` gives the name of its weights a new array, "returned" where it returns something."""
    for arguments, given, _ in _updates(kind):
        if len(arguments) > 1 and arguments[1] in given:
            return "rebound"
        node = source.node_of(source.unwrap(kind.update_step))
        if node and any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(node[0])):
            return "returned"
        return None
    return None


def _plain(target):
    """The names in an assignment's left side: not `m[...]` or `self.m`, which change what is there."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in _plain(part)]
    return [target.id] if isinstance(target, ast.Name) else []
