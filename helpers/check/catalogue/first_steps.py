"""Known mistakes in Adam's first step, of lesson 08, written out for one weight."""

from math import sqrt

import numpy as np

from helpers.check.registry import any_of

_R = sqrt(0.001)  # the root of 1 − β₂, at the default β₂
_SIGN = "It has the sign of g, which m keeps; √(g²) is |g|."


def _step(formula):
    """A function with the arguments of the exercise; 0 where there is no slope."""

    def first_step(g, learning_rate=0.001, epsilon=1e-7):
        return formula(g, learning_rate, epsilon) if g else 0.0

    return first_step


def _rounded(root):
    return lambda g, a, e: a * g / (abs(g) + e * root)


MISTAKES = {
    "paper": (
        _step(lambda g, a, e: a * g / (abs(g) + e)),
        "This is the first step of the paper's form, with ε on √v̂. Keras' form adds ε to √v, before the correction: how large "
        "is √v at t = 1?",
    ),
    "sign_only": (
        _step(lambda g, a, e: a * np.sign(g)),
        "This holds without ε: g/|g| is the sign of g. With ε the step shrinks where g is small: how much?",
    ),
    "rate_alone": (
        _step(lambda g, a, e: a),
        "This is one learning rate whatever g is. The step has a sign, that of g, and ε makes it shorter where g is small.",
    ),
    "plain_descent": (
        _step(lambda g, a, e: a * g),
        "This is the step of plain descent, α g. By what does Adam divide?",
    ),
    "unsigned": (
        _step(lambda g, a, e: a * _R * abs(g) / (_R * abs(g) + e)),
        "The size is right. The step has a sign, too: that of g.",
    ),
    "sign_turned": (
        _step(lambda g, a, e: -a * _R * g / (_R * abs(g) + e)),
        "The size is right. Asked for is what is taken off w, and that is above 0 where g is.",
    ),
    "root_with_a_sign": (
        _step(lambda g, a, e: a * _R * g / (_R * g + e)),
        "Right for positive g. The root of g² is |g|, never negative, so for negative g the two signs must not cancel.",
    ),
    "size_above_the_line": (
        _step(lambda g, a, e: a * abs(g) / (g + e / _R)),
        f"Right for positive g. Above the line stands |g| and below it g, where it is the other way round. {_SIGN}",
    ),
    "uncorrected": (
        _step(lambda g, a, e: a * 0.1 * g / (_R * abs(g) + e)),
        "This is the first step of the glued optimizer, 3.16 learning rates for large g. Adam's has α_t in place of α.",
    ),
    "uncorrected_without_epsilon": (
        _step(lambda g, a, e: a * 0.1 / _R * np.sign(g)),
        "This is the first step of the glued optimizer, 3.16 learning rates, and without ε. Adam's has α_t in place of α.",
    ),
    "only_m_corrected": (
        _step(lambda g, a, e: a * g / (_R * abs(g) + e)),
        "31.6 learning rates for large g, or 1/√0.001: is √(1 − β₂) in your α_t?",
    ),
    "only_v_corrected": (
        _step(lambda g, a, e: a * _R * 0.1 * g / (_R * abs(g) + e)),
        "A tenth of a learning rate for large g: m is 0.1·g at first. Which factor of α_t makes up for it?",
    ),
    "epsilon_inside": (
        _step(lambda g, a, e: a * g / sqrt(g * g + e)),
        "ε is under the root here, as in RMSprop, and beside the corrected g². In Adam it is added after the root is taken.",
    ),
    "epsilon_inside_uncorrected": (
        _step(lambda g, a, e: a * _R * g / sqrt(0.001 * g * g + e)),
        "ε is under the root here, as in RMSprop. In Adam it is added after the root is taken.",
    ),
    "epsilon_times_root": (
        any_of(
            *(_step(_rounded(root)) for root in (_R, 0.0316, 0.03162, 0.031623, 0.032, 1 / 31.6, 1 / 31.62, 1 / 31.623))
        ),
        "ε is multiplied by √0.001. If the fraction is divided through by √0.001, what becomes of ε?",
    ),
    "epsilon_over_square": (
        _step(lambda g, a, e: a * g / (abs(g) + e / 0.001)),
        "ε is divided by 0.001. It stands beside the *root* of 0.001·g²: by what is it divided then?",
    ),
    "rounded_root": (
        any_of(
            *(_step(_rounded(root)) for root in (31.6, 31.62, 31.623, 31.6228, 32, 1 / 0.0316, 1 / 0.03162, 1 / 0.032))
        ),
        "A rounded number stands for the root: 31.6 for √1000, or 0.0316 for √0.001. Let Python take the root.",
    ),
    "betas_for_shares": (
        _step(lambda g, a, e: a * 0.9 * g / (sqrt(0.999 * g * g) + e)),
        "At t = 1, m is (1 − β₁) g and v is (1 − β₂) g²: here the β themselves stand in their place, and α_t is missing.",
    ),
    "correction_without_root": (
        _step(lambda g, a, e: a * 0.001 * g / (_R * abs(g) + e)),
        "1 − β₂ stands in α_t as it is. v is an average of squares: what is done to v's correction before it meets m's?",
    ),
    "uncorrected_root": (
        _step(lambda g, a, e: a * 10 * _R * g / (_R * abs(g) + e)),
        "Ten times too long: α_t divides by 1 − β₁ = 0.1, and m = 0.1 · g has that 0.1 in it. One makes up for the other.",
    ),
    "corrected_by_half": (
        _step(lambda g, a, e: a * 0.1 * g / (abs(g) + e)),
        "A tenth of a step for large g: v is corrected, m is not. m is 0.1·g at first.",
    ),
    "no_sign_of_g": (
        _step(lambda g, a, e: a / (1 + e / abs(g))),
        "This is never negative. The step has a sign: that of g. And is ε divided by |g| alone?",
    ),
    "squares": (
        _step(lambda g, a, e: a * g * g / (g * g + e)),
        "g² stands above and below the line. m has g, with its sign; and below the line stands a root.",
    ),
    "root_of_size": (
        _step(lambda g, a, e: a * _R * g / (sqrt(0.001 * abs(g)) + e)),
        "Under the root stands |g|. v is made of g², so that its root has the size of g.",
    ),
    "epsilon_above_too": (
        _step(lambda g, a, e: a * (g + e) / (abs(g) + e / _R)),
        "ε is added above the line, too. Its only place is the divisor.",
    ),
    "larger_of_size_and_epsilon": (
        any_of(
            _step(lambda g, a, e: a * g / max(abs(g), e)),
            _step(lambda g, a, e: a * g / max(abs(g), e / _R)),
        ),
        "This divides by the larger of |g| and ε. In Adam ε is added, everywhere.",
    ),
    "alpha_corrected_twice": (
        _step(lambda g, a, e: a * _R / 0.1 * 0.1 * g / (abs(g) + e)),
        "v is corrected twice: √0.001 is in α_t, and |g| is √v already divided by it.",
    ),
    "no_brackets": (
        _step(lambda g, a, e: a * _R * g / _R * abs(g) + e),
        "Brackets are missing: `a / b * c + d` divides by b alone. The whole of √v + ε is the divisor.",
    ),
    "rate_squared": (
        _step(lambda g, a, e: a * a * g / (abs(g) + e / _R)),
        "The learning rate is multiplied in twice.",
    ),
    "root_of_beta": (
        _step(lambda g, a, e: a * g / (abs(g) + e / sqrt(0.999))),
        "The root of β₂ = 0.999 stands where v has the share 1 − β₂ of g².",
    ),
    "epsilon_on_step": (
        _step(lambda g, a, e: a * np.sign(g) + e),
        "ε is added to the step: in `g / abs(g) + epsilon` Python divides first. It belongs to the divisor: parentheses.",
    ),
    "numbers": (
        _step(lambda g, a, e: 0.001 * g / (abs(g) + 1e-7 / _R)),
        "0.001 and 1e-7 stand in place of the arguments: right for the defaults alone. They are `learning_rate` and "
        "`epsilon`.",
    ),
    "rate_as_a_number": (
        _step(lambda g, a, e: 0.001 * _R * g / (_R * abs(g) + e)),
        "0.001 stands in place of `learning_rate`: this is right for the default alone.",
    ),
    "epsilon_as_a_number": (
        _step(lambda g, a, e: a * _R * g / (_R * abs(g) + 1e-7)),
        "1e-7 stands in place of `epsilon`: this is right for the default alone.",
    ),
    "no_rate": (
        _step(lambda g, a, e: _R * g / (_R * abs(g) + e)),
        "The learning rate is missing: this is the step in learning rates.",
    ),
}
