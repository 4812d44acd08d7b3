"""Right and wrong forms of softmax with cross-entropy, the loss and its gradient: mistakes of lessons 01 and 03."""

import numpy as np


def softmax(z, axis=1, largest=1):
    """exp over its sum along `axis`; the largest along `largest` is taken out first, or nothing where that is "no"."""
    with np.errstate(all="ignore"):
        e = np.exp(z if largest == "no" else z - z.max(axis=largest, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)


def truth(labels, z):
    """Return 1 at the right class of each row, 0 elsewhere."""
    return np.eye(z.shape[1])[labels]


def _minus_truth(labels, z):
    return softmax(z) - truth(labels, z)


def _in_all_columns(labels, z):
    p = softmax(z)
    p[:, labels] -= 1
    return p


def _turned_at_the_right_class(labels, z):
    p, rows = softmax(z), np.arange(len(labels))
    p[rows, labels] = 1 - p[rows, labels]
    return p / len(labels)


_ALL_COLUMNS = (
    "In every row, 1 is taken off at the right classes of *all* the examples: that is what `p[:, labels]` picks. A row has "
    "one right class of its own. Which row belongs to which label?"
)
_ONE_FOR_ALL = "One softmax runs over the whole array. Each row is one example: its own probabilities must add up to 1."
_DOWN = "The softmax runs over the examples instead of the classes: which axis must sum to 1?"

MISTAKES = {
    "no_mean": (
        _minus_truth,
        "This is the gradient of the sum of the losses. The loss is their mean: what does that do to each row?",
    ),
    "sign": (
        lambda y, z: -_minus_truth(y, z) / len(y),
        "The sign is turned: raising the right class's score must lower the loss.",
    ),
    "only_softmax": (
        lambda y, z: softmax(z) / len(y),
        "The labels play no part here: the second term of the loss, minus the logit of the right class, is missing.",
    ),
    "all_columns": (lambda y, z: _in_all_columns(y, z) / len(y), _ALL_COLUMNS),
    "all_columns_no_mean": (_in_all_columns, _ALL_COLUMNS),
    "number_of_the_class": (
        lambda y, z: (softmax(z) - y[:, None]) / len(y),
        "You take the *number* of the class off every probability of its row. What has to go is 1, and at one place only.",
    ),
    "one_off_everywhere": (
        lambda y, z: (softmax(z) - 1) / len(y),
        "You take 1 off every probability. It has to go at the right class of the row, and nowhere else.",
    ),
    "turned_at_the_right_class": (
        _turned_at_the_right_class,
        "At the right classes the sign is turned, elsewhere it is right. What was predicted, minus what was true: which of "
        "the two is 1?",
    ),
    "only_the_right_class": (
        lambda y, z: (_minus_truth(y, z) / len(y))[np.arange(len(y)), y],
        "These are the slopes by the logits of the right classes. The other logits are in the loss, too.",
    ),
    "rows_together": (
        lambda y, z: _minus_truth(y, z).mean(axis=0),
        "Here the rows of all examples are put together into one. Each example has logits of its own, and so slopes of its "
        "own: what does the mean of the losses do to each row?",
    ),
    "mean_over_all": (
        lambda y, z: _minus_truth(y, z) / z.size,
        "This divides by the number of logits. The mean goes over the n examples.",
    ),
    "wrong_axis": (lambda y, z: (softmax(z, 0, largest=0) - truth(y, z)) / len(y), _DOWN),
    "wrong_sum": (
        lambda y, z: (softmax(z, 0) - truth(y, z)) / len(y),
        "The largest logit is taken out of each row, but the sum under the fraction runs down the columns: which axis must "
        "sum to 1?",
    ),
    "one_softmax_for_all": (
        lambda y, z: (softmax(z, None) - truth(y, z)) / len(y),
        "All the probabilities together add up to 1. Each row is one example: its own probabilities must.",
    ),
    "one_softmax_as_it_stands": (lambda y, z: (softmax(z, None, largest="no") - truth(y, z)) / len(y), _ONE_FOR_ALL),
    "wrong_axis_as_it_stands": (lambda y, z: (softmax(z, 0, largest="no") - truth(y, z)) / len(y), _DOWN),
    "one_softmax_one_largest": (lambda y, z: (softmax(z, None, largest=None) - truth(y, z)) / len(y), _ONE_FOR_ALL),
}


def _loss_of_one_sum(labels, z, top):
    with np.errstate(all="ignore"):
        return np.mean(top + np.log(np.exp(z - top).sum()) - z[np.arange(len(labels)), labels][:, None])


_ONE_SUM = (
    "One sum runs over all the logits at once. Each row is one example, with a sum of its own: along which `axis`?"
)
LOSS_OF_ONE_SUM = {
    "one_sum_for_all": (lambda y, z: _loss_of_one_sum(y, z, z.max(axis=1, keepdims=True)), _ONE_SUM),
    "one_sum_one_largest": (lambda y, z: _loss_of_one_sum(y, z, z.max()), _ONE_SUM),
}
