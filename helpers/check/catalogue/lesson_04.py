"""Exercises of lesson 04, a network."""

import numpy as np

from helpers import layers, losses, models, optimizers
from helpers.check.catalogue import bends, first_losses, network_loops, twenty
from helpers.check.registry import Lesson

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
    mistakes=bends.MISTAKES,
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
        np.array([[1.0, 0.0], [0.0, 2.0], [-2.0, 1.0]]),
        np.array([0, 1, 0]),
        [
            np.array(
                [[1.0, -1.0, 0.5], [0.5, 1.0, -1.0]]
            ),  # three hidden values and two classes: only one order of them fits
            np.array([0.5, 0.0, 1.0]),
            np.array([[0.5, 0.0], [0.0, -0.5], [1.0, -1.0]]),
            np.array([0.0, 0.25]),
        ],
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
    mistakes=network_loops.TRAINING,
)
def build_training_loop(x, labels, weights, learning_rate, steps):
    return network_loops.loop(x, labels, weights, learning_rate, steps)


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


@lesson.function(
    "(x, labels, w1, b1, w2, b2) -> float",
    cases=_forwards,
    rtol=1e-4,  # a tiny number added inside the logarithm is no fault, but there is something to say of it
    remark=first_losses.at_large_scores,
    id="fix_stuck_loss",
    hints=(
        "A perfect network: scores 50 and nine times 0. What is `p` then? And what does `softmax_cross_entropy` make of that "
        "`p`, if you read its name letter by letter?",
        "`softmax_cross_entropy` expects scores and applies a softmax itself. What is it given here?",
        "Hand it `h @ w2 + b2`, the scores, and leave the line with `activations.softmax` out.",
    ),
    reread="Exercise: `fix_stuck_loss`",
    mistakes=first_losses.STUCK,
)
def fix_stuck_loss(x, labels, w1, b1, w2, b2):
    return first_losses.right(x, labels, w1, b1, w2, b2)


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
    mistakes=first_losses.INITIAL,
)
def initial_loss(classes):
    return np.log(classes)


def _twenty(rng):
    for classes in (10, 10):
        yield rng.random((20, 64)), rng.integers(0, classes, size=20)


@lesson.function(
    "(images, labels) -> trained model",
    cases=_twenty,
    verify=twenty.knows,
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
