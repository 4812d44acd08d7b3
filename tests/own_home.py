"""A pytest plugin: each notebook runs with an empty home for answers and progress, as on a learner's first day.

And without progress bars, which would come up on slow machines only.
"""

import os
from pathlib import Path

import pytest

BASE = Path(os.environ["HOW_MODELS_LEARN_HOME"])
os.environ["TQDM_DISABLE"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    # nbval starts a notebook's kernel, which inherits this, while it sets up the notebook's first cell.
    home = BASE / item.path.parent.name / item.path.stem
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HOW_MODELS_LEARN_HOME"] = str(home)
