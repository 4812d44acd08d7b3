"""Wrong half-lives of RMSprop's memory: functions of β, and what is said of each."""

import numpy as np

from helpers.check import compare
from helpers.check.registry import Wrong


def half_life(beta):
    return np.log(0.5) / np.log(beta)


def halved(result, beta):
    """Raise Wrong unless a share that is multiplied by `beta` at each step has halved after `result` steps."""
    text = compare.difference(result, half_life(beta), 1e-9, 1e-12, "your result")
    if not text:
        return
    text, kind = text[:1].upper() + text[1:], compare.kind_of_difference(result, half_life(beta))
    if not kind:
        with np.errstate(all="ignore"):
            left = np.power(beta, float(result))
        if abs(left - 0.5) < 0.001:
            text += " That is close: is a number rounded on the way?"
        elif np.isfinite(result) and np.isfinite(left):
            text += f" After {compare.number(float(result), 4)} steps a share is βᵏ = {compare.number(left, 4)} times what it was; "
            text += "asked is 1/2."
    raise Wrong(text, kind)


def _with_minus(mistakes):
    """These mistakes, whose result is never negative, and each of them again with the sign turned."""

    def turned(wrong):
        return lambda beta: -wrong(beta)

    said = "A number of steps cannot be negative: mind the sign. And without it:"
    return mistakes | {f"minus_{id}": (turned(wrong), f"{said} {text}") for id, (wrong, text) in mistakes.items()}


_POSITIVE = {
    "window": (
        lambda beta: 1 / (1 - beta),
        "This is 1/(1 − β), the number of steps that the average is often said to look back over. By then, for β near "
        "1, a share has fallen to about 1/e of what it was, not to a half.",
    ),
    "near_one": (
        lambda beta: np.log(2) / (1 - beta),
        "This is ln 2 divided by 1 − β: close for β near 1, where log β is about −(1 − β), but for β = 0.9 it is 6.93 "
        "and 0.9^6.93 is 0.48. Keep the logarithm of β itself.",
    ),
    "half_window": (
        lambda beta: 0.5 / (1 - beta),
        "This is half of 1/(1 − β). For β = 0.9 that is 5, and 0.9⁵ is 0.59, still more than a half.",
    ),
    "to_one_over_e": (
        lambda beta: -1 / np.log(beta),
        "This is when the share has fallen to 1/e = 0.37 of what it was. Asked is 1/2. (A logarithm to the base 2 above the "
        "line and a natural one below it give this, too.)",
    ),
    "fresh_share": (
        lambda beta: np.log(0.5) / np.log(1 - beta),
        "1 − β is the share at which a square starts. By what is that share multiplied at each later step?",
    ),
    "two_logarithms": (
        lambda beta: np.log10(0.5) / np.log(beta),
        "Above the line is the logarithm to the base 10, below it the natural one. Which base does not matter, if both "
        "have the same.",
    ),
    "one_step": (
        lambda beta: 0.5 / beta,
        "This is 1/2 divided by β. Each step multiplies the share by β: after k steps by βᵏ.",
    ),
    "upside_down": (
        lambda beta: np.log(beta) / np.log(0.5),
        "At β = 0.9 this gives 0.15 steps, and one step still leaves 90 %: can half be gone by then? After k steps the share is "
        "βᵏ times what it was; solve for k.",
    ),
    "half_of_beta": (
        lambda beta: beta / 2,
        "This is half of β. Each step multiplies the share by β: after how many factors β is the product 1/2?",
    ),
    "to_fresh_share": (
        lambda beta: np.log(1 - beta) / np.log(beta),
        "This is when the share has fallen to 1 − β times what it was. Asked is 1/2.",
    ),
    "base_2_below": (
        lambda beta: np.log(2) / np.log2(1 / beta),
        "Above the line is a natural logarithm, below it one to the base 2. Which base does not matter, if both have the same.",
    ),
    "base_10_below": (
        lambda beta: np.log(2) / np.log10(1 / beta),
        "Above the line is a natural logarithm, below it one to the base 10. Which base does not matter, if both have the same.",
    ),
    "times_beta": (
        lambda beta: np.log(2) * beta,
        "This multiplies ln 2 by β, so that a longer memory would hardly have a longer half-life. k · log β = log ½: by what is "
        "log ½ divided?",
    ),
    "times_log": (
        lambda beta: np.log(0.5) * np.log(beta),
        "This multiplies the two logarithms. k · log β = log ½: what must be done with log β to have k alone?",
    ),
}

MISTAKES = _with_minus(_POSITIVE) | {
    "log_over_beta": (
        lambda beta: -np.log(0.5) / beta,
        "This divides by β. After k steps the share is βᵏ times what it was; k comes down from the exponent by a "
        "logarithm, of both sides.",
    ),
    "negative_log_over_beta": (
        lambda beta: np.log(0.5) / beta,
        "This divides by β, and is negative. After k steps the share is βᵏ times what it was; k comes down from the "
        "exponent by a logarithm, of both sides.",
    ),
    "share_of_one_half": (
        lambda beta: np.log(0.5 / (1 - beta)) / np.log(beta),
        "This is when the share itself would be 1/2. It starts at 1 − β, for β = 0.9 at 0.1, which is why the result "
        "is negative there. Asked is when half of what it starts at is left.",
    ),
    "half_to_one_over_beta": (
        lambda beta: 0.5 ** (1 / beta),
        "This is ½ to the power 1/β. In βᵏ = ½ it is β that has the exponent, and the exponent is asked for.",
    ),
    "log_of_one_plus": (
        lambda beta: np.log(2) / np.log(1 + beta),
        "1 + β is what grows by the share β: that has doubled after so many steps. The share shrinks: by β at each step.",
    ),
    "log_of_one_plus_negative": (
        lambda beta: np.log(0.5) / np.log(1 + beta),
        "`np.log1p(beta)` is the logarithm of 1 + β. Each step multiplies the share by β.",
    ),
    "window_over_log": (
        lambda beta: 1 / (np.log(2) * (1 - beta)),
        "ln 2 stands below the line, and 1 − β for the logarithm of β. k · log β = log ½: by what is log ½ divided?",
    ),
    "span": (
        lambda beta: 2 / (1 - beta) - 1,
        "This is 2/(1 − β) − 1, the span that moving averages are often named by. Asked is when half of a share is left.",
    ),
    "reciprocal": (
        lambda beta: 1 / beta,
        "This is 1/β. After k steps the share is βᵏ times what it was: k stands in the exponent.",
    ),
    "half_of_fresh_share": (
        lambda beta: (1 - beta) / 2,
        "This is half of what the share starts at. Asked is how many steps it takes to get there.",
    ),
    "half_to_the_beta": (
        lambda beta: 0.5**beta,
        "This is ½ to the power β. In βᵏ = ½ it is β that has the exponent, and the exponent is asked for.",
    ),
    "one_steps_share": (
        lambda beta: beta**0.5,
        "This is √β: the share that is left after half a step. Asked is how many steps it takes until half is left.",
    ),
    "logarithm_of_quotient": (
        lambda beta: np.log(0.5 / beta),
        "This is log(½/β), which is log ½ *less* log β. k · log β = log ½: by what is log ½ divided?",
    ),
    "negative_logarithm_of_quotient": (
        lambda beta: np.log(beta / 0.5),
        "This is log β less log ½, a difference of logarithms. k · log β = log ½: by what is log ½ divided?",
    ),
    "half_of_first_share": (
        lambda beta: np.log(0.5 * (1 - beta)) / np.log(beta),
        "This is when a share that starts at 1 is down to (1 − β)/2. The share starts at 1 − β: half of what it starts "
        "at is asked for, and 1 − β cancels.",
    ),
    "one_too_many": (
        lambda beta: np.log(0.5) / np.log(beta) + 1,
        "This is one step more than it takes: after k steps the share has been multiplied by β k times.",
    ),
    "one_too_few": (
        lambda beta: np.log(0.5) / np.log(beta) - 1,
        "This is one step less than it takes: after k steps the share has been multiplied by β k times.",
    ),
    "rounded_down_plus_one": (
        lambda beta: np.floor(np.log(0.5) / np.log(beta)) + 1,
        "This is a whole number of steps, the next one above. The half-life need not be whole: solve for it.",
    ),
    "at_0_9": (
        lambda beta: np.log(0.5) / np.log(0.9),
        "This is the half-life for β = 0.9, whatever β is: use the argument.",
    ),
    "sign": (lambda beta: np.log(0.5) * -1 / np.log(beta), "A number of steps cannot be negative: mind the sign."),
    "rounded_up": (
        lambda beta: np.ceil(np.log(0.5) / np.log(beta)),
        "This is rounded up to whole steps. The half-life need not be whole: solve for it.",
    ),
    "rounded_down": (
        lambda beta: np.floor(np.log(0.5) / np.log(beta)),
        "This is rounded down to whole steps. The half-life need not be whole.",
    ),
    "rounded": (
        lambda beta: np.round(np.log(0.5) / np.log(beta)),
        "This is rounded to whole steps. The half-life need not be whole.",
    ),
}
