"""What AMSGrad divides by, right and wrong: functions of (self, h, old v, v, g, factor of v); h is changed in place."""

import numpy as np

from helpers.check.catalogue.adam_rules import Owner


class MaximumOwner(Owner):
    """The slots of AMSGrad."""

    slots = ("m", "v", "h")


def largest(self, h, old, v, g, b):
    return np.maximum(h, v, out=h)


def largest_corrected(self, h, old, v, g, b):
    return np.maximum(h, v / b**2, out=h) * b**2


def largest_square(self, h, old, v, g, b):
    return np.maximum(h, g * g, out=h)


def smallest(self, h, old, v, g, b):
    return np.minimum(h, v, out=h)


def largest_before(self, h, old, v, g, b):
    return np.maximum(h, old, out=h)


def largest_now(self, h, old, v, g, b):
    return np.full_like(v, v.max())


def largest_of_all(self, h, old, v, g, b):
    h[...] = max(h.max(), v.max())
    return h


def largest_size(self, h, old, v, g, b):
    return np.maximum(h, np.abs(g), out=h)


def largest_root(self, h, old, v, g, b):
    return np.maximum(h, np.sqrt(v), out=h)


def corrected_twice(self, h, old, v, g, b):
    return np.maximum(h, v / b**2, out=h)


def halfway(self, h, old, v, g, b):
    h[...] = (h + v) / 2
    return h


def sum_of_maxima(self, h, old, v, g, b):
    h += np.maximum(h, v)
    return h


def not_below_epsilon(self, h, old, v, g, b):
    return np.maximum(v, self.epsilon)


def sum_of_all(self, h, old, v, g, b):
    h += v
    return h


def largest_in_v(self, h, old, v, g, b):
    return np.maximum(v, old, out=v)
