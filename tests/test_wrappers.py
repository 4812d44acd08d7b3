"""Optimizers around optimizers: LossScaleOptimizer and MultiOptimizer, without Keras."""

import numpy as np
import pytest

from helpers import schedules
from helpers.optimizers import SGD, Adam, AdamW, LossScaleOptimizer, MultiOptimizer, OptimizerMap, RMSprop

INF = np.array([np.inf, 1.0])


def test_loss_scale_leaves_the_training_as_it_is(rng):
    gradients = rng.normal(size=(10, 4))
    plain, scaled = np.ones(4), np.ones(4)
    inner, outer = Adam(0.1), LossScaleOptimizer(Adam(0.1), initial_scale=1024.0)
    for g in gradients:
        inner.apply([g], [plain])
        outer.apply([outer.scale_loss(g)], [scaled])
    np.testing.assert_array_equal(plain, scaled)  # a power of two: the scaling is exact
    assert outer.iterations == 10


def test_loss_scale_skips_halves_and_doubles():
    optimizer, w = LossScaleOptimizer(SGD(1.0), initial_scale=8.0, dynamic_growth_steps=3), np.zeros(2)
    scales = []
    for g in (np.ones(2), INF, np.ones(2), np.ones(2), np.ones(2), np.array([np.nan, 0.0])):
        optimizer.apply([g], [w])
        scales.append(optimizer.dynamic_scale)
    assert scales == [8, 4, 4, 4, 8, 4]
    assert optimizer.iterations == 4 and np.isfinite(w).all()


def test_loss_scale_never_reaches_zero_or_infinity():
    optimizer, w = LossScaleOptimizer(SGD(1.0), dynamic_growth_steps=1), np.zeros(2)
    for _ in range(300):
        optimizer.apply([INF], [w])
    optimizer.apply([np.full(2, 1e-300)], [w])
    for _ in range(500):
        optimizer.apply([np.zeros(2)], [w])
    assert np.isfinite(w).all() and np.isfinite(np.float32(optimizer.dynamic_scale))


def test_loss_scale_refuses_without_a_trace():
    optimizer = LossScaleOptimizer(Adam())
    with pytest.raises(ValueError, match="grads"):
        optimizer.apply([INF], [np.ones(3)])
    assert optimizer.dynamic_scale == 2.0**15
    for bad in (SGD, "sgd", LossScaleOptimizer(SGD())):
        with pytest.raises(TypeError, match="inner_optimizer"):
            LossScaleOptimizer(bad)


def test_each_parameter_goes_to_the_optimizer_of_its_name(rng):
    names = ["encoder/dense/kernel", "encoder/dense/bias", "head/kernel", "head/bias"]
    start = [rng.normal(size=3) for _ in names]
    gradients = [[rng.normal(size=3) for _ in names] for _ in range(4)]
    adam, sgd, default = Adam(0.1), SGD(0.5), RMSprop(0.01)
    optimizer = MultiOptimizer(OptimizerMap(default, {"encoder/.*": adam, "head/bias": sgd}))
    params = [w.copy() for w in start]
    for g in gradients:
        optimizer.apply(g, params, names)
    for indices, fresh in (([0, 1], Adam(0.1)), ([3], SGD(0.5)), ([2], RMSprop(0.01))):
        alone = [start[i].copy() for i in indices]
        for g in gradients:
            fresh.apply([g[i] for i in indices], alone)
        for i, w in zip(indices, alone, strict=True):
            np.testing.assert_array_equal(params[i], w)
    assert optimizer.iterations == 4 and {id(o) for o in optimizer.optimizers} == {id(adam), id(sgd), id(default)}


def test_a_name_that_two_keys_match_is_an_error_and_an_exact_one_is_not():
    optimizers = OptimizerMap(SGD(), {"a.*": Adam(), ".*b": RMSprop()})
    with pytest.raises(ValueError, match="'ab' is matched by several"):
        optimizers["ab"]
    optimizers["ab"] = exact = AdamW()
    assert optimizers["ab"] is exact and len(optimizers) == 3
    with pytest.raises(ValueError, match="already"):
        optimizers["ab"] = SGD()
    with pytest.raises(TypeError, match="optimizer of 'c'"):
        optimizers["c"] = MultiOptimizer(optimizers)
    with pytest.raises(ValueError, match="regular expression"):
        optimizers["("] = SGD()


def test_nothing_moves_when_one_of_the_optimizers_cannot():
    def fails():
        raise OSError("no rate today")

    params = [np.ones(2), np.ones(2)]
    optimizer = MultiOptimizer(OptimizerMap(SGD(0.1), {"b": SGD(fails)}))
    with pytest.raises(OSError, match="no rate"):
        optimizer.apply([np.ones(2)] * 2, params, ["a", "b"])
    assert all((w == 1).all() for w in params) and optimizer.iterations == 0


def test_a_function_may_choose_and_a_parameter_without_gradient_waits():
    sgd, adam = SGD(1.0), Adam(1.0)
    optimizer = MultiOptimizer(lambda name: adam if "adam" in name else sgd, loss_scale_factor=4.0)
    a, b = np.zeros(1), np.zeros(1)
    optimizer.apply([np.array([4.0]), None], [a, b], ["x", "adam"])
    assert a[0] == -1 and b[0] == 0 and (sgd.iterations, adam.iterations) == (1, 0)
    with pytest.raises(AttributeError, match=r"\.optimizers"):
        _ = optimizer.learning_rate
    with pytest.raises(TypeError, match="optimizer_map"):
        MultiOptimizer(Adam())


def test_wrappers_go_on_from_a_saved_state(rng):
    def make():
        inner = MultiOptimizer(OptimizerMap(Adam(schedules.CosineDecay(0.1, 20)), {"b": SGD(0.1, momentum=0.9)}))
        return LossScaleOptimizer(inner, dynamic_growth_steps=3)

    gradients = [[rng.normal(size=2), rng.normal(size=3)] for _ in range(9)]
    first, through = make(), [np.ones(2), np.ones(3)]
    for g in gradients[:5]:
        first.apply(g, through, ["a", "b"])
    saved, held = first.state(), [w.copy() for w in through]
    for g in gradients[5:]:
        first.apply(g, through, ["a", "b"])
    second = make()
    second.apply(gradients[0], [np.ones(2), np.ones(3)], ["a", "b"])  # so that it knows its parameters
    second.load_state(saved)
    for g in gradients[5:]:
        second.apply(g, held, ["a", "b"])
    for a, b in zip(through, held, strict=True):
        np.testing.assert_array_equal(a, b)
    assert second.dynamic_scale == first.dynamic_scale
    for junk in (None, {}, saved | {"inner": {}}, saved | {"dynamic_scale": -1.0}):
        with pytest.raises(ValueError, match="state"):
            second.load_state(junk)
