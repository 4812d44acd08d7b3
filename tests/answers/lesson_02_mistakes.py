"""Wrong answers to the exercises of lesson 02 as people write them, under the mistake that each must be told as."""

import numpy as np

NAMED = {}


def measured(up, down, last=lambda above, below, h: (above - below) / (2 * h), start=np.copy):
    """An answer that sets one entry of a copy to up(v, h), of another to down(v, h), and takes `last` of the two values."""

    def answer(f, w, h=1e-5):
        grad = np.zeros(w.shape)
        for i in np.ndindex(w.shape):
            above, below = start(w), start(w)
            above[i], below[i] = up(w[i], h), down(w[i], h)
            grad[i] = last(f(above), f(below), h)
        return grad

    return answer


def plus(v, h):
    return v + h


def minus(v, h):
    return v - h


def same(v, h):
    return v


def returns_in_the_loop(f, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        above, below = w.copy(), w.copy()
        above[i] += h
        below[i] -= h
        grad[i] = (f(above) - f(below)) / (2 * h)
        return grad


def appends(f, w, h=1e-5):
    slopes = []
    for i in np.ndindex(w.shape):
        shift = np.zeros(w.shape)
        shift[i] = h
        slopes.append((f(w + shift) - f(w - shift)) / (h + h))
    return np.array(slopes)


def stays_below(f, w, h=1e-5):
    w, grad = w.copy(), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] = w[i] + h
        above = f(w)
        w[i] = w[i] - 2 * h
        grad[i] = (above - f(w)) / (2 * h)
    return grad


def second_difference(f, w, h=1e-5):
    units = (h * e for e in np.eye(w.size).reshape(-1, *w.shape))
    return np.array([(f(w + e) - 2 * f(w) + f(w - e)) / h**2 for e in units]).reshape(w.shape)


def one_entry_alone(f, w, h=1e-5):
    grad = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        grad[i] = (f(w[i] + h) - f(w[i] - h)) / 2 / h
    return grad


def one_row_alone(f, w, h=1e-5):
    grad = np.zeros_like(w)
    for i, row in enumerate(w):
        grad[i] = (f(row + h) - f(row - h)) / (2 * h)
    return grad


def another_default(f, w, h=1e-2):
    return measured(plus, minus)(f, w, h)


NAMED["numerical_gradient"] = {
    "sign": [measured(minus, plus)],
    "sign_forward": [measured(plus, same, lambda above, below, h: (below - above) / h)],
    "forward": [measured(plus, same, lambda above, below, h: (above - below) / h)],
    "first_only": [returns_in_the_loop],
    "flat": [appends, lambda f, w, h=1e-5: list(appends(f, w, h))],
    "left_below": [stays_below],
    "half_steps_over_two": [measured(lambda v, h: v + h / 2, lambda v, h: v - h / 2)],
    "not_divided": [measured(plus, minus, lambda above, below, h: above - below)],
    "over_h_times_two": [measured(plus, minus, lambda above, below, h: (above - below) / h * 2)],
    "one_divisor_missing": [measured(plus, minus, lambda above, below, h: above - below / (2 * h))],
    "all_at_once_one_number": [lambda f, w, h=1e-5: (f(w + h) - f(w - h)) / 2 / h],
    "all_at_once_forward": [lambda f, w, h=1e-5: np.divide(f(w + h) - f(w), h)],
    "one_array": [measured(same, same), lambda f, w, h=1e-5: np.zeros_like(w)],
    "default_hundredth": [another_default],
    "default_one": [lambda f, w, h=1.0: measured(plus, minus)(f, w, h)],
    "forward_twice_as_far": [measured(lambda v, h: v + 2 * h, same)],
    "backward_twice_as_far": [measured(same, lambda v, h: v - 2 * h)],
    "sign_backward": [measured(same, minus, lambda here, below, h: (below - here) / h)],
    "values_added": [measured(plus, minus, lambda above, below, h: (above + below) / (2 * h))],
    "over_h_squared": [measured(plus, minus, lambda above, below, h: (above - below) / h / h)],
    "second_derivative": [second_difference],
    "part_of_w": [one_entry_alone, one_row_alone],
}


def by_rows(X, y, w):
    grad = np.zeros(len(w))
    for row, truth in zip(X, y, strict=True):
        grad += 2 * (row @ w - truth) ** 2 * row
    return grad / len(y)


def root_of_the_mean(X, y, w):
    error = X @ w - y
    return X.T @ error / len(y) / np.sqrt(np.mean(error**2))


def last_of_the_loop(X, y, w):
    grad = np.zeros(len(w))
    for row, truth in zip(X, y, strict=True):
        grad = 2 * (row @ w - truth) * row / len(y)
    return grad


NAMED["mse_gradient"] = {
    "over_entries": [lambda X, y, w: 2 * (X @ w - y) @ X / X.size],
    "mean_of_the_slopes": [lambda X, y, w: (2 * X.T @ (X @ w - y)).mean()],
    "row_by_row": [
        lambda X, y, w: 2 / len(y) * X.T * (X @ w - y),
        lambda X, y, w: np.einsum("i,ij->ij", 2 * (X @ w - y), X),
    ],
    "column": [lambda X, y, w: 2 / len(y) * X.T @ (X @ w - y).reshape(-1, 1)],
    "table_of_errors": [lambda X, y, w: 2 / len(y) * X.T @ ((X @ w)[:, None] - y)],
    "table_of_errors_turned": [lambda X, y, w: 2 / len(y) * X.T @ (X @ w - y.reshape(-1, 1))],
    "mean_of_the_table": [lambda X, y, w: 2 * np.mean(X.T @ ((X @ w)[:, None] - y), axis=1)],
    "loss_itself": [lambda X, y, w: ((X @ w - y) ** 2).sum() / len(y)],
    "squared_errors": [by_rows],
    "without_truth": [lambda X, y, w: 2 * X.T @ X @ w / len(X)],
    "one_prediction": [lambda X, y, w: 2 * X.T @ (np.sum(X * w) - y) / len(y)],
    "rounded_factor": [lambda X, y, w: int(2 / len(y)) * X.T @ (X @ w - y)],
    "brackets": [lambda X, y, w: 1 / 2 * len(y) * X.T @ (X @ w - y)],
    "sign_no_factor_2": [lambda X, y, w: X.T @ (y - X @ w) / len(y)],
    "one_term_without_the_mean": [lambda X, y, w: 2 / len(y) * (X.T @ X @ w) - X.T @ y],
    "times_the_weights": [lambda X, y, w: 2 * X.T @ (X @ w - y) / len(y) * w],
    "root": [root_of_the_mean],
    "sum_of_all": [lambda X, y, w: 2 * ((X @ w - y)[:, None] * X).sum() / len(y)],
    "last_row_alone": [last_of_the_loop],
    "first_row_alone": [lambda X, y, w: 2 * (X[0] @ w - y[0]) * X[0] / len(y)],
    "plus_truth": [lambda X, y, w: 2 * X.T @ (X @ w + y) / len(X)],
    "sign_of_the_errors": [lambda X, y, w: X.T @ np.sign(X @ w - y) / len(y)],
    "over_the_people_of_the_lesson": [lambda X, y, w: 2 * X.T @ (X @ w - y) / 442],
    "nearly": [
        lambda X, y, w: measured(plus, minus)(lambda at: np.mean((X @ at - y) ** 2), w),
        lambda X, y, w: measured(plus, minus)(lambda at: np.mean((X @ at - y) ** 2), w, 1e-6),
    ],
}


def walks(step, start=np.copy, append_first=False):
    """A walk whose w becomes step(w, gradient, rate, t), with t from 1."""

    def answer(gradient, w, learning_rate, steps):
        w = start(w)
        path = [w]
        for t in range(1, steps + 1):
            if append_first:
                path.append(w)
            w = step(w, gradient, learning_rate, t)
            if not append_first:
                path.append(w)
        return np.array(path)

    return answer


def down(w, gradient, rate, t):
    return w - rate * gradient(w)


def in_place(w, gradient, rate, t):
    w -= rate * gradient(w)
    return w


def each_weight_by_itself(w, gradient, rate, t):
    w = w.copy()
    for j in range(w.size):
        w[j] -= rate * gradient(w)[j]
    return w


def keeps_the_start(gradient, w, learning_rate, steps):
    path = [w]
    w = w.copy()
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w)
    return path


def stops_at_once(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
        return np.array(path)
    return np.array(path)


def without_a_start(gradient, w, learning_rate, steps):
    path, w = [], w.copy()
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w)
    return np.array(path)


def ahead(gradient, w, learning_rate, steps):
    path = []
    for _ in range(steps + 1):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return np.array(path)


def extends(gradient, w, learning_rate, steps):
    path = list(w)
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path += list(w)
    return np.array(path)


def stays_where_it_is(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        here = w.copy()
        here -= learning_rate * gradient(here)
        path.append(here)
    return np.array(path)


def filled(before):
    """Rows of a table of zeros, each filled in before the step that leads away, or after it."""

    def answer(gradient, w, learning_rate, steps):
        path = np.zeros((steps + 1, w.size))
        for t in range(steps):
            if before:
                path[t] = w
            w = w - learning_rate * gradient(w)
            if not before:
                path[t + 1] = w
        return path

    return answer


def collected(what):
    def answer(gradient, w, learning_rate, steps):
        path = [w]
        for _ in range(steps):
            path.append(what(w, gradient, learning_rate))
            w = w - learning_rate * gradient(w)
        return np.array(path)

    return answer


def with_the_index_before(gradient, w, learning_rate, steps):
    path = [w]
    for t in range(steps):
        path.append(path[t] - learning_rate * gradient(path[t - 1]))
    return np.array(path)


def adds_up(gradient, w, learning_rate, steps):
    path, total = [w], np.zeros(w.size)
    for _ in range(steps):
        total = total + gradient(w)
        w = w - learning_rate * total
        path.append(w)
    return np.array(path)


def up_in_place(w, gradient, rate, t):
    w += rate * gradient(w)
    return w


def fills_all_rows(gradient, w, rate, steps):
    """No list and no `-=`: each place is written into every row."""
    path = np.zeros((steps + 1, len(w)))
    path[:] = w
    for _ in range(steps):
        w = w - rate * gradient(w)
        path[:] = w
    return path


NAMED["gradient_descent"] = {
    "aliased": [walks(in_place), fills_all_rows],
    "aliased_after_the_start": [keeps_the_start],
    "aliased_without_start": [without_a_start],
    "never_moves": [walks(lambda w, gradient, rate, t: w), lambda gradient, w, rate, steps: [w] * (steps + 1)],
    "start_twice": [walks(down, append_first=True)],
    "one_step_ahead": [ahead],
    "first_step_only": [stops_at_once],
    "turned": [lambda *args: walks(down)(*args).T],
    "flat": [extends],
    "from_zero": [walks(down, start=np.zeros_like)],
    "one_by_one": [walks(each_weight_by_itself)],
    "fixed_rate": [walks(lambda w, gradient, rate, t: w - 0.1 * gradient(w))],
    "rate_over_t": [walks(lambda w, gradient, rate, t: w - rate * gradient(w) / t)],
    "unit_steps": [walks(lambda w, gradient, rate, t: w - rate * gradient(w) / np.linalg.norm(gradient(w)))],
    "sign_only": [walks(lambda w, gradient, rate, t: w - rate * np.sign(gradient(w)))],
    "place_for_gradient": [walks(lambda w, gradient, rate, t: w - rate * w)],
    "first_step_again": [
        lambda gradient, w, rate, steps: [w] + [w - rate * gradient(w) for _ in range(steps)],
        stays_where_it_is,
    ],
    "last_place_empty": [filled(before=True)],
    "start_empty": [filled(before=False)],
    "gradients_collected": [collected(lambda w, gradient, rate: gradient(w))],
    "steps_collected": [collected(lambda w, gradient, rate: rate * gradient(w))],
    "two_steps_a_row": [walks(lambda w, gradient, rate, t: down(down(w, gradient, rate, t), gradient, rate, t))],
    "one_late": [with_the_index_before],
    "all_slopes_so_far": [adds_up],
    "uphill+aliased": [walks(up_in_place)],
    "uphill+without_start": [lambda *args: walks(lambda w, gradient, rate, t: w + rate * gradient(w))(*args)[1:]],
    "no_learning_rate+last_only": [lambda *args: walks(lambda w, gradient, rate, t: w - gradient(w))(*args)[-1]],
    "uphill+one_gradient": [lambda gradient, w, rate, steps: [w + t * rate * gradient(w) for t in range(steps + 1)]],
    "input_changed": [walks(in_place, start=np.asarray)],
    "uphill_no_learning_rate": [walks(lambda w, gradient, rate, t: w + gradient(w))],
}


def repaired(last, kind=float):
    def answer(f, w, h=1e-5):
        w = w.astype(kind)
        grad = np.zeros(len(w))
        for i in range(len(w)):
            above, below = w.copy(), w.copy()
            above[i] = w[i] + h
            below[i] = w[i] - h
            grad[i] = last((f(above) - f(below)) / (2 * h))
        return grad

    return answer


def one_of_two(start_up, start_down, result=lambda w: np.zeros(w.size)):
    def answer(f, w, h=1e-5):
        grad = result(w)
        for i, value in enumerate(w):
            up, down = start_up(w), start_down(w)
            up[i] = value + h
            down[i] = value - h
            grad[i] = (f(up) - f(down)) / (2 * h)
        return grad

    return answer


def with_one_by_default(result):
    """The code as it was given, with h = 1 in its first line."""
    return lambda f, w, h=1: one_of_two(np.copy, np.copy, result)(f, w, h)


NAMED["fix_integer_gradient"] = {
    "narrow": [repaired(float, np.float32), repaired(float, np.float16)],
    "up_in_integers": [one_of_two(np.copy, lambda w: w.astype(float))],
    "down_in_integers": [
        one_of_two(lambda w: w.astype(float), np.copy),
        one_of_two(lambda w: w.astype(float), np.copy, np.zeros_like),
    ],
    "rounded": [repaired(round), repaired(np.rint)],
    "cut_off": [repaired(int), repaired(np.trunc)],
    "whole_steps": [lambda f, w, h=1e-5: repaired(float)(f, w, 1)],
    "fixed_h": [lambda f, w, h=1e-5: repaired(float)(f, w)],
    "sign": [lambda f, w, h=1e-5: -repaired(float)(f, w, h)],
    "given_with_one": [
        with_one_by_default(np.zeros_like),
        with_one_by_default(lambda w: np.zeros(w.size)),
    ],
    "default_one": [lambda f, w, h=1: repaired(float)(f, w, h)],
}
