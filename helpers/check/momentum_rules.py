"""Wrong ways to write momentum's update: the known mistakes of lesson 06 are made of these."""

from helpers import optimizers


class _Rule(optimizers.Optimizer):
    """A wrong rule with one slot and momentum's arguments."""

    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum


def rule(update):
    """Return an optimizer class with this update(beta, w, g, lr, t, m)."""

    class Wrong(_Rule):
        def update_step(self, w, g, lr, t, m):
            update(self.momentum, w, g, lr, t, m)

    return Wrong


def plain(beta, w, g, lr, t, m):
    w -= lr * g


def fixed(update):
    """Return the update with β = 0.9, whatever was asked for."""
    return lambda beta, *rest: update(0.9, *rest)


def adds_to_itself(beta, w, g, lr, t, m):
    m += beta * m - lr * g
    w += m


def forgets(beta, w, g, lr, t, m):
    w -= (1 + beta) * lr * g


def outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * m


def averaged(beta, w, g, lr, t, m):
    m[...] = beta * m - (1 - beta) * lr * g
    w += m


def averaged_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + (1 - beta) * g
    w -= lr * m


def uphill(beta, w, g, lr, t, m):
    m[...] = beta * m + lr * g
    w += m


def old_velocity(beta, w, g, lr, t, m):
    w += m
    m[...] = beta * m - lr * g


def never_fades(beta, w, g, lr, t, m):
    m -= lr * g
    w += m


def coefficient_on_gradient(beta, w, g, lr, t, m):
    m -= beta * lr * g
    w += m


def adds_gradient_first(beta, w, g, lr, t, m):
    m[...] = beta * (m - lr * g)
    w += m


def ball(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m


def nesterov(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m - lr * g


def nesterov_outside(beta, w, g, lr, t, m):
    m[...] = beta * m + g
    w -= lr * (g + beta * m)


def no_pull(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += beta * m


def one_step_too_many(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += m + beta * m - lr * g


def rate_twice(beta, w, g, lr, t, m):
    m[...] = beta * m - lr * g
    w += lr * m
