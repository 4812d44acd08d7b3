"""What every test starts from: this folder's helpers, one thread, nothing of a learner's read or written."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

os.environ.setdefault("OMP_NUM_THREADS", "1")
if "HOW_MODELS_LEARN_HOME" not in os.environ:
    os.environ["HOW_MODELS_LEARN_HOME"] = tempfile.mkdtemp(prefix="how-models-learn-home-")
    atexit.register(shutil.rmtree, os.environ["HOW_MODELS_LEARN_HOME"], ignore_errors=True)

# The same examples every time: a clone passes or fails for everybody. HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture
def rng():
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20)
