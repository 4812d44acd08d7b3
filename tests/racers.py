"""A learner's own optimizers, right and wrong, and the lanes of a race."""

import numpy as np

from helpers import racing
from helpers.optimizers import Optimizer


class Own(Optimizer):
    """Gradient descent, as a learner writes it."""

    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)

    def update_step(self, w, g, lr, t):
        w -= lr * g


class Turns(Own):
    """Is no number from its third step on."""

    def update_step(self, w, g, lr, t):
        w -= lr * g if t < 3 else np.nan


class Fails(Own):
    def update_step(self, w, g, lr, t):
        raise ZeroDivisionError("by <nothing>")


def lanes_of(race, steps=None):
    makers = {key: (lambda key=key: racing.make(race.kinds[key], race.racers[key])) for key in race.racers}
    return racing.run(racing.landscape(race.landscape), makers, race.start, steps or race.steps)
