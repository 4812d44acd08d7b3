"""Exercises of lesson 07, Adagrad and RMSprop."""

import numpy as np

from helpers import optimizers
from helpers.check.catalogue import adaptive_mistakes, half_lives, rmsprop_starts
from helpers.check.registry import Lesson

lesson = Lesson(7)


lesson.predict(
    "predict_first_step",
    "Each weight's gradient is divided by its own size. In which direction does the first step go?",
    choices={
        "a": "That is plain gradient descent: it keeps the lengths of the two slopes. What is −9 divided by 9, and 200 "
        "divided by 200?",
        "b": "",
        "c": "The rule knows nothing of how far there is to go, only the slopes here. What is −9 divided by 9, and 200 "
        "divided by 200?",
        "d": "Only the sizes cancel; the signs stay: −9 divided by 9 is −1, and 200 divided by 200 is 1.",
    },
    answer="b",
    because="−9 divided by 9 is −1, 200 divided by 200 is 1: x moves by +α and y by −α, however different the slopes "
    "are.",
    hints=(
        "Write down the two numbers: each slope divided by its own absolute value.",
        "Both results have size 1. Only the signs are left.",
        "The step is α times (+1, −1). Which of the four answers is that?",
    ),
    reread="One rate for all",
)


lesson.optimizer(
    "adagrad",
    defaults={"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-7},
    reference=optimizers.Adagrad,
    options=[{"initial_accumulator_value": 0.0}, {"initial_accumulator_value": 2.0}, {"epsilon": 0.01}],
    hints=(
        "Two lines: first the memory takes in the new gradient, then the weights move.",
        "The memory `a` grows by the square of the gradient, entry by entry, in place: `a += ...`.",
        "`a += g * g`, then `w -= lr * g / ...` with the square root of `a + self.epsilon` in place of the dots.",
    ),
    reread="A memory of slopes, one for each weight",
    mistakes=adaptive_mistakes.ADAGRAD,
)


lesson.predict(
    "predict_readers",
    "SGD, Adagrad, and Adagrad with one memory for all words read a text once, each with its best α. Who has the lowest "
    "mean loss, who the highest?",
    choices={
        "a": "Adagrad comes first, yes. But is a rate that shrinks alike for all words a help? A rare word that comes late "
        "finds it small.",
        "b": "",
        "c": "In SGD, α is the same for a word that is in three paragraphs and for “the”. Which of the two has to learn from few "
        "steps, and what is its rate in Adagrad?",
        "d": "Every word of every paragraph adds to the one memory, and a rare word has to live with the rate that is left. "
        "Who gives a rare word a rate of its own?",
    },
    answer="b",
    because="With its own memories Adagrad is ahead of SGD, with one for all words behind it. The shared memory "
    "grows with the words of every paragraph, so a rare word that comes late finds a small rate.",
    hints=(
        "A paragraph has some twenty words. Into how many memories does each step of Adagrad put a square, and how many "
        "squares does each step put into the one memory?",
        "A word that comes for the first time in the 400th paragraph: what is its rate with Adagrad, what with one memory?",
        "Of own memories it has a fresh one, so a large rate; the shared one has grown 400 times. SGD's rate stays.",
    ),
    reread="Words that come rarely",
)


def _betas(rng):
    for beta in (0.9, 0.5, 0.99, 0.999, 0.25):
        yield (beta,)
    yield (float(rng.uniform(0.1, 0.95)),)


@lesson.function(
    "(beta) -> float",
    cases=_betas,
    verify=half_lives.halved,
    hints=(
        "After k steps a value's share has been multiplied by β, k times.",
        "Solve βᵏ = 1/2 for k: take the logarithm of both sides.",
        "k · log β = log ½, so k is `np.log(0.5)` divided by the logarithm of β.",
    ),
    reread="A memory that forgets",
    mistakes=half_lives.MISTAKES,
)
def half_life(beta):
    return half_lives.half_life(beta)


lesson.optimizer(
    "rmsprop",
    defaults={"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7},
    reference=lambda learning_rate=0.001, rho=0.9, epsilon=1e-7: optimizers.RMSprop(
        learning_rate, rho=rho, epsilon=epsilon
    ),
    options=[{"rho": 0.99}, {"rho": 0.5}, {"epsilon": 0.01}],
    hints=(
        "Take your Adagrad. One of its two lines changes: the memory becomes a moving average.",
        "The memory keeps the share ρ of what it holds, and takes in the share 1 − ρ of the new squared gradient.",
        "`v *= self.rho`, then `v += (1 - self.rho) * g * g`; the weights move as in Adagrad, with `v` in place of "
        "`a`.",
    ),
    reread="A memory that forgets",
    mistakes=adaptive_mistakes.RMSPROP,
)


lesson.predict(
    "predict_jump",
    "RMSprop in the ravine: |y| is about 1e-17, and y's own rate grows past 0.02. What happens then?",
    choices={
        "a": "|y| is about 1e-17, which is not 0, and its slope is 100 times that. Above 0.02 every step multiplies y by "
        "less than −1. What do a few dozen such steps make of a tiny number?",
        "b": "Plain descent would, for its rate stays. Here the slopes grow with |y|. What do steep slopes do to v, and "
        "v to the rate?",
        "c": "",
        "d": "Nothing in the rule knows of that limit: v fades by the same factor as long as the gradients are tiny, and "
        "the rate grows.",
    },
    answer="c",
    because="A rate above 0.02 multiplies y by less than −1 at each step, so even 1e-17 grows. Once |y| is large, its "
    "gradients make the memory large and the rate falls below 0.02 again.",
    hints=(
        "One step takes y to y − rate · 100 y. By what factor is y multiplied when the rate is 0.03?",
        "By 1 − 3 = −2: it changes sign and doubles. It is small, but is it 0? And what grows together with |y|?",
        "The slope, 100 y, grows with it, and its square goes into v. What does a large v do to the own rate?",
    ),
    reread="See the rates breathe",
)


def _gradient_rows(rng):
    yield np.array([[0.5, 0.0], [0.1, 0.0], [0.1, 2.0]]), np.array([1.0, -4.0])
    yield rng.normal(size=(6, 3)), np.array([2.0, -2.0, 0.0])
    yield 1e-5 * rng.normal(size=(4, 2)), np.array([-100.0, 100.0])


@lesson.function(
    "(gradients (steps, d), w (d,), learning_rate=0.01, rho=0.9, epsilon=1e-7) -> (steps + 1, d)",
    cases=_gradient_rows,
    hints=(
        "Of which numbers is there no root? Print what stands under the root, at each step.",
        "`v` averages squares, so it is a squared gradient by its nature. Which line gives it something else?",
        "The line `v = 1e-6 * w` starts the memory from the weights. It should start with nothing: zeros like `w`.",
    ),
    reread="A memory that forgets",
    mistakes=rmsprop_starts.MISTAKES,
)
def fix_rmsprop_start(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v, path = np.zeros_like(w), [w.copy()]
    for g in gradients:
        v = rho * v + (1 - rho) * g**2
        path.append(path[-1] - learning_rate * g / np.sqrt(v + epsilon))
    return np.array(path)


lesson.predict(
    "predict_centred",
    "Centred RMSprop on a straight slope, gradient 1 at every step: how long is the step after 200 steps?",
    choices={
        "a": "That is plain RMSprop: v settles at 1. Centred, the square of the average gradient is subtracted from "
        "v. What is left when every gradient is 1?",
        "b": "Nothing multiplies the step by less than 1 here: look at what the divisor becomes when every gradient "
        "is 1.",
        "c": "",
        "d": "The divisor comes near 0, not the step. What is the step divided by?",
    },
    answer="c",
    because="v and the square of the average gradient both go to 1, so only ε is left under the root: α divided by "
    "√1e-7, which is about 3,162 α.",
    hints=(
        "If every gradient is 1, what are the average of the squares and the square of the average, after many steps?",
        "Their difference is the variance of the gradients: how much they vary.",
        "They do not vary, so only ε = 1e-7 is left under the root: what is 1 divided by that root?",
    ),
    reread="Going further: centred, with momentum, with Nesterov",
)
