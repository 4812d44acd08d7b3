"""A stack of layers and the loop that trains it. Keras' names: compile, fit, evaluate, predict.

A step is five lines, `Sequential.train_step`: predict, loss, backward, take the gradients, update.
"""

import math
import warnings

import numpy as np

from helpers import losses, optimizers
from helpers import metrics as known_metrics
from helpers.autodiff import Tensor, no_grad
from helpers.callbacks import CallbackList, History
from helpers.callbacks.stopping import StopButton
from helpers.errors import (
    as_array,
    as_floats,
    blaming,
    check_dtype,
    check_finite,
    check_flag,
    check_integer,
    check_list,
    check_number,
    check_seed,
    check_text,
    check_verbose,
    shown,
)
from helpers.layers.base import Layer, _input, _set_weights, default_name


class Sequential:
    """Layers applied one after the other: the output of each is the input of the next.

    `seed` decides the starting weights, dropout and the order of samples; None takes new ones each time.
    """

    def __init__(self, layers=(), name="sequential", seed=None):
        layers, seed = check_list("layers", layers, "Layer objects"), check_seed("seed", seed)
        self.name, self.layers = check_text("name", name), []
        self.stop_training = self.interrupted = False
        self.optimizer = self.loss = None
        self.metrics = []
        self._rng = np.random.default_rng(seed)
        self._seeded = seed is not None
        for layer in layers:
            self.add(layer)

    def add(self, layer):
        """Append a layer; unnamed ones become dense, dense_1, ..."""
        if not isinstance(layer, Layer):
            raise TypeError(f"layers must hold Layer objects, got layer {shown(layer)}")
        layer.name = layer.name or default_name(layer, {other.name for other in self.layers})
        if self._seeded and layer.seed is None:
            layer.seed = int(self._rng.integers(2**32))
        self.layers.append(layer)
        if hasattr(self.layers[0], "shape"):
            self.build((None, *self.layers[0].shape), self.layers[0].dtype)

    def build(self, input_shape, dtype="float32"):
        """Make the weights for inputs of this shape, (None, ...), without data."""
        dtype = check_dtype("dtype", dtype)
        sample = [check_integer("input_shape", n) for n in check_list("input_shape", input_shape, "lengths")[1:]]
        with no_grad(), blaming(f"input_shape {(None, *sample)} does not fit the layers"):
            self(np.zeros((1, *sample), dtype))

    @property
    def built(self):
        return all(layer.built for layer in self.layers)

    def __call__(self, x, training=False):
        """Return the output for x as a Tensor: its first axis is the batch."""
        for layer in self.layers:
            x = layer(x, training=training)
        return x

    # -- weights ----------------------------------------------------------------------------------------------

    @property
    def weights(self):
        return [w for layer in self.layers for w in layer.weights]

    @property
    def trainable_weights(self):
        """The Tensors that training moves: layer by layer, kernel before bias."""
        return [w for layer in self.layers for w in layer.trainable_weights]

    def get_weights(self):
        """Return copies of all weights as arrays, in Keras' order."""
        return [w.data.copy() for w in self.weights]

    def set_weights(self, weights):
        """Take over these arrays, in the order and shapes of `get_weights`. Refused, nothing has changed."""
        _set_weights(self.weights, weights, f"model {self.name}", self.built)

    def generators(self):
        """Return all random generators: the model's own, which orders the samples, and those of its layers."""
        return [self._rng, *(rng for layer in self.layers for rng in _generators(layer))]

    def count_params(self):
        """Return how many numbers the weights hold."""
        return sum(w.size for w in self.weights)

    def summary(self):
        """Print the layers with the shapes of their weights."""
        for layer in self.layers:
            shapes = "  ".join(f"{w.name} {w.shape}" for w in layer.weights) if layer.built else "not built yet"
            print(f"{layer.name:<16}{type(layer).__name__:<12}{layer.count_params():>10,}  {shapes}")
        print(f"{self.name:<28}{self.count_params():>10,}  numbers")

    # -- training ---------------------------------------------------------------------------------------------

    def compile(self, optimizer="rmsprop", loss=None, *, metrics=None):
        """Choose the optimizer, the loss and what to report: objects, or names as in Keras.

        Raises ValueError for an unknown name, with the nearest known one.
        """
        wanted = [] if metrics is None else check_list("metrics", metrics, "names or functions")
        reported = [known_metrics.get(metric, f"metrics[{i}]") for i, metric in enumerate(wanted)]
        loss = None if loss is None else losses.get(loss)
        if loss is not None and not isinstance(loss, losses.Loss):
            loss = losses.FunctionLoss(loss)
        self.optimizer, self.loss, self.metrics = optimizers.get(optimizer), loss, reported

    def train_step(self, x, y, sample_weight=None):
        """Take one step on a batch; return its loss, a float from before the step, and the predictions."""
        y_pred = self(x, training=True)
        loss = self.loss(y, y_pred, sample_weight)
        weights, names = self._trained()
        loss.backward(self.optimizer.scale_loss(1.0))
        grads = [w.grad for w in weights]
        for w in weights:
            w.grad = None
        self.optimizer.apply(grads, [w.data for w in weights], names)
        return loss.item(), y_pred.data

    def train_on_batch(self, x, y, sample_weight=None, return_dict=False):
        """Take one step on these samples; return the loss, or [loss, *metrics] where compile was given metrics."""
        return_dict = check_flag("return_dict", return_dict)
        x, y, sample_weight = self._ready(x, y, sample_weight)
        loss, y_pred = self.train_step(x, y, sample_weight)
        return self._results({"loss": loss} | self._measure(y, y_pred), return_dict)

    def fit(
        self,
        x,
        y,
        batch_size=32,
        epochs=1,
        verbose=0,
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        sample_weight=None,
        initial_epoch=0,
        seed=None,
    ):
        """Train for so many passes over the samples; return a `History` whose `.history` has one number per epoch.

        The loss of an epoch is the mean over its batches, weighted by their size, each measured before its step.
        `validation_data` is (x, y) or (x, y, sample_weight); `validation_split` takes the last part of the samples
        instead. `seed` decides the order of the samples; None goes on with the model's own. `verbose` prints a line
        for each epoch. Raises ValueError, with nothing changed, for NaN in the data, no samples, and shapes that do
        not fit; warns once when the loss stops being finite.

        Jupyter's stop button (Ctrl-C) ends training after the step that it meets, and says so: the history so far is
        returned, and `interrupted` of the model is True.
        """
        check_integer("batch_size", batch_size), check_integer("epochs", epochs, low=0)
        shuffle, verbose, seed = check_flag("shuffle", shuffle), check_verbose(verbose), check_seed("seed", seed)
        initial_epoch = check_integer("initial_epoch", initial_epoch, low=0)
        callbacks = [] if callbacks is None else check_list("callbacks", callbacks, "Callback objects")
        if validation_data is not None:
            validation_data = check_list("validation_data", validation_data, "arrays, x and y")
            if len(validation_data) not in (2, 3):
                raise ValueError(
                    f"validation_data must be (x, y) or (x, y, sample_weight), got {len(validation_data)} parts"
                )
        held_out = check_number("validation_split", validation_split, low=0, high=1, include_high=False)
        x, y, sample_weight = self._ready(x, y, sample_weight)
        if validation_data is not None:
            validation_data = self._ready(*validation_data, prefix="validation_data ")
        elif held_out:
            cut = int(len(x) * (1 - held_out))
            if not 0 < cut < len(x):
                raise ValueError(f"validation_split {held_out} of {len(x)} samples leaves one part empty")
            validation_data = x[cut:], y[cut:], None if sample_weight is None else sample_weight[cut:]
            x, y, sample_weight = x[:cut], y[:cut], None if sample_weight is None else sample_weight[:cut]

        rng = self._rng if seed is None else np.random.default_rng(seed)
        history = History()
        params = {"epochs": epochs, "steps": math.ceil(len(x) / batch_size), "verbose": verbose}
        told = CallbackList([*callbacks, history], self, params)
        self.stop_training = self.interrupted = self._warned = False
        self.resume_epoch = initial_epoch
        told.tell("on_train_begin", {})  # where a callback may bring the model back to a later epoch
        if seed is not None and shuffle:
            for _ in range(self.resume_epoch):
                rng.permutation(len(x))
        with StopButton() as stop:
            for epoch in range(self.resume_epoch, epochs):
                told.tell("on_epoch_begin", epoch, {})
                order = rng.permutation(len(x)) if shuffle else np.arange(len(x))
                logs, whole = self._epoch(x, y, sample_weight, order, batch_size, epoch, told, stop)
                if whole:
                    if validation_data is not None:
                        results = self._evaluate(*validation_data, batch_size)
                        logs |= {f"val_{key}": value for key, value in results.items()}
                    told.tell("on_epoch_end", epoch, logs)
                    if verbose:
                        said = "  ".join(f"{key} {value:.4f}" for key, value in logs.items())
                        print(f"epoch {epoch + 1}/{epochs}  {said}")
                done = epoch + whole
                if stop.pressed and done < epochs:
                    self.interrupted = True
                    print(f"stopped after epoch {done} of {epochs}; the weights are those of this moment")
                if self.stop_training or self.interrupted:
                    break
        self.optimizer.finalize_variable_values([w.data for w in self.trainable_weights])
        told.tell("on_train_end", {})
        return history

    def _epoch(self, x, y, sample_weight, order, batch_size, epoch, told, stop):
        mean = _RunningMean()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a bad loss is warned of below
            for step, start in enumerate(range(0, len(order), batch_size)):
                rows = order[start : start + batch_size]
                for listener in told.batch_begin:
                    listener(step, {})
                weight = None if sample_weight is None else sample_weight[rows]
                loss, y_pred = self.train_step(x[rows], y[rows], weight)
                mean.add(len(rows), loss, self._measure(y[rows], y_pred) if self.metrics else None)
                if not (self._warned or math.isfinite(loss)):
                    self._warned = True
                    text = f"the loss became {loss} at epoch {epoch + 1}, step {step + 1}: try a smaller learning_rate"
                    warnings.warn(text, RuntimeWarning, stacklevel=3)
                for listener in told.batch_end:
                    listener(step, mean.results())
                if self.stop_training or stop.pressed:
                    break
        return mean.results(), self.stop_training or start + batch_size >= len(order)

    def evaluate(self, x, y, batch_size=32, sample_weight=None, return_dict=False):
        """Return the mean loss over the samples, or [loss, *metrics]; nothing is learnt, dropout is off."""
        check_integer("batch_size", batch_size), check_flag("return_dict", return_dict)
        return self._results(self._evaluate(*self._ready(x, y, sample_weight), batch_size), return_dict)

    def _evaluate(self, x, y, sample_weight, batch_size):
        mean = _RunningMean()
        with no_grad():
            for start in range(0, len(x), batch_size):
                rows = slice(start, start + batch_size)
                y_pred = self(x[rows])
                loss = self.loss(y[rows], y_pred, None if sample_weight is None else sample_weight[rows])
                mean.add(len(y_pred), float(loss), self._measure(y[rows], y_pred.data))
        return mean.results()

    def predict(self, x, batch_size=32):
        """Return the outputs for x as an array, batch by batch."""
        check_integer("batch_size", batch_size)
        x = self._checked("x", x)
        with no_grad():
            return np.concatenate([_array(self(x[i : i + batch_size])) for i in range(0, len(x), batch_size)])

    # -- what stands before the first step --------------------------------------------------------------------

    def _trained(self):
        pairs = [(w, f"{layer.name}/{w.name}") for layer in self.layers for w in layer.trainable_weights]
        return [w for w, _ in pairs], [name for _, name in pairs]

    def _checked(self, name, array):
        array = array.data if isinstance(array, Tensor) else array
        array = _input(array, name) if name.endswith("x") else as_array(name, array)
        if not array.ndim or not len(array):
            raise ValueError(f"{name} must hold at least one sample, got shape {array.shape}")
        check_finite(name, array)
        return array

    def _ready(self, x, y, sample_weight=None, prefix=""):
        """Refuse what cannot be trained on, all of it before the first step."""
        if self.loss is None:
            raise RuntimeError("the model has no loss: call compile(optimizer=..., loss=...) first")
        x, y = self._checked(f"{prefix}x", x), self._checked(f"{prefix}y", y)
        if len(x) != len(y):
            raise ValueError(f"{prefix}x and {prefix}y must be equally long, got {len(x)} and {len(y)} samples")
        if sample_weight is not None:
            sample_weight = as_floats(f"{prefix}sample_weight", sample_weight)
            if sample_weight.shape[:1] != (len(x),):
                raise ValueError(
                    f"{prefix}sample_weight must be one number for each of {len(x)}, got {sample_weight.shape}"
                )
            check_finite(f"{prefix}sample_weight", sample_weight)
        with no_grad(), blaming(f"{prefix}x does not fit the model"):
            one = self(x[:1])
        if self.weights and x.dtype != self.weights[0].dtype:
            x = x.astype(self.weights[0].dtype)
        with blaming(f"{prefix}y does not fit the loss"):
            self.loss.check(y, (len(x), *one.shape[1:]), one.dtype)
        return x, y, sample_weight

    def _measure(self, y, y_pred):
        return {name: _mean(function(y, y_pred)) for name, function in self.metrics}

    @staticmethod
    def _results(logs, return_dict):
        if return_dict:
            return logs
        return list(logs.values()) if len(logs) > 1 else logs["loss"]


class _RunningMean:
    """Means over samples of what is known per batch."""

    def __init__(self):
        self.samples, self.loss, self.metrics = 0, 0.0, {}

    def add(self, samples, loss, metrics=None):
        self.samples += samples
        self.loss += samples * loss
        for name, value in (metrics or {}).items():
            self.metrics[name] = self.metrics.get(name, 0.0) + samples * value

    def results(self):
        return {name: total / self.samples for name, total in ({"loss": self.loss} | self.metrics).items()}


def _generators(owner):
    """The generators of a layer and of the layers inside it."""
    for value in vars(owner).values():
        if isinstance(value, np.random.Generator):
            yield value
        for inner in value if isinstance(value, list | tuple) else [value]:
            if isinstance(inner, Layer):
                yield from _generators(inner)


def _mean(values):
    values = np.asarray(values)
    return float(values.sum() / values.size)  # np.mean takes four times as long for a batch of 32


def _array(x):
    return x.data if isinstance(x, Tensor) else x
