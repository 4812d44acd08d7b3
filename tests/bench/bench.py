"""What a step, an epoch, an import and a notebook cost on this machine: `make bench`, or `python tests/bench/bench.py`.

Contenders take turns within one run, and ratios count: machines differ, and so does what else they do. Nothing here is
asserted by a test. `--only apply` (or digits, start, notebooks, latency) runs one part.
"""

from __future__ import annotations

import argparse
import atexit
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

# Checks keep what passes: never in the learner's folder.
os.environ["HOW_MODELS_LEARN_HOME"] = tempfile.mkdtemp(prefix="how-models-learn-bench-")
atexit.register(shutil.rmtree, os.environ["HOW_MODELS_LEARN_HOME"], ignore_errors=True)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import latency
import memory
import speed
import steps

PARTS = {"start": speed.start, "apply": steps.apply, "digits": speed.digits}
PARTS |= {"notebooks": memory.notebooks, "latency": latency.latency}


def main() -> None:
    """Run the parts asked for and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part alone")
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    for name, part in PARTS.items():
        if not options.only or name in options.only:
            print()
            part(ROOT)


if __name__ == "__main__":
    main()
