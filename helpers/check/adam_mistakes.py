"""What is said of each known mistake in Adam and AdamW; the rules that make them stand in ``adam_rules``."""

from helpers.check import adam_rules as rules

ADAM = {
    "no_correction": (
        rules.rule(rules.glued),
        "This is the glued optimizer of the first page: neither average is corrected for its start at 0.",
    ),
    "frozen_t": (
        rules.rule(rules.frozen),
        "This is Adam with t frozen at 1: the correction is right at the first step and never changes. Which of its "
        "numbers is to the power t?",
    ),
    "epsilon_paper": (
        rules.rule(rules.paper),
        "This is Algorithm 1 of the paper, with ε on the corrected root. Keras adds ε to the root of v as it is, "
        "before the correction: the difference shows where gradients are small.",
    ),
    "epsilon_inside": (
        rules.rule(rules.inside),
        "ε is inside the root here, as in Keras' RMSprop. In Adam it is added after the root is taken.",
    ),
    "epsilon_on_weights": (
        rules.rule(rules.on_weights),
        "ε is added to the step instead of the denominator: mind the parentheses.",
    ),
    "only_v_corrected": (rules.rule(rules.only_v), "v is corrected, m is not: what does m need after t steps?"),
    "only_m_corrected": (rules.rule(rules.only_m), "m is corrected, v is not: what does v need after t steps?"),
    "correction_without_root": (
        rules.rule(rules.no_root_of_correction),
        "v is corrected by 1 − β₂ᵗ, but the step divides by the root of v: then what becomes of the correction?",
    ),
    "no_root": (
        rules.rule(rules.no_root),
        "The step is divided by v, a squared size. Which operation brings it back to a size?",
    ),
    "corrected_in_the_slots": (
        rules.rule(rules.into_the_slots),
        "m and v are corrected in place, so the next step goes on from the corrected arrays. The correction is for this "
        "step alone: put it into α_t, or give the corrected arrays names of their own.",
    ),
    "m_corrected_in_its_slot": (
        rules.rule(rules.m_into_its_slot),
        "m is corrected in place, so the next step goes on from the corrected array. The correction is for this step "
        "alone: put it into α_t, or give the corrected array a name of its own.",
    ),
    "betas_turned_round": (
        rules.rule(rules.right, rules.complement, rules.complement),
        "β and 1 − β have changed places in the averages: a β near 1 is to keep nearly all of what was there.",
    ),
    "no_parentheses": (
        rules.rule(rules.no_parentheses),
        "`… / 1 - self.beta_1**t` divides by 1 and then subtracts: 1 − β₁ᵗ needs parentheses to be the divisor in α_t.",
    ),
    "no_parentheses_in_the_hats": (
        rules.rule(rules.no_parentheses_in_the_hats),
        "`m / 1 - self.beta_1**t` divides by 1 and then subtracts, and v likewise: 1 − βᵗ needs parentheses to be a divisor.",
    ),
    "root_of_both": (
        rules.rule(rules.root_of_both),
        "The root covers both corrections. v is under a root in the step, m is not: which of the two has its root taken?",
    ),
    "power_of_all": (
        rules.rule(rules.power_of_all),
        "This is (1 − β)ᵗ, which becomes tiny. The power belongs to β alone: 1 − βᵗ.",
    ),
    "upside_down": (
        rules.rule(rules.upside_down),
        "The fraction in α_t is upside down: it makes long steps longer still. Which correction is above the line?",
    ),
    "first_beta_in_v": (
        rules.FirstBetaInV,
        "v is averaged with β₁, m's share. Which β belongs to v?",
    ),
    "adds_without_forgetting": (
        rules.AddsWithoutForgetting,
        "The new part goes in with its share 1 − β, but nothing of the old goes out: m and v are sums here, not averages. "
        "What must happen to the old value?",
    ),
    "no_parentheses_in_the_averages": (
        rules.NoParenthesesInTheAverages,
        "`1 - self.beta_1 * (g - m)` multiplies first and subtracts then: the share 1 − β needs parentheses before it is "
        "multiplied.",
    ),
    "gradient_for_m": (
        rules.GradientForM,
        "w moves along g itself, divided by the root of v. What is m averaged for, if the step does not use it?",
    ),
    "no_learning_rate": (
        rules.rule(rules.no_learning_rate),
        "α_t is made of the two corrections alone: where is the learning rate, `lr`?",
    ),
    "betas_swapped_in_the_correction": (
        rules.rule(rules.betas_swapped),
        "In α_t the two β have changed places: the root is over v's correction, 1 − β₂ᵗ, and m's stands below the line.",
    ),
    "times_t": (
        rules.rule(rules.times_t),
        "The correction multiplies β by t. After t steps the share that the start at 0 still has is β *to the power* t.",
    ),
    "power_of_all_below": (
        rules.rule(rules.power_of_all_below),
        "Below the line stands (1 − β₁)ᵗ, which becomes tiny. The power belongs to β₁ alone: 1 − β₁ᵗ.",
    ),
    "root_too_long": (
        rules.rule(rules.root_too_long),
        "The root covers a quotient that has slipped into it: in `np.sqrt(1 - self.beta_2**t / …)` only β₂ᵗ is divided. "
        "Where does the root's parenthesis close?",
    ),
    "no_parentheses_in_m_hat": (
        rules.rule(rules.no_parentheses_in_m_hat),
        "`m / 1 - self.beta_1**t` divides by 1 and then subtracts: 1 − β₁ᵗ needs parentheses to be a divisor. v is right.",
    ),
    "moves_first": (
        rules.MovesFirst,
        "w moves before m and v have taken in this gradient: which lines come first?",
    ),
    **{
        f"numbers_in_{where.replace(' ', '_')}": (
            wrong,
            f"0.9 and 0.999 are written as numbers in {where}. The β that the class was made with are `self.beta_1` and "
            "`self.beta_2`.",
        )
        for where, wrong in rules.HARD_CODED.items()
    },
    "epsilon_as_a_number": (
        rules.rule(rules.right, epsilon=1e-7),
        "This is right for ε = 1e-7 only. The ε that the class was made with is `self.epsilon`.",
    ),
    "not_squared": (
        rules.rule(rules.right, squared=lambda g, m: g),
        "v averages g here, not its square: it can fall below 0, and then its root is nan.",
    ),
    "square_of_m": (
        rules.rule(rules.right, squared=lambda g, m: m * m),
        "v averages m² here. It is to average g², the square of the gradient itself.",
    ),
}

ADAMW = {
    "coupled": (
        rules.decaying(rules.coupled),
        "λw is added to the gradient here, so it is averaged and divided by √v with it. Decoupled means: straight to w.",
    ),
    "after_the_step": (
        rules.decaying(rules.afterwards),
        "The decay comes after Adam's step, so it also shrinks the step. It is to use w as it was before.",
    ),
    "without_rate": (
        rules.decaying(rules.without_rate),
        "The decay is not multiplied by the learning rate. In Keras it is.",
    ),
    "without_rate_afterwards": (
        rules.decaying(rules.without_rate_afterwards),
        "The decay is not multiplied by the learning rate, in Keras it is; and it comes after Adam's step, where it is to "
        "use w as it was before.",
    ),
    "same_for_all": (
        rules.decaying(rules.same_for_all),
        "The same amount is taken off every weight. Decay takes a *share* of each: what is that share a share of?",
    ),
    "bare_number": (
        rules.decaying(rules.bare_number),
        "The number `weight_decay` itself is taken off every weight. Decay takes a share of each weight, and the learning "
        "rate is in that share.",
    ),
    "grows": (
        rules.decaying(rules.grows),
        "The weights grow by the share that they should lose: the sign of the decay is turned.",
    ),
    "only_the_share_is_left": (
        rules.decaying(rules.only_the_share_is_left),
        "Every weight is multiplied by the small share that it should lose. What is left of 1 when that share is gone?",
    ),
    "corrected_rate": (
        rules.decaying(rules.with_alpha),
        "The decay is multiplied by α_t. The bias correction is for m and v alone: the decay uses α, which is `lr`.",
    ),
    "no_decay": (rules.decaying(rules.never), "The weights do not decay: this is Adam."),
}
