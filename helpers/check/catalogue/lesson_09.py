"""Exercises of lesson 09, Keras, side by side."""

import numpy as np

from helpers import optimizers
from helpers.check.catalogue import adam_relatives, races
from helpers.check.registry import Lesson

lesson = Lesson(9)

lesson.predict(
    "predict_difference",
    "How far apart are the weights of the two networks after 25 steps, in relation to the largest weight?",
    choices={
        "a": "So far apart come two programs that compute different things. These two compute the same equations on the same "
        "numbers: what is left to differ?",
        "b": "That is about what float32 leaves, whose numbers have seven digits. Which precision do both compute in here?",
        "c": "",
        "d": "Nearly. Both round every result to some 16 digits, and they need not add in the same order: which digits can "
        "differ?",
    },
    answer="c",
    because="Double precision carries some 16 digits. The equations are the same, so only rounding is left, in the last one "
    "or two of them. The picture below says how much.",
    hints=(
        "Both compute in double precision (float64). How many decimal digits does such a number carry?",
        "`np.finfo(float).eps` is the distance from 1 to the next number: 2.2e-16. One rounding changes a number by at most half "
        "of that share of itself.",
        "Sums of the same numbers in another order can differ in the last digits, so expect a difference that is not quite 0. "
        "Which choice leaves room for some roundings of 1e-16, and for little more?",
    ),
    reread="The same network, twice",
)

lesson.predict(
    "predict_traces",
    "Which order do the differences after the first step have, from the smallest to the largest?",
    choices={
        "a": "ε is not the smallest. Where √v is itself tiny, by what share does another ε change √v + ε?",
        "b": "",
        "c": "0.001 in float32 is off by some 5e-8 of itself, and every step with it. How large is the rounding of one sum in "
        "float64?",
        "d": "Compare 0.001 in float32, off by some 5e-8 of itself, with a change of ε by 9e-8 where √v is 1e-4 or less.",
    },
    answer="b",
    because="The rows change the order of a sum: its last digits, some 1e-16. The rate is off by 5e-8 of itself. ε counts where "
    "√v is small: where that is 1e-4, a change by 9e-8 is a share of 1e-3. And other batches have other gradients.",
    hints=(
        "For each of the four ask: what number is different in the first step, and by what share of itself?",
        "The order of a sum in float64 changes its last digits, some 1e-16. A number kept in float32 is off by up to 6e-8 of "
        "itself.",
        "ε is added to √v, and after the first step √v is only 0.03 of the gradient. Where the gradient is tiny, 9e-8 is a good "
        "part of it: far more than a share of 6e-8.",
    ),
    reread="Break it",
)

lesson.predict(
    "predict_mismatch",
    "What is different between the two runs?",
    choices={
        "a": "Look at the rule that both run: where is the ε in plain momentum?",
        "b": "A float32 weight is off by up to 6e-8 of its size. Tried on this race, with float32 on Keras' side, the difference "
        "is never below 1e-7: compare the height.",
        "c": "",
        "d": "Swapped batches give other gradients from the swap on. Tried on this race, the first two swapped or the tenth and "
        "eleventh, that makes a difference above 1e-2: compare the height.",
    },
    answer="c",
    because="`float(np.float32(0.1)) / 0.1 - 1` is 1.49e-8: the first step is too long by just that share, and in the "
    "biases, which start at 0, the first step is all there is. Momentum has no ε; tried on this race, float32 on "
    "Keras' side makes a difference above 1e-7, and swapped batches one above 1e-2.",
    hints=(
        "Three things to read off a curve of differences: where it begins, how high, and which shape it has.",
        "It is there after the first step, and tiny. Momentum's first step is −α g: what in it can be off by the share "
        "1.49e-8?",
        "Compute `float(np.float32(0.1)) / 0.1 - 1` in a cell, and compare it with the height of the first point.",
    ),
    reread="Break it",
)


def sgd_rate_01():
    return optimizers.SGD(0.1)


def sgd_rate_02():
    return optimizers.SGD(0.2)


def adam():
    return optimizers.Adam(0.05)


def adam_with_other_epsilon():
    return optimizers.Adam(0.05, epsilon=1e-2)


def momentum():
    return optimizers.SGD(0.02, momentum=0.9)


def same_as_w(w):
    return w.copy()


def bowl(w):
    return np.arange(1.0, 1.0 + w.size).reshape(w.shape) * w


def _races(rng):
    yield sgd_rate_01, sgd_rate_02, np.array([1.0, 2.0]), same_as_w, 2
    yield sgd_rate_01, sgd_rate_01, np.array([1.0, 2.0]), bowl, 3
    yield adam, adam_with_other_epsilon, rng.normal(size=4), bowl, 6
    yield adam_with_other_epsilon, adam, rng.normal(size=4), bowl, 6
    yield momentum, sgd_rate_01, rng.normal(size=(2, 3)), bowl, 5


@lesson.function(
    "(make_ours, make_theirs, w0, gradient, steps) -> array (steps,)",
    cases=_races,
    hints=(
        "Let it compare two optimizers that cannot agree, such as two different learning rates. What does it say, and what "
        "does that tell you about the comparison?",
        "How many arrays of weights are there? `a = b` gives one array a second name.",
        "`theirs` needs an array of its own: `mine, theirs = w0.copy(), w0.copy()`.",
    ),
    reread="Two rates, no difference",
    mistakes=races.MISTAKES,
)
def fix_race(make_ours, make_theirs, w0, gradient, steps):
    mine, theirs = w0.copy(), w0.copy()
    ours, other, apart = make_ours(), make_theirs(), []
    for _ in range(steps):
        ours.apply([gradient(mine)], [mine])
        other.apply([gradient(theirs)], [theirs])
        apart.append(np.abs(mine - theirs).max() / np.abs(theirs).max())
    return np.array(apart)


lesson.keras_optimizer(
    "build_keras_optimizer",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=adam_relatives.PaperAdam,
    options=[dict(beta_1=0.5, beta_2=0.9), dict(epsilon=1e-3)],
    hints=(
        "The four lines of the NumPy rule stay four lines. What changes is how they write: `self.assign_add(m, …)` for `m += …`, "
        "`self.assign_sub(variable, …)` for `w -= …`, `ops.sqrt` for `np.sqrt`.",
        "`m += (1 - self.beta_1) * (g - m)` becomes `self.assign_add(m, (1 - self.beta_1) * (gradient - m))`, and v likewise.",
        "Then `m_hat = m / (1 - self.beta_1**t)`, `v_hat = v / (1 - self.beta_2**t)`, and last "
        "`self.assign_sub(variable, lr * m_hat / (ops.sqrt(v_hat) + self.epsilon))`.",
    ),
    reread="Going further: your own rule in Keras",
    mistakes=adam_relatives.PORTED,
)
