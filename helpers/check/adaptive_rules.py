"""Wrong ways to write Adagrad's and RMSprop's update: the known mistakes of lesson 07 are made of these."""

import numpy as np

from helpers import optimizers

START = "initial_accumulator_value"  # in place of a number: the slot starts at this argument of the class


def made(rule, start=START):
    """Return an optimizer class with this rule(self, w, g, lr, t, v), one slot, and the arguments of both exercises."""

    class Mistake(optimizers.Optimizer):
        def __init__(self, learning_rate=0.001, rho=0.9, initial_accumulator_value=0.1, epsilon=1e-7, **options):
            super().__init__(learning_rate, **options)
            self.rho, self.epsilon = rho, epsilon
            self.slots = {"v": initial_accumulator_value if start == START else start}

        def update_step(self, w, g, lr, t, v):
            rule(self, w, g, lr, t, v)

    return Mistake


def using(take_in, divide, of=np.square):
    """Return a rule from pieces: how the memory takes something in, the divisor that comes of it, what is taken in."""

    def rule(self, w, g, lr, t, v):
        v[...] = take_in(self, v, of(g))
        with np.errstate(all="ignore"):
            w -= lr * g / divide(self, v)

    return rule


def summed(self, v, new):
    return v + new


def average(self, v, new):
    return self.rho * v + (1 - self.rho) * new


def inside(self, v):
    return np.sqrt(v + self.epsilon)


def corrected(self, w, g, lr, t, v):
    v += (1 - self.rho) * (g * g - v)
    w -= lr * g / np.sqrt(v / (1 - self.rho**t) + self.epsilon)


def first_gradient(self, w, g, lr, t, v):
    if t == 1:
        v[...] = g * g
    v += (1 - self.rho) * (g * g - v)
    w -= lr * g / inside(self, v)


def common(take_in, start=START):
    """Return the mistakes that can be made with both rules: {id: (class, what to say)}."""

    def uphill(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        w += lr * g / inside(self, v)

    def late(self, w, g, lr, t, v):
        w -= lr * g / inside(self, v)
        v[...] = take_in(self, v, g * g)

    def no_rate(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        w -= g / inside(self, v)

    def no_gradient(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        w -= lr / inside(self, v)

    def epsilon_on_step(self, w, g, lr, t, v):
        v[...] = take_in(self, v, g * g)
        with np.errstate(all="ignore"):
            w -= lr * g / np.sqrt(v) + self.epsilon

    rules = {
        "epsilon_on_step": (
            epsilon_on_step,
            "ε is added to the whole step: in `lr * g / np.sqrt(...) + self.epsilon` Python divides first. So it moves "
            "every weight, and keeps no divisor away from 0. Under the root it is added to the memory.",
        ),
        "memory_as_it_was": (
            using(lambda self, v, new: v, inside),
            "The memory stays at what it starts from. Which line takes in the new square? (`*=` cannot: it multiplies, "
            "and 0 times anything is 0.)"
            if start == 0.0
            else "The memory stays at what it starts from. Which line takes in the new square?",
        ),
        "epsilon_outside": (
            using(take_in, lambda self, v: np.sqrt(v) + self.epsilon),
            "Here ε stands outside the root, as in PyTorch. Keras adds it inside: `np.sqrt(... + self.epsilon)`. The "
            "two differ most where the memory is small.",
        ),
        "fixed_epsilon": (
            using(take_in, lambda self, v: np.sqrt(v + 1e-7)),
            "This is right for ε = 1e-7 only. The ε that the class was made with is `self.epsilon`.",
        ),
        "no_root": (
            using(take_in, lambda self, v: v + self.epsilon),
            "The root is missing: the memory has the unit of a squared gradient. What has the unit of a gradient?",
        ),
        "no_epsilon": (
            using(take_in, lambda self, v: np.sqrt(v)),
            "ε is missing. Where a weight never had a gradient and the memory starts at 0, this computes 0/0.",
        ),
        "no_gradient": (
            no_gradient,
            "The gradient is missing from the step: α divided by the root is the own rate, and the step is the own rate "
            "times `g`. As it stands, every step lowers the weight, uphill or down.",
        ),
        "not_squared": (
            using(take_in, lambda self, v: np.sqrt(np.abs(v) + self.epsilon), of=np.array),
            "The memory takes in the gradients themselves, so that slopes of opposite sign cancel. Square them first.",
        ),
        "signed": (
            using(take_in, inside, of=np.array),
            "The memory takes in the gradients with their signs, so it can become negative, and a negative number has "
            "no root: NumPy gives nan. Square them first.",
        ),
        "shared": (
            using(take_in, inside, of=lambda g: np.sum(g * g)),
            "The squares of all weights in an array go into one sum, so that they share one rate. Each has its own: "
            "`g * g` without a sum keeps them apart.",
        ),
        "last_only": (
            using(lambda self, v, new: new, inside),
            "The memory holds the square of the last gradient only. What becomes of those before it?",
        ),
        "memory_late": (
            late,
            "The step divides by the memory as it was before this gradient. Which of the two lines comes first?",
        ),
        "no_rate": (no_rate, "The learning rate is missing: it is handed in as `lr`."),
        "uphill": (uphill, "The sign is turned: this walks uphill."),
    }
    return {name: (made(rule, start), said) for name, (rule, said) in rules.items()}
