"""What a learner typed into a notebook is still there after every command of the Makefile, run for real in a copy."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

import clones

TYPED = "my_own_line = 'do not lose this'\n"


class Used:
    """A copy of the course in which somebody worked: one notebook edited, beside an origin that can change."""

    def __init__(self, folder):
        self.origin = clones.copy_course(folder / "origin")
        self.course = folder / "a course"  # a path with a space, as people have
        clones.git("clone", "-q", str(self.origin), str(self.course), cwd=folder)
        self.environment = clones.lend_environment(self.course)
        self.notebook = sorted((self.course / "notebooks").glob("[0-9][0-9]_*.ipynb"))[0]
        content = json.loads(self.notebook.read_text(encoding="utf-8"))
        cell = {
            "cell_type": "code",
            "id": "mine",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": TYPED,
        }
        content["cells"].append(cell)
        self.notebook.write_text(json.dumps(content), encoding="utf-8")
        self.typed = self.notebook.read_bytes()

    def make(self, *arguments):
        """Run make in the copy; returns (exit status, what it said)."""
        command = ["make", "--no-print-directory", *arguments]
        done = subprocess.run(
            command, cwd=self.course, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    def changed(self):
        """What git sees as changed or new, beside what it ignores."""
        return clones.git("status", "--porcelain", cwd=self.course).split("\n")[:-1]


@pytest.fixture
def used(tmp_path):
    if sys.platform == "win32":
        pytest.skip("Windows has no make")
    return Used(tmp_path)


def is_as_typed(used):
    return used.notebook.read_bytes() == used.typed and used.changed() == [f" M notebooks/{used.notebook.name}"]


def test_setup(used):
    code, said = used.make("setup")
    assert code == 0, said
    assert "install" not in said.lower(), "the second time nothing is installed"
    assert is_as_typed(used)


def test_notebooks_refuses_and_names_it(used):
    code, said = used.make("notebooks")
    assert code != 0
    assert used.notebook.name in said
    assert "--move-aside" in said
    assert is_as_typed(used)


def test_test_runs_in_a_copy(used):
    said = used.make("test", "ONLY=lint")[1]
    assert "together" in said
    assert is_as_typed(used)


def test_a_copy_of_a_used_clone_is_as_built(used, tmp_path):
    """The tests see the notebook as it was committed, not what somebody typed into it."""
    code = "import sys, clones; clones.copy_course(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "copy")], cwd=used.course / "tests", check=True)
    name = f"notebooks/{used.notebook.name}"
    assert (tmp_path / "copy" / name).read_bytes() == (used.origin / name).read_bytes()
    assert is_as_typed(used)


@pytest.mark.parametrize("target", ["bench", "pins", "keras", "binder", "help"])
def test_other_targets_have_nothing_to_do_with_notebooks(used, target):
    """Too long or too far to run here: what make would run names neither folder of notebooks."""
    code, said = used.make("--dry-run", target)
    assert code == 0, said
    commands = "" if target == "help" else said
    assert "build.py" not in commands
    assert "notebooks/" not in commands


def test_lab(used):
    """`make lab` serves the notebook, as it was typed, and opening it writes nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"LAB=--no-browser --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0 --IdentityProvider.token=t"
    own = {f"JUPYTER_{kind}_DIR": str(used.origin.parent / kind) for kind in ("CONFIG", "RUNTIME")}
    environment = used.environment | own
    lab = subprocess.Popen(["make", "lab", options], cwd=used.course, env=environment, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}/api/contents/notebooks/{used.notebook.name}?token=t"
        for _ in range(600):
            assert lab.poll() is None, "make lab ended"
            try:
                with urllib.request.urlopen(address, timeout=5) as reply:
                    served = json.load(reply)
                break
            except OSError:
                time.sleep(0.1)
        assert served["content"]["cells"][-1]["source"].strip() == TYPED.strip()
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(20)
    assert is_as_typed(used)


def test_update_moves_it_aside_then_pulls(used):
    # The newest lessons change the very notebook that was edited, and a page.
    for path in (used.origin / "notebooks" / used.notebook.name, used.origin / "CHANGELOG.md"):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    clones.git("commit", "-q", "-a", "-m", "Newer lessons", cwd=used.origin)
    code, said = used.make("update")
    assert code == 0, said
    assert (used.course / "notebooks" / "mine" / used.notebook.name).read_bytes() == used.typed
    assert used.notebook.read_bytes() == (used.origin / "notebooks" / used.notebook.name).read_bytes()
    assert (used.course / "CHANGELOG.md").read_bytes() == (used.origin / "CHANGELOG.md").read_bytes()
    assert used.changed() == []


def test_update_that_cannot_fetch_moves_nothing(used):
    used.origin.rename(used.origin.with_name("gone"))
    code, said = used.make("update")
    assert code != 0
    assert "Nothing was changed" in said
    assert is_as_typed(used)
