"""Answers to the exercises of lesson 05: RIGHT must pass, WRONG must fail."""

import numpy as np

from helpers.optimizers import Optimizer

RIGHT, WRONG = {}, {}


def in_a_list(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


def split(n, batch_size, rng):
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))


def plain_lists(n, batch_size, rng):
    order = rng.permutation(n).tolist()
    while order:
        yield order[:batch_size]
        order = order[batch_size:]


RIGHT["minibatches"] = [in_a_list, split, plain_lists]


def drops_the_last(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)]


def unshuffled(n, batch_size, rng):
    return [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]


def own_seed(n, batch_size, rng):
    order = np.random.default_rng(0).permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


def with_replacement(n, batch_size, rng):
    return [rng.integers(0, n, min(batch_size, n - i)) for i in range(0, n, batch_size)]


def even_parts(n, batch_size, rng):
    return np.array_split(rng.permutation(n), max(1, round(n / batch_size)))


def shuffles_within(n, batch_size, rng):
    return [rng.permutation(np.arange(n)[i : i + batch_size]) for i in range(0, n - 1, batch_size)]


def for_ever(n, batch_size, rng):
    while True:
        yield rng.permutation(n)[:batch_size]


WRONG["minibatches"] = [drops_the_last, unshuffled, own_seed, with_replacement, even_parts, shuffles_within, for_ever]


def loads(x, y, batch_size):
    for i in range(0, len(x), batch_size):
        yield x[i : i + batch_size], y[i : i + batch_size]


def rounded_up(x, y, batch_size):
    count = int(np.ceil(len(x) / batch_size))
    return [[x[i * batch_size :][:batch_size], y[i * batch_size :][:batch_size]] for i in range(count)]


RIGHT["fix_loader"] = [loads, rounded_up]
WRONG["fix_loader"] = [
    lambda x, y, b: [(x[i * b : (i + 1) * b], y[i * b : (i + 1) * b]) for i in range(len(x) // b)],
    lambda x, y, b: [(x[i * b : (i + 1) * b], y[i * b : (i + 1) * b]) for i in range(len(x) // b + 1)],
    lambda x, y, b: [(x[i : i + b], y[:b]) for i in range(0, len(x), b)],
    lambda x, y, b: [x[i : i + b] for i in range(0, len(x), b)],
]


class Plain(Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        w[...] = w - lr * g


class Subtract(Plain):
    def update_step(self, w, g, lr, t):
        np.subtract(w, lr * g, out=w)


class Positional(Optimizer):
    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)

    def update_step(self, weights, gradient, rate, step):
        weights += -rate * gradient


RIGHT["sgd"] = [Plain, Subtract, Positional]


class WrongDefault(Optimizer):
    def update_step(self, w, g, lr, t):
        w -= lr * g


class Uphill(Plain):
    def update_step(self, w, g, lr, t):
        w += lr * g


class Rebinds(Plain):
    def update_step(self, w, g, lr, t):
        w = w - lr * g


class DividesByT(Plain):
    def update_step(self, w, g, lr, t):
        w -= lr / t * g


class Sign(Plain):
    def update_step(self, w, g, lr, t):
        w -= lr * np.sign(g)


WRONG["sgd"] = [WrongDefault, Uphill, Rebinds, DividesByT, Sign]

RIGHT["predict_one_pass"] = ["c", "C"]
WRONG["predict_one_pass"] = ["a", "b", "d"]
RIGHT["predict_noise"] = [212.4, 4 * 53.1, np.float64(210), 53.1 * np.sqrt(16)]
WRONG["predict_noise"] = [849.6, 106.2, 13.3, 53.1, "more"]
