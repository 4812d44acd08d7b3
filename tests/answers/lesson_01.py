"""Answers to the exercises of lesson 01: RIGHT must pass, WRONG must fail."""

import math

import numpy as np

RIGHT, WRONG, NAMED = {}, {}, {}


def mse_loop(a, b):
    total, count = 0.0, 0
    for x, y in zip(np.ravel(a), np.ravel(b), strict=True):
        total += (x - y) ** 2
        count += 1
    return total / count


def mse_restores(y_true, y_pred):
    y_pred -= y_true
    loss = float((y_pred * y_pred).mean())
    y_pred += y_true
    return loss


def mse_zero_d(y_true, y_pred):
    return np.array(np.square(np.subtract(y_true, y_pred)).mean())


def mse_keywords(y_true, y_pred, *, power=2):
    return np.mean(np.power(y_true - y_pred, power))


class Callable:
    def __call__(self, y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)


def dot_mse(y_true, y_pred):
    error = (y_true - y_pred).ravel()
    return error @ error / error.size


RIGHT["mse"] = [
    mse_loop,
    mse_restores,
    mse_zero_d,
    mse_keywords,
    dot_mse,
    Callable(),
    lambda t, p: ((t - p) ** 2).mean(),
    lambda *both: np.average((both[0] - both[1]) ** 2),
    lambda t, p: np.linalg.norm(t - p) ** 2 / t.size,
]


def mse_changes_input(y_true, y_pred):
    y_pred -= y_true
    return np.mean(y_pred**2)


def mse_no_return(y_true, y_pred):
    np.mean((y_true - y_pred) ** 2)


def mse_float32(y_true, y_pred):
    return np.mean((y_true.astype(np.float32) - y_pred.astype(np.float32)) ** 2)


def mse_axis(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2, axis=0)


def mse_len(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2) / len(y_true)


def mse_misspelt(y_true, y_pred):
    return np.mean((y_true - y_prd) ** 2)  # noqa: F821


WRONG["mse"] = [
    mse_changes_input,
    mse_no_return,
    mse_float32,
    mse_axis,
    mse_misspelt,
    lambda t: np.mean(t**2),
    lambda t, p: str(np.mean((t - p) ** 2)),
]


def mae_where(y_true, y_pred):
    d = y_true - y_pred
    return np.where(d < 0, -d, d).mean()


RIGHT["mae"] = [
    mae_where,
    lambda t, p: np.abs(t - p).mean(),
    lambda t, p: sum(abs(x - y) for x, y in zip(t.flat, p.flat, strict=True)) / t.size,
    lambda t, p: np.linalg.norm((t - p).ravel(), 1) / t.size,
    lambda t, p: np.mean(np.maximum(t - p, p - t)),
    lambda t, p: np.sqrt((t - p) ** 2).mean(),
    lambda t, p: float(np.mean(np.fabs(p - t))),
    lambda t, p: np.abs(t - p).sum() / np.prod(t.shape),
]
WRONG["mae"] = [
    lambda t, p: np.mean(t - p),
    lambda t, p: np.abs(t - p),
    lambda t, p: np.max(np.abs(t - p)),
    lambda t, p: np.mean(np.abs(t) - np.abs(p)),
]


def bce_stable(y, z):
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def bce_two_sides(y_true, logits):
    log_p = -np.logaddexp(0, -logits)
    log_q = -np.logaddexp(0, logits)
    return -(y_true * log_p + (1 - y_true) * log_q).mean()


def bce_loop(y_true, logits):
    total = 0.0
    for y, z in zip(y_true.ravel(), logits.ravel(), strict=True):
        total += max(z, 0) - y * z + math.log1p(math.exp(-abs(z)))
    return total / y_true.size


def bce_where(y, z):
    softplus = np.where(z > 30, z, np.log1p(np.exp(np.minimum(z, 30)))) + np.where(z > 30, np.exp(-np.abs(z)), 0)
    return (softplus - y * z).mean()


RIGHT["binary_cross_entropy"] = [
    bce_stable,
    bce_two_sides,
    bce_loop,
    bce_where,
    lambda y, z: np.mean(np.logaddexp(0, z) - y * z),
    lambda y, z: np.logaddexp(-z * y, z * (1 - y)).mean(),
    lambda y, z: np.mean(np.logaddexp(0, z)) - np.mean(y * z),
    lambda y, z: np.average(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)),
]


def bce_textbook(y, z):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def bce_clipped(y, z):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def bce_clipped_logits(y, z):
    z = np.clip(z, -30, 30)
    return np.mean(np.logaddexp(0, z) - y * z)


WRONG["binary_cross_entropy"] = [
    bce_textbook,
    bce_clipped_logits,
    lambda y, z: np.mean(np.log(1 + np.exp(z)) - y * z),
    lambda y, z: np.logaddexp(0, z) - y * z,
    lambda y, z: float("nan"),
    lambda y, z: np.mean(max(0, z) - y * z + np.log1p(np.exp(-abs(z)))),
    lambda y, z: np.mean(np.max(0, z) - y * z + np.log1p(np.exp(-abs(z)))),
    lambda y, z: np.mean(np.max([0, z]) - y * z + np.log1p(np.exp(-abs(z)))),
    lambda y, z: np.mean(max(0, z.max()) - y * z + np.log1p(np.exp(-abs(z)))),
]


def softmax_two_steps(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def softmax_loop(labels, logits):
    total = 0.0
    for y, row in zip(labels, logits, strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(v - top) for v in row)) - row[y]
    return total / len(labels)


def softmax_one_hot(labels, logits):
    one_hot = np.eye(logits.shape[1])[labels]
    z = logits - logits.max(1)[:, None]
    return np.mean(np.log(np.exp(z).sum(1)) - (one_hot * z).sum(1))


def softmax_take(labels, logits):
    right = np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
    return float(np.mean(np.logaddexp.reduce(logits, axis=1) - right))


RIGHT["softmax_cross_entropy"] = [
    softmax_two_steps,
    softmax_loop,
    softmax_one_hot,
    softmax_take,
    lambda y, z: np.mean([np.logaddexp.reduce(row) - row[i] for i, row in zip(y, z, strict=True)]),
    lambda y, z: -(z[range(len(y)), y] - np.logaddexp.reduce(z, 1)).mean(),
    lambda y, z: (
        np.mean(np.log(np.exp(z - z[np.arange(len(y)), y][:, None]).sum(1)))
        if abs(z).max() < 99
        else softmax_take(y, z)
    ),
    lambda y, z: np.array(softmax_loop(y, z)),
]


def softmax_naive(labels, logits):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def softmax_shifted_then_log(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-7))


WRONG["softmax_cross_entropy"] = [
    softmax_naive,
    softmax_shifted_then_log,
    lambda y, z: np.mean(np.logaddexp.reduce(z, axis=1) - z.max(1)),
]


def log_sigmoid_where(z):
    with np.errstate(over="ignore"):
        return np.where(z > 0, -np.log1p(np.exp(-z)), z - np.log1p(np.exp(z)))


def log_sigmoid_loop(z):
    return np.array([min(0, a) - math.log1p(math.exp(-abs(a))) for a in z.ravel()]).reshape(z.shape)


RIGHT["fix_log_loss"] = [
    log_sigmoid_where,
    log_sigmoid_loop,
    lambda z: -np.logaddexp(0, -z),
    lambda z: -(np.maximum(0, -z) + np.log1p(np.exp(-np.abs(z)))),
    lambda z: z - np.logaddexp(0, z) if (z < 20).all() else -np.logaddexp(0, -z),
]
WRONG["fix_log_loss"] = [
    lambda z: np.mean(-np.logaddexp(0, -z)),
    lambda z: np.log(1 / (1 + np.exp(-z))),
    lambda z: -np.log(1 + np.exp(-z)),
    lambda z: np.minimum(0, z),
    lambda z: np.log(np.clip(1 / (1 + np.exp(-z)), 1e-15, 1)),
    lambda z: np.maximum(-np.logaddexp(0, -z), -100),
    lambda z: max(0, z),
    lambda z: -np.max(0, -z) - np.log1p(np.exp(-np.abs(z))),
]

RIGHT["predict_constant"] = ["b", "B", " b) "]
WRONG["predict_constant"] = ["a", "c", "d", "x", 2, ["b"], mse_loop]

RIGHT["predict_outlier"] = ["b", "B "]
WRONG["predict_outlier"] = ["a", "c", "d", 2]


def softmax_then_log(labels, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def softmax_of_softmax(labels, logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(p).sum(axis=1)) - p[np.arange(len(labels)), labels])


NAMED["softmax_cross_entropy"] = {"logarithm_of_zero": [softmax_then_log], "softmax_twice": [softmax_of_softmax]}
NAMED["fix_log_loss"] = {
    "rest_lost": [
        lambda z: -np.maximum(0, -z) - np.log(1 + np.exp(-np.abs(z))),
        lambda z: z - np.logaddexp(0, z),
        lambda z: np.where(z > 35, 0.0, np.minimum(0, z) - np.log1p(np.exp(-np.abs(z)))),
    ]
}
NAMED["mse"] = {"rows_counted": [mse_len]}
NAMED["binary_cross_entropy"] = {"clipped": [bce_clipped]}
