"""Every loss against Keras, in float64: values and gradients."""

import numpy as np
import pytest

from helpers import activations, losses
from helpers.autodiff import Tensor

keras = pytest.importorskip("keras")

TOLERANCE = 1e-10
pytestmark = pytest.mark.usefixtures("float64")

REGRESSION = {
    "MeanSquaredError": [{}],
    "MeanAbsoluteError": [{}],
    "Huber": [{}, {"delta": 0.3}, {"delta": 2}],
}
MARGIN = {"Hinge": [{}], "SquaredHinge": [{}]}
SMOOTH = [{}, {"label_smoothing": 0.1}]
DISTRIBUTION = {"KLDivergence": [{}], "BinaryCrossentropy": SMOOTH, "CategoricalCrossentropy": SMOOTH}


def cases(table):
    return [(name, options) for name, several in table.items() for options in several]


def keras_loss_and_gradient(loss, y_true, y_pred, before=None, **kwargs):
    """Value, and gradient by y_pred, from TensorFlow; `before` is applied to y_pred first (an activation)."""
    tf = pytest.importorskip("tensorflow")
    y_pred = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = loss(tf.constant(y_true), before(y_pred) if before else y_pred, **kwargs)
        total = tf.reduce_sum(value)
    return value.numpy(), tape.gradient(total, y_pred).numpy()


def our_loss_and_gradient(loss, y_true, y_pred, before=None, **kwargs):
    tensor = Tensor(y_pred)
    value = loss(y_true, before(tensor) if before else tensor, **kwargs)
    value.sum().backward()
    return value.data, tensor.grad


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)


def compare(name, options, y_true, y_pred, before=(None, None), value_offset=0.0, **kwargs):
    ours, theirs = getattr(losses, name)(**options), getattr(keras.losses, name)(**options)
    value, gradient = our_loss_and_gradient(ours, y_true, y_pred, before[0], **kwargs)
    keras_value, keras_gradient = keras_loss_and_gradient(theirs, y_true, y_pred, before[1], **kwargs)
    close(value, keras_value + value_offset)
    close(gradient, keras_gradient)
    if before[0] is None:  # the same from plain arrays, as a Python float
        number = ours(y_true, y_pred, **kwargs)
        close(number, value)
        assert isinstance(number, float) or np.ndim(number)


@pytest.mark.parametrize("shape", [(7, 3), (5, 1), (4, 3, 2), (6,)])
@pytest.mark.parametrize(("name", "options"), cases(REGRESSION))
def test_regression(name, options, shape, rng):
    compare(name, options, rng.normal(size=shape), rng.normal(size=shape))


@pytest.mark.parametrize("shape", [(7, 3), (5, 1), (4, 3, 2)])
def test_log_cosh(shape, rng):
    # Keras subtracts log 2 rounded to float32, ours in full.
    offset = float(np.float32(np.log(2.0))) - np.log(2.0)
    compare("LogCosh", {}, rng.normal(size=shape), rng.normal(size=shape), value_offset=offset)


@pytest.mark.parametrize("labels", [(0, 1), (-1, 1), (0,), (1,)])
@pytest.mark.parametrize(("name", "options"), cases(MARGIN))
def test_margins(name, options, labels, rng):
    compare(name, options, rng.choice(np.array(labels, float), size=(6, 3)), rng.normal(size=(6, 3)))


def test_margin_of_exactly_one_has_a_slope():
    compare("Hinge", {}, np.array([[1.0, -1.0]]), np.array([[1.0, -1.0]]))


@pytest.mark.parametrize(("name", "options"), cases(DISTRIBUTION))
def test_probabilities(name, options, rng):
    y_true, y_pred = rng.dirichlet(np.ones(4), size=6), rng.dirichlet(np.ones(4), size=6)
    compare(name, options, y_true, y_pred)


@pytest.mark.parametrize(("name", "options"), cases(DISTRIBUTION))
def test_probabilities_at_the_ends(name, options):
    y = np.eye(3)
    compare(name, options, y, np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5], [1e-7, 1 - 1e-7, 0.0]]))


def test_probabilities_that_do_not_sum_to_one(rng):
    p = rng.uniform(0.1, 0.9, size=(5, 3))
    compare("CategoricalCrossentropy", {}, np.eye(3)[[0, 1, 2, 1, 0]], p)
    compare("SparseCategoricalCrossentropy", {}, np.array([0, 1, 2, 1, 0]), p)


@pytest.mark.parametrize("scale", [1.0, 30.0, 1000.0])
@pytest.mark.parametrize("options", SMOOTH)
@pytest.mark.parametrize("name", ["BinaryCrossentropy", "CategoricalCrossentropy"])
def test_logits(name, options, scale, rng):
    y_true = np.eye(4)[rng.integers(0, 4, size=6)]
    compare(name, {"from_logits": True, **options}, y_true, scale * rng.normal(size=(6, 4)))


def test_binary_logits_of_zero():
    compare("BinaryCrossentropy", {"from_logits": True}, np.array([[0.0, 1.0, 0.3]]), np.zeros((1, 3)))


@pytest.mark.parametrize("labels", [np.array([0, 3, 1, 1]), np.array([[0], [3], [1], [1]]), np.array([0.0, 3.0, 1, 1])])
@pytest.mark.parametrize("from_logits", [True, False])
def test_sparse(labels, from_logits, rng):
    y_pred = rng.normal(size=(4, 5)) if from_logits else rng.dirichlet(np.ones(5), size=4)
    compare("SparseCategoricalCrossentropy", {"from_logits": from_logits}, labels, y_pred)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("weighted", [False, True])
def test_ignored_class(reduction, weighted, rng):
    labels = np.array([[0, 3, -1], [1, -1, 2]])
    kwargs = {"sample_weight": rng.uniform(size=(2, 3))} if weighted else {}
    options = {"from_logits": True, "ignore_class": -1, "reduction": reduction}
    ours = losses.SparseCategoricalCrossentropy(**options)(labels, rng.normal(size=(2, 3, 4)), **kwargs)
    rng2 = np.random.default_rng(20)
    if weighted:
        rng2.uniform(size=(2, 3))
    theirs = keras.losses.SparseCategoricalCrossentropy(**options)(labels, rng2.normal(size=(2, 3, 4)), **kwargs)
    close(ours, theirs.numpy())


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None])
@pytest.mark.parametrize("weights", [None, (5,), (5, 1), "zeros"])
def test_reductions_and_weights(reduction, weights, rng):
    y_true, y_pred = rng.normal(size=(2, 5, 3))
    kwargs = {}
    if weights is not None:
        kwargs = {"sample_weight": np.zeros(5) if weights == "zeros" else rng.uniform(size=weights)}
    compare("MeanSquaredError", {"reduction": reduction}, y_true, y_pred, **kwargs)


@pytest.mark.parametrize("shapes", [((5,), (5, 1)), ((5, 1), (5,)), ((5, 3), (5, 3, 1))])
def test_ranks_that_differ_by_one(shapes, rng):
    compare("MeanSquaredError", {}, rng.normal(size=shapes[0]), rng.normal(size=shapes[1]))


@pytest.mark.parametrize("axis", [1, -1])
def test_another_axis(axis, rng):
    t = np.moveaxis(rng.dirichlet(np.ones(3), size=(4, 3)), -1, axis)
    x = rng.normal(size=t.shape)
    compare("CategoricalCrossentropy", {"from_logits": True, "axis": axis}, t, x)
    compare("BinaryCrossentropy", {"from_logits": True, "axis": axis}, t, x)
    compare("CategoricalCrossentropy", {"axis": axis}, t, activations.softmax(x, axis))


@pytest.mark.parametrize("gap", [1.0, 200.0])
def test_outputs_of_softmax_and_sigmoid_are_judged_by_their_logits(gap, rng):
    x = gap * rng.normal(size=(5, 3))
    soft, sigm = (activations.softmax, keras.activations.softmax), (activations.sigmoid, keras.activations.sigmoid)
    compare("CategoricalCrossentropy", {}, np.eye(3)[[0, 1, 2, 0, 1]], x, before=soft)
    compare("SparseCategoricalCrossentropy", {}, np.array([0, 1, 2, 0, 1]), x, before=soft)
    compare("BinaryCrossentropy", {}, np.eye(3)[[0, 1, 2, 0, 1]], x, before=sigm)


@pytest.mark.parametrize("name", ["mse", "mae", "huber", "log_cosh", "hinge", "squared_hinge", "bce", "kld"])
def test_names_mean_the_same_as_in_keras(name, rng):
    y, p = rng.dirichlet(np.ones(4), size=(2, 6))
    np.testing.assert_allclose(losses.get(name)(y, p), np.mean(keras.losses.get(name)(y, p)), atol=1e-7)


def test_float32_agrees_as_far_as_float32_goes(rng):
    keras.config.set_floatx("float32")  # the fixture puts back what was there
    y, p = (a.astype("float32") for a in rng.dirichlet(np.ones(4), size=(2, 6)))
    for name in ("MeanSquaredError", "Huber", "BinaryCrossentropy", "CategoricalCrossentropy", "KLDivergence"):
        np.testing.assert_allclose(getattr(losses, name)()(y, p), getattr(keras.losses, name)()(y, p), rtol=2e-6)
