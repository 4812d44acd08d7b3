"""What the learner has done, and the answers that passed::

    from helpers import progress

    progress()                        # a table: each lesson, its exercises, done or open; progress(0): lesson 00 alone
    progress.my_helpers()             # {"mse": <function mse>, ...}: your passed answers
    progress.load_answer("adam")      # your class, or None

Answers stand in ``my_helpers.py``, as plain Python; what was passed, and when, in ``.progress.json``. Both are in the
course's ``notebooks/``, where git ignores them, or in the folder that HOW_MODELS_LEARN_HOME names in the environment.
"""

import ast
import contextlib
import datetime
import html
import json
import os
import re
import sys
import tempfile
import textwrap
import types
from pathlib import Path

_HEAD = re.compile(r"^# ==== (?P<id>\w+): (?P<name>\w+) \(lesson (?P<lesson>\d+)\) =+$", re.MULTILINE)
_IMPORTS = "# ==== what these answers import ===="
_INTRO = '''"""Your answers that passed, as you wrote them. Later lessons run on them.

This file is written by the checks: change an answer in its lesson and check it again.
"""
'''
_told = set()


def home():
    """Return the folder in which work is kept, or None where the course's folder is not at hand."""
    named = os.environ.get("HOW_MODELS_LEARN_HOME")
    if named:
        return Path(named)
    beside = Path(__file__).resolve().parent.parent / "notebooks"
    return beside if beside.is_dir() else None


def record(exercise, value, result):
    """Note a verdict and keep the answer if it passed; return what to tell the learner. Called by every check."""
    if home() is None:
        return _once("nowhere", "Progress is not kept: the course's notebooks folder is not at hand.")
    notes, saved = [], None
    try:
        if result.passed and exercise.kind == "keras":
            notes = ["It stays in this notebook: my_helpers.py keeps what runs without Keras."]
        elif result.passed and exercise.kind != "predict":
            notes, saved = _save(exercise, value)
        _note(exercise, result, saved)
    except OSError as error:
        return notes + _once(
            "read-only", f"Progress is not kept: {home()} cannot be written ({error.strerror or error})."
        )
    return notes


def _once(key, text):
    if key in _told:
        return []
    _told.add(key)
    return [text]


def _read():
    try:
        data = json.loads((home() / ".progress.json").read_text("utf-8"))
        return data if isinstance(data.get("exercises"), dict) else {"exercises": {}}
    except (OSError, ValueError, AttributeError):  # none yet, or not ours to understand: start anew
        return {"exercises": {}}


def _note(exercise, result, saved):
    if result.status == "not yet":
        return
    data = _read()
    entry = data["exercises"].get(exercise.id)
    entry = entry if isinstance(entry, dict) else {"lesson": exercise.lesson, "tries": 0}
    if entry.get("passed") and (not result.passed or saved is None or saved == entry.get("saved")):
        return  # what is passed stays passed, and a file that says the same is not written again
    entry["tries"] = entry.get("tries", 0) + 1
    if result.passed:
        entry.setdefault("passed", datetime.datetime.now().astimezone().isoformat(timespec="seconds"))
        entry["saved"] = bool(saved)
    data["exercises"][exercise.id] = entry
    _write(".progress.json", json.dumps({"version": 1, **data}, indent=1, sort_keys=True) + "\n")


def _write(name, text):
    """Replace a file at once: a reader sees the old one or the new one, whole."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".progress-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(temporary, folder / name)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def passed():
    """Return the ids of the exercises that are passed."""
    if home() is None:
        return set()
    return {id for id, entry in _read()["exercises"].items() if isinstance(entry, dict) and entry.get("passed")}


# ---- my_helpers.py ------------------------------------------------------------------------------------------------


def _sections():
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


def _save(exercise, value):
    """Write the answer's section after rerunning and rechecking it in an empty namespace: (notes, saved)."""
    from helpers.check import client, saving

    try:
        imports, body, name = saving.section(exercise.id, value)
    except saving.NotSaved as error:
        return [f"Passed, but not saved to my_helpers.py: {error}."], False
    sections = _sections()
    if clash := _clash(exercise.id, imports, body, sections):
        body, name = _wrapped(exercise.id, body, name, sections)
        if clash := _clash(exercise.id, imports, body, sections):
            return [f"Passed, but not saved to my_helpers.py: {clash.pop()} means something else there already."], False
    code = "\n".join([*imports, "", "", body, ""])
    if sections.get(exercise.id, {}).get("code") == code:
        return ["Saved in my_helpers.py."], True
    text = {"code": code, "name": name}
    source_of = {f"my_helpers.py [{exercise.id}]": ["my_helpers.py", code]}
    try:
        outcome = client.judge(exercise.id, source_of, section=text)
    except client.NoWorker:
        return ["Passed, but not saved to my_helpers.py: it could not be rechecked here."], False
    if outcome["status"] != "passed":
        return [f"Passed, but not saved to my_helpers.py: by itself it does not pass. {outcome['message']}"], False
    sections[exercise.id] = {"name": name, "lesson": exercise.lesson, "body": body, "imports": imports}
    _write("my_helpers.py", _whole(sections))
    return ["Saved in my_helpers.py."], True


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
    part = _sections().get(id)
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
    loaded = {id: load_answer(id) for id in _sections()}
    return {id: thing for id, thing in loaded.items() if thing is not None}


# ---- the table ----------------------------------------------------------------------------------------------------


class Table(dict):
    """{lesson: {id: done}}; shows itself as a table in a notebook and as text."""

    def __repr__(self):
        lines = []
        for lesson, exercises in self.items():
            marks = "  ".join(f"{'✓' if done else '·'} {id}" for id, done in exercises.items())
            lines.append(f"lesson {lesson:02d}  {sum(exercises.values())} of {len(exercises)} done   {marks}")
        return "\n".join([*lines, self._total()])

    def _total(self):
        every = [done for exercises in self.values() for done in exercises.values()]
        return f"{sum(every)} of {len(every)} exercises done"

    def _repr_html_(self):
        left = "style='text-align: left'"
        rows = ""
        for lesson, exercises in self.items():
            marks = " ".join(
                f"<span style='white-space: nowrap'>{'✓' if done else '·'} <code>{html.escape(id)}</code>"
                f"<small> {'done' if done else 'open'}</small></span>"
                for id, done in exercises.items()
            )
            count = f"{sum(exercises.values())} of {len(exercises)}"
            rows += f"<tr><td>{lesson:02d}</td><td>{count}</td><td {left}>{marks}</td></tr>"
        head = "".join(f"<th scope='col' {left}>{h}</th>" for h in ("lesson", "done", "exercises"))
        return f"<table><caption>{self._total()}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table(lesson=None):
    """Return the table of all lessons, or of one, with exercises done and open; ``progress(lesson)`` is the same.

    ValueError if there is no lesson of that number with exercises.
    """
    from helpers.check import registry

    done, rows = passed(), Table()
    for exercise in sorted(registry.load().values(), key=lambda e: e.lesson):
        rows.setdefault(exercise.lesson, {})[exercise.id] = exercise.id in done
    if lesson is None:
        return rows
    if lesson not in rows:
        raise ValueError(f"there is no lesson {lesson!r}: give a number from 0 to {max(rows)}, or none for all lessons")
    return Table({lesson: rows[lesson]})


class _Callable(types.ModuleType):
    """A module that can be called: ``from helpers import progress; progress()``."""

    def __call__(self, lesson=None):
        return table(lesson)


sys.modules[__name__].__class__ = _Callable
