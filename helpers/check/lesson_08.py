"""Exercises of lesson 08, Adam."""

from math import sqrt

import numpy as np

from helpers import optimizers
from helpers.check.registry import Args, Lesson

lesson = Lesson(8)


def _rule(update, base=optimizers.Adam):
    """A subclass of Adam whose rule is update(self, w, g, lr, t, m, v), after m and v have been updated."""

    class Mistaken(base):
        def update_step(self, w, g, lr, t, m, v):
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g * g - v)
            update(self, w, g, lr, t, m, v)

    return Mistaken


def _rates(self, lr, t):
    return lr * sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)


def _glued(self, w, g, lr, t, m, v):
    w -= lr * m / (np.sqrt(v) + self.epsilon)


def _frozen(self, w, g, lr, t, m, v):
    w -= _rates(self, lr, 1) * m / (np.sqrt(v) + self.epsilon)


def _paper(self, w, g, lr, t, m, v):
    w -= lr * (m / (1 - self.beta_1**t)) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)


def _inside(self, w, g, lr, t, m, v):
    w -= _rates(self, lr, t) * m / np.sqrt(v + self.epsilon)


def _on_weights(self, w, g, lr, t, m, v):
    with np.errstate(all="ignore"):
        w -= _rates(self, lr, t) * m / np.sqrt(v) + self.epsilon


def _only_v(self, w, g, lr, t, m, v):
    w -= lr * sqrt(1 - self.beta_2**t) * m / (np.sqrt(v) + self.epsilon)


def _only_m(self, w, g, lr, t, m, v):
    w -= lr / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


def _no_root_of_correction(self, w, g, lr, t, m, v):
    w -= lr * (1 - self.beta_2**t) / (1 - self.beta_1**t) * m / (np.sqrt(v) + self.epsilon)


def _no_root(self, w, g, lr, t, m, v):
    w -= _rates(self, lr, t) * m / (v + self.epsilon)


lesson.optimizer(
    "adam",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=optimizers.Adam,
    options=[dict(beta_1=0.5), dict(beta_2=0.9), dict(epsilon=1e-3)],
    hints=(
        "Four lines: m moves a little towards g, v moves a little towards g², the rate gets its two corrections, w moves.",
        "`m += (1 - self.beta_1) * (g - m)` changes the slot in place; v likewise with `g * g` and `beta_2`. The corrected rate is "
        "`lr` times the root of `1 - self.beta_2**t`, divided by `1 - self.beta_1**t`.",
        "After m and v: `alpha = lr * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)`, then "
        "`w -= alpha * m / (np.sqrt(v) + self.epsilon)`.",
    ),
    reread="Adam: both averages, both corrections",
    mistakes={
        "no_correction": (
            _rule(_glued),
            "This is the glued optimizer of the first page: neither average is corrected for its start at 0.",
        ),
        "frozen_t": (
            _rule(_frozen),
            "This is Adam with t frozen at 1: the correction is right at the first step and never changes. Which of its "
            "numbers is to the power t?",
        ),
        "epsilon_paper": (
            _rule(_paper),
            "This is Algorithm 1 of the paper, with ε on the corrected root. Keras adds ε to the root of v as it is, "
            "before the correction: the difference shows where gradients are small.",
        ),
        "epsilon_inside": (
            _rule(_inside),
            "ε is inside the root here, as in Keras' RMSprop. In Adam it is added after the root is taken.",
        ),
        "epsilon_on_weights": (
            _rule(_on_weights),
            "ε is added to the step instead of the denominator: mind the parentheses.",
        ),
        "only_v_corrected": (_rule(_only_v), "v is corrected, m is not: what does m need after t steps?"),
        "only_m_corrected": (_rule(_only_m), "m is corrected, v is not: what does v need after t steps?"),
        "correction_without_root": (
            _rule(_no_root_of_correction),
            "v is corrected by 1 − β₂ᵗ, but the step divides by the root of v: then what becomes of the correction?",
        ),
        "no_root": (
            _rule(_no_root),
            "The step is divided by v, a squared size. Which operation brings it back to a size?",
        ),
    },
)


def _slope(rng):
    for g in (0.5, -2.0, 1e-6, -1e-6, 3e-8, 1234.5, 0.0):
        yield (g,)
    yield Args(0.25, learning_rate=0.1)
    yield Args(-1e-3, epsilon=1e-3)
    yield 1e-5, 0.02, 1e-8


@lesson.function(
    "(g, learning_rate=0.001, epsilon=1e-7) -> float, what w is reduced by",
    cases=_slope,
    rtol=1e-7,
    atol=0.0,
    hints=(
        "At t = 1 both averages have moved once from 0: write m and v with g alone.",
        "m = (1 − β₁) g and v = (1 − β₂) g². Put both into `alpha * m / (np.sqrt(v) + epsilon)`, with "
        "alpha = learning_rate · √(1 − β₂) / (1 − β₁); the root of g² is |g|.",
        "(1 − β₁) cancels. What is left: `learning_rate * r * g / (r * abs(g) + epsilon)`, with `r = np.sqrt(1 - 0.999)`.",
    ),
    reread="The first step, and a trap called ε",
    mistakes={
        "paper": (
            lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * g / (abs(g) + epsilon),
            "This is the first step of the paper's Algorithm 1. Keras adds ε to the root of the uncorrected v, which at "
            "t = 1 is much smaller than |g|.",
        ),
        "sign_only": (
            lambda g, learning_rate=0.001, epsilon=1e-7: learning_rate * np.sign(g),
            "This holds without ε. With it the step shrinks where g is small: how much?",
        ),
        "unsigned": (
            lambda g, learning_rate=0.001, epsilon=1e-7: (
                learning_rate * sqrt(0.001) * abs(g) / (sqrt(0.001) * abs(g) + epsilon)
            ),
            "The size is right. The step has a sign, too: that of g.",
        ),
    },
)
def first_step(g, learning_rate=0.001, epsilon=1e-7):
    root = sqrt(1 - 0.999)
    return learning_rate * root * g / (root * abs(g) + epsilon)


class _CorrectedMaximum(optimizers.Adam):
    slots = ("m", "v", "h")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.slots = ("m", "v", "h")

    def update_step(self, w, g, lr, t, m, v, h):
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        np.maximum(h, v / (1 - self.beta_2**t), out=h)
        w -= lr / (1 - self.beta_1**t) * m / (np.sqrt(h) + self.epsilon)


class _MaximumInV(optimizers.Adam):
    def update_step(self, w, g, lr, t, m, v):
        m += (1 - self.beta_1) * (g - m)
        np.maximum(v, self.beta_2 * v + (1 - self.beta_2) * g * g, out=v)
        w -= _rates(self, lr, t) * m / (np.sqrt(v) + self.epsilon)


lesson.optimizer(
    "amsgrad",
    defaults=dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
    reference=lambda *args, **options: optimizers.Adam(*args, amsgrad=True, **options),
    options=[dict(beta_1=0.5), dict(beta_2=0.5), dict(beta_1=0.0, beta_2=0.1)],
    hints=(
        "Everything up to v is Adam's. The new slot h remembers the largest v so far, entry by entry.",
        "h must change in place: `np.maximum(h, v, out=h)` writes the larger of the two into h. v itself goes on as in Adam.",
        "After m and v: `np.maximum(h, v, out=h)`, then Adam's last line with `np.sqrt(h)` in place of `np.sqrt(v)`, with the "
        "same alpha.",
    ),
    reread="AMSGrad: a maximum that does not forget",
    mistakes={
        "plain_adam": (
            optimizers.Adam,
            "This is Adam: v is still what the step is divided by. Where does the maximum come in?",
        ),
        "maximum_of_corrected": (
            _CorrectedMaximum,
            "The maximum is taken of the corrected v̂, as in Optax. Keras takes it of v as it is, and corrects the rate.",
        ),
        "maximum_in_v": (
            _MaximumInV,
            "v itself is replaced by the maximum, and the next average starts from there. v forgets as before; only h "
            "remembers.",
        ),
    },
)


def _decaying(decay):
    """A subclass of Adam with a weight_decay, and `decay(self, w, g, lr, step)` around its `step(g)`."""

    class Mistaken(optimizers.Adam):
        def __init__(self, learning_rate=0.001, weight_decay=0.004, *args, **options):
            super().__init__(learning_rate, *args, **options)
            self.weight_decay = weight_decay

        def update_step(self, w, g, lr, t, m, v):
            decay(self, w, g, lr, lambda g: optimizers.Adam.update_step(self, w, g, lr, t, m, v))

    return Mistaken


def _coupled(self, w, g, lr, step):
    step(g + self.weight_decay * w)


def _afterwards(self, w, g, lr, step):
    step(g)
    w -= lr * self.weight_decay * w


def _without_rate(self, w, g, lr, step):
    w -= self.weight_decay * w
    step(g)


def _never(self, w, g, lr, step):
    step(g)


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
    reread="Weight decay that is decoupled, and the one that is not",
    mistakes={
        "coupled": (
            _decaying(_coupled),
            "λw is added to the gradient here, so it is averaged and divided by √v with it. Decoupled means: straight to w.",
        ),
        "after_the_step": (
            _decaying(_afterwards),
            "The decay comes after Adam's step, so it also shrinks the step. It is to use w as it was before.",
        ),
        "without_rate": (
            _decaying(_without_rate),
            "The decay is not multiplied by the learning rate. In Keras it is.",
        ),
        "no_decay": (_decaying(_never), "The weights do not decay: this is Adam."),
    },
)


def _gradients(rng):
    yield np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([1.0, -1.0])
    yield np.array([[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0]]), np.array([0.5, -0.5])
    yield rng.normal(size=(10, 3)), rng.normal(size=3)
    yield 1e-6 * rng.normal(size=(6, 2)), rng.normal(size=2)
    yield Args(rng.normal(size=(5, 2)), rng.normal(size=2), learning_rate=0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-2)


def _published(added=False, frozen=False, inside=False, start=0.0, keras=False):
    """The paper's Adam over a list of gradients, or one of its published misprints."""

    def adam(grads, w, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), start * w, []
        with np.errstate(all="ignore"):
            for t, g in enumerate(grads, 1):
                t = 1 if frozen else t
                m = beta_1 * m + (1 - beta_1) * g
                v = beta_2 * v + (1 - beta_2) * g**2
                m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
                if added:
                    w = w - learning_rate * m_hat / np.sqrt(v_hat) + epsilon
                elif inside:
                    w = w - learning_rate * m_hat / np.sqrt(v_hat + epsilon)
                elif keras:
                    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta_2**t))
                else:
                    w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
                path.append(w)
        return np.array(path)

    return adam


_UNCHANGED = "This is still the code as it was given."
_KERAS = (
    _published(keras=True),
    "The error is repaired. Only the place of ε is now Keras', on the uncorrected root; these four follow the paper, "
    "√v̂ + ε.",
)


def _patient(id, misprint, hints, **more):
    lesson.function(
        "(grads (steps, d), w (d,), learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7) -> (steps, d), the weights "
        "after each step",
        cases=_gradients,
        hints=hints,
        reread="Common mistakes",
        mistakes={"unchanged": (_published(**misprint), _UNCHANGED), "keras_epsilon": _KERAS, **more},
        id=id,
    )(_published())


_patient(
    "fix_epsilon_added",
    dict(added=True),
    (
        "A gradient that is 0 makes nan. Which quotient is 0 / 0 then?",
        "ε is there to keep the denominator from 0. Is it in the denominator?",
        "One pair of parentheses: the denominator is `(np.sqrt(v_hat) + epsilon)`.",
    ),
)
_patient(
    "fix_frozen_t",
    dict(frozen=True),
    (
        "The first row is right. What should differ between the first step and the second, apart from g, m and v?",
        "Print t in the loop.",
        "t starts at 0 and must grow by 1 in every round: `t += 1` belongs inside the loop.",
    ),
)
_patient(
    "fix_start_of_v",
    dict(start=1e-6),
    (
        "Look at a weight that is negative, at the first step. What is v, and what is its root?",
        "v averages squares, so it may not start below 0; and the correction is made for a start at one certain value.",
        "`v = np.zeros_like(w)`, as for m.",
    ),
)
_patient(
    "fix_epsilon_inside",
    dict(inside=True),
    (
        "Large gradients come out almost right, small ones do not. Which number decides what is small?",
        "The root of 1e-7 is 3e-4: next to it a gradient of 1e-6 is nothing. Where is ε added?",
        "Take the root first, then add: `np.sqrt(v_hat) + epsilon`, in parentheses, as the denominator.",
    ),
)

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
    because="m is 0.1·g and √v is √0.001·|g| = 0.0316·|g|, so their quotient is 3.16 in size, whatever g is. The next steps are "
    "longer still.",
    hints=(
        "After one step from 0, m is a tenth of g, and v a thousandth of g².",
        "The step is learning_rate · m / √v. Take the root of 0.001.",
        "√0.001 is about 0.032, and 0.1 / 0.032 is the answer.",
    ),
    reread="Two good ideas, glued together",
)

lesson.predict(
    "predict_end",
    "Where does Adam go?",
    choices={
        "a": "That is where the sum of the three gradients, +1, sends plain gradient descent. Adam divides each gradient by a "
        "root that this same gradient has just enlarged: watch what becomes of the 3.",
        "b": "",
        "c": "The three moves of a round do not cancel: one down by about 1, two up by 0.76 and 0.97.",
    },
    answer="b",
    because="With so short a memory the 3 is divided by about 3 and counts as one step down; the two −1 that follow count "
    "almost as much each, and there are two of them.",
    hints=(
        "With β₁ = 0 the direction is the gradient itself. What is g/√v right after a gradient of 3, if v has forgotten the rest?",
        "v is nine tenths the newest square: after the 3, √v is about 2.9; after the first −1, v is about 1.7; then about 1.1.",
        "One move of about −3/2.9, then moves of about +1/1.3 and +1/1.05. Which way do they add up?",
    ),
    reread="Going further: a sum of three slopes",
)
