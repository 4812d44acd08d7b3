"""Pictures with controls to turn, and bars that show how far long work is. `explore` makes a picture; others belong to lessons."""

import importlib

from helpers.playground.explorer import Playground, button, choice, explore, slider
from helpers.progress_bar import ProgressBar, track

__all__ = ["Playground", "ProgressBar", "button", "choice", "explore", "slider", "track"]

# The file of each: only that one is imported, not the controls of every lesson.
PARTS = {
    "one_walker": "start_here",
    "fit_a_line": "loss_functions",
    "learning_rate_and_curvature": "gradient_descent",
    "walk_the_graph": "backpropagation",
    "boundary_as_it_learns": "network",
    "gradient_cloud": "stochastic",
    "heavy_ball": "momentum",
    "own_rates": "adaptive_steps",
    "take_adam_apart": "adam",
    "ours_minus_keras": "side_by_side",
    "race": "racing",
}


def __getattr__(name):
    """Load the controls of a lesson when one is first asked for: `playground.fit_a_line`."""
    if name in PARTS:
        return getattr(importlib.import_module(f"{__name__}.{PARTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join([*__all__, *PARTS])}")
