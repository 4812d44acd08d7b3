"""Numbers that are valid and finite never give NaN, however large or small. (Infinity is right where a square is too large.)

In float64 these are numbers up to 1e300 for losses and activations, gradients up to 1e150 for optimizers: g·g is then
below 1e308. In float32 g·g overflows beyond 1e19, and ∞/∞ is NaN; Keras' optimizers give NaN there, too, and so do these.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from good_calls import ACTIVATIONS, LAYERS, LOSSES, RATES, layer
from helpers import losses, optimizers, schedules
from helpers.autodiff import Tensor

pytestmark = pytest.mark.filterwarnings("ignore:(overflow|underflow|divide by zero|invalid value):RuntimeWarning")

SIZES = [0.0, 5e-324, 1e-300, 1e-30, 1e-8, 0.5, 1.0, 30.0, 1e4, 1e30, 1e150, 1e300]
SIGNED = np.array([sign * size for size in SIZES for sign in (1, -1)])
SHARES = np.array([0.0, 5e-324, 1e-300, 1e-8, 0.5, 1 - 1e-16, 1.0])


def no_nan(*arrays):
    for array in arrays:
        assert not np.isnan(array).any(), array


def pairs(a, b):
    """Every value of a with every one of b, as two columns."""
    both = np.array(list(itertools.product(a, b)))
    return both[:, :1], both[:, 1:]


def check_loss(loss, y_true, y_pred):
    """Sample by sample, so that one infinity does not hide behind another."""
    for t, p in zip(y_true, y_pred, strict=True):
        x = Tensor(p[None])
        value = loss(t[None], x)
        value.backward()
        no_nan(value.data, x.grad, loss(t[None], p[None]))


@pytest.mark.parametrize("cls", [c for c in LOSSES if "Cross" not in c.__name__], ids=lambda c: c.__name__)
def test_losses_of_numbers(cls):
    targets = {"Hinge": [-1.0, 1.0], "SquaredHinge": [-1.0, 1.0], "KLDivergence": SHARES}.get(cls.__name__, SIGNED)
    check_loss(cls(), *pairs(targets, SHARES if cls is losses.KLDivergence else SIGNED))
    for reduction in ("sum", "mean_with_sample_weight"):
        y_true, y_pred = pairs(np.clip(targets, -1e150, 1e150), SHARES)  # an infinite loss times weight 0 is NaN
        no_nan(cls(reduction=reduction)(y_true, y_pred, sample_weight=np.zeros(len(y_true))))


@pytest.mark.parametrize("delta", [0.0, 1e-300, 1e300])
def test_huber_of_any_delta(delta):
    check_loss(losses.Huber(delta), *pairs(SIGNED, SIGNED))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_cross_entropies(smoothing):
    binary = losses.BinaryCrossentropy(label_smoothing=smoothing)
    check_loss(binary, *pairs([0.0, 1e-300, 0.3, 1.0], SHARES))
    check_loss(losses.BinaryCrossentropy(True, smoothing), *pairs([0.0, 0.3, 1.0], SIGNED))
    _, logits = pairs(SIGNED, SIGNED)
    logits = np.concatenate([*pairs(SIGNED, SIGNED), np.zeros_like(logits)], axis=1)
    for k in range(3):
        one_hot = np.tile(np.eye(3)[k], (len(logits), 1))
        check_loss(losses.CategoricalCrossentropy(True, smoothing), one_hot, logits)
        check_loss(losses.SparseCategoricalCrossentropy(True), np.full((len(logits), 1), k), logits)
        # A row without any share to speak of is no distribution: 0/0, as in Keras.
        rows = np.array([p for p in itertools.product(SHARES, repeat=3) if sum(p) >= 1e-8])
        check_loss(losses.CategoricalCrossentropy(False, smoothing), np.tile(np.eye(3)[k], (len(rows), 1)), rows)
        check_loss(losses.SparseCategoricalCrossentropy(), np.full((len(rows), 1), k), rows)


def test_plain_losses():
    for t, p in zip(*pairs(SIGNED, SIGNED), strict=True):
        no_nan(losses.mse(t, p), losses.mae(t, p), losses.binary_cross_entropy(np.round(np.tanh(t) ** 2), p))
        no_nan(losses.softmax_cross_entropy([0, 1], np.array([[t[0], p[0]], [p[0], t[0]]])))


@pytest.mark.parametrize("f", ACTIVATIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activations(f, dtype):
    x = SIGNED if dtype == "float64" else SIGNED[np.abs(SIGNED) < 1e38].astype(dtype)
    no_nan(f(x))
    for row in (x, *(x[i : i + 2] for i in range(len(x) - 1))):
        tensor = Tensor(row)
        f(tensor).backward(np.ones_like(row))
        no_nan(tensor.grad)


steps = st.one_of(st.sampled_from([0, 1, 10**9, 2**63, 1e150, 1e300]), st.floats(0, 1e300), st.integers(0, 10**30))
rates = st.one_of(st.sampled_from([0.0, 1e-300, 0.1, 1.0, 1e100]), st.floats(0, 10))

growths = st.sampled_from([1.0, 1 + 1e-15, 2.0, 10.0, 1e50])


@pytest.mark.parametrize("name", [name for name in schedules.__all__ if name != "LearningRateSchedule"])
@given(st.data())
def test_schedules(name, data):
    cls = getattr(schedules, name)
    spans = st.one_of(st.sampled_from([1e-300, 1e-3, 1, 10, 1e300]), st.floats(1e-3, 1e6))
    draws = {"initial_learning_rate": rates, "decay_steps": spans, "first_decay_steps": spans, "decay_rate": rates}
    draws |= {"end_learning_rate": rates, "power": rates, "alpha": rates, "staircase": st.booleans(), "m_mul": rates}
    draws |= {
        "t_mul": growths,
        "cycle": st.booleans(),
        "warmup_target": rates,
        "warmup_steps": spans,
    }
    known = cls.__init__.__code__.co_varnames[: cls.__init__.__code__.co_argcount]
    drawn = {key: data.draw(draw, key) for key, draw in draws.items() if key in known}
    fixed = {key: value for key, value in RATES.items() if key in known}
    assert not math.isnan(cls(**fixed | drawn)(data.draw(steps, "step")))


@pytest.mark.parametrize("cls", LAYERS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("size", [0.0, 1e-300, 1e-30, 1.0, 1e30, 1e100])
@pytest.mark.parametrize("training", [False, True])
def test_layers(cls, size, training, rng):
    made = cls(**layer(cls))
    shape = LAYERS[cls][1]
    whole = "Embedding" in cls.__name__
    x = rng.integers(0, 9, shape) if whole else size * rng.choice([-1.0, -0.5, 0.0, 1.0], shape)
    for _ in range(2):
        tensor = x if whole else Tensor(x)
        out = made(tensor, training=training)
        out.sum().backward()
        no_nan(out.data, *(w.data for w in made.weights), *(w.grad for w in made.trainable_weights))
        if not whole:
            no_nan(tensor.grad)


OPTIONS = [{}, {"clipnorm": 1.0}, {"global_clipnorm": 1e-300}, {"clipvalue": 1e100}, {"weight_decay": 0.1}]
OPTIONS += [{"use_ema": True}, {"gradient_accumulation_steps": 2}, {"loss_scale_factor": 1024.0}]
KINDS = {"SGD": [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}], "Adam": [{"amsgrad": True}]}
KINDS |= {"RMSprop": [{"centered": True}, {"momentum": 0.9}], "AdamW": [{"amsgrad": True}]}
KINDS |= {"Ftrl": [{"l1_regularization_strength": 0.1, "l2_shrinkage_regularization_strength": 0.1}]}


@pytest.mark.parametrize("name", optimizers.BY_NAME)
def test_optimizers(name, rng):
    cls = optimizers.BY_NAME[name]
    for options in OPTIONS + KINDS.get(cls.__name__, []):
        for sizes in ([1e-300], [1e150], [0.0], [1e-300, 1e150], [1e150, 0.0], [0.0, 1e-300, 1e-8, 1.0, 1e8, 1e150]):
            optimizer = cls(**options)
            params = [np.ones((3, 4)), np.zeros(3), np.full((), 1e-300)]
            for _ in range(6):
                grads = [rng.choice(sizes, w.shape) * rng.choice([-1.0, 1.0], w.shape) for w in params]
                optimizer.apply(grads, params)
                no_nan(*params)
            constant = [np.full(w.shape, 0.1 * sizes[-1]) for w in params]
            for _ in range(20):
                optimizer.apply(constant, params)
                assert not any(np.isnan(w).any() for w in params), (options, sizes)


@pytest.mark.parametrize("name", optimizers.BY_NAME)
def test_float32_gradients_up_to_1e18(name):
    optimizer, params = optimizers.BY_NAME[name](), [np.ones((2, 2), np.float32)]
    for size in (1e18, 1e-30, 0.0, -1e18):
        optimizer.apply([np.full((2, 2), size, np.float32)], params)
        no_nan(*params)
