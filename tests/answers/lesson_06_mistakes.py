"""Wrong answers to the exercises of lesson 06, each with the mistake that it must be told."""

import numpy as np

from helpers import optimizers

NAMED = {}


class KeptAndNotUsed(optimizers.Optimizer):
    """The velocity is right and kept; the weights move by today's pull alone."""

    slots = ("m",)

    def __init__(self, learning_rate=0.01, momentum=0.9, **options):
        super().__init__(learning_rate, **options)
        self.momentum = momentum

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * g
        w -= lr * g


class NeverFades(KeptAndNotUsed):
    """β is on the way from m to the weights, and m keeps all."""

    def update_step(self, w, g, lr, t, m):
        m -= lr * g
        w += self.momentum * m


class AveragedInM(KeptAndNotUsed):
    """Nesterov's, with the factor 1 − β in the first line alone."""

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= (1 - self.momentum) * lr * g
        w += self.momentum * m - lr * g


class MultipliesThePullIn(KeptAndNotUsed):
    """Both lines of m in one, and 0 stays 0."""

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum - lr * g
        w += m


class WithoutInit(optimizers.Optimizer):
    """The base class takes its place, with defaults of its own."""

    slots = ("m",)

    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * g
        w += m


class PullsToTheOrigin(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        m *= self.momentum
        m -= lr * w
        w += m


class OriginInBoth(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        pull = lr * w
        m *= self.momentum
        m -= pull
        w += self.momentum * m
        w -= pull


class OriginInM(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * w
        w += self.momentum * m - lr * g


class OriginInTheStep(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        m[...] = self.momentum * m - lr * g
        w += self.momentum * m - lr * w


class PlaceAhead(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        ahead = w + self.momentum * m
        m *= self.momentum
        m -= lr * ahead
        w += m


class AsksAhead(KeptAndNotUsed):
    """The formula as it stands: `g` is called."""

    def update_step(self, w, g, lr, t, m):
        m[:] = self.momentum * m - lr * g(w + self.momentum * m)
        w += m


class MultipliesByPlaceAhead(KeptAndNotUsed):
    def update_step(self, w, g, lr, t, m):
        pull = lr * (w + self.momentum * m) * g
        m *= self.momentum
        m -= pull
        w += m


NAMED["momentum"] = {
    "plain": [KeptAndNotUsed],
    "beta_on_gradient": [NeverFades],
    "weights_still": [MultipliesThePullIn],
    "default_of_learning_rate": [WithoutInit],
    "place_for_gradient": [PullsToTheOrigin],
}
NAMED["nesterov"] = {
    "plain": [KeptAndNotUsed],
    "averaged": [AveragedInM],
    "place_for_gradient": [OriginInBoth],
    "place_in_velocity": [OriginInM],
    "place_in_step": [OriginInTheStep],
    "place_ahead": [PlaceAhead],
    "gradient_called": [AsksAhead],
    "gradient_times_place": [MultipliesByPlaceAhead],
}


def one_end(factor, end):
    """The rate changes where `average` is at one end, whatever is at the other."""
    return lambda a, b, source, target: a * factor(b) if {"source": source, "target": target}[end] == "average" else a


NAMED["best_momentum"] = {
    "root_of_plain_factor": [lambda k: (1 - 2 / (k + 1)) ** 0.5],
    "half_not_root": [lambda k: ((k**1 / 2 - 1) / (k**1 / 2 + 1)) ** 2],
    "whole_division": [lambda k: ((k**0.5 - 1) // (k**0.5 + 1)) ** 2],
    "squared_kappa": [lambda k: ((k * k - 1) / (k * k + 1)) ** 2],
    "upside_down": [lambda k: ((k**0.5 + 1) / (k**0.5 - 1)) ** 2],
    "rounded": [lambda k: round(((k**0.5 - 1) / (k**0.5 + 1)) ** 2, 2)],
    "constant": [lambda k: 0.67, lambda k: 0.669, lambda k: 81 / 121],
    "best_rate": [lambda k: (2 / (k**0.5 + 1)) ** 2],
    "best_rate_largest": [lambda k: (2 / (1 + k**-0.5)) ** 2],
}


def other_names(rate, beta, source, target):
    """The forms are asked for by names that they do not have."""
    if source == "Average":
        rate *= 1 - beta
    if target == "Average":
        rate /= 1 - beta
    return rate


def slopes_within(gradient, params, learning_rate, momentum, steps):
    """The slopes are asked for again after a part of the list has moved."""
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(w) for w in params]
    for _ in range(steps):
        for i, (w, m) in enumerate(zip(params, velocities, strict=True)):
            m *= momentum
            m -= learning_rate * gradient(params)[i]
            w += m
    return params


def zeros_times_n(gradient, params, learning_rate, momentum, steps):
    """The list of velocities holds one array n times."""
    params = [w.copy() for w in params]
    velocities = [np.zeros_like(params[0])] * len(params)
    for _ in range(steps):
        grads = gradient(params)
        for i in range(len(params)):
            velocities[i][...] = momentum * velocities[i] - learning_rate * grads[i]
            params[i] = params[i] + velocities[i]
    return params


def one_name(gradient, params, learning_rate, momentum, steps):
    """The velocity is a name beside the list."""
    params, m = [w.copy() for w in params], 0.0
    for _ in range(steps):
        for w, g in zip(params, gradient(params), strict=True):
            m = momentum * m - learning_rate * g
            w += m
    return params


NAMED["fix_velocity"] = {"asked_midway": [slopes_within], "one_for_all": [zeros_times_n, one_name]}


def by_steps(form_in=lambda a, b: a * (1 - b), form_out=lambda a, b: a / (1 - b), end="average"):
    """The rate goes first out of the averaging form, then into it; either may lack its brackets."""

    def convert(lr, b, source, target):
        if source == end:
            lr = form_in(lr, b)
        if target == end:
            lr = form_out(lr, b)
        return lr

    return convert


def returns_early(lr, b, source, target):
    if source == target:
        return lr
    if target == "average":
        return lr / 1 - b
    return lr * (1 - b) if source == "average" else lr


NAMED["build_convert"] = {
    "brackets": [
        by_steps(form_out=lambda a, b: a / 1 - b),
        by_steps(form_in=lambda a, b: a * 1 - b),
        by_steps(lambda a, b: a * 1 - b, lambda a, b: a / 1 - b),
        returns_early,
    ],
    "unchanged": [other_names],
    "else_into": [lambda a, b, source, target: a * (1 - b) if source == "average" else a / (1 - b)],
    "target_alone": [one_end(lambda b: 1 / (1 - b), "target")],
    "source_alone": [one_end(lambda b: 1 - b, "source")],
}
