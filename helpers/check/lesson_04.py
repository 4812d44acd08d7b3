"""Exercises of lesson 04, a network."""

import numpy as np

from helpers import activations, layers, losses, models, optimizers
from helpers.check.network_loops import bent_at_the_end, loop, loss_of, softmax, spoilt
from helpers.check.registry import Lesson, NotYet, Wrong

lesson = Lesson(4)


lesson.predict(
    "predict_more_layers",
    "A second dense layer, with 32 values, goes between the inputs and the scores. What does it get right?",
    choices={
        "a": "32 values sound like room to bend. But each of them is a straight function of the inputs, and so is any "
        "weighted sum of them. What would have to be bent?",
        "b": "More parameters usually do help a little. These do not: whatever they are, 9 numbers give the same scores.",
        "c": "",
        "d": "Too many parameters for the data is a real danger, for points that were not seen in training. On the points "
        "that it trains on, the larger model can do at least what the smaller one did.",
    },
    answer="c",
    because="A sum of straight functions is straight: the two layers multiply out to one. The lesson shows the 9 numbers.",
    hints=(
        "Take one input and two layers: h = 2x + 1, then score = 3h − 4. What kind of function of x is the score?",
        "A border between two classes is where their scores are equal. What shape has it if each score is a weighted sum of "
        "the inputs, plus a number?",
        "Put the first formula into the second and multiply out: it is of the form x w + b again, with another w and b.",
    ),
    reread="Layers on layers: still straight",
)


def _bends(rng):
    yield np.array([-2.0, 0.0, 3.0]), np.array([5.0, 7.0, -4.0])
    yield np.array([[1.0, -1.0], [0.0, 0.5]]), np.array([[-1.0, -1.0], [2.0, 0.0]])
    yield rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    yield rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))


@lesson.function(
    "(x, grad_out) -> array",
    cases=_bends,
    hints=(
        "The gradient of a parent is the gradient of its child times the local slope. Here the local slope is one of two "
        "numbers, depending on x.",
        "The local slope is 1 where x is positive, 0 elsewhere. `x > 0` is an array of True and False, which NumPy counts as "
        "1 and 0.",
        "The chain rule: the array of slopes, `x > 0`, times the gradient that comes from behind, `grad_out`.",
    ),
    reread="Exercise: `relu_backward`",
    mistakes={
        "mask_on_gradient": (
            lambda x, g: g * (g > 0),
            "You look at the sign of `grad_out`. What the bend lets through was decided on the way forward, by x.",
        ),
        "both_masks": (
            lambda x, g: g * (g > 0) * (x > 0),
            "Where x is positive, negative gradients go through as well: the local slope is 1 there.",
        ),
        "slope_at_zero": (
            lambda x, g: g * (x >= 0),
            "At x = 0 the slope is agreed to be 0: `>` and not `>=`.",
        ),
        "local_slope_only": (
            lambda x, g: 1.0 * (x > 0),
            "This is the local slope. The chain rule multiplies it by what comes from behind.",
        ),
        "truth_values": (
            lambda x, g: x > 0,
            "True and False are the local slopes, 1 and 0. The chain rule multiplies them by what comes from behind, `grad_out`.",
        ),
        "relu_of_x": (
            lambda x, g: g * np.maximum(x, 0),
            "This multiplies by relu's value. The chain rule asks for its slope.",
        ),
        "relu_itself": (
            lambda x, g: np.maximum(x, 0),
            "This is relu, the way forward. Asked is the way back: `grad_out` times relu's slope.",
        ),
        "nothing_stopped": (
            lambda x, g: g * 1.0,
            "Where x is negative, relu gives 0 whatever x does: what is the slope there?",
        ),
        "relu_of_gradient_where_negative": (
            lambda x, g: g * (x <= 0),
            "This lets through what relu stops, and stops what it lets through.",
        ),
    },
)
def relu_backward(x, grad_out):
    return grad_out * (x > 0)


def _network(rng, inputs, hidden, classes):
    return [
        rng.normal(size=(inputs, hidden)),
        0.5 * rng.normal(size=hidden),
        rng.normal(size=(hidden, classes)),
        0.5 * rng.normal(size=classes),
    ]


def _trainings(rng):
    yield (
        np.array([[1.0, 0.0], [0.0, 2.0]]),
        np.array([0, 1]),
        [np.array([[1.0, -1.0], [0.5, 1.0]]), np.zeros(2), np.array([[0.5, 0.0], [0.0, -0.5]]), np.zeros(2)],
        0.5,
        3,
    )
    for n, i, h, k, rate, steps in ((8, 3, 5, 3, 0.2, 6), (5, 2, 4, 2, 0.05, 9), (6, 4, 3, 4, 0.1, 1)):
        yield rng.normal(size=(n, i)), rng.integers(0, k, size=n), _network(rng, i, h, k), rate, steps


@lesson.function(
    "(x, labels, weights, learning_rate, steps) -> list of losses",
    cases=_trainings,
    rtol=1e-7,
    hints=(
        "Five parts, once per step: zero, predict, loss, backward, step. Before the loop: make the four arrays Tensors, and "
        "an empty list for the losses (not under the name `losses`: that is the module).",
        "`w1, b1, w2, b2 = parameters = [Tensor(w) for w in weights]`. Predict: `activations.relu(x @ w1 + b1) @ w2 + b2`. "
        "The step changes each parameter's `.data`, by `learning_rate` times its `.grad`.",
        "In the loop: `for p in parameters: p.zero_grad()`; `loss = losses.softmax_cross_entropy(labels, ...)`; "
        "`loss.backward()`; `for p in parameters: p.data -= learning_rate * p.grad`; `history.append(loss.item())`.",
    ),
    reread="The training loop",
    mistakes={
        "not_zeroed": (
            spoilt(zero=False),
            "From the second step on, each step uses the sum of all gradients so far. Which of the five parts is missing?",
        ),
        "uphill": (spoilt(sign=-1), "The loss is being made larger: which way does minus the gradient point?"),
        "after_the_step": (
            spoilt(after=True),
            "These are the losses after each step. Asked is the loss before it: the one that `backward` starts from.",
        ),
        "never_moves": (
            spoilt(moved=()),
            "The loss stays the same: nothing moves. Does your step change the Tensor's `.data`, the one that the "
            "prediction reads?",
        ),
        "biases_stay": (spoilt(moved=(0, 2)), "The two kernels move, the biases do not."),
        "kernels_stay": (spoilt(moved=(1, 3)), "The biases move, the kernels do not."),
        "last_layer_only": (spoilt(moved=(2, 3)), "Only the last layer moves."),
        "first_layer_only": (spoilt(moved=(0, 1)), "Only the first layer moves."),
        "no_bend": (spoilt(bend=False), "There is no relu between the two layers."),
        "softmax_twice": (
            bent_at_the_end(activations.softmax),
            "The loss expects scores: `losses.softmax_cross_entropy` applies a softmax itself, and here there are two.",
        ),
        "relu_on_scores": (
            bent_at_the_end(activations.relu),
            "There is a relu after the second layer, too. Scores may be negative: only the hidden layer has a relu.",
        ),
        "summed_loss_gradient": (
            spoilt(mean=False),
            "The steps are those of the sum over the rows, while the loss is their mean.",
        ),
    },
)
def build_training_loop(x, labels, weights, learning_rate, steps):
    return loop(x, labels, weights, learning_rate, steps)


lesson.predict(
    "predict_colleagues_loss",
    "More than 99 % of the digits are right. Where does the colleague's loss stand?",
    choices={
        "a": "So it is with our loss. But what is counted as right depends only on which score is highest; a loss can be "
        "computed in a way that keeps that order and never comes near 0.",
        "b": "",
        "c": "A loss that stays where it began has led nowhere, and this one has led to nearly all digits. It does fall.",
        "d": "Their steps go downhill on their own loss: it is the one thing that they are made to lower.",
    },
    answer="b",
    because="What is counted as right depends only on which score is highest. Their loss keeps that order, but cannot come near "
    "0: the exercise below asks why.",
    hints=(
        "Two numbers are computed from the same ten scores. Which of them asks only which score is highest?",
        "The cell above holds their loss. Between which two numbers do all entries of `p` lie?",
        "The best `p` has a 1 for the right class and nine 0. Their second line takes these for scores: put 1 and nine 0 "
        "through a softmax. How far from 1 is the right class?",
    ),
    reread="Common mistakes",
)


def _forwards(rng):
    """Networks with small scores: no probability is so near 0 or 1 that a loss which clips probabilities would differ."""
    for n, i, h, k in ((3, 2, 4, 3), (4, 3, 2, 2), (12, 5, 8, 10)):  # n >= k: labels taken for rows must find one
        w1, b1, w2, b2 = _network(rng, i, h, k)
        yield rng.normal(size=(n, i)), rng.integers(0, k, size=n), w1, b1, 0.3 * w2, b2


def _scores(x, w1, b1, w2, b2, bend=True):
    z = x @ w1 + b1
    return (np.maximum(z, 0) if bend else z) @ w2 + b2


@lesson.function(
    "(x, labels, w1, b1, w2, b2) -> float",
    cases=_forwards,
    rtol=1e-4,  # a tiny number added inside the logarithm is no fault
    id="fix_stuck_loss",
    hints=(
        "A perfect network: scores 50 and nine times 0. What is `p` then? And what does `softmax_cross_entropy` make of that "
        "`p`, if you read its name letter by letter?",
        "`softmax_cross_entropy` expects scores and applies a softmax itself. What is it given here?",
        "Hand it `h @ w2 + b2`, the scores, and leave the line with `activations.softmax` out.",
    ),
    reread="Exercise: `fix_stuck_loss`",
    mistakes={
        "unchanged": (
            lambda x, y, *w: loss_of(y, softmax(_scores(x, *w))),
            "This computes the same as the code given. Does your loss expect scores or probabilities, and which of them does it "
            "get?",
        ),
        "no_softmax_at_all": (
            lambda x, y, *w: float(-np.mean(_scores(x, *w)[np.arange(len(y)), y])),
            "Now no softmax is left, neither yours nor the loss's: the other classes play no part.",
        ),
        "probability": (
            lambda x, y, *w: float(np.mean(softmax(_scores(x, *w))[np.arange(len(y)), y])),
            "This is the mean probability of the right class; the loss is the mean of minus its logarithm.",
        ),
        "whole_rows": (
            lambda x, y, *w: float(-np.mean(np.log(softmax(_scores(x, *w))[y]))),
            "`p[labels]` takes whole rows of `p`. Asked is one entry of each row: the one of the right class.",
        ),
        "whole_columns": (
            lambda x, y, *w: float(-np.mean(np.log(softmax(_scores(x, *w))[:, y]))),
            "`p[:, labels]` takes whole columns of `p`. Asked is one entry of each row: the one of the right class.",
        ),
        "all_classes": (
            lambda x, y, *w: float(-np.mean(np.log(softmax(_scores(x, *w))))),
            "This is a mean over all classes. Only the probability of the right class counts.",
        ),
        "summed": (
            lambda x, y, *w: len(y) * loss_of(y, _scores(x, *w)),
            "The softmax is right now. This is the sum over the rows; asked is their mean.",
        ),
        "no_bend": (
            lambda x, y, *w: loss_of(y, _scores(x, *w, bend=False)),
            "The relu was right, and is gone.",
        ),
        "relu_on_scores": (
            lambda x, y, *w: loss_of(y, np.maximum(_scores(x, *w), 0)),
            "The second softmax is gone. Now a relu stands between the scores and the loss, and negative scores are lost.",
        ),
        "scores_as_probabilities": (
            lambda x, y, *w: losses.SparseCategoricalCrossentropy()(y, _scores(x, *w)),
            "`SparseCategoricalCrossentropy` takes what it gets for probabilities, and here it gets scores: which argument "
            "tells it so?",
        ),
        "sigmoid": (
            lambda x, y, *w: loss_of(y, 1 / (1 + np.exp(-_scores(x, *w)))),
            "With a sigmoid the loss still gets numbers between 0 and 1. What does it expect?",
        ),
        "three_times": (
            lambda x, y, *w: loss_of(y, softmax(softmax(_scores(x, *w)))),
            "That is one softmax more, not one fewer.",
        ),
    },
)
def fix_stuck_loss(x, labels, w1, b1, w2, b2):
    return loss_of(labels, _scores(x, w1, b1, w2, b2))


@lesson.function(
    "(classes) -> float",
    cases=lambda rng: [(10,), (2,), (3,), (1000,)],
    edges={"a single class": (1,)},
    hints=(
        "Equal scores: which probability does softmax give to each of the classes?",
        "The cross-entropy is −log of the probability that the right class gets.",
        "The probability is 1/classes, so the loss is `-np.log(1 / classes)`; a rule for logarithms makes it shorter.",
    ),
    reread="Exercise: `initial_loss`",
    mistakes={
        "probability": (lambda k: 1 / k, "This is the probability of each class. The loss is minus its logarithm."),
        "sign": (lambda k: -np.log(k), "Nearly: but a cross-entropy is never below 0."),
        "bits": (lambda k: np.log2(k), "The course's cross-entropy uses the natural logarithm, `np.log`."),
        "decimal": (lambda k: np.log10(k), "The course's cross-entropy uses the natural logarithm, `np.log`."),
        "summed": (lambda k: k * np.log(k), "Only the right class counts, not a sum over all of them."),
        "ten_only": (lambda k: np.log(10), "This is the loss for ten classes, whatever `classes` is."),
        "wrong_share": (
            lambda k: 1 - 1 / k,
            "This is the share of wrong answers when guessing. The loss is another number.",
        ),
    },
)
def initial_loss(classes):
    return np.log(classes)


def _twenty(rng):
    for classes in (10, 10):
        yield rng.random((20, 64)), rng.integers(0, classes, size=20)


def _knows(model, images, labels):
    if model is None:
        raise NotYet("Your function returns nothing yet: if it is finished, its `return` is missing.")
    predict = getattr(model, "predict", model if callable(model) else None)
    if predict is None:
        raise Wrong("what you return has no method `predict`: return the trained model itself.")
    try:
        out = np.asarray(getattr(predict(images), "data", None) if not hasattr(model, "predict") else predict(images))
        out = out.astype(float)
    except Exception as error:
        raise Wrong(f"the model's `predict` fails: {type(error).__name__}: {error}") from None
    if out.shape != (20, 10):
        raise Wrong(f"the model gives an array of shape {out.shape} for 20 images, expected ten scores each, (20, 10).")
    if not np.isfinite(out).all():
        raise Wrong("the model's scores are not finite: is the learning rate too high?", "not_finite")
    known = int(np.sum(out.argmax(axis=1) == labels))
    sums_to_one = (out >= 0).all() and np.allclose(out.sum(axis=1), 1, atol=1e-4)
    scores = np.log(np.maximum(out, 1e-12)) if sums_to_one else out
    loss = loss_of(labels, scores)
    asks = getattr(getattr(model, "loss", None), "from_logits", None)
    told = f"the model knows {known} of the 20, and its loss is {loss:.3g}"
    if (known < 20 or loss >= 0.01) and asks is True and sums_to_one:
        raise Wrong(
            f"{told}. It gives probabilities, and the loss that you compiled takes them for scores: a second softmax.",
            "second_softmax",
        )
    if (known < 20 or loss >= 0.01) and asks is False and not sums_to_one:
        raise Wrong(
            f"{told}. It gives scores, and the loss that you compiled takes them for probabilities: which argument of the "
            "loss says what it gets?",
            "scores_as_probabilities",
        )
    if known < 20:
        raise Wrong(f"{told}. Does its training loss still fall? Then train longer; if not, try another learning rate.")
    if loss >= 0.01:
        raise Wrong(
            f"all 20 are right, and the loss is {loss:.3g}: not yet below 0.01. Train longer, or with a higher rate."
        )


@lesson.function(
    "(images, labels) -> trained model",
    cases=_twenty,
    verify=_knows,
    hints=(
        "A `models.Sequential` with one hidden layer, as for the spirals: compile, fit, return the model. Ten scores at the "
        "end.",
        "With `batch_size=20` each step looks at all twenty, so that an epoch is one step. Then it takes some hundred "
        "epochs. If the loss falls too slowly, raise the learning rate.",
        '`layers.Dense(64, activation="relu")`, `layers.Dense(10)`, `optimizers.SGD(0.5)`, the loss with '
        "`from_logits=True`, 800 epochs.",
    ),
    reread="Going further: two checks before a long training",
)
def build_overfit_twenty(images, labels):
    model = models.Sequential([layers.Dense(64, activation="relu"), layers.Dense(10)], seed=0)
    model.compile(optimizers.SGD(0.5), losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images, labels, batch_size=20, epochs=800, seed=0)
    return model
