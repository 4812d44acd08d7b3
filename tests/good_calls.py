"""A good call of everything public on the ground floor, for tests that spoil one argument of it.

`run(**good())` works; `owner()`, where there is one, makes the object whose method `run(owner, ...)` calls. Arguments
are made anew for each call. `functions` are arguments that are functions, whose own errors are their own matter.
"""

import atexit
import inspect
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers import (
    activations,
    autodiff,
    callbacks,
    checkpoints,
    datasets,
    gradients,
    initializers,
    landscapes,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    schedules,
    second_order,
)
from helpers.autodiff import Tensor

MODULES = (
    *(activations, autodiff, callbacks, checkpoints, datasets, gradients, initializers, landscapes, layers, losses),
    *(metrics, models, optimizers, schedules, second_order),
)


class Call(NamedTuple):
    name: str
    run: Callable
    good: Callable = dict
    spoilt: tuple = ()
    owner: Callable | None = None


CALLS: list[Call] = []
COVERED = set()  # the classes and functions that stand in CALLS


def _parameters(function):
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind not in kinds]


def make(cls, use=lambda made: made, good=dict, also=(), label=""):
    """A class: it is made, then used."""
    COVERED.add(cls)
    spoilt = tuple(dict.fromkeys([*_parameters(cls), *also]))
    CALLS.append(Call(f"{cls.__module__}.{cls.__name__}{label}", lambda **given: use(cls(**given)), good, spoilt))


def function(f, good=dict, use=lambda result: result, spoilt=None, label=""):
    """A function, or anything that is called with names."""
    COVERED.add(f)
    name = f"{f.__module__}.{f.__name__}{label}"
    CALLS.append(Call(name, lambda **given: use(f(**given)), good, tuple(spoilt or _parameters(f))))


def method(owner, name, good=dict, spoilt=None):
    """A method of what `owner()` makes."""
    made = owner()
    bound = getattr(made, name)
    label = f"{type(made).__module__}.{type(made).__name__}.{name}"
    names = tuple(spoilt or _parameters(bound))
    CALLS.append(Call(label, lambda self, **given: getattr(self, name)(**given), good, names, owner))


def setting(owner, name, good):
    """An attribute that can be set."""
    made = owner()
    label = f"{type(made).__module__}.{type(made).__name__}.{name} ="
    CALLS.append(Call(label, lambda self, **given: setattr(self, name, given[name]), good, (name,), owner))


def numbers(*shape):
    """Numbers between −1 and 1, none of them 0."""
    return np.cos(np.arange(1.0, 1 + np.prod(shape, dtype=int))).reshape(shape)


def shares(n, k):
    """n distributions over k classes."""
    raw = 1 + np.arange(float(n * k)).reshape(n, k)
    return raw / raw.sum(axis=1, keepdims=True)


# -- optimizers and schedules -----------------------------------------------------------------------------------------

OPTIONS = [
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "loss_scale_factor",
    "gradient_accumulation_steps",
    "name",
]
EMA = ("use_ema", "ema_momentum", "ema_overwrite_frequency")
RATES = {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "first_decay_steps": 5}
RATES |= {"boundaries": [1, 2], "values": [1.0, 0.5, 0.1]}


def _step_twice(optimizer):
    for _ in range(2):
        optimizer.apply([np.ones((2, 2))], [np.ones((2, 2))])


def _stepped(optimizer):
    w = numbers(2, 2)
    optimizer.apply([np.ones_like(w)], [w], ["a"])
    return optimizer


def _by_name():
    return optimizers.OptimizerMap(optimizers.Adam(), {"a": optimizers.SGD()})


def _step():
    return {"grads": [numbers(2, 2)], "params": [numbers(2, 2)], "names": ["a"], "constraints": [np.abs]}


for cls in optimizers.BY_NAME.values():
    make(cls, _step_twice, also=OPTIONS)
    make(cls, _step_twice, lambda: {"use_ema": True}, EMA, label=" with use_ema")
make(optimizers.Optimizer, also=OPTIONS)
make(optimizers.LossScaleOptimizer, _step_twice, lambda: {"inner_optimizer": optimizers.Adam()})
make(optimizers.MultiOptimizer, _step_twice, lambda: {"optimizer_map": _by_name()})
make(optimizers.OptimizerMap, good=lambda: {"default_optimizer": optimizers.Adam()})
function(optimizers.get, lambda: {"identifier": "adam"}, _step_twice)
for wrapped in (
    lambda: _stepped(optimizers.Adam()),
    lambda: _stepped(optimizers.Muon(use_ema=True)),
    lambda: _stepped(optimizers.LossScaleOptimizer(optimizers.Adam())),
    lambda: _stepped(optimizers.MultiOptimizer(_by_name())),
):
    method(wrapped, "apply", _step)
    method(wrapped, "load_state", lambda wrapped=wrapped: {"saved": wrapped().state()})
    method(wrapped, "finalize_variable_values", lambda: {"params": [numbers(2, 2)]})
method(optimizers.Adam, "exclude_from_weight_decay", lambda: {"var_list": [numbers(2)], "var_names": ["bias"]})
method(lambda: optimizers.Adam(loss_scale_factor=8.0), "scale_loss", lambda: {"loss": 1.0})
setting(optimizers.Adam, "learning_rate", lambda: {"learning_rate": 0.1})
for name in schedules.__all__:
    if name != "LearningRateSchedule":
        cls = getattr(schedules, name)
        given = {key: value for key, value in RATES.items() if key in _parameters(cls)}
        make(cls, lambda schedule: schedule(3), lambda given=given: dict(given))
        method(lambda cls=cls, given=given: cls(**given), "__call__", lambda: {"step": 3})

# -- losses, metrics, initializers ------------------------------------------------------------------------------------


def _targets(cls, tensor=False):
    y_pred = Tensor(shares(2, 3)) if tensor else shares(2, 3)
    return {"y_true": np.array([0, 2]) if "Sparse" in cls.__name__ else shares(2, 3), "y_pred": y_pred}


LOSSES = tuple(dict.fromkeys(losses.NAMES.values()))
for cls in LOSSES:
    make(cls, lambda loss: loss(**_targets(type(loss))))
    weights = {"sample_weight": np.array([1.0, 2.0])}
    method(cls, "__call__", lambda cls=cls, weights=weights: _targets(cls) | weights)
    method(cls, "__call__", lambda cls=cls: _targets(cls, tensor=True), ("y_true", "sample_weight"))
    checked = {"shape": (2, 3), "dtype": "float64"}
    method(
        cls,
        "check",
        lambda cls=cls, checked=checked: {"y_true": _targets(cls)["y_true"]} | checked,
        ("y_true", "dtype"),
    )
_SPARSE = losses.SparseCategoricalCrossentropy
make(_SPARSE, lambda loss: loss(**_targets(_SPARSE)), lambda: {"from_logits": True}, label=" of logits")
_squares = losses.MeanSquaredError().call
make(losses.FunctionLoss, lambda loss: loss(numbers(2), numbers(2)), lambda: {"function": _squares})
function(losses.mse, lambda: {"y_true": numbers(3), "y_pred": numbers(3)})
function(losses.mae, lambda: {"y_true": numbers(3), "y_pred": numbers(3)})
function(losses.binary_cross_entropy, lambda: {"y_true": np.array([0, 1, 1]), "logits": numbers(3)})
function(losses.softmax_cross_entropy, lambda: {"labels": np.array([0, 2]), "logits": numbers(2, 3)})
function(losses.get, lambda: {"identifier": "mse"})
function(metrics.accuracy, lambda: {"y_true": np.array([0, 2]), "y_pred": shares(2, 3)})
function(metrics.accuracy, lambda: {"y_true": np.array([0, 1]), "y_pred": shares(2, 1)}, label=" of two classes")
function(metrics.get, lambda: {"identifier": "acc"}, spoilt=("identifier",))
INITIALIZERS = tuple(dict.fromkeys(initializers._NAMES.values()))
for cls in INITIALIZERS:
    make(cls, lambda draw: draw((3, 2), "float64"))
    method(lambda cls=cls: cls(), "__call__", lambda: {"shape": (3, 2), "dtype": "float32"})
function(initializers.get, lambda: {"identifier": "he_normal", "seed": 1}, lambda f: f((3, 2)), ("identifier", "seed"))
function(initializers.fans, lambda: {"shape": (3, 3, 1, 2)})

# -- activations, Tensors, layers -------------------------------------------------------------------------------------


def _back(out):
    if isinstance(out, Tensor):
        out.sum().backward()


ACTIVATIONS = tuple(activations._ALL)
for f in ACTIVATIONS:
    function(f, lambda: {"x": numbers(2, 3)})
    function(f, lambda: {"x": Tensor(numbers(2, 3))}, label=" of a Tensor", use=_back)
function(activations.get, lambda: {"identifier": "relu"}, lambda f: f(numbers(3)), ("identifier",))
make(Tensor, lambda made: made * 2, lambda: {"data": numbers(2), "requires_grad": True, "name": "w"})
method(lambda: Tensor(numbers(2)) * 2, "backward", lambda: {"grad": numbers(2), "keep_graph": False})
function(autodiff.constant, lambda: {"value": numbers(2), "name": "c"})
function(autodiff.logsumexp, lambda: {"a": Tensor(numbers(2, 3)), "axis": -1, "keepdims": False})

IMAGES, SEQUENCES, ROWS = (2, 4, 4, 2), (2, 3, 4), (2, 3)
LAYERS = {
    layers.Activation: ({"activation": "relu"}, ROWS),
    layers.AveragePooling2D: ({}, IMAGES),
    layers.BatchNormalization: ({}, ROWS),
    layers.Conv2D: ({"filters": 2, "kernel_size": 2}, IMAGES),
    layers.Dense: ({"units": 2}, ROWS),
    layers.Dropout: ({"rate": 0.5}, ROWS),
    layers.ELU: ({}, ROWS),
    layers.Embedding: ({"input_dim": 9, "output_dim": 2}, ROWS),
    layers.Flatten: ({}, IMAGES),
    layers.GlobalAveragePooling2D: ({}, IMAGES),
    layers.Input: ({"shape": (3,)}, ROWS),
    layers.LSTM: ({"units": 2}, SEQUENCES),
    layers.LayerNormalization: ({}, ROWS),
    layers.LeakyReLU: ({}, ROWS),
    layers.MaxPooling2D: ({}, IMAGES),
    layers.MultiHeadAttention: ({"num_heads": 2, "key_dim": 2}, SEQUENCES),
    layers.ReLU: ({}, ROWS),
    layers.Reshape: ({"target_shape": (4, 8)}, IMAGES),
    layers.Residual: ({"layers": [layers.Dense(3)]}, ROWS),
    layers.SimpleRNN: ({"units": 2}, SEQUENCES),
    layers.Softmax: ({}, ROWS),
    layers.WeightNormalization: ({"layer": layers.Dense(2)}, ROWS),
}


def sample(cls):
    """An input for a layer of this class."""
    shape = LAYERS[cls][1]
    return np.arange(6).reshape(shape) if cls is layers.Embedding else numbers(*shape)


def layer(cls):
    """A layer of this class, around new layers."""
    inner = {"layers": lambda: [layers.Dense(3)], "layer": lambda: layers.Dense(2)}
    return {key: inner[key]() if key in inner else value for key, value in LAYERS[cls][0].items()}


def built(cls):
    made = cls(**layer(cls))
    made(sample(cls))
    return made


for cls in LAYERS:
    make(cls, lambda made: made(sample(type(made)), training=True), lambda cls=cls: layer(cls))
    first = "query" if cls is layers.MultiHeadAttention else "x"
    method(lambda cls=cls: built(cls), "__call__", lambda cls=cls, first=first: {first: sample(cls)})
    method(lambda cls=cls: built(cls), "set_weights", lambda cls=cls: {"weights": built(cls).get_weights()})
make(layers.Layer)

# -- models, callbacks, checkpoints -----------------------------------------------------------------------------------


def network():
    """A small compiled network with weights."""
    model = models.Sequential([layers.Dense(4, "tanh"), layers.Dense(2)], seed=0)
    model.build((None, 3))
    model.compile("adam", _SPARSE(from_logits=True), metrics=["accuracy"])
    return model


def _data(x="x", y="y"):
    return {x: numbers(6, 3), y: np.arange(6) % 2}


def _fit():
    weights, held_out = {"sample_weight": np.ones(6)}, {"validation_data": tuple(_data().values())}
    return _data() | {"batch_size": 4, "callbacks": [callbacks.History()]} | weights | held_out


def train(*told):
    """Train with these callbacks."""
    network().fit(**_data(), epochs=3, callbacks=list(told), validation_split=0.5)


FOLDER = Path(tempfile.mkdtemp(prefix="good-calls-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
make(models.Sequential, lambda m: m.predict(numbers(2, 3)), lambda: {"layers": [layers.Dense(2)], "seed": 1})
method(network, "add", lambda: {"layer": layers.Dense(2)})
method(lambda: models.Sequential([layers.Dense(2)]), "build", lambda: {"input_shape": (None, 3), "dtype": "float32"})
method(network, "compile", lambda: {"optimizer": "adam", "loss": "mse", "metrics": ["accuracy"]})
method(network, "fit", _fit)
method(network, "evaluate", _data)
method(network, "predict", lambda: {"x": numbers(6, 3)})
method(network, "train_on_batch", _data)
method(network, "set_weights", lambda: {"weights": network().get_weights()})
method(network, "__call__", lambda: {"x": numbers(6, 3)})
CALLBACKS = {
    callbacks.BackupAndRestore: {"backup_dir": FOLDER / "backup"},
    callbacks.EarlyStopping: {},
    callbacks.History: {},
    callbacks.LambdaCallback: {},
    callbacks.LearningRateScheduler: {"schedule": lambda epoch: 0.1},
    callbacks.ModelCheckpoint: {"filepath": FOLDER / "model.npz"},
    callbacks.ReduceLROnPlateau: {},
    callbacks.TerminateOnNaN: {},
}
for cls, given in CALLBACKS.items():
    make(cls, train, lambda given=given: dict(given))
make(callbacks.LambdaCallback, train, dict, ("on_epoch_end", "on_train_begin", "on_lunch"), label=" of functions")
make(callbacks.CallbackList, good=lambda: {"callbacks": [callbacks.History()], "model": None, "params": {}})
function(checkpoints.save, lambda: {"path": FOLDER / "a.npz", "model": network(), "notes": {"epoch": 1}})
checkpoints.save(FOLDER / "b.npz", network())
function(checkpoints.load, lambda: {"path": FOLDER / "b.npz", "model": network()})

# -- gradients, landscapes, datasets, second order --------------------------------------------------------------------


def _slope():
    return {"gradient": lambda w: 2 * w, "w": numbers(2)}


def _bowl():
    return {"f": lambda w: (w**2).sum()} | _slope()


def _line(*names):
    return {name: {"X": numbers(5, 2), "y": numbers(5), "w": numbers(2)}[name] for name in names}


function(gradients.numerical_gradient, lambda: {"f": _bowl()["f"], "w": numbers(2)})
function(gradients.check_gradient, _bowl)
function(gradients.relative_error, lambda: {"a": numbers(2), "b": numbers(2)})
function(gradients.mse_gradient, lambda: _line("X", "y", "w"))
function(gradients.critical_learning_rate, lambda: _line("X"))
function(gradients.round_down, lambda: {"value": 0.25, "digits": 3})
function(gradients.condition_number, lambda: _line("X"))
function(gradients.gradient_descent, lambda: _slope() | {"learning_rate": 0.1, "steps": 3})
make(gradients.GradientDescent, lambda made: made.run(**_slope(), steps=2))
method(gradients.GradientDescent, "run", lambda: _slope() | {"steps": 3})
method(gradients.GradientDescent, "minimize", lambda: _slope() | {"steps": 3})
for f in (landscapes.bowl, landscapes.ravine, landscapes.saddle, landscapes.himmelblau, landscapes.rosenbrock):
    function(f, use=lambda made: made.grid(3))
for f in (landscapes.beale, landscapes.plateau, landscapes.bump, landscapes.double_well, landscapes.mountain):
    function(f, use=lambda made: made.grid(3))
for name in ("__call__", "gradient", "hessian"):
    method(landscapes.bowl, name, lambda: {"w": numbers(2)})
method(landscapes.bowl, "grid", lambda: {"points": 4, "bounds": ((0, 1), (0, 1))})
function(
    landscapes.descend,
    lambda: {"landscape": landscapes.bowl(), "optimizer": optimizers.SGD(), "steps": 2, "start": numbers(2)},
)
for f in (datasets.digits, datasets.diabetes, datasets.bmi, datasets.breast_cancer, datasets.spirals):
    function(f)
function(datasets.standardise, lambda: {"x": numbers(4, 2), "like": numbers(3, 2)})
for f in (second_order.newton, second_order.bfgs, second_order.lbfgs):
    function(f, _bowl)
function(second_order.hessian, _slope)
function(second_order.hessian_vector_product, lambda: _slope() | {"v": numbers(2)})
function(second_order.wolfe, lambda: _bowl() | {"p": -numbers(2)})
