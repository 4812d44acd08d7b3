"""Copies of the course for tests that write: this folder's files, and an environment lent from the test's Python."""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))
import guard

LEFT_OUT = (".venv", ".git", "__pycache__", "mine", "my_helpers.py", "test-results", "*.egg-info", ".ipynb_checkpoints")


def git(*arguments, cwd, **options):
    """Run git in `cwd` as nobody in particular; returns what it printed. Raises CalledProcessError."""
    settings = ("user.name=Test", "user.email=test@localhost", "init.defaultBranch=main", "commit.gpgsign=false")
    command = ["git", *(part for setting in settings for part in ("-c", setting)), *arguments]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, **options).stdout


def files():
    """The paths, relative to the course, that git tracks or would track; without git, all but what a run makes."""
    try:
        listed = git("ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).split("\0")
        return sorted(Path(name) for name in set(listed) if name and (ROOT / name).is_file())
    except (OSError, subprocess.CalledProcessError):
        ignore = shutil.ignore_patterns(*LEFT_OUT)
        found = []
        for folder, folders, names in os.walk(ROOT):
            out = ignore(folder, folders + names)
            folders[:] = [name for name in folders if name not in out]
            found += [(Path(folder) / name).relative_to(ROOT) for name in names if name not in out]
        return sorted(found)


def as_built(path):
    """The bytes of a file as the course has it: a notebook that a learner typed into comes as it was committed."""
    if path.suffix == ".ipynb" and guard.is_edited(ROOT, path.as_posix()):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            command = ["git", "show", f"HEAD:{path.as_posix()}"]
            return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return (ROOT / path).read_bytes()


def copy_course(to):
    """Copy the course into the new folder `to` and make it a git repository with one commit. Returns `to`."""
    to = Path(to)
    for path in files():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(as_built(path))
        shutil.copystat(ROOT / path, to / path)
    git("init", "-q", cwd=to)
    git("add", "-A", cwd=to)
    git("commit", "-q", "-m", "The course", cwd=to)
    return to


def lend_environment(course):
    """Give the copy `course` a .venv with the packages of this Python and the copy's own helpers; nothing is installed.

    `make` finds it finished. Returns the environment variables to run `make` with.
    """
    venv = course / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)}))
    (site / "lent.pth").write_text(f"{course}\n{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    for name in ("share", "etc"):
        if (Path(sys.prefix) / name).exists() and not (venv / name).exists():
            (venv / name).symlink_to(Path(sys.prefix) / name, target_is_directory=True)
    (venv / ".setup").write_text(f"{course.resolve()}\n")
    (venv / ".dev").touch()
    outside = ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "NOTHING_MAY_BE_SKIPPED")
    return {name: value for name, value in os.environ.items() if name not in outside}
