"""The words of the playgrounds for one who comes to them first: names, formulas and limits, compared with the numbers."""

import re

import numpy as np
import pytest

from helpers import datasets, landscapes, optimizers, playground
from helpers.playground.adam import record_adam
from helpers.plots import figure
from helpers.plots.jumps import rate_against_curvature, rate_and_curvature_ground
from turned import turned

LOSSES = [lambda w: (2 * w + 1 - 4) ** 2, lambda w: w * w + 3 * w, lambda w: np.log1p(np.exp(1 - 2 * w))]


@pytest.mark.parametrize(("rate", "far"), [(1.999, "nearly"), (2.0, "just as far"), (2.001, "further")])
def test_back_and_forth_is_as_far_as_it_says(rate, far):
    _, axes = figure(2)
    rate_and_curvature_ground(*axes)
    rate_against_curvature(*axes, rate, 1.0)
    ends = np.abs(axes[0].lines[1].get_xdata())
    assert np.sign(ends[12] - 1) == {"nearly": -1, "just as far": 0, "further": 1}[far]
    assert far in axes[0].get_title(loc="left")


@pytest.mark.parametrize(
    ("kind", "beta", "rate", "grows"),
    [
        ("momentum", 0.0, 0.002, False),
        ("momentum", 0.67, 0.033, False),
        ("momentum", 0.6, 0.033, True),
        ("nesterov", 0.67, 0.014, False),
        ("nesterov", 0.67, 0.019, True),  # the limit, 0.014274, would be 0.0143 to four digits, which diverges
        ("nesterov", 0.14, 0.018, True),  # the limit is 0.017813
        ("nesterov", 0.99, 0.013, False),
    ],
)
def test_the_limit_is_told_whether_or_not_the_rate_keeps_it(kind, beta, rate, grows):
    """It is rounded down: with the number itself the walk does not grow, with the next it does. The title has it too."""
    play = turned(playground.heavy_ball(), kind=kind, rate=rate, beta=beta)
    told = re.search(r"α below (0\.\d+)", play._note.value).group(1)
    assert (f"α above {told}: " in play._fig.axes[0].get_title(loc="left")) == grows == (rate > float(told))

    def ends(rate):
        rule = optimizers.SGD(rate, momentum=beta, nesterov=kind == "nesterov")
        return np.abs(landscapes.descend(landscapes.ravine(condition=100), rule, 8000, (0.0, 1.0))[-1, 1])

    assert ends(float(told) - 1e-6) < 1e3 < ends(float(told) + 1.01e-4)


def _in_boxes(play):
    """What is written in the picture, without what begins with grad."""
    return [text.get_text() for text in play._fig.axes[0].texts if not text.get_text().startswith("grad")]


@pytest.mark.parametrize("f", LOSSES)
def test_the_boxes_hold_the_formulas(f):
    """Worked through as they are written, in a calculator of their own, they give the loss."""
    play = playground.walk_the_graph()
    turned(play, w=2.5)
    play._controls["expression"].index = LOSSES.index(f)
    turned(play, step=play._controls["step"].max)
    given = {"w": 2.5, "x": 2.0, "b": -1.0 if f is LOSSES[2] else 1.0, "y": 4.0}
    known = given | {"log": np.log, "σ": lambda z: 1 / (1 + np.exp(-z))}
    for text in _in_boxes(play):
        name, sign, formula = text.partition(" = ")
        if sign and name != "loss":
            formula = re.sub(r"log (\w+)", r"log(\1)", formula)
            known[name] = eval(formula.replace("·", "*").replace("−", "-").replace("²", "**2"), {}, known)
    written = [text.partition(" = ")[2] for text in _in_boxes(play) if text.startswith("loss = ")]
    assert len(written) == 2, "in its box, and the whole"
    for formula in written:
        formula = re.sub(r"log (\w+)(\(.*\))?", r"log(\1\2)", formula.split(", σ")[0])
        value = eval(formula.replace("·", "*").replace("−", "-").replace("²", "**2"), {}, known)
        assert value == pytest.approx(f(2.5)), formula


@pytest.mark.parametrize("expression", range(3))
def test_before_the_first_step_w_changes_its_own_box(expression):
    play = playground.walk_the_graph()
    play._controls["expression"].index = expression
    seen = []
    for w in (3.0, 0.5):
        turned(play, w=w)
        assert "its own box alone" in play._note.value
        seen.append(_in_boxes(play))
    assert sum(a != b for a, b in zip(*seen, strict=True)) == 1
    assert "alone" not in turned(play, step=1)._note.value


def test_what_a_value_had_and_gets_more_is_its_gradient():
    """w·w + 3·w at 2: the slopes 2, 2 and 3."""
    play = turned(playground.walk_the_graph(), w=2.0)
    play._controls["expression"].index = 1
    titles = [turned(play, step=step)._fig.axes[0].get_title(loc="left") for step in range(8)]
    assert any("w gets 1 × 2; w had 2 and gets 1 × 2 more" in title for title in titles)
    assert any("w had 4 and gets 1 × 3 more" in title for title in titles)


def test_one_reading_of_all_is_enough_for_the_steps_it_gives():
    """442 people are 6.9 batches of 64: for seven steps they are too few."""
    play = playground.gradient_cloud(*datasets.bmi())
    for batch_size in 2 ** np.arange(7):
        turned(play, batch_size=float(batch_size))
        people, steps, size = map(int, re.search(r"all (\d+) .* or (\d+) steps? of (\d+)", play._note.value).groups())
        assert (people, size) == (442, batch_size)
        assert steps * size <= people < (steps + 1) * size


@pytest.mark.parametrize("name", ["gradient descent", "momentum", "RMSprop", "Adam"])
def test_the_way_in_the_race_has_its_name(name):
    """Also where the walker goes the same way, or ends as low: momentum at 2.5 times its rate."""
    play = turned(playground.one_walker(landscapes.mountain()), name=name)
    for times, said in ((1.0, "in the race: the same"), (10**0.4, r"in the race: \d+ m"), (0.1, r"in the race: \d+ m")):
        turned(play, times=times)
        ax = play._fig.axes[0]
        (word,) = [text for text in ax.texts if text.get_text().startswith("in the race")]
        assert re.fullmatch(said, word.get_text())
        box, frame = word.get_window_extent(), ax.get_window_extent()
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("beta_2", [0.5, 0.999])
def test_adams_words_stand_beside_what_they_name(corrected, beta_2):
    """Each name at the height of its part, in both rows; the pair before its correction has no part in an uncorrected step."""
    right = turned(playground.take_adam_apart(), t=3, beta_2=beta_2, corrected=corrected)._fig.axes[1]
    ticks = dict(zip([label.get_text() for label in right.get_yticklabels()], right.get_yticks(), strict=True))
    dashed = [patch for patch in right.patches if patch.get_linestyle() == "--"]
    names = {1: "dashed √v: uncorrected", 0: "dashed: uncorrected"}
    assert len(dashed) == 2 * corrected and ("thin: uncorrected" in ticks) == corrected
    for box in dashed:
        name = names[round(box.get_y() + 0.22, 9)]
        assert box.get_y() < ticks[name] < box.get_y() + box.get_height()
    arrows = {round(text.xyann[1], 6) for text in right.texts if getattr(text, "arrow_patch", None)}
    named = {round(y, 6) for name, y in ticks.items() if "thin" in name or "average" in name or "newest" in name}
    assert arrows and arrows <= named


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("t", [1, 8, 40])
def test_the_longer_of_adams_box_and_arrow_fills_the_width(corrected, t):
    play = turned(playground.take_adam_apart(), beta_2=0.5, corrected=corrected, t=t)
    *_, m, m_hat, v, v_hat, _ = record_adam(landscapes.ravine(20), 40, 0.4, 0.9, 0.5, corrected)[t - 1]
    share = np.abs(m_hat / np.sqrt(v_hat) if corrected else m / np.sqrt(v))
    right = play._fig.axes[1]
    solid = {round(p.get_y() + 0.22): p.get_width() / 2 for p in right.patches if p.get_linestyle() != "--"}
    arrows = {round(text.xyann[1], 6): abs(text.xy[0]) for text in right.texts if text.arrow_patch}
    for row, base in enumerate((1, 0)):
        assert solid[base] == pytest.approx(min(1, 1 / share[row]))
        if share[row] > 0.1:  # a shorter one is a line without a head
            assert arrows[base + 0.08] == pytest.approx(min(1, share[row]))
