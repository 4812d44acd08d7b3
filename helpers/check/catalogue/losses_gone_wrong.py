"""Wrong forms of the losses of lesson 01, each with what is said of it."""

import numpy as np

from helpers.check.registry import any_of

SMALL = (
    1e-7,
    1e-8,
    1e-9,
    1e-10,
    1e-12,
    1e-15,
    1e-5,
    1e-6,
    1e-3,
)  # the numbers that people keep a logarithm from 0 with
LIMITS = (500, 700, 709, 100, 50, 30, 20, 10)  # and those at which they clip logits


def families(made, numbers):
    return any_of(*(made(number) for number in numbers))


def quiet(function):
    """Let the wrong form leave the range of its numbers as the answer does: without a warning."""

    def quiet(*args):
        with np.errstate(all="ignore"):
            return function(*args)

    return quiet


_TABLE = (
    "A table of each with each is built on the way, and its mean taken: (n, 1) and (n,), which look alike, make (n, n) together. "
    "Each true value belongs with its own prediction."
)
_RELATIVE = (
    "The errors are divided by the {} values, as a percentage is. Asked for is the error itself, in the units of y."
)


_SUMS = "The errors are added up along one axis, and the mean is taken of these sums only. Each entry counts by itself."
_COLUMNS = "You divide by the length of the last axis, the number of columns. Divide by the number of all entries."


def _column(t, p):
    return t.reshape(-1, 1) - p.ravel()


MSE = {
    "first_row_alone": (
        any_of(
            lambda t, p: (t[0] - p[0]) ** 2 / len(t),
            lambda t, p: (t[0] - p[0]) ** 2 / t.size,
            lambda t, p: np.sum((t[0] - p[0]) ** 2) / len(t),
        ),
        "Only what the loop meets first counts: is `return` inside the loop? It ends the whole function.",
    ),
    "columns_counted": (
        lambda t, p: np.sum((t - p) ** 2) / t.shape[-1],
        _COLUMNS,
    ),
    "rows_counted_and_half": (
        lambda t, p: np.sum((t - p) ** 2) / len(t) / 2,
        "Two things: you divide by the number of rows, where all entries count; and it is half of it, a factor that neither "
        "Keras nor this course puts in front.",
    ),
    "one_of_them_squared": (
        any_of(lambda t, p: np.mean(t - p**2), lambda t, p: np.mean(p - t**2)),
        "Only one of the two is squared: `**` goes before `-`. The square belongs to the difference: where do brackets belong?",
    ),
    "length_by_number": (
        lambda t, p: np.linalg.norm((t - p).ravel()) / t.size,
        "This is the root of the sum of the squares, divided by their number. The mean of the squares has no root.",
    ),
    "sums_along_an_axis": (
        any_of(lambda t, p: np.mean(np.sum((t - p) ** 2, axis=-1)), lambda t, p: np.mean(np.sum((t - p) ** 2, axis=0))),
        _SUMS,
    ),
    "squares_apart": (
        any_of(lambda t, p: np.mean(t**2 - p**2), lambda t, p: np.mean(p**2 - t**2)),
        "Each is squared by itself here, and the squares are subtracted. The square belongs to the difference.",
    ),
    "doubled": (
        any_of(lambda t, p: np.mean((t - p) * 2), lambda t, p: np.mean((p - t) * 2)),
        "Each error is multiplied by 2: `* 2` doubles, `** 2` squares.",
    ),
    "not_squared": (
        any_of(lambda t, p: np.mean(t - p), lambda t, p: np.mean(p - t)),
        "This is the mean of the errors as they are: those above and below cancel. What makes each of them count?",
    ),
    "around_their_mean": (
        lambda t, p: np.var(t - p),
        "This is the variance of the errors: what all errors have in common is taken out first. A prediction that is 10 too "
        "high everywhere would cost nothing.",
    ),
    "relative": (quiet(lambda t, p: np.mean(((t - p) / t) ** 2)), _RELATIVE.format("true")),
    "relative_to_the_prediction": (quiet(lambda t, p: np.mean(((t - p) / p) ** 2)), _RELATIVE.format("predicted")),
    "cubed": (
        any_of(lambda t, p: np.mean((t - p) ** 3), lambda t, p: np.mean((p - t) ** 3)),
        "The errors are taken to the power of 3: those above and below cancel. Which power makes every error count?",
    ),
    "spread": (
        lambda t, p: np.std(t - p),
        "This is the standard deviation of the errors: their mean is taken out first.",
    ),
    "explained": (
        quiet(lambda t, p: 1 - np.sum((t - p) ** 2) / np.sum((t - t.mean()) ** 2)),
        "This is R², the share that is explained. It is made of squared errors, but 1 is best there; asked for is their mean.",
    ),
    "largest": (lambda t, p: np.max((t - p) ** 2), "This is the largest of the squared errors, not their mean."),
    "median": (lambda t, p: np.median((t - p) ** 2), "This is the median of the squared errors, not their mean."),
    "root_of_the_sum": (
        lambda t, p: np.linalg.norm((t - p).ravel()),
        "This is the length of the vector of errors: a root too much, and a sum where a mean is due.",
    ),
    "square_of_the_sum": (
        lambda t, p: np.sum(t - p) ** 2,
        "This squares the sum: errors above and below cancel before they are squared. Which comes first?",
    ),
    "table": (lambda t, p: np.mean(_column(t, p) ** 2), _TABLE),
}

MAE = {
    "columns_counted": (
        lambda t, p: np.sum(np.abs(t - p)) / t.shape[-1],
        _COLUMNS,
    ),
    "no_absolute": (
        any_of(lambda t, p: np.mean(t - p), lambda t, p: np.mean(p - t)),
        "This is the mean of the errors with their signs: those above and below cancel. Only the size is to count.",
    ),
    "half": (
        lambda t, p: np.mean(np.abs(t - p)) / 2,
        "This is half of it: the mean of the absolute errors has no factor in front.",
    ),
    "one_of_them_absolute": (
        any_of(
            lambda t, p: np.mean(t - np.abs(p)),
            lambda t, p: np.mean(np.abs(p) - t),
            lambda t, p: np.mean(p - np.abs(t)),
        ),
        "The absolute value is taken of one of the two alone. It belongs to the difference.",
    ),
    "counted": (
        lambda t, p: np.mean(t != p),
        "This counts how many predictions are not exact. How far off each of them is plays no part.",
    ),
    "signs_alone": (
        any_of(lambda t, p: np.mean(np.sign(t - p)), lambda t, p: np.mean(np.sign(p - t))),
        "This is the mean of the signs of the errors. Asked for are their sizes, without the signs.",
    ),
    "around_their_median": (
        lambda t, p: np.mean(np.abs((t - p) - np.median(t - p))),
        "The median of the errors is taken out first: a prediction that is 10 too high everywhere would cost nothing.",
    ),
    "sums_along_an_axis": (
        any_of(
            lambda t, p: np.mean(np.sum(np.abs(t - p), axis=-1)), lambda t, p: np.mean(np.sum(np.abs(t - p), axis=0))
        ),
        _SUMS,
    ),
    "absolute_apart": (
        any_of(lambda t, p: np.mean(np.abs(t) - np.abs(p)), lambda t, p: np.mean(np.abs(p) - np.abs(t))),
        "The absolute value is taken of each by itself, and then they are subtracted. It belongs to the difference.",
    ),
    "absolute_apart_and_of_all": (
        lambda t, p: np.mean(np.abs(np.abs(t) - np.abs(p))),
        "The absolute value is taken of each by itself before they are subtracted: −3 and 3 then count as equal.",
    ),
    "around_their_mean": (
        lambda t, p: np.mean(np.abs((t - p) - np.mean(t - p))),
        "What all errors have in common is taken out first: a prediction that is 10 too high everywhere would cost nothing.",
    ),
    "relative": (quiet(lambda t, p: np.mean(np.abs((t - p) / t))), _RELATIVE.format("true")),
    "relative_to_the_prediction": (quiet(lambda t, p: np.mean(np.abs((t - p) / p))), _RELATIVE.format("predicted")),
    "one_side_alone": (
        any_of(lambda t, p: np.mean(np.maximum(t - p, 0)), lambda t, p: np.mean(np.maximum(p - t, 0))),
        "Only the errors on one side count here, above or below. An error counts whichever its sign is.",
    ),
    "length_by_number": (
        lambda t, p: np.linalg.norm((t - p).ravel()) / t.size,
        "This is the root of the sum of the squares, divided by their number. The absolute value belongs to each error.",
    ),
    "huber": (
        lambda t, p: np.mean(np.where(np.abs(t - p) < 1, 0.5 * (t - p) ** 2, np.abs(t - p) - 0.5)),
        "This is Huber's loss: squares for small errors. Here every error counts with its absolute value.",
    ),
    "largest": (lambda t, p: np.max(np.abs(t - p)), "This is the largest of the absolute errors, not their mean."),
    "table": (lambda t, p: np.mean(np.abs(_column(t, p))), _TABLE),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _two_terms(t, log_p, log_q):
    return -np.mean(t * log_p + (1 - t) * log_q)


def _clip_p(small):
    return quiet(lambda t, z: _two_terms(t, *map(np.log, _apart(np.clip(sigmoid(z), small, 1 - small)))))


def _apart(p):
    return p, 1 - p


probability_clipped = families(_clip_p, SMALL)


def _small_in_the_logarithm(small):
    return quiet(lambda t, z: _two_terms(t, np.log(sigmoid(z) + small), np.log(1 - sigmoid(z) + small)))


def _kept_above(limit):
    def form(t, z):
        log_p, log_q = (np.maximum(np.log(p), -limit) for p in _apart(sigmoid(z)))
        return _two_terms(t, log_p, log_q)

    return quiet(form)


def _logits_clipped(limit):
    def form(t, z):
        z = np.clip(z, -limit, limit)
        return np.mean(np.logaddexp(0, z) - t * z)

    return form


def _hard(sure):
    return lambda t, z: np.mean(np.where(sure(t), np.logaddexp(0, -z), np.logaddexp(0, z)))


def _label_1_alone(t, z):
    with np.errstate(all="ignore"):
        chosen = np.logaddexp(0, -z[t == 1])
        return chosen.mean() if chosen.size else np.nan


def _rest(z):
    return np.log1p(np.exp(-np.abs(z)))


BINARY = {
    "small_number_in_the_logarithm": (
        families(_small_in_the_logarithm, SMALL),
        "A small number is added to the probability in the logarithm. It changes every loss a little, and the loss of a sure and "
        "wrong answer stops growing. Can the loss be written with the logits alone?",
    ),
    "logarithm_kept_above": (
        families(_kept_above, (100, 1000, 50, 30)),
        "The loss of a sure and wrong answer stops growing at a limit: the logits are clipped there, or the logarithm is kept from "
        "falling further. Can log(1 + eᶻ) be written so that neither is needed?",
    ),
    "clipped_logits": (
        families(_logits_clipped, LIMITS),
        "The logits are clipped, so a loss of 1000 comes out as the limit. Can log(1 + eᶻ) be written so that nothing has to be "
        "clipped?",
    ),
    "label_forgotten": (
        lambda t, z: np.mean(np.logaddexp(0, z)),
        "The labels play no part here: y·z is still to be subtracted.",
    ),
    "largest_logit": (
        any_of(
            lambda t, z: np.mean(np.max(z) + _rest(z) - t * z),
            lambda t, z: np.mean(max(0, np.max(z)) + _rest(z) - t * z),
        ),
        "One number stands for all: the largest of the logits. Each entry needs its own: `np.maximum(0, z)`.",
    ),
    "exponent_above_0": (
        quiet(lambda t, z: np.mean(np.maximum(0, z) + np.log1p(np.exp(np.abs(z))) - t * z)),
        "The exponent is −|z|, not |z|: it is to be at most 0, so that nothing overflows.",
    ),
    "probability_in_place_of_the_logit": (
        quiet(lambda t, z: np.mean(np.logaddexp(0, z) - t * sigmoid(z))),
        "The label is multiplied by the probability here. In y·z it is multiplied by the logit itself.",
    ),
    "sigmoid_twice": (
        quiet(lambda t, z: np.mean(np.logaddexp(0, sigmoid(z)) - t * sigmoid(z))),
        "A probability stands where the formula has the logit z: the sigmoid is in the formula already, and here it is applied "
        "twice. What belongs there are the logits as they come in.",
    ),
    "label_alone_subtracted": (
        lambda t, z: np.mean(np.logaddexp(0, z) - t),
        "The label itself is subtracted here. What is due is y·z, the label times the logit.",
    ),
    "no_1_in_the_logarithm": (
        lambda t, z: np.mean(np.maximum(0, z) - t * z - np.abs(z)),
        "The logarithm is that of e^(−|z|) alone, which is −|z|. What is left beside max(0, z) is log(1 + e^(−|z|)).",
    ),
    "terms_subtracted": (
        any_of(
            lambda t, z: np.mean(t * np.logaddexp(0, -z) - (1 - t) * np.logaddexp(0, z)),
            lambda t, z: np.mean((1 - t) * np.logaddexp(0, z) - t * np.logaddexp(0, -z)),
        ),
        "One of the two terms has the other's sign: an element costs something whichever its label is.",
    ),
    "label_0_always": (
        lambda t, z: np.mean(t * np.logaddexp(0, -z) + np.logaddexp(0, z)),
        "The elements with label 1 pay for label 0, too: which weight belongs to the second term?",
    ),
    "label_1_always": (
        lambda t, z: np.mean(np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z)),
        "The elements with label 0 pay for label 1, too: which weight belongs to the first term?",
    ),
    "share_of_hits": (
        any_of(
            lambda t, z: np.mean((z > 0) == t), lambda t, z: np.mean((z > 0) != t), lambda t, z: np.mean((z >= 0) == t)
        ),
        "This counts the elements whose logit is (or is not) on the right side. The loss asks how sure each of them was.",
    ),
    "larger_of_0_and_minus_z": (
        lambda t, z: np.mean(np.maximum(0, -z) + _rest(z) - t * z),
        "max(0, −z) and the rest together are log(1 + e^(−z)). The formula subtracts y·z from log(1 + eᶻ): which of the two is "
        "large where z is large?",
    ),
    "squares": (
        any_of(
            quiet(lambda t, z: np.mean((sigmoid(z) - t) ** 2)),
            quiet(lambda t, z: np.mean(np.abs(sigmoid(z) - t))),
        ),
        "This is how far the probability is from the label, squared or as it is. The cross-entropy takes a logarithm.",
    ),
    "label_0_alone": (
        lambda t, z: np.mean((1 - t) * np.logaddexp(0, z)),
        "Only the elements with label 0 cost something here. What do those with label 1 cost?",
    ),
    "hinge": (
        lambda t, z: np.mean(np.maximum(0, 1 - (2 * t - 1) * z)),
        "This is the hinge loss, with a corner in it. The cross-entropy takes a logarithm.",
    ),
    "logarithm_left_out": (
        lambda t, z: np.mean(np.maximum(0, z) - t * z + np.exp(-np.abs(z))),
        "What is left beside max(0, z) is log(1 + e^(−|z|)), not e^(−|z|) itself.",
    ),
    "no_maximum": (
        lambda t, z: np.mean(_rest(z) - t * z),
        "max(0, z) was taken out of the logarithm and is not put back.",
    ),
    "no_rest": (
        lambda t, z: np.mean(np.maximum(0, z) - t * z),
        "Only the part that was taken out of the logarithm is here. What is left in it, log(1 + e^(−|z|)), is missing.",
    ),
    "rest_subtracted": (
        lambda t, z: np.mean(np.maximum(0, z) - t * z - _rest(z)),
        "The logarithm log(1 + e^(−|z|)) is subtracted; log(1 + eᶻ) is max(0, z) plus that.",
    ),
    "minimum": (
        lambda t, z: np.mean(np.minimum(0, z) - t * z + _rest(z)),
        "The smaller of 0 and z is taken out here. log(1 + eᶻ) is large where z is large: which of the two goes with it?",
    ),
    "one_added_twice": (
        lambda t, z: np.mean(np.maximum(0, z) + np.log1p(1 + np.exp(-np.abs(z))) - t * z),
        "`np.log1p(a)` is log(1 + a) already: the 1 is added twice.",
    ),
    "hard_labels": (
        any_of(_hard(lambda t: t == 1), _hard(lambda t: t > 0.5), _hard(lambda t: t > 0), _hard(lambda t: t >= 0.5)),
        "Your loss knows only the labels 0 and 1. A label of 0.25 costs a quarter of the one term and three quarters of the other.",
    ),
    "label_1_alone": (
        _label_1_alone,
        "The mean goes over the elements with label 1 only. Those with label 0 cost something too, and count.",
    ),
    "rows_counted": (
        lambda t, z: np.sum(np.logaddexp(0, z) - t * z) / len(z),
        "You divide by the number of rows. Divide by the number of all entries.",
    ),
    "base_2": (
        lambda t, z: np.mean(np.logaddexp(0, z) - t * z) / np.log(2),
        "This is the loss in logarithms to the base 2. The loss here takes the natural logarithm, `np.log`.",
    ),
}
