"""Sequential: fit learns, is repeatable, reports what Keras reports, and refuses what cannot be trained on."""

import warnings

import numpy as np
import pytest

from helpers import callbacks, layers, losses, models, optimizers


def network(seed=0, **options):
    model = models.Sequential([layers.Dense(8, activation="tanh"), layers.Dense(3, activation="softmax")], seed=seed)
    settings = {"optimizer": "adam", "loss": "sparse_categorical_crossentropy"} | options
    model.compile(settings.pop("optimizer"), settings.pop("loss"), **settings)
    return model


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(70, 4))
    return x, (x @ rng.normal(size=(4, 3))).argmax(axis=1)


def test_it_learns(data):
    model = network(optimizer=optimizers.Adam(learning_rate=0.05), metrics=["accuracy"])
    history = model.fit(*data, epochs=60).history
    assert history["accuracy"][-1] > 0.97
    assert len(history["loss"]) == 60
    loss, accuracy = model.evaluate(*data)
    assert loss < 0.2 < accuracy
    assert model.evaluate(*data, return_dict=True) == {"loss": loss, "accuracy": accuracy}
    assert accuracy == pytest.approx((model.predict(data[0]).argmax(axis=1) == data[1]).mean())


def test_one_seed_one_run(data):
    runs = [network(seed=s).fit(*data, epochs=3).history["loss"] for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    model = network(seed=1)
    model.build((None, 4), "float64")
    start = model.get_weights()
    orders = []
    for seed in (5, 5, 6):
        model.set_weights(start)
        model.compile("sgd", "sparse_categorical_crossentropy")
        orders.append(model.fit(*data, seed=seed).history["loss"])
    assert orders[0] == orders[1] != orders[2]


def test_the_loss_of_an_epoch_is_measured_before_each_step(data):
    x, y = data
    model, twin = network(seed=3), network(seed=3)
    by_hand = [twin.train_on_batch(x[i : i + 32], y[i : i + 32]) for i in (0, 32, 64)]
    history = model.fit(x, y, shuffle=False).history
    assert history["loss"][0] == pytest.approx((32 * by_hand[0] + 32 * by_hand[1] + 6 * by_hand[2]) / 70, rel=1e-12)
    for a, b in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_sample_is_seen_once_an_epoch(data):
    seen = []

    class Spy(layers.Layer):
        def call(self, x, training):
            if training:
                seen.append(np.array(x))
            return x

    x, y = data
    model = models.Sequential([Spy(), layers.Dense(3)], seed=1)
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x, y, batch_size=16)
    assert [len(batch) for batch in seen] == [16, 16, 16, 16, 6]
    np.testing.assert_array_equal(np.sort(np.concatenate(seen)[:, 0]), np.sort(x[:, 0]))
    assert not np.array_equal(np.concatenate(seen), x)


def test_weights_of_float32_stay_float32(data):
    x, y = data
    model = network()
    model.fit(x.astype(np.float32), y)
    assert {w.dtype for w in model.get_weights()} == {np.dtype(np.float32)}
    assert model.predict(x).dtype == np.float32
    model.fit(x, y)
    assert {w.dtype for w in model.get_weights()} == {np.dtype(np.float32)}


def test_validation(data):
    x, y = data
    model = network(metrics=["accuracy"])
    history = model.fit(x[:60], y[:60], validation_data=(x[60:], y[60:]), epochs=2).history
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history["val_loss"][-1] == pytest.approx(model.evaluate(x[60:], y[60:])[0])
    split = network().fit(x, y, validation_split=0.1, shuffle=False).history
    apart = network().fit(x[:63], y[:63], validation_data=(x[63:], y[63:]), shuffle=False).history
    assert split == apart


def test_a_zero_weight_is_as_if_the_sample_were_not_there(data):
    x, y = data
    weight = np.ones(70)
    weight[35:] = 0
    ours, twin = (
        network(loss=losses.SparseCategoricalCrossentropy(reduction="sum")),
        network(loss=losses.SparseCategoricalCrossentropy(reduction="sum")),
    )
    ours.fit(x, y, sample_weight=weight, batch_size=70, shuffle=False)
    twin.fit(x[:35], y[:35], batch_size=70, shuffle=False)
    for a, b in zip(ours.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_loss_scaling_changes_nothing_but_the_gradients_on_the_way(data):
    plain = network(optimizer=optimizers.SGD(learning_rate=0.1))
    scaled = network(optimizer=optimizers.SGD(learning_rate=0.1, loss_scale_factor=1024.0))
    assert plain.fit(*data, epochs=2).history == scaled.fit(*data, epochs=2).history


def test_a_function_as_loss(data):
    x, y = data
    model = models.Sequential([layers.Dense(1)], seed=1)
    model.compile(optimizers.SGD(learning_rate=0.1), lambda y_true, y_pred: ((y_true - y_pred) ** 2).mean())
    twin = models.Sequential([layers.Dense(1)], seed=1)
    twin.compile(optimizers.SGD(learning_rate=0.1), "mse")
    target = y[:, None].astype(float)
    np.testing.assert_allclose(model.fit(x, target).history["loss"], twin.fit(x, target).history["loss"], rtol=1e-12)
    model.compile("sgd", lambda y_true, y_pred: float(y_pred.data.sum()))
    with pytest.raises(TypeError, match="must return a Tensor"):
        model.fit(x, target)


def test_callbacks_hear_of_every_moment(data):
    heard = []

    class Ear(callbacks.Callback):
        def on_train_begin(self, logs=None):
            heard.append("train")

        def on_epoch_begin(self, epoch, logs=None):
            heard.append(f"epoch {epoch}")

        def on_train_batch_begin(self, batch, logs=None):
            heard.append(f"batch {batch}")

        def on_train_batch_end(self, batch, logs=None):
            heard.append(round(logs["loss"], 6))

        def on_epoch_end(self, epoch, logs=None):
            heard.append(round(logs["loss"], 6))

        def on_train_end(self, logs=None):
            heard.append("end")

    ear = Ear()
    model = network()
    model.fit(*data, batch_size=40, epochs=2, callbacks=[ear])
    words = [word for word in heard if isinstance(word, str)]
    assert words == ["train", "epoch 0", "batch 0", "batch 1", "epoch 1", "batch 0", "batch 1", "end"]
    assert heard[5] == heard[6]  # the last running mean is the epoch's
    assert ear.model is model
    assert ear.params["steps"] == 2


def test_early_stopping_restores_the_best_weights(data):
    x, y = data
    model = network(optimizer=optimizers.SGD(learning_rate=0.5))
    stopper = callbacks.EarlyStopping(monitor="loss", mode="max", patience=1, restore_best_weights=True)
    kept = []

    class Keep(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept.append(self.model.get_weights())

    history = model.fit(x, y, epochs=10, callbacks=[Keep(), stopper])
    assert history.epoch == [0, 1]
    np.testing.assert_array_equal(model.get_weights()[0], kept[0][0])


def test_it_says_once_when_the_loss_is_no_longer_finite(data):
    x, y = data
    model = models.Sequential([layers.Dense(1)], seed=1)
    model.compile(optimizers.SGD(learning_rate=1e6), "mse")
    with pytest.warns(RuntimeWarning, match=r"the loss became (inf|nan) at epoch \d+, step \d") as caught:
        model.fit(x, y[:, None], epochs=30)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_finite_training_warns_of_nothing(data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network().fit(*data, epochs=2)


def test_layers_get_names_and_optimizers_hear_them(data):
    names = []

    class Nosy(optimizers.SGD):
        def apply(self, grads, params, names_=None, **kwargs):
            names.extend(names_ or kwargs.get("names"))
            return super().apply(grads, params, names_, **kwargs)

    network(optimizer=Nosy()).train_on_batch(data[0], data[1])
    assert names == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]


def test_input_builds_the_model_at_once(capsys):
    model = models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])
    assert model.built
    assert model.count_params() == 23
    model.summary()
    assert "kernel (4, 3)" in capsys.readouterr().out


def test_frozen_layers_stay(data):
    model = network()
    model.build((None, 4), "float64")
    model.layers[0].trainable = False
    before = model.get_weights()
    model.fit(*data)
    after = model.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before[2], after[2])


def spoil(array, value):
    array = np.array(array, float)
    array.flat[5] = value
    return array


X, Y = np.ones((10, 4)), np.zeros(10, int)


@pytest.mark.parametrize(
    ("fit", "error", "text"),
    [
        (lambda m: m.fit(spoil(X, np.nan), Y), ValueError, r"x must be finite, but x\[1, 1\] is nan"),
        (lambda m: m.fit(spoil(X, np.inf), Y), ValueError, "x must be finite"),
        (lambda m: m.fit(X, spoil(Y, np.nan)), ValueError, r"y must be finite, but y\[5\] is nan"),
        (lambda m: m.evaluate(spoil(X, np.nan), Y), ValueError, "x must be finite"),
        (lambda m: m.predict(spoil(X, np.nan)), ValueError, "x must be finite"),
        (lambda m: m.train_on_batch(spoil(X, np.nan), Y), ValueError, "x must be finite"),
        (lambda m: m.fit(X[:0], Y[:0]), ValueError, "x must hold at least one sample"),
        (lambda m: m.train_on_batch(X[:0], Y[:0]), ValueError, "x must hold at least one sample"),
        (lambda m: m.evaluate(X[:0], Y[:0]), ValueError, "x must hold at least one sample"),
        (lambda m: m.predict(X[:0]), ValueError, "x must hold at least one sample"),
        (lambda m: m.fit(X, Y[:9]), ValueError, "x and y must be equally long, got 10 and 9"),
        (lambda m: m.fit(X[:, :3], Y), ValueError, "x must have 4 columns"),
        (lambda m: m.fit(X, Y + 3), ValueError, "labels must be from 0 to 2"),
        (lambda m: m.fit(X, [*Y[:9], 3], batch_size=2), ValueError, "labels must be from 0 to 2"),
        (lambda m: m.fit(X, np.eye(3)[Y]), ValueError, "one-hot labels are for"),
        (lambda m: m.fit(X, Y, batch_size=0), ValueError, "batch_size must be at least 1"),
        (lambda m: m.fit(X, Y, batch_size=2.0), TypeError, "batch_size must be a whole number"),
        (lambda m: m.fit(X, Y, epochs=-1), ValueError, "epochs must be at least 0"),
        (lambda m: m.fit(X, Y, sample_weight=np.ones(9)), ValueError, "sample_weight must be one number"),
        (lambda m: m.fit(X, Y, sample_weight=spoil(Y, np.nan)), ValueError, "sample_weight must be finite"),
        (lambda m: m.fit(X, Y, validation_split=1.0), ValueError, "validation_split"),
        (lambda m: m.fit(X, Y, validation_data=X), ValueError, "validation_data must be"),
        (lambda m: m.fit(X, Y, validation_data=(spoil(X, np.nan), Y)), ValueError, "validation_data x must be finite"),
        (lambda m: m.fit(X, Y, callbacks=["history"]), TypeError, "callbacks must be Callback objects"),
        (lambda m: m.fit("text", Y), TypeError, "x must hold real numbers"),
        (lambda m: m.compile("adamm", "mse"), ValueError, "adam"),
        (lambda m: m.compile("adam", "msee"), ValueError, "did you mean 'mse'"),
        (lambda m: m.compile("adam", "mse", metrics=["acuracy"]), ValueError, "did you mean 'accuracy'"),
        (lambda m: m.set_weights([X]), ValueError, "weights must be 4 arrays"),
        (lambda m: m.add("dense"), TypeError, "layers must hold Layer objects"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_and_nothing_changes(fit, error, text):
    model = network()
    model.build((None, 4), "float64")
    before, optimizer = model.get_weights(), model.optimizer
    with pytest.raises(error, match=text):
        fit(model)
    assert model.optimizer is optimizer
    assert optimizer.iterations == 0
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    model.fit(X, Y)  # and it still works


def test_fit_before_compile_says_so():
    with pytest.raises(RuntimeError, match="call compile"):
        models.Sequential([layers.Dense(1)]).fit(X, Y)
