"""Known mistakes in Adam's relatives: AdamW, AMSGrad, and the Adam that is ported to Keras. All know Adam's, too."""

import numpy as np

from helpers.check.catalogue import adam_rules as rules
from helpers.check.catalogue import amsgrad_rules
from helpers.check.catalogue.adam_mistakes import ALONE, COMMON, NEVER_WRITTEN, OPTIMIZER
from helpers.check.catalogue.families import Catalogue, made

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
        "The maximum is taken of the corrected v̂, as in Optax. Of which v does Keras take it, and where is the correction then?",
    ),
    "maximum_of_corrected_paper": (
        {"divisor": amsgrad_rules.largest_corrected, "form": rules.paper_form},
        "The maximum is taken of the corrected v̂, as in Optax, with ε on its root. Of which v does Keras take it, and where is "
        "the correction then?",
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
