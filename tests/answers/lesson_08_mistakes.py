"""Wrong answers to the exercises of lesson 08, each with the mistake that it must be told."""

import numpy as np

from answers.lesson_08 import AdamTextbook, AMSGradPlain, published

NAMED = {}


def amsgrad(write):
    """AMSGrad whose `write`(h, v) stands where the larger of the two is to be kept in h."""

    class AMSGrad(AMSGradPlain):
        def update_step(self, w, g, lr, t, m, v, h):
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g * g - v)
            write(h, v)
            w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)

    return AMSGrad


class AMSGradUnkept(AMSGradPlain):
    """The larger of the two is used, and not kept."""

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        largest = np.maximum(h, v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(largest) + self.epsilon)


class AdamBothForms(AdamTextbook):
    """The corrected averages, and the corrected rate beside them."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        alpha = lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        w -= alpha * (m / (1 - self.beta_1**t)) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)


class AdamTakesOff(AdamTextbook):
    def update_step(self, w, g, lr, t, m, v):
        m -= (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamSquareOfDifference(AdamTextbook):
    """(g - v)² for g² - v: the parenthesis closes too late."""

    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g - v) ** 2
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AdamTowardsSquareOfDifference(AdamTextbook):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        v[...] = self.beta_2 * v + (1 - self.beta_2) * (g - v) ** 2
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


class AMSGradAlongTheArray(AMSGradPlain):
    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        h[...] = np.max(v)
        w -= lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


def one_array(grads, w, *settings, **more):
    """The path holds the same array many times."""
    w, path = w.copy(), []
    for place in published(grads, w, *settings, **more):
        w[...] = place
        path.append(w)
    return np.array(path)


def all_rows(grads, w, *settings, **more):
    """Each step writes into all rows of the path."""
    path = np.zeros((len(grads), *w.shape))
    for place in published(grads, w, *settings, **more):
        path[:] = place
    return path


def adam(start=lambda w: 0 * w, start_of_m=lambda w: 0 * w, root=None, kept=False, times=None):
    """The published Adam with one part of it wrong: a start, the divisor `root`(v, 1 − β₂ᵗ, ε), the m that is kept, the t."""

    def adam(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path, t = start_of_m(w), start(w), [], 1
        for g in grads:
            m = m + (1 - beta_1) * (g - m)
            v = v + (1 - beta_2) * (g**2 - v)
            b = 1 - beta_2**t
            m_hat = m / (1 - beta_1**t)
            w = w - learning_rate * m_hat / (root(v, b, epsilon) if root else np.sqrt(v / b) + epsilon)
            m = m_hat if kept else m
            path.append(w)
            t = times(path) if times else t + 1
        return np.array(path)

    return adam


def no_exponent(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """t is counted, and used nowhere."""
    m, v, path, t = 0 * w, 0 * w, [], 1
    for g in grads:
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        w = w - learning_rate * m / (1 - beta_1) / (np.sqrt(v / (1 - beta_2)) + epsilon)
        path.append(w)
        t += 1
    return np.array(path)


NAMED["adam"] = {"both_forms": [AdamBothForms], "m_moves_away": [AdamTakesOff]}
NAMED["adam"] |= {
    "square_of_difference": [AdamSquareOfDifference],
    "towards_square_of_difference": [AdamTowardsSquareOfDifference],
}
NAMED |= {
    id: {"one_row_repeated": [one_array, all_rows]} for id in ("fix_frozen_t", "fix_start_of_v", "fix_epsilon_inside")
}
NAMED["fix_start_of_v"] |= {
    "cut_off": [adam(lambda w, share=share: share * np.maximum(w, 0)) for share in (1e-6, 1e-9)],
    "m_from_weights": [adam(start_of_m=lambda w: 1e-6 * w)],
}
NAMED["fix_frozen_t"] |= {
    "unchanged": [no_exponent],
    "t_one_behind": [adam(times=len)],
    "m_corrected_in_place": [adam(kept=True)],
}
NAMED["fix_epsilon_inside"] |= {
    "epsilon_in_the_correction": [adam(root=lambda v, b, e: np.sqrt(v / (b + e)))],
    "epsilon_before_and_after": [adam(root=lambda v, b, e: np.sqrt((v + e) / b) + e)],
    "number_inside": [adam(root=lambda v, b, e: np.sqrt(v / b + 1e-14))],
}
NAMED["first_step"] = {
    "epsilon_times_root": [
        lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g / (abs(g) + 0.0316 * epsilon)
    ],
    "sign_turned": [lambda g, learning_rate=0.001, epsilon=1e-7: -learning_rate * g / (abs(g) + epsilon / 0.001**0.5)],
    "correction_without_root": [
        lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * 0.001 * g / (abs(g) * 0.001**0.5 + epsilon)
    ],
    "rounded_root": [lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g / (abs(g) + 31.6 * epsilon)],
    "larger_of_size_and_epsilon": [
        lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g / max(abs(g), epsilon / 0.001**0.5)
    ],
}
NAMED["amsgrad"] = {
    "one_maximum_of_now": [AMSGradAlongTheArray],
    "plain_adam": [AMSGradUnkept],
    "h_stays_at_0": [
        amsgrad(lambda h, v: None),
        amsgrad(lambda h, v: np.maximum(h, v)),
        amsgrad(lambda h, v: np.maximum(h, v, out=v)),
        amsgrad(lambda h, v: np.minimum(h, v, out=h)),
    ],
}
