"""JupyterLab as `make lab` starts it, in a copy of the course, and Chromium to look at it with.

After a failure the page's picture is in test-results/. CHROMIUM names a browser that is not found by itself.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from pages import SHUT_DOWN

import clones

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Chromium's own calls home; the sandbox cannot start inside most containers, and only pages of this machine are opened.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Put into the copy's environment: the server and the kernels reach this machine only, and note when they try another.
STAY_HERE = """
import ipaddress, os, socket
def watch(method):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            try:
                here = ipaddress.ip_address(host).is_loopback
            except ValueError:
                here = host == "localhost"
            if not here:
                with open(os.environ["CALLS_OUT"], "a") as log:
                    log.write(f"{os.getpid()} {address}\\n")
                raise OSError(f"a request that leaves this machine: {address}")
        return method(self, address)
    return connect
socket.socket.connect = watch(socket.socket.connect)
socket.socket.connect_ex = watch(socket.socket.connect_ex)
"""


def pytest_configure(config):
    if getattr(config.option, "screenshot", None) == "off":
        config.option.screenshot = "only-on-failure"


def chromium():
    """The path of a Chromium on this machine, or None."""
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *filter(os.path.exists, APPLICATIONS)]
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install it (Debian, Ubuntu: apt-get install chromium) or name one in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET}


class Lab:
    """A running server: its address, its token, the copy it serves, and the calls out that it and its kernels tried."""

    pid = None  # the server's; the kernels are its children

    def __init__(self, course, port, token, log):
        self.course, self.token, self.log = course, token, log
        self.address = f"http://127.0.0.1:{port}"

    def calls_out(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@contextlib.contextmanager
def serve(scratch):
    """Run `make lab` in a copy of the course, with every folder of Jupyter's own in `scratch`; gives a `Lab`."""
    course = clones.copy_course(scratch / "course")
    environment = clones.lend_environment(course)
    site = next((course / ".venv").glob("lib/python*/site-packages"))
    (site / "stay_here.py").write_text(STAY_HERE)
    (site / "lent.pth").write_text("import stay_here\n" + (site / "lent.pth").read_text())
    own = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    environment |= {name: str(scratch / name.lower()) for name in (*own, "IPYTHONDIR", "HOW_MODELS_LEARN_HOME")}
    environment |= {"CALLS_OUT": str(scratch / "calls_out")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Lab(course, port, secrets.token_hex(16), Path(environment["CALLS_OUT"]))
    options = f"--no-browser --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0 --expose-app-in-browser"
    options += f" --IdentityProvider.token={running.token}"
    # Should this process be killed, the server ends by itself when nobody asks it anything any more.
    options += " --ServerApp.shutdown_no_activity_timeout=300"
    options += " --MappingKernelManager.cull_idle_timeout=300 --MappingKernelManager.cull_connected=True"
    with (scratch / "log").open("wb") as log:
        command = ["make", "lab", f"LAB={options}"]
        make = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log, start_new_session=True)
    running.pid = make.pid
    try:
        for _ in range(600):
            if make.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{running.address}/api/status?token={running.token}", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        assert make.poll() is None, (scratch / "log").read_text()[-4000:]
        yield running
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGTERM)
        make.wait(30)


@pytest.fixture(scope="session")
def lab(tmp_path_factory, browser_type_launch_args):
    """`make lab` in a copy of the course, for all tests together."""
    if sys.platform == "win32":
        pytest.skip("Windows has no make")
    with serve(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def page(page, lab):
    """The page. Afterwards its kernel is ended, and no page error, console error or request that leaves was seen."""
    faults = []

    def request_leaves(request):
        if not request.url.startswith((lab.address, lab.address.replace("http", "ws"), "data:", "blob:")):
            faults.append(f"request to {request.url}")

    page.on("request", request_leaves)
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.set_default_timeout(60_000)
    yield page
    page.evaluate(SHUT_DOWN)
    # JupyterLab asks a new kernel for its debugger, and says so when the kernel ends before it has answered.
    assert [fault for fault in faults if "debugger state" not in fault] == []
