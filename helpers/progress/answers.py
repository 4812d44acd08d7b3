"""The learner's passed answers as plain Python in ``my_helpers.py``, each section whole by itself."""

import ast
import re
import textwrap
import types

from helpers.progress.files import home, write

_HEAD = re.compile(r"^# ==== (?P<id>\w+): (?P<name>\w+) \(lesson (?P<lesson>\d+)\) =+$", re.MULTILINE)
_IMPORTS = "# ==== what these answers import ===="
_INTRO = '''"""Your answers that passed, as you wrote them. Later lessons run on them.

This file is written by the checks: change an answer in its lesson and check it again.
"""
'''


def sections():
    """Return {id: {"name", "lesson", "code"}} of the file, in its order; each code is whole, with its imports."""
    try:
        text = (home() / "my_helpers.py").read_text("utf-8")
    except (OSError, UnicodeDecodeError, AttributeError):
        return {}
    found, heads = {}, list(_HEAD.finditer(text))
    imports = text[: heads[0].start()].partition(_IMPORTS)[2].strip("\n").splitlines() if heads else []
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    for head, end in zip(heads, ends, strict=True):
        code = text[head.end() : end].strip("\n")
        found[head["id"]] = {"name": head["name"], "lesson": int(head["lesson"]), "body": code, "imports": imports}
    for part in found.values():
        part["imports"] = _needed(part["imports"], part["body"])
        part["code"] = "\n".join([*part["imports"], "", "", part["body"], ""])
    return found


def _needed(imports, body):
    """Keep the import lines whose name the code mentions."""
    try:
        used = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name)}
    except SyntaxError:  # edited by hand: it will be told when it is run
        return imports
    return [line for line in imports if line.split()[-1].split(".")[0] in used]


def save(exercise, value):
    """Write the answer's section after rerunning and rechecking it in an empty namespace: (notes, saved)."""
    from helpers.check import saving

    try:
        imports, body, name = saving.section(exercise.id, value)
    except saving.NotSaved as error:
        return [f"Passed, but not saved to my_helpers.py: {error}."], False
    known = sections()
    if clash := _clash(exercise.id, imports, body, known):
        body, name = _wrapped(exercise.id, body, name, known)
        if clash := _clash(exercise.id, imports, body, known):
            return [f"Passed, but not saved to my_helpers.py: {clash.pop()} means something else there already."], False
    code = "\n".join([*imports, "", "", body, ""])
    if known.get(exercise.id, {}).get("code") == code:
        return ["Saved in my_helpers.py."], True
    if problem := recheck(exercise.id, code, name):
        return [f"Passed, but not saved to my_helpers.py: {problem}"], False
    known[exercise.id] = {"name": name, "lesson": exercise.lesson, "body": body, "imports": imports}
    keep(known)
    return ["Saved in my_helpers.py."], True


def recheck(id, code, name):
    """Run a section by itself and judge what it gives; return why it does not count, or an empty string."""
    from helpers.check import client

    source_of = {f"my_helpers.py [{id}]": ["my_helpers.py", code]}
    try:
        outcome = client.judge(id, source_of, section={"code": code, "name": name})
    except client.NoWorker:
        return "it could not be rechecked here."
    return "" if outcome["status"] == "passed" else f"by itself it does not pass. {outcome['message']}"


def keep(sections):
    """Write the file with these sections."""
    write("my_helpers.py", _whole(sections))


def _whole(sections):
    imports = sorted(
        {line for part in sections.values() for line in part["imports"]}, key=lambda i: (i[:4] == "from", i)
    )
    text = f"{_INTRO}\n{_IMPORTS}\n" + "".join(f"{line}\n" for line in imports)
    for id, part in sorted(sections.items(), key=lambda item: item[1]["lesson"]):
        head = f"# ==== {id}: {part['name']} (lesson {part['lesson']:02d}) "
        text += f"\n\n{head:=<100}\n\n{part['body']}\n"
    return text


def _top_names(body):
    """Return {name: its definition} of what a section defines."""
    names = {}
    for node in ast.parse(body).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = ast.dump(node)
        elif isinstance(node, ast.Assign):
            names.update({t.id: ast.dump(node) for t in node.targets if isinstance(t, ast.Name)})
    return names


def _clash(id, imports, body, sections):
    """Return the names that mean one thing in this section and another in one of the others."""
    mine, clash = _top_names(body) | {line.split()[-1]: line for line in imports}, set()
    for other, part in sections.items():
        if other != id:
            theirs = _top_names(part["body"]) | {line.split()[-1]: line for line in part["imports"]}
            clash |= {name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]}
    return clash


def _wrapped(id, body, name, sections):
    """Return the section inside a function, so that its names are its own, and what the answer is called outside."""
    taken = any(name in _top_names(part["body"]) for other, part in sections.items() if other != id)
    outside = id if taken else name
    inner = textwrap.indent(body, "    ")
    return f"def _{id}():\n{inner}\n    return {name}\n\n\n{outside} = _{id}()", outside


def load_answer(id):
    """Return the learner's passed answer to the exercise `id`, or None. Its section is run by itself."""
    part = sections().get(id)
    if part is None:
        return None
    from helpers.check import source

    file = f"my_helpers.py [{id}]"
    source.remember({file: ["my_helpers.py", part["code"]]})
    module = types.ModuleType("my_helpers")
    try:
        exec(compile(part["code"], file, "exec"), module.__dict__)
        return module.__dict__[part["name"]]
    except Exception as error:  # edited by hand since: as good as missing, and told
        print(f"my_helpers.py: your {id} does not run any more ({type(error).__name__}: {error}); check it again.")
        return None


def my_helpers():
    """Return {id: object} of the learner's passed answers that were saved."""
    loaded = {id: load_answer(id) for id in sections()}
    return {id: thing for id, thing in loaded.items() if thing is not None}
