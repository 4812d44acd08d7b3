"""Judging a port to Keras: the learner's Keras optimizer takes the steps of the NumPy rule, in the kernel."""

import contextlib
import dataclasses
import functools

from helpers import keras_bridge
from helpers.check import compare, judge_optimizer
from helpers.check.registry import NotYet, Wrong

# Keras' own classes take powers of β rounded to float32, which moves 1 − β₂ᵗ by up to 2e-5: a port may do so too.
_RELATIVE = {"float64": 1e-4, "float32": 1e-3}


class _Ported:
    """A Keras optimizer under the interface of ours: arrays in, changed in place."""

    in_place = "`variable = …` and `variable -= …` name a new tensor, `self.assign_sub(variable, …)` changes the one that counts."

    def __init__(self, optimizer):
        self._optimizer, self._variables = optimizer, None
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
        self._optimizer.apply([keras.ops.convert_to_tensor(g) for g in grads], self._variables)
        for w, value in zip(params, keras_bridge.as_arrays(self._variables), strict=True):
            w[...] = value


def judge(exercise, answer, sources, reference=None, doing=lambda text: None):
    """Raise Wrong unless the Keras class `answer` moves the weights as the reference does; NotYet without Keras."""
    if not keras_bridge.available():
        raise NotYet(f"This exercise needs Keras. {keras_bridge.INSTALL}")
    if reference is None:
        _refuse_other_things(exercise, answer)
        judge_optimizer._arguments(exercise, answer)
    for run in judge_optimizer._runs(exercise):
        if run.shapes is judge_optimizer.LARGE:  # blocks are ours: Keras has none
            continue
        run = dataclasses.replace(run, relative=_RELATIVE[run.dtype])
        with keras_bridge.float64() if run.dtype == "float64" else contextlib.nullcontext():
            made = functools.partial(_made, answer)
            judge_optimizer._race(run, made, reference or exercise.reference, sources, doing)


def _made(answer, **arguments):
    return _Ported(answer(**arguments))


def _refuse_other_things(exercise, answer):
    keras = keras_bridge.require()
    if isinstance(answer, keras.optimizers.Optimizer):
        raise Wrong(f"Hand over the class itself, not an optimizer made from it: `check.{exercise.id}(ClassName)`.")
    if not isinstance(answer, type):
        raise Wrong(f"`check.{exercise.id}` wants a class; got {compare.kind(answer)}.")
    if not issubclass(answer, keras.optimizers.Optimizer):
        raise Wrong(
            f"The class {answer.__name__} is no subclass of Keras' optimizer: "
            f"`class {answer.__name__}(keras.optimizers.Optimizer):`."
        )
