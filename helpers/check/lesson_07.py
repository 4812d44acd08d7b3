"""Exercises of lesson 07, Adagrad and RMSprop."""

import numpy as np

from helpers import optimizers
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
    reread="One step size for all",
)


def _mistake(rule, start="initial_accumulator_value"):
    """A subclass of Optimizer with this rule and one slot, and the arguments of both exercises."""

    class Mistake(optimizers.Optimizer):
        def __init__(self, learning_rate=0.001, rho=0.9, initial_accumulator_value=0.1, epsilon=1e-7, **options):
            super().__init__(learning_rate, **options)
            self.rho, self.epsilon = rho, epsilon
            self.slots = {"v": initial_accumulator_value if start == "initial_accumulator_value" else start}

        def update_step(self, w, g, lr, t, v):
            rule(self, w, g, lr, t, v)

    return Mistake


def _with(change, divide):
    """A rule from two pieces: what happens to the memory, and the divisor that comes of it."""

    def rule(self, w, g, lr, t, v):
        v[...] = change(self, v, g)
        with np.errstate(all="ignore"):
            w -= lr * g / divide(self, v)

    return rule


def _sum(self, v, g):
    return v + g * g


def _average(self, v, g):
    return self.rho * v + (1 - self.rho) * g * g


def _inside(self, v):
    return np.sqrt(v + self.epsilon)


def _outside(self, v):
    return np.sqrt(v) + self.epsilon


def _no_root(self, v):
    return v + self.epsilon


def _no_epsilon(self, v):
    return np.sqrt(v)


_OUTSIDE = (
    "Here ε stands outside the root, as in PyTorch. Keras adds it inside: `np.sqrt(... + self.epsilon)`. With small "
    "gradients the two differ a lot."
)
_ROOT = "The root is missing: the sum of squares has the unit of a squared gradient. What has the unit of a gradient?"
_UPHILL = "The sign is turned: this walks uphill."


def _uphill(change):
    def rule(self, w, g, lr, t, v):
        v[...] = change(self, v, g)
        w += lr * g / _inside(self, v)

    return rule


def _late(change):
    """The step is taken with the memory as it was before this gradient."""

    def rule(self, w, g, lr, t, v):
        w -= lr * g / _inside(self, v)
        v[...] = change(self, v, g)

    return rule


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
    mistakes={
        "epsilon_outside": (_mistake(_with(_sum, _outside)), _OUTSIDE),
        "no_root": (_mistake(_with(_sum, _no_root)), _ROOT),
        "no_epsilon": (
            _mistake(_with(_sum, _no_epsilon)),
            "ε is missing. Where a weight never had a gradient and the memory starts at 0, this computes 0/0.",
        ),
        "starts_at_zero": (
            _mistake(_with(_sum, _inside), start=0.0),
            "The memory starts at 0 here. Where does `initial_accumulator_value` go?",
        ),
        "sum_of_sizes": (
            _mistake(_with(lambda self, v, g: v + np.abs(g), _inside)),
            "The memory adds up the sizes of the gradients. Which power of them does Adagrad add up?",
        ),
        "not_squared": (
            _mistake(_with(lambda self, v, g: v + g, lambda self, v: np.sqrt(np.abs(v) + self.epsilon))),
            "The memory adds up the gradients themselves, so that slopes of opposite sign cancel. Square them first.",
        ),
        "forgets": (
            _mistake(_with(_average, _inside)),
            "This is a moving average, which forgets; that comes later in the lesson. Adagrad's memory is a sum.",
        ),
        "memory_late": (
            _mistake(_late(_sum)),
            "The step divides by the memory as it was before this gradient. Which of the two lines comes first?",
        ),
        "uphill": (_mistake(_uphill(_sum)), _UPHILL),
    },
)


def _corrected(self, w, g, lr, t, v):
    v += (1 - self.rho) * (g * g - v)
    w -= lr * g / np.sqrt(v / (1 - self.rho**t) + self.epsilon)


def _first_gradient(self, w, g, lr, t, v):
    if t == 1:
        v[...] = g * g
    v += (1 - self.rho) * (g * g - v)
    w -= lr * g / _inside(self, v)


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
    mistakes={
        "epsilon_outside": (_mistake(_with(_average, _outside), 0.0), _OUTSIDE),
        "no_root": (_mistake(_with(_average, _no_root), 0.0), _ROOT),
        "no_epsilon": (
            _mistake(_with(_average, _no_epsilon), 0.0),
            "ε is missing. Where a weight never had a gradient this computes 0/0.",
        ),
        "shares_swapped": (
            _mistake(_with(lambda self, v, g: (1 - self.rho) * v + self.rho * g * g, _inside), 0.0),
            "The two shares have changed places: ρ is the share of the old memory that is kept.",
        ),
        "sum": (
            _mistake(_with(_sum, _inside), 0.0),
            "This adds up all squared gradients: it is Adagrad, starting at 0. What should fade?",
        ),
        "no_share": (
            _mistake(_with(lambda self, v, g: self.rho * v + g * g, _inside), 0.0),
            "The new squared gradient comes in whole. Its share in an average is 1 − ρ.",
        ),
        "not_squared": (
            _mistake(
                _with(
                    lambda self, v, g: self.rho * v + (1 - self.rho) * g,
                    lambda self, v: np.sqrt(np.abs(v) + self.epsilon),
                ),
                0.0,
            ),
            "The memory averages the gradients themselves, so that slopes of opposite sign cancel. Square them first.",
        ),
        "corrected": (
            _mistake(_corrected, 0.0),
            "The average is divided by 1 − ρᵗ. That correction belongs to Adam, in the next lesson; RMSprop has none.",
        ),
        "first_gradient": (
            _mistake(_first_gradient, 0.0),
            "The average starts at the first squared gradient here. It starts at 0: the slot already is.",
        ),
        "memory_late": (
            _mistake(_late(_average), 0.0),
            "The step divides by the memory as it was before this gradient. Which of the two lines comes first?",
        ),
        "uphill": (_mistake(_uphill(_average), 0.0), _UPHILL),
    },
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
    mistakes={
        "window": (
            lambda beta: 1 / (1 - beta),
            "This is 1/(1 − β), the number of steps that the average is often said to look back over: by then a share "
            "has "
            "fallen to about 1/e, not to a half.",
        ),
        "to_one_over_e": (
            lambda beta: -1 / np.log(beta),
            "This is when the share has fallen to 1/e = 0.37. Asked is 1/2.",
        ),
        "upside_down": (lambda beta: np.log(beta) / np.log(0.5), "The quotient stands upside down."),
        "sign": (lambda beta: np.log(0.5) * -1 / np.log(beta), "A number of steps cannot be negative: mind the sign."),
        "rounded": (lambda beta: np.ceil(np.log(0.5) / np.log(beta)), "Do not round: the answer is a float."),
    },
)
def half_life(beta):
    return np.log(0.5) / np.log(beta)


def _gradient_rows(rng):
    yield np.array([[0.5, 0.0], [0.1, 0.0], [0.1, 2.0]]), np.array([1.0, -4.0])
    yield rng.normal(size=(6, 3)), np.array([2.0, -2.0, 0.0])
    yield 1e-5 * rng.normal(size=(4, 2)), np.array([-100.0, 100.0])


def _run(start):
    def run(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v = start(gradients, w)
        path = [w.copy()]
        for g in gradients:
            v = rho * v + (1 - rho) * g**2
            with np.errstate(all="ignore"):
                path.append(path[-1] - learning_rate * g / np.sqrt(v + epsilon))
        return np.array(path)

    return run


@lesson.function(
    "(gradients (steps, d), w (d,), learning_rate=0.01, rho=0.9, epsilon=1e-7) -> (steps + 1, d)",
    cases=_gradient_rows,
    hints=(
        "Which numbers can a root not be taken of? Print `v` and look for its sign.",
        "`v` averages squares, so it is a squared gradient by its nature. Which line gives it something else?",
        "The line `v = 1e-6 * w` starts the memory from the weights. It should start with nothing: zeros like `w`.",
    ),
    reread="Common mistakes",
    mistakes={
        "unchanged": (
            _run(lambda g, w: 1e-6 * w),
            "This still starts the memory from the weights, as the code that was given.",
        ),
        "absolute": (
            _run(lambda g, w: 1e-6 * np.abs(w)),
            "No NaN any more, but the memory still starts from the weights: a weight of 100 gets other steps than a "
            "weight "
            "of 1 with the same gradients. What does a memory hold before anything has happened?",
        ),
        "first_gradient": (
            _run(lambda g, w: g[0]),
            "The memory starts at the first gradient, which is not squared and may be negative.",
        ),
        "first_square": (
            _run(lambda g, w: g[0] ** 2),
            "The memory starts at the first squared gradient: never negative, but the first gradient then counts ten "
            "times "
            "its share (at ρ = 0.9), and it is not RMSprop as published or as in Keras. What does a memory hold before "
            "anything has happened?",
        ),
        "clipped": (
            lambda gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7: _run(lambda g, w: np.maximum(1e-6 * w, 0))(
                gradients, w, learning_rate, rho, epsilon
            ),
            "Negative starts are cut off, positive ones still come from the weights. What does a memory hold before "
            "anything "
            "has happened?",
        ),
    },
)
def fix_rmsprop_start(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    return _run(lambda g, w: np.zeros_like(w))(gradients, w, learning_rate, rho, epsilon)


lesson.predict(
    "predict_centred",
    "Centred RMSprop on a straight slope, gradient 1 at every step: how long is the step after 200 steps?",
    choices={
        "a": "That is plain RMSprop: v settles at 1. Centred, the square of the average gradient is subtracted from "
        "v. What is "
        "left when every gradient is 1?",
        "b": "Nothing multiplies the step by less than 1 here: look at what the divisor becomes when every gradient "
        "is 1.",
        "c": "",
        "d": "The divisor comes near 0, not the step. What is the step divided by?",
    },
    answer="c",
    because="v and the square of the average gradient both go to 1, so only ε is left under the root: α divided by "
    "√1e-7, "
    "which is about 3,162 α.",
    hints=(
        "If every gradient is 1, what are the average of the squares and the square of the average, after many steps?",
        "Their difference is the variance of the gradients: how much they vary.",
        "They do not vary, so only ε = 1e-7 is left under the root: what is 1 divided by that root?",
    ),
    reread="Going further: centred, with momentum, with Nesterov",
)
