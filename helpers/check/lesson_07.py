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


def _with(take_in, divide, of=np.square):
    """A rule from pieces: how the memory takes something in, the divisor that comes of it, and what is taken in."""

    def rule(self, w, g, lr, t, v):
        v[...] = take_in(self, v, of(g))
        with np.errstate(all="ignore"):
            w -= lr * g / divide(self, v)

    return rule


def _sum(self, v, new):
    return v + new


def _average(self, v, new):
    return self.rho * v + (1 - self.rho) * new


def _inside(self, v):
    return np.sqrt(v + self.epsilon)


def _common(take_in, start="initial_accumulator_value"):
    """The mistakes that can be made with both rules."""

    def uphill(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        w += lr * g / _inside(self, v)

    def late(self, w, g, lr, t, v):
        w -= lr * g / _inside(self, v)
        v[...] = take_in(self, v, g * g)

    def no_rate(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        w -= g / _inside(self, v)

    rules = {
        "epsilon_outside": (
            _with(take_in, lambda self, v: np.sqrt(v) + self.epsilon),
            "Here ε stands outside the root, as in PyTorch. Keras adds it inside: `np.sqrt(... + self.epsilon)`. With "
            "small gradients the two differ a lot.",
        ),
        "no_root": (
            _with(take_in, lambda self, v: v + self.epsilon),
            "The root is missing: the memory has the unit of a squared gradient. What has the unit of a gradient?",
        ),
        "no_epsilon": (
            _with(take_in, lambda self, v: np.sqrt(v)),
            "ε is missing. Where a weight never had a gradient and the memory starts at 0, this computes 0/0.",
        ),
        "not_squared": (
            _with(take_in, lambda self, v: np.sqrt(np.abs(v) + self.epsilon), of=np.array),
            "The memory takes in the gradients themselves, so that slopes of opposite sign cancel. Square them first.",
        ),
        "signed": (
            _with(take_in, _inside, of=np.array),
            "The memory takes in the gradients with their signs, so it can become negative, and a negative number has "
            "no root: that is where nan comes from. Square them first.",
        ),
        "shared": (
            _with(take_in, _inside, of=lambda g: np.sum(g * g)),
            "The squares of all weights go into one sum, so that all weights share one rate. Each has its own: `g * g` "
            "without a sum keeps them apart.",
        ),
        "last_only": (
            _with(lambda self, v, new: new, _inside),
            "The memory holds the square of the last gradient only. What becomes of those before it?",
        ),
        "memory_late": (
            late,
            "The step divides by the memory as it was before this gradient. Which of the two lines comes first?",
        ),
        "no_rate": (no_rate, "The learning rate is missing: it is handed in as `lr`."),
        "uphill": (uphill, "The sign is turned: this walks uphill."),
    }
    return {name: (_mistake(rule, start), said) for name, (rule, said) in rules.items()}


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
    mistakes=_common(_sum)
    | {
        "starts_at_zero": (
            _mistake(_with(_sum, _inside), start=0.0),
            "The memory starts at 0 here. Where does `initial_accumulator_value` go?",
        ),
        "sum_of_sizes": (
            _mistake(_with(_sum, _inside, of=np.abs)),
            "The memory adds up the sizes of the gradients. Which power of them does Adagrad add up?",
        ),
        "doubled": (
            _mistake(_with(lambda self, v, new: v + (v + new), _inside)),
            "The memory is added to itself: `a += …` keeps what `a` holds already, so only the new square belongs on "
            "the right.",
        ),
        "forgets": (
            _mistake(_with(_average, _inside)),
            "This is a moving average, which forgets; that comes later in the lesson. Adagrad's memory is a sum.",
        ),
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
    mistakes=_common(_average, 0.0)
    | {
        "shares_swapped": (
            _mistake(_with(lambda self, v, new: (1 - self.rho) * v + self.rho * new, _inside), 0.0),
            "The two shares have changed places: ρ is the share of the old memory that is kept.",
        ),
        "sum": (
            _mistake(_with(_sum, _inside), 0.0),
            "This adds up all squared gradients: it is Adagrad, starting at 0. What should fade?",
        ),
        "no_share": (
            _mistake(_with(lambda self, v, new: self.rho * v + new, _inside), 0.0),
            "The new squared gradient comes in whole. Its share in an average is 1 − ρ.",
        ),
        "keeps_all": (
            _mistake(_with(lambda self, v, new: v + _average(self, v, new), _inside), 0.0),
            "The memory grows by what should replace it: `v += ρ v + …` keeps all of the old `v` and adds the share ρ "
            "of it once more.",
        ),
        "no_fading": (
            _mistake(_with(lambda self, v, new: v + (1 - self.rho) * new, _inside), 0.0),
            "The new square has its share 1 − ρ, but the old memory stays whole. What is its share?",
        ),
        "fixed_rho": (
            _mistake(_with(lambda self, v, new: 0.9 * v + 0.1 * new, _inside), 0.0),
            "This is right for ρ = 0.9 only: the numbers 0.9 and 0.1 stand in the rule. β is `self.rho`.",
        ),
        "corrected": (
            _mistake(_corrected, 0.0),
            "The average is divided by 1 − ρᵗ. That correction belongs to Adam, in the next lesson; RMSprop has none.",
        ),
        "first_gradient": (
            _mistake(_first_gradient, 0.0),
            "The average starts at the first squared gradient here. It starts at 0: the slot already is.",
        ),
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


def _run(start, root=lambda v, epsilon: np.sqrt(v + epsilon)):
    def run(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v = start(gradients, w)
        path = [w.copy()]
        for g in gradients:
            v = rho * v + (1 - rho) * g**2
            with np.errstate(all="ignore"):
                path.append(path[-1] - learning_rate * g / root(v, epsilon))
        return np.array(path)

    return run


_HIDDEN = (
    "No NaN any more, but only the sign is hidden, under the root: the memory still starts from the weights. What does "
    "a memory hold before anything has happened?"
)
_SQUARE = (
    "A square is never negative, but the memory still starts from the weights, and it averages squared gradients. What "
    "does a memory hold before anything has happened?"
)


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
        "absolute_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.abs(v) + e)), _HIDDEN),
        "cut_in_root": (_run(lambda g, w: 1e-6 * w, lambda v, e: np.sqrt(np.maximum(v, 0) + e)), _HIDDEN),
        "nan_replaced": (
            _run(lambda g, w: 1e-6 * w, lambda v, e: np.where(v + e < 0, np.inf, np.sqrt(v + e))),
            "Where the root has no value the step is now 0: the weight waits until its memory is positive. It should "
            "step, and the memory should never be negative. Where does a negative number come from?",
        ),
        "square": (_run(lambda g, w: w**2), _SQUARE),
        "small_square": (_run(lambda g, w: 1e-6 * w**2), _SQUARE),
        "ones": (
            _run(lambda g, w: np.ones_like(w)),
            "The memory starts at 1, as if there had been slopes of size 1: gradients far below that make tiny steps "
            "until it has faded. What does a memory hold before anything has happened?",
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
            _run(lambda g, w: np.maximum(1e-6 * w, 0)),
            "Negative starts are cut off, positive ones still come from the weights. What does a memory hold before "
            "anything "
            "has happened?",
        ),
    },
)
def fix_rmsprop_start(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    return _run(lambda g, w: np.zeros_like(w))(gradients, w, learning_rate, rho, epsilon)


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
    because="a rate above 0.02 multiplies y by less than −1 at each step, so even 1e-17 grows. Once |y| is large, its "
    "gradients fill the memory and the rate falls below 0.02 again.",
    hints=(
        "One step takes y to y − rate · 100 y. By what factor is y multiplied when the rate is 0.03?",
        "By 1 − 3 = −2: it changes sign and doubles. It is small, but is it 0? And what grows together with |y|?",
        "The slope, 100 y, grows with it, and its square goes into v. What does a large v do to the own rate?",
    ),
    reread="See the step sizes breathe",
)


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
