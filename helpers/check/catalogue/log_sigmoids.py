"""Wrong forms of log sigmoid, beside those that lesson 01 itself names: mistakes of `fix_log_loss`."""

import numpy as np

from helpers.check.catalogue.losses_gone_wrong import LIMITS, SMALL, families, quiet, sigmoid
from helpers.check.registry import any_of


def _log_sigmoid(z):
    return -np.logaddexp(0, -z)


def _through_p(limit, small=0.0, top=np.inf):
    return quiet(lambda z: np.log(np.minimum(sigmoid(np.clip(z, -limit, limit)) + small, top)))


def _clip_p(small):
    return quiet(lambda z: np.log(np.clip(sigmoid(z), small, 1 - small)))


def _clip_z(limit):
    return lambda z: _log_sigmoid(np.clip(z, -limit, limit))


def _clip_z_and_lose(limit):
    return quiet(lambda z: -np.log(1 + np.exp(-np.clip(z, -limit, limit))))


def _zero_beyond(limit):
    return lambda z: np.where(z > limit, 0.0, _log_sigmoid(z))


MISTAKES = {
    "clipped_logits": (
        any_of(
            *(form(limit) for limit in LIMITS for form in (_clip_z, _through_p, _clip_z_and_lose)),
        ),
        "The logits are clipped, so what lies beyond the limit counts as if it lay at it. Can it be written so that nothing has to "
        "be clipped?",
    ),
    "another_small_number": (
        any_of(
            *(
                _through_p(limit, small, top)
                for limit in (500, np.inf, 700)
                for small in (1e-300, 1e-7, 1e-8, 1e-10, 1e-12, 1e-15, 1e-16, 1e-5, 1e-6, 1e-9, 1e-20, 1e-30)
                for top in (np.inf, 1)
                if (limit, small, top) != (500, 1e-7, np.inf)
            )
        ),
        "There is still a small number in the logarithm: it stops the fall at its own logarithm. Can it do without "
        "the probability?",
    ),
    "exponent_above_0": (
        quiet(lambda z: np.minimum(0, z) - np.log1p(np.exp(np.abs(z)))),
        "The exponent is −|z|, not |z|: it is to be at most 0, so that nothing overflows.",
    ),
    "nothing_for_a_large_z": (
        any_of(*map(_zero_beyond, (20, 10, 15, 25))),
        "For z above a limit your result is 0. It is small there, about −e^(−z), but not 0: `np.log1p` of e^(−z) keeps it.",
    ),
    "probability_clipped": (
        families(_clip_p, SMALL),
        "The probability is kept between two limits, and so is its logarithm. Can it do without the probability?",
    ),
    "no_rest_below_0": (
        lambda z: np.where(z > 0, _log_sigmoid(z), z),
        "For z below 0 the result is z alone. What is left in the logarithm, log(1 + eᶻ), belongs to it as well.",
    ),
    "no_minimum": (
        lambda z: -np.log1p(np.exp(-np.abs(z))),
        "This is right for z above 0. What was taken out of the logarithm for z below 0 has not been put back.",
    ),
    "of_e_to_the_z": (
        lambda z: np.logaddexp(0, z),
        "This is log(1 + eᶻ), the loss of the other class. log σ(z) is −log(1 + e^(−z)): two signs differ.",
    ),
    "rest_added": (
        lambda z: np.minimum(0, z) + np.log1p(np.exp(-np.abs(z))),
        "The logarithm log(1 + e^(−|z|)) is added; with which sign does it stand in log σ(z)?",
    ),
    "absolute_taken_out": (
        lambda z: -np.abs(z) - np.log1p(np.exp(-np.abs(z))),
        "−|z| is taken out for every z. For z above 0 nothing has to go: take out the smaller of 0 and z.",
    ),
    "only_the_minimum": (
        lambda z: np.minimum(0, z),
        "This is what was taken out of the logarithm. What is left in it, log(1 + e^(−|z|)), belongs to the result as well.",
    ),
}
