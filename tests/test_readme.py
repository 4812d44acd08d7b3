"""README says what is so: the table of lessons, the commands, the links, Binder's link."""

import re
import subprocess
import sys

import pytest

from clones import ROOT, git
from helpers import landscapes, plots

sys.path.insert(0, str(ROOT / ".ci"))
import binder_link
import lesson_table

PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}


def test_table_is_that_of_the_lessons():
    written = lesson_table.MARKED.search(PAGES["README.md"])
    assert written, "README.md lacks the marks around the table of lessons"
    assert written[0] == lesson_table.lesson_table(), "run `make notebooks`, or python .ci/lesson_table.py"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", PAGES[page]) + re.findall(
        r'\bsrc(?:set)?="([^"]+)"', PAGES[page]
    )
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_words(page):
    assert re.findall(r"!\[\s*\]", PAGES[page]) == []
    for picture in re.findall(r"<img\b[^>]*>", PAGES[page]):
        assert re.search(r'\balt="[^"]{20,}"', picture), picture


def test_the_words_of_the_race_are_true_of_it():
    surface, paths = landscapes.mountain(), plots.mountain.race()
    words = re.search(r'<img\b[^>]*\balt="([^"]*)"', PAGES["README.md"])[1].replace("\n", " ")
    said = dict(re.findall(r"(gradient descent|momentum|RMSprop|Adam) (?:is )?at (\d+) m", words))
    assert said == {name: f"{surface(path[-1]):.0f}" for name, path in paths.items()}
    assert f"at {surface(surface.start):.0f} m" in words and f"After {plots.mountain.STEPS} steps" in words


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page):
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", PAGES[page], re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert targets <= set(phony)
    assert targets


def test_help_names_every_target():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert set(re.findall(r"^make (\w+)", said, re.MULTILINE)) == set(phony) - {"help", "moved"}


@pytest.mark.parametrize(
    "address", ["https://github.com/ada/course.git", "git@github.com:ada/course.git", "ssh://git@github.com/ada/course"]
)
def test_binder_link(address):
    link = binder_link.binder_link(address)
    assert link == "https://mybinder.org/v2/gh/ada/course/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"


def test_binder_link_elsewhere():
    """An address that Binder does not know gives no link; README shows the form of the link as it is made."""
    assert binder_link.binder_link("https://localhost/ada/course.git") is None
    assert binder_link.LINK.format("OWNER/REPOSITORY") in PAGES["README.md"]


def test_hooks_are_tracked_as_executable():
    modes = git("ls-files", "-s", "postBuild", ".ci/run", cwd=ROOT).split("\n")
    assert [line.split()[0] for line in modes if line] == ["100755", "100755"]
