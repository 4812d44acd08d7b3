"""Right and wrong losses of lesson 04: the known mistakes of `fix_stuck_loss` and `initial_loss`."""

import numpy as np

from helpers import losses
from helpers.check.catalogue.network_loops import loss_of, softmax
from helpers.check.registry import any_of


def scores(x, w1, b1, w2, b2, bend=lambda z: np.maximum(z, 0)):
    """Return the scores of two layers with `bend` between them, shape (n, k)."""
    return bend(x @ w1 + b1) @ w2 + b2


def right(x, labels, w1, b1, w2, b2):
    return loss_of(labels, scores(x, w1, b1, w2, b2))


def at_large_scores(answer):
    """Return what to say of a right answer that takes the logarithm of a probability, guarded or not, or "".

    One row whose right class is the one with the low score: of ±50 first, where a guard shows, then of ±500, where p is 0.
    """
    for size in (50.0, 500.0):
        network = np.ones((1, 1)), np.zeros(1), np.array([[size, -size]]), np.zeros(2)
        loss, got = 2 * size, float(answer(np.ones((1, 1)), np.array([1]), *network))
        if np.isclose(got, loss, rtol=1e-4):
            continue
        why = (
            "A guard around the logarithm, which Keras also has where it is given probabilities, holds the loss there, and its "
            "slope is all but gone."
            if np.isfinite(got)
            else "The probability has become 0 there, and the logarithm of 0 is no number to train with."
        )
        return (
            f"One thing all the same: with the scores {size:g} and −{size:g}, where the second class is right, the loss is "
            f"{loss:g}, and yours gives {got:.3g}. {why} A loss that is computed from the scores gives {loss:g} without a guard."
        )
    return ""


def _straight(z):
    return z


def _of_p(loss):
    """`loss(labels, p)` of the probabilities."""
    return lambda x, y, *w: float(loss(y, softmax(scores(x, *w))))


def _at(labels, p):
    return p[np.arange(len(labels)), labels]


def _guarded(tiny):
    return (
        _of_p(lambda y, p: -np.mean(np.log(_at(y, p) + tiny))),
        f"The double softmax is gone. But {tiny:g} is added inside the logarithm, so much that the loss differs: a guard against "
        "log(0) must be far smaller than any probability that matters.",
    )


def _scaled(factor):
    return (
        lambda x, y, *w: loss_of(y, factor * softmax(scores(x, *w))),
        f"Probabilities times {factor} are no scores either: this is still a second softmax, only a sharper one. Which of the two "
        "belongs here?",
    )


STUCK = {
    "unchanged": (
        lambda x, y, *w: loss_of(y, softmax(scores(x, *w))),
        "This computes the same as the code given. Does your loss expect scores or probabilities, and which of them does it "
        "get?",
    ),
    "no_softmax_at_all": (
        lambda x, y, *w: float(-np.mean(_at(y, scores(x, *w)))),
        "Now no softmax is left, neither yours nor the loss's: the other classes play no part.",
    ),
    "probability": (
        _of_p(lambda y, p: np.mean(_at(y, p))),
        "This is the mean probability of the right class; the loss is the mean of minus its logarithm.",
    ),
    "minus_probability": (
        _of_p(lambda y, p: -np.mean(_at(y, p))),
        "This is minus the mean probability of the right class: where is the logarithm?",
    ),
    "sign": (
        lambda x, y, *w: -loss_of(y, scores(x, *w)),
        "The double softmax is gone. The logarithm of a probability is never above 0, and a loss never below: the sign is turned.",
    ),
    "log_of_the_mean": (
        _of_p(lambda y, p: -np.log(np.mean(_at(y, p)))),
        "This is minus the logarithm of the mean probability. Each row has a loss of its own: which comes first, logarithm or "
        "mean?",
    ),
    "over_the_rows": (
        lambda x, y, *w: float(-np.mean(np.log(_at(y, softmax(scores(x, *w).T).T)))),
        "The softmax runs over the rows instead of the classes: which axis must sum to 1?",
    ),
    "entropy": (
        any_of(
            _of_p(lambda y, p: -np.mean(p * np.log(p))),
            _of_p(lambda y, p: -np.mean(np.sum(p * np.log(p), axis=1))),
        ),
        "This is the entropy of the probabilities themselves: the labels play no part. What does the right class cost?",
    ),
    "squares": (
        any_of(
            _of_p(lambda y, p: np.mean((p - np.eye(p.shape[1])[y]) ** 2)),
            _of_p(lambda y, p: np.mean(np.sum((p - np.eye(p.shape[1])[y]) ** 2, axis=1))),
        ),
        "This is the squared distance of the probabilities from 0 and 1. The loss is minus the logarithm of the right one.",
    ),
    "exponentials": (
        lambda x, y, *w: loss_of(y, np.exp(scores(x, *w))),
        "The loss gets e to the power of the scores. It takes that power itself: what does it expect?",
    ),
    "each_class_by_itself": (
        lambda x, y, *w: float(np.mean(np.logaddexp(0, -_at(y, scores(x, *w))))),
        "This takes the sigmoid of the right class's score: the other classes play no part. Softmax weighs them all.",
    ),
    "whole_rows": (
        _of_p(lambda y, p: -np.mean(np.log(p[y]))),
        "`p[labels]` takes whole rows of `p`. Asked is one entry of each row: the one of the right class.",
    ),
    "whole_columns": (
        _of_p(lambda y, p: -np.mean(np.log(p[:, y]))),
        "`p[:, labels]` takes whole columns of `p`. Asked is one entry of each row: the one of the right class.",
    ),
    "all_classes": (
        _of_p(lambda y, p: -np.mean(np.log(p))),
        "This is a mean over all classes. Only the probability of the right class counts.",
    ),
    "mean_over_entries": (
        lambda x, y, *w: loss_of(y, scores(x, *w)) / w[-1].size,
        "The double softmax is gone. Only the right class of each row counts, but the mean divides by the number of all entries, "
        "rows times classes. How many rows are there?",
    ),
    "summed": (
        lambda x, y, *w: len(y) * loss_of(y, scores(x, *w)),
        "The softmax is right now. This is the sum over the rows; asked is their mean.",
    ),
    "no_bend": (
        lambda x, y, *w: loss_of(y, scores(x, *w, bend=_straight)),
        "The relu was right, and is gone.",
    ),
    "no_bend_and_softmax_twice": (
        lambda x, y, *w: loss_of(y, softmax(scores(x, *w, bend=_straight))),
        "The relu was right, and is gone; the fault is still there. Does your loss expect scores or probabilities?",
    ),
    "softmax_for_the_bend": (
        lambda x, y, *w: loss_of(y, scores(x, *w, bend=softmax)),
        "The second softmax has moved into the hidden layer, in the place of the relu, which was right. How many does this loss "
        "need beside its own?",
    ),
    "softmax_after_the_bend": (
        lambda x, y, *w: loss_of(y, scores(x, *w, bend=lambda z: softmax(np.maximum(z, 0)))),
        "The second softmax has moved behind the relu, into the hidden layer. How many does this loss need beside its own?",
    ),
    "softmax_twice_more": (
        lambda x, y, *w: loss_of(y, softmax(scores(x, *w, bend=softmax))),
        "Two softmaxes too many now: one in the place of the relu, which was right, and the one that was there.",
    ),
    "no_b2": (
        lambda x, y, w1, b1, w2, b2: loss_of(y, scores(x, w1, b1, w2, 0 * b2)),
        "The double softmax is gone, and so is `b2`: it belongs to the scores.",
    ),
    "no_b1": (
        lambda x, y, w1, b1, w2, b2: loss_of(y, scores(x, w1, 0 * b1, w2, b2)),
        "The double softmax is gone, and so is `b1`: it belongs to the hidden layer.",
    ),
    "relu_on_scores": (
        lambda x, y, *w: loss_of(y, np.maximum(scores(x, *w), 0)),
        "The second softmax is gone. Now a relu stands between the scores and the loss, and negative scores are lost.",
    ),
    "scores_as_probabilities": (
        lambda x, y, *w: losses.SparseCategoricalCrossentropy()(y, scores(x, *w)),
        "`SparseCategoricalCrossentropy` takes what it gets for probabilities, and here it gets scores: which argument "
        "tells it so?",
    ),
    "sigmoid": (
        lambda x, y, *w: loss_of(y, 1 / (1 + np.exp(-scores(x, *w)))),
        "With a sigmoid the loss still gets numbers between 0 and 1. What does it expect?",
    ),
    "three_times": (
        lambda x, y, *w: loss_of(y, softmax(softmax(scores(x, *w)))),
        "That is one softmax more, not one fewer.",
    ),
    **{f"scaled_{factor}": _scaled(factor) for factor in (2, 5, 10, 20, 50, 100)},
    "guard_too_large": _guarded(1e-3),
    "guard_far_too_large": _guarded(1e-2),
}


def _log(number):
    with np.errstate(all="ignore"):
        return np.log(number)


_LN = "The course's cross-entropy uses the natural logarithm, `np.log`."
_TEN = "This is the loss for ten classes, whatever `classes` is."

INITIAL = {
    "probability": (lambda k: 1 / k, "This is the probability of each class. The loss is minus its logarithm."),
    "sign": (lambda k: -np.log(k), "Nearly: but a cross-entropy is never below 0."),
    "bits": (lambda k: np.log2(k), _LN),
    "decimal": (lambda k: np.log10(k), _LN),
    "summed": (
        lambda k: k * np.log(k),
        "This adds the loss up once for each class. Which classes count in the cross-entropy of one example?",
    ),
    "mean_over_classes": (
        lambda k: np.log(k) / k,
        "The loss of the right class is divided by the number of classes. Each example has one right class: nothing is averaged "
        "over the others.",
    ),
    "ten_only": (lambda k: np.log(10), _TEN),
    **{
        f"ten_only_{digits}_digits": (lambda k, digits=digits: round(np.log(10), digits), _TEN)
        for digits in (1, 3, 4, 5, 6, 7, 8)
    },
    **{
        f"rounded_to_{digits}": (
            lambda k, digits=digits: round(np.log(k), digits),
            f"The formula is right. Rounded to {digits} digits it is not the number any more: round where you print, not where you "
            "compute.",
        )
        for digits in range(1, 7)
    },
    "wrong_share": (
        lambda k: 1 - 1 / k,
        "This is the share of wrong answers when guessing. The loss is another number.",
    ),
    "one_class_more": (
        lambda k: np.log(k + 1),
        "This is the loss for one class more. (`np.log1p(x)` is log(1 + x).)",
    ),
    "one_class_fewer": (
        lambda k: _log(k - 1),
        "This is the loss for one class fewer. The right class is one of those among which a new network cannot choose.",
    ),
    "the_others": (
        lambda k: -_log(1 - 1 / k),
        "This is minus the logarithm of what the *other* classes get together. Which probability does the right class get?",
    ),
    "one_question_for_each_class": (
        lambda k: np.log(k) - (k - 1) * _log(1 - 1 / k),
        "This asks yes or no of every class, each with a probability of 1/classes. Here one question has several answers: only the "
        "right class counts.",
    ),
    "exponential": (
        any_of(lambda k: np.exp(-float(k)), lambda k: np.exp(1 / k), lambda k: np.exp(-1 / k)),
        "This takes e to a power. The loss is minus the *logarithm* of the probability that the right class gets.",
    ),
    "yes_or_no": (
        lambda k: np.log(2),
        "This is the loss for two classes, whatever `classes` is: −log(1/2). Which probability has each of several classes?",
    ),
    "yes_or_no_for_each_class": (
        lambda k: k * np.log(2),
        "This adds up one question of yes or no for every class, each answered with 1/2. Here the classes share one probability "
        "of 1, and only the right one counts.",
    ),
    "softmax_twice": (
        lambda k: np.log(1 + (k - 1) / np.e),
        "This is where a loss with two softmaxes gets stuck at best: the right class at 1, all others at 0. Asked is where a "
        "right loss begins, when all scores are equal.",
    ),
}
