"""The losses, and accuracy, against what Keras' own tests assert (version 3.15.1).

From keras/src/losses/*_test.py and keras/src/metrics/accuracy_metrics_test.py.

The expected numbers are literals or the closed forms that stand there, so this runs without Keras.
"""

import numpy as np
import pytest

from helpers import losses, metrics

TRUE = np.array([[1, 9, 2], [-5, -2, 6]])
PRED = np.array([[4, 8, 12], [8, 1, 3]], np.float32)
TIMES_TRUE, TIMES_PRED = TRUE.reshape(2, 3, 1), PRED.reshape(2, 3, 1)
TIMES_WEIGHT = np.array([[3, 6, 5], [0, 4, 2]])
SIGNS, MARGINS = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.6, 0.4], [0.4, 0.6]])
ONE_HOT = np.eye(3, dtype=int)
CLASSES = np.array([[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]], np.float32)
LOGITS = np.array([[8.0, 1.0, 1.0], [0.0, 9.0, 1.0], [2.0, 3.0, 5.0]])
BITS, BIT_LOGITS = np.array([[1, 0, 1], [0, 1, 1]]), np.array([[10.0, -10.0, 10.0], [10.0, 10.0, -10.0]])
FOUR, FOUR_PRED = np.array([[1, 0], [1, 0]]), np.array([[1, 1], [1, 0]], np.float32)
HUBER = np.array([[0.9, 0.2, 0.2], [0.8, 0.4, 0.6]]), np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
KL_PRED = np.array([[0.4, 0.9, 0.12], [0.36, 0.3, 0.4]], np.float32)
KL_TRUE = np.array([[0.5, 0.8, 0.12], [0.7, 0.43, 0.8]], np.float32)
BY_SAMPLE, THREE = np.array([[1.2], [3.4]]), np.array([[1.2], [3.4], [5.6]])
IGNORED = np.array([[[0.854, 0.698, 0.598], [0.088, 0.86, 0.018]]])

# class, options, y_true, y_pred, sample_weight, loss
NUMBERS = [
    ("MeanSquaredError", {}, PRED, PRED, None, 0.0),
    ("MeanSquaredError", {}, TRUE, PRED, None, 49.5),
    ("MeanSquaredError", {}, TRUE, PRED, 2.3, 113.85),
    ("MeanSquaredError", {}, TRUE, PRED, BY_SAMPLE, 767.8 / 6),
    ("MeanSquaredError", {}, TIMES_TRUE, TIMES_PRED, TIMES_WEIGHT, 97.833336),
    ("MeanSquaredError", {}, TRUE, PRED, 0, 0.0),
    ("MeanSquaredError", {"reduction": None}, TRUE, PRED, 2.3, [84.3333, 143.3666]),
    ("MeanSquaredError", {"reduction": "sum"}, TRUE, PRED, 2.3, 227.69998),
    ("MeanSquaredError", {"reduction": "mean_with_sample_weight"}, TRUE, PRED, BY_SAMPLE,
     (110 / 3 * 1.2 + 187 / 3 * 3.4) / 4.6),
    ("MeanAbsoluteError", {}, PRED, PRED, None, 0.0),
    ("MeanAbsoluteError", {}, TRUE, PRED, None, 5.5),
    ("MeanAbsoluteError", {}, TRUE, PRED, 2.3, 12.65),
    ("MeanAbsoluteError", {}, TRUE, PRED, BY_SAMPLE, 81.4 / 6),
    ("MeanAbsoluteError", {}, TIMES_TRUE, TIMES_PRED, TIMES_WEIGHT, 13.833333),
    ("MeanAbsoluteError", {}, TRUE, PRED, 0, 0.0),
    ("MeanAbsoluteError", {"reduction": None}, TRUE, PRED, 2.3, [10.7333, 14.5666]),
    ("MeanAbsoluteError", {"reduction": "sum"}, TRUE, PRED, 2.3, 25.29999),
    ("MeanAbsoluteError", {"reduction": "mean_with_sample_weight"}, TRUE, PRED, BY_SAMPLE,
     (14 / 3 * 1.2 + 19 / 3 * 3.4) / 4.6),
    ("Hinge", {}, SIGNS, MARGINS, None, 1.3),
    ("Hinge", {"reduction": "sum"}, SIGNS, MARGINS, None, 2.6),
    ("Hinge", {"reduction": None}, SIGNS, MARGINS, None, [1.1, 1.5]),
    ("Hinge", {}, SIGNS, MARGINS, [1, 0], 0.55),
    ("Hinge", {"reduction": "sum"}, SIGNS, MARGINS, [1, 0], 1.1),
    ("Hinge", {"reduction": None}, SIGNS, MARGINS, [1, 0], [1.1, 0.0]),
    ("Hinge", {}, SIGNS, MARGINS, 0.0, 0.0),
    ("SquaredHinge", {}, SIGNS, MARGINS, None, 1.86),
    ("SquaredHinge", {"reduction": "sum"}, SIGNS, MARGINS, None, 3.72),
    ("SquaredHinge", {"reduction": None}, SIGNS, MARGINS, None, [1.46, 2.26]),
    ("SquaredHinge", {}, SIGNS, MARGINS, [1, 0], 0.73),
    ("SquaredHinge", {"reduction": None}, SIGNS, MARGINS, [1, 0], [1.46, 0.0]),
    ("BinaryCrossentropy", {}, ONE_HOT, np.eye(3), None, 0.0),
    ("BinaryCrossentropy", {"from_logits": True}, ONE_HOT, 20.0 * np.eye(3) - 10, None, 0.0),
    ("BinaryCrossentropy", {}, ONE_HOT, np.array([[0.9, 0.1, 0.2], [0.3, 0.8, 0.1], [0.1, 0.2, 0.7]]), None,
     0.20046903),
    ("BinaryCrossentropy", {}, FOUR, FOUR_PRED, None, 3.98559),
    ("BinaryCrossentropy", {}, FOUR, FOUR_PRED, 2.3, 9.1668),
    ("BinaryCrossentropy", {}, FOUR, FOUR_PRED, BY_SAMPLE, 4.7827),
    ("BinaryCrossentropy", {"from_logits": True}, BITS, BIT_LOGITS, None, 3.3333),
    ("BinaryCrossentropy", {"from_logits": True}, BITS, BIT_LOGITS, 2.3, 7.666),
    ("BinaryCrossentropy", {"from_logits": True}, BITS, BIT_LOGITS, [4, 3], 10.0),
    ("BinaryCrossentropy", {"from_logits": True, "reduction": None}, BITS, BIT_LOGITS, None, [0.0, 6.666]),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, [[1, 0, 1]], [[10.0, -10.0, -10.0]], None,
     10.5 / 3),
    ("CategoricalCrossentropy", {}, ONE_HOT, np.eye(3, dtype=np.float32), None, 0.0),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, 10.0 * np.eye(3), None, 0.0),
    ("CategoricalCrossentropy", {}, ONE_HOT, CLASSES, None, 0.3239),
    ("CategoricalCrossentropy", {}, ONE_HOT, CLASSES, 2.3, 0.7449),
    ("CategoricalCrossentropy", {}, ONE_HOT, CLASSES, THREE, 1.0696),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS, None, 0.0573),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS, 2.3, 0.1317),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS, THREE, 0.31829),
    ("CategoricalCrossentropy", {"from_logits": True, "reduction": None}, ONE_HOT, LOGITS, None,
     [0.001822, 0.000459, 0.169846]),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, [[1, 0, 0]], [[100.0, -100.0, -100.0]],
     None, 40 / 3),
    ("SparseCategoricalCrossentropy", {}, [[0], [1], [2]], np.eye(3, dtype=np.float32), None, 0.0),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, [[0], [1], [2]], 10.0 * np.eye(3), None, 0.0),
    ("SparseCategoricalCrossentropy", {}, [0, 1, 2], CLASSES, None, 0.3239),
    ("SparseCategoricalCrossentropy", {}, [[0], [1], [2]], CLASSES, 2.3, 0.7449),
    ("SparseCategoricalCrossentropy", {}, [[0], [1], [2]], CLASSES, THREE, 1.0696),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, [0, 1, 2], LOGITS, None, 0.0573),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, [[0], [1], [2]], LOGITS, 2.3, 0.1317),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, [[0], [1], [2]], LOGITS, THREE, 0.31829),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "reduction": None}, [[0], [1], [2]], LOGITS, None,
     [0.001822, 0.000459, 0.169846]),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": -1, "reduction": None}, [[-1, 2]], IGNORED,
     None, [[0.0, 1.480129]]),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": -1, "reduction": None}, [[[-1], [2]]],
     IGNORED, None, [[0.0, 1.480129]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "y_true", "y_pred", "sample_weight", "expected"), NUMBERS)
def test_numbers(name, options, y_true, y_pred, sample_weight, expected):
    loss = getattr(losses, name)(**options)(np.asarray(y_true), np.asarray(y_pred), sample_weight=sample_weight)
    np.testing.assert_allclose(loss, expected, rtol=1e-4, atol=3e-4)  # some are cut off there


# -- those whose expected values are a formula there ------------------------------------------------------------


def huber(t, p, delta=1.0):
    error = np.abs(p - t)
    near = np.minimum(error, delta)
    return 0.5 * near**2 + delta * (error - near)


def log_cosh(t, p):
    return np.log(np.cosh(p.astype(float) - t))


def divergence(t, p):
    return t * np.log(t / p)


FORMULAS = [  # class, options, y_true, y_pred, values of all entries, whether the last axis is summed
    ("Huber", {}, HUBER[1], HUBER[0], huber(HUBER[1], HUBER[0]), False),
    ("Huber", {"delta": 0.8}, HUBER[1], HUBER[0], huber(HUBER[1], HUBER[0], 0.8), False),
    ("LogCosh", {}, TRUE, PRED, log_cosh(TRUE, PRED), False),
    ("KLDivergence", {}, KL_TRUE, KL_PRED, divergence(KL_TRUE, KL_PRED), True),
]


@pytest.mark.parametrize("weight", [None, 2.3, BY_SAMPLE, [1.2, 3.4], 0], ids=str)
@pytest.mark.parametrize(("name", "options", "t", "p", "entries", "summed"), FORMULAS)
def test_formulas(name, options, t, p, entries, summed, weight):
    each = entries * (1.0 if weight is None else np.reshape(weight, (-1, 1)))
    expected = each.sum() / (2 if summed else 6)
    loss = getattr(losses, name)(**options)
    assert loss(t, p, sample_weight=weight) == pytest.approx(expected, rel=1e-5)
    assert loss(t, p, sample_weight=weight) == loss(t, p, sample_weight=weight)  # it remembers nothing


@pytest.mark.parametrize(("name", "options", "t", "p", "entries", "summed"), FORMULAS)
def test_formulas_with_a_weight_for_each_time(name, options, t, p, entries, summed):
    loss = getattr(losses, name)(**options)
    made = loss(t.reshape(2, 3, 1), p.reshape(2, 3, 1), sample_weight=TIMES_WEIGHT)
    assert made == pytest.approx((entries * TIMES_WEIGHT).sum() / 6, rel=1e-5)


# -- images: one class for each point ---------------------------------------------------------------------------

POINTS = np.array([[0, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 1]])


@pytest.mark.parametrize(
    ("classes", "changed"),
    [
        (2, {}),
        (2, {(0, 3): ([0.2, 0.8], 0.2), (3, 3): ([0.6, 0.4], 0.4)}),
        (3, {}),
        (3, {(0, 3): ([0.2, 0.0, 0.8], 0.2), (1, 0): ([0.7, 0.3, 0.0], 0.3), (3, 2): ([0.5, 0.5, 0.0], 0.5)}),
    ],
)
@pytest.mark.parametrize("axis", [-1, 0])
def test_segmentation(classes, changed, axis):
    """Sixteen points. Along another axis than the last Keras does it on Torch only."""
    y = POINTS.copy()
    y[0, 2] = classes - 1
    p = np.eye(classes)[y]
    for place, (probabilities, _) in changed.items():
        p[place] = probabilities
    loss = losses.SparseCategoricalCrossentropy(axis=axis)(y, np.moveaxis(p, -1, axis))
    assert loss == pytest.approx(-sum(np.log(right) for _, right in changed.values()) / 16, abs=1e-6)


# -- the base class ---------------------------------------------------------------------------------------------


class Squared(losses.Loss):
    def call(self, y_true, y_pred):
        return (y_true - y_pred) ** 2


class Marked(Squared):
    """Counts the entries that `counted` marks; Keras hangs such a mask on the predictions."""

    counted = np.array([True, False, True, True])

    def mask(self, y_true):
        return self.counted


T, P, WEIGHT = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.3, 0.2, 0.1])
SQUARES = (T - P) ** 2


@pytest.mark.parametrize(
    ("reduction", "expected"), [(None, SQUARES), ("sum", SQUARES.sum()), ("sum_over_batch_size", SQUARES.mean())]
)
def test_reductions(reduction, expected):
    np.testing.assert_allclose(Squared(reduction)(T, P), expected)


@pytest.mark.parametrize("weight", [WEIGHT, np.zeros(4)], ids=["weights", "zeros"])
def test_weights_and_masks(weight):
    counted = Marked.counted
    assert Squared()(T, P, weight) == pytest.approx((weight * SQUARES).sum() / 4)
    assert Marked()(T, P) == pytest.approx(SQUARES[counted].sum() / 3)
    assert Marked()(T, P, weight) == pytest.approx((weight * SQUARES)[counted].sum() / 3)


def test_everything_masked_is_zero_not_nan():
    class Nothing(Squared):
        def mask(self, y_true):
            return np.zeros(4, bool)

    assert Nothing()(T, P) == 0


@pytest.mark.parametrize(("weight", "y"), [(WEIGHT[:, None], (T, P)), (WEIGHT, (T[:, None], P[:, None]))])
def test_an_axis_of_length_one_more(weight, y):
    expected = (WEIGHT * SQUARES)[Marked.counted].sum() / 3
    assert Marked()(*y, weight) == pytest.approx(expected)


def test_mixed_dtypes_meet_in_that_of_the_prediction():
    loss = Squared(None)(T.astype(np.int32), P.astype(np.float32), WEIGHT)
    assert loss.dtype == np.float32
    np.testing.assert_allclose(loss, WEIGHT * SQUARES, rtol=1e-6)


def test_dtype():
    assert Squared(None, dtype="float16")(T, P).dtype == np.float16


def test_name_and_reduction_are_kept():
    loss = losses.LogCosh(reduction="sum", name="logcosh_loss")
    assert (loss.name, loss.reduction) == ("logcosh_loss", "sum")


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: losses.Hinge(reduction="abc"), "unknown reduction 'abc'"),
        (lambda: losses.get("typo"), "unknown loss 'typo'"),
        (lambda: losses.BinaryCrossentropy()([[0], [1], [2]], CLASSES), "y_true"),
        (lambda: losses.CategoricalCrossentropy()([[0], [1], [2]], CLASSES), "y_true"),
    ],
)
def test_what_is_refused(call, word):
    with pytest.raises(ValueError, match=f"^{word}"):
        call()


def test_get():
    assert type(losses.get("mse")) is losses.MeanSquaredError


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [
        ([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]], 0.75),
        ([1, 1, 0, 0], [[0.98], [1], [0], [0.6]], 0.75),
        ([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], 0.5),
        ([[2], [1]], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]], 0.5),
        ([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]], 0.5),
    ],
)
def test_accuracy(y_true, y_pred, expected):
    assert np.mean(metrics.accuracy(np.array(y_true), np.array(y_pred))) == expected
