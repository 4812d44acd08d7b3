"""What is said of each known mistake in Adam's rule; the parts that make it stand in ``adam_rules``."""

import numpy as np

from helpers.check.catalogue import adam_rules as rules
from helpers.check.catalogue.families import Catalogue

_ROOT = "The step is divided by v, a squared size. Which operation brings it back to a size?"
_INSIDE = "ε is inside the root here, as in Keras' RMSprop. In Adam it is added after the root is taken."
_TWICE = "ε is added twice, inside the root and outside it. It belongs outside alone."
_LARGER = "This takes the larger of the root and ε. In Adam ε is added to the root, everywhere."
_HATS = "divides by 1 and then subtracts"
_ROOT_OF_EPSILON = "The root of ε is added to the root of v, as if each had one of its own. In Adam ε itself is added."
_SQUARE_OF_DIFFERENCE = "(g − v)² goes into v here, the square of a difference. v averages g²: g alone is squared."
_SLOT = (
    "so the next step goes on from {}. The correction is for this step alone: put it into α_t, or give what is corrected "
    "a name of its own."
)

# {id: (parts that are wrong, what to say)}: in Adam, AdamW, AMSGrad, and in the misprints that lesson 08 hands out.
COMMON = {
    "no_correction": (
        {"correction": rules.uncorrected},
        "Neither average is corrected for its start at 0, as in the glued optimizer of lesson 08.",
    ),
    "frozen_t": (
        {"time": lambda self, t: 1},
        "This is Adam with t frozen at 1: the correction is right at the first step and never changes. Which of its "
        "numbers is to the power t?",
    ),
    "t_one_ahead": (
        {"time": lambda self, t: t + 1},
        "t is 2 at the first step here, and one ahead ever after. The first step has t = 1.",
    ),
    "m_frozen_t": (
        {"correction": rules.m_frozen},
        "m's correction has t frozen at 1: 1 − β₁ at every step. v's goes on. To which power is β₁?",
    ),
    "v_frozen_t": (
        {"correction": rules.v_frozen},
        "v's correction has t frozen at 1: 1 − β₂ at every step. m's goes on. To which power is β₂?",
    ),
    "only_v_corrected": ({"correction": rules.only_v}, "v is corrected, m is not: what does m need after t steps?"),
    "only_m_corrected": ({"correction": rules.only_m}, "m is corrected, v is not: what does v need after t steps?"),
    "correction_without_root": (
        {"correction": rules.without_root},
        "v is corrected by 1 − β₂ᵗ, but the step divides by the root of v: then what becomes of the correction?",
    ),
    "half_for_root": (
        {"correction": rules.half_for_root},
        "A power binds more tightly than `/`: `x ** 1 / 2` is (x ** 1) / 2, a half and no root.",
    ),
    "root_of_both": (
        {"correction": rules.root_of_both},
        "The root covers both corrections. v is under a root in the step, m is not: which of the two has its root taken?",
    ),
    "upside_down": (
        {"correction": rules.upside_down},
        "The correction is upside down: it makes steps longer where it should make them shorter. What is m divided by, and what v?",
    ),
    "v_upside_down": ({"correction": rules.v_upside_down}, "v's correction is upside down; m's is right."),
    "m_upside_down": ({"correction": rules.m_upside_down}, "m's correction is upside down; v's is right."),
    "power_of_all": (
        {"correction": rules.power_of_all},
        "This is (1 − β)ᵗ, which becomes tiny. The power belongs to β alone: 1 − βᵗ.",
    ),
    "power_of_all_below": (
        {"correction": rules.power_of_all_below},
        "m is corrected by (1 − β₁)ᵗ, which becomes tiny. The power belongs to β₁ alone: 1 − β₁ᵗ.",
    ),
    "betas_swapped_in_the_correction": (
        {"correction": rules.betas_swapped},
        "In the correction the two β have changed places: 1 − β₁ᵗ belongs to m, 1 − β₂ᵗ to v.",
    ),
    "times_t": (
        {"correction": rules.times_t},
        "The correction multiplies β by t. After t steps the share that the start at 0 still has is β *to the power* t.",
    ),
    "times_t_made_positive": (
        {"correction": rules.times_t_made_positive},
        "The correction multiplies β by t, which is why a root of a negative number came up. After t steps the share that "
        "the start at 0 still has is β *to the power* t.",
    ),
    "numbers_in_the_correction": (
        {"correction": rules.numbers_in_the_correction},
        "In the correction stand 0.9 and 0.999, whatever β₁ and β₂ are.",
    ),
    "epsilon_inside": ({"form": rules.inside}, _INSIDE),
    "epsilon_inside_corrected": ({"form": rules.inside_corrected}, _INSIDE),
    "epsilon_on_weights": (
        {"form": rules.on_weights},
        "ε is added to the step instead of the divisor: without parentheses around root + ε, Python divides first.",
    ),
    "epsilon_on_weights_upwards": (
        {"form": rules.on_weights_upwards},
        "ε is added to the weights, each step anew. It belongs to the root that is divided by: mind the parentheses.",
    ),
    "no_epsilon": (
        {"form": rules.no_epsilon},
        "ε is missing. Where a weight never had a gradient, m and v are 0, and 0/0 is nan.",
    ),
    "no_nan": (
        {"form": rules.no_nan},
        "ε plays no part where there is a gradient: it is missing, or does no more than catch 0/0. In Adam it is added to the "
        "root everywhere, so that small gradients make shorter steps.",
    ),
    "no_root": ({"form": rules.no_root}, _ROOT),
    "no_root_of_v_hat": ({"form": rules.no_root_of_v_hat}, _ROOT),
    "epsilon_twice": ({"form": rules.inside_and_outside}, _TWICE),
    "epsilon_twice_corrected": ({"form": rules.inside_and_outside_corrected}, _TWICE),
    "epsilon_in_v": (
        {"extra_v": lambda self: self.epsilon},
        "ε goes into v itself, at every step, and adds up there. It is added once, to the root that is divided by.",
    ),
    "epsilon_in_v_alone": (
        {"extra_v": lambda self: self.epsilon, "form": rules.no_epsilon},
        "ε goes into v itself, at every step, and adds up there; the root has none. It is added once, to the root that "
        "is divided by.",
    ),
    "epsilon_squared": (
        {"form": rules.epsilon_squared_inside},
        "ε² is inside the root here. √(v̂ + ε²) is √v̂ + ε only where v̂ or ε is 0: compare the two at v̂ = ε².",
    ),
    "larger_of_root_and_epsilon": ({"form": rules.largest_of_both}, _LARGER),
    "epsilon_taken_away": (
        {"form": rules.epsilon_taken_away},
        "ε is taken away from the root. It is there to keep the divisor from 0: added, not taken away.",
    ),
    "divided_then_times_epsilon": (
        {"form": rules.divided_then_times_epsilon},
        "The whole step is multiplied by ε. ε is added to the root, in the divisor.",
    ),
    "times_epsilon": (
        {"form": rules.times_epsilon},
        "The root is multiplied by ε, which makes the steps enormous. ε is added to it.",
    ),
    "both_forms": (
        {"form": rules.both_forms, "correction": rules.corrected},
        "m and v are each corrected twice: α_t makes up for their start at 0, and so do m̂ and v̂. These are two ways to write "
        "one thing. How many of them does a step need?",
    ),
    "m_corrected_twice": (
        {"form": rules.m_twice, "correction": rules.corrected},
        "m is corrected twice, once in α_t and once before: 1 − β₁ᵗ divides it in two places.",
    ),
    "v_corrected_twice": (
        {"form": rules.v_twice, "correction": rules.corrected},
        "v is corrected twice, once in α_t and once before: 1 − β₂ᵗ comes in in two places.",
    ),
    "root_of_epsilon": ({"form": rules.root_of_epsilon}, _ROOT_OF_EPSILON),
    "root_of_epsilon_corrected": ({"form": rules.root_of_epsilon_corrected}, _ROOT_OF_EPSILON),
    "undivided": ({"form": rules.undivided}, "The step is α_t m: it is divided by nothing. Where does v come in?"),
    "multiplied": ({"form": rules.multiplied}, "The step is multiplied by the root of v. Adam divides by it."),
    "no_parentheses_in_the_hats": (
        {"form": rules.no_parentheses_in_the_hats, "correction": rules.corrected},
        f"`m / 1 - self.beta_1**t` {_HATS}, and v likewise: 1 − βᵗ needs parentheses to be a divisor.",
    ),
    "no_parentheses_in_m_hat": (
        {"form": rules.no_parentheses_in_m_hat, "correction": rules.corrected},
        f"`m / 1 - self.beta_1**t` {_HATS}: 1 − β₁ᵗ needs parentheses to be a divisor. v is right.",
    ),
    "no_parentheses_in_m_hat_alone": (
        {"form": rules.no_parentheses_in_m_hat_paper, "correction": rules.corrected},
        f"`m / 1 - self.beta_1**t` {_HATS}: 1 − β₁ᵗ needs parentheses to be a divisor.",
    ),
    "corrected_in_the_slots": (
        {"form": rules.in_the_slots, "correction": rules.corrected},
        f"m and v are corrected in place, {_SLOT.format('the corrected arrays')}",
    ),
    "m_corrected_in_its_slot": (
        {"form": rules.m_in_its_slot, "correction": rules.corrected},
        f"m is corrected in place, {_SLOT.format('the corrected array')}",
    ),
    "no_parentheses_in_the_averages": (
        {"keeps_m": rules.no_parentheses, "keeps_v": rules.no_parentheses},
        "`1 - self.beta_1 * (g - m)` multiplies first and subtracts then: the share 1 − β needs parentheses before it is "
        "multiplied.",
    ),
    "assigned_instead_of_added": (
        {"keeps_m": rules.short_of_old, "keeps_v": rules.short_of_old},
        "(1 − β)(g − m) is what m changes by, not what it becomes; v likewise. Is it added?",
    ),
    "first_share_in_v": (
        {"betas": lambda self: (self.beta_1, (self.beta_2, self.beta_1)), "keeps_v": rules.two_shares},
        "v keeps the share β₂ of what it was and takes in the share 1 − β₁ of g². The two shares of an average make 1.",
    ),
    "second_share_in_m": (
        {"betas": lambda self: ((self.beta_1, self.beta_2), self.beta_2), "keeps_m": rules.two_shares},
        "m keeps the share β₁ of what it was and takes in the share 1 − β₂ of g. The two shares of an average make 1.",
    ),
    "numbers_in_the_averages": (
        {"keeps_m": rules.fixed(0.9), "keeps_v": rules.fixed(0.999)},
        "In the averages stand 0.9 and 0.999 (or 0.1 and 0.001), whatever β₁ and β₂ are.",
    ),
    "first_beta_in_v": (
        {"betas": lambda self: (self.beta_1, self.beta_1)},
        "v is averaged with β₁, m's share. Which β belongs to v?",
    ),
    "second_beta_in_m": (
        {"betas": lambda self: (self.beta_2, self.beta_2)},
        "m is averaged with β₂, v's share. Which β belongs to m?",
    ),
    "betas_swapped_in_the_averages": (
        {"betas": lambda self: (self.beta_2, self.beta_1)},
        "The two β have changed places in the averages: m keeps the share β₁, v the share β₂.",
    ),
    "betas_swapped": (
        {"betas": lambda self: (self.beta_2, self.beta_1), "correction": rules.betas_swapped},
        "The two β have changed places everywhere: β₁ belongs to m, β₂ to v.",
    ),
    "not_squared": (
        {"into_v": lambda g, m: g},
        "v averages g here, not its square: it can fall below 0, and then its root is nan.",
    ),
    "doubled_not_squared": (
        {"into_v": lambda g, m: 2 * g},
        "v averages g doubled, not g squared: `g * 2` is g + g. It keeps its sign: v can fall below 0, and then its root is nan.",
    ),
    "sign_hidden": (
        {"into_v": lambda g, m: g, "form": rules.root_of_size},
        "v averages g with its sign, and the root is taken of the size of that: slopes of opposite sign cancel in v. What is "
        "squared, and when?",
    ),
    "sizes": (
        {"into_v": lambda g, m: np.abs(g)},
        "v averages the sizes |g| here, and the step divides by the root of that. It is to average g².",
    ),
    "variance": (
        {"into_v": lambda g, m: (g - m) ** 2},
        "v averages (g − m)², how much g differs from its average (an optimizer called AdaBelief does). In Adam it averages g².",
    ),
    "square_of_difference": (
        {"into_v": lambda g, m: g, "keeps_v": rules.squared_difference},
        _SQUARE_OF_DIFFERENCE,
    ),
    "towards_square_of_difference": (
        {"into_v": lambda g, m: g, "keeps_v": rules.towards_squared_difference},
        _SQUARE_OF_DIFFERENCE,
    ),
    "one_size_for_all": (
        {"into_v": lambda g, m: np.mean(g * g)},
        "v averages the mean of all squares, one number for the whole array. Each weight has a v of its own.",
    ),
    "square_of_m": (
        {"into_v": rules.square_of_m},
        "v averages m² here. It is to average g², the square of the gradient itself.",
    ),
    "squares_in_m": (
        {"into_m": lambda g, m: g * g},
        "m averages g² here: a square has lost its sign. It is to average g.",
    ),
    "gradient_for_m": (
        {"along": lambda self, m, g, w: g},
        "w moves along g itself, divided by the root of v. What is m averaged for, if the step does not use it?",
    ),
    "uncorrected_gradient_for_m": (
        {"along": lambda self, m, g, w: g, "correction": rules.only_v},
        "w moves along g itself, divided by the root of v̂: that is RMSprop with a correction. What is m averaged for, if "
        "the step does not use it?",
    ),
    "nadam": (
        {"along": lambda self, m, g, w: self.beta_1 * m + (1 - self.beta_1) * g},
        "The step mixes m with today's gradient once more, β₁ m + (1 − β₁) g: that is Nesterov's look-ahead, as in Nadam. "
        "Adam moves along m.",
    ),
    "v_adds_up": (
        {"keeps_v": lambda b, old, new: old + new},
        "v adds up all squares, as in Adagrad. It is to be an average that forgets, with the share 1 − β₂ of the new square.",
    ),
    "second_beta_in_both_corrections": (
        {"correction": rules.one_beta("beta_2")},
        "Both corrections have β₂. m's is 1 − β₁ᵗ.",
    ),
    "first_beta_in_both_corrections": (
        {"correction": rules.one_beta("beta_1")},
        "Both corrections have β₁. v's is 1 − β₂ᵗ.",
    ),
    "plus_in_the_correction": (
        {"correction": rules.plus},
        "The correction is 1 + βᵗ here. An average that starts at 0 has the share 1 − βᵗ of what it should have.",
    ),
    "clipped": (
        {"gradient": lambda g: np.clip(g, -1, 1)},
        "The gradient is clipped to the range from −1 to 1. Adam takes it as it is.",
    ),
    "one_length": (
        {"gradient": lambda g: g / np.linalg.norm(g)},
        "The gradient is divided by its length first. Adam takes it as it is.",
    ),
    "no_learning_rate": (
        {"rate": lambda lr: 1.0},
        "The step is made of the averages and their corrections alone: where is the learning rate, `lr`?",
    ),
    "rate_twice": ({"rate": lambda lr: lr * lr}, "The learning rate is multiplied in twice."),
    "uphill": ({"sign": -1.0}, "The sign is turned: this walks uphill. Is the step taken off the weights?"),
    "moves_first": (
        {"order": "step first"},
        "The step is made of m and v as they were before they took in this gradient: which lines come first?",
    ),
}

# {(id in both averages or None, in m alone, in v alone): (the rule of the average, what to say of it)}
_AVERAGES = {
    ("betas_turned_round", "m_turned_round", "v_turned_round"): (
        rules.turned_round,
        "β and 1 − β have changed places in {}: a β near 1 is to keep nearly all of what was there.",
    ),
    ("no_shares", "no_share_in_m", "no_share_in_v"): (
        rules.whole,
        "What is new goes into {} whole. Its share in an average is 1 − β.",
    ),
    ("adds_without_forgetting", "m_never_fades", "v_never_fades"): (
        rules.grows,
        "What is new goes into {} with its share 1 − β, but nothing of the old goes out: that is a sum, not an average. What must "
        "happen to the old value?",
    ),
    ("added_to_themselves", "m_added_to_itself", "v_added_to_itself"): (
        rules.to_itself,
        "`+=` with the share β of the old value on its right, in {}: all of the old is kept, and that share once more. What should "
        "become of the old one?",
    ),
    ("nothing_kept", "m_forgets", "v_forgets"): (
        rules.last_only,
        "Nothing of the steps before is kept in {}, only the share 1 − β of what is new. What should stay of the old value?",
    ),
    (None, "m_moves_away", "v_moves_away"): (
        rules.moves_away,
        "{} moves away from what it should average: the share 1 − β of the difference, new less old, is taken off where it should "
        "be added. (A v below 0 has no root.)",
    ),
}


def _averages():
    """The mistakes of `_AVERAGES`, each in both averages and in each of the two."""
    for ids, (rule, said) in _AVERAGES.items():
        for id, of in zip(ids, ("m and v", "m", "v"), strict=True):
            if id:  # with a v below 0 all is nan, whatever m is
                yield id, ({f"keeps_{name}": rule for name in of.split(" and ")}, said.format(of))


COMMON |= dict(_averages())

_KERAS_EPSILON = (
    "This is Algorithm 1 of the paper, with ε on the corrected root. Keras adds ε to the root of v as it is, "
    "before the correction: the difference shows where gradients are small."
)


def _counts(self, t):
    self.count += 1
    return self.count


OPTIMIZER = COMMON | {
    "epsilon_paper": ({"form": rules.paper_form}, _KERAS_EPSILON),
    "no_parentheses": (
        {"correction": rules.correction_without_parentheses},
        f"`… / 1 - self.beta_1**t` {_HATS}: 1 − β₁ᵗ needs parentheses to be the divisor in α_t.",
    ),
    "root_too_long": (
        {"correction": rules.root_too_long},
        "The correction is the root of a number below 0, which is nan. In `np.sqrt(1 - self.beta_2**t / …)` only β₂ᵗ is "
        "divided, and that quotient is larger than 1; β₂ᵗ − 1 is below 0 too. What stands under your root?",
    ),
    "counts_itself": (
        {"time": _counts},
        "The count of steps goes on too fast: `update_step` runs once for each parameter, and for each block of a large one. "
        "What counts its calls? The step is handed in as `t`.",
    ),
}

# They change what they are given, or leave nothing but nan: not to be combined with others.
ALONE = {"counts_itself", "root_too_long", "corrected_in_the_slots", "m_corrected_in_its_slot"}
ALONE |= {"both_forms", "m_corrected_twice", "v_corrected_twice"}  # with a frozen t that is another mistake
NEVER_WRITTEN = {
    "v_never_written": (
        {"keeps_v": rules.stays},
        "v stays at 0: nothing is written into it, and the step is divided by ε alone. What does v average?",
    ),
}
ADAM = Catalogue(rules.Owner, rules.build, {}, OPTIMIZER | NEVER_WRITTEN, ALONE)
