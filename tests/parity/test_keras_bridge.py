"""The bridge: twins, races, gradients, timings, and what it says where Keras or a network is missing."""

import subprocess
import sys

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers import datasets, keras_bridge, landscapes, layers, losses, models, optimizers, schedules

# Keras' own call of np.array, which NumPy 2 would like to see changed.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def network(optimizer, loss="sparse_categorical_crossentropy"):
    model = models.Sequential(
        [layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(10), layers.Softmax()], seed=3
    )
    model.compile(optimizer, loss)
    return model


@pytest.fixture(scope="module")
def digits():
    (x, y), _ = datasets.digits()
    return x.astype(float), y


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.SGD(0.1),
        optimizers.SGD(0.1, momentum=0.9),
        optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        optimizers.Adagrad(0.1),
        optimizers.Adadelta(1.0),
        optimizers.RMSprop(0.01),
        optimizers.RMSprop(0.001, centered=True, momentum=0.9),
        optimizers.Adam(0.01),
        optimizers.Adam(0.01, amsgrad=True),
        optimizers.AdamW(0.01, weight_decay=0.01),
        optimizers.Adamax(0.01),
        optimizers.Adam(schedules.CosineDecay(0.01, 400), clipnorm=1.0),
    ],
    ids=repr,
)
def test_a_full_training_of_digits(optimizer, digits):
    with keras_bridge.float64():
        result = keras_bridge.train_side_by_side(network(optimizer), *digits, epochs=8)
    assert len(result.losses) == len(result.keras_losses) == 8 * 45
    assert result.losses[-40:].mean() < 0.35  # it did learn
    assert result.difference <= 1e-8
    np.testing.assert_allclose(result.losses, result.keras_losses, rtol=1e-8, atol=1e-10)


def test_gradients_of_a_network_equal_the_backends(digits):
    x, y = digits[0][:64], digits[1][:64]
    with keras_bridge.float64():
        model = network("sgd")
        twin = keras_bridge.to_keras_model(model, (64,))
        value, grads = keras_bridge.gradients(twin, keras_bridge.to_keras_loss(model.loss), x, y)
        loss = model.loss(y, model(x))
        loss.backward()
    assert value == pytest.approx(loss.item(), rel=1e-12)
    assert keras_bridge.difference([w.grad for w in model.trainable_weights], grads) <= 1e-10


def test_precision_is_restored_also_after_an_error():
    keras.config.dtype_policy()  # makes one, which then no longer follows floatx
    with pytest.raises(RuntimeError, match="stop"), keras_bridge.float64():
        assert keras.config.floatx() == "float64"
        assert keras.layers.Dense(2).compute_dtype == "float64"
        raise RuntimeError("stop")
    assert keras.config.floatx() == "float32"
    assert keras.layers.Dense(2).compute_dtype == "float32"


def test_a_gradient_function_is_asked_for_each(rng):
    surface = landscapes.rosenbrock()
    with keras_bridge.float64():
        ours = optimizers.Adam(0.02)
        twin = keras_bridge.to_keras_optimizer(ours)
        start = surface.start
        apart = keras_bridge.run_side_by_side(ours, twin, start, surface.gradient, steps=50)
        assert np.array_equal(start, surface.start)
        other = keras_bridge.run_side_by_side(
            optimizers.Adam(0.02), keras.optimizers.Adam(0.03), start, surface.gradient, steps=50
        )
    assert apart.shape == (50,) and apart.max() <= 1e-10
    assert other[0] > 1e-3
    with pytest.raises(ValueError, match="steps must be given"):
        keras_bridge.run_side_by_side(ours, twin, start, surface.gradient)


def test_difference_is_relative_to_the_largest():
    assert keras_bridge.difference([1.0, 2.5], [1.0, 2.0]) == 0.25
    assert keras_bridge.difference([np.zeros(2), np.ones(3)], [np.zeros(2), np.full(3, 2.0)]) == 0.5
    assert keras_bridge.difference(np.ones(1), np.zeros(1)) == np.inf
    with pytest.raises(ValueError, match="ours has shape"):
        keras_bridge.difference(np.ones((2, 1)), np.ones(2))


def test_a_learners_class_finds_its_twin_by_name_or_is_told_it():
    class Adam(optimizers.Optimizer):
        def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
            super().__init__(learning_rate, **options)
            self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    class Momentum(optimizers.Optimizer):
        def __init__(self, learning_rate=0.01, momentum=0.9, **options):
            super().__init__(learning_rate, **options)
            self.momentum = momentum

    twin = keras_bridge.to_keras_optimizer(Adam(beta_1=0.7, clipnorm=2.0))
    assert type(twin) is keras.optimizers.Adam and twin.beta_1 == 0.7 and twin.clipnorm == 2.0
    twin = keras_bridge.to_keras_optimizer(Momentum(momentum=0.6), kind="SGD", nesterov=True)
    assert type(twin) is keras.optimizers.SGD and twin.momentum == 0.6 and twin.nesterov
    with pytest.raises(ValueError, match="Momentum"):
        keras_bridge.to_keras_optimizer(Momentum())
    with pytest.raises(TypeError, match="ours must be"):
        keras_bridge.to_keras_optimizer("adam")


def test_losses_keep_their_settings():
    twin = keras_bridge.to_keras_loss(losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1))
    assert type(twin) is keras.losses.CategoricalCrossentropy
    config = twin.get_config()
    assert config["from_logits"] and config["label_smoothing"] == 0.1


def test_timings_cover_each_size_and_device():
    timings = keras_bridge.time_apply((100, 1000), repeats=2)
    assert {(t.who, t.parameters) for t in timings} == {(w, n) for w in ("ours", "keras") for n in (100, 1000)}
    assert all(t.seconds > 0 for t in timings)
    assert keras_bridge.devices()[0].startswith("cpu")


def test_a_failed_download_says_what_to_do(monkeypatch):
    def fail():
        raise Exception("URL fetch failure on somewhere: None -- no route")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    with pytest.raises(ConnectionError, match=r"mnist .*datasets\.digits\(\)") as caught:
        keras_bridge.mnist()
    assert caught.value.__context__ is None  # no traceback of the download above it


def test_a_download_is_scaled_and_flat(monkeypatch):
    x, y = np.full((4, 2, 2), 255, np.uint8), np.ones((4, 1), np.uint8)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: ((x, y), (x[:1], y[:1])))
    (x_train, y_train), (_, y_test) = keras_bridge.cifar10()
    assert x_train.dtype == np.float32 and x_train.max() == 1
    assert y_train.shape == (4,) and y_train.dtype == np.int64 and y_test.shape == (1,)


def python(code, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, timeout=120
    )


def test_keras_is_imported_when_used_and_not_before():
    done = python("import sys; from helpers import keras_bridge as k; k.available(); assert 'keras' not in sys.modules")
    assert done.returncode == 0, done.stderr


def test_keras_starts_without_a_word():
    done = python("from helpers import keras_bridge; keras_bridge.devices()", TF_CPP_MIN_LOG_LEVEL="3")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_backend_is_told_with_the_way_out():
    code = "from helpers import keras_bridge as k; print(k.available()); k.require()"
    done = python(code, KERAS_BACKEND="not_installed")
    assert done.stdout == "False\n"
    assert "not_installed, which Keras computes with, is not installed" in done.stderr
    assert 'pip install -e ".[keras]"' in done.stderr
