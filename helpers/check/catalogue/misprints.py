"""Known mistakes in the published Adams of lesson 08, which are handed out with a misprint each."""

import numpy as np

from helpers.check.catalogue import adam_rules as rules
from helpers.check.catalogue.adam_mistakes import COMMON
from helpers.check.catalogue.published_adam import published
from helpers.check.catalogue.rmsprop_starts import BEFORE
from helpers.check.registry import any_of

_STARTS = {
    "from_weights": (
        lambda w, grads, epsilon: 1e-6 * w,
        "v starts from the weights, and below 0 where they are negative.",
    ),
    "from_sizes": (
        lambda w, grads, epsilon: 1e-6 * np.abs(w),
        "v no longer starts below 0, but it does not start at 0 either, and the correction is made for that start alone.",
    ),
    "from_squares": (
        lambda w, grads, epsilon: 1e-6 * w**2,
        f"A square is never negative, but v still starts from the weights, and it averages squared slopes. {BEFORE}",
    ),
    "from_full_squares": (
        lambda w, grads, epsilon: w**2,
        f"A square is never negative, but v starts from the weights, and it averages squared slopes. {BEFORE}",
    ),
    "from_full_sizes": (
        lambda w, grads, epsilon: np.abs(w),
        f"v starts from the size of the weights, as if slopes that steep had been. {BEFORE}",
    ),
    "ones": (
        lambda w, grads, epsilon: np.ones_like(w),
        f"v starts at 1, as if there had been slopes of size 1, and the correction is made for a start at 0. {BEFORE}",
    ),
    "tenth": (
        lambda w, grads, epsilon: np.full_like(w, 0.1),
        f"v starts at 0.1, where Keras' Adagrad starts, and the correction is made for a start at 0. {BEFORE}",
    ),
    "tiny": (
        lambda w, grads, epsilon: np.full_like(w, 1e-8),
        f"v starts at 1e-8, as if there had been slopes of size 0.0001, and the correction is made for a start at 0. {BEFORE}",
    ),
    "turned_weights": (
        lambda w, grads, epsilon: -1e-6 * w,
        "v starts from the weights still, with the other sign: now below 0 where they are positive.",
    ),
    "mean_square": (
        lambda w, grads, epsilon: np.mean(grads**2, axis=0),
        f"v starts at the mean of all squares, those to come too, and the correction is made for a start at 0. {BEFORE}",
    ),
    "small": (
        lambda w, grads, epsilon: np.full_like(w, 1e-6),
        f"v starts at 1e-6, as if there had been slopes of size 0.001, and the correction is made for a start at 0. {BEFORE}",
    ),
    "epsilon": (
        lambda w, grads, epsilon: np.full_like(w, epsilon),
        f"v starts at ε. ε has its place in the divisor, and the correction is made for a start at 0. {BEFORE}",
    ),
    "still_smaller": (
        lambda w, grads, epsilon: 1e-12 * w,
        f"v starts from the weights still, only smaller: below 0 where a weight is negative. {BEFORE}",
    ),
    "first_square": (
        lambda w, grads, epsilon: grads[0] ** 2,
        f"v starts at the first squared gradient, and the correction is made for a start at 0. {BEFORE}",
    ),
    "first_size": (
        lambda w, grads, epsilon: np.abs(grads[0]),
        f"v starts at the size of the first gradient, and the correction is made for a start at 0. {BEFORE}",
    ),
    "first_gradient": (
        lambda w, grads, epsilon: grads[0],
        f"v starts at the first gradient, which is not squared and may be negative. {BEFORE}",
    ),
}


def _hidden(divisor=rules.newest, form=rules.paper_form):
    return published(start=_STARTS["from_weights"][0], divisor=divisor, form=form)


def _step_or_stay(self, lr, m, v, a, b, t):
    return np.nan_to_num(rules.paper_form(self, lr, m, v, a, b, t))


_HIDDEN = f"No nan any more, but only the sign is hidden, under the root: v still starts from the weights. {BEFORE}"
# Given out under another id, or nan throughout, as from t = 0.
_NOT_IN_A_LIST = {"epsilon_on_weights_upwards", "epsilon_inside_corrected", "frozen_t", "no_parentheses_in_the_hats"}
_PUBLISHED = {
    id: (published(**parts), said)
    for id, (parts, said) in COMMON.items()
    if not id.startswith("numbers_in") and id not in _NOT_IN_A_LIST
}


def _with_epsilon(number):
    return lambda self, lr, m, v, a, b, t: lr * a * m / (np.sqrt(v) / b + number)


def _number_inside(number):
    return lambda self, lr, m, v, a, b, t: lr * a * m / np.sqrt(v / b**2 + number)


def _m_in_place(self, lr, m, v, a, b, t):
    m *= a
    return rules.paper_form(self, lr, m, v, 1.0, b, t)


_PUBLISHED |= {
    "epsilon_in_the_correction": (
        published(form=lambda self, lr, m, v, a, b, t: lr * a * m / np.sqrt(v / (b**2 + self.epsilon))),
        "ε is added to 1 − β₂ᵗ, which is never 0. What can become 0 is the root of v̂: beside which bracket does ε stand?",
    ),
    "epsilon_before_and_after": (
        published(
            form=lambda self, lr, m, v, a, b, t: lr * a * m / (np.sqrt((v + self.epsilon) / b**2) + self.epsilon)
        ),
        "ε is added twice: to v before its correction, and to the root. Which of correcting, taking the root and adding ε comes "
        "last?",
    ),
    "number_inside": (
        any_of(*(published(form=_number_inside(number)) for number in (1e-14, 1e-16, 1e-12, 1e-10, 1e-8))),
        "A small number stands under the root, whatever `epsilon` is. How small it is does not help. Where does ε stand "
        "in the paper's form?",
    ),
    "m_corrected_in_place": (
        published(form=_m_in_place),
        "The corrected m is kept as m, so the next step corrects it once more. m̂ needs a name of its own.",
    ),
    "t_one_behind": (
        published(steps=lambda t, grads: max(t - 1, 1)),
        "t is 1 twice, and one behind ever after. The second step has t = 2.",
    ),
    "keras_epsilon": (
        published(form=rules.keras_form),
        "The error is repaired. Only the place of ε is now Keras', on the uncorrected root; these four follow the paper, "
        "√v̂ + ε.",
    ),
    "nan_from_the_start": (
        published(steps=lambda t, grads: t - 1),
        "Every weight is nan from the first step on. Is t 0 there? Then 1 − β⁰ = 0 is divided by, and 0/0 is nan. Or is a root "
        "taken of a number below 0?",
    ),
    "one_array_for_both": (
        published(from_m=True),
        "m and v are one array here, under two names: what goes into v goes into m. Each needs an array of its own.",
    ),
    "t_of_the_end": (
        published(steps=lambda t, grads: len(grads)),
        "t is the number of all steps, at every step. It starts at 1 and grows by 1.",
    ),
    "t_stops_at_two": (
        published(steps=lambda t, grads: min(t, 2)),
        "The first two steps are right, then t stays 2. It grows by 1 at each step.",
    ),
    "epsilon_above_too": (
        published(form=lambda self, lr, m, v, a, b, t: lr * (a * m + self.epsilon) / (np.sqrt(v) / b + self.epsilon)),
        "ε is added to m̂ too. It keeps the divisor from 0, and belongs nowhere else: where there is no slope, there is no step.",
    ),
    "one_row_repeated": (
        lambda *args, **more: np.repeat(published()(*args, **more)[-1:], len(args[0]), axis=0),
        "Every row is the last place. Does each step write into one row of the path only? Or is it one array, kept many times "
        "and changed by each step? Then what is kept must be a copy.",
    ),
    "number_for_epsilon": (
        any_of(*(published(form=_with_epsilon(number)) for number in (1e-8, 1e-7))),
        "A number stands in place of `epsilon`, whatever is passed.",
    ),
    "t_by_twos": (
        published(steps=lambda t, grads: 2 * t - 1),
        "t is 1, 3, 5. It grows by 1 at each step.",
    ),
    "t_doubles": (
        published(steps=lambda t, grads: 2 ** (t - 1)),
        "t doubles from step to step: 1, 2, 4. It grows by 1.",
    ),
    "t_between": (
        published(
            correction=lambda self, lr, t: (rules.corrected(self, lr, t)[0], rules.corrected(self, lr, t + 1)[1])
        ),
        "m's correction and v's do not have the same t: where in the loop must `t += 1` stand?",
    ),
    "added_and_nan_hidden": (
        published(form=lambda *step: np.nan_to_num(rules.no_epsilon(*step)) - step[0].epsilon),
        "The nan is replaced by 0, but ε is still added to the weights. With ε in the divisor no nan comes up.",
    ),
}
_SHARES = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)


def _cut_off(share):
    return published(start=lambda w, grads, epsilon: np.maximum(share * w, 0))


_OF_THE_START = {id: (published(start=start), said) for id, (start, said) in _STARTS.items()} | {
    "cut_off": (
        any_of(*map(_cut_off, _SHARES)),
        f"Negative starts are cut off, positive ones still come from the weights. {BEFORE}",
    ),
    "m_from_weights": (
        published(start_of_m=lambda w, grads: 1e-6 * w),
        f"v starts right. But m starts from the weights, and the correction is made for a start at 0. {BEFORE}",
    ),
    "both_from_the_first": (
        published(start=_STARTS["first_square"][0], start_of_m=lambda w, grads: grads[0]),
        f"m starts at the first gradient and v at its square, and the corrections are made for a start at 0. {BEFORE}",
    ),
    "absolute_in_root": (_hidden(lambda self, h, old, v, g, b: np.abs(v)), _HIDDEN),
    "cut_in_root": (_hidden(lambda self, h, old, v, g, b: np.maximum(v, 0)), _HIDDEN),
    "nan_replaced": (
        _hidden(form=_step_or_stay),
        "Where the root has no value the step is now 0: the weight waits until there is a root again. It should step, and "
        f"v should never be negative. {BEFORE}",
    ),
    "start_and_keras_epsilon": (
        _hidden(form=rules.keras_form),
        f"v starts from the weights still; and ε is now where Keras has it, on the uncorrected root. {BEFORE}",
    ),
}
# What each of the four is handed out with: its own id is "unchanged" there.
GIVEN = {
    "added": (published(form=rules.on_weights_upwards), COMMON["epsilon_on_weights_upwards"][1]),
    "inside": (published(form=rules.inside_corrected), COMMON["epsilon_inside_corrected"][1]),
    "frozen": (
        published(time=lambda self, t: 1),
        "The correction of the first step, 1 − β¹, never changes here: t stays 1, or is not the exponent.",
    ),
    "from_weights": _OF_THE_START["from_weights"],
}


def misprint(given, unchanged):
    """The mistakes of the exercise that hands out `given`, with what to say of the code as it was given."""
    others = {id: entry for id, entry in (_OF_THE_START | GIVEN | _PUBLISHED).items() if id != given}
    return {"unchanged": (GIVEN[given][0], unchanged)} | others
