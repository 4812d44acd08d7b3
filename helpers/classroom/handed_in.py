"""What learners handed in: notebooks under any name, in nested folders, in zip files."""

import io
import json
import logging
import os
import re
import warnings
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from helpers.check import quiz, registry

MEGABYTES = 32  # a notebook with all its pictures has less than one
FILES_IN_A_ZIP = 2000
_ZIPS_IN_ZIPS = 2  # some hand-in systems give one zip of everything, in which each learner's is a zip again


@dataclass(frozen=True)
class HandedIn:
    """One notebook, read and not yet run.

    name: where it lies, below the folder, as it is shown. cells: (source, id of the exercise that the cell is for, or "")
    of those with code. problem: why it cannot be run, or "". exercises: the ids that it checks. lesson: the one that
    most of these are from, or None. chosen: {exercise: letter or number} of predictions answered with a button.
    """

    name: str
    cells: tuple = ()
    problem: str = ""
    exercises: tuple = ()
    lesson: int | None = None
    chosen: dict = field(default_factory=dict)


def find(place):
    """Return [HandedIn] of each notebook in a folder, and in the zip files in it, by name; `place` may be one file too.

    Everything is read now, before any of it runs: what a notebook does to the others' files changes nothing.
    """
    place = Path(place)
    files = [place]
    if place.is_dir():
        files = [Path(folder) / name for folder, _, names in os.walk(place) for name in names]
    found = []
    for path in files:
        name = path.relative_to(place).as_posix() if path != place else path.name
        if _is_wanted(name) and path.is_file():  # a pipe or a device has a name too, and no end
            found += _read_file(path, name)
    return sorted(found, key=lambda one: _natural(one.name))


def _is_wanted(name):
    parts = name.replace("\\", "/").split("/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and parts[-1].lower().endswith((".ipynb", ".zip"))


def _natural(name):
    """A key that puts 9 before 10."""
    return [(part.isdigit(), int(part) if part.isdigit() else part) for part in re.split(r"([0-9]+)", name.lower())]


def _read_file(path, name):
    try:
        if name.lower().endswith(".zip"):
            return _read_zip(path, name)
        with path.open("rb") as file:
            return [_read_notebook(file.read((MEGABYTES << 20) + 1), name)]
    except OSError as error:
        return [_unread(name, f"the file cannot be read ({error.strerror or error})")]


def _read_zip(file, name, depth=1):
    found = []
    try:
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if _is_wanted(m.filename) and not m.is_dir()]
            for member in members[:FILES_IN_A_ZIP]:
                inside = f"{name}/{member.filename}"
                data = archive.open(member).read((MEGABYTES << 20) + 1)  # as much, whatever its header promises
                if not member.filename.lower().endswith(".zip"):
                    found.append(_read_notebook(data, inside))
                elif depth < _ZIPS_IN_ZIPS:
                    found += _read_zip(io.BytesIO(data), inside, depth + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error) as error:
        found.append(_unread(name, f"the zip file cannot be read ({error})"))
    return found or [_unread(name, "there is no notebook in this zip file")]


def _read_notebook(data, name):
    if len(data) > MEGABYTES << 20:
        return _unread(name, f"the file is larger than {MEGABYTES} MB: clear its outputs and save it again")
    try:
        cells, chosen = _code_cells(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return _unread(name, "this is no notebook: its JSON is broken")
    except Exception as error:  # the format's own reader raises anything on a document that it does not expect
        return _unread(name, f"this is no notebook that can be read ({type(error).__name__}: {error})")
    if not cells:
        return _unread(name, "there is no code in this notebook")
    known = registry.load()
    exercises = tuple(dict.fromkeys(id for source, tag in cells for id in (tag, *checked_in(source)) if id in known))
    if not exercises:
        return _unread(name, "it checks no exercise")
    lesson = Counter(known[id].lesson for id in exercises).most_common(1)[0][0]
    return HandedIn(_shown(name), tuple(cells), "", exercises, lesson, chosen)


def checked_in(source):
    """Return the ids that a cell names in a check, known or not."""
    return re.findall(r"""\bcheck\.(?:answer\(\s*["'])?(\w+)""", source)


def _code_cells(text):
    """Return [(source, exercise)] of the cells with code, from any version of the format, and {exercise: what was chosen}."""
    import nbformat

    json.loads(text)  # says JSONDecodeError where nbformat would quote the document
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # a slip in the format is told there, and no harm
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = nbformat.reads(text, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code" and str(cell.source).strip()]
    chosen = {id: value for cell in code for id, value in _chosen_under(cell)}
    return [(str(c.source), str(c.get("metadata", {}).get("exercise", ""))) for c in code], chosen


def _chosen_under(cell):
    """Yield (exercise, answer) of the predictions that the cell checks, and under which stands what was chosen."""
    checks = checked_in(str(cell.source))
    for output in cell.get("outputs", ()):
        text = output.get("data", {}).get("text/plain", "")
        found = quiz.read_chosen(text) if isinstance(text, str) else None
        if found and found[0] in checks:
            yield found


def _unread(name, problem):
    return HandedIn(_shown(name), problem=_shown(problem)[:300])


def _shown(text):
    """Return `text` fit for a terminal and a table: no control characters, no halves of characters."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
