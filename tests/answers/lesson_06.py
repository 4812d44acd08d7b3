"""Answers to the exercises of lesson 06: RIGHT must pass, WRONG must fail."""

import math

import numpy as np

from helpers import optimizers
from helpers.optimizers import Optimizer

RIGHT, WRONG = {}, {}


class Base(Optimizer):
    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


class ThreeLines(Base):
    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * g
        w += m


class Downhill(Optimizer):
    """Another name for the slot, another sign, slots set in __init__."""

    def __init__(self, learning_rate=0.01, momentum=0.9, **kw):
        super().__init__(learning_rate=learning_rate, **kw)
        self.beta = momentum
        self.slots = ("speed",)

    def update_step(self, w, g, rate, step, speed):
        speed[...] = self.beta * speed + rate * g
        w -= speed


class LastPlace(Base):
    """Keeps the last weights instead of a velocity."""

    slots = ("last", "seen")

    def update_step(self, w, g, lr, t, last, seen):
        here = w.copy()
        moved = np.where(seen > 0, w - last, 0)
        w += self.momentum * moved - lr * g
        last[...] = here
        seen[...] = 1


class OutOfUfuncs(Base):
    def update_step(self, w, g, lr, t, *slots):
        (v,) = slots
        np.multiply(v, self.momentum, out=v)
        np.subtract(v, lr * g, out=v)
        np.add(w, v, out=w)


class WholeArrays(Base):
    elementwise = False
    slots = {"m": 0.0}  # noqa: RUF012 (the base class only reads it)

    def update_step(self, w, g, lr, t, m):
        m[:] = self.momentum * m - lr * g
        w[:] = w + m


class Inherits(optimizers.SGD):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum=momentum, **options)


RIGHT["momentum"] = [ThreeLines, Downhill, LastPlace, OutOfUfuncs, WholeArrays, Inherits]


def rule(update, base=Base):
    class Answer(base):
        def update_step(self, w, g, lr, t, m):
            update(self, w, g, lr, t, m)

    return Answer


def lines(velocity, step):
    """An answer of two lines, each a function of β, m and the pull lr · g."""

    class Answer(Base):
        def update_step(self, w, g, lr, t, m):
            m[...] = velocity(self.momentum, m, lr * g)
            w += step(self.momentum, m, lr * g)

    return Answer


def right_m(beta, m, pull):
    return beta * m - pull


def moves_by_m(beta, m, pull):
    return m


def rebinds(self, w, g, lr, t, m):
    w += (m := self.momentum * m - lr * g)


def rebinds_weights(self, w, g, lr, t, m):
    m *= self.momentum
    m -= lr * g
    w = w + m


def outside(self, w, g, lr, t, m):
    m *= self.momentum
    m += g
    w -= lr * m


def pytorch_first_step(self, w, g, lr, t, m):
    m[...] = self.momentum * m + (g if t == 1 else (1 - self.momentum) * g)
    w -= lr * m


def corrected(self, w, g, lr, t, m):
    m[...] = self.momentum * m + (1 - self.momentum) * g
    w -= lr * m / (1 - self.momentum**t)


def raises(self, w, g, lr, t, m):
    w -= learning_rate * g  # noqa: F821


class OneVelocityForAll(Optimizer):
    """One velocity on self, shared by all parameters."""

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum, self.velocity = momentum, 0

    def update_step(self, w, g, lr, t):
        self.velocity = self.momentum * self.velocity - lr * g
        w += self.velocity


def lines_swapped(self, w, g, lr, t, m):
    w += m
    m *= self.momentum
    m -= lr * g


def hands_back(self, w, g, lr, t, m):
    m *= self.momentum
    m -= lr * g
    return w + m


class NoArguments(Optimizer):
    slots = ("m",)

    def update_step(self, w, g, lr, t, m):
        m[...] = 0.9 * m - lr * g
        w += m


class OldDefault(ThreeLines):
    __init__ = lambda self, learning_rate=0.001, momentum=0.9: Base.__init__(self, learning_rate, momentum)


def changes_gradient(self, w, g, lr, t, m):
    g *= lr
    m *= self.momentum
    m -= g
    w += m


WRONG["momentum"] = [
    *map(rule, (rebinds, rebinds_weights, outside, pytorch_first_step, corrected, raises, lines_swapped, hands_back)),
    lines(lambda beta, m, pull: beta * m - (1 - beta) * pull, moves_by_m),
    lines(lambda beta, m, pull: 0.9 * m - pull, moves_by_m),
    lines(lambda beta, m, pull: m + beta * m - pull, moves_by_m),
    lines(right_m, right_m),
    lines(right_m, lambda beta, m, pull: -m),
    OneVelocityForAll,
    NoArguments,
    OldDefault,
    rule(changes_gradient),
    optimizers.SGD,
    ThreeLines(),
]


class CS231n(Base):
    def update_step(self, w, g, lr, t, v):
        v_prev = v.copy()
        v[:] = self.momentum * v - lr * g
        w += -self.momentum * v_prev + (1 + self.momentum) * v


class LookAhead(Base):
    """Goes back to the place without look-ahead, steps, and looks ahead again."""

    def update_step(self, w, g, lr, t, m):
        behind = w - self.momentum * m
        m[...] = self.momentum * m - lr * g
        w[...] = behind + m + self.momentum * m


class Positive(Base):
    def update_step(self, w, g, lr, t, m):
        pull = lr * g
        m[...] = self.momentum * m + pull
        w -= self.momentum * m + pull


class Passes(optimizers.SGD):
    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, momentum, nesterov=True, **options)


RIGHT["nesterov"] = [lines(right_m, right_m), CS231n, LookAhead, Positive, Passes]


def cs231n_alias(self, w, g, lr, t, m):
    m_prev = m
    m *= self.momentum
    m -= lr * g
    w += -self.momentum * m_prev + (1 + self.momentum) * m


def nesterov_outside(self, w, g, lr, t, m):
    m *= self.momentum
    m += g
    w -= lr * (g + self.momentum * m)


def old_m(self, w, g, lr, t, m):
    m[...] = step = self.momentum * m - lr * g
    w += step


WRONG["nesterov"] = [
    *map(rule, (cs231n_alias, nesterov_outside, old_m, rebinds, hands_back)),
    *(
        lines(right_m, step)
        for step in (
            moves_by_m,
            lambda beta, m, pull: beta * m,
            lambda beta, m, pull: m + beta * m,
            lambda beta, m, pull: beta * (m - pull),
            lambda beta, m, pull: beta * m + pull,
            lambda beta, m, pull: m - pull,
            lambda beta, m, pull: pull - beta * m,
            lambda beta, m, pull: -beta * m - pull,
        )
    ),
    *(
        lines(velocity, right_m)
        for velocity in (
            lambda beta, m, pull: beta * m + pull,
            lambda beta, m, pull: m - pull,
            lambda beta, m, pull: m + beta * m - pull,
            lambda beta, m, pull: beta * m - (1 - beta) * pull,
        )
    ),
    optimizers.SGD,
]

RIGHT["best_momentum"] = [
    lambda k: ((math.sqrt(k) - 1) / (math.sqrt(k) + 1)) ** 2,
    lambda condition_number: np.array((1 - 2 / (condition_number**0.5 + 1)) ** 2),
    lambda k: np.float64((k - 2 * k**0.5 + 1) / (k + 2 * k**0.5 + 1)),
    lambda k: math.tanh(math.log(k) / 4) ** 2,
]
WRONG["best_momentum"] = [
    lambda k: 0.669,
    lambda k: 0.67,
    lambda k: 81 / 121,
    lambda k: (k**0.5 + 1) / (k**0.5 - 1),
    lambda k: [(k**0.5 - 1) / (k**0.5 + 1)],
    lambda k: round(((math.sqrt(k) - 1) / (math.sqrt(k) + 1)) ** 2, 3),
    lambda k: 1 - 1 / math.sqrt(k),
]


def inputs_changed(gradient, params, learning_rate, momentum, steps):
    ms = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for w, m, g in zip(params, ms, gradient(params), strict=True):
            m *= momentum
            m -= learning_rate * g
            w += m
    return params


def in_place(gradient, params, *settings):
    return inputs_changed(gradient, [w.copy() for w in params], *settings)


def by_index(gradient, params, learning_rate, momentum, steps):
    params = [w.copy() for w in params]
    velocities = [0.0] * len(params)
    for _ in range(steps):
        grads = gradient(params)
        for i in range(len(params)):
            velocities[i] = momentum * velocities[i] - learning_rate * grads[i]
            params[i] = params[i] + velocities[i]
    return tuple(params)


def with_sgd(gradient, params, learning_rate, momentum, steps):
    params = [w.copy() for w in params]
    optimizer = optimizers.SGD(learning_rate, momentum=momentum)
    for _ in range(steps):
        optimizer.apply(gradient(params), params)
    return params


def new_lists(gradient, params, lr, beta, steps):
    ms = [np.zeros(w.shape) for w in params]
    for _ in range(steps):
        ms = [beta * m - lr * g for m, g in zip(ms, gradient(params), strict=True)]
        params = [w + m for w, m in zip(params, ms, strict=True)]
    return params


RIGHT["fix_velocity"] = [in_place, by_index, with_sgd, new_lists]


def as_given(gradient, params, learning_rate, momentum, steps, rebound=False):
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for w, m, g in zip(params, velocities, gradient(params), strict=True):
            m = momentum * m - learning_rate * g
            w = w + m if rebound else np.add(w, m, out=w)
    return params


def one_for_all(gradient, params, learning_rate, momentum, steps):
    params = [w.copy() for w in params]
    m = 0
    for _ in range(steps):
        for w, g in zip(params, gradient(params), strict=True):
            m = momentum * m - learning_rate * g
            w += m
    return params


WRONG["fix_velocity"] = [
    *(as_given, one_for_all, inputs_changed),
    lambda *a: as_given(*a, rebound=True),
    lambda gradient, *a: in_place(lambda ws: [-g for g in gradient(ws)], *a),
]


def table(learning_rate, momentum, source, target):
    to_inside = {"inside": 1, "outside": 1, "average": 1 - momentum}
    return learning_rate * to_inside[source] / to_inside[target]


def branches(rate, beta, source, target):
    if source == "average":
        rate *= 1 - beta
    if target == "average":
        rate /= 1 - beta
    return rate


RIGHT["build_convert"] = [table, branches, lambda *a: np.array(table(*a))]
WRONG["build_convert"] = [
    lambda a, b, s, t: a,
    lambda a, b, s, t: table(a, b, "average" if s == "outside" else s, t),
]

RIGHT["predict_swing"], WRONG["predict_swing"] = ["b", "B"], ["a", "c", "d", 0.8]
RIGHT["predict_nesterov"], WRONG["predict_nesterov"] = ["c", " C "], ["a", "b", True]
RIGHT["predict_beta"] = ["b", " B "]
WRONG["predict_beta"] = ["a", "c", "d", 0.67, "e"]
