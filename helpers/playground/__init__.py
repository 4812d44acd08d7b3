"""Pictures with controls to turn. `explore` makes one; the others belong to lessons."""

from helpers.playground.explorer import Playground, button, choice, explore, slider

__all__ = ["Playground", "button", "choice", "explore", "slider"]


def __getattr__(name):
    """Load the controls of a lesson when one is first asked for: `playground.fit_a_line`."""
    import importlib
    import pkgutil
    import re

    for module in pkgutil.iter_modules(__path__):
        # Only the file that defines the name is imported, not the controls of every lesson.
        source = pkgutil.get_data(__name__, f"{module.name}.py").decode()
        if re.search(rf"^def {re.escape(name)}\(", source, re.MULTILINE):
            return getattr(importlib.import_module(f"{__name__}.{module.name}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
