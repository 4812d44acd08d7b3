"""A pytest plugin: each notebook runs with an empty home for answers and progress, as on a learner's first day.

Without progress bars, which would come up on slow machines only. And an untouched exercise must not raise, though its
cell has the tag that lets Run All go on where an answer does.
"""

import os
from pathlib import Path

import pytest
from nbval import plugin

BASE = Path(os.environ["HOW_MODELS_LEARN_HOME"])
os.environ["TQDM_DISABLE"] = "1"
del plugin.metadata_tags["raises-exception"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    # nbval starts a notebook's kernel, which inherits this, while it sets up the notebook's first cell.
    home = BASE / item.path.parent.name / item.path.stem
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HOW_MODELS_LEARN_HOME"] = str(home)
