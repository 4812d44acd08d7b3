"""Exercises of lesson 01, loss functions."""

import numpy as np

from helpers.check.catalogue import log_sigmoids, scores, softmax_gone_wrong, tables
from helpers.check.catalogue import losses_gone_wrong as slips
from helpers.check.registry import Lesson

lesson = Lesson(1)


lesson.predict(
    "predict_constant",
    "Which announcement is cheapest under the squared, the absolute and Huber's price?",
    choices={
        "a": "The other way round for the first two: one miss of 34 minutes costs 1156 when squared, so the "
        "squared price "
        "pulls the answer towards the 38. Look at the figure below.",
        "b": "",
        "c": "The first two are right. Huber's price is a square only up to a miss of one minute; beyond that a "
        "miss of 30 "
        "counts as it does in the absolute price, so its best answer stays with the crowd.",
        "d": "For the squared price it is 8. Under the absolute price, moving from 8 to 7 brings you nearer "
        "to eight people and further from one: that pays.",
    },
    answer="b",
    because=(
        "The squared price is lowest at the mean, 8; the absolute price at the median, 4; Huber's close to the "
        "median, 4.3."
    ),
    hints=(
        "Start at 8 and move the announcement down by one minute. For how many of the nine does the miss shrink?",
        "Under the absolute price only that count matters. Under the squared price the one at 38 weighs as much as "
        "many others.",
        "The squared price is lowest at the mean, the absolute price at the median; which of them is Huber's price "
        "more like, "
        "for the person who waited 38 minutes?",
    ),
    reread="Which single number is best?",
)


def _pairs(rng):
    yield np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 7.0])
    yield np.array([0.5]), np.array([-2.0])
    yield rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    yield rng.normal(size=50), 100 * rng.normal(size=50)
    yield np.ones((2, 2)), np.ones((2, 2))


@lesson.function(
    "(y_true, y_pred) -> float",
    cases=_pairs,
    hints=(
        "An error is the difference between a prediction and the truth, one for each element.",
        "Square every error first, and average afterwards: the square of an average is something else.",
        "Two steps: `errors = y_pred - y_true`, then the mean of `errors ** 2` over all elements.",
    ),
    reread="A model, its parameters, its errors",
    mistakes={
        "sum_not_mean": (
            lambda t, p: np.sum((t - p) ** 2),
            "This is the sum of the squared errors, so it grows with the number of examples. Which average is "
            "asked for?",
        ),
        "half": (
            lambda t, p: np.mean((t - p) ** 2) / 2,
            "This is half of it: some books put 1/2 in front to simplify the derivative; Keras and this course do not.",
        ),
        "root": (
            lambda t, p: np.sqrt(np.mean((t - p) ** 2)),
            "This is the root mean squared error: one step too far.",
        ),
        "absolute": (lambda t, p: np.mean(np.abs(t - p)), "This is the mean absolute error."),
        "mean_first": (
            lambda t, p: np.mean(t - p) ** 2,
            "This squares the mean: errors above and below cancel before they are squared. Which comes first?",
        ),
        "rows_counted": (
            lambda t, p: np.sum((t - p) ** 2) / len(t),
            "You divide by the number of rows. Divide by the number of all entries.",
        ),
        **slips.MSE,
    },
)
def mse(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


lesson.predict(
    "predict_outlier",
    "How do the slopes of the best lines change when the last delivery takes 60 minutes?",
    choices={
        "a": "Under the absolute price, yes. Under the squared price a miss of 30 costs as much as 900 misses of 1: the line goes "
        "a long way to make it smaller.",
        "b": "",
        "c": "The other way round: it is the square that makes one large miss outweigh many small ones.",
        "d": "Under the squared price, yes. Under the absolute price every point pulls equally hard, however far away it is, so "
        "one of eight, off only in its minutes, cannot do much.",
    },
    answer="b",
    because="The squared price pulls in proportion to the miss, so the outlier pulls hardest; the absolute price pulls equally.",
    hints=(
        "Think of the bus: which of the two best announcements followed the one long wait?",
        "A miss of 30 costs 900 when squared. How many misses of 1 is that?",
        "Under the absolute price each of the eight points pulls equally hard, near or far.",
    ),
    reread="Outliers: the mean and the median again",
)


@lesson.function(
    "(y_true, y_pred) -> float",
    cases=_pairs,
    hints=(
        "The sign of an error does not count here, only its size.",
        "Without the absolute value, errors above and below would cancel.",
        "Average `np.abs(y_pred - y_true)` over all elements.",
    ),
    reread="Outliers: the mean and the median again",
    mistakes={
        "sum_not_mean": (
            lambda t, p: np.sum(np.abs(t - p)),
            "This is the sum of the absolute errors, so it grows with the number of examples. Which average is "
            "asked for?",
        ),
        "signs_cancel": (
            lambda t, p: np.abs(np.mean(t - p)),
            "Here errors above and below cancel before the absolute value is taken: mind the order.",
        ),
        "squared": (lambda t, p: np.mean((t - p) ** 2), "This is the mean squared error."),
        "root": (
            lambda t, p: np.sqrt(np.mean((t - p) ** 2)),
            "This is the root mean squared error. The mean absolute error needs neither square nor root.",
        ),
        "median": (lambda t, p: np.median(np.abs(t - p)), "This is the median of the absolute errors, not their mean."),
        "rows_counted": (
            lambda t, p: np.sum(np.abs(t - p)) / len(t),
            "You divide by the number of rows. Divide by the number of all entries.",
        ),
        **slips.MAE,
    },
)
def mae(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true))


def _binary(rng):
    yield np.array([1.0, 0.0]), np.array([2.0, -1.0])
    yield np.array([0.25, 0.75]), np.array([1.0, -2.0])
    yield np.array([1.0, 0.0, 1.0, 0.0]), np.array([-3.0, 4.0, 0.0, 0.0])
    yield rng.integers(0, 2, size=(5, 3)).astype(float), 3 * rng.normal(size=(5, 3))
    yield rng.uniform(size=8), 2 * rng.normal(size=8)


@lesson.function(
    "(y_true, logits) -> float",
    cases=_binary,
    edges={
        "logits of ±1000, rightly sure": (np.array([1.0, 0.0]), np.array([1000.0, -1000.0])),
        "logits of ±1000, wrongly sure": (np.array([0.0, 1.0]), np.array([1000.0, -1000.0])),
        "logits of ±40": (np.array([1.0, 0.0, 0.0]), np.array([40.0, -40.0, 40.0])),
    },
    overflow="The text above the exercise takes log(1 + eᶻ) apart, into max(0, z) and a rest in which no exponent is above 0: "
    "that form stands every logit.",
    hints=(
        "With p the sigmoid of the logit z, one element costs −log p if the label is 1 and −log(1 − p) if it is 0.",
        "Written in z, −log(1 − p) is log(1 + eᶻ), and −log p is log(1 + eᶻ) − z. So one element costs log(1 + eᶻ) "
        "− y·z.",
        "eᶻ overflows from about z = 710 on. Write log(1 + eᶻ) as `np.maximum(0, z) + np.log1p(np.exp(-np.abs(z)))`, "
        "subtract `y_true * logits`, average.",
    ),
    reread="When a formula is right and the code is wrong",
    mistakes={
        "sum_not_mean": (
            lambda t, z: np.sum(np.logaddexp(0, z) - t * z),
            "This is the sum over the elements, not their mean.",
        ),
        "sign": (
            lambda t, z: -np.mean(np.logaddexp(0, z) - t * z),
            "The sign is turned: a loss is never below 0 here.",
        ),
        "clipped": (
            slips.probability_clipped,
            "The probabilities are clipped, so the loss of a sure and wrong answer stops growing. Can the loss be "
            "written "
            "with the logits alone, without the probability?",
        ),
        "one_class": (
            lambda t, z: np.mean(t * np.logaddexp(0, -z)),
            "Only the elements with label 1 cost something here. What do those with label 0 cost?",
        ),
        "largest_of_all": (
            lambda t, z: np.mean(np.max(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))),
            "The largest entry along axis 0 is taken here. The larger of 0 and each entry is `np.maximum(0, z)`.",
        ),
        "no_absolute": (
            lambda t, z: np.mean(np.maximum(0, z) - t * z + np.log1p(np.exp(-z))),
            "Logits above 0 come out right, those below 0 too dear: by log(1 + e^(−z)) where log(1 + eᶻ) is due. Is the exponent "
            "−|z|, and is what stands before the logarithm the larger of 0 and z?",
        ),
        "added": (
            lambda t, z: np.mean(np.logaddexp(0, z) + t * z),
            "y·z is to be subtracted: where the label is 1, a larger logit makes the loss smaller.",
        ),
        "labels_swapped": (
            lambda t, z: np.mean(np.logaddexp(0, z) - (1 - t) * z),
            "The two labels have changed places: which of the two terms belongs to label 1?",
        ),
        **slips.BINARY,
    },
)
def binary_cross_entropy(y_true, logits):
    return np.mean(np.logaddexp(0, logits) - y_true * logits)


def _classes(rng):
    yield np.array([0, 2]), np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]])
    yield np.array([1]), np.array([[0.5, -0.5]])
    yield rng.integers(0, 4, size=6), 3 * rng.normal(size=(6, 4))
    yield rng.integers(0, 3, size=3), rng.normal(size=(3, 3))
    yield np.zeros(5, int), np.zeros((5, 10))


def _table(answer):
    return tables.each_with_each(answer, np.arange(7) % 4, np.arange(28.0).reshape(7, 4) % 5)


def _log_sum_exp(z):
    top = z.max(axis=1, keepdims=True)
    return top[:, 0] + np.log(np.exp(z - top).sum(axis=1))


def _one_largest(labels, z):
    with np.errstate(divide="ignore"):
        return np.mean(z.max() + np.log(np.exp(z - z.max()).sum(axis=1)) - z[np.arange(len(labels)), labels])


def _each(labels, z):
    return _log_sum_exp(z) - z[np.arange(len(labels)), labels]


@lesson.function(
    "(labels, logits) -> float",
    cases=_classes,
    remark=_table,
    overflow="Is an exponent above 0? With the largest logit of each row taken out first, none is. Or has a probability become "
    "0 before its logarithm is taken? Written in logits, the loss needs no probability.",
    edges={
        "logits of ±1000, rightly sure": (np.array([0, 1]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
        "logits of ±1000, wrongly sure": (np.array([1, 0]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])),
        "rows very different in size": (np.array([0, 0]), np.array([[1000.0, -1000.0], [-1000.0, -1000.0]])),
        "logits all near −1000": (
            np.array([2, 0]),
            np.array([[-1000.0, -1001.0, -999.0], [-1000.0, -1000.0, -1000.0]]),
        ),
    },
    hints=(
        "Row i costs −log of the probability that softmax gives to the class `labels[i]`.",
        "Written in logits, that is log Σⱼ exp(logits[i, j]) minus the logit of the right class.",
        "Subtract each row's largest logit first: the loss stays the same and exp cannot overflow. "
        "`logits[np.arange(len(labels)), labels]` picks the right class in every row. Average over the rows.",
    ),
    reread="More than two classes: softmax and cross-entropy",
    mistakes={
        "sum_not_mean": (lambda y, z: np.sum(_each(y, z)), "This is the sum over the examples, not their mean."),
        "one_largest_for_all": (
            _one_largest,
            "The largest logit of the whole array is subtracted, not the largest of each row: in a row far below it every "
            "exponential becomes 0. Which axis should the maximum run along?",
        ),
        **scores.LOSS_OF_ONE_SUM,
        "logits_forgotten": (lambda y, z: np.mean(_log_sum_exp(z)), "The logit of the right class is not subtracted."),
        "largest_left_out": (
            lambda y, z: np.mean(np.log(np.exp(z - z.max(1, keepdims=True)).sum(1)) - z[np.arange(len(y)), y]),
            "The largest logit was taken out of the sum and not put back: log-sum-exp is m plus the logarithm.",
        ),
        "every_label_for_every_row": (
            lambda y, z: np.mean(_log_sum_exp(z)[:, None] - z[:, y]),
            "`[:, labels]` picks the columns of *all* labels in every row, an (n, n) array. Each row needs the entry of its own "
            "label: `[np.arange(len(labels)), labels]`.",
        ),
        "mean_over_all": (
            lambda y, z: np.sum(_each(y, z)) / z.size,
            "This divides by the number of logits. The mean goes over the examples: by how many do you divide?",
        ),
        "sign": (lambda y, z: -np.mean(_each(y, z)), "The sign is turned: a loss is never below 0 here."),
        **softmax_gone_wrong.SOFTMAX,
        "wrong_axis": (
            lambda y, z: np.mean(np.log(np.exp(z - z.max(0)).sum(0))[y] + z.max(0)[y] - z[np.arange(len(y)), y]),
            "The softmax runs over the examples instead of the classes: which axis must sum to 1?",
        ),
    },
)
def softmax_cross_entropy(labels, logits):
    return np.mean(_each(labels, logits))


def _logits(rng):
    yield (np.array([3.0, -2.0, 0.0]),)
    yield (np.array([[0.0, 8.0], [1.0, -8.0]]),)
    yield (20 * rng.normal(size=7),)


def _log_sigmoid(z):
    return -np.logaddexp(0, -z)


def _made_safe(z):
    return np.log(1 / (1 + np.exp(-np.clip(z, -500, 500))) + 1e-7)


def _kept_from_zero(z):
    return np.log(np.maximum(1 / (1 + np.exp(-np.clip(z, -500, 500))), 1e-7))


@lesson.function(
    "(z) -> array, log sigmoid of each entry",
    cases=_logits,
    edges={
        "a logit of −1000": (np.array([-1000.0]),),
        "a logit of 1000": (np.array([1000.0]),),
        "a logit of −30": (np.array([-30.0]),),
        "a logit of 40": (np.array([40.0]),),
    },
    atol=0.0,
    overflow="log σ(z) is −log(1 + e^(−z)), and far below 0 the exponent −z is large. Take the larger of 0 and −z out of that "
    "logarithm, as the text does with 0 and z: then no exponent is above 0, and it stands every logit.",
    hints=(
        "The small number was added because a probability became exactly 0. Can you do without the probability?",
        "log σ(z) is −log(1 + e^(−z)). Whether e^(−z) overflows depends on the sign of z: take the larger of 0 and −z out of "
        "that logarithm, as before.",
        "What is left in the logarithm is 1 + e^(−|z|): `np.log1p(np.exp(-np.abs(z)))`. What was taken out, with its sign, is "
        "`np.minimum(0, z)`.",
    ),
    reread="When a formula is right and the code is wrong",
    mistakes={
        "unchanged": (_made_safe, "This is still the code as it was given: replace the body of the function."),
        "kept_from_zero": (
            _kept_from_zero,
            "The probability is kept from 0, so the logarithm stops near −16. Can it do without the probability?",
        ),
        "loss": (lambda z: -_log_sigmoid(z), "This is −log σ(z), the loss. The logarithm itself is never above 0."),
        "other_class": (
            lambda z: _log_sigmoid(-z),
            "This is log σ(−z), the logarithm of 1 − p: which sign of z makes class 1 likely?",
        ),
        "rest_lost": (
            lambda z: np.minimum(0, z) - np.log(1 + np.exp(-np.abs(z))),
            "Nearly: at z = 40 the result is about −e⁻⁴⁰, not 0. A sum such as 1 + a or 40 + a forgets an a as small "
            "as that, and a branch that gives 0 there leaves it out. For z above 0 the result is −log(1 + a) alone, a = e^(−z): "
            "`np.log1p(a)` keeps a.",
        ),
        "maximum": (
            lambda z: np.maximum(0, z) - np.log1p(np.exp(-np.abs(z))),
            "The larger of 0 and z goes with log(1 + e^z). Here the exponent in the logarithm is −z: what is taken out, and "
            "with which sign?",
        ),
        "no_absolute": (
            lambda z: np.minimum(0, z) - np.log1p(np.exp(-z)),
            "The exponent is −|z|: for z below 0, e^(−z) is large, and what was taken out is still in.",
        ),
        **log_sigmoids.MISTAKES,
    },
)
def fix_log_loss(z):
    return _log_sigmoid(z)
