"""The pins that make, conda and Binder install are the same, and Binder's builder takes them."""

import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement

from clones import ROOT, git

sys.path.insert(0, str(ROOT / ".ci"))
import pins

FILES = {name: (ROOT / name).read_text() for name in pins.EXTRAS}
PYTHONS = ("3.11.9", "3.12.7", "3.13.1")
LINUX, ARM = ("linux", "posix", "x86_64"), ("linux", "posix", "aarch64")
MACHINES = (LINUX, ARM, ("darwin", "posix", "arm64"), ("win32", "nt", "AMD64"))


def versions(text, python="3.12.7", machine=LINUX):
    """name -> version that pip would install from the pins in `text` on that machine."""
    system, os_name, processor = machine
    here = {"python_full_version": python, "python_version": python.rpartition(".")[0], "sys_platform": system}
    here |= {"os_name": os_name, "platform_machine": processor, "implementation_name": "cpython"}
    found = {}
    for requirement in map(Requirement, pins.pins(text)):
        if requirement.marker is None or requirement.marker.evaluate(here):
            assert requirement.name not in found, f"{requirement.name} is pinned twice for Python {python} on {system}"
            found[requirement.name] = str(requirement.specifier)
    return found


def test_one_version_of_everything():
    """A line that stands in two files is the same line, marker included."""
    by_name = {}
    for name, text in FILES.items():
        for pin in pins.pins(text):
            by_name.setdefault(Requirement(pin).name, {}).setdefault(name, set()).add(pin)
    for package, lines in by_name.items():
        assert len({frozenset(found) for found in lines.values()}) == 1, f"{package}: {lines}; run `make pins`"


def test_environment_yml_is_the_keras_set():
    written = (ROOT / "environment.yml").read_text()
    assert written == pins.environment(FILES["requirements-keras.txt"]), "run `make pins`"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: "-".join(machine[::2]))
@pytest.mark.parametrize("python", PYTHONS)
def test_each_machine_gets_what_pyproject_asks_for(python, machine):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    here = {"sys_platform": machine[0], "platform_machine": machine[2], "python_full_version": python}
    for name, extras in pins.EXTRAS.items():
        pinned = versions(FILES[name], python, machine)
        wanted = project["dependencies"] + [
            line for extra in extras for line in project["optional-dependencies"][extra]
        ]
        for requirement in map(Requirement, wanted):
            if requirement.marker is None or requirement.marker.evaluate(here):
                pin = pinned[requirement.name]
                assert requirement.specifier.contains(pin.removeprefix("==")), f"{name}: {pin}; run `make pins`"
    with_keras = versions(FILES["requirements-keras.txt"], python, machine)
    assert ("tensorflow" in with_keras) == (machine[2] in ("aarch64", "arm64")), "the small build where there is one"


def test_every_pin_has_a_hash():
    for name, text in FILES.items():
        for block in re.split(r"\n(?=\S)", text):
            if not block.startswith("#"):
                assert "--hash=sha256:" in block, f"{name}: {block.splitlines()[0]}"


def test_binder_takes_it(tmp_path):
    """repo2docker, which Binder runs, finds conda, one exact Python and postBuild; it only writes a Dockerfile here."""
    pytest.importorskip("repo2docker")
    git("init", "-q", cwd=tmp_path)
    for name in ("environment.yml", "postBuild", "pyproject.toml", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
        (tmp_path / name).chmod((ROOT / name).stat().st_mode)
    command = [sys.executable, "-m", "repo2docker", "--user-id=1000", "--user-name=jovyan", "--no-build", "--debug"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Building conda environment for python=3.12\n" in said, "Binder would build another Python"
    assert '--file "environment.yml"' in said
    assert "./postBuild" in said
    assert (ROOT / "postBuild").stat().st_mode & 0o111, "postBuild must be executable"


def test_binder_list_holds_nothing_local():
    """A local line (-e ., -r file) would make Binder install everything anew at each commit."""
    lines = (ROOT / "environment.yml").read_text().splitlines()
    assert [line for line in lines if line.strip().startswith("- -") or "file:" in line] == []
    assert "  - python=3.12" in lines


def test_pythons_agree():
    """pyproject, Makefile and README name the same versions of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in (ROOT / "Makefile").read_text()
    assert re.search(r"Python 3\.11,? (to|–|-) ?3\.13|Python 3\.11–3\.13", (ROOT / "README.md").read_text())
