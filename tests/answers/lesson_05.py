"""Answers to the exercises of lesson 05: RIGHT must pass, WRONG must fail."""

import numpy as np

from helpers.optimizers import Optimizer

RIGHT, WRONG, NAMED = {}, {}, {}


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


def shuffles_blocks(n, batch_size, rng):
    starts = np.arange(0, n, batch_size)
    rng.shuffle(starts)
    for i in starts:
        yield np.arange(i, min(n, i + batch_size))


def shuffles_full_blocks(n, batch_size, rng):
    for i in [*rng.permutation(n // batch_size), n // batch_size]:
        if i * batch_size < n:
            yield rng.permutation(np.arange(n)[i * batch_size : (i + 1) * batch_size])


def same_groups(n, batch_size, rng):
    order, count = np.random.default_rng(0).permutation(n), n // batch_size
    for i in [*rng.permutation(count), count] if n % batch_size else rng.permutation(count):
        yield order[i * batch_size : (i + 1) * batch_size]


def overlapping(n, batch_size, rng):
    order = rng.permutation(n)
    for i in range(batch_size):
        yield order[i : i + batch_size]


def empty_last(n, batch_size, rng):
    order = rng.permutation(n)
    for i in range(n // batch_size + 1):
        yield order[i * batch_size : (i + 1) * batch_size]


def returns_the_first(n, batch_size, rng):
    order = rng.permutation(n)
    for i in range(0, n, batch_size):
        return order[i : i + batch_size]


WRONG["minibatches"] = [
    drops_the_last,
    unshuffled,
    own_seed,
    with_replacement,
    even_parts,
    shuffles_within,
    for_ever,
    shuffles_blocks,
    shuffles_full_blocks,
    same_groups,
    overlapping,
    empty_last,
    returns_the_first,
]


def loads(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for i in range(0, len(x), batch_size):
        yield x[order[i : i + batch_size]], y[order[i : i + batch_size]]


def rounded_up(x, y, batch_size, rng):
    order, count = np.arange(len(x)), int(np.ceil(len(x) / batch_size))
    rng.shuffle(order)
    x, y = x[order], y[order]
    return [[x[i * batch_size :][:batch_size], y[i * batch_size :][:batch_size]] for i in range(count)]


def shuffled_as_pairs(x, y, batch_size, rng):
    pairs = list(zip(x, y, strict=True))
    rng.shuffle(pairs)
    pieces = [pairs[i : i + batch_size] for i in range(0, len(pairs), batch_size)]
    return [(np.array([a for a, _ in piece]), np.array([b for _, b in piece])) for piece in pieces]


def pieces(x, y, b, count):
    return [(x[i * b : (i + 1) * b], y[i * b : (i + 1) * b]) for i in range(count)]


def still_torn(x, y, batch_size, rng):
    return pieces(rng.permutation(x), rng.permutation(y), batch_size, -(-len(x) // batch_size))


def still_short(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return pieces(x[order], y[order], batch_size, len(x) // batch_size)


def rounded(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return pieces(x[order], y[order], batch_size, round(len(x) / batch_size))


def in_file_order(x, y, batch_size, rng):
    return pieces(x, y, batch_size, -(-len(x) // batch_size))


def in_place(x, y, batch_size, rng):
    rng.shuffle(x)
    rng.shuffle(y)
    return pieces(x, y, batch_size, -(-len(x) // batch_size))


def one_too_many(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return pieces(x[order], y[order], batch_size, len(x) // batch_size + 1)


def without_y(x, y, batch_size, rng):
    return [x[i : i + batch_size] for i in range(0, len(x), batch_size)]


RIGHT["fix_loader"] = [loads, rounded_up, shuffled_as_pairs]
WRONG["fix_loader"] = [still_short, rounded, in_file_order, in_place, one_too_many, without_y]


class Plain(Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)

    def update_step(self, w, g, lr, t):
        w[...] = w - lr * g


class Subtract(Plain):
    def update_step(self, w, g, lr, t):
        np.subtract(w, lr * g, out=w)


class Positional(Optimizer):
    def __init__(self, learning_rate=0.01, **further):
        super().__init__(learning_rate, **further)

    def update_step(self, weights, gradient, rate, step):
        weights += -rate * gradient


class WithoutOptions(Positional):
    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)


RIGHT["sgd"] = [Plain, Subtract, Positional, WithoutOptions]


class WrongDefault(Optimizer):
    def update_step(self, w, g, lr, t):
        w -= lr * g


class Uphill(Plain):
    def update_step(self, w, g, lr, t):
        w += lr * g


class Rebinds(Plain):
    def update_step(self, w, g, lr, t):
        w = w - lr * g


class Returns(Plain):
    def update_step(self, w, g, lr, t):
        return w - lr * g


class ScalesTheGradient(Plain):
    def update_step(self, w, g, lr, t):
        g *= lr
        w -= g


class DividesByT(Plain):
    def update_step(self, w, g, lr, t):
        w -= lr / t * g


class Sign(Plain):
    def update_step(self, w, g, lr, t):
        w -= lr * np.sign(g)


class Multiplies(Plain):
    def update_step(self, w, g, lr, t):
        w[...] = w * (1 - lr * g)


WRONG["sgd"] = [
    WrongDefault,
    ScalesTheGradient,
    DividesByT,
    Sign,
]

RIGHT["predict_one_pass"] = ["c", "C"]
WRONG["predict_one_pass"] = ["a", "b", "d"]
RIGHT["predict_noise"] = [35.4, 53.1 / 1.5, np.float64(35), 53.1 * np.sqrt(64 / 144), 425 / 12, 38]
WRONG["predict_noise"] = [
    212.4,
    424.8,
    53.1,
    53.1 / 2.25,
    53.1 * 1.5,
    53.1 * 2.25,
    53.1 * 12,
    53.1 / 12,
    53.1 / 8,
    2.95,
]
WRONG["predict_noise"] += [53.1 / 144, 31, 40, "more"]
RIGHT["predict_price"] = [0.02 * 56.27**2 / 4, 15.8, np.float64(16)]
WRONG["predict_price"] = [142.5, 63.3, 47.5, 1.76, 1.2665, 791.5, 0.2813, 0.844, 0.3166, 50, "low"]
WRONG["predict_price"] += [
    0.02 / 9 * 422.7**2 / 4,
    0.02 / 9 * 423.3**2 / 4,
    3905.8,
    31.66,
    1282.2,
    569.9,
    3.96,
    5.28,
    1.58,
]
RIGHT["predict_sorted"] = ["c", "C"]
WRONG["predict_sorted"] = ["a", "b", "9", 9]

NAMED["fix_loader"] = {"torn": [still_torn]}
NAMED["sgd"] = {"uphill": [Uphill], "not_in_place": [Rebinds, Returns], "multiplies": [Multiplies]}
