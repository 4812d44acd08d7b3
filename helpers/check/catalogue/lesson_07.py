"""Exercises of lesson 07, Adagrad and RMSprop."""

import numpy as np

from helpers import optimizers
from helpers.check.catalogue import adaptive_mistakes, half_lives
from helpers.check.registry import Lesson, any_of

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
        "c": "In SGD, α is the same for a word that comes three times and for “the”. Which of the two has to learn from few "
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
    hints=(
        "After k steps a value's share has been multiplied by β, k times.",
        "Solve βᵏ = 1/2 for k: take the logarithm of both sides.",
        "k · log β = log ½, so k is `np.log(0.5)` divided by the logarithm of β.",
    ),
    reread="A memory that forgets",
    mistakes=half_lives.MISTAKES,
)
def half_life(beta):
    return np.log(0.5) / np.log(beta)


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


def _kept(rho, v, g):
    return rho * v + (1 - rho) * g**2


def _run(start, root=lambda v, epsilon: np.sqrt(v + epsilon), floor=-np.inf, place=np.copy, keep=_kept, stays=False):
    def run(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v = start(gradients, w)
        path = [place(w)]
        for g in gradients:
            v = np.maximum(keep(rho, v, g), floor)
            with np.errstate(all="ignore"):
                path.append(path[0 if stays else -1] - learning_rate * g / root(v, epsilon))
        return np.array(path)

    return run


def _late(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v, path = np.zeros_like(w), [w.copy()]
    for g in gradients:
        path.append(path[-1] - learning_rate * g / np.sqrt(v + epsilon))
        v = _kept(rho, v, g)
    return np.array(path)


def _last_only(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    steps = learning_rate * gradients / np.sqrt((1 - rho) * gradients**2 + epsilon)
    return np.vstack([w, w - np.cumsum(steps, axis=0)])


_BEFORE = "What does a memory hold before anything has happened?"
_HIDDEN = (
    f"No NaN any more, but only the sign is hidden, under the root: the memory still starts from the weights. {_BEFORE}"
)
_SQUARE = f"A square is never negative, but the memory still starts from the weights, and it averages squared slopes. {_BEFORE}"
_SHARE = f"Never negative, but the memory still starts from the weights, from a small share of their sizes or squares. {_BEFORE}"


@lesson.function(
    "(gradients (steps, d), w (d,), learning_rate=0.01, rho=0.9, epsilon=1e-7) -> (steps + 1, d)",
    cases=_gradient_rows,
    hints=(
        "Of which numbers is there no root? Print what stands under the root, at each step.",
        "`v` averages squares, so it is a squared gradient by its nature. Which line gives it something else?",
        "The line `v = 1e-6 * w` starts the memory from the weights. It should start with nothing: zeros like `w`.",
    ),
    reread="A memory that forgets",
    mistakes={
        "unchanged": (
            _run(lambda g, w: 1e-6 * w),
            "With w = [1, −4] the second weight is nan after the first step, as with the code that was given; RMSprop has a "
            "value at every step. Where on the way from `gradients` to the path does a nan come in first?",
        ),
        "absolute": (
            _run(lambda g, w: 1e-6 * np.abs(w)),
            "No NaN any more, but the memory still starts from the weights: a weight of 100 gets other steps than a "
            "weight of 1 with the same gradients. What does a memory hold before anything has happened?",
        ),
        "absolute_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.abs(v) + e)), _HIDDEN),
        "cut_in_loop": (
            any_of(
                *(
                    _run(lambda g, w: 1e-6 * w, floor=floor)
                    for floor in (0.0, 1e-12, 1e-10, 1e-8, 1e-7, 1e-16, np.finfo(float).eps)
                )
            ),
            "No NaN any more: in the loop the memory is kept from falling below a floor. But it still starts from the "
            f"weights, so one above 0 leaves a memory of slopes that never were. {_BEFORE}",
        ),
        "cut_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.maximum(v, 0) + e)), _HIDDEN),
        "nan_replaced": (
            _run(lambda g, w: 1e-6 * w, lambda v, e: np.where(v + e < 0, np.inf, np.sqrt(v + e))),
            "Where the root has no value the step is now 0: the weight waits until there is a root again. It should step, "
            "and the memory should never be negative. Where does a negative number come from?",
        ),
        "square": (_run(lambda g, w: w**2), _SQUARE),
        "small_square": (any_of(_run(lambda g, w: 1e-6 * w**2), _run(lambda g, w: (1e-6 * w) ** 2)), _SHARE),
        "size": (
            _run(lambda g, w: np.abs(w)),
            "Never negative, but the memory still starts from the weights, here from their full size, as if slopes that "
            "steep had been. What does a memory hold before anything has happened?",
        ),
        "adagrads_start": (
            _run(lambda g, w: np.full_like(w, 0.1)),
            "0.1 is where Keras starts Adagrad's memory. Where does the slot `v` of RMSprop start?",
        ),
        "ones": (
            _run(lambda g, w: np.ones_like(w)),
            # Published, too: JAX began at 1 until 2019 (pull request 975), Torch for a time in 2016 (torch/optim 130).
            "The memory starts at 1, as if there had been slopes of size 1: gradients far below that make tiny steps "
            "until it has faded. What does a memory hold before anything has happened?",
        ),
        "tiny": (
            any_of(*(_run(lambda g, w, tiny=tiny: np.full_like(w, tiny)) for tiny in (1e-8, 1e-10, 1e-5, 1e-4, 1e-3))),
            f"The memory starts at a small number, as if there had been slopes. It changes the first steps a little. {_BEFORE}",
        ),
        "small": (
            _run(lambda g, w: np.full_like(w, 1e-6)),
            "The memory starts at 1e-6, as if there had been slopes of size 0.001. No NaN any more, but gradients far below "
            "that make smaller steps until it has faded. What does a memory hold before anything has happened?",
        ),
        "first_gradient": (
            _run(lambda g, w: g[0]),
            "The memory starts at the first gradient, which is not squared and may be negative.",
        ),
        "first_size": (
            _run(lambda g, w: np.abs(g[0])),
            "The memory starts at the size of the first gradient: never negative, but it averages squares, and has had "
            "none yet. What does a memory hold before anything has happened?",
        ),
        "first_square": (
            _run(lambda g, w: g[0] ** 2),
            "The memory starts at the first squared gradient: never negative, but that gradient then counts ten times "
            "its share (at ρ = 0.9), and it is not RMSprop as Keras has it. What does a memory hold before anything has "
            "happened?",
        ),
        "epsilon": (
            _run(lambda g, w: np.full_like(w, 1e-7)),
            "The memory starts at ε = 1e-7. ε has its place under the root. What does a memory hold before anything has "
            "happened?",
        ),
        "still_smaller": (
            _run(lambda g, w: 1e-12 * w),
            "The memory starts from the weights still, only smaller: below 0 where one is negative. What does a memory hold "
            "before anything has happened?",
        ),
        "larger_epsilon": (
            any_of(
                *(
                    _run(lambda g, w: 1e-6 * w, lambda v, e, more=more: np.sqrt(v + more))
                    for more in (1e-3, 1e-5, 1e-4, 1e-2, 0.1, 1.0)
                )
            ),
            "A larger number under the root hides the sign, until a weight is large enough; and it makes other steps than ε does. "
            f"The memory still starts from the weights. {_BEFORE}",
        ),
        "from_the_start": (
            _run(lambda g, w: 0 * w, stays=True),
            "The memory starts right. But every step now begins at `w`, the start. It begins where the last one ended: in the "
            "last row of the path so far.",
        ),
        "no_share": (
            _run(lambda g, w: 0 * w, keep=lambda rho, v, g: rho * v + g**2),
            "The start is repaired. But the new square comes in whole: its share was 1 − ρ in the code that was given.",
        ),
        "memory_late": (
            _late,
            "The start is repaired. But the step divides by the memory as it was before this gradient: which line comes first?",
        ),
        "share_of_first_square": (
            _run(lambda g, w: 0.1 * g[0] ** 2),
            "The memory starts as it is after the first step, at a tenth of the first square, and then takes in that square once "
            f"more. {_BEFORE}",
        ),
        "mean_square": (
            _run(lambda g, w: np.mean(g**2, axis=0)),
            f"The memory starts at the mean of all squares, those to come too. {_BEFORE}",
        ),
        "share": (
            _run(lambda g, w: np.full_like(w, 0.9)),
            f"The memory starts at ρ, as if there had been slopes of that square. {_BEFORE}",
        ),
        "path_from_zero": (
            _run(lambda g, w: 0 * w, place=np.zeros_like),
            "The memory starts right. But now the path starts at 0: the weights start at `w`, and its first row is where.",
        ),
        "epsilon_outside": (
            _run(lambda g, w: 0 * w, lambda v, e: np.sqrt(v) + e),
            "The start is repaired. But ε has moved out of the root: Keras adds it inside, as the code that was given did.",
        ),
        "no_epsilon": (
            _run(lambda g, w: 0 * w, lambda v, e: np.sqrt(v)),
            "The start is repaired. But ε is gone: where a weight never had a gradient, 0/0 is nan.",
        ),
        "no_root": (
            _run(lambda g, w: 0 * w, lambda v, e: v + e),
            "The start is repaired. But the root is gone: the memory holds squares.",
        ),
        "last_only": (
            _last_only,
            "The memory starts anew at every step: it holds the share 1 − ρ of the last square only. Which line belongs before "
            "the loop?",
        ),
        "start_left_out": (
            lambda *a, **k: fix_rmsprop_start(*a, **k)[1:],
            "The steps are right, but the path begins after the first step. The start is its first row.",
        ),
        "one_row_repeated": (
            lambda *a, **k: np.repeat(fix_rmsprop_start(*a, **k)[-1:], len(a[0]) + 1, axis=0),
            "Every row is the last place. Does each step write into one row of the path only? Or is it one array, kept many times "
            "and changed by each step? Then what is kept must be a copy.",
        ),
        "end_only": (
            lambda *a, **k: fix_rmsprop_start(*a, **k)[-1],
            "This is the last place only. The whole path is asked for, the start first.",
        ),
        "clipped": (
            any_of(
                *(_run(lambda g, w, share=share: np.maximum(share * w, 0)) for share in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10))
            ),
            "Negative starts are cut off, positive ones still come from the weights. What does a memory hold before "
            "anything has happened?",
        ),
    },
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
