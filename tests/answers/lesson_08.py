"""Answers to the exercises of lesson 08: RIGHT must pass, WRONG must fail."""

import math

import numpy as np

from helpers import optimizers
from helpers.optimizers import Optimizer

RIGHT, WRONG, NAMED = {}, {}, {}


class _Betas(Optimizer):
    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon


class AdamTextbook(_Betas):
    def update_step(self, w, g, lr, t, m, v):
        m[...] = self.beta_1 * m + (1 - self.beta_1) * g
        v[...] = self.beta_2 * v + (1 - self.beta_2) * g**2
        alpha = lr * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        w[...] = w - alpha * m / (np.sqrt(v) + self.epsilon)


class AdamCorrectedEpsilon(_Betas):
    """The paper's form, with ε carried along through the correction."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        full = 1 - self.beta_2**t
        w -= lr * (m / (1 - self.beta_1**t)) / (np.sqrt(v / full) + self.epsilon / np.sqrt(full))


class AdamOtherNames(Optimizer):
    slots = ("first", "second")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **more):
        super().__init__(learning_rate=learning_rate, **more)
        self.b1, self.b2, self.small = beta_1, beta_2, epsilon

    def update_step(self, w, g, lr, t, first, second):
        first *= self.b1
        first += (1 - self.b1) * g
        second *= self.b2
        second += (1 - self.b2) * np.square(g)
        np.subtract(w, lr * (1 - self.b2**t) ** 0.5 / (1 - self.b1**t) * first / (second**0.5 + self.small), out=w)


class AdamSlotsTurned(_Betas):
    """v before m, both with the sign of the step."""

    slots = ("v", "m")

    def update_step(self, w, g, lr, t, v, m):
        v += (1 - self.beta_2) * (g * g - v)
        m -= (1 - self.beta_1) * (g + m)
        w += lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamBeginStep(_Betas):
    """The rate is corrected once a step."""

    def begin_step(self, lr, t):
        self.alpha = lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        w -= self.alpha * m / (np.sqrt(v) + self.epsilon)


class AdamReadsItsRate(_Betas):
    """While a step is taken, `learning_rate` is the rate of that step, under a schedule too."""

    def update_step(self, w, g, lr, t, m, v):
        AdamTextbook.update_step(self, w, g, self.learning_rate, t, m, v)


RIGHT["adam"] = [AdamTextbook, AdamReadsItsRate, AdamCorrectedEpsilon, AdamOtherNames, AdamSlotsTurned, AdamBeginStep]


class AdamCountsItself(_Betas):
    """Counts steps in the rule, which runs once for each block and parameter."""

    count = 0

    def update_step(self, w, g, lr, t, m, v):
        self.count += 1
        AdamTextbook.update_step(self, w, g, lr, self.count, m, v)


class AdamLosesSlots(_Betas):
    def update_step(self, w, g, lr, t, m, v):
        m = self.beta_1 * m + (1 - self.beta_1) * g
        v = self.beta_2 * v + (1 - self.beta_2) * g**2
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamOneEpsilon(_Betas):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)

    update_step = AdamTextbook.update_step


class AdamAscends(_Betas):
    def update_step(self, w, g, lr, t, m, v):
        AdamTextbook.update_step(self, w, -g, lr, t, m, v)


class AdamNewArray(_Betas):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        w = w - lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamPlusG(_Betas):
    """v averages g, not its square."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g - v)
        with np.errstate(all="ignore"):
            w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamCallsTheBase(_Betas):
    """Optimizer itself has no rule to call."""

    def update_step(self, w, g, lr, t, m, v):
        super().update_step(w, g, lr, t, m, v)


WRONG["adam"] = [
    AdamCallsTheBase,
    AdamCountsItself,
    AdamLosesSlots,
    AdamOneEpsilon,
    AdamAscends,
    AdamNewArray,
    optimizers.RMSprop,
    optimizers.Nadam,
    optimizers.Adam(0.001),
    dict,
]


class AMSGradPlain(_Betas):
    slots = ("m", "v", "h")

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        h[...] = np.maximum(h, v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class AMSGradMask(_Betas):
    slots = ("m", "v", "largest")

    def update_step(self, w, g, lr, t, m, v, largest):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        grown = v > largest
        largest[grown] = v[grown]
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(largest) + self.epsilon)


class AMSGradFlag(optimizers.Adam):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad=True, **options)


class AMSGradRoot(_Betas):
    """Remembers the largest root."""

    slots = ("m", "v", "root")

    def update_step(self, w, g, lr, t, m, v, root):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        np.maximum(root, np.sqrt(v), out=root)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (root + self.epsilon)


RIGHT["amsgrad"] = [AMSGradPlain, AMSGradMask, AMSGradFlag, AMSGradRoot]


class AMSGradNoCorrection(AMSGradPlain):
    """As in the paper of Reddi and others, which corrects nothing."""

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        np.maximum(h, v, out=h)
        w -= lr * m / (np.sqrt(h) + self.epsilon)


class AMSGradForgotten(AMSGradPlain):
    """h is computed and lost."""

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        h = np.maximum(h, v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class AMSGradMinimum(AMSGradPlain):
    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        np.minimum(h, v, out=h)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class AMSGradOneNumber(AMSGradPlain):
    """One maximum for the whole array."""

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        h[...] = max(h.max(), v.max())
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class AMSGradEmpty(AMSGradPlain):
    def update_step(self, w, g, lr, t, m, v, h):
        pass


WRONG["amsgrad"] = [AMSGradEmpty, AMSGradNoCorrection, AMSGradForgotten, AMSGradMinimum, AMSGradOneNumber]


class _Decay(_Betas):
    def __init__(self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)
        self.weight_decay = weight_decay


class AdamWRule(_Decay):
    def update_step(self, w, g, lr, t, m, v):
        w *= 1 - lr * self.weight_decay
        AdamTextbook.update_step(self, w, g, lr, t, m, v)


class AdamWOneLine(_Decay):
    """Both in one subtraction: the decay from w as it was."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        alpha = np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        w -= lr * (alpha * m / (np.sqrt(v) + self.epsilon) + self.weight_decay * w)


class AdamWBase(AdamTextbook):
    """Leaves the decay to the base class."""

    def __init__(self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay=weight_decay, **options)


class AdamWSuper(optimizers.Adam):
    def __init__(self, learning_rate=0.001, weight_decay=0.004, **options):
        super().__init__(learning_rate, **options)
        self.shrink = weight_decay

    def update_step(self, w, g, lr, t, m, v):
        w -= lr * self.shrink * w
        super().update_step(w, g, lr, t, m, v)


RIGHT["adamw"] = [AdamWRule, AdamWOneLine, AdamWBase, AdamWSuper]


class AdamWTwice(AdamWBase):
    """In the base and in the rule."""

    def update_step(self, w, g, lr, t, m, v):
        w -= lr * 0.004 * w
        super().update_step(w, g, lr, t, m, v)


class AdamWSign(_Decay):
    def update_step(self, w, g, lr, t, m, v):
        w -= lr * self.weight_decay * np.sign(w)
        AdamTextbook.update_step(self, w, g, lr, t, m, v)


class AdamWDefault(_Decay):
    def __init__(self, learning_rate=0.001, weight_decay=0.01, **options):
        super().__init__(learning_rate, weight_decay, **options)

    update_step = AdamWRule.update_step


WRONG["adamw"] = [AdamWTwice, AdamWSign, AdamWDefault, AdamTextbook, optimizers.Adam]


def first_step_by_running(g, learning_rate=0.001, epsilon=1e-7):
    w = np.zeros(1)
    optimizers.Adam(learning_rate, epsilon=epsilon).apply([np.array([float(g)])], [w])
    return -w[0]


def first_step_by_hand(g, learning_rate=0.001, epsilon=1e-7):
    m, v = 0.1 * g, 0.001 * g * g
    return learning_rate * math.sqrt(0.001) / 0.1 * m / (math.sqrt(v) + epsilon)


def first_step_short(g, learning_rate=0.001, epsilon=1e-7):
    return learning_rate * g / (abs(g) + epsilon * 1000**0.5)


RIGHT["first_step"] = [
    first_step_by_running,
    first_step_by_hand,
    first_step_short,
    lambda g, learning_rate=0.001, epsilon=1e-7: (
        0.0 if g == 0 else np.sign(g) * learning_rate / (1 + epsilon / (np.sqrt(0.001) * np.abs(g)))
    ),
]
WRONG["first_step"] = [
    lambda g, learning_rate=0.001, epsilon=1e-7: 3.16 * learning_rate,
    lambda g, learning_rate=0.001, epsilon=1e-7: 3.16 * learning_rate * g / abs(g),
    lambda g, learning_rate=0.001, epsilon=1e-7: -3.16 * learning_rate * np.sign(g),
    lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate / 0.0316 * g / (abs(g) + epsilon),
    lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * 0.0316 * g / (abs(g) + epsilon),
    lambda g, learning_rate=0.001, epsilon=1e-7: [learning_rate, g],
    lambda g, learning_rate=0.001, epsilon=1e-7: None if g < 0 else first_step_by_hand(g, learning_rate, epsilon),
    lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate,
    lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g,
    lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g / math.sqrt(g * g + epsilon),
    lambda g, learning_rate=0.001, epsilon=1e-7: first_step_by_hand(g, learning_rate, epsilon) + epsilon,
    lambda g, learning_rate=0.001, epsilon=1e-7: -first_step_by_hand(g, learning_rate, epsilon),
    lambda g, learning_rate=0.001, epsilon=1e-7: first_step_by_hand(g),
    lambda g: first_step_by_hand(g),
]


def published(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, start=0.0):
    m, v, path = np.zeros_like(w), np.zeros_like(w) + start * w, []
    for t, g in enumerate(grads, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        w = w - learning_rate * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        path.append(w)
    return np.array(path)


def published_in_place(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    w, m, v = w.copy(), 0 * w, 0 * w
    path = np.empty((len(grads), len(w)))
    for i, g in enumerate(grads):
        m += (1 - beta_1) * (g - m)
        v += (1 - beta_2) * (g * g - v)
        w -= learning_rate * m / (1 - beta_1 ** (i + 1)) / (np.sqrt(v / (1 - beta_2 ** (i + 1))) + epsilon)
        path[i] = w
    return path


def one_array_many_times(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Keeps the same array in every row of the path."""
    w, path = w.copy(), []
    for row in published(grads, w, learning_rate, beta_1, beta_2, epsilon):
        w[...] = row
        path.append(w)
    return np.array(path)


for name in ("fix_epsilon_added", "fix_frozen_t", "fix_start_of_v", "fix_epsilon_inside"):
    RIGHT[name] = [published, published_in_place]
    WRONG[name] = [
        one_array_many_times,
        lambda *args, **more: published(*args, **more, start=1e-6),
        lambda *args, **more: published(*args, **more)[-1],
        lambda grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7: published(
            grads, w, learning_rate
        ),
    ]

RIGHT["predict_glued"] = ["c", "C", " c) "]
WRONG["predict_glued"] = ["a", "b", "d", 3.16, "x", ["c"]]
RIGHT["predict_end"] = ["b", "B"]
WRONG["predict_end"] = ["a", "c", 1, -1.0, "+1"]
RIGHT["predict_decay"] = ["b", "B"]
WRONG["predict_decay"] = ["a", "c", 0.1, "±0.1"]

NAMED["adam"] = {"not_squared": [AdamPlusG]}
NAMED["amsgrad"] = {"plain_adam": [AdamTextbook]}
