"""What can be said of an optimizer class before it takes a step: its base, its arguments, the call of its rule."""

import inspect

import numpy as np

from helpers.check import compare, laws
from helpers.check.registry import Wrong


def refuse_other_things(exercise, answer):
    """Raise Wrong unless the answer is a subclass of Optimizer."""
    from helpers.optimizers import Optimizer

    if isinstance(answer, Optimizer):
        raise Wrong(
            f"Hand over the class itself, not an optimizer made from it: `check.{exercise.id}(ClassName)`.",
            "made_already",
        )
    if not isinstance(answer, type):
        raise Wrong(
            f"`check.{exercise.id}` wants a class, a subclass of `Optimizer`; got {compare.kind(answer)}.", "no_class"
        )
    if not issubclass(answer, Optimizer):
        raise Wrong(
            f"The class {answer.__name__} is no subclass of `Optimizer`: `class {answer.__name__}(Optimizer):`.",
            "no_base_class",
        )


_AS_GIVEN = "The class as the exercise hands it out has {}."


def arguments(exercise, answer):
    """Hold the constructor's arguments and defaults to Keras'."""
    try:
        parameters = inspect.signature(answer).parameters
    except (ValueError, TypeError):
        return
    passes_on = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name, default in exercise.spec["defaults"].items():
        if name not in parameters:
            if not passes_on:
                raise Wrong(
                    f"`{answer.__name__}.__init__` has no argument `{name}`. {_AS_GIVEN.format('it')}",
                    "argument_missing",
                )
            continue
        mine = parameters[name].default
        if mine is inspect.Parameter.empty:
            raise Wrong(f"The argument `{name}` has no default. {_AS_GIVEN.format('one')}", "no_default")
        if mine is not Ellipsis and not _equal(mine, default):
            raise Wrong(
                f"The default of `{name}` is {compare.short(mine)}, which is not Keras': that is {compare.short(default)}, as in "
                f"the class that the exercise hands out.{_without_init(answer)}",
                f"default_of_{name}",
            )


def _without_init(answer):
    """Say whose default it is where the learner's class has no `__init__`."""
    from helpers.optimizers import Optimizer

    if answer.__init__ is not Optimizer.__init__:
        return ""
    return f" {answer.__name__} has no `__init__` of its own, so the base class' counts: is the one that was handed out gone?"


def _equal(a, b):
    try:
        return bool(a == b)
    except Exception:  # the learner's default may be any object
        return False


def set_up(made):
    """Raise Wrong unless the base class' own constructor has run."""
    try:
        made.learning_rate, made.iterations  # noqa: B018 (reading them is the question)
    except AttributeError:
        raise Wrong(
            "`__init__` does not set up the base class: call `super().__init__(learning_rate, **options)` in it.",
            "no_super_init",
        ) from None


def rule_is_called(made):
    """Raise Wrong unless `update_step` can be called with w, g, lr, t and the slots."""
    from helpers.optimizers import Optimizer

    kind = type(made)
    if kind.update_step is Optimizer.update_step:
        own = [name for name in vars(kind) if not name.startswith("__") and callable(getattr(kind, name))]
        named = f" It has {' and '.join(f'`{name}`' for name in own)}: is one of these meant?" if own else ""
        raise Wrong(
            f"{kind.__name__} needs a method update_step(self, w, g, lr, t, *slots): the base class calls it under this name."
            f"{named}",
            "no_update_step",
        )
    try:
        slots = list(made.make_slots(np.zeros((3, 2)), ""))
        signature = inspect.signature(kind.update_step)
    except Exception:  # an answer's own make_slots: what it raises is told when the rule runs
        return
    asked = ["self", "w", "g", "lr", "t", *slots]
    try:
        signature.bind(*asked)
    except TypeError:
        has = [p.name for p in signature.parameters.values()]
        more = [name for name in has[5:] if name not in slots]
        if more and not slots:
            asked_for = laws.listed([f"`{name}`" for name in more])
            raise Wrong(
                f"`update_step` asks for {asked_for}, but the class keeps no slots: `slots = ({more[0]!r}, …)` in the class "
                "names what is remembered for each parameter, and these are handed in after t.",
                "slots_missing",
            ) from None
        raise Wrong(
            f"`update_step` is called with ({', '.join(asked)}): the four of every rule, then the slots"
            f"{'' if slots else ', of which there are none here'}. Yours takes ({', '.join(has)}).",
            "arguments_of_update_step",
        ) from None


NO_OPTIONS = (
    "One thing beside the rule: `{0}(clipnorm=1)` fails, for `__init__` takes no `**options`, with which every optimizer "
    "hands further settings on to the base class."
)
OPTIONS_LOST = (
    "One thing beside the rule: `{0}(clipnorm=0.5)` does not clip. `super().__init__(learning_rate, **options)` hands "
    "such settings on to the base class."
)


def takes_options(answer):
    """Whether the class takes the settings that every optimizer has; True where that cannot be seen."""
    try:
        parameters = inspect.signature(answer).parameters
    except (ValueError, TypeError):
        return True
    return "clipnorm" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
