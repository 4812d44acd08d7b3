"""What a model that should know twenty digits by heart gives away about its training: for `build_overfit_twenty`."""

import numpy as np

from helpers import activations, layers, losses
from helpers.check.catalogue.network_loops import loss_of
from helpers.check.registry import NotYet, Wrong

GUESSING = np.log(10)  # the loss of ten equal scores
ENOUGH = 0.01
_TWO = (
    "One thing all the same: it gives probabilities, and the loss that you compiled takes them for scores: a second softmax, on "
    "which the training loss cannot come below 1.46. It has got there in spite of that. Which of the two is one too many?"
)


def knows(model, images, labels):
    """Raise Wrong unless the model is right on all twenty, with a loss below 0.01; say what its scores tell.

    Returns a remark on one that has got there through two softmaxes, or "".
    """
    if model is None:
        raise NotYet("Your function returns nothing yet: if it is finished, its `return` is missing.")
    out = _predicted(model, images)
    known = int(np.sum(out.argmax(axis=1) == labels))
    sums_to_one = (out >= 0).all() and np.allclose(out.sum(axis=1), 1, atol=1e-4)
    loss = loss_of(labels, np.log(np.maximum(out, 1e-12)) if sums_to_one else out)
    if known == 20 and loss < ENOUGH:
        return _TWO if sums_to_one and getattr(getattr(model, "loss", None), "from_logits", None) is True else ""
    _not_known(known, loss, out, labels, sums_to_one, model)


def _predicted(model, images):
    """Return the scores of the twenty, (20, 10), or raise Wrong."""
    predict = getattr(model, "predict", model if callable(model) else None)
    if predict is None:
        if isinstance(getattr(model, "history", None), dict):
            raise Wrong("This is the history that `fit` returns: return the trained model itself.", "history_for_model")
        raise Wrong("What you return has no method `predict`: return the trained model itself.", "no_model")
    try:
        out = predict(images) if hasattr(model, "predict") else getattr(predict(images), "data", None)
        out = np.asarray(out).astype(float)
    except Exception as error:
        raise Wrong(f"The model's `predict` fails: {type(error).__name__}: {error}", "predict_fails") from None
    if out.shape == (20,):
        raise Wrong(
            "The model gives one number for each of the 20 images. Ten scores each are asked, (20, 10), one for every digit: "
            "which of them is largest is the answer, and by how much is how sure it is.",
            "classes_for_scores",
        )
    if out.shape == (20, 1):
        raise Wrong(
            "The model gives one number for each of the 20 images, as if the digit were a quantity. Ten scores each are asked, "
            "(20, 10), one for every digit.",
            "one_score",
        )
    if out.shape != (20, 10):
        raise Wrong(
            f"The model gives an array of shape {out.shape} for 20 images, expected ten scores each, (20, 10).",
            "number_of_scores",
        )
    if not np.isfinite(out).all():
        raise Wrong("The model's scores are not finite: is the learning rate too high?", "not_finite")
    return out


def _ends_in_relu(model):
    """True if the last layer is known to bend the scores with a relu."""
    last = (getattr(model, "layers", None) or [None])[-1]
    return isinstance(last, layers.ReLU) or getattr(last, "activation", None) is activations.relu


def _narrow(model):
    """Return what to say of a hidden layer with very few values, or ""."""
    hidden = [
        n
        for layer in (getattr(model, "layers", None) or [])[:-1]
        if isinstance(n := getattr(layer, "units", None), int)
    ]
    if not hidden or min(hidden) > 4:
        return ""
    return (
        f" Its narrowest hidden layer has {min(hidden)} value{'s' if min(hidden) > 1 else ''}, through which all that tells ten "
        "digits apart has to go: the size may be the reason. Try more of them."
    )


def _not_known(known, loss, out, labels, sums_to_one, model):
    """Raise Wrong with what the scores, the layers and the compiled loss, where there are any, tell of the training."""
    compiled, narrow = getattr(model, "loss", None), _narrow(model)
    asks = getattr(compiled, "from_logits", None)
    told = "All 20 are right, but" if known == 20 else f"The model knows {known} of the 20, and"
    told += f" its loss is {loss:.3g}"
    if asks is True and sums_to_one:
        raise Wrong(
            f"{told}. It gives probabilities, and the loss that you compiled takes them for scores: a second softmax.",
            "second_softmax",
        )
    if asks is False and not sums_to_one:
        raise Wrong(
            f"{told}. It gives scores, and the loss that you compiled takes them for probabilities: which argument of the "
            "loss says what it gets?",
            "scores_as_probabilities",
        )
    if not sums_to_one and isinstance(compiled, losses.MeanSquaredError | losses.MeanAbsoluteError):
        raise Wrong(
            f"{told}. It was compiled with a loss of distances, which draws the scores towards fixed numbers: of scores that are 1 "
            f"for the right digit and 0 for the others the cross-entropy is {np.log(1 + 9 / np.e):.3g}, and it stays there. Which "
            "loss lets the scores grow apart?",
            "loss_of_distances",
        )
    if not sums_to_one and np.abs(out - np.eye(10)[labels]).max() < 0.3:
        raise Wrong(
            f"{told}. Its scores are near 1 for the right digit and near 0 for the others, and {np.log(1 + 9 / np.e):.3g} is the "
            "cross-entropy of just these: scores can go on growing apart, these were told to stop. What were they trained towards?",
            "scores_of_one_and_zero",
        )
    if np.ptp(out, axis=0).max() < 1e-9 * (1 + np.abs(out).max()):
        raise Wrong(
            f"{told}. It gives the same scores for every image, so nothing of the image reaches them. Are the kernels all 0 at the "
            f"start, so that they get no gradient? Or has a learning rate far too high put every relu to sleep?{narrow}",
            "same_for_all",
        )
    if not sums_to_one and _ends_in_relu(model):
        raise Wrong(
            f"{told}. Its last layer has a relu: a score that has come to 0 there gets no gradient any more, and none can be "
            "negative. Which of the layers need a relu?",
            "relu_on_scores",
        )
    if loss > 1.75 * GUESSING:
        raise Wrong(
            f"{told}. Guessing has {GUESSING:.3g}: this model is sure, and wrong, and longer training does not mend that. Is the "
            "learning rate too high? Or did the labels that it was trained on not belong to these images?",
            "worse_than_guessing",
        )
    if loss > 0.75 * GUESSING and known <= 10:
        raise Wrong(
            f"{told}. Guessing has {GUESSING:.3g}: it has hardly learnt. Is it trained at all, with `fit`? Does its training loss "
            f"fall? Then train longer; if not, try another learning rate.{narrow}",
            "near_guessing",
        )
    if known < 20:
        raise Wrong(
            f"{told}. Was it shown all twenty? Does its training loss still fall? Then train longer; if not, try another learning "
            f"rate.{narrow}",
            "narrow" if narrow else "not_all_known",
        )
    raise Wrong(
        f"{told}: not yet below {ENOUGH}. Does its training loss still fall? Then train "
        f"longer; if not, what keeps it up?{narrow}",
        "narrow" if narrow else "loss_not_low",
    )
