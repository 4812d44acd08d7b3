"""Answers to the exercises of lesson 02: RIGHT must pass, WRONG must fail."""

import numpy as np
from scipy.linalg import svdvals

from helpers import datasets, gradients

RIGHT, WRONG, NAMED = {}, {}, {}


def restores(f, w, h=1e-5):
    """Changes w in place and puts it back, as many course assignments do."""
    grad = np.zeros(w.shape)
    it = np.nditer(w, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = w[i]
        w[i] = old + h
        above = f(w)
        w[i] = old - h
        below = f(w)
        w[i] = old
        grad[i] = (above - below) / (2 * h)
        it.iternext()
    return grad


def flat_places(f, w, h=1e-5):
    out = np.empty_like(w)
    for k in range(w.size):
        nudge = np.zeros(w.size)
        nudge[k] = h
        nudge = nudge.reshape(w.shape)
        out.flat[k] = (f(w + nudge) - f(w - nudge)) / 2 / h
    return out


def unit_arrays(f, w, h=1e-5):
    units = np.eye(w.size).reshape(-1, *w.shape)
    return np.array([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in units]).reshape(w.shape)


def two_one_sided(f, w, h=1e-5):
    """The mean of the forward and the backward difference is the central one."""
    here, units = f(w), np.eye(w.size).reshape(-1, *w.shape)
    forward = [(f(w + h * e) - here) / h for e in units]
    backward = [(here - f(w - h * e)) / h for e in units]
    return (np.reshape(forward, w.shape) + np.reshape(backward, w.shape)) / 2


RIGHT["numerical_gradient"] = [
    restores,
    flat_places,
    unit_arrays,
    two_one_sided,
    gradients.numerical_gradient,
    lambda f, w, h=1e-5: flat_places(f, w, h).tolist(),
    lambda *args, **kw: unit_arrays(*args, **kw),
]


def forgets_to_restore(f, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += h
        above = f(w)
        w[i] -= 2 * h
        grad[i] = (above - f(w)) / (2 * h)
    return grad


def first_axis_only(f, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def five_points(f, w, h=1e-5):
    return (4 * unit_arrays(f, w, h) - unit_arrays(f, w, 2 * h)) / 3


def precedence(f, w, h=1e-5):
    return unit_arrays(f, w, h) * h * h


def two_names(f, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up = w
        down = w
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


def moved_and_moved_back(f, w, h=1e-5):
    """One array again, but f is asked between the two moves: (f(w + h) − f(w)) / 2h."""
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += h
        above = f(w)
        w[i] -= h
        grad[i] = (above - f(w)) / (2 * h)
    return grad


def copied_once(f, w, h=1e-5):
    grad, up, down = np.zeros(w.shape), np.array(w), np.array(w)
    for i in np.ndindex(w.shape):
        up[i], down[i] = up[i] + h, down[i] - h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


WRONG["numerical_gradient"] = [
    forgets_to_restore,
    five_points,
    lambda f, w, h=1e-5: -unit_arrays(f, w, h),
    lambda f, w, h=1e-5: unit_arrays(f, w, h).ravel(),
    lambda f, w: unit_arrays(f, w),
    lambda f, w, h=1e-5: np.array([(f(w + h * e) - f(w)) / h for e in np.eye(w.size).reshape(-1, *w.shape)]),
]


def by_loops(X, y, w):
    n, d = X.shape
    grad = [0.0] * d
    for i in range(n):
        error = sum(X[i, k] * w[k] for k in range(d)) - y[i]
        for j in range(d):
            grad[j] += 2 * error * X[i, j] / n
    return grad


RIGHT["mse_gradient"] = [
    by_loops,
    gradients.mse_gradient,
    lambda X, y, w: 2 * np.mean((X @ w - y)[:, None] * X, axis=0),
    lambda X, y, w: (X @ w - y) @ X * 2 / len(X),
    lambda X, y, w: -2 / y.size * np.dot(X.T, y - X.dot(w)),
    lambda X, y, w: 2 * (X.T @ X @ w - X.T @ y) / X.shape[0],
    lambda X, y, w: np.einsum("ij,i->j", X, X @ w - y) * (2 / len(y)),
    lambda X, y, w: np.array([2 * np.mean((X @ w - y) * X[:, j]) for j in range(len(w))]),
]
WRONG["mse_gradient"] = [
    lambda X, y, w: 2 / len(y) * X.T @ (X @ w),
    lambda X, y, w: 2 * np.mean((X @ w - y) * X),
    lambda X, y, w: 2 * np.mean((X @ w - y) * X, axis=0),
    lambda X, y, w: (2 / len(y) * X.T @ (X @ w - y))[:, None],
    lambda X, y, w: np.mean((X @ w - y) ** 2),
    lambda X, y, w: 1 / 2 * len(y) * X.T @ (X @ w - y),
]


def fills_rows(gradient, w, learning_rate, steps):
    path = np.empty((steps + 1, w.size))
    path[0] = w
    for t in range(steps):
        path[t + 1] = path[t] - learning_rate * gradient(path[t])
    return path


def in_place_with_copies(gradient, w, learning_rate, steps):
    w = w.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w.copy())
    return path


def generates(gradient, w, learning_rate, steps):
    yield w
    for _ in range(steps):
        w = w + -learning_rate * gradient(w)
        yield w


def recursive(gradient, w, learning_rate, steps):
    if steps == 0:
        return w[None]
    return np.vstack([w, recursive(gradient, w - learning_rate * gradient(w), learning_rate, steps - 1)])


RIGHT["gradient_descent"] = [
    fills_rows,
    in_place_with_copies,
    generates,
    recursive,
    gradients.gradient_descent,
    lambda gradient, w, learning_rate, steps: list(generates(gradient, w, learning_rate, steps)),
    lambda *args: gradients.GradientDescent(args[2]).run(args[0], args[1], args[3]),
]


def one_array(gradient, w, learning_rate, steps):
    return only_in_place(gradient, w.copy(), learning_rate, steps)


def changes_the_start(gradient, w, learning_rate, steps):
    path = [w.copy()]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w.copy())
    return np.array(path)


def one_weight_after_the_other(gradient, w, learning_rate, steps):
    path = [w.copy()]
    for _ in range(steps):
        w = path[-1].copy()
        for j in range(w.size):
            w[j] = w[j] - learning_rate * gradient(w)[j] * (1 + 1e-6 * j)
        path.append(w)
    return np.array(path)


def uphill(gradient, w, learning_rate, steps):
    return fills_rows(lambda v: -gradient(v), w, learning_rate, steps)


def unit_steps(gradient, w, learning_rate, steps):
    return fills_rows(lambda v: gradient(v) / np.linalg.norm(gradient(v)), w, learning_rate, steps)


def stops_when_still(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        step = learning_rate * gradient(w)
        if np.linalg.norm(step) < 1e-9:
            break
        w = w - step
        path.append(w)
    return np.array(path)


def without_start(gradient, w, learning_rate, steps):
    return np.array(list(generates(gradient, w, learning_rate, steps))[1:])


def without_end(gradient, w, learning_rate, steps):
    return np.array(list(generates(gradient, w, learning_rate, steps))[:-1])


def only_in_place(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w)
    return np.array(path)


WRONG["gradient_descent"] = [
    only_in_place,
    lambda gradient, w, learning_rate, steps: fills_rows(gradient, w, learning_rate, steps) if steps else np.empty(0),
    changes_the_start,
    one_weight_after_the_other,
    unit_steps,
    lambda gradient, w, learning_rate, steps: fills_rows(gradient, w, learning_rate, steps).T,
    lambda gradient, w, learning_rate, steps: fills_rows(gradient, w, 0.1, steps),
]


def power_iteration(X):
    H = 2 / len(X) * X.T @ X
    v = np.ones(len(H)) + 0.1 * np.arange(len(H))
    for _ in range(5000):
        v = H @ v
        v /= np.linalg.norm(v)
    return 2 / (v @ H @ v)


RIGHT["critical_learning_rate"] = [
    power_iteration,
    gradients.critical_learning_rate,
    lambda X: len(X) / np.linalg.norm(X, 2) ** 2,
    lambda X: X.shape[0] / svdvals(X)[0] ** 2,
    lambda X: 2 / np.linalg.eigvals(2 / len(X) * X.T @ X).real.max(),
    lambda X: 2 / (np.linalg.eigvals(2 / len(X) * X.T @ X) + 0j).max(),  # complex with every NumPy
    lambda X: np.array(2 / np.max(np.linalg.eigvalsh(2 * np.cov(X.T, bias=True) + 2 * np.outer(X.mean(0), X.mean(0))))),
]
WRONG["critical_learning_rate"] = [
    lambda X: 2 / np.linalg.eigvalsh(2 / len(X) * X @ X.T)[0],
    lambda X: 2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X),
    lambda X: 1 / np.var(X, axis=0).max() if np.var(X, axis=0).max() else 1.0,
]


def floats_first(f, w, h=1e-5):
    w = w.astype(float)
    return unit_arrays(f, w, h)


def float_everything(f, w, h=1e-5):
    gradient = np.zeros(w.size)
    for i in range(w.size):
        up, down = np.array(w, float), np.array(w, float)
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


RIGHT["fix_integer_gradient"] = [
    floats_first,
    float_everything,
    unit_arrays,
    lambda f, w, h=1e-5: gradients.numerical_gradient(f, w * 1.0, h),
]


def whole_steps(f, w, h=1e-5):
    """No decimals, no trouble: right for parabolas only, and blind to h."""
    return (unit_arrays(f, w, 1) * 1.0).astype(w.dtype)


def rounds(f, w, h=1e-5):
    return np.round(float_everything(f, w, h))


WRONG["fix_integer_gradient"] = [
    rounds,
    whole_steps,
    lambda f, w, h=1e-5: np.array([(f(w + h * e) - f(w)) / h for e in np.eye(w.size)]),
    lambda f, w, h=1e-5: 2.0 * w,
]

RIGHT["predict_units"] = ["c", "C", "(c)"]
WRONG["predict_units"] = ["a", "b", "d", 3, None.__class__]
RIGHT["predict_half"] = ["a", "A", "(a)"]
WRONG["predict_half"] = ["b", "c", "κ", 1]

pressure = datasets.diabetes(standardised=False)[0][:, 3]
exact = 1 / np.mean(pressure**2)
RIGHT["predict_diverging_rate"] = [
    exact,
    float(f"{exact:.3g}"),
    gradients.critical_learning_rate(pressure[:, None]),
    np.array(exact),
    0.000109,
]
WRONG["predict_diverging_rate"] = [
    exact / 2,
    2 * exact,
    1 / np.var(pressure),
    1 / np.mean(pressure) ** 2,
    0.00011,
    0.0001095,
    exact * 1.00001,
    0.0001,
    1 / np.sum(pressure**2),
    2 / np.sum(pressure**2),
    np.mean(pressure**2),
    2 * np.mean(pressure**2),
    0.1,
    0.0,
    -exact,
    "0.000109",
    float("nan"),
]

NAMED["numerical_gradient"] = {
    "one_array": [two_names],
    "forward_over_two": [moved_and_moved_back],
    "never_put_back": [copied_once],
    "first_axis": [first_axis_only],
    "without_brackets": [precedence],
}
NAMED["gradient_descent"] = {
    "stops_early": [stops_when_still],
    "without_start": [without_start],
    "one_step_too_few": [without_end],
    "aliased": [one_array],
    "uphill": [uphill],
}
