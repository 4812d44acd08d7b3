"""Adagrad's and RMSprop's rule in parts, so that each can be got wrong; what is said of it stands in ``adaptive_mistakes``."""

import numpy as np

from helpers import optimizers


class Owner(optimizers.Optimizer):
    """The arguments of both exercises, and one slot, which starts at 0."""

    slots = ("v",)

    def __init__(self, learning_rate=0.001, rho=0.9, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.rho, self.epsilon, self.start = rho, epsilon, initial_accumulator_value


class Started(Owner):
    """The slot starts at the argument, as in Adagrad."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.slots = {"v": self.start}


def starting_at(value):
    """The arguments of both exercises, and a slot that starts at this value."""

    class Fixed(Owner):
        slots = {"v": value}  # noqa: RUF012 (the base class only reads it)

    return Fixed


# -- the memory: (self, v, what goes in, g, α) -> new v -----------------------------------------------------------------------


def summed(self, v, new, g, lr):
    return v + new


def average(self, v, new, g, lr):
    return self.rho * v + (1 - self.rho) * new


# -- the divisor: (self, v, t) ------------------------------------------------------------------------------------------------


def inside(self, v, t):
    return np.sqrt(v + self.epsilon)


def build(
    *,
    keeps=average,
    of=np.square,
    divisor=inside,
    step=lambda self, g, lr, d: lr * g / d,
    sign=1.0,
    order="memory first",
    before=None,
):
    """Return update(self, w, g, lr, t, v) with these parts in place of the right ones."""

    def update(self, w, g, lr, t, v):
        if before is not None:
            before(v, g, t)
        if order == "step first":
            w -= sign * step(self, g, lr, divisor(self, v, t))
        v[...] = keeps(self, v, of(g), g, lr)
        if order == "memory first":
            w -= sign * step(self, g, lr, divisor(self, v, t))

    return update


def first_square(v, g, t):
    if t == 1:
        v[...] = g * g
