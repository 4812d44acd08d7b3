"""Numbers that lesson 08 gives as answers to its playground and its race: computed here, for no cell prints them."""

import numpy as np

from helpers import datasets, landscapes, optimizers
from helpers.playground.adam import record_adam


def walk(optimizer, surface, start, steps):
    w = np.array(start, dtype=float)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            optimizer.apply([surface.gradient(w)], [w])
    return w


def fills(corrected, beta_1, beta_2, step):
    """The part of its box that the arrow fills, in percent, in both directions."""
    _, _, m, m_hat, v, v_hat, _ = record_adam(landscapes.ravine(20), step, 0.4, beta_1, beta_2, corrected)[-1]
    return np.abs(100 * (m_hat / np.sqrt(v_hat) if corrected else m / np.sqrt(v))).round()


def place(corrected, beta_1, beta_2, step):
    """Where the path is before this step."""
    return record_adam(landscapes.ravine(20), step, 0.4, beta_1, beta_2, corrected)[-1][0]


def test_the_arrow_and_its_box():
    assert fills(False, 0.9, 0.999, 1).tolist() == [316, 316]
    assert place(False, 0.9, 0.999, 4)[0] > 0 > place(False, 0.9, 0.999, 4)[1]  # from w₁ < 0 and w₂ > 0
    assert place(True, 0.9, 0.999, 4)[0] < 0 < place(True, 0.9, 0.999, 4)[1]
    assert fills(True, 0.9, 0.5, 8)[0] == 173
    assert max(fills(True, 0.9, 0.5, t).max() for t in range(1, 41)) == 173


def test_both_forget_fast_and_there_is_no_rest():
    part = [fills(True, 0.0, 0.5, t) for t in range(1, 41)]
    quarter = [t for t in range(1, 41) if part[t - 1].max() < 25]
    assert quarter == list(range(11, 17))
    assert part[17].min() > 100 and part[24].tolist() == [99, 99]
    slow = [place(True, 0.0, 0.999, t) for t in range(1, 41)]
    assert all(w[0] < 0 < w[1] for w in slow)  # no swing
    assert fills(True, 0.0, 0.999, 40).max() == 0


def test_the_blank_pixels():
    (x, _), _ = datasets.digits()
    assert np.sum(~x.any(axis=0)) == 3


def test_the_ravine():
    surface = landscapes.ravine(100)
    assert np.abs(walk(optimizers.SGD(0.02), surface, [-9, 2], 200)[1]).round(6) == 2
    assert np.abs(walk(optimizers.SGD(0.021), surface, [-9, 2], 30)[1]) > 3
    adam = [walk(optimizers.Adam(0.021), surface, [-9, 2], steps)[0].round(2) for steps in (200, 1000)]
    assert adam[0].round(1) == -5.2 and adam[1] == -0.09


def test_the_bump():
    surface = landscapes.bump()

    def over(optimizer, start=-5.0):
        return walk(optimizer, surface, [start], 1000)[0] > -1

    assert over(optimizers.Adam(0.224)) and not over(optimizers.Adam(0.2))
    assert over(optimizers.Adam(0.1, beta_1=0.96)) and not over(optimizers.Adam(0.1, beta_1=0.95))
    momentum = [over(optimizers.SGD(0.1, momentum=0.9), start) for start in (-5.0, -4.1, -4.05)]
    assert momentum == [True, True, False]
