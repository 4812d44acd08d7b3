"""Wrong forms of the losses of lesson 01, each with what is said of it."""

import numpy as np

from helpers.check.registry import any_of

_SMALL = (
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
_LIMITS = (500, 700, 709, 100, 50, 30, 20, 10)  # and those at which they clip logits


def _families(made, numbers):
    return any_of(*(made(number) for number in numbers))


def _quiet(function):
    """Let the wrong form leave the range of its numbers as the answer does: without a warning."""

    def quiet(*args):
        with np.errstate(all="ignore"):
            return function(*args)

    return quiet


_TABLE = (
    "A table of each with each is built on the way, and its mean taken: (n, 1) and (n,), which look alike, make (n, n) together. "
    "Each true value belongs with its own prediction."
)
_RELATIVE = "The errors are divided by the {} values. That is a share, as a percentage is; asked for is the error itself, in units of y."


def _column(t, p):
    return t.reshape(-1, 1) - p.ravel()


MSE = {
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
    "relative": (_quiet(lambda t, p: np.mean(((t - p) / t) ** 2)), _RELATIVE.format("true")),
    "relative_to_the_prediction": (_quiet(lambda t, p: np.mean(((t - p) / p) ** 2)), _RELATIVE.format("predicted")),
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
    "no_absolute": (
        any_of(lambda t, p: np.mean(t - p), lambda t, p: np.mean(p - t)),
        "This is the mean of the errors with their signs: those above and below cancel. Only the size is to count.",
    ),
    "half": (
        lambda t, p: np.mean(np.abs(t - p)) / 2,
        "This is half of it: the mean of the absolute errors has no factor in front.",
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
    "relative": (_quiet(lambda t, p: np.mean(np.abs((t - p) / t))), _RELATIVE.format("true")),
    "relative_to_the_prediction": (_quiet(lambda t, p: np.mean(np.abs((t - p) / p))), _RELATIVE.format("predicted")),
    "largest": (lambda t, p: np.max(np.abs(t - p)), "This is the largest of the absolute errors, not their mean."),
    "table": (lambda t, p: np.mean(np.abs(_column(t, p))), _TABLE),
}


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _two_terms(t, log_p, log_q):
    return -np.mean(t * log_p + (1 - t) * log_q)


def _clip_p(small):
    return _quiet(lambda t, z: _two_terms(t, *map(np.log, _apart(np.clip(_sigmoid(z), small, 1 - small)))))


def _apart(p):
    return p, 1 - p


probability_clipped = _families(_clip_p, _SMALL)


def _small_in_the_logarithm(small):
    return _quiet(lambda t, z: _two_terms(t, np.log(_sigmoid(z) + small), np.log(1 - _sigmoid(z) + small)))


def _kept_above(limit):
    def form(t, z):
        log_p, log_q = (np.maximum(np.log(p), -limit) for p in _apart(_sigmoid(z)))
        return _two_terms(t, log_p, log_q)

    return _quiet(form)


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
        _families(_small_in_the_logarithm, _SMALL),
        "A small number is added to the probability in the logarithm. It changes every loss a little, and the loss of a sure and "
        "wrong answer stops growing. Can the loss be written with the logits alone?",
    ),
    "logarithm_kept_above": (
        _families(_kept_above, (100, 1000, 50, 30)),
        "The logarithm is kept from falling below a limit, so the loss of a sure and wrong answer stops growing there. Can the "
        "loss be written with the logits alone?",
    ),
    "clipped_logits": (
        _families(_logits_clipped, _LIMITS),
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
        _quiet(lambda t, z: np.mean(np.maximum(0, z) + np.log1p(np.exp(np.abs(z))) - t * z)),
        "The exponent is −|z|, not |z|: it is to be at most 0, so that nothing overflows.",
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


def _chosen(labels, z):
    return z[np.arange(len(labels)), labels]


def _log_sum_exp(z):
    return np.logaddexp.reduce(z, axis=1)


def _probability(labels, z):
    return _chosen(labels, np.exp(z - _log_sum_exp(z)[:, None]))


def _small_in_softmax(small):
    return _quiet(lambda y, z: -np.mean(np.log(_probability(y, z) + small)))


def _softmax_clipped(small):
    return _quiet(lambda y, z: -np.mean(np.log(np.clip(_probability(y, z), small, 1 - small))))


def _softmax_logits_clipped(limit):
    return lambda y, z: np.mean(_log_sum_exp(np.clip(z, -limit, limit)) - _chosen(y, np.clip(z, -limit, limit)))


def _one_against_the_rest(labels, z):
    return np.logaddexp(0, z) - np.eye(z.shape[1])[labels] * z


SOFTMAX = {
    "small_number_in_the_logarithm": (
        _families(_small_in_softmax, _SMALL),
        "A small number is added to the probability in the logarithm. It changes every loss a little, and the loss of a sure and "
        "wrong answer stops growing. Written in logits, the loss needs no probability.",
    ),
    "clipped": (
        _families(_softmax_clipped, _SMALL),
        "The probabilities are clipped, so the loss of a sure and wrong answer stops growing. Written in logits, the loss needs no "
        "probability.",
    ),
    "clipped_logits": (
        _families(_softmax_logits_clipped, _LIMITS),
        "The logits are clipped, so what lies beyond the limit counts as if it lay at it. Taking the largest logit of each row out "
        "leaves nothing to clip.",
    ),
    "largest_added_twice": (
        lambda y, z: np.mean(_log_sum_exp(z) - (_chosen(y, z) - z.max(axis=1))),
        "The largest logit m is taken out of the logit of the right class, too, and then only log Σ exp gets it back. Taken out of "
        "both, it cancels; taken out of one, it is added again.",
    ),
    "largest_for_the_right_class": (
        lambda y, z: np.mean(_log_sum_exp(z) - z.max(axis=1)),
        "The labels play no part here: this is the loss of the class with the largest logit, whichever class is right.",
    ),
    "label_alone": (
        any_of(lambda y, z: -np.mean(_chosen(y, z)), lambda y, z: np.mean(_chosen(y, z))),
        "Only the logit of the right class is left. What it costs depends on the other logits of its row, too.",
    ),
    "no_logarithm": (
        any_of(lambda y, z: -np.mean(_probability(y, z)), lambda y, z: np.mean(_probability(y, z))),
        "This is the mean probability of the right class, up to the sign. The logarithm is missing.",
    ),
    "one_minus_the_probability": (
        lambda y, z: np.mean(1 - _probability(y, z)),
        "This is 1 − p, the share that the wrong classes have. The loss is −log p.",
    ),
    "mean_before_the_logarithm": (
        lambda y, z: -np.log(np.mean(_probability(y, z))),
        "This is the logarithm of a mean. Each example has a logarithm of its own, and the mean comes last.",
    ),
    "label_less_1": (
        lambda y, z: np.mean(_log_sum_exp(z) - z[np.arange(len(y)), y - 1]),
        "The class is one too low: `labels - 1` picks the column before. Classes are counted from 0, as columns are.",
    ),
    "each_class_by_itself": (
        any_of(
            lambda y, z: np.mean(_one_against_the_rest(y, z)),
            lambda y, z: np.sum(_one_against_the_rest(y, z)) / len(y),
        ),
        "This is the loss of yes or no for each class by itself. Here the classes of a row share one softmax: what one gains, the "
        "others lose.",
    ),
    "squared_distance": (
        any_of(
            lambda y, z: np.mean((np.exp(z - _log_sum_exp(z)[:, None]) - np.eye(z.shape[1])[y]) ** 2),
            lambda y, z: np.sum((np.exp(z - _log_sum_exp(z)[:, None]) - np.eye(z.shape[1])[y]) ** 2) / len(y),
        ),
        "This is the squared distance of the probabilities from 0 and 1. Asked for is the cross-entropy, −log of the probability "
        "of the right class.",
    ),
    "base_2": (
        lambda y, z: np.mean(_log_sum_exp(z) - _chosen(y, z)) / np.log(2),
        "This is the loss in logarithms to the base 2. The loss here takes the natural logarithm, `np.log`.",
    ),
}


def _log_sigmoid(z):
    return -np.logaddexp(0, -z)


def _through_p(limit, small=0.0, top=np.inf):
    return _quiet(lambda z: np.log(np.minimum(_sigmoid(np.clip(z, -limit, limit)) + small, top)))


def _clip_z(limit):
    return lambda z: _log_sigmoid(np.clip(z, -limit, limit))


def _clip_z_and_lose(limit):
    return _quiet(lambda z: -np.log(1 + np.exp(-np.clip(z, -limit, limit))))


LOG_SIGMOID = {
    "clipped_logits": (
        any_of(
            *(form(limit) for limit in _LIMITS for form in (_clip_z, _through_p, _clip_z_and_lose)),
        ),
        "The logits are clipped, so what lies beyond the limit counts as if it lay at it. Can it be written so that nothing has to "
        "be clipped?",
    ),
    "another_small_number": (
        any_of(
            *(
                _through_p(limit, small, top)
                for limit in (500, np.inf, 700)
                for small in (1e-300, 1e-7, 1e-8, 1e-10, 1e-12, 1e-15, 1e-16, 1e-5)
                for top in (np.inf, 1)
                if (limit, small, top) != (500, 1e-7, np.inf)
            )
        ),
        "There is still a small number in the logarithm: it stops the fall at its own logarithm. Can it do without "
        "the probability?",
    ),
    "no_minimum": (
        lambda z: -np.log1p(np.exp(-np.abs(z))),
        "This is right for z above 0. What was taken out of the logarithm for z below 0 has not been put back.",
    ),
    "only_the_minimum": (
        lambda z: np.minimum(0, z),
        "This is what was taken out of the logarithm. What is left in it, log(1 + e^(−|z|)), belongs to the result as well.",
    ),
}
