"""What optimizers refuse: calls and settings that are wrong, errors inside a rule. A refused call changes nothing."""

import numpy as np
import pytest

from helpers import optimizers
from helpers.optimizers import SGD, Adam, Optimizer, RMSprop

ONE = [np.ones(2)]
BAD_CALLS = {
    "shape": ([np.ones(3)], [np.ones(2)], ValueError, r"grads\[0\].*\(3,\).*params\[0\].*\(2,\)"),
    "count": ([np.ones(2)] * 2, [np.ones(2)], ValueError, "grads and params.*2 gradients for 1"),
    "integers": ([np.ones(2)], [np.ones(2, int)], TypeError, r"params\[0\].*float32 or float64.*int64"),
    "integer gradient": ([np.ones(2, int)], [np.ones(2)], TypeError, r"grads\[0\].*int64"),
    "float16": ([np.ones(2, np.float16)], [np.ones(2, np.float16)], TypeError, r"params\[0\].*float16"),
    "list": ([[1.0, 2.0]], [np.ones(2)], TypeError, r"grads\[0\].*list"),
    "bare array": (np.ones(2), np.ones(2), TypeError, "params must be a list"),
    "same twice": (ONE * 2, ONE * 2, ValueError, "share memory"),
    "all none": ([None], [np.ones(2)], ValueError, "every gradient is None"),
    "read only": ([np.ones(2)], [np.broadcast_to(1.0, 2)], ValueError, r"params\[0\] is read-only"),
}


@pytest.mark.parametrize("case", BAD_CALLS)
@pytest.mark.parametrize("used", [False, True])
def test_a_bad_call_is_refused_and_changes_nothing(case, used):
    grads, params, error, message = BAD_CALLS[case]
    optimizer = Adam()
    if used:
        optimizer.apply([np.ones(2)], [np.ones(2)])
    before, state = [np.array(w) for w in params], optimizer.state()
    with pytest.raises(error, match=message if not used or case == "shape" else None):
        optimizer.apply(grads, params)
    for w, was in zip(params, before, strict=True):
        np.testing.assert_array_equal(w, was)
    assert optimizer.iterations == int(used) and repr(optimizer.state()) == repr(state)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD(-0.1), ValueError, "learning_rate must be at least 0.*-0.1"),
        (lambda: SGD(float("nan")), ValueError, "learning_rate must be finite"),
        (lambda: SGD("fast"), TypeError, "learning_rate must be a number"),
        (lambda: SGD(True), TypeError, "learning_rate"),
        (lambda: SGD(lr=0.1), TypeError, "lr"),
        (lambda: SGD(momentum=1.5), ValueError, "momentum must be at least 0 and at most 1"),
        (lambda: Adam(beta_1=1.0), ValueError, "beta_1 must be less than 1"),
        (lambda: RMSprop(rho=-0.1), ValueError, "rho"),
        (lambda: Adam(epsilon=-1e-8), ValueError, "epsilon"),
        (lambda: Adam(clipnorm=1.0, clipvalue=1.0), ValueError, "clipnorm and clipvalue"),
        (lambda: Adam(gradient_accumulation_steps=1), ValueError, "gradient_accumulation_steps.*at least 2"),
        (lambda: Adam(use_ema=True, ema_momentum=2.0), ValueError, "ema_momentum"),
        (lambda: optimizers.get("adm"), ValueError, "adm.*Did you mean 'adam'"),
        (lambda: optimizers.get(Adam), TypeError, r"Adam\(\)"),
        (lambda: optimizers.get(3), TypeError, "int"),
    ],
)
def test_bad_settings_name_the_argument(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("name", ["sgd", "Adam", "RMSPROP", "nadam"])
def test_get_finds_by_name_in_any_case(name):
    assert type(optimizers.get(name)).__name__.lower() == name.lower()


def test_an_error_inside_a_rule_is_placed_and_the_optimizer_says_so_until_restored():
    class Broken(Optimizer):
        slots = ("m",)

        def update_step(self, w, g, lr, t, m):
            w -= lr * g
            if t == 2 and w.shape == (3,):
                raise ZeroDivisionError("no")

    optimizer, params = Broken(0.1), [np.ones(2), np.ones(3)]
    grads = [np.ones(2), np.ones(3)]
    optimizer.apply(grads, params)
    good = optimizer.state()
    with pytest.raises(RuntimeError, match=r"Broken.update_step failed at step 2, parameter 1 .*ZeroDivisionError: no"):
        optimizer.apply(grads, params)
    with pytest.raises(RuntimeError, match="middle of step 2"):
        optimizer.apply(grads, params)
    optimizer.load_state(good)
    assert optimizer.iterations == 1


def test_a_rule_that_changes_its_gradient_is_told_so():
    class Greedy(Optimizer):
        def update_step(self, w, g, lr, t):
            g *= lr
            w -= g

    g = np.ones(2)
    with pytest.raises(RuntimeError, match="read-only"):
        Greedy(0.1).apply([g], [np.ones(2)])
    assert (g == 1).all()
