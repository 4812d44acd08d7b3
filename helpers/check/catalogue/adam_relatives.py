"""Known mistakes in Adam's relatives: AdamW, AMSGrad, and the misprints of lesson 08. All know Adam's, too."""

import numpy as np

from helpers.check.catalogue import adam_rules as rules
from helpers.check.catalogue import amsgrad_rules
from helpers.check.catalogue.adam_mistakes import ALONE, COMMON, NEVER_WRITTEN, OPTIMIZER
from helpers.check.catalogue.families import Catalogue, made
from helpers.check.catalogue.published_adam import published
from helpers.check.registry import any_of

_DECAY = {
    "coupled": (
        {"decay": None, "penalty": lambda self, w: self.weight_decay * w},
        "λw is added to the gradient here, so it is averaged and divided by √v with it. Decoupled means: straight to w.",
    ),
    "coupled_the_other_way": (
        {"decay": None, "penalty": lambda self, w: -self.weight_decay * w},
        "λw is taken off the gradient here, which lets the weights grow; and it is averaged and divided by √v with it. "
        "Decoupled means: straight to w.",
    ),
    "coupled_and_decoupled": (
        {"penalty": lambda self, w: self.weight_decay * w},
        "λw is in there twice: it is added to the gradient, and w decays besides. The second alone is AdamW.",
    ),
    "in_the_fraction": (
        {"decay": None, "along": lambda self, m, g, w: m + self.weight_decay * w},
        "λw is added to m here, so it is divided by √v with it. Decoupled means: straight to w.",
    ),
    "after_the_step": (
        {"decays": "after"},
        "The decay comes after Adam's step, so it also shrinks the step. It is to use w as it was before.",
    ),
    "without_rate": (
        {"decay": lambda self, w, lr, alpha: self.weight_decay * w},
        "The decay is not multiplied by the learning rate. In Keras it is.",
    ),
    "without_rate_afterwards": (
        {"decay": lambda self, w, lr, alpha: self.weight_decay * w, "decays": "after"},
        "The decay is not multiplied by the learning rate, in Keras it is; and it comes after Adam's step, where it is to "
        "use w as it was before.",
    ),
    "same_for_all": (
        {"decay": lambda self, w, lr, alpha: lr * self.weight_decay},
        "The same amount is taken off every weight. Decay takes a *share* of each: what is that share a share of?",
    ),
    "bare_number": (
        {"decay": lambda self, w, lr, alpha: self.weight_decay},
        "The number `weight_decay` itself is taken off every weight. Decay takes a share of each weight, and the learning "
        "rate is in that share.",
    ),
    "grows": (
        {"decay": lambda self, w, lr, alpha: -lr * self.weight_decay * w},
        "The weights grow by the share that they should lose: the sign of the decay is turned.",
    ),
    "only_the_share_is_left": (
        {"decay": lambda self, w, lr, alpha: w - lr * self.weight_decay * w},
        "Every weight is multiplied by the small share that it should lose. What is left of 1 when that share is gone?",
    ),
    "corrected_rate": (
        {"decay": lambda self, w, lr, alpha: alpha * self.weight_decay * w},
        "The decay is multiplied by α_t. The bias correction is for m and v alone: the decay uses α, which is `lr`.",
    ),
    "decay_twice": (
        {"decay": lambda self, w, lr, alpha: (2 - lr * self.weight_decay) * lr * self.weight_decay * w},
        "The weights are shrunk twice in each step. Does the base class decay them too, with the `weight_decay` that it is handed?",
    ),
    "double_decay": (
        {"decay": lambda self, w, lr, alpha: 2 * lr * self.weight_decay * w},
        "The decay takes twice its share, 2 α λ w. The share is α λ.",
    ),
    "kept_share": (
        {"decay": lambda self, w, lr, alpha: w - self.weight_decay * w},
        "Every weight is multiplied by λ itself: only that share is left of it. λ says how much goes, and α is in that share too.",
    ),
    "decay_divided": (
        {"decay": lambda self, w, lr, alpha: w - w / (1 - lr * self.weight_decay)},
        "The weights are divided by 1 − αλ, which makes them longer.",
    ),
    "decay_divided_by_more": (
        {"decay": lambda self, w, lr, alpha: w - w / (1 + lr * self.weight_decay)},
        "The weights are divided by 1 + αλ: nearly the same for small αλ, and not for large ones. The share αλ is taken off.",
    ),
    "rate_below": (
        {"decay": lambda self, w, lr, alpha: self.weight_decay / lr * w},
        "λ is divided by the learning rate: the decay is to be the smaller the smaller the rate is.",
    ),
    "half_decay": (
        {"decay": lambda self, w, lr, alpha: 0.5 * lr * self.weight_decay * w},
        "The decay takes half its share, as if λ came from ½ λ w². The share is α λ.",
    ),
    "rate_squared_in_decay": (
        {"decay": lambda self, w, lr, alpha: lr * lr * self.weight_decay * w},
        "The decay is multiplied by the learning rate twice.",
    ),
    "decay_of_size": (
        {"decay": lambda self, w, lr, alpha: lr * self.weight_decay * np.abs(w)},
        "The decay takes a share of |w| off, which makes negative weights longer. Of what does it take a share?",
    ),
    "decay_of_square": (
        {"decay": lambda self, w, lr, alpha: lr * self.weight_decay * w * w},
        "The decay takes a share of w² off. Of what does it take a share?",
    ),
    "decay_of_sign": (
        {"decay": lambda self, w, lr, alpha: lr * self.weight_decay * np.sign(w)},
        "Every weight loses the same amount, towards 0: that is an L1 penalty. Decay takes a share of each weight.",
    ),
    "no_decay": ({"decay": None}, "The weights do not decay: this is Adam."),
}

ADAMW = Catalogue(rules.DecayOwner, rules.build, {"decay": rules.share}, OPTIMIZER | NEVER_WRITTEN | _DECAY, ALONE)

_MAXIMUM = {
    "plain_adam": (
        {"divisor": rules.newest},
        "These are Adam's steps: what they are divided by is the newest v, not the largest so far. Is the larger of h and v taken, "
        "and is it still in `h` at the next step?",
    ),
    "maximum_of_corrected": (
        {"divisor": amsgrad_rules.largest_corrected},
        "The maximum is taken of the corrected v̂, as in Optax. Keras takes it of v as it is, and puts the correction into α_t.",
    ),
    "maximum_of_corrected_paper": (
        {"divisor": amsgrad_rules.largest_corrected, "form": rules.paper_form},
        "The maximum is taken of the corrected v̂, as in Optax, with ε on its root. Keras takes it of v as it is, and puts "
        "the correction into α_t.",
    ),
    "maximum_in_v": (
        {"divisor": amsgrad_rules.largest_in_v},
        "v itself is replaced by the maximum, and the next average starts from there. v forgets as before; only h "
        "remembers.",
    ),
    "maximum_of_squares": (
        {"divisor": amsgrad_rules.largest_square},
        "h remembers the largest g², not the largest v. Of which of the two does AMSGrad take the maximum?",
    ),
    "maximum_of_sizes": (
        {"divisor": amsgrad_rules.largest_size},
        "h remembers the largest |g|. AMSGrad remembers the largest v.",
    ),
    "h_stays_at_0": (
        {"divisor": amsgrad_rules.smallest},
        "h stays at 0, as at the start. Is it never written (`np.maximum(h, v)` alone gives a new array; `out=` names the "
        "one that takes it), or is the smaller of h and v written into it?",
    ),
    "maximum_too_early": (
        {"divisor": amsgrad_rules.largest_before},
        "h takes the maximum before v has taken in this gradient: which of the two lines comes first?",
    ),
    "one_maximum_for_all": (
        {"divisor": amsgrad_rules.largest_of_all},
        "One number is the maximum for all entries here: `np.max`, `.max()` and `max` look for one. `np.maximum(h, v)` takes "
        "the larger of two arrays, entry by entry.",
    ),
    "one_maximum_of_now": (
        {"divisor": amsgrad_rules.largest_now},
        "What is divided by is the largest entry of today's v, one number for all: `np.max(v)` looks along the array. AMSGrad "
        "looks back in time, for each entry by itself: h holds the largest that this entry of v has been.",
    ),
    "maximum_of_roots": (
        {"divisor": amsgrad_rules.largest_root},
        "h remembers the largest √v, and the step divides by the root of that: the root is taken twice.",
    ),
    "corrected_twice": (
        {"divisor": amsgrad_rules.corrected_twice},
        "The maximum is taken of the corrected v̂, and α_t corrects v once more. Keras takes the maximum of v as it is.",
    ),
    "average_of_both": (
        {"divisor": amsgrad_rules.halfway},
        "h goes half of the way to v. It is to hold the larger of the two.",
    ),
    "sum_of_maxima": (
        {"divisor": amsgrad_rules.sum_of_maxima},
        "The larger of h and v is added to h, which then holds a sum. It is to take the place of h.",
    ),
    "not_below_epsilon": (
        {"divisor": amsgrad_rules.not_below_epsilon},
        "The larger of v and ε is taken: nothing is remembered. h holds the largest v so far.",
    ),
    "sum_in_h": ({"divisor": amsgrad_rules.sum_of_all}, "h adds up all v. It is to remember the largest of them."),
}

# A v below 0 never gets into h: these two are other mistakes' steps here.
_OF_AMSGRAD = {id: entry for id, entry in OPTIMIZER.items() if id not in ("v_moves_away", "sign_hidden")}
AMSGRAD = Catalogue(
    amsgrad_rules.MaximumOwner, rules.build, {"divisor": amsgrad_rules.largest}, _OF_AMSGRAD | _MAXIMUM, ALONE
)

_BEFORE = "What does a memory hold before anything has happened?"
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
        f"A square is never negative, but v still starts from the weights, and it averages squared slopes. {_BEFORE}",
    ),
    "from_full_squares": (
        lambda w, grads, epsilon: w**2,
        f"A square is never negative, but v starts from the weights, and it averages squared slopes. {_BEFORE}",
    ),
    "from_full_sizes": (
        lambda w, grads, epsilon: np.abs(w),
        f"v starts from the size of the weights, as if slopes that steep had been. {_BEFORE}",
    ),
    "ones": (
        lambda w, grads, epsilon: np.ones_like(w),
        f"v starts at 1, as if there had been slopes of size 1, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "tenth": (
        lambda w, grads, epsilon: np.full_like(w, 0.1),
        f"v starts at 0.1, where Keras' Adagrad starts, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "tiny": (
        lambda w, grads, epsilon: np.full_like(w, 1e-8),
        f"v starts at 1e-8, as if there had been slopes of size 0.0001, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "turned_weights": (
        lambda w, grads, epsilon: -1e-6 * w,
        "v starts from the weights still, with the other sign: now below 0 where they are positive.",
    ),
    "mean_square": (
        lambda w, grads, epsilon: np.mean(grads**2, axis=0),
        f"v starts at the mean of all squares, those to come too, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "small": (
        lambda w, grads, epsilon: np.full_like(w, 1e-6),
        f"v starts at 1e-6, as if there had been slopes of size 0.001, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "epsilon": (
        lambda w, grads, epsilon: np.full_like(w, epsilon),
        f"v starts at ε. ε has its place in the divisor, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "clipped": (
        lambda w, grads, epsilon: np.maximum(1e-6 * w, 0),
        f"Negative starts are cut off, positive ones still come from the weights. {_BEFORE}",
    ),
    "still_smaller": (
        lambda w, grads, epsilon: 1e-12 * w,
        f"v starts from the weights still, only smaller: below 0 where a weight is negative. {_BEFORE}",
    ),
    "first_square": (
        lambda w, grads, epsilon: grads[0] ** 2,
        f"v starts at the first squared gradient, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "first_size": (
        lambda w, grads, epsilon: np.abs(grads[0]),
        f"v starts at the size of the first gradient, and the correction is made for a start at 0. {_BEFORE}",
    ),
    "first_gradient": (
        lambda w, grads, epsilon: grads[0],
        f"v starts at the first gradient, which is not squared and may be negative. {_BEFORE}",
    ),
}


def _hidden(divisor=rules.newest, form=rules.paper_form):
    return published(start=_STARTS["from_weights"][0], divisor=divisor, form=form)


def _step_or_stay(self, lr, m, v, a, b, t):
    return np.nan_to_num(rules.paper_form(self, lr, m, v, a, b, t))


_HIDDEN = f"No nan any more, but only the sign is hidden, under the root: v still starts from the weights. {_BEFORE}"
# Given out under another id, or nan throughout, as from t = 0.
_NOT_IN_A_LIST = {"epsilon_on_weights_upwards", "epsilon_inside_corrected", "frozen_t", "no_parentheses_in_the_hats"}
_PUBLISHED = {
    id: (published(**parts), said)
    for id, (parts, said) in COMMON.items()
    if not id.startswith("numbers_in") and id not in _NOT_IN_A_LIST
}


def _with_epsilon(number):
    return lambda self, lr, m, v, a, b, t: lr * a * m / (np.sqrt(v) / b + number)


_PUBLISHED |= {
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
        "Every row is the last place: one array stands in the path many times, and each step changes it. What is kept must "
        "be a copy.",
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
_OF_THE_START = {id: (published(start=start), said) for id, (start, said) in _STARTS.items()} | {
    "both_from_the_first": (
        published(start=_STARTS["first_square"][0], start_of_m=lambda grads: grads[0]),
        f"m starts at the first gradient and v at its square, and the corrections are made for a start at 0. {_BEFORE}",
    ),
    "absolute_in_root": (_hidden(lambda self, h, old, v, g, b: np.abs(v)), _HIDDEN),
    "cut_in_root": (_hidden(lambda self, h, old, v, g, b: np.maximum(v, 0)), _HIDDEN),
    "nan_replaced": (
        _hidden(form=_step_or_stay),
        "Where the root has no value the step is now 0: the weight waits until there is a root again. It should step, and "
        f"v should never be negative. {_BEFORE}",
    ),
    "start_and_keras_epsilon": (
        _hidden(form=rules.keras_form),
        f"v starts from the weights still; and ε is now where Keras has it, on the uncorrected root. {_BEFORE}",
    ),
}
# What each of the four is handed out with: its own id is "unchanged" there.
GIVEN = {
    "added": (published(form=rules.on_weights_upwards), COMMON["epsilon_on_weights_upwards"][1]),
    "inside": (published(form=rules.inside_corrected), COMMON["epsilon_inside_corrected"][1]),
    "frozen": (
        published(time=lambda self, t: 1),
        "t is 1 at every step here: the correction of the first step never changes.",
    ),
    "from_weights": _OF_THE_START["from_weights"],
}


def misprint(given, unchanged):
    """The mistakes of the exercise that hands out `given`, with what to say of the code as it was given."""
    others = {id: entry for id, entry in (_OF_THE_START | GIVEN | _PUBLISHED).items() if id != given}
    return {"unchanged": (GIVEN[given][0], unchanged)} | others


PaperAdam = made(rules.Owner, rules.build(form=rules.paper_form))
# What a port to Keras can get wrong; its t is told by its nan.
PORTED = Catalogue(
    rules.Owner,
    rules.build,
    {"form": rules.paper_form},
    {id: entry for id, entry in COMMON.items() if id not in ("no_parentheses_in_m_hat", "epsilon_in_v_alone")}
    | {
        "epsilon_keras": (
            {"form": rules.keras_form},
            "This is Keras' own Adam, with ε on √v. The rule to be ported adds ε to √v̂, after the correction.",
        ),
    },
)
