"""What this machine has: versions of the packages, number of processors, and a GPU if there is one."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata, util

_PACKAGES = ("numpy", "matplotlib", "scikit-learn", "ipywidgets", "jupyterlab", "keras")
_BACKENDS = ("tensorflow", "tensorflow-cpu", "jax", "torch")


def version(package: str) -> str | None:
    """The installed version of a package, found without importing it; None where it is missing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def gpu() -> str | None:
    """The name of the first NVIDIA GPU, or "Apple GPU" on Apple's own processors; None where neither is found."""
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "Apple GPU"
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        answer = subprocess.run(
            [tool, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip().splitlines()[0] if answer.stdout.strip() else None


def report() -> None:
    """Print what is installed, what is missing and for which lesson it matters."""
    print(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors")
    print(", ".join(f"{name} {version(name)}" for name in _PACKAGES if version(name)))
    backends = [f"{name} {version(name)}" for name in _BACKENDS if version(name)]
    if util.find_spec("keras") and backends:
        print(f"Keras can run on {', '.join(backends)}: lesson 09 will work.")
    else:
        print("Keras or its backend is missing: lessons 00 to 08 work, and lesson 09 says how to get it (make keras).")
    print(f"GPU: {gpu() or 'none found; the course does not need one'}")
