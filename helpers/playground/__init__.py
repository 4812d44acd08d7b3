"""Pictures with controls to turn. `explore` makes one; the others belong to lessons."""

from helpers.playground.explorer import Playground, button, choice, explore, slider

__all__ = ["Playground", "button", "choice", "explore", "slider"]


def __getattr__(name):
    """Load the controls of a lesson when one is first asked for: `playground.fit_a_line`."""
    import importlib
    import pkgutil

    for module in pkgutil.iter_modules(__path__):
        if not name.startswith("_") and hasattr(found := importlib.import_module(f"{__name__}.{module.name}"), name):
            return getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
