"""The controls of the lesson that runs our optimizers beside Keras'."""

from __future__ import annotations

import contextlib

import numpy as np

from helpers import keras_bridge, optimizers
from helpers.playground.ahead import prepared
from helpers.playground.explorer import choice, explore
from helpers.plots.side_by_side import difference_axes, difference_ground, written

STEPS = 25
SIZE = 40  # weights
EPSILONS = (1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10)
# name: (class, the rest of its settings, its ε or None)
RULES = {
    "sgd": (optimizers.SGD, {"learning_rate": 0.01}, None),
    "momentum": (optimizers.SGD, {"learning_rate": 0.01, "momentum": 0.9}, None),
    "nesterov": (optimizers.SGD, {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}, None),
    "adagrad": (optimizers.Adagrad, {"learning_rate": 0.1}, 1e-7),
    "rmsprop": (optimizers.RMSprop, {"learning_rate": 0.001}, 1e-7),
    "adam": (optimizers.Adam, {"learning_rate": 0.001}, 1e-7),
    "amsgrad": (optimizers.Adam, {"learning_rate": 0.001, "amsgrad": True}, 1e-7),
    "adamw": (optimizers.AdamW, {"learning_rate": 0.001}, 1e-7),
    "nadam": (optimizers.Nadam, {"learning_rate": 0.001}, 1e-7),
}
PRECISIONS = {
    "float64 on both sides": ("float64", "float64", "float64"),
    "float64, but Keras' rate in float32": ("float64", "float64", "float32"),
    "float32 weights in Keras": ("float64", "float32", "float32"),
    "float32 on both sides": ("float32", "float32", "float32"),
}
# What is set otherwise on the two sides, in the words of a title.
CAUSES = dict(zip(PRECISIONS, (None, "rate in float32", "float32 weights", "all in float32"), strict=True))


def gradients(steps=STEPS, size=SIZE):
    """Gradients (steps, size) of sizes from 1e-6 to 10, the same at every call."""
    rng = np.random.default_rng(3)
    return rng.normal(size=(steps, size)) * gradient_sizes(size)


def gradient_sizes(size=SIZE):
    """The typical size of each weight's gradients (size,), smallest first."""
    return np.geomspace(1e-6, 10, size)


def keras_path(rule, dtype, floatx, grads):
    """Return the weights (steps, size) after each step of Keras, from 0, with Keras' own ε."""
    kind, settings, _ = RULES[rule]
    keras = keras_bridge.require()
    with keras_bridge.float64() if floatx == "float64" else contextlib.nullcontext():
        twins = {"float64": keras_bridge.to_keras_optimizer, "float32": keras_bridge.plain_twin}
        twin = twins[dtype](kind(**settings))
    with keras_bridge.float64() if dtype == "float64" else contextlib.nullcontext():  # JAX has float64 only inside
        variable = keras.Variable(np.zeros(grads.shape[1]), dtype=dtype)
        path = []
        for g in grads:
            twin.apply([keras.ops.convert_to_tensor(g.astype(dtype))], [variable])
            path.append(keras_bridge.as_arrays([variable])[0])
    return np.array(path, dtype=float)


def our_path(rule, dtype, epsilon, grads):
    """Return the weights (steps, size) after each of our steps, from 0."""
    kind, settings, own = RULES[rule]
    ours = kind(**settings) if own is None else kind(**settings, epsilon=epsilon)
    w, path = np.zeros(grads.shape[1], dtype), []
    for g in grads:
        ours.apply([g.astype(dtype)], [w])
        path.append(w.copy())
    return np.array(path, dtype=float)


def relative(ours, theirs):
    """The largest difference after each step (steps,), as a part of Keras' largest weight, of paths (steps, size)."""
    return np.abs(ours - theirs).max(axis=1) / np.abs(theirs).max(axis=1)


def ours_minus_keras():
    """Return controls for optimizer, our ε and precision, over the difference between ours and Keras."""
    grads, sizes = gradients(), gradient_sizes()
    # Keras takes milliseconds for a step: all its paths are made now, so that a control answers at once.
    kinds = dict.fromkeys((r, *p[1:]) for r in RULES for p in PRECISIONS.values())
    known = prepared(lambda *kind: keras_path(*kind, grads), kinds)
    if known is None:
        return None

    def ground(fig, rule):
        theirs, own = known[rule, "float64", "float64"], RULES[rule][2]
        ours = {epsilon: our_path(rule, "float64", epsilon, grads) for epsilon in EPSILONS}
        alike = our_path(rule, "float64", own, grads)
        suspects = {"set alike": relative(alike, theirs)}
        for name, (mine, *kind) in PRECISIONS.items():
            if CAUSES[name] and mine == "float64":
                suspects[CAUSES[name]] = relative(alike, known[rule, *kind])
        if own is not None:
            suspects["ε 1e-8, not 1e-7"] = relative(ours[1e-8], theirs)
        difference_ground(*fig.axes, theirs, list(ours.values()), suspects)

    def draw(fig, rule, epsilon, precision):
        mine, theirs, floatx = PRECISIONS[precision]
        ours = our_path(rule, mine, epsilon, grads)
        keras = known[rule, theirs, floatx]
        apart = relative(ours, keras)
        other = RULES[rule][2] not in (None, epsilon)
        causes = ["another ε"] * other + [CAUSES[precision]] * (CAUSES[precision] is not None)
        cause = "two causes" if len(causes) == 2 else causes[0] if causes else "set alike"
        difference_axes(*fig.axes, ours, keras, apart, rule, sizes, cause[0].upper() + cause[1:])
        if not apart.any():
            said = f"No bit of the {SIZE} weights differs, in any of {STEPS} steps."
        else:
            said = f"The largest difference is {written(apart.max())} of the largest weight, after step "
            said += f"{apart.argmax() + 1}; after step {STEPS} it is {written(apart[-1])}."
        if not causes and rule != "nadam":
            said += " With all set alike, one of the nine optimizers is off by more than rounding: which?"
        if RULES[rule][2] is None:
            said += f" {rule} has no ε."
        if rule == "nadam" and apart.any() and epsilon == RULES[rule][2] and mine == theirs == "float64":
            said += " Keras rounds a constant of Nadam to float32."
        return said

    return explore(
        draw,
        "Left: the paths of two of the 40 weights over 25 steps, ours as wide lines and Keras' dotted: the weight furthest apart "
        "and another. Right: the largest difference among all 40 after each step, as a part of the largest weight, on a "
        "logarithmic axis, and as thin lines those that one cause alone makes: the rate in float32, the weights in float32, "
        "another ε. Controls: optimizer, our ε, precision.",
        ncols=2,
        size=(8.0, 3.8),
        ground=ground,
        rule=choice("optimizer", list(RULES), "adam"),
        epsilon=choice("our ε", {f"{e:.0e}": e for e in EPSILONS}, 1e-8),  # a gap to close
        precision=choice("precision", list(PRECISIONS)),
    )
