"""Finding Keras, its precision, its devices, and the little that depends on which library computes behind it."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os

import numpy as np

INSTALL = (
    'In a terminal, in the folder of this course, `pip install -e ".[keras]"` (or `make setup`) installs it with '
    "TensorFlow; then restart this notebook's kernel. JAX or PyTorch will do too, if KERAS_BACKEND=jax or "
    "KERAS_BACKEND=torch is set before the kernel starts. Every lesson but this one runs without."
)


def available() -> bool:
    """Whether `require` would find Keras and its backend; imports neither."""
    return _missing() is None


def require():
    """Import Keras, quietly, and return it; raises ImportError that says how to install what is missing."""
    missing = _missing()
    if missing:
        raise ImportError(f"{missing} is not installed, and this part of the course needs it. {INSTALL}")
    # TensorFlow reads these when it is imported: no log of its start, and no reordering of sums by oneDNN.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    try:
        import keras
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
        raise ImportError(f"Keras is installed but does not start ({reason}). {INSTALL}") from error
    # A lesson compiles many small models, which TensorFlow takes for one that is compiled again and again.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return keras


def _missing():
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if importlib.util.find_spec("keras") is None:
        return "Keras"
    return None if importlib.util.find_spec(backend) else f"{backend}, which Keras computes with,"


@contextlib.contextmanager
def float64():
    """``with float64():`` Keras computes in double precision, and as before afterwards. Yields Keras.

    Make models and optimizers inside: an optimizer keeps its learning rate in the precision it was made in. Optimizers
    are exact on every backend, whole networks on TensorFlow and JAX: over PyTorch, Keras multiplies float64 matrices in
    float32, so gradients differ by some 1e-7.
    """
    keras = require()
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    with _jax_in_double(keras):
        keras.config.set_floatx("float64")
        # A policy that was made before does not follow floatx.
        keras.config.set_dtype_policy("float64")
        try:
            yield keras
        finally:
            keras.config.set_floatx(floatx)
            keras.config.set_dtype_policy(policy)


@contextlib.contextmanager
def _jax_in_double(keras):
    if keras.config.backend() != "jax":
        yield
        return
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", before)


def devices() -> list[str]:
    """The devices that Keras can compute on, the processor first: ``["cpu:0", "gpu:0"]``."""
    keras = require()
    found = []
    for kind in ("cpu", "gpu"):
        # JAX raises for a kind it has none of.
        with contextlib.suppress(Exception):
            found += keras.distribution.list_devices(kind)
    return list(dict.fromkeys(found)) or ["cpu:0"]


def gradients(model, loss, x, y) -> tuple[float, list[np.ndarray]]:
    """The loss of a Keras model on one batch, and its gradient by each trainable variable, as arrays.

    ``loss(y, model(x))`` is differentiated by the library behind Keras: tf.GradientTape, jax.value_and_grad or
    PyTorch's autograd.
    """
    keras = require()
    x, y = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)
    if not model.built:
        model.build(x.shape)
    value, grads = _GRADIENTS[keras.config.backend()](keras, model, loss, x, y)
    return float(keras.ops.convert_to_numpy(value)), as_arrays(grads)


def _tensorflow_gradients(keras, model, loss, x, y):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=True))
    return value, tape.gradient(value, [v.value for v in model.trainable_variables])


def _jax_gradients(keras, model, loss, x, y):
    import jax

    fixed = [v.value for v in model.non_trainable_variables]

    def of(trainable):
        y_pred, _ = model.stateless_call(trainable, fixed, x, training=True)
        return loss(y, y_pred)

    return jax.value_and_grad(of)([v.value for v in model.trainable_variables])


def _torch_gradients(keras, model, loss, x, y):
    import torch

    value = loss(y, model(x, training=True))
    return value.detach(), torch.autograd.grad(value, [v.value for v in model.trainable_variables])


_GRADIENTS = {"tensorflow": _tensorflow_gradients, "jax": _jax_gradients, "torch": _torch_gradients}


def compiled_step(optimizer, variables, grads):
    """A function that takes one step of a Keras optimizer, compiled where the backend compiles, and waits for it."""
    keras = require()
    optimizer.build(variables)
    backend = keras.config.backend()
    if backend == "jax":
        return _jax_step(keras, optimizer, variables, grads)

    def step(grads):  # an argument: what a compiled function captures stays in memory after it
        optimizer.apply(grads, variables)

    if backend == "tensorflow":
        import tensorflow as tf

        step = tf.function(step)

    def run():
        step(grads)
        _wait(keras, variables[0])

    return run


def _jax_step(keras, optimizer, variables, grads):
    import jax

    # Without donation each step would also make and fill new arrays.
    step = jax.jit(optimizer.stateless_apply, donate_argnums=(0, 2))
    state = [[v.value for v in optimizer.variables], [v.value for v in variables]]
    # The variables' own arrays are given away: take copies, so that they stay usable.
    state = jax.tree_util.tree_map(lambda a: a.copy(), state)

    def run():
        weights, slots = step(state[0], grads, state[1])
        state[:] = [slots, weights]
        _wait(keras, weights[0])

    return run


def as_arrays(variables) -> list[np.ndarray]:
    """The values of Keras variables or tensors as arrays."""
    keras = require()
    return [keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(v)) for v in variables]


def _wait(keras, tensor):
    """Devices compute while Python goes on; a number that has arrived here has been computed."""
    keras.ops.convert_to_numpy(tensor[:1])
