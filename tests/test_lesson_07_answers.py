"""Answers of lesson 07 that make no known mistake: what is said of them is computed from them."""

import numpy as np
import pytest

from helpers.check import judging, registry


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda beta: 3 * beta, "After 2.7 steps a share is βᵏ = 0.7524 times what it was; asked is 1/2."),
        (lambda beta: 2 * np.log(0.5) / np.log(beta), "After 13.16 steps a share is βᵏ = 0.25 times what it was"),
        (lambda beta: 6.58, "That is close: is a number rounded on the way?"),
        (lambda beta: "long", "Your result is the text 'long', expected one number."),
    ],
)
def test_an_unknown_half_life_is_told_what_is_left_by_then(answer, said):
    outcome = judging.verdict(registry.get("half_life"), answer, {})
    assert outcome["status"] == "failed" and said in outcome["message"]
