"""Wrong answers as people write them, and the mistake that each must be told: a name that is true of it, and no other."""

import linecache

import numpy as np
import pytest

from answers import lesson_04
from helpers import activations, check
from helpers.check import judging, registry, source
from helpers.optimizers import Optimizer


def verdict(id, answer):
    return judging.verdict(registry.get(id), answer, source.files(answer))


def a_cell(code, name):
    """The function `name` of this code, with its source where Python looks for it."""
    file = f"<cell {abs(hash(code))}>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    space = {"__name__": "__main__", "np": np, "activations": activations}
    exec(compile(code, file, "exec"), space)
    return space[name]


class Rule(Optimizer):
    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, **options)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def averages(self, g, m, v):
        m[...] = self.beta_1 * m + (1 - self.beta_1) * g
        v[...] = self.beta_2 * v + (1 - self.beta_2) * g**2

    def alpha(self, lr, t):
        return lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)

    def move(self, w, g, lr, t, m, v):
        self.averages(g, m, v)
        w -= self.alpha(lr, t) * m / (np.sqrt(v) + self.epsilon)


class Decay(Rule):
    def __init__(self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)
        self.weight_decay = weight_decay


def decay(before=None, after=None):
    class AdamW(Decay):
        def update_step(self, w, g, lr, t, m, v):
            if before:
                before(self, w, lr)
            self.move(w, g, lr, t, m, v)
            if after:
                after(self, w, lr)

    return AdamW


def change(w, by):
    w += by


def scale(w, by):
    w *= by


ADAMW = {
    "without_rate": decay(before=lambda s, w, lr: change(w, -s.weight_decay * w)),
    "without_rate_afterwards": decay(after=lambda s, w, lr: change(w, -s.weight_decay * w)),
    "after_the_step": decay(after=lambda s, w, lr: change(w, -lr * s.weight_decay * w)),
    "same_for_all": decay(before=lambda s, w, lr: change(w, -lr * s.weight_decay)),
    "bare_number": decay(after=lambda s, w, lr: change(w, -s.weight_decay)),
    "grows": decay(before=lambda s, w, lr: change(w, lr * s.weight_decay * w)),
    "only_the_share_is_left": decay(before=lambda s, w, lr: scale(w, lr * s.weight_decay)),
    "no_decay": decay(),
}


def adam(alpha=None, averages=None):
    class Adam(Rule):
        def update_step(self, w, g, lr, t, m, v):
            self.move(w, g, lr, t, m, v)

    if alpha:
        Adam.alpha = alpha
    if averages:
        Adam.averages = averages
    return Adam


def no_parentheses(self, g, m, v):
    m += 1 - self.beta_1 * (g - m)
    v += 1 - self.beta_2 * (g * g - v)


def sums(self, g, m, v):
    m += (1 - self.beta_1) * g
    v += (1 - self.beta_2) * g * g


def not_squared(self, g, m, v):
    m += (1 - self.beta_1) * (g - m)
    v += (1 - self.beta_2) * (g - v)


def one_beta(self, g, m, v):
    m += (1 - self.beta_1) * (g - m)
    v += (1 - self.beta_1) * (g * g - v)


class GradientForM(Rule):
    def update_step(self, w, g, lr, t, m, v):
        self.averages(g, m, v)
        w -= self.alpha(lr, t) * g / (np.sqrt(v) + self.epsilon)


ADAM = {
    "no_parentheses": adam(lambda s, lr, t: lr * np.sqrt(1 - s.beta_2**t) / 1 - s.beta_1**t),
    "power_of_all_below": adam(lambda s, lr, t: lr * np.sqrt(1 - s.beta_2**t) / (1 - s.beta_1) ** t),
    "root_too_long": adam(lambda s, lr, t: lr * np.sqrt(1 - s.beta_2**t / (1 - s.beta_1**t))),
    "root_of_both": adam(lambda s, lr, t: lr * np.sqrt((1 - s.beta_2**t) / (1 - s.beta_1**t))),
    "times_t": adam(lambda s, lr, t: lr * np.sqrt(1 - s.beta_2 * t) / (1 - s.beta_1 * t)),
    "betas_swapped_in_the_correction": adam(lambda s, lr, t: lr * np.sqrt(1 - s.beta_1**t) / (1 - s.beta_2**t)),
    "no_learning_rate": adam(lambda s, lr, t: np.sqrt(1 - s.beta_2**t) / (1 - s.beta_1**t)),
    "no_parentheses_in_the_averages": adam(averages=no_parentheses),
    "adds_without_forgetting": adam(averages=sums),
    "not_squared": adam(averages=not_squared),
    "first_beta_in_v": adam(averages=one_beta),
    "gradient_for_m": GradientForM,
}


def rest(z):
    return z - z.max(axis=1, keepdims=True)


def right(labels, z):
    return z[np.arange(len(labels)), labels]


def no_axis(labels, logits):
    m = logits.max(axis=1, keepdims=True)
    return np.mean(m[:, 0] + np.log(np.sum(np.exp(logits - m))) - right(labels, logits))


def no_axis_in_the_probabilities(labels, logits):
    e = np.exp(rest(logits))
    return -np.mean(np.log(right(labels, e / e.sum())))


def no_axis_at_all(labels, logits):
    return np.mean(np.log(np.sum(np.exp(logits))) - right(labels, logits))


def all_columns(labels, logits):
    e = np.exp(rest(logits))
    return -np.mean(np.log((e / e.sum(axis=1, keepdims=True))[:, labels]))


def textbook(y_true, logits):
    p = 1 / (1 + np.exp(-logits))
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def taken_apart_nowhere(y_true, logits):
    return np.mean(np.log(1 + np.exp(logits)) - y_true * logits)


def off_in_all_columns(labels, logits):
    e = np.exp(rest(logits))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, labels] -= 1
    return p / len(labels)


FUNCTIONS = [
    ("softmax_cross_entropy", no_axis, "one_sum_for_all"),
    ("softmax_cross_entropy", no_axis_in_the_probabilities, "one_sum_for_all"),
    ("softmax_cross_entropy", no_axis_at_all, "one_sum_one_largest"),
    ("softmax_cross_entropy", all_columns, "every_label_for_every_row"),
    ("softmax_cross_entropy_gradient", off_in_all_columns, "all_columns"),
    ("binary_cross_entropy", textbook, "overflow"),
    ("binary_cross_entropy", taken_apart_nowhere, "overflow"),
    ("relu_backward", lambda x, grad_out: x > 0, "truth_values"),
    ("relu_backward", lambda x, grad_out: np.where(x > 0, 1, 0), "local_slope_only"),
]


@pytest.mark.parametrize(
    ("id", "answer", "mistake"),
    [
        *[pytest.param("adam", answer, mistake, id=mistake) for mistake, answer in ADAM.items()],
        *[pytest.param("adamw", answer, mistake, id=f"adamw-{mistake}") for mistake, answer in ADAMW.items()],
        *[pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(FUNCTIONS)],
    ],
)
def test_named(id, answer, mistake):
    outcome = verdict(id, answer)
    assert (outcome["status"], outcome["mistake"]) == ("failed", mistake), outcome["message"]
    assert "stumbled" not in outcome["message"]


def test_the_base_of_these_rules_is_right():
    assert verdict("adam", adam())["status"] == "passed"
    assert verdict("adamw", decay(before=lambda s, w, lr: change(w, -lr * s.weight_decay * w)))["status"] == "passed"


def test_an_overflow_says_which_form_does_not():
    assert "max(0, z)" in verdict("binary_cross_entropy", textbook)["message"]


def test_what_is_right_but_for_edge_cases_is_not_called_a_mistake_that_differs_only_there():
    def clipped(y_true, logits):
        z = np.clip(logits, -33, 33)
        return np.mean(np.logaddexp(0, z) - y_true * z)

    assert verdict("binary_cross_entropy", clipped)["mistake"] is None


def without_keepdims(labels, logits):
    return np.mean(logits - logits.max(axis=1))


def largest_of_two(labels, logits):
    return np.mean(np.max(0, logits))


@pytest.mark.parametrize(  # away from the answers: their lines are quoted in the message
    ("answer", "words"),
    [
        (without_keepdims, "(2, 3) goes with (3,) or (2, 1), not with (2,)"),
        (largest_of_two, "`np.maximum(a, b)` takes the larger of two"),
    ],
)
def test_an_exception_about_shapes_says_what_fits(answer, words):
    assert words in verdict("softmax_cross_entropy", answer)["message"]


def table(labels, logits):
    m = logits.max(axis=1, keepdims=True)
    return np.mean(m + np.log(np.exp(logits - m).sum(axis=1)) - right(labels, logits))


def column_and_row(labels, logits):
    return np.mean(np.logaddexp.reduce(logits, axis=1, keepdims=True) - right(labels, logits))


def rows(labels, logits):
    return np.mean(np.logaddexp.reduce(logits, axis=1) - right(labels, logits))


def columns(labels, logits):
    taken = np.take_along_axis(logits, labels[:, None], axis=1)
    return np.mean(np.logaddexp.reduce(logits, axis=1, keepdims=True) - taken)


@pytest.mark.parametrize(("answer", "told"), [(table, True), (column_and_row, True), (rows, False), (columns, False)])
def test_a_right_mean_of_a_table_of_each_with_each_is_told(answer, told):
    outcome = verdict("softmax_cross_entropy", answer)
    assert outcome["status"] == "passed"
    assert ("shape (7, 7)" in outcome["message"]) == told


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (0.02 * 168.8 / 9 / 4, "as its square"),
        (0.02 * 168.8 / 3 / 4, "as its square"),
        (0.02 * 168.8**2 / 4, "batches of 1"),
    ],
)
def test_a_price_is_told_what_it_lacks(price, words):
    assert words in verdict("predict_price", price)["message"]


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            lambda p: -np.log(p + 1e-7),
            "scores 50 and −50, where the second class is right, the loss is 100, and yours gives 16.1",
        ),
        (lambda p: -np.log(np.clip(p, 1e-7, 1 - 1e-7)), "gives 16.1. A guard"),
        (
            lambda p: -np.log(p),
            "scores 500 and −500, where the second class is right, the loss is 1000, and yours gives inf",
        ),
        (None, ""),
    ],
)
def test_a_loss_from_probabilities_passes_and_is_told_what_it_gives_at_large_scores(loss, words):
    def answer(x, labels, w1, b1, w2, b2):
        z = np.maximum(x @ w1 + b1, 0) @ w2 + b2
        if loss is None:
            return np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(labels)), labels])
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return np.mean(loss((e / e.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]))

    outcome = verdict("fix_stuck_loss", answer)
    assert outcome["status"] == "passed"
    assert words in outcome["message"]
    assert ("One thing" in outcome["message"]) == bool(words)


@pytest.mark.parametrize(("last", "told"), [("softmax", True), (None, False)])
def test_a_model_that_got_there_through_two_softmaxes_is_told(last, told):
    outcome = verdict("build_overfit_twenty", lesson_04.twenty(0.5, 1500 if told else 800, last=last))
    assert outcome["status"] == "passed"
    assert ("second softmax" in outcome["message"]) == told


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda X, y, w: 2 / len(X) * X @ (X @ w - y), "here 3 and 5."),
        (lambda X, y, w: 2 / len(X) * (X.T @ X @ w - y), "3 and 5 entries: what does each stand for? `@` is"),
    ],
)
def test_a_product_that_cannot_be_formed_says_what_it_sums_over(answer, words):
    outcome = verdict("mse_gradient", answer)
    assert (outcome["status"], outcome["mistake"]) == ("failed", "shapes_do_not_match")
    assert words in outcome["message"]


def test_a_new_array_that_nothing_keeps_is_told_where_the_code_computes_what_it_did():
    def slopes(f, w, h=1e-5):
        w.astype(float)
        gradient = np.zeros_like(w)
        for i in range(w.size):
            up, down = w.copy(), w.copy()
            up[i] = w[i] + h
            down[i] = w[i] - h
            gradient[i] = (f(up) - f(down)) / (2 * h)
        return gradient

    outcome = verdict("fix_integer_gradient", slopes)
    assert (outcome["status"], outcome["mistake"]) == ("failed", "unchanged")
    assert outcome["message"].startswith("`w.astype(float)` makes a new array and leaves `w` as it was")


ONE_LINE = """def gradient(labels, logits):
    p = activations.softmax(logits)
    {}
    return p / len(labels)
"""


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("p -= labels", "class_number_as_amount"),
        ("p = p - labels", "class_number_as_amount"),
        ("p = -(labels - p)", "class_number_as_amount"),
        ("p[labels] -= 1", "labels_pick_rows"),
        ("p = p * logits[:, :2]", "entry_by_entry"),
        ("p = p - logits.max(axis=1)", "shapes_do_not_match"),  # an amount for each row: only `keepdims` is missing
        ("p = p + np.arange(2) * 9", "shapes_do_not_match"),
        ("p = p[labels + 1]", "index_out_of_range"),
        ("p = p - (np.arange(3) == labels)", "shapes_do_not_match"),
    ],
)
def test_the_worker_tells_what_does_not_fit_from_the_expression_that_failed(line, mistake, tmp_path, monkeypatch):
    """In the worker an answer is code carried over: the place of the expression, and the names there, go with it."""
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    result = check.softmax_cross_entropy_gradient(a_cell(ONE_LINE.format(line), "gradient"))
    assert (result.status, result.mistake) == ("failed", mistake), result.message


def test_a_blank_in_another_function_is_told_by_its_name():
    code = "def mse(y_true, y_pred):\n    ...\n\n\ndef mae(y_true, y_pred):\n    return np.sqrt(mse(y_true, y_pred))\n"
    outcome = verdict("mae", a_cell(code, "mae"))
    assert (outcome["status"], outcome["mistake"]) == ("not yet", None)
    assert outcome["message"].startswith("`mse`, which your answer uses, still has `...` in it")
