"""Answers to the exercises of lesson 07: RIGHT must pass, WRONG must fail."""

import math

import numpy as np

from helpers import optimizers
from helpers.optimizers import Optimizer

RIGHT, WRONG, NAMED = {}, {}, {}


def with_rule(base, memory, divisor=lambda self, memory: np.sqrt(memory + self.epsilon)):
    """A subclass of `base` whose memory becomes memory(self, memory, g) and whose step is divided by the divisor."""

    class Ruled(base):
        def update_step(self, w, g, lr, t, slot):
            slot[...] = memory(self, slot, g)
            with np.errstate(all="ignore"):
                w -= lr * g / divisor(self, slot)

    return Ruled


RIGHT["predict_first_step"] = ["b", "B", "(b)"]
WRONG["predict_first_step"] = ["a", "c", "d", "e", 1, None, ["b"]]

RIGHT["predict_readers"] = ["b", "B ", "(b)"]
WRONG["predict_readers"] = ["a", "c", "d", "e", "Adagrad", 2, None]

RIGHT["predict_jump"] = ["c", "C", " c "]
WRONG["predict_jump"] = ["a", "b", "d", "e", 0.02, None]

RIGHT["predict_centred"] = ["c", " C"]
WRONG["predict_centred"] = ["a", "b", "d", "3162", 3162, ("c",)]


class AdagradPlain(Optimizer):
    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.epsilon = epsilon
        self.slots = {"a": initial_accumulator_value}

    def update_step(self, w, g, lr, t, a):
        a += g**2
        w -= lr / np.sqrt(a + self.epsilon) * g


class AdagradInPlace(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        np.add(a, np.square(g), out=a)
        w[...] = w - lr * g * (a + self.epsilon) ** -0.5


class AdagradStart(Optimizer):
    """The start value is added in the rule; the slot starts at 0 and holds the negative sum."""

    slots = ("seen",)

    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.start, self.epsilon = initial_accumulator_value, epsilon

    def update_step(self, w, g, lr, t, seen):
        seen -= g * g
        w -= lr * g / np.sqrt(self.start - seen + self.epsilon)


class AdagradSlots(AdagradPlain):
    def make_slots(self, w, name):
        return {"total": np.full_like(w, self.slots["a"])}


RIGHT["adagrad"] = [AdagradPlain, AdagradInPlace, AdagradStart, AdagradSlots, optimizers.Adagrad]


class AdagradNamesANewArray(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a = a + g * g
        w = w - lr * g / np.sqrt(a + self.epsilon)


class AdagradForgetsItsMemory(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        w -= lr * g / np.sqrt(a + g * g + self.epsilon)


class AdagradOwnState(AdagradPlain):
    """Keeps the memory on itself: overwritten by the next parameter, or the next block of a large one."""

    def update_step(self, w, g, lr, t, a):
        self.a = g * g if t == 1 else self.a + g * g
        w -= lr * g / np.sqrt(self.a + 0.1 + self.epsilon)


class AdagradNewMemory(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a = a + g**2
        w -= lr * g / np.sqrt(a + self.epsilon)


class AdagradOtherDefault(AdagradPlain):
    def __init__(self, learning_rate=0.01, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, initial_accumulator_value, epsilon, **options)


class AdagradChangesGradient(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        g *= g
        a += g
        w -= lr * np.sqrt(g) / np.sqrt(a + self.epsilon)


class AdagradOwnRate(AdagradPlain):
    """Ignores the rate that is handed in."""

    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **options):
        super().__init__(learning_rate, initial_accumulator_value, epsilon, **options)
        self.rate = learning_rate

    def update_step(self, w, g, lr, t, a):
        a += g * g
        w -= self.rate * g / np.sqrt(a + self.epsilon)


class AdagradMemoryOnly(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2


class AdagradReturns(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        return w - lr * g / np.sqrt(a + self.epsilon)


class AdagradOpen(AdagradPlain):
    def update_step(self, w, g, lr, t, a): ...


WRONG["adagrad"] = [
    AdagradNamesANewArray,
    AdagradForgetsItsMemory,
    AdagradOwnState,
    with_rule(AdagradPlain, lambda self, a, g: a + g),
    AdagradNewMemory,
    AdagradOtherDefault,
    AdagradChangesGradient,
    AdagradOwnRate,
    AdagradMemoryOnly,
    AdagradReturns,
    AdagradOpen,
    AdagradPlain(),
    optimizers.RMSprop,
    optimizers.SGD,
    dict,
]


class RMSpropPlain(Optimizer):
    slots = ("v",)

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.rho, self.epsilon = rho, epsilon

    def update_step(self, w, g, lr, t, v):
        v *= self.rho
        v += (1 - self.rho) * g**2
        w -= lr * g / np.sqrt(v + self.epsilon)


class RMSpropOneLine(RMSpropPlain):
    def update_step(self, w, g, lr, t, v):
        v[:] = self.rho * v + (1 - self.rho) * g * g
        w -= lr * g / (v + self.epsilon) ** 0.5


class RMSpropRoot(RMSpropPlain):
    """Keeps the root of the average."""

    slots = ("rms",)

    def update_step(self, w, g, lr, t, rms):
        rms[...] = np.sqrt(self.rho * rms**2 + (1 - self.rho) * g**2)
        w -= lr * g / np.hypot(rms, math.sqrt(self.epsilon))


class RMSpropWholeArrays(RMSpropPlain):
    elementwise = False

    def update_step(self, w, g, lr, t, v):
        v += (1 - self.rho) * (g * g - v)
        w -= lr * g / np.sqrt(v + self.epsilon)


class RMSpropKeywords(Optimizer):
    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, **options):
        super().__init__(learning_rate, **options)
        self.slots, self.rho, self.epsilon = ["square"], rho, epsilon

    def update_step(self, w, g, lr, t, square):
        square -= (1 - self.rho) * (square - g * g)
        np.subtract(w, lr * g / np.sqrt(square + self.epsilon), out=w)


RIGHT["rmsprop"] = [
    RMSpropPlain,
    RMSpropOneLine,
    RMSpropRoot,
    RMSpropWholeArrays,
    RMSpropKeywords,
    optimizers.RMSprop,
]


def rho_average(self, v, g):
    return self.rho * v + (1 - self.rho) * g**2


class RMSpropCentred(RMSpropPlain):
    slots = ("v", "m")

    def update_step(self, w, g, lr, t, v, m):
        v += (1 - self.rho) * (g * g - v)
        m += (1 - self.rho) * (g - m)
        w -= lr * g / np.sqrt(v - m * m + self.epsilon)


class RMSpropFromWeights(RMSpropPlain):
    def make_slots(self, w, name):
        return {"v": 1e-6 * w}


class RMSpropNoSuper(Optimizer):
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        self.rho, self.epsilon = rho, epsilon


class RMSpropMemoryTimes(RMSpropPlain):
    """`*=` with the whole average on its right: the memory stays at 0."""

    def update_step(self, w, g, lr, t, v):
        v *= self.rho + (1 - self.rho) * g * g
        w -= lr * g / np.sqrt(v + self.epsilon)


class RMSpropRaises(RMSpropPlain):
    def update_step(self, w, g, lr, t, v):
        v += (1 - self.beta) * (g * g - v)


WRONG["rmsprop"] = [
    RMSpropCentred,
    with_rule(RMSpropPlain, rho_average, lambda self, v: np.sqrt(v + self.epsilon) + self.epsilon),
    RMSpropFromWeights,
    RMSpropNoSuper,
    RMSpropRaises,
    RMSpropPlain(),
    optimizers.Adagrad,
    optimizers.Adam,
    lambda w, g: w - g,
]


def half_life_loop(beta):
    """Bisection: no logarithm."""
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if beta**middle > 0.5 else (low, middle)
    return low


RIGHT["half_life"] = [
    half_life_loop,
    lambda beta: math.log(0.5, beta),
    lambda beta: math.log(2) / -math.log(beta),
    lambda beta: np.log2(0.5) / np.log2(beta),
    lambda beta: np.array(-1 / math.log2(beta)),
]


def half_life_count(beta):
    share, steps = 1.0, 0
    while share > 0.5:
        share *= beta
        steps += 1
    return steps


WRONG["half_life"] = [
    lambda beta: 6.58,
    lambda beta: beta**0.5,
    lambda beta: round(math.log(0.5, beta), 2),
    lambda beta: None,
]


def fixed(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    path = [w.copy()]
    v = np.zeros_like(w)
    for g in gradients:
        v = rho * v + (1 - rho) * g**2
        path.append(path[-1] - learning_rate * g / np.sqrt(v + epsilon))
    return np.array(path)


def fixed_by_formula(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    t = len(gradients)
    shares = np.array([[(1 - rho) * rho ** (i - j) if j <= i else 0.0 for j in range(t)] for i in range(t)])
    steps = learning_rate * gradients / np.sqrt(shares @ gradients**2 + epsilon)
    return np.vstack([w, w - np.cumsum(steps, axis=0)])


def fixed_by_optimizer(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    optimizer, w = optimizers.RMSprop(learning_rate, rho=rho, epsilon=epsilon), w.copy()
    path = [w.copy()]
    for g in gradients:
        optimizer.apply([g], [w])
        path.append(w.copy())
    return path


RIGHT["fix_rmsprop_start"] = [fixed, fixed_by_formula, lambda *a, **k: np.array(fixed_by_optimizer(*a, **k))]


def hides_nan(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v = 1e-6 * w
    path = [w.copy()]
    for g in gradients:
        v = rho * v + (1 - rho) * g**2
        with np.errstate(all="ignore"):
            path.append(path[-1] - np.nan_to_num(learning_rate * g / np.sqrt(v + epsilon)))
    return np.array(path)


def no_start(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    return fixed(gradients, w, learning_rate, rho, epsilon)[1:]


def changes_start(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v, path = np.zeros_like(w), [w.copy()]
    for g in gradients:
        v = rho * v + (1 - rho) * g**2
        w -= learning_rate * g / np.sqrt(v + epsilon)
        path.append(w.copy())
    return np.array(path)


def aliased(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
    v, w, path = 0.0, w.copy(), []
    path.append(w)
    for g in gradients:
        v = rho * v + (1 - rho) * g**2
        w -= learning_rate * g / np.sqrt(v + epsilon)
        path.append(w)
    return np.array(path)


WRONG["fix_rmsprop_start"] = [
    no_start,
    changes_start,
    aliased,
    lambda gradients, w, **k: fixed(gradients, np.abs(w), **k),
    lambda gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7: fixed(gradients, w, learning_rate, 0.99, epsilon),
]

NAMED["rmsprop"] = {"memory_as_it_was": [RMSpropMemoryTimes]}
NAMED["half_life"] = {"rounded_up": [half_life_count]}
NAMED["fix_rmsprop_start"] = {"nan_replaced": [hides_nan]}
