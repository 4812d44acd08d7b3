"""The exercises: what each asks and how it is judged. This page is for authors.

An exercise of lesson 1 stands in ``helpers/check/catalogue/lesson_01.py``; a new file ``lesson_NN.py`` is found by its name. The
decorated function is the reference: it says what is right, and its name is the id. A complete lesson file::

    import numpy as np
    from helpers.check.registry import Lesson

    lesson = Lesson(1)

    def pairs(rng):                                   # inputs, small and telling ones first: they appear in messages
        yield np.array([1.0, 2.0]), np.array([3.0, 5.0])
        yield rng.normal(size=(4, 3)), rng.normal(size=(4, 3))

    @lesson.function(
        "(y_true, y_pred) -> float",
        cases=pairs,
        edges={"a single number": (np.array([1.0]), np.array([4.0]))},
        hints=("What is an error?", "Square it, then average.", "`np.mean` of the squared difference."),
        reread="Mean squared error",
        mistakes={"sum": (lambda t, p: np.sum((t - p) ** 2), "This is the sum: what does it grow with?")},
    )
    def mse(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    lesson.predict(
        "predict_mean",
        "Which constant minimises the mean squared error?",
        choices={"a": "The median minimises the absolute error.", "b": "", "c": "The mode ignores distances."},
        answer="b",
        because="The derivative of the mean square is zero at the mean.",
        hints=(...three...), reread="The mean and the median",
    )

    lesson.optimizer(                                  # the answer is a subclass of helpers.optimizers.Optimizer
        "momentum",
        defaults=dict(learning_rate=0.01, momentum=0.9),
        reference=lambda learning_rate=0.01, momentum=0.9: optimizers.SGD(learning_rate, momentum=momentum),
        options=[dict(momentum=0.5)],                  # judged with these arguments too
        hints=(...three...), reread="The heavy ball",
    )

Code that is handed out wrong, to be repaired, stands in `mistakes` under the id "unchanged": it is "not yet", not wrong.
Where many results are right, give ``verify(result, *args)``, which raises :class:`Wrong` with a message, in place
of the comparison with the reference, and may return a sentence to add once the answer has passed; for a property of
several calls, ``judge(call)``, run after the cases, where ``call(*args)`` runs the answer safely and returns its result
(an iterator comes back as a list). Then:

- Exercises stand in the file in the order of the lesson: tables of them show that order.
- The first case must not have None as its right result: None there means "not yet".
- A lesson file imports at its top only NumPy and the ground floor of helpers.
- A function among the inputs appears in messages under its name: use ``def``, not lambda.
- ``-> (grad_x, grad_w)`` in a signature names the parts of a tuple in messages.
- A known mistake is (a wrong reference, what to say). For an optimizer the wrong reference is a subclass, or a callable
  that gives one made with the same arguments. It must differ from the right one and from every other mistake.
  With `verify` too, an answer made a known mistake if it gives the very same results.
- A mistake with a number of its own (clipped at 30, at 500) or in several forms is ``any_of(one, another, ...)``.
- `id=` names an exercise whose reference is called otherwise; a `fix_*` or `build_*` is a function like any other.

The answers that must pass and those that must fail stand in ``tests/answers/lesson_NN.py`` as ``RIGHT = {id: [...]}``
and ``WRONG = {id: [...]}``, and what must be told as a certain mistake as ``NAMED = {id: {mistake: [...]}}``;
``tests/test_check_exercises.py`` runs them all, and every reference and mistake.
"""

import difflib
import importlib
import pkgutil
import re
from dataclasses import dataclass, field
from typing import Any


class Wrong(Exception):
    """The answer is wrong; the text says where, in the learner's terms. `mistake`: the id of a known mistake."""

    def __init__(self, message, mistake=None):
        super().__init__(message)
        self.message, self.mistake = message, mistake


class NotYet(Wrong):
    """The answer is not finished: a blank is still in it."""


def any_of(*forms):
    """Return a known mistake that has several forms: any of these wrong references; the first stands for all."""

    def form(*args, **kwargs):
        return forms[0](*args, **kwargs)

    form.forms = forms
    return form


class Args:
    """The arguments of one case where a tuple does not do: ``Args(1.0, h=1e-3)`` passes `h` by keyword."""

    def __init__(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs


@dataclass(frozen=True)
class Exercise:
    """One exercise. `kind` is "function", "optimizer", "keras" or "predict"; `spec` holds what its judge needs.

    `mistakes` maps a short id to (the wrong reference, the message): an answer that fails is compared with each.
    """

    id: str
    lesson: int
    kind: str
    signature: str
    hints: tuple
    reread: str
    reference: Any
    mistakes: dict = field(default_factory=dict)
    spec: dict = field(default_factory=dict)


EXERCISES = {}
_errors = []
_loaded = False


class Lesson:
    """The exercises of one lesson, registered as they are declared."""

    def __init__(self, number):
        self.number = number

    def function(
        self,
        signature,
        *,
        cases,
        hints,
        reread,
        edges=None,
        rtol=1e-9,
        atol=1e-12,
        verify=None,
        judge=None,
        remark=None,
        overflow="",
        mistakes=None,
        id=None,
    ):
        """Declare the decorated function as the reference of a function exercise; its name is the id, or `id`.

        cases: a callable rng -> iterable of argument tuples (or :class:`Args`). edges: {name: arguments}, each named in
        the message. rtol, atol: |yours − expected| ≤ atol + rtol·|expected|, entry by entry. remark: a callable on the
        answer itself, run once it has passed, that gives a sentence to add, or "". overflow: what to say where the numbers
        of an answer left their range.
        """

        def declare(reference):
            spec = {"cases": cases, "edges": edges or {}, "rtol": rtol, "atol": atol, "verify": verify, "judge": judge}
            spec |= {"remark": remark, "overflow": overflow}
            self._add(id or reference.__name__, "function", signature, hints, reread, reference, mistakes, spec)
            return reference

        return declare

    def optimizer(self, id, *, defaults, reference, hints, reread, options=(), signature=None, mistakes=None):
        """Declare an exercise whose answer is a subclass of ``Optimizer``.

        defaults: {argument: Keras' default}. reference: a callable that takes those arguments and gives an optimizer.
        options: argument sets, beside the defaults, to judge with. mistakes: {id: (wrong reference, message)}.
        """
        if signature is None:
            signature = f"class (Optimizer): {', '.join(f'{k}={v!r}' for k, v in defaults.items())}"
        spec = {"defaults": dict(defaults), "options": tuple(options)}
        self._add(id, "optimizer", signature, hints, reread, reference, mistakes, spec)

    def keras_optimizer(self, id, *, defaults, reference, hints, reread, options=(), mistakes=None):
        """Declare an exercise whose answer is a subclass of ``keras.optimizers.Optimizer``; otherwise as `optimizer`.

        It is judged in the kernel, where Keras is loaded already, and not kept in my_helpers.py.
        """
        signature = f"class (keras.optimizers.Optimizer): {', '.join(f'{k}={v!r}' for k, v in defaults.items())}"
        spec = {"defaults": dict(defaults), "options": tuple(options)}
        self._add(id, "keras", signature, hints, reread, reference, mistakes, spec)

    def predict(
        self,
        id,
        question,
        *,
        answer,
        because,
        hints,
        reread,
        choices=None,
        near=None,
        rtol=0.0,
        atol=0.0,
        highest=float("inf"),
        unit="",
    ):
        """Declare a question: a letter of `choices` ({letter: why it is wrong}) or a number within the tolerance.

        near: {wrong number: why}, for the numbers that people give. because: the explanation of the right answer.
        highest: what a right number may not exceed, though it be within the tolerance: for a border not to be crossed.
        answer=None makes it a guess at what nobody can know: each of `choices` is noted, and `because` says where to look.
        """
        form = " | ".join(repr(c) for c in choices) if choices else f"a number{f' ({unit})' if unit else ''}"
        spec = {
            "question": question,
            "choices": choices,
            "near": near or {},
            "because": because,
            "rtol": rtol,
            "atol": atol,
            "highest": highest,
        }
        if answer is None and not choices:
            raise ValueError(f"exercise {id!r}: a guess (answer=None) needs choices")
        if choices and answer is not None and answer not in choices:
            raise ValueError(f"exercise {id!r}: answer {answer!r} is none of the choices {list(choices)}")
        self._add(id, "predict", form, hints, reread, answer, None, spec)

    def _add(self, id, kind, signature, hints, reread, reference, mistakes, spec):
        if id in EXERCISES and EXERCISES[id].lesson != self.number:
            raise ValueError(f"exercise {id!r} is already in lesson {EXERCISES[id].lesson:02d}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", id) or id in _reserved():
            raise ValueError(f"{id!r} cannot be an exercise's id: lower case and _, and no name that helpers.check has")
        if len(hints) != 3 or not all(isinstance(h, str) and h for h in hints):
            raise ValueError(f"exercise {id!r} needs exactly three hints, got {len(hints)}")
        if not reread:
            raise ValueError(f"exercise {id!r} needs reread=, the heading in the lesson to go back to")
        EXERCISES[id] = Exercise(
            id, self.number, kind, signature, tuple(hints), reread, reference, mistakes or {}, spec
        )


def _package():
    return importlib.import_module("helpers.check")


def _reserved():
    package = _package()
    return {m.name for m in pkgutil.iter_modules(package.__path__)} | {n for n in vars(package) if n in package.__all__}


def load():
    """Import every ``lesson_NN`` module once. One that does not import is told when an id is not found, not before."""
    global _loaded
    if not _loaded:
        _loaded = True
        from helpers.check import catalogue

        for name in sorted(
            m.name for m in pkgutil.iter_modules(catalogue.__path__) if re.fullmatch(r"lesson_\d\d", m.name)
        ):
            try:
                importlib.import_module(f"{catalogue.__name__}.{name}")
            except Exception as error:  # an author's slip in one lesson must not take the other lessons' checks away
                _errors.append((name, error))
    return EXERCISES


def errors():
    """Return [(module, exception)] of the lesson files that could not be imported."""
    load()
    return list(_errors)


def get(id):
    """Return the exercise `id`; a LookupError names the nearest ids."""
    exercises = load()
    if id in exercises:
        return exercises[id]
    if _errors:
        name, error = _errors[0]
        raise LookupError(
            f"no exercise {id!r}, and helpers/check/catalogue/{name}.py does not import: {error!r}"
        ) from error
    near = difflib.get_close_matches(str(id), exercises, n=3, cutoff=0.5)
    meant = f"Did you mean {' or '.join(near)}?" if near else "check.exercises() lists them all."
    raise LookupError(f"there is no exercise {id!r}. {meant}")
