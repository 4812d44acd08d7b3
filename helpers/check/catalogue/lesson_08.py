"""Exercises of lesson 08, Adam."""

from math import sqrt

import numpy as np

from helpers import optimizers
from helpers.check import compare
from helpers.check.catalogue import adam_mistakes, adam_relatives, first_steps, misprints, published_adam
from helpers.check.registry import Args, Lesson, Wrong

lesson = Lesson(8)


lesson.predict(
    "predict_glued",
    "How long is the first step of the glued optimizer, in learning rates?",
    choices={
        "a": "m is a tenth of the gradient, yes. But the divisor √v is too small as well: what is the root of 0.001?",
        "b": "That is what one would like, and what the finished Adam does. Here m is 0.1·g and v is 0.001·g²: divide m by √v.",
        "c": "",
        "d": "0.1 divided by 0.001 is 100; but the step divides by the root of v.",
    },
    answer="c",
    because="m is 0.1·g and √v is √0.001·|g| = 0.0316·|g|, so their quotient is 3.16 in size, whatever g is. The factor grows "
    "further, to 6.57 at step 12.",
    hints=(
        "After one step from 0, m is a tenth of g, and v a thousandth of g².",
        "The step is learning_rate · m / √v. Take the root of 0.001.",
        "√0.001 is about 0.032, and 0.1 / 0.032 is the answer.",
    ),
    reread="Two good ideas, glued together",
)


lesson.optimizer(
    "adam",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=optimizers.Adam,
    options=[dict(beta_1=0.5), dict(beta_2=0.9), dict(epsilon=1e-3)],
    hints=(
        "Four lines: m moves a little towards g, v moves a little towards g², α gets its two corrections, w moves.",
        "`m += …` changes the slot in place: which share of `g - m` goes in? v likewise, with g². α_t is one number: the root "
        "is over v's correction alone, and `1 - self.beta_1**t` needs parentheses to be a divisor.",
        "After m and v: `alpha_t = lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)`, then "
        "`w -= alpha_t * m / (np.sqrt(v) + self.epsilon)`.",
    ),
    reread="Adam: both averages, both corrections",
    mistakes=adam_mistakes.ADAM,
)


def _slope(rng):
    for g in (0.5, -2.0, 1e-6, -1e-6, 3e-8, 1234.5):
        yield (g,)
    yield Args(0.25, learning_rate=0.1)
    yield Args(-1e-3, epsilon=1e-3)
    yield 1e-5, 0.02, 1e-8


_RATIOS = {
    sqrt(10): "3.16 times the expected: 0.1/√0.001, as in the glued optimizer. Where is α_t, with its two corrections?",
    sqrt(1000): "31.6 times the expected, or 1/√0.001: is √(1 − β₂) in your α_t?",
    sqrt(0.001): "0.0316 times the expected, or √0.001: that root belongs into √v once, and into α_t once.",
    0.1: "a tenth of the expected: m is 0.1·g at first. Which factor of α_t makes up for it?",
    10.0: "10 times the expected: m is 0.1·g at first, and α_t divides by that 0.1 once.",
}


def _step(result, g, learning_rate=0.001, epsilon=1e-7):
    want = first_step(g, learning_rate, epsilon)
    text = compare.difference(result, np.asarray(want), 1e-7, 0.0, "your result")
    if not text:
        return
    plain = np.ndim(result) == 0 and np.asarray(result).dtype.kind in "fiu"
    ratio = float(result) / want if want and plain else np.nan
    text = text[:1].upper() + text[1:]
    if abs(ratio + 1) < 0.01:
        text = text.replace(" Yours is −1 times the expected value.", "") + " Its sign is the other one."
    for times, said in _RATIOS.items():
        if abs(abs(ratio) / times - 1) < 0.01 and abs(g) > 0.1:  # where ε plays no part
            text += f" {'In size, y' if ratio < 0 else 'Y'}ours is {said}"
    raise Wrong(text)


@lesson.function(
    "(g, learning_rate=0.001, epsilon=1e-7) -> float, what w is reduced by",
    cases=_slope,
    edges={"no slope at all": (0.0,)},
    verify=_step,
    rtol=1e-7,
    atol=0.0,
    hints=(
        "At t = 1 both averages have moved once from 0: write m and v with g alone.",
        "m = (1 − β₁) g and v = (1 − β₂) g². Put both into `alpha_t * m / (np.sqrt(v) + epsilon)`, with "
        "alpha_t = learning_rate · √(1 − β₂) / (1 − β₁); the root of g² is |g|.",
        "(1 − β₁) cancels. What is left: `learning_rate * r * g / (r * abs(g) + epsilon)`, with `r = np.sqrt(1 - 0.999)`.",
    ),
    reread="The first step, and a trap called ε",
    mistakes=first_steps.MISTAKES,
)
def first_step(g, learning_rate=0.001, epsilon=1e-7):
    root = sqrt(1 - 0.999)
    return learning_rate * root * g / (root * abs(g) + epsilon)


lesson.predict(
    "predict_decay",
    "Which weight does a penalty inside Adam's gradient shrink most?",
    choices={
        "a": "Their gradients are large, but they cancel. What is left is the penalty, and what is it divided by?",
        "b": "",
        "c": "So it is in plain gradient descent. In Adam the penalty is part of the gradient: what is that divided by?",
    },
    answer="b",
    because="The penalty is divided by √v̂ with the rest of the gradient: by about 10 where the gradients are ±10, by about 0.1 "
    "where they are ±0.1.",
    hints=(
        "The alternating part of the gradient cancels in m. What remains there is λw.",
        "Adam divides m by √v̂, which is about as large as the gradients are.",
        "The same λw, divided by 10 or by 0.1: which is the longer step?",
    ),
    reread="Going further: weight decay, inside the gradient and outside it",
)


lesson.optimizer(
    "adamw",
    defaults=dict(learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=optimizers.AdamW,
    options=[dict(weight_decay=0.3), dict(weight_decay=0.0), dict(beta_1=0.5, learning_rate=0.1, weight_decay=1.0)],
    hints=(
        "One line more than Adam. The gradient, m and v know nothing of the decay.",
        "The decay shrinks w by the share `lr * self.weight_decay`, before Adam's step is taken.",
        "First `w -= lr * self.weight_decay * w`, then the four lines of Adam, unchanged.",
    ),
    reread="Going further: weight decay, inside the gradient and outside it",
    mistakes=adam_relatives.ADAMW,
)


def _gradients(rng):
    yield np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([1.0, -1.0])
    yield np.array([[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0]]), np.array([0.5, -0.5])
    yield rng.normal(size=(10, 3)), rng.normal(size=3)
    yield 1e-6 * rng.normal(size=(6, 2)), rng.normal(size=2)
    # A weight above 0 with tiny gradients: a v that starts from such weights, however small a share of them, is too large.
    yield np.array([[1e-6, -1e-6], [1e-6, 2e-6], [1e-6, 1e-6]]), np.array([1.0, -1.0])
    yield Args(rng.normal(size=(5, 2)), rng.normal(size=2), learning_rate=0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-2)


_SAME = "This is still the code as it was given: "


def _patient(id, given, unchanged, hints):
    lesson.function(
        "(grads (steps, d), w (d,), learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7) -> (steps, d), the weights "
        "after each step",
        cases=_gradients,
        hints=hints,
        reread="Common mistakes",
        mistakes=misprints.misprint(given, _SAME + unchanged),
        id=id,
    )(published_adam.published())


_patient(
    "fix_epsilon_added",
    "added",
    "ε is added to the weights at every step.",
    (
        "A gradient that has been 0 from the start makes nan. Which quotient is 0 / 0 then?",
        "ε is there to keep the denominator from 0. Is it in the denominator?",
        "One pair of parentheses: the denominator is `(np.sqrt(v_hat) + epsilon)`.",
    ),
)


_patient(
    "fix_frozen_t",
    "frozen",
    "the correction of the first step, 1 − β¹, is made at every step. What should change in it, and does that reach the exponent?",
    (
        "The first row is right. What should differ between the first step and the second, apart from g, m and v?",
        "Print t in the loop.",
        "t starts at 1, which is right for the first round: `t += 1` belongs at the end of the loop's body.",
    ),
)


_patient(
    "fix_start_of_v",
    "from_weights",
    "v starts from the weights, and below 0 where they are negative.",
    (
        "Look at a weight that is negative, at the first step. What is v, and what is its root?",
        "v averages squares, so it may not start below 0; and the correction is made for a start at one certain value.",
        "`v = np.zeros_like(w)`, as for m.",
    ),
)


_patient(
    "fix_epsilon_inside",
    "inside",
    "ε is added under the root.",
    (
        "Large gradients come out almost right, small ones do not. Which number decides what is small?",
        "The root of 1e-7 is 3e-4: next to it a gradient of 1e-6 is nothing. Where is ε added?",
        "Take the root first, then add: `np.sqrt(v_hat) + epsilon`, in parentheses, as the denominator.",
    ),
)


lesson.predict(
    "predict_end",
    "Where does Adam go?",
    choices={
        "a": "That is where the sum of the three gradients, +1, sends plain gradient descent. Adam divides each gradient by a "
        "root that this same gradient has just enlarged: watch what becomes of the 3.",
        "b": "",
        "c": "The three moves of a round do not cancel. What is g/√v for each, if v has nearly forgotten the gradients before?",
    },
    answer="b",
    because="With so short a memory the 3 is divided by about 3 and counts as one step down; the two −1 that follow are divided "
    "by 1.3 and about 1, and together they count for more.",
    hints=(
        "With β₁ = 0 the direction is the gradient itself. What is g/√v right after a gradient of 3, if v has forgotten the rest?",
        "v is nine tenths the newest square: after the 3, √v is about 2.9; after the first −1, v is about 1.7; then about 1.1.",
        "One move of about −3/2.9, then moves of about +1/1.3 and +1/1.05. Which way do they add up?",
    ),
    reread="Going further: a sum of three slopes",
)


lesson.optimizer(
    "amsgrad",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=lambda *args, **options: optimizers.Adam(*args, amsgrad=True, **options),
    options=[dict(beta_1=0.5), dict(beta_2=0.5), dict(beta_1=0.0, beta_2=0.1)],
    hints=(
        "Everything up to v is Adam's. The new slot h remembers the largest v so far, entry by entry.",
        "h must change in place: `np.maximum(h, v, out=h)` writes the larger of the two into h. v itself goes on as in Adam.",
        "After m and v: `np.maximum(h, v, out=h)`, then Adam's last line with `np.sqrt(h)` in place of `np.sqrt(v)`, with the "
        "same alpha_t.",
    ),
    reread="AMSGrad: a maximum that does not forget",
    mistakes=adam_relatives.AMSGRAD,
)
