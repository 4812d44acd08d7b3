"""Wrong answers to the exercises of lesson 08, each with the mistake that it must be told."""

import numpy as np

from answers.lesson_08 import AMSGradPlain

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


NAMED["amsgrad"] = {
    "h_stays_at_0": [
        amsgrad(lambda h, v: None),
        amsgrad(lambda h, v: np.maximum(h, v)),
        amsgrad(lambda h, v: np.maximum(h, v, out=v)),
        amsgrad(lambda h, v: np.minimum(h, v, out=h)),
    ]
}
