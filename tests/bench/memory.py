"""Memory and time of the lessons: all solved notebooks run to their end, their kernels left open together."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from jupyter_client import KernelManager

from helpers.check.worker import IDLE_SECONDS

MB = 2**20


def notebooks(root: Path) -> None:
    """Print seconds and memory of each lesson's kernel, then of all of them and the server together.

    Memory is what would be free if the process ended (its unique set) where the system tells, else the resident set;
    a check's worker process counts with its kernel. The last column leaves out pages of files, such as TensorFlow's
    libraries (350 MB): where memory is short the system drops them and reads them again, so they end no process.
    """
    print("notebooks, run to the end, kernels left open   (marks: 60 s; 300 MB, with Keras 1200; together, idle, 2000)")
    print(f"  {'lesson':32} {'seconds':>8} {'MB at rest':>11} {'less files':>11}")
    managers = []
    with tempfile.TemporaryDirectory() as scratch:
        server = _server(root, scratch)
        try:
            for path in sorted((root / "solutions").glob("*.ipynb")):
                manager, seconds = _run(path, scratch)
                managers.append(manager)
                _line(path.stem, f"{seconds:.1f}", [manager.provisioner.pid])
            _line("server", "", [server.pid])
            for when, seconds in (("together, just run", 0), ("together, idle", IDLE_SECONDS + 10)):
                time.sleep(seconds)  # a check's process ends when it has nothing to judge
                _line(when, "", [server.pid, *(m.provisioner.pid for m in managers)])
        finally:
            for manager in managers:
                manager.shutdown_kernel(now=True)
            server.terminate()
            server.wait(20)


def _server(root: Path, scratch: str) -> subprocess.Popen:
    own = dict(os.environ, JUPYTER_RUNTIME_DIR=scratch, JUPYTER_CONFIG_DIR=scratch, IPYTHONDIR=scratch)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--port=0",
        f"--ServerApp.root_dir={root}",
    ]
    server = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(4)
    return server


def _run(path: Path, scratch: str) -> tuple[KernelManager, float]:
    own = dict(os.environ, HOW_MODELS_LEARN_HOME=scratch, IPYTHONDIR=scratch)
    manager = KernelManager(kernel_name="python3")
    begin = time.perf_counter()
    manager.start_kernel(env=own, cwd=str(path.parent))
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            reply = client.execute_interactive(cell.source, output_hook=lambda message: None, timeout=300)
            if reply["content"]["status"] != "ok":
                print(f"  {path.stem}: {reply['content']['ename']}: {reply['content']['evalue']}")
                break
    seconds = time.perf_counter() - begin
    client.stop_channels()
    return manager, seconds


def _line(name: str, seconds: str, pids: list[int]) -> None:
    unique, anonymous = (sum(column) for column in zip(*map(_memory, pids), strict=True))
    print(f"  {name:32} {seconds:>8} {unique:11.0f} {anonymous:11.0f}", flush=True)


def _memory(pid: int) -> tuple[float, float]:
    """MB of a process and its children: unique to them, and of that what stands in no file."""
    unique = anonymous = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            info = process.memory_full_info()
            mine = getattr(info, "uss", info.rss)
        except psutil.Error:
            info = process.memory_info()
            mine = info.rss
        unique += mine
        anonymous += min(mine, info.rss - getattr(info, "shared", 0))
    return unique / MB, anonymous / MB
