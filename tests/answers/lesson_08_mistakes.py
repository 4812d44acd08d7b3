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


NAMED["adam"] = {"both_forms": [AdamBothForms], "m_moves_away": [AdamTakesOff]}
NAMED |= {id: {"one_row_repeated": [one_array]} for id in ("fix_frozen_t", "fix_start_of_v", "fix_epsilon_inside")}
NAMED["first_step"] = {
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
