"""Adam as it is got wrong: the mistakes that lesson 08 knows, each a rule of its own."""

from math import sqrt

import numpy as np

from helpers import optimizers


def rule(step, m_keeps=lambda b: b, v_keeps=lambda b: b, squared=lambda g, m: g * g, **fixed):
    """A subclass of Adam that takes step(self, lr, t, m, v) from w once m and v have been updated.

    fixed: attributes, such as beta_1, that stay at this value whatever the class is made with.
    """

    class Mistaken(optimizers.Adam):
        def update_step(self, w, g, lr, t, m, v):
            vars(self).update(fixed)
            m += (1 - m_keeps(self.beta_1)) * (g - m)
            v += (1 - v_keeps(self.beta_2)) * (squared(g, m) - v)
            with np.errstate(all="ignore"):
                w -= step(self, lr, t, m, v)

    return Mistaken


def alpha(self, lr, t):
    return lr * sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)


def right(self, lr, t, m, v):
    return alpha(self, lr, t) * m / (np.sqrt(v) + self.epsilon)


def glued(self, lr, t, m, v):
    return lr * m / (np.sqrt(v) + self.epsilon)


def frozen(self, lr, t, m, v):
    return right(self, lr, 1, m, v)


def paper(self, lr, t, m, v):
    return lr * (m / (1 - self.beta_1**t)) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)


def inside(self, lr, t, m, v):
    return alpha(self, lr, t) * m / np.sqrt(v + self.epsilon)


def on_weights(self, lr, t, m, v):
    return alpha(self, lr, t) * m / np.sqrt(v) + self.epsilon


def no_parentheses(self, lr, t, m, v):
    return (lr * sqrt(1 - self.beta_2**t) / 1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


def no_parentheses_in_the_hats(self, lr, t, m, v):
    return lr * (m / 1 - self.beta_1**t) / (np.sqrt(v / 1 - self.beta_2**t) + self.epsilon)


def root_of_both(self, lr, t, m, v):
    return lr * sqrt((1 - self.beta_2**t) / (1 - self.beta_1**t)) * m / (np.sqrt(v) + self.epsilon)


def power_of_all(self, lr, t, m, v):
    return lr * sqrt((1 - self.beta_2) ** t) / (1 - self.beta_1) ** t * m / (np.sqrt(v) + self.epsilon)


def power_of_all_below(self, lr, t, m, v):
    return lr * sqrt(1 - self.beta_2**t) / (1 - self.beta_1) ** t * m / (np.sqrt(v) + self.epsilon)


def betas_swapped(self, lr, t, m, v):
    return lr * sqrt(1 - self.beta_1**t) / (1 - self.beta_2**t) * m / (np.sqrt(v) + self.epsilon)


def times_t(self, lr, t, m, v):
    return lr * np.sqrt(1 - self.beta_2 * t) / (1 - self.beta_1 * t) * m / (np.sqrt(v) + self.epsilon)


def root_too_long(self, lr, t, m, v):
    return lr * np.sqrt(1 - self.beta_2**t / (1 - self.beta_1**t)) * m / (np.sqrt(v) + self.epsilon)


def no_parentheses_in_m_hat(self, lr, t, m, v):
    return lr * (m / 1 - self.beta_1**t) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon / sqrt(1 - self.beta_2**t))


def no_learning_rate(self, lr, t, m, v):
    return right(self, 1.0, t, m, v)


def upside_down(self, lr, t, m, v):
    return lr * (1 - self.beta_1**t) / sqrt(1 - self.beta_2**t) * m / (np.sqrt(v) + self.epsilon)


def hard_coded_correction(self, lr, t, m, v):
    return lr * sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + self.epsilon)


def only_v(self, lr, t, m, v):
    return lr * sqrt(1 - self.beta_2**t) * m / (np.sqrt(v) + self.epsilon)


def only_m(self, lr, t, m, v):
    return lr / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


def no_root_of_correction(self, lr, t, m, v):
    return lr * (1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


def no_root(self, lr, t, m, v):
    return alpha(self, lr, t) * m / (v + self.epsilon)


def into_the_slots(self, lr, t, m, v):
    m /= 1 - self.beta_1**t
    v /= 1 - self.beta_2**t
    return lr * m / (np.sqrt(v) + self.epsilon)


def m_into_its_slot(self, lr, t, m, v):
    m /= 1 - self.beta_1**t
    return lr * sqrt(1 - self.beta_2**t) * m / (np.sqrt(v) + self.epsilon)


def complement(beta):
    return 1 - beta


HARD_CODED = {
    "the rule": rule(right, beta_1=0.9, beta_2=0.999),
    "the averages": rule(right, lambda b: 0.9, lambda b: 0.999),
    "the correction": rule(hard_coded_correction),
}


class MovesFirst(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        w -= right(self, lr, t, m, v)
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)


class FirstBetaInV(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_1) * (g * g - v)
        w -= right(self, lr, t, m, v)


class AddsWithoutForgetting(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * g
        v += (1 - self.beta_2) * g * g
        w -= right(self, lr, t, m, v)


class NoParenthesesInTheAverages(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += 1 - self.beta_1 * (g - m)
        v += 1 - self.beta_2 * (g * g - v)
        with np.errstate(all="ignore"):
            w -= right(self, lr, t, m, v)


class GradientForM(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        v += (1 - self.beta_2) * (g * g - v)
        w -= right(self, lr, t, g, v)


class CorrectedMaximum(optimizers.Adam):
    slots = ("m", "v", "h")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.slots = ("m", "v", "h")

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        np.maximum(h, v / (1 - self.beta_2**t), out=h)
        w -= lr / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class MaximumInV(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        np.maximum(v, self.beta_2 * v + (1 - self.beta_2) * g * g, out=v)
        w -= right(self, lr, t, m, v)


def decaying(decay):
    """A subclass of Adam with a weight_decay, and `decay(self, w, g, lr, step)` around its `step(g)`."""

    class Mistaken(optimizers.Adam):
        def __init__(self, learning_rate=0.001, weight_decay=0.004, *args, **options):
            super().__init__(learning_rate, *args, **options)
            self.weight_decay = weight_decay

        def update_step(self, w, g, lr, t, m, v):
            decay(self, w, g, lr, lambda g: optimizers.Adam.update_step(self, w, g, lr, t, m, v))

    return Mistaken


def coupled(self, w, g, lr, step):
    step(g + self.weight_decay * w)


def afterwards(self, w, g, lr, step):
    step(g)
    w -= lr * self.weight_decay * w


def without_rate(self, w, g, lr, step):
    w -= self.weight_decay * w
    step(g)


def without_rate_afterwards(self, w, g, lr, step):
    step(g)
    w -= self.weight_decay * w


def same_for_all(self, w, g, lr, step):
    w -= lr * self.weight_decay
    step(g)


def bare_number(self, w, g, lr, step):
    w -= self.weight_decay
    step(g)


def grows(self, w, g, lr, step):
    w += lr * self.weight_decay * w
    step(g)


def only_the_share_is_left(self, w, g, lr, step):
    w *= lr * self.weight_decay
    step(g)


def with_alpha(self, w, g, lr, step):
    w -= alpha(self, lr, self.iterations + 1) * self.weight_decay * w
    step(g)


def never(self, w, g, lr, step):
    step(g)


def published(added=False, late=0, frozen=False, inside=False, start=lambda w: 0 * w, keras=False):
    """The paper's Adam over a list of gradients, or one of its published misprints."""

    def adam(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), start(w), []
        with np.errstate(all="ignore"):
            for t, g in enumerate(grads, 1):
                t = 1 if frozen else t + late
                m = beta_1 * m + (1 - beta_1) * g
                v = beta_2 * v + (1 - beta_2) * g**2
                m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
                if added:
                    w = w - learning_rate * m_hat / np.sqrt(v_hat) + epsilon
                elif inside:
                    w = w - learning_rate * m_hat / np.sqrt(v_hat + epsilon)
                elif keras:
                    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta_2**t))
                else:
                    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
                path.append(w)
        return np.array(path)

    return adam
