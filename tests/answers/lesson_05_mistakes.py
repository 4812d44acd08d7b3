"""Wrong answers to the exercises of lesson 05 as people write them, under the mistake that each must be told as."""

import math

import numpy as np

from helpers.optimizers import Optimizer

NAMED = {}


def cut(order_of, begin=lambda n, batch_size: range(0, n, batch_size), end=lambda i, batch_size: i + batch_size):
    """An answer that cuts order_of(n, rng) into slices from each beginning to its end."""

    def answer(n, batch_size, rng):
        order = order_of(n, rng)
        return [order[i : end(i, batch_size)] for i in begin(n, batch_size)]

    return answer


def shuffled(n, rng):
    return rng.permutation(n)


def in_place(n, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return order


def chosen(n, rng):
    return rng.choice(n, n, replace=False)


def forgets_the_copy(n, rng):
    order = np.arange(n)
    rng.permutation(order)
    return order


def one_seed(n, rng):
    return np.random.default_rng(0).permutation(n)


def without_seed(n, rng):
    return np.random.default_rng().permutation(n)


def drawn(n, rng):
    return rng.integers(0, n, n)


def filled_up(n, batch_size, rng):
    order = rng.permutation(n)
    order = np.append(order, order)[: -(-n // batch_size) * batch_size]
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def anew_for_each(n, batch_size, rng):
    for _ in range(math.ceil(n / batch_size)):
        yield rng.choice(n, size=min(n, batch_size), replace=False)


def batches_shuffled(n, batch_size, rng):
    batches = [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]
    rng.shuffle(batches)
    return batches


def every_so_many(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i::batch_size] for i in range(batch_size)]


def both_shuffled(n, batch_size, rng):
    batches = cut(shuffled)(n, batch_size, rng)
    rng.shuffle(batches)
    return batches


NAMED["minibatches"] = {
    "last_batch_lost": [cut(shuffled, lambda n, batch_size: range(0, n - batch_size + 1, batch_size))],
    "beginning_lost": [
        cut(shuffled, lambda n, batch_size: range(1, n, batch_size)),
        cut(in_place, lambda n, batch_size: range(1, n, batch_size)),
        cut(shuffled, lambda n, batch_size: range(2, n, batch_size)),
    ],
    "unequal_parts": [lambda n, batch_size, rng: np.split(rng.permutation(n), batch_size)],
    "incomplete": [cut(chosen, lambda n, batch_size: range(0, n - batch_size + 1, batch_size))],
    "not_shuffled": [cut(lambda n, rng: np.arange(n)), cut(forgets_the_copy)],
    "turned_round": [cut(lambda n, rng: np.arange(n)[::-1])],
    "same_order": [cut(one_seed), cut(lambda n, rng: (np.arange(n) * 7) % n if n % 7 else np.arange(n))],
    "own_rng": [cut(without_seed)],
    "with_replacement": [cut(drawn)],
    "last_batch_filled": [filled_up],
    "repeated": [anew_for_each],
    "overlapping": [cut(shuffled, lambda n, batch_size: range(n))],
    "slice_end": [cut(shuffled, end=lambda i, batch_size: batch_size)],
    "empty": [cut(shuffled, lambda n, batch_size: range(0, n + 1, batch_size))],
    "not_cut": [lambda n, batch_size, rng: rng.permutation(n)],
    "counts_from_one": [cut(lambda n, rng: rng.permutation(n) + 1)],
    "slices": [lambda n, batch_size, rng: [slice(i, i + batch_size) for i in range(0, n, batch_size)]],
    "even_parts": [lambda n, batch_size, rng: np.array_split(rng.permutation(n), -(-n // batch_size))],
    "blocks": [batches_shuffled],
    "short_batch_not_last": [both_shuffled],
    "one_batch_missing": [cut(shuffled, lambda n, batch_size: range(batch_size, n, batch_size))],
    "slice_one_short": [cut(shuffled, end=lambda i, batch_size: i + batch_size - 1)],
    "slice_one_long": [cut(shuffled, end=lambda i, batch_size: i + batch_size + 1)],
    "number_of_batches": [
        lambda n, batch_size, rng: np.array_split(rng.permutation(n), batch_size),
        lambda n, batch_size, rng: np.array_split(rng.permutation(n), max(1, n // batch_size)),
        every_so_many,
    ],
    "first_batch_only": [lambda n, batch_size, rng: rng.permutation(n)[:batch_size]],
}


def loaded(change_x=lambda x, order: x[order], change_y=lambda y, order: y[order], pair=lambda a, b: (a, b), last=None):
    """A loader that reads x and y through its two changes and makes of each batch what `pair` does."""

    def answer(x, y, batch_size, rng):
        order = rng.permutation(len(x))
        x, y = change_x(x, order), change_y(y, order)
        stop = len(x) if last is None else last(len(x), batch_size)
        return [pair(x[i : i + batch_size], y[i : i + batch_size]) for i in range(0, stop, batch_size)]

    return answer


def begins_at_one(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(1, len(x), batch_size)]


def one_table(x, y, batch_size, rng):
    """x and y side by side in one array of floats."""
    both = rng.permutation(np.hstack([x.reshape(len(x), -1), y[:, None]]))
    return [
        (both[i : i + batch_size, :-1].reshape(-1, *x.shape[1:]), both[i : i + batch_size, -1])
        for i in range(0, len(x), batch_size)
    ]


NAMED["fix_loader"] = {
    "only_x_shuffled": [loaded(change_y=lambda y, order: y)],
    "only_y_shuffled": [loaded(change_x=lambda x, order: x)],
    "torn_within_a_batch": [loaded(pair=lambda a, b: (a[::-1], b))],
    "entries_moved": [loaded(change_x=lambda x, order: x[order][:, ::-1])],
    "rows_of_no_table": [loaded(change_x=lambda x, order: x[order] / 255)],
    "labels_not_whole": [one_table, loaded(change_y=lambda y, order: y[order].astype(float))],
    "not_pairs": [loaded(pair=lambda a, b: a), loaded(pair=lambda a, b: {"x": a, "y": b})],
    "pair_turned": [loaded(pair=lambda a, b: (b, a))],
    "not_cut": [lambda x, y, batch_size, rng: [(x[i], y[i]) for i in rng.permutation(len(x))]],
    "torn_rows": [loaded(change_y=lambda y, order: np.roll(y[order], 1))],
    "first_batch_only": [loaded(last=lambda n, batch_size: min(n, batch_size))],
    "beginning_lost": [begins_at_one],
    "last_batch_lost": [loaded(last=lambda n, batch_size: n // batch_size * batch_size)],
    "not_shuffled": [loaded(lambda x, order: x, lambda y, order: y)],
    "shape_of_a_batch": [loaded(change_x=lambda x, order: x[order].reshape(len(x), -1)[..., None])],
}
# Right for tables, where x has two axes; not for images that are not laid out flat.
WRONG = {
    "fix_loader": [
        lambda x, y, batch_size, rng: [
            (part[:, :-1], part[:, -1].astype(int))
            for part in np.array_split(rng.permutation(np.column_stack([x, y])), range(batch_size, len(x), batch_size))
        ]
    ]
}


def rule(step):
    """A class whose `update_step` is `step(w, g, lr, t)`."""

    class Rule(Optimizer):
        def __init__(self, learning_rate=0.01, **options):
            super().__init__(learning_rate, **options)

        def update_step(self, w, g, lr, t):
            step(w, g, lr, t)

    return Rule


def onto(w, step):
    w += step


class FixedInInit(Optimizer):
    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate=0.01, **options)

    def update_step(self, w, g, lr, t):
        w -= lr * g


def only_at_first(w, g, lr, t):
    if t < 2:
        w -= lr * g


def never(w, g, lr, t):
    if t == 0:
        w -= lr * g


def on_a_copy(w, g, lr, t):
    moved = w.copy()
    moved -= lr * g


def first_row(w, g, lr, t):
    w[0] = w[0] - lr * g[0]


def replaced(w, g, lr, t):
    w[:] = -(lr * g)


NAMED["sgd"] = {
    "not_in_place": [rule(lambda w, g, lr, t: w - lr * g), rule(never), rule(on_a_copy), rule(lambda *args: None)],
    "first_step_only": [rule(only_at_first)],
    "first_row_only": [rule(first_row)],
    "replaces": [rule(replaced)],
    "over_t": [rule(lambda w, g, lr, t: onto(w, -g * (lr / t)))],
    "over_root_of_t": [rule(lambda w, g, lr, t: onto(w, -g * lr * t**-0.5))],
    "number_in_the_rule": [rule(lambda w, g, lr, t: onto(w, g * -0.01))],
    "number_in_init": [FixedInInit],
    "sign_only": [rule(lambda w, g, lr, t: onto(w, lr * (1.0 * (g < 0) - (g > 0))))],
    "unit_length": [rule(lambda w, g, lr, t: onto(w, -lr * g / np.sqrt(np.sum(g * g))))],
    "mean_gradient": [rule(lambda w, g, lr, t: onto(w, -lr * g.mean()))],
    "learning_rate_squared": [rule(lambda w, g, lr, t: onto(w, -(lr**2) * g))],
    "shrinks": [rule(lambda w, g, lr, t: onto(w, -lr * w))],
    "size_only": [rule(lambda w, g, lr, t: onto(w, -lr * abs(g)))],
    "uphill_no_learning_rate": [rule(lambda w, g, lr, t: onto(w, g))],
    "twice": [rule(lambda w, g, lr, t: (onto(w, -lr * g), onto(w, -lr * g)))],
}
