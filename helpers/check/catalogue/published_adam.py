"""Adam as the paper has it, over a list of gradients, with parts that can be got wrong: the misprints of lesson 08."""

import numpy as np

from helpers.check.catalogue.adam_rules import build, paper_form


class _Settings:
    """The arguments of a misprint's function, for the rules above."""

    def __init__(self, beta_1, beta_2, epsilon):
        self.beta_1, self.beta_2, self.epsilon, self.count = beta_1, beta_2, epsilon, 0


def published(
    start=lambda w, grads, epsilon: 0 * w,
    start_of_m=lambda w, grads: 0.0,
    from_m=False,
    steps=lambda t, grads: t,
    **parts,
):
    """The paper's Adam over a list of gradients, with these parts in place of the right ones."""
    update = build(**{"form": paper_form, **parts})

    def adam(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        settings, w, path = _Settings(beta_1, beta_2, epsilon), w.astype(float), []
        m = np.zeros_like(w) + start_of_m(w, grads)
        v = m if from_m else np.zeros_like(w) + start(w, grads, epsilon)
        with np.errstate(all="ignore"):
            for t, g in enumerate(grads, 1):
                update(settings, w, g, learning_rate, steps(t, grads), m, v)
                path.append(w.copy())
        return np.array(path)

    return adam
