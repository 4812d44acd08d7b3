"""What every optimizer takes: rates, clipping, accumulation, decay, averages, constraints."""

import numpy as np
import pytest

from helpers.optimizers import SGD, AdamW, Optimizer
from helpers.schedules import ExponentialDecay


def test_learning_rate_can_be_set_read_and_a_function_decides_it():
    optimizer = SGD(0.5)
    optimizer.learning_rate = 0.25
    assert optimizer.learning_rate == 0.25
    assert SGD(lambda: 0.125).learning_rate == 0.125
    with pytest.raises(TypeError, match="learning_rate"):
        SGD(ExponentialDecay(0.1, 1, 0.5)).learning_rate = 0.1


def test_global_clipnorm_keeps_the_direction():
    a, b = np.array([0.0]), np.array([0.0])
    SGD(1.0, global_clipnorm=1.0).apply([np.array([30.0]), np.array([40.0])], [a, b])
    np.testing.assert_allclose([a[0], b[0]], [-0.6, -0.8], rtol=1e-12)


def test_accumulation_takes_one_step_of_the_mean():
    w, optimizer = np.array([0.0]), SGD(1.0, gradient_accumulation_steps=4)
    for i, g in enumerate([1.0, 2.0, 3.0, 6.0]):
        assert w[0] == 0 and optimizer.iterations == 0, i
        optimizer.apply([np.array([g])], [w])
    assert w[0] == -3 and optimizer.iterations == 1


def test_an_update_forgets_what_every_parameter_had_accumulated():
    """Keras resets all accumulators; one left over would be applied a window later."""
    optimizer = SGD(1.0, gradient_accumulation_steps=2)
    a, b = np.zeros(1), np.zeros(1)
    for grads in ([1.0, 1.0], [1.0, None], [0.0, 0.0], [0.0, 0.0]):
        optimizer.apply([None if g is None else np.array([g]) for g in grads], [a, b])
    assert (a[0], b[0]) == (-1.0, 0.0)


def test_decay_can_exclude_by_array_and_by_name():
    w, b, c = np.ones(1), np.ones(1), np.ones(1)
    optimizer = AdamW(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[c], var_names=["bias"])
    optimizer.apply([np.zeros(1)] * 3, [w, b, c], names=["dense/kernel", "dense/bias", "other"])
    assert (w[0], b[0], c[0]) == (0.95, 1.0, 1.0)


@pytest.mark.parametrize("pattern", ["^kernel$", "kernel", "dense/kernel", "^dense", "nel$"])
def test_patterns_of_names_meet_the_whole_path_or_its_last_part(pattern):
    optimizer = SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=[pattern])
    kept, decayed = np.ones(2), np.ones(2)
    optimizer.apply([np.zeros(2), np.zeros(2)], [kept, decayed], names=["dense/kernel", "other/bias"])
    assert (kept == 1).all() and (decayed < 1).all()


def test_a_subclass_may_call_an_attribute_weight_decay_without_decaying_twice():
    class Mine(Optimizer):
        def __init__(self, learning_rate=0.1, weight_decay=0.5, **options):
            super().__init__(learning_rate, **options)
            self.weight_decay = weight_decay

        def update_step(self, w, g, lr, t):
            w -= lr * self.weight_decay * w

    w = np.ones(1)
    Mine().apply([np.zeros(1)], [w])
    assert w[0] == 0.95


def test_averaged_weights_arrive_when_asked_for():
    w, optimizer = np.array([0.0]), SGD(1.0, use_ema=True, ema_momentum=0.5)
    for _ in range(3):  # w = 1, 2, 3; average = 1, 1.5, 2.25
        optimizer.apply([np.array([-1.0])], [w])
    optimizer.finalize_variable_values([w])
    assert w[0] == 2.25


def test_constraints_act_after_the_step():
    w = np.array([0.5, -0.5])
    SGD(1.0).apply([np.array([1.0, 1.0])], [w], constraints=[lambda x: np.maximum(x, 0)])
    assert (w == 0).all()
