"""More wrong gradients of softmax with cross-entropy, beside those that `scores` holds: mistakes of lesson 03."""

import numpy as np

from helpers.check.catalogue import scores
from helpers.check.catalogue.scores import softmax, truth


def gradient(labels, z):
    """Return the gradient of the mean cross-entropy by the logits z, shape (n, k)."""
    return (softmax(z) - truth(labels, z)) / len(labels)


def _log_softmax(z):
    top = z.max(axis=1, keepdims=True)
    return z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True))


def _loss(labels, z):
    return -np.mean(_log_softmax(z)[np.arange(len(labels)), labels])


def _exp(z):
    with np.errstate(all="ignore"):
        return np.exp(z)


def _by_probability(labels, z):
    with np.errstate(all="ignore"):
        return -truth(labels, z) / softmax(z)


def _at_the_right_class(labels, z):
    """p − 1 at the right class, and 0 at all others."""
    return (softmax(z) - 1) * truth(labels, z) / len(labels)


def _sigmoid(z):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-z))


def _without_mean(id):
    wrong, said = scores.MISTAKES[id]
    return lambda y, z: wrong(y, z) * len(y), f"{said} And the mean over the examples is missing."


_BY_P = (
    "This is the slope of the loss by the *probability* of the right class, −1/p. Asked is the slope by the logits: the way back "
    "goes on through the softmax, in which every logit of the row takes part."
)

MISTAKES = {
    "one_largest_for_all": (
        lambda y, z: (softmax(z, largest=None) - truth(y, z)) / len(y),
        "The largest logit of the whole array is subtracted, not the largest of each row: in a row far below it every "
        "exponential becomes 0. Which axis should the maximum run along?",
    ),
    "clipped_logits": (
        lambda y, z: gradient(y, np.clip(z, -100, 100)),
        "The logits are clipped, so that two large ones become equal. Softmax needs only their differences: what can be taken off "
        "a whole row without changing them?",
    ),
    "over_classes": (
        lambda y, z: gradient(y, z) * len(y) / z.shape[1],
        "This divides by the number of classes. The mean goes over the n examples.",
    ),
    "mean_of_one_term": (
        lambda y, z: softmax(z) / len(y) - truth(y, z),
        "The probabilities are divided by n, but not the 1 that is taken off. The mean is over the whole difference.",
    ),
    "mean_of_the_other_term": (
        lambda y, z: softmax(z) - truth(y, z) / len(y),
        "The 1 that is taken off is divided by n, but not the probabilities. The mean is over the whole difference.",
    ),
    "only_truth": (
        lambda y, z: -truth(y, z) / len(y),
        "The probabilities play no part here: the logarithm of the sum depends on the logits, too.",
    ),
    "label_added": (
        lambda y, z: (softmax(z) + truth(y, z)) / len(y),
        "1 is added at the right class. The gradient is what was predicted *minus* what was true.",
    ),
    "minus_log": (
        lambda y, z: -_log_softmax(z) / len(y),
        "These are the losses that each class would have, were it the right one. Asked are the slopes of the loss by the logits.",
    ),
    "no_sum": (
        lambda y, z: (_exp(z) - truth(y, z)) / len(y),
        "The exponentials are not divided by their sum: they are no probabilities yet.",
    ),
    "squared": (
        lambda y, z: (softmax(z) - truth(y, z)) ** 2 / len(y),
        "The differences are squared, so that none is negative. The gradient is the difference itself.",
    ),
    "times_the_probability": (
        lambda y, z: (softmax(z) - truth(y, z)) * softmax(z) / len(y),
        "The difference is multiplied by the probability once more. For this loss the logarithm takes that factor away again.",
    ),
    "times_the_slope": (
        lambda y, z: (softmax(z) - truth(y, z)) * softmax(z) * (1 - softmax(z)) / len(y),
        "The difference is multiplied by p(1 − p), the slope of a probability, once more. For this loss the logarithm takes that "
        "factor away again.",
    ),
    "softmax_twice": (
        lambda y, z: (softmax(softmax(z)) - truth(y, z)) / len(y),
        "The softmax is applied twice. It turns logits into probabilities, and logits are what comes in.",
    ),
    "set_to_minus_1": (
        lambda y, z: np.where(truth(y, z) == 1, -1, softmax(z)) / len(y),
        "The probability of the right class is lost: −1 is put in its place. 1 is to be taken *off* it.",
    ),
    "mean_twice_on_the_label": (
        lambda y, z: (softmax(z) - truth(y, z) / len(y)) / len(y),
        "The 1 that is taken off is divided by n twice, the probabilities once. The mean is over the whole difference, and taken "
        "once.",
    ),
    "no_softmax": (
        lambda y, z: (z - truth(y, z)) / len(y),
        "1 is taken off the logits themselves. Where have the probabilities gone?",
    ),
    "only_at_the_right_class": (
        _at_the_right_class,
        "Right at the right classes, and 0 elsewhere. The other logits are in the loss, too: raising one of them takes "
        "probability away from the right class.",
    ),
    "slope_of_the_probability": (
        lambda y, z: softmax(z) * (1 - softmax(z)) / len(y),
        "p(1 − p) is the slope of a probability by its own logit. Asked is the slope of the loss, and in it the labels play a "
        "part.",
    ),
    "by_probability": (lambda y, z: _by_probability(y, z) / len(y), _BY_P),
    "by_probability_no_mean": (_by_probability, f"{_BY_P} (And the mean over the examples is missing.)"),
    "sigmoid": (
        lambda y, z: (_sigmoid(z) - truth(y, z)) / len(y),
        "Each logit goes through a sigmoid of its own, as for yes or no. Here one of several classes is right: the probabilities "
        "of a row share one sum.",
    ),
    "own_guess": (
        lambda y, z: (softmax(z) - truth(z.argmax(axis=1), z)) / len(y),
        "1 is taken off at the class with the largest logit, which is the model's guess. Which class is right is told by `labels`.",
    ),
    "loss_itself": (_loss, "This is the loss, one number. Asked are its slopes: how fast it changes with each logit."),
    **{
        f"{id}_no_mean": _without_mean(id)
        for id in ("sign", "only_softmax", "number_of_the_class", "one_off_everywhere", "wrong_axis")
    },
    **scores.MISTAKES,
}
