"""What the playgrounds of the last two lessons say of their pictures, Adam's parts and the gap to Keras, is so."""

import itertools
import re

import numpy as np
import pytest

from helpers import playground
from helpers.playground import side_by_side
from turned import turned


@pytest.fixture(scope="module")
def ours_minus_keras():
    pytest.importorskip("keras")
    return playground.ours_minus_keras()


@pytest.mark.parametrize("rule", side_by_side.RULES)
def test_each_suspect_is_the_curve_that_its_cause_alone_makes(ours_minus_keras, rule):
    """The thin lines are what the controls show one by one, and no name lies upon another or outside the axes."""
    exact, rate, weights, _ = side_by_side.PRECISIONS
    alone = {"set alike": (1e-7, exact), "rate in float32": (1e-7, rate), "float32 weights": (1e-7, weights)}
    if side_by_side.RULES[rule][2] is not None:
        alone["ε 1e-8, not 1e-7"] = (1e-8, exact)
    for name, (epsilon, precision) in alone.items():
        play = turned(ours_minus_keras, rule=rule, epsilon=epsilon, precision=precision)
        right, renderer = play._fig.axes[1], play._fig.canvas.get_renderer()
        *thin, chosen = (line.get_ydata() for line in right.lines)
        names = [text for text in right.texts if text.get_text() in alone]
        assert len(thin) == len(names) == len(alone)
        (mine,) = [curve for curve, text in zip(thin, names, strict=True) if text.get_text() == name]
        assert np.array_equal(mine, chosen)
        assert right.get_title(loc="left").lower().startswith("another ε" if name.startswith("ε") else name)
    boxes = sorted((text.get_window_extent(renderer) for text in names), key=lambda box: box.y0)
    frame = right.get_window_extent(renderer)
    assert all(low.y1 <= high.y0 + 1.5 for low, high in itertools.pairwise(boxes))
    assert all(frame.x0 < box.x0 and box.x1 <= frame.x1 + 1 and frame.y0 < box.y0 for box in boxes)


def test_one_optimizer_alone_is_off_by_more_than_rounding_when_all_is_set_alike(ours_minus_keras):
    said = {
        rule: turned(ours_minus_keras, rule=rule, epsilon=1e-7, precision="float64 on both sides")._note.value
        for rule in side_by_side.RULES
    }
    assert [rule for rule in said if "one of the nine" not in said[rule]] == ["nadam"]
    off = {rule: float(found[1]) for rule in said if (found := re.search(r"difference is (\S+) of", said[rule]))}
    assert off.pop("nadam") > 1e-8 and all(value < 1e-15 for value in off.values())


def _adam_title(**values):
    play = turned(playground.take_adam_apart(), **values)
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


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"beta_1": 0.98, "beta_2": 0.5, "corrected": False, "t": 3}, ["downhill"]),  # 0.07 of the map's 8
        ({"beta_1": 0.0, "t": 40}, []),
        ({}, ["downhill", "step ×3"]),
    ],
)
def test_no_arrow_is_shorter_than_its_head(values, named):
    """A head alone begins behind the place it sets out from. At the bottom there is no downhill to point to."""
    left = turned(playground.take_adam_apart(), **values)._fig.axes[0]
    assert len([text for text in left.texts if getattr(text, "arrow_patch", None)]) == len(named)
    assert {text.get_text() for text in left.texts} >= set(named)
