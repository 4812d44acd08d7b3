"""The three floors of helpers: arrows point only downward, heavy imports stand where they are used, none calls out."""

import ast
import re
import subprocess
import sys

import pytest

from clones import ROOT, files

HELPERS = ROOT / "helpers"
FIRST = {"plots", "playground", "keras_bridge", "progress_bar"}
SECOND = {"check", "progress", "classroom"}
# Third-party modules that a floor may use, beside those of the floors below. The second column: only inside a function.
DRAWING = {"matplotlib", "contourpy", "PIL", "cycler", "ipywidgets", "traitlets", "IPython", "tqdm"}
ANYWHERE = {0: {"numpy"}, 1: DRAWING, 2: {"cloudpickle", "psutil", "nbformat"}}
INSIDE = {0: {"matplotlib.cbook", "numpy", "scipy"}, 1: set(), 2: set()}
BACKENDS = {"keras", "tensorflow", "jax", "torch"}
SOURCES = sorted(HELPERS.rglob("*.py"))


def floor_of(module):
    return 2 if module in SECOND else 1 if module in FIRST else 0


def name_of(path):
    """The part of helpers that a file belongs to: losses for losses.py, plots for plots/a.py, "" for __init__.py."""
    first = path.relative_to(HELPERS).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports(path):
    """(line, absolute name, whether inside a function) of each module that the file imports."""
    package = ["helpers", *path.relative_to(HELPERS).with_suffix("").parts]
    found = []

    def visit(node, inside):
        if isinstance(node, ast.Import):
            found.extend((node.lineno, alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: -node.level] if node.level else []
            module = ".".join(base + ([node.module] if node.module else []))
            found.extend((node.lineno, f"{module}.{alias.name}", inside) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(ast.parse(path.read_text()), False)
    return found


def allowed(name, names):
    return any(name == known or name.startswith(known + ".") for known in names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(HELPERS).as_posix())
def test_arrows_point_down(path):
    mine = name_of(path)
    floor = floor_of(mine)
    for line, name, inside in imports(path):
        where = f"{path.relative_to(ROOT)}:{line} imports {name}"
        top = name.partition(".")[0]
        if top == "helpers":
            part = name.split(".")[1]
            if mine == "":
                assert inside, f"{where} when helpers is imported: import it when it is asked for"
            elif (HELPERS / part).is_dir() or (HELPERS / f"{part}.py").exists():
                assert floor_of(part) <= floor, f"{where}, which is a floor above"
        elif top in BACKENDS:
            assert mine == "keras_bridge", f"{where}; only keras_bridge may"
            assert inside, f"{where} at import time; import it in the function that uses it"
        elif top not in sys.stdlib_module_names:
            names = set().union(*(ANYWHERE[level] for level in range(floor + 1)))
            if inside:
                names |= set().union(*(INSIDE[level] for level in range(floor + 1)))
            assert allowed(name, names), f"{where}; its floor may use {sorted(names)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(HELPERS).as_posix())
def test_nothing_calls_out(path):
    """No helper opens a connection; Keras' own loaders, called by name through keras_bridge, are the only way out."""
    network = ("urllib.request", "requests", "httpx", "http.client", "ftplib", "pooch", "aiohttp")
    for line, name, _ in imports(path):
        assert not allowed(name, network), f"{path.relative_to(ROOT)}:{line} imports {name}"


def fresh(code):
    """Run `code` in a new Python in the course's folder; returns what it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


HEAVY = "tensorflow keras matplotlib sklearn ipywidgets IPython jax torch scipy"


def test_import_helpers_is_light():
    code = f"import sys, helpers; print(*[name for name in {HEAVY.split()} if name in sys.modules])"
    assert fresh(code) == ""


@pytest.mark.parametrize("part", sorted({name_of(path) for path in SOURCES} - {""}))
def test_no_part_imports_a_backend(part):
    """Importing any part, keras_bridge too, loads no backend; and none of the ground loads what draws."""
    watched = set(BACKENDS) if floor_of(part) else set(HEAVY.split()) - {"scipy"}
    code = f"import sys, helpers.{part}; print(*sorted(name for name in {watched!r} if name in sys.modules))"
    assert fresh(code) == ""


# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?:^|[^A-Za-z0-9_.:/])/(?:work|tmp|root|home|Users|opt|farm)/(?!jovyan)")
REGISTRY = re.compile(r"pythonhos[t]ed|pyp[i][.]org|npmj[s][.]|anacond[a][.]org|debia[n][.]org", re.IGNORECASE)
PICTURE = re.compile(r'"image/(?:png|jpeg)": "[^"]*"')


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["path of one machine", "package registry"])
def test_nothing_of_one_machine_in_the_tree(pattern):
    found = []
    for path in files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if match := pattern.search(PICTURE.sub("", text)):
            found.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()!r}")
    assert found == []
