"""Wrong forms of softmax with cross-entropy, the loss, each with what is said of it; ``scores`` has those of its gradient."""

import numpy as np

from helpers.check.catalogue.losses_gone_wrong import LIMITS, SMALL, families, quiet
from helpers.check.registry import any_of


def _chosen(labels, z):
    return z[np.arange(len(labels)), labels]


def _log_sum_exp(z):
    return np.logaddexp.reduce(z, axis=1)


def _probability(labels, z):
    return _chosen(labels, np.exp(z - _log_sum_exp(z)[:, None]))


def _mean_loss(labels, z):
    return np.mean(_log_sum_exp(z) - _chosen(labels, z))


def _small_in_softmax(small):
    return quiet(lambda y, z: -np.mean(np.log(_probability(y, z) + small)))


def _softmax_clipped(small):
    return quiet(lambda y, z: -np.mean(np.log(np.clip(_probability(y, z), small, 1 - small))))


def _softmax_logits_clipped(limit):
    return lambda y, z: np.mean(_log_sum_exp(np.clip(z, -limit, limit)) - _chosen(y, np.clip(z, -limit, limit)))


def _one_against_the_rest(labels, z):
    return np.logaddexp(0, z) - np.eye(z.shape[1])[labels] * z


def _entropy(z):
    log_p = z - _log_sum_exp(z)[:, None]
    return -(np.exp(log_p) * log_p).sum(axis=1)


def _largest_of_columns(back):
    """The largest taken out of each column, and back(it) added to the logarithm."""
    return quiet(
        lambda y, z: np.mean(np.log(np.exp(z - z.max(axis=0)).sum(axis=1)) + back(z.max(axis=0), y) - _chosen(y, z))
    )


SOFTMAX = {
    "largest_of_each_column": (
        any_of(
            _largest_of_columns(lambda top, y: top[0]),
            _largest_of_columns(lambda top, y: top[y]),
            _largest_of_columns(lambda top, y: 0),
        ),
        "The largest logit of each column is taken out, `axis=0`. A column goes over the examples; what cancels in the loss is one "
        "number for each row, the largest of its own k logits. Along which axis do they lie?",
    ),
    "small_number_in_the_logarithm": (
        families(_small_in_softmax, SMALL),
        "A small number is added to the probability in the logarithm. It changes every loss a little, and the loss of a sure and "
        "wrong answer stops growing. Written in logits, the loss needs no probability.",
    ),
    "clipped": (
        families(_softmax_clipped, SMALL),
        "The probabilities are clipped, so the loss of a sure and wrong answer stops growing. Written in logits, the loss needs no "
        "probability.",
    ),
    "softmax_twice": (
        lambda y, z: _mean_loss(y, np.exp(z - _log_sum_exp(z)[:, None])),
        "The softmax is applied twice: log-sum-exp turns scores into probabilities by itself, and here it gets probabilities. "
        "What belongs there are the logits.",
    ),
    "clipped_logits": (
        families(_softmax_logits_clipped, LIMITS),
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
    "right_classes_added_up": (
        lambda y, z: np.mean(_log_sum_exp(z) - _chosen(y, z).sum()),
        "This is the mean of the log-sum-exps, less the *sum* of the right classes' logits. In each row only the logit of its own "
        "right class is subtracted; the mean comes last.",
    ),
    "log_sum_exps_added_up": (
        lambda y, z: np.mean(_log_sum_exp(z).sum() - _chosen(y, z)),
        "This is the *sum* of the log-sum-exps, less the mean of the right classes' logits. One mean is due, of the difference in "
        "each row.",
    ),
    "number_of_the_class": (
        lambda y, z: np.mean(_log_sum_exp(z) - y),
        "The *number* of the right class is subtracted. It says which of the row's logits is meant: the logit is to be subtracted.",
    ),
    "all_logits_of_the_row": (
        lambda y, z: np.mean(_log_sum_exp(z) - z.sum(axis=1)),
        "All the logits of a row are added up and subtracted. Only that of the right class is to go: where do the labels come in?",
    ),
    "from_the_first_row": (
        lambda y, z: np.mean(_log_sum_exp(z) - z[0, y]),
        "The logits of the right classes are all picked from the first row. Each example has a row of its own.",
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
    "right_label_alone": (
        lambda y, z: np.mean(np.logaddexp(0, -_chosen(y, z))),
        "This takes the sigmoid of the right class's logit: the other logits of the row play no part. Softmax weighs them all.",
    ),
    "share_of_hits": (
        any_of(lambda y, z: np.mean(z.argmax(1) == y), lambda y, z: np.mean(z.argmax(1) != y)),
        "This counts the rows whose largest logit is (or is not) the right one. The loss is −log of a probability.",
    ),
    "no_exponential": (
        quiet(lambda y, z: np.mean(np.log(z.sum(axis=1)) - _chosen(y, z))),
        "The logits are added up as they are. In log-sum-exp, e to the power of each is added.",
    ),
    "logarithm_before_the_sum": (
        lambda y, z: np.mean((z - z.max(axis=1, keepdims=True)).sum(axis=1) - _chosen(y, z)),
        "The logarithm is taken of each exponential by itself, which gives back the logit. First the sum, then the logarithm.",
    ),
    "largest_subtracted": (
        lambda y, z: np.mean(_log_sum_exp(z) - 2 * z.max(axis=1) - _chosen(y, z)),
        "The largest logit is taken out of the sum and then subtracted once more. It is to be put back: with which sign?",
    ),
    "all_classes": (
        lambda y, z: np.mean(_log_sum_exp(z)[:, None] - z),
        "This is a mean over all classes. Only the right class of each row counts: where do the labels come in?",
    ),
    "label_added": (
        any_of(
            lambda y, z: np.mean(_log_sum_exp(z) + _chosen(y, z)),
            lambda y, z: np.mean(_log_sum_exp(z) + _chosen(y, z) - 2 * z.max(axis=1)),
        ),
        "The logit of the right class is added. A larger logit for the right class must make the loss smaller.",
    ),
    "mean_of_the_exponentials": (
        lambda y, z: np.mean(_log_sum_exp(z) - _chosen(y, z)) - np.log(z.shape[1]),
        "The logarithm is taken of the *mean* of the exponentials. In log-sum-exp they are added up.",
    ),
    "exponent_turned": (
        any_of(
            lambda y, z: np.mean(_log_sum_exp(-z) - _chosen(y, z)),
            lambda y, z: np.mean(_log_sum_exp(-z) - _chosen(y, z) + 2 * z.max(axis=1)),
        ),
        "e is taken to the power of minus the logit: so the class with the largest logit would be the least likely.",
    ),
    "median": (
        lambda y, z: np.median(_log_sum_exp(z) - _chosen(y, z)),
        "This is the median of the examples' losses, not their mean.",
    ),
    "entropy": (
        lambda y, z: np.mean(_entropy(z)),
        "This is the entropy of the probabilities themselves: the labels play no part. What does the right class cost?",
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
