"""Matrices are multiplied on one thread, whether NumPy came before helpers or after, unless the environment says more."""

import os
import subprocess
import sys

import pytest

SHOW = "import threadpoolctl as t; print([d['num_threads'] for d in t.threadpool_info() if d['user_api'] == 'blas'])"
NAMES = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


@pytest.mark.parametrize("imports", ["import numpy, helpers", "import helpers, numpy"])
@pytest.mark.parametrize(("asked", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)])
def test_threads(imports, asked, threads):
    plain = {name: value for name, value in os.environ.items() if name not in NAMES}
    shown = subprocess.run(
        [sys.executable, "-c", f"{imports}; {SHOW}"], env=plain | asked, capture_output=True, text=True, check=True
    )
    counts = eval(shown.stdout)
    # Apple's library is not counted by threadpoolctl; and nobody gets more threads than there are processors.
    assert all(n == min(threads, os.cpu_count() or 1) for n in counts)
