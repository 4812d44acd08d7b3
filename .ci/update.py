"""Bring the newest lessons: `make update`. What a learner typed goes to notebooks/mine/ first, then git pulls."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lessons"))
import guard


def git(*arguments):
    """Run git in the course's folder, its messages on the terminal; returns whether it succeeded."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=False).returncode == 0


def main():
    # Nothing moves before the newest lessons are really here.
    if not git("fetch"):
        return "Nothing was changed: the newest lessons could not be fetched."
    if not git("rev-parse", "--quiet", "--verify", "@{upstream}^{commit}"):
        return "Nothing was changed: this branch follows no other, so there is nothing to pull."
    for name in guard.edited(ROOT):
        print(f"{name} -> {guard.move_aside(ROOT, name)}")
    command = ["git", "ls-files", "--deleted", "-z", "notebooks", "solutions"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    gone = [name for name in listed.stdout.split("\0") if name]
    if gone:
        git("checkout", "--quiet", "--", *gone)
    if not git("merge", "--ff-only", "@{upstream}"):
        return "The newest lessons are here but not merged: git says above why. What you typed is in notebooks/mine/."
    return None


if __name__ == "__main__":
    sys.exit(main())
