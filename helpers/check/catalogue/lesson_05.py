"""Exercises of lesson 05, stochastic gradient descent."""

import numpy as np

from helpers import optimizers
from helpers.check.catalogue import batches, sgd_rules
from helpers.check.registry import Lesson

lesson = Lesson(5)


lesson.predict(
    "predict_one_pass",
    "Which of the three has the lowest loss after one epoch?",
    choices={
        "a": "One step, however exact, moves W once, by 0.5 times one gradient. See the picture.",
        "b": "A careful guess. 45 steps get a good part of the way; the 1,438 rough ones go astray often, and still get further. "
        "See how their line trembles in the picture.",
        "c": "",
    },
    answer="c",
    because="At one rate for all, it takes 1,438 steps for as many looks as one full step. Many go astray; their sum goes down.",
    hints=(
        "How far does one step get, if the gradient is exact but the learning rate is the same?",
        "A gradient of one image is very rough. But how many such steps are there?",
        "Errors in all directions partly cancel over many steps; what the steps have in common adds up.",
    ),
    reread="Must you read everything before you move?",
)


def _loads(rng):
    yield 10, 3, np.random.default_rng(0)
    yield 11, 3, np.random.default_rng(6)
    yield 8, 4, np.random.default_rng(1)
    yield 5, 5, np.random.default_rng(2)
    yield 3, 10, np.random.default_rng(3)
    yield 23, 5, np.random.default_rng(7)
    yield 97, 1, np.random.default_rng(4)


@lesson.function(
    "(n, batch_size, rng) -> iterator of index arrays",
    cases=_loads,
    verify=batches.dealt,
    judge=batches.shuffled,
    hints=(
        "Shuffle all the indices once; then cut the shuffled array into pieces.",
        "The pieces start at 0, batch_size, 2·batch_size, …: `range(0, n, batch_size)` counts like that, to the very end.",
        "`order = rng.permutation(n)`, then for each start: `yield order[start : start + batch_size]`. A slice that reaches "
        "beyond the end is cut off by itself.",
    ),
    reread="Dealing out the data",
)
def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


lesson.optimizer(
    "sgd",
    defaults={"learning_rate": 0.01},
    reference=optimizers.SGD,
    options=[{"learning_rate": 0.3}],
    hints=(
        "The rule in words: take the learning rate times the gradient away from the parameters.",
        "It has to happen in place, in the array `w` itself: which of the two does that, `w = w - …` or `w -= …`?",
        "One line: `w -= lr * g`.",
    ),
    reread="SGD as an optimizer class",
    mistakes=sgd_rules.MISTAKES,
)


lesson.predict(
    "predict_noise",
    "The noise of the gradient at batch size 144, if it is 53.1 at batch size 64",
    answer=35.4,
    rtol=0.1,
    near={
        23.6: "That is about 53.1 / 2.25: noise does not shrink with the batch size but with its root.",
        53.1: "That is about the noise at 64. An average of more picks scatters less.",
        79.65: "That is about 1.5 times as much as at 64: a larger batch is quieter, not noisier.",
        119.475: "That is about 2.25 times as much as at 64: a larger batch is quieter, not noisier; and it is the root of the "
        "batch size that counts.",
        424.8: "That is about 8 · 53.1, the noise of one person. What is that of an average of 144?",
        637.2: "That is 12 times as much as at 64, and 12 is √144: a larger batch is quieter, not noisier.",
        4.425: "That is about 53.1 / 12, and 12 is √144: but 53.1 is the noise of 64 people already, not of one.",
        6.6375: "That is about 53.1 / 8, and 8 is √64: how many times 64 is 144?",
        2.95: "From one person, 424.8, to 144 it is the root of 144 that counts.",
        0.36875: "That is about 53.1 / 144: 53.1 is the noise of 64 people already, and it is the root that counts.",
    },
    because="A batch of 144 is 2.25 times as large as one of 64, so its noise is 53.1 / √2.25 = 53.1 / 1.5 = 35.4.",
    hints=(
        "Is a larger batch noisier or quieter?",
        "By which factor do the two batch sizes differ, and what is its root?",
        "144 / 64 = 2.25, and √2.25 = 1.5: divide the noise at 64 by 1.5.",
    ),
    reread="How rough is a rough gradient?",
)


lesson.predict(
    "predict_price",
    "How far above the lowest loss SGD stays with α = 0.02 and batches of 9, if one person's gradient has the noise 168.8",
    answer=0.02 * 168.8**2 / 36,
    rtol=0.1,
    near={
        142.5: "For batches of 1 it would be 142. What is the noise of a batch of 9?",
        63.3: "α·noise(9)² is 63: did you divide by the 4?",
        47.5: "The noise is divided by √9 = 3, and it enters as a square.",
        1.76: "Divided by 9 once too often? noise(9)² is noise(1)² / 9, not / 81.",
        791.5: "noise(9)² / 4 is 791: where is the learning rate?",
        0.2813: "The noise enters as its square.",
        0.09378: "The noise enters as its square: with 168.8 itself in place of its square the formula gives 0.094.",
        1.1253: "The noise enters as its square; and where is the 4?",
        1.2665: "With the square of the learning rate, and without the 4, the formula gives 1.27. α enters once.",
        0.844: "The noise enters as its square; and it is that of a batch of 9.",
        99.3: "With 422.7 or 423.3, the noise of one person at the start, the formula gives 99. The walk stays near the lowest "
        "loss: which noise is printed for that place?",
        3905.8: "The lowest loss alone is 3890. The price is only what comes on top of it.",
        31.66: "With 2 in place of the 4 the formula gives 31.7.",
        1282.2: "With B as a factor the formula gives 1282: but a larger batch has less noise, and α is divided by B.",
        569.9: "For batches of 1, and without the 4, it would be 570. What is the noise of a batch of 9?",
        3.958: "About a quarter of what the formula gives: is something divided by the 4 twice, or by 2 before it is squared?",
        5.277: "About a third of what the formula gives: in the square of 168.8 / 3 there is a 9, and no further 3.",
        1.5832: "About a tenth of what the formula gives. α is 0.02.",
        0.3166: "The learning rate enters once, the noise as a square.",
    },
    because="noise(9) = 168.8 / 3 = 56.3, and 0.02 · 56.3² / 4 = 15.8. Below it is measured.",
    hints=(
        "Two steps: the noise of a batch of 9 first, from the law above; then the price.",
        "noise(9) = 168.8 / √9. The price takes its square.",
        "α · noise(9)² / 4, with α = 0.02 and noise(9) = 56.3.",
    ),
    reread="The price: a cloud in place of a point",
)


lesson.predict(
    "predict_sorted",
    "What does the model say about new digits after one epoch of single steps through digits sorted by class?",
    choices={
        "a": "It has seen the same images, but not in the same order; and the last 144 were all of one class.",
        "b": "The last class was the nine alone: 144 steps that say 'nine' to whatever comes outweigh the 7 and the 8 too.",
        "c": "",
    },
    answer="c",
    because="The last tenth of the epoch is nothing but nines, and each step there makes 'nine' likelier for every image with "
    "ink in the same pixels.",
    hints=(
        "What are the last images that it sees?",
        "While it sees only one class, which answer is never punished?",
        "Every step on a nine raises the score of 'nine' for every image that has ink in the same pixels, and lowers the "
        "other scores.",
    ),
    reread="Common mistakes",
)


def _tables(rng):
    for seed, (n, batch_size) in enumerate([(5, 2), (7, 3), (4, 2), (5, 5), (2, 4), (23, 5)]):
        yield *batches.table(n), batch_size, np.random.default_rng(seed)
    yield *batches.table(9, pixels=(3,)), 4, np.random.default_rng(6)  # images that are not laid out flat


@lesson.function(
    "(x (n, …), y (n,), batch_size, rng) -> list of (x rows, y rows)",
    cases=_tables,
    verify=batches.paired,
    judge=batches.still_shuffled,
    hints=(
        "Run it by hand for 5 rows and batches of 2: how many batches are there? And is the first row of x still beside the "
        "first entry of y?",
        "Two calls of `rng.permutation` give two different orders. And `//` rounds down: which rows come after the last full "
        "batch?",
        "One order for both: `order = rng.permutation(len(x))`, then `x[order]` and `y[order]`. For the batches, "
        "`range(0, len(x), batch_size)` gives the starting rows.",
    ),
    reread="Dealing out the data",
    mistakes={
        "unchanged": (
            batches.torn,
            "Both faults are still there. Does each row of x keep its y? Does each row come?",
        ),
        "torn": (
            lambda x, y, batch_size, rng: batches.torn(x, y, batch_size, rng, -(-len(x) // batch_size)),
            "All rows come now. The other fault is left: does each row of x keep its y?",
        ),
    },
)
def fix_loader(x, y, batch_size, rng):
    order, result = rng.permutation(len(x)), []
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        result.append((x[rows], y[rows]))
    return result
