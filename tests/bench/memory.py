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
    a check's worker process counts with its kernel.
    """
    print("notebooks, run to the end, kernels left open   (marks: 60 s; 300 MB, with Keras 1200; together, idle, 2000)")
    print(f"  {'lesson':32} {'seconds':>8} {'MB at rest':>11}")
    managers = []
    with tempfile.TemporaryDirectory() as scratch:
        server = _server(root, scratch)
        try:
            for path in sorted((root / "solutions").glob("*.ipynb")):
                manager, seconds = _run(path, scratch)
                managers.append(manager)
                print(f"  {path.stem:32} {seconds:8.1f} {_memory(manager.provisioner.pid):11.0f}", flush=True)
            print(f"  {'server':32} {'':8} {_memory(server.pid):11.0f}")
            for when, seconds in (("together, just run", 0), ("together, idle", IDLE_SECONDS + 10)):
                time.sleep(seconds)  # a check's process ends when it has nothing to judge
                kernels = sum(_memory(m.provisioner.pid) for m in managers)
                print(f"  {when:32} {'':8} {kernels + _memory(server.pid):11.0f}", flush=True)
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


def _memory(pid: int) -> float:
    """MB of a process and its children."""
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            info = process.memory_full_info()
            total += getattr(info, "uss", info.rss)
        except psutil.Error:
            total += process.memory_info().rss
    return total / MB
