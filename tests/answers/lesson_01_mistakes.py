"""Wrong answers to the exercises of lesson 01 as people write them, under the mistake that each must be told as."""

import numpy as np

from helpers import activations

NAMED = {}


def returns_within(y_true, y_pred):
    total = 0.0
    for t, p in zip(y_true, y_pred, strict=True):
        total += (t - p) ** 2
        return total / len(y_true)


NAMED["mse"] = {
    "first_row_alone": [returns_within],
    "columns_counted": [lambda t, p: np.sum((p - t) ** 2) / t.shape[-1]],
    "sums_along_an_axis": [lambda t, p: ((p - t) ** 2).sum(-1).mean()],
    "rows_counted_and_half": [lambda t, p: 1 / (2 * len(t)) * ((t - p) ** 2).sum()],
    "one_of_them_squared": [lambda t, p: np.mean(t - p**2), lambda t, p: (p - t**2).sum() / t.size],
    "length_by_number": [lambda t, p: np.sqrt(np.sum((t - p) ** 2)) / t.size],
}


def around_the_middle(t, p):
    errors = p - t
    return abs(errors - np.median(errors)).mean()


NAMED["mae"] = {
    "columns_counted": [lambda t, p: abs(t - p).sum() / t.shape[-1]],
    "sums_along_an_axis": [lambda t, p: abs(t - p).sum(-1).mean()],
    "one_of_them_absolute": [lambda t, p: (t - abs(p)).mean()],
    "counted": [lambda t, p: np.count_nonzero(t != p) / t.size],
    "signs_alone": [lambda t, p: np.sign(p - t).mean()],
    "around_their_median": [around_the_middle],
}


def in_logits(z_of=lambda z: z, out=np.maximum, rest=lambda z: np.log1p(np.exp(-np.abs(z)))):
    """The lesson's form, of z_of(logits): out(0, z) − y·z + rest(z)."""

    def answer(t, z):
        z = z_of(z)
        return (out(0, z) - t * z + rest(z)).mean()

    return answer


def two_terms(weights, between=1):
    """weights(y) of −log p and of −log(1 − p)."""

    def answer(t, z):
        first, second = weights(t)
        return np.mean(first * np.logaddexp(0, -z) + between * second * np.logaddexp(0, z))

    return answer


NAMED["binary_cross_entropy"] = {
    "sigmoid_twice": [in_logits(activations.sigmoid)],
    "larger_of_0_and_minus_z": [in_logits(out=lambda zero, z: np.maximum(0, -z))],
    "no_1_in_the_logarithm": [in_logits(rest=lambda z: np.log(np.exp(-np.abs(z))))],
    "label_alone_subtracted": [lambda t, z: np.mean(np.maximum(0, z) - t + np.log1p(np.exp(-np.abs(z))))],
    "terms_subtracted": [two_terms(lambda t: (t, 1 - t), -1)],
    "label_0_always": [two_terms(lambda t: (t, 1))],
    "label_1_always": [two_terms(lambda t: (1, 1 - t))],
    "share_of_hits": [lambda t, z: (np.where(z > 0, 1, 0) == t).sum() / t.size],
}


def shifted(sum_of=lambda z: np.exp(z).sum(axis=1), sign=-1):
    """The largest taken out of all logits, log of `sum_of` them, and the right class subtracted."""

    def answer(labels, logits):
        z = logits - logits.max(axis=1)[:, None]
        return np.mean(np.log(sum_of(z)) + sign * z[np.arange(len(z)), labels])

    return answer


def largest_down(labels, z, form):
    """Softmax with cross-entropy where the largest is looked for along axis 0, in one of three common forms."""
    top = z.max(axis=0, keepdims=True)
    sums, chosen = np.exp(z - top).sum(axis=1), (np.arange(len(labels)), labels)
    if form == "log_sum_exp":
        return np.mean(top[:, 0] + np.log(sums) - z[chosen])
    if form == "probabilities":
        return -np.mean(np.log((np.exp(z - top) / sums[:, None])[chosen]))
    return np.mean(np.log(sums) - z[chosen])


def ten_classes(labels, z):
    top = z.max(axis=1, keepdims=True)
    return np.mean(top[:, 0] + np.log(np.exp(z - top).sum(axis=1)) - (np.eye(10)[labels] * z).sum(axis=1))


def lse_and_chosen(labels, logits):
    """log-sum-exp of each row, and the logit of its right class."""
    return np.logaddexp.reduce(logits, axis=1), logits[range(len(labels)), labels]


def less_the_sum(labels, logits):
    lse, chosen = lse_and_chosen(labels, logits)
    return lse.mean() - chosen.sum()


def sum_less_each(labels, logits):
    lse, chosen = lse_and_chosen(labels, logits)
    return np.mean(sum(lse) - chosen)


NAMED["softmax_cross_entropy"] = {
    "right_classes_added_up": [less_the_sum],
    "log_sum_exps_added_up": [sum_less_each],
    "number_of_the_class": [lambda y, z: (lse_and_chosen(y, z)[0] - y).sum() / len(z)],
    "all_logits_of_the_row": [lambda y, z: np.mean(lse_and_chosen(y, z)[0]) - np.sum(z) / len(y)],
    "from_the_first_row": [lambda y, z: np.mean(lse_and_chosen(y, z)[0] - z[0][y])],
    "labels_pick_rows": [lambda y, z: np.mean(lse_and_chosen(y, z)[0] - z[y])],
    "class_number_as_amount": [lambda y, z: np.logaddexp.reduce(z - y, axis=1).mean()],
    "largest_of_each_column": [
        lambda y, z: largest_down(y, z, "log_sum_exp"),
        lambda y, z: largest_down(y, z, "probabilities"),
        lambda y, z: largest_down(y, z, "not put back"),
    ],
    "size_written_down": [ten_classes],
    "all_classes": [lambda labels, logits: -np.log(activations.softmax(logits)).mean()],
    "label_added": [shifted(sign=1)],
    "mean_of_the_exponentials": [shifted(lambda z: np.exp(z).mean(axis=1))],
    "median": [lambda y, z: np.median(-np.log(activations.softmax(z)[np.arange(len(y)), y]))],
    "exponent_turned": [shifted(lambda z: np.exp(-z).sum(axis=1))],
}

NAMED["fix_log_loss"] = {
    "overflow": [lambda z: -np.log1p(np.exp(-z)), lambda z: -np.log(1 + np.exp(-z))],
    "exponent_above_0": [lambda z: np.minimum(0, z) - np.log(1 + np.exp(abs(z)))],
    "nothing_for_a_large_z": [
        lambda z: np.where(z > 20, 0.0, np.where(z < -20, z, -np.log1p(np.exp(-np.clip(z, -20, 20)))))
    ],
    "another_small_number": [lambda z: np.log(1 / (1 + np.exp(-z)) + 1e-30)],
    "probability_clipped": [lambda z: np.log(np.clip(activations.sigmoid(z), 1e-7, 1 - 1e-7))],
    "no_rest_below_0": [lambda z: np.where(z > 0, -np.log1p(np.exp(-z)), z)],
}
