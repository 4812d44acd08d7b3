"""Momentum's and Nesterov's rule in parts, so that each can be got wrong; what is said of it stands in ``momentum_mistakes``."""

import numpy as np

from helpers import optimizers


class Owner(optimizers.Optimizer):
    """The arguments and the slot of both exercises."""

    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


# -- the velocity: (β, old m, pull αg, g, t) -> new m ---------------------------------------------------------------------


def right(b, m, pull, g, t):
    return b * m - pull


def averaged(b, m, pull, g, t):
    return b * m - (1 - b) * pull


def share_squared(b, m, pull, g, t):
    return b * b * m - pull


def averaged_late(b, m, pull, g, t):
    return b * m - pull if t == 1 else averaged(b, m, pull, g, t)


def climbs(b, m, pull, g, t):
    return b * m + pull


def never_fades(b, m, pull, g, t):
    return m - pull


def stays(b, m, pull, g, t):
    return m


def forgets(b, m, pull, g, t):
    return -pull


def to_itself(b, m, pull, g, t):
    return m + b * m - pull


def share_on_pull(b, m, pull, g, t):
    return m - b * pull


def fades_after(b, m, pull, g, t):
    return b * (m - pull)


def turned_round(b, m, pull, g, t):
    return (1 - b) * m - pull


def power_of_t(b, m, pull, g, t):
    return b**t * m - pull


def minus_old(b, m, pull, g, t):
    return -b * m - pull


def no_rate(b, m, pull, g, t):
    return b * m - g


def outside(b, m, pull, g, t):
    return b * m + g


def outside_averaged(b, m, pull, g, t):
    return b * m + (1 - b) * g


def outside_averaged_late(b, m, pull, g, t):
    return g + 0 * m if t == 1 else outside_averaged(b, m, pull, g, t)


# -- the step: (β, old m, new m, pull, α, t) -> what is added to w ---------------------------------------------------------


def by_m(b, old, m, pull, lr, t):
    return m


def ahead(b, old, m, pull, lr, t):
    return b * m - pull


def build(*, velocity=right, step=by_m, sign=1.0, gradient=None, rate=None):
    """Return update(self, w, g, lr, t, m) with these parts in place of the right ones."""

    def update(self, w, g, lr, t, m):
        b, old = self.momentum, m.copy()
        g = g if gradient is None else gradient(g)
        lr = lr if rate is None else rate(lr, t)
        m[...] = velocity(b, old, lr * g, g, t)
        w += sign * step(b, old, m, lr * g, lr, t)

    return update


def descent(gradient, params, learning_rate, momentum, steps, update=None, once=False):
    """The loop of `fix_velocity` with this update(self, w, g, lr, t, m); once: the gradients of the start at every step."""
    update = update or build()
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    settings = Owner(momentum=momentum)
    first = gradient(params)
    for t in range(1, steps + 1):
        for w, m, g in zip(params, velocities, first if once else gradient(params), strict=True):
            update(settings, w, g, learning_rate, t, m)
    return params


def asked_midway(gradient, params, learning_rate, momentum, steps):
    """Each array has moved before the slopes of the next are asked for."""
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for i in range(len(params)):
            velocities[i] = momentum * velocities[i] - learning_rate * gradient(params)[i]
            params[i] = params[i] + velocities[i]
    return params


def one_for_all(gradient, params, learning_rate, momentum, steps):
    """All arrays of one shape share a velocity."""
    params = [w.copy() for w in params]
    velocities = {w.shape: np.zeros_like(w) for w in params}
    for _ in range(steps):
        for w, g in zip(params, gradient(params), strict=True):
            m = velocities[w.shape]
            m[...] = momentum * m - learning_rate * g
            w += m
    return params


def returned_early(gradient, params, learning_rate, momentum, steps):
    """A `return` that has slipped into the loop over the steps."""
    return descent(gradient, params, learning_rate, momentum, 1) if steps else None


def returned_at_once(gradient, params, learning_rate, momentum, steps):
    """A `return` that has slipped into the loop over the parameters."""
    first = returned_early(gradient, params[:1], learning_rate, momentum, steps) if steps and params else None
    return None if first is None else first + [w.copy() for w in params[1:]]
