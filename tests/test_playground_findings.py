"""What a playground's titles and sentences say is so: compared with the numbers themselves."""

import re

import numpy as np
import pytest

from helpers import landscapes, optimizers, playground
from helpers.plots import figure
from helpers.plots.jumps import rate_against_curvature, rate_and_curvature_ground


@pytest.mark.parametrize(
    ("rate", "curvature", "seen"),
    [(0.1, 3.0, 13), (0.21, 10.0, 9), (1.0, 10.0, 2), (3.16, 31.6, 2), (3.16, 1.0, 2)],
)
def test_a_jump_that_leaves_the_picture_is_seen(rate, curvature, seen):
    """All twelve jumps, or those up to the first that lands outside; that one ends with a mark on the frame."""
    _, axes = figure(2)
    rate_and_curvature_ground(*axes)
    rate_against_curvature(*axes, rate, curvature)
    _, jumps, _, *out = axes[0].lines
    assert len(jumps.get_xdata()) == seen
    assert len(out) == (seen < 13)
    for mark in out:
        (x,), (y,) = mark.get_xdata(), mark.get_ydata()
        assert (abs(x) == pytest.approx(2) and -1 <= y <= 20) or (y == pytest.approx(20) and abs(x) <= 2)


@pytest.mark.parametrize(("rate", "where"), [(10**-0.25, "Below"), (10**-0.2, "At"), (10**-0.15, "Above")])
def test_titles_and_note_agree_at_the_threshold(rate, where):
    """At c = 10^0.5 the mark α = 10^−0.2 makes αc = 1.995, which reads 2.00."""
    play = playground.learning_rate_and_curvature()
    play._controls["curvature"].value, play._controls["rate"].value = 10**0.5, rate
    jumps, side = (ax.get_title(loc="left") for ax in play._fig.axes)
    assert side.startswith(f"{where} the threshold")
    assert ("Back and forth" in jumps) == ("very border" in play._note.value) == (where == "At")


def test_what_the_rates_picture_names_is_there():
    """The pale part of the curves only before the last step, the marks of a step only where one is drawn."""
    play = playground.own_rates()
    left, right = play._fig.axes

    def named(ax, word):
        return any(word in text.get_text() for text in ax.texts)

    assert named(right, "pale") and named(left, "dashed")
    play._controls["step"].value = 80
    assert not named(right, "pale") and named(left, "dashed")
    play._controls["rule"].value = "gradient descent"
    assert not named(left, "dashed"), "α = 0.3 has left the map"


def test_above_its_limit_y_swings_wider():
    """In the ravine y goes its own way: the title speaks of the limit in just those steps that end further out."""
    play = playground.own_rates()
    step = play._controls["step"]
    counts = {True: 0, False: 0}
    for step.value in range(1, 81):
        before, after = (float(y) for y in re.findall(r", (-?[\d.]+)\)", play._note.value.replace("−", "-")))
        if abs(abs(before) - abs(after)) < 0.002:
            continue  # three digits tell nothing
        title = play._fig.axes[1].get_title(loc="left")
        assert ("y above its limit" in title) == (abs(after) > abs(before)), step.value
        counts[abs(after) > abs(before)] += 1
    assert min(counts.values()) > 2


@pytest.mark.parametrize("kind", ["momentum", "nesterov"])
@pytest.mark.parametrize("beta", [0.0, 0.3, 0.67])
def test_the_rate_that_a_rule_bears(kind, beta):
    play = playground.heavy_ball()
    for name, value in {"kind": kind, "beta": beta, "rate": 0.038}.items():
        play._controls[name].value = value
    limit = float(re.search(r"α below (0\.\d+)", play._note.value).group(1))

    def distance(rate):
        rule = optimizers.SGD(rate, momentum=beta, nesterov=kind == "nesterov")
        return np.abs(landscapes.descend(landscapes.ravine(condition=100), rule, 4000, (0.0, 1.0))[-1, 1])

    assert distance(0.98 * limit) < 1e-6 and distance(1.02 * limit) > 1e6


LOSSES = [lambda w: (2 * w + 1 - 4) ** 2, lambda w: w * w + 3 * w, lambda w: np.log1p(np.exp(1 - 2 * w))]


@pytest.mark.parametrize("w", [3.0, -1.0])
def test_the_last_step_says_what_the_slope_means(w):
    play = playground.walk_the_graph()
    step, expression = play._controls["step"], play._controls["expression"]
    play._controls["w"].value = w
    step.value = step.max
    for expression.index, f in enumerate(LOSSES):
        assert step.value == step.max, "another expression keeps the end"
        way, size = re.search(r"goes (up|down) by about ([\d.e−]+)\.", play._note.value).groups()
        change = (f(w + 1e-6) - f(w - 1e-6)) / 2e-6 * 0.01
        assert float(size.replace("−", "-")) == pytest.approx(abs(change), rel=0.06)
        assert (way == "up") == (change > 0)
    step.value = 2
    expression.index = 0
    assert step.value == 0, "and another start begins at the start"


_BORDER = [(0.0, 0.020), *((round((50 * notch - 1000) / 1000, 2), notch / 1000) for notch in range(21, 40))]


@pytest.mark.parametrize(("beta", "rate"), _BORDER)
def test_on_the_border_of_stability_the_swings_stay(beta, rate):
    """At β = 50α − 1 a step turns y round and leaves its size: it neither grows nor arrives, and the words say neither."""
    way = landscapes.descend(landscapes.ravine(condition=100), optimizers.SGD(rate, momentum=beta), 4000, (0.0, 1.0))
    late = np.abs(way[-200:, 1])
    assert np.ptp(late) < 1e-6 * late.max() and late.min() > 0.1, "which is so"
    play = playground.heavy_ball()
    for name, value in {"beta": beta, "rate": rate}.items():
        play._controls[name].value = value
    right = play._fig.axes[1].get_title(loc="left")
    assert "is 1," in play._note.value and "across y" in play._note.value
    assert "without end" not in play._note.value and "in the long run" not in play._note.value
    assert "to 1/1000" not in right and len(right) < 40
    assert float(re.search(r"α below (0\.\d+)", play._note.value).group(1)) == pytest.approx(rate)


def test_nesterov_has_such_a_border_too():
    play = playground.heavy_ball()
    for name, value in {"kind": "nesterov", "beta": 0.5, "rate": 0.015}.items():  # the roots there are −1 and 1/4
        play._controls[name].value = value
    assert "is 1," in play._note.value and "without end" not in play._note.value


@pytest.mark.parametrize(("beta", "rate"), [(0.0, 0.021), (0.9, 0.039)])
def test_one_notch_above_the_border_the_swings_grow(beta, rate):
    play = playground.heavy_ball()
    for name, value in {"beta": beta, "rate": rate}.items():
        play._controls[name].value = value
    assert "grows without end" in play._note.value


def _adam_title(**values):
    play = playground.take_adam_apart()
    for name, value in values.items():
        play._controls[name].value = value
    return play._fig.axes[0].get_title(loc="left")


@pytest.mark.parametrize("beta_1", [0.0, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("beta_2", [0.5, 0.9, 0.99, 0.999])
def test_in_the_first_step_no_slope_has_faded(beta_1, beta_2):
    """There m is (1 − β₁)g and √v is √(1 − β₂)|g|: what the step falls short of α is the correction's."""
    title = _adam_title(beta_1=beta_1, beta_2=beta_2, corrected=False)
    assert "fade" not in title
    assert ("m is uncorrected" in title) == ((1 - beta_1) / np.sqrt(1 - beta_2) < 0.95)
    assert "uncorrected" not in _adam_title(beta_1=beta_1, beta_2=beta_2)


def test_later_the_slopes_fade_and_at_the_bottom_adam_rests():
    assert "fade" in _adam_title(beta_1=0.5, beta_2=0.999, t=10)
    assert "at rest" in _adam_title(beta_1=0.0, beta_2=0.999, t=40)
    # m has all but its correction by then, 0.9^40 is 1.5 %: it is the slopes
    assert "fade" in _adam_title(beta_1=0.9, beta_2=0.999, corrected=False, t=40)
