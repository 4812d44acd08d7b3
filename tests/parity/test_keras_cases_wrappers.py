"""LossScaleOptimizer and MultiOptimizer against what Keras' own tests assert (version 3.15.1).

From keras/src/optimizers/loss_scale_optimizer_test.py and multi_optimizer_test.py, as literals: runs without Keras.
"""

import numpy as np
import pytest

from helpers import initializers, layers
from helpers.models import Sequential
from helpers.optimizers import SGD, Adam, LossScaleOptimizer, MultiOptimizer, OptimizerMap, RMSprop

WEIGHTS, GRADIENT = [1.0, 2.0, 3.0, 4.0], [1.0, 6.0, 7.0, 2.0]
INFINITE = np.full(4, np.inf)


# -- LossScaleOptimizer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", [{}, {"loss_scale_factor": 100}], ids=["plain", "with a scale of its own"])
def test_a_finite_step(inner):
    optimizer, w = LossScaleOptimizer(SGD(0.5, **inner)), np.array(WEIGHTS)
    optimizer.apply([np.array(GRADIENT) * optimizer.initial_scale], [w])
    np.testing.assert_allclose(w, [0.5, -1.0, -0.5, 3.0], rtol=1e-12)


def test_an_infinite_step():
    optimizer, w = LossScaleOptimizer(SGD(0.5)), np.array(WEIGHTS)
    optimizer.apply([INFINITE], [w])
    assert w.tolist() == WEIGHTS


@pytest.mark.parametrize(
    ("options", "gradient", "calls", "scale"),
    [
        ({"initial_scale": 400.0}, INFINITE, 4, 25.0),
        ({"initial_scale": 2.0, "dynamic_growth_steps": 2}, np.array(GRADIENT), 8, 32.0),
    ],
    ids=["down", "up"],
)
def test_the_scale_moves(options, gradient, calls, scale):
    optimizer, w = LossScaleOptimizer(SGD(0.5), **options), np.array(WEIGHTS)
    for _ in range(calls):
        optimizer.apply([gradient], [w])
    assert optimizer.scale_loss(1.0) == scale


def test_iterations_are_those_of_the_inner_optimizer():
    optimizer, w = LossScaleOptimizer(SGD(0.5)), np.array(WEIGHTS)
    for count in range(4):
        assert optimizer.iterations == count
        optimizer.apply([np.array(GRADIENT)], [w])


@pytest.mark.parametrize(
    "option",
    [
        {"weight_decay": 0.5},
        {"clipnorm": 0.5},
        {"global_clipnorm": 0.5},
        {"clipvalue": 0.5},
        {"use_ema": True},
        {"ema_momentum": 0.5},
        {"ema_overwrite_frequency": 2},
        {"loss_scale_factor": 0.5},
        {"gradient_accumulation_steps": 2},
        {"foo": True},
    ],
    ids=str,
)
def test_settings_belong_to_the_inner_optimizer(option):
    with pytest.raises((TypeError, ValueError), match=next(iter(option))):
        LossScaleOptimizer(SGD(0.5), **option)


@pytest.mark.parametrize("scale", [-1.0, 0.0])
def test_a_scale_is_positive(scale):
    """Keras takes them, and divides by 0 or turns the gradients around."""
    with pytest.raises(ValueError, match=r"^initial_scale"):
        LossScaleOptimizer(SGD(), initial_scale=scale)
    with pytest.raises(ValueError, match=r"^loss_scale_factor"):
        SGD(loss_scale_factor=scale)


# -- MultiOptimizer ---------------------------------------------------------------------------------------------


def test_names_are_matched():
    adam, sgd, default = Adam(1e-3), SGD(1e-2), RMSprop()
    found = OptimizerMap(default)
    found["^dense/.*"], found["^conv/.*"] = adam, sgd
    assert found("dense/kernel") is adam and found("conv/kernel") is sgd and found("bias") is default
    twice = OptimizerMap(default, {".*kernel.*": adam, ".*dense.*": sgd})
    with pytest.raises(ValueError, match="several"):
        twice("dense/kernel")


def test_the_optimizers_in_order():
    adam, sgd, default = Adam(1e-3), SGD(1e-2), RMSprop(1e-4)
    multi = MultiOptimizer(OptimizerMap(default, {"^dense_1/.*": adam, "^dense_2/.*": sgd}))
    for step in range(2):
        assert [adam, sgd, default] == multi.optimizers
        assert [one.iterations for one in multi.optimizers] == [step, step, step]
        multi.apply([np.ones((1, 1))] * 3, [np.ones((1, 1)) for _ in "abc"], ["dense_1/w", "dense_2/w", "other/w"])


def test_each_takes_its_step():
    w = [np.full((1, 2), start) for start in (2.0, 3.0, 4.0)]
    multi = MultiOptimizer(OptimizerMap(SGD(0.0), {"^dense_1/.*": SGD(0.1), "^dense_2/.*": SGD(1.0)}))
    multi.apply([np.ones((1, 2))] * 3, w, ["dense_1/kernel", "dense_2/kernel", "other/kernel"])
    np.testing.assert_allclose(w, [[[1.9, 1.9]], [[2.0, 2.0]], [[4.0, 4.0]]])
    assert multi.iterations == 1 and all(one.iterations == 1 for one in multi.optimizers)


def test_its_loss_scale_replaces_theirs():
    inner = SGD(0.1, loss_scale_factor=2.0)
    multi, w = MultiOptimizer(OptimizerMap(inner, {"^dense_1/.*": inner}), loss_scale_factor=5.0), np.full((1, 2), 2.0)
    assert multi.scale_loss(2.0) == 10.0
    multi.apply([np.full((1, 2), 10.0)], [w], ["dense_1/kernel"])
    np.testing.assert_allclose(w, [[1.8, 1.8]])


def test_a_function_chooses():
    adam, sgd = Adam(1e-3), SGD(1e-2)
    multi = MultiOptimizer(lambda name: adam if "dense_1" in name else sgd)
    w = [np.ones((1, 1)), np.ones((1, 1))]
    multi.apply([np.ones((1, 1))] * 2, w, ["dense_1/kernel", "dense_2/kernel"])
    assert multi.optimizers == [adam, sgd]
    assert w[1][0, 0] == pytest.approx(0.99)


def test_in_fit():
    ones = initializers.Ones()
    one, two, rest = SGD(1e-3), SGD(1e-2), SGD(0.1)
    multi = MultiOptimizer(OptimizerMap(rest, {".*dense_1/.*": one, ".*dense_2/.*": two}))
    model = Sequential(
        [
            layers.Dense(2, kernel_initializer=ones, use_bias=False, name="dense_1"),
            layers.Dense(1, kernel_initializer=ones, use_bias=False, name="dense_2"),
        ]
    )
    model.compile(multi, "mse")
    model.fit(np.ones((1, 1)), np.zeros((1, 1)), batch_size=1)
    first, second = model.get_weights()
    np.testing.assert_allclose(first, [[0.996, 0.996]])
    np.testing.assert_allclose(second, [[0.96], [0.96]])
    assert (multi.iterations, rest.iterations, one.iterations, two.iterations) == (1, 0, 1, 1)


def test_inside_a_loss_scale_optimizer():
    """The dynamic scale is the one that counts, for the loss and for the gradients."""
    multi = MultiOptimizer(OptimizerMap(SGD(0.1), {".*dense_1/.*": SGD(0.1)}), loss_scale_factor=5.0)
    optimizer = LossScaleOptimizer(multi, initial_scale=10.0, dynamic_growth_steps=1000)
    assert optimizer.scale_loss(2.0) == 20.0
    w = [np.full((1, 2), 2.0), np.full((1, 2), 2.0)]
    optimizer.apply([np.full((1, 2), 10.0)] * 2, w, ["dense_1/kernel", "dense_2/kernel"])
    np.testing.assert_allclose(w, np.full((2, 1, 2), 1.9))


@pytest.mark.parametrize(
    "wrapper", [LossScaleOptimizer(SGD()), MultiOptimizer(OptimizerMap(SGD()))], ids=["scale", "multi"]
)
def test_wrappers_do_not_go_inside(wrapper):
    w = np.ones((1, 1))
    with pytest.raises(TypeError, match="plain optimizer"):
        OptimizerMap(SGD())[".*"] = wrapper
    with pytest.raises(TypeError, match="plain optimizer"):
        OptimizerMap(SGD(), {".*": wrapper})
    with pytest.raises(TypeError, match="plain optimizer"):
        MultiOptimizer(lambda name: wrapper).apply([w], [w.copy()], ["dense_1/kernel"])
