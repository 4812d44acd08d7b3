"""Keep what a learner typed: know the notebooks that are as the build wrote them, move the others aside."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

RECORD = "notebooks/.built.json"
ASIDE = "notebooks/mine"


def digest(data: bytes) -> str:
    """Return the hash of a file's content; git's line ends on Windows make no difference."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def built(root: Path) -> dict[str, str]:
    """Return {file: hash} as the last builds recorded it."""
    record = root / RECORD
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def is_edited(root: Path, name: str) -> bool:
    """Tell whether a notebook exists and is not what the build wrote."""
    path = root / name
    return path.exists() and digest(path.read_bytes()) != built(root).get(name)


def edited(root: Path) -> list[str]:
    """Return the lessons' notebooks that are not what the build wrote; other notebooks are the learner's own."""
    found = [path for folder in ("notebooks", "solutions") for path in (root / folder).glob("[0-9][0-9]_*.ipynb")]
    return sorted(name for path in found if is_edited(root, name := path.relative_to(root).as_posix()))


def move_aside(root: Path, name: str) -> str:
    """Move a notebook into notebooks/mine/ under a name not yet taken, and return that name."""
    path = root / name
    folder = root / ASIDE
    folder.mkdir(parents=True, exist_ok=True)
    stem = path.stem + (".solved" if name.startswith("solutions/") else "")
    number = 1
    while True:
        target = folder / (f"{stem}.ipynb" if number == 1 else f"{stem}_{number}.ipynb")
        try:
            # A hard link fails where the name is taken, so nothing is replaced even by two builds at once.
            os.link(path, target)
        except FileExistsError:
            number += 1
            continue
        except OSError:  # a file system without links
            with target.open("xb") as copy:
                copy.write(path.read_bytes())
        path.unlink()
        return target.relative_to(root).as_posix()


def write(root: Path, name: str, data: bytes) -> bool:
    """Write a notebook and record it; return whether it changed. Raises PermissionError at an edited one."""
    path = root / name
    same = path.exists() and path.read_bytes() == data
    if not same and is_edited(root, name):
        raise PermissionError(f"{name} was edited while it was being built: left as it is")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not same:
        _replace(path, data)
    record = built(root)
    if record.get(name) != digest(data):
        record[name] = digest(data)
        _replace(root / RECORD, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    return not same


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
