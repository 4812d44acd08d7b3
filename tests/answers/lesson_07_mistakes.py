"""Wrong answers to the exercises of lesson 07, and as which mistake each must be told."""

import math

import numpy as np

from answers.lesson_07 import AdagradPlain, RMSpropPlain

NAMED = {}


class RMSpropSquaresTheAverage(RMSpropPlain):
    def update_step(self, w, g, lr, t, v):
        v[:] = self.rho * v + (1 - self.rho) * g
        w -= lr * g / np.sqrt(v**2 + self.epsilon)


class AdagradEpsilonTimesGradient(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        w -= lr / np.sqrt(a) + self.epsilon * g


class AdagradEpsilonOnOwnRate(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        with np.errstate(all="ignore"):
            w -= (lr / np.sqrt(a) + self.epsilon) * g


class AdagradRateInTheRoot(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        w -= np.sqrt(lr / (a + self.epsilon)) * g


def keeps_memory_above(floor):
    """The repair that hides the negative start: no memory below this."""

    def path(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v, places = 1e-6 * w, [w.copy()]
        for g in gradients:
            v = np.maximum(rho * v + (1 - rho) * g**2, floor)
            places.append(places[-1] - learning_rate * g / np.sqrt(v + epsilon))
        return np.array(places)

    return path


def memory_from(start):
    """The repair that only makes another start of the weights."""

    def path(gradients, w, learning_rate=0.01, rho=0.9, epsilon=1e-7):
        v, places = start(w), [w.copy()]
        for g in gradients:
            v = rho * v + (1 - rho) * g**2
            places.append(places[-1] - learning_rate * g / np.sqrt(v + epsilon))
        return np.array(places)

    return path


def all_rows(gradients, w, *settings, **more):
    """Each step writes into all rows of the path."""
    path = np.zeros((len(gradients) + 1, *w.shape))
    for place in memory_from(np.zeros_like)(gradients, w, *settings, **more):
        path[:] = place
    return path


class AdagradDoubles(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g * 2
        w -= lr * g / np.sqrt(a + self.epsilon)


class AdagradHalf(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        w -= lr * g * (a + self.epsilon) ** -1 / 2


class AdagradGradientBelow(AdagradPlain):
    def update_step(self, w, g, lr, t, a):
        a += g**2
        with np.errstate(all="ignore"):
            w -= lr / (np.sqrt(a + self.epsilon) * g)


class RMSpropSquaresTheSize(RMSpropPlain):
    def update_step(self, w, g, lr, t, v):
        v[:] = self.rho * v + (1 - self.rho) * np.abs(g)
        w -= lr * g / np.sqrt(v**2 + self.epsilon)


def corrected(inside, of_step=lambda correction: 1.0, for_good=True):
    """RMSprop with Adam's correction of the start at 0, written into the memory or multiplied with the step."""

    class RMSpropCorrected(RMSpropPlain):
        def update_step(self, w, g, lr, t, v):
            v += (1 - self.rho) * (g**2 - v)
            if for_good:
                v /= 1 - self.rho**t
            root = np.sqrt(v + self.epsilon) if inside else np.sqrt(v) + self.epsilon
            w -= lr * of_step(1 - self.rho**t) * g / root

    return RMSpropCorrected


NAMED["adagrad"] = {
    "gradient_below": [AdagradGradientBelow],
    "doubled_not_squared": [AdagradDoubles],
    "half_for_root": [AdagradHalf],
    "epsilon_times_gradient": [AdagradEpsilonTimesGradient],
    "epsilon_on_own_rate": [AdagradEpsilonOnOwnRate],
    "rate_in_the_root": [AdagradRateInTheRoot],
}
NAMED["rmsprop"] = {
    "squared_late": [RMSpropSquaresTheAverage],
    "size_squared_late": [RMSpropSquaresTheSize],
    "corrected_for_good": [corrected(inside=True)],
    "corrected_for_good_epsilon_outside": [corrected(inside=False)],
    "step_corrected": [corrected(inside=True, of_step=lambda correction: correction, for_good=False)],
    "step_corrected_by_root": [corrected(inside=True, of_step=np.sqrt, for_good=False)],
}
NAMED["half_life"] = {
    "half_of_beta": [lambda beta: 0.5 * beta],
    "to_fresh_share": [lambda beta: math.log(1 - beta, beta)],
    "base_2_below": [lambda beta: math.log(0.5) / math.log2(beta)],
    "minus_base_10_below": [lambda beta: math.log(2) / math.log10(beta)],
    "minus_times_beta": [lambda beta: math.log(1 / 2) * beta],
    "minus_times_log": [lambda beta: -math.log(1 / 2) * math.log(beta)],
    "minus_near_one": [lambda beta: math.log(1 / 2) / (1 - beta)],
    "sign": [lambda beta: math.log(2) / math.log(beta)],
}
NAMED["fix_rmsprop_start"] = {
    "from_the_weights": [memory_from(np.copy), memory_from(lambda w: (1 - 0.9) * w), memory_from(lambda w: w / 1000)],
    "from_the_weights_turned": [memory_from(np.negative)],
    "still_smaller": [memory_from(lambda w: 1e-9 * w), memory_from(lambda w: 1e-7 * w)],
    "absolute": [memory_from(lambda w: 0.1 * np.abs(w)), memory_from(lambda w: np.abs(1e-3 * w))],
    "tiny": [memory_from(lambda w: np.full_like(w, 0.01))],
    "cut_in_loop": [keeps_memory_above(0), keeps_memory_above(1e-8)],
    "small_square": [memory_from(lambda w: 1e-10 * np.abs(w)), memory_from(lambda w: 1e-6 * w**2)],
    "clipped": [memory_from(lambda w: np.maximum(1e-6 * w, 0)), memory_from(lambda w: np.maximum(1e-9 * w, 0))],
    "one_row_repeated": [all_rows],
}
