"""Judging a port to Keras: the learner's Keras optimizer takes the steps of the NumPy rule, in the kernel."""

import contextlib
import dataclasses
import functools
import re

import numpy as np

from helpers import keras_bridge
from helpers.check import compare, judge_optimizer, optimizer_form, optimizer_mistakes, running
from helpers.check.registry import NotYet, Wrong
from helpers.check.trace import Trace
from helpers.keras_bridge.backends import compiled_step

# Keras' own classes take powers of β rounded to float32, which moves 1 − β₂ᵗ by up to 2e-5: a port may do so too.
_RELATIVE = {"float64": 1e-4, "float32": 1e-3}


class _Ported:
    """A Keras optimizer under the interface of ours: arrays in, changed in place."""

    in_place = (
        "does `self.assign_sub(variable, …)` come after the slots have taken in the gradient? (`variable = …` and `variable -= …` "
        "name a new tensor and change nothing that counts.)"
    )

    def __init__(self, optimizer):
        self._optimizer, self._variables, self._left = optimizer, None, None
        optimizer.iterations  # noqa: B018 (missing where super().__init__ was not called)

    @property
    def learning_rate(self):
        return float(keras_bridge.as_arrays([self._optimizer.learning_rate])[0])

    @learning_rate.setter
    def learning_rate(self, rate):
        self._optimizer.learning_rate = float(rate)

    @property
    def iterations(self):
        return int(keras_bridge.as_arrays([self._optimizer.iterations])[0])

    def apply(self, grads, params):
        keras = keras_bridge.require()
        if self._variables is None:
            self._variables = [keras.Variable(w, dtype=str(w.dtype)) for w in params]
        elif not all(map(np.array_equal, params, self._left)):  # somebody has set the weights back
            for variable, w in zip(self._variables, params, strict=True):
                variable.assign(w)
        self._optimizer.apply([keras.ops.convert_to_tensor(g) for g in grads], self._variables)
        for w, value in zip(params, keras_bridge.as_arrays(self._variables), strict=True):
            w[...] = value
        self._left = [w.copy() for w in params]

    def kept_at_zero(self):
        """The names of the slots that are 0 in all their entries, for every variable."""
        known = [self._optimizer.iterations, getattr(self._optimizer, "_learning_rate", None)]
        moved = {}
        for variable in self._optimizer.variables:
            if not any(variable is one for one in known) and variable.shape:
                name = variable.name.rpartition("_")[2]
                moved[name] = moved.get(name, False) or bool(np.any(keras_bridge.as_arrays([variable])[0]))
        return [name for name, ever in moved.items() if not ever]


def judge(exercise, answer, sources, reference=None, doing=lambda text: None):
    """Raise Wrong unless the Keras class `answer` moves the weights as the reference does; NotYet without Keras."""
    if not keras_bridge.available():
        raise NotYet(f"This exercise needs Keras. {keras_bridge.INSTALL}")
    if reference is None:
        _refuse_other_things(exercise, answer)
        optimizer_form.arguments(exercise, answer)
    runs = [
        dataclasses.replace(run, relative=_RELATIVE[run.dtype])
        for run in judge_optimizer._runs(exercise, blocks=False)  # blocks are ours: Keras has none
    ]
    for run in runs:
        with _precision(run):
            raced = []
            made = functools.partial(_made, answer, raced)
            try:
                judge_optimizer._race(run, made, reference or exercise.reference, sources, doing)
            except Wrong as wrong:
                if reference is None and raced:
                    _name(wrong, exercise, answer, sources, runs, raced[-1])
                raise
    if reference is None:
        _compiled(answer, sources)


def _precision(run):
    return keras_bridge.float64() if run.dtype == "float64" else contextlib.nullcontext()


def _made(answer, raced, **arguments):
    made = _Ported(answer(**arguments))
    raced.append(made)
    return made


def _name(wrong, exercise, answer, sources, runs, made):
    """Give `wrong` the id and the words of the mistake that was made, where one is recognised."""
    unmoved = getattr(wrong, "unmoved", False)
    if not unmoved:
        _tell_what_is_not_kept(wrong, made)
    wrong.reference = exercise.reference
    trace = Trace(lambda run: _Ported(answer(**run.arguments)), _precision)
    optimizer_mistakes.name(wrong, exercise, answer, sources, runs, trace)
    if unmoved:
        wrong.mistake = wrong.mistake or "weights_still"


def _tell_what_is_not_kept(wrong, made):
    """Say which slots the rule never changes although the weights have moved, or how a variable is changed."""
    if isinstance(wrong, running.Raised):
        refused = re.search(r"`variable ([-+])= value`.*?(?=, at line|\n|$)", wrong.message)
        if refused:  # TensorFlow's own words name other ways to write it
            ours = {"-": "self.assign_sub(variable, …)", "+": "self.assign_add(variable, …)"}[refused[1]]
            told = f"`variable {refused[1]}= …` is refused by TensorFlow. A rule of Keras writes `{ours}`, which every backend has"
            before, after = wrong.message[: refused.start()], wrong.message[refused.end() :]
            wrong.message, wrong.mistake = f"{before}{told}{after}", "variable_rebound"
        return
    if not hasattr(wrong, "run"):  # no step went wrong: something else is said already
        return
    if names := made.kept_at_zero():
        slots = " and ".join(f"`{name}`" for name in names)
        wrong.mistake = "slot_not_kept"
        wrong.message = (
            f"{slots} {'is' if len(names) == 1 else 'are'} still 0 in the optimizer: `{names[0]} += …` and `{names[0]} = …` "
            f"make a new tensor, and Keras keeps the variable. `self.assign_add({names[0]}, …)` changes the variable."
            f"\n{wrong.message}"
        )


def _compiled(answer, sources):
    """One step as `fit` takes it: the backend makes one program of the rule before there are any values."""
    keras = keras_bridge.require()
    variable = keras.Variable(np.ones(3, "float32"))
    gradient = keras.ops.convert_to_tensor(np.full(3, 0.5, "float32"))
    try:
        step = running.run(compiled_step, answer(), [variable], [gradient], sources=sources)
        running.run(step, sources=sources)
    except running.Raised as raised:  # the backend's own words are a page of its own lines
        name, spot = raised.message.partition(":")[0], re.search(r", at line \d+ of [^`]*`.*`", raised.message)
        raise Wrong(
            f"Step by step your rule is right. Compiled, as `fit` takes a step, it fails with {name}"
            f"{spot[0] if spot else ''}. Then the rule is run on tensors that have no values yet: `ops.sqrt` and the other "
            "functions of `ops` can work on them, `np.sqrt` and others that need the values cannot.",
            "only_with_values",
        ) from None


def _refuse_other_things(exercise, answer):
    keras = keras_bridge.require()
    if isinstance(answer, keras.optimizers.Optimizer):
        raise Wrong(
            f"Hand over the class itself, not an optimizer made from it: `check.{exercise.id}(ClassName)`.",
            "made_already",
        )
    if not isinstance(answer, type):
        raise Wrong(f"`check.{exercise.id}` wants a class; got {compare.kind(answer)}.", "no_class")
    if not issubclass(answer, keras.optimizers.Optimizer):
        raise Wrong(
            f"The class {answer.__name__} is no subclass of Keras' optimizer: "
            f"`class {answer.__name__}(keras.optimizers.Optimizer):`.",
            "no_base_class",
        )
