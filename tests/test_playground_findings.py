"""What a playground's titles and sentences say is so: compared with the numbers themselves."""

import re

import numpy as np
import pytest

from helpers import datasets, landscapes, optimizers, playground
from helpers.playground.adaptive_steps import GOOD
from helpers.plots import figure
from helpers.plots.jumps import rate_against_curvature, rate_and_curvature_ground
from turned import turned


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


@pytest.mark.parametrize(("rate", "curvature"), [(0.1, 10**0.5), (0.1, 10**1.35), (10**0.5, 1.0), (10**-0.5, 10**0.5)])
def test_the_note_counts_the_jumps(rate, curvature):
    play = turned(playground.learning_rate_and_curvature(), curvature=curvature, rate=rate)
    drawn = len(play._fig.axes[0].lines[1].get_xdata()) - 1
    if rate * curvature == pytest.approx(1):
        assert "jumps are drawn" not in play._note.value, "one, which arrives"
    elif drawn == 12:
        assert "12 jumps are drawn" in play._note.value
    else:
        assert f"Jump {drawn} leaves the picture" in play._note.value


def test_at_the_threshold_each_jump_ends_a_little_nearer():
    """αc = 10^0.3 = 1.995 is the nearest that the sliders have: twelve jumps leave 0.945 of the distance."""
    play = turned(playground.learning_rate_and_curvature(), curvature=10**1.3, rate=0.1)
    ends = np.abs(play._fig.axes[0].lines[1].get_xdata())
    assert ends[12] == pytest.approx((10**0.3 - 1) ** 12) and ends[12] < 0.95
    assert "nearly" in play._fig.axes[0].get_title(loc="left")


def test_close_to_the_lowest_loss_the_note_says_so():
    km, minutes = np.arange(1.0, 9), 3 * np.arange(1.0, 9) + 4 + np.tile([0.5, -0.5], 4)
    (w, b), (rest,), *_ = np.polyfit(km, minutes, 1, full=True)
    play = turned(playground.fit_a_line(km, minutes), w=round(w, 1), b=round(2 * b) / 2)
    assert f"any line has is {rest / 8:.2f}: you are there" in play._note.value
    assert "you are there" not in turned(play, b=b + 1)._note.value


def test_what_the_rates_picture_names_is_there():
    """The thin part of the curves only before the last step, the marks of a step only where one is drawn."""
    play = playground.own_rates()
    left, right = play._fig.axes

    def named(ax, word):
        return any(word in text.get_text() for text in ax.texts)

    assert named(right, "thin") and named(left, "dashed")
    play._controls["step"].value = 80
    assert not named(right, "thin") and named(left, "dashed")
    turned(play, rule="gradient descent", times=10**0.5)
    assert not named(left, "dashed"), "α = 0.06 has left the map"


WALKS = [(rule, place) for place, rates in GOOD.items() for rule in rates]


@pytest.mark.parametrize(("rule", "place"), WALKS)
def test_another_rule_comes_with_a_good_rate(rule, place):
    """Who turns only the lists sees a walk that comes far down; the map says which α it has and how high it ends."""
    play = turned(playground.own_rates(), rule=rule, place=place)
    rate = GOOD[place][rule]
    made = {"adagrad": lambda: optimizers.Adagrad(rate, initial_accumulator_value=0.0)}
    made |= {"rmsprop": lambda: optimizers.RMSprop(rate, rho=0.9), "gradient descent": lambda: optimizers.SGD(rate)}
    if place == "ravine, tilted":  # the ravine in coordinates turned by 45°
        flat, turn = landscapes.ravine(condition=100), np.array([[1, 1], [-1, 1]]) / np.sqrt(2)
        w = np.array([-7.0, -4.5])
        start, end = float(flat(turn @ w)), made[rule]()
        for _ in range(80):
            end.apply([turn.T @ flat.gradient(turn @ w)], [w])
        height, lowest = float(flat(turn @ w)), 0.0
    else:
        land = getattr(landscapes, place)()
        way = landscapes.descend(land, made[rule](), 80)
        start, height, lowest = float(land(way[0])), float(land(way[-1])), float(land(np.array(land.minima[0], float)))
    assert height - lowest < 0.025 * (start - lowest)
    left = play._fig.axes[0]
    (named,) = [text.get_text() for text in left.texts if rule in text.get_text()]
    assert f"{rule}, α = {rate:.2g}\n" in named
    assert float(named.split()[-1].replace("−", "-")) == pytest.approx(height, rel=0.05)
    assert left.get_title(loc="left").startswith("Step 4, from height")
    assert ("β has no part" in play._note.value) == (rule != "rmsprop")


@pytest.mark.parametrize(("rule", "place"), WALKS)
def test_the_height_at_the_end_is_told_unless_the_walk_diverges(rule, place):
    play = turned(playground.own_rates(), rule=rule, place=place, step=80)
    left = play._fig.axes[0]
    for times in (0.1, 10**0.05, 10**0.5):
        turned(play, times=times)
        (named,) = [text.get_text() for text in left.texts if rule in text.get_text()]
        assert f"{rule}, α = {times * GOOD[place][rule]:.2g}" in named
        assert ("after 80 steps at height" in named) != ("diverges" in left.get_title(loc="left"))


@pytest.mark.parametrize("place", GOOD)
def test_above_the_dotted_line_it_is_as_its_name_says(place):
    """Gradient descent 1 % above it and 1 % below, from near a minimum: the one ends further out, the other nearer."""
    right = turned(playground.own_rates(), place=place)._fig.axes[1]
    names = [text.get_text() for text in right.texts if "limit" in text.get_text()]
    (above,) = [name for name in names if "above" in name]
    assert ("swings wider" if place == "ravine" else "cannot settle") in above
    names.remove(above)
    assert len(names) == (1 if "tilted" in place else 2)
    land = getattr(landscapes, place.partition(",")[0])()
    for name in names:
        who, limit = re.fullmatch(r"(x’s limit|y’s limit|limit of equal rates): ([\d.]+)", name).groups()
        low = np.array(land.minima[0], float)
        i = "xy".index(who[0]) if who[0] in "xy" else 1  # the steep direction, y before the ravine was turned
        start = low + 1e-3 * np.eye(2)[i]
        ends = [
            np.abs(landscapes.descend(land, optimizers.SGD(share * float(limit)), 40, start)[-1, i] - low[i])
            for share in (0.99, 1.01)
        ]
        assert ends[0] < 0.9e-3 and ends[1] > 1.1e-3, (name, ends)


@pytest.mark.parametrize("rule", ["rmsprop", "adagrad", "gradient descent"])
@pytest.mark.parametrize("place", ["ravine", "ravine, tilted", "saddle"])
@pytest.mark.parametrize("times", [10**-0.7, 1.0])
def test_what_the_map_names_can_be_seen(rule, place, times):
    """Dashed: an arrow. Thick: a step that its dot does not cover, or else the words say that it is too short."""
    play = turned(playground.own_rates(), rule=rule, place=place, times=times)
    left = play._fig.axes[0]
    seen = set()
    for step in range(1, 81, 8):
        turned(play, step=step)
        words = " ".join(text.get_text() for text in left.texts)
        arrows = [text for text in left.texts if getattr(text, "arrow_patch", None)]
        assert ("dashed" in words) == bool(arrows), step
        (thick,) = [line for line in left.lines if line.get_linewidth() == 4] or [None]
        if thick is None:
            assert "diverges" in left.get_title(loc="left") and "this step" not in words
            continue
        length = np.hypot(*np.diff(left.transData.transform(thick.get_xydata()), axis=0)[0])
        if not 2 < length < 4:  # pixels
            assert ("too short to see" in words) == (length < 3), (step, length)
        seen.add("too short" in words)
    assert seen


@pytest.mark.parametrize(
    "values", [{"step": 80}, {"step": 4}, {"place": "ravine, tilted", "step": 30}, {"rule": "adagrad", "step": 80}]
)
def test_the_names_of_limits_stand_clear_of_the_curves(values):
    """A curve under the point of 0.02 made it 0:02."""
    play = turned(playground.own_rates(), **values)
    right = play._fig.axes[1]
    renderer = play._fig.canvas.get_renderer()
    names = [text for text in right.texts if "limit" in text.get_text()]
    others = [text for text in right.texts if text.get_text() in ("x", "y", "x, y")]
    assert names and others
    thick = [line for line in right.lines if line.get_linewidth() > 2]
    for box in (name.get_window_extent(renderer) for name in names):
        assert not any(box.overlaps(other.get_window_extent(renderer)) for other in others)
        for line in thick:
            x, y = right.transData.transform(line.get_xydata()).T
            assert not np.any((box.x0 < x) & (x < box.x1) & (box.y0 + 2 < y) & (y < box.y1 - 2))


@pytest.mark.parametrize(
    ("rule", "place", "times"),
    [
        ("gradient descent", "ravine, tilted", 10**0.1),  # where the words come
        ("rmsprop", "ravine, tilted", 1.0),
        ("adagrad", "ravine, tilted", 10**-0.4),
        ("rmsprop", "saddle", 10**0.5),
        ("gradient descent", "saddle", 10**0.5),
    ],
)
def test_swings_that_are_told_are_there(rule, place, times):
    """Far from a minimum, or across weights with rates of their own, a rate above the limit need not widen a swing."""
    play = turned(playground.own_rates(), rule=rule, place=place, times=times)

    def distances(x, y):
        return [abs(x - y)] if "tilted" in place else [abs(x), abs(abs(y) - 1)]

    told = 0
    for step in range(1, 81, 3):
        turned(play, step=step)
        title = play._fig.axes[1].get_title(loc="left")
        if "swings" in title and "followed no further" not in play._note.value:
            told += 1
            before, after = np.array(re.findall(r"\((\S+), (\S+)\)", play._note.value.replace("−", "-")), dtype=float)
            who = title.split(" above")[0]
            which = [0] if "tilted" in place else [0, 1] if who == "both" else ["xy".index(who)]
            assert all(distances(*after)[i] > distances(*before)[i] for i in which), (step, title)
    assert bool(told) == (rule == "gradient descent" and "tilted" in place)


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


@pytest.mark.parametrize(("rate", "seen"), [(0.019, True), (0.021, True), (0.022, True), (0.04, False)])
def test_a_factor_off_the_picture_is_a_triangle_at_its_edge(rate, seen):
    """At β = 0 the factor across y is 100α − 1; the picture ends at 1.2, and the curve of the factors with it."""
    right = turned(playground.heavy_ball(), rate=rate)._fig.axes[1]
    (across,) = [
        line for line in right.lines if line.get_xdata()[0] == pytest.approx(100 * rate) and len(line.get_xdata()) == 1
    ]
    assert across.get_marker() == ("s" if seen else "^")
    assert across.get_ydata()[0] == pytest.approx(100 * rate - 1 if seen else 1.2)


@pytest.mark.parametrize("again", range(4))
def test_the_noise_of_one_is_that_of_the_dots(again):
    """The circle is that of all people; 2,000 dots miss it by some per cent, and the title says by how much."""
    bmi, progression = datasets.bmi()
    bmi = (bmi - bmi.mean()) / bmi.std()
    slopes = -2 * np.stack([progression * bmi, progression], axis=-1)
    rim = np.sqrt(np.trace(np.cov(slopes.T, ddof=0)))
    play = turned(playground.gradient_cloud(bmi, progression), batch_size=1.0)
    for _ in range(again):
        play._controls["again"].click()
    noise = float(re.search(r"typically (\d+)\.", play._note.value).group(1))
    title = play._fig.axes[0].get_title(loc="left")
    told = re.search(r"by chance (\d\.\d\d) of", title)
    assert (float(told.group(1)) if told else 1) == pytest.approx(noise / rim, abs=0.007)
    assert play._fig.axes[1].lines[-1].get_ydata()[0] == pytest.approx(noise / rim, abs=0.002)


def test_two_that_end_alike_are_both_told_to_end_lowest():
    play = playground.boundary_as_it_learns(*datasets.spirals())
    for _, width in play._controls["width"]._options_full:
        right = turned(play, width=width)._fig.axes[1]
        ends = {
            text.get_text(): line.get_ydata()[-1]
            for text, line in zip(right.texts, right.lines, strict=False)
            if text.get_text() in ("relu", "tanh", "sigmoid", "none")
        }
        named = {name for name in ends if name in right.get_title(loc="left")}
        assert len(ends) == 4
        assert named == {name for name, end in ends.items() if end < 1.05 * min(ends.values())}
        assert width != 4 or named == {"relu", "tanh"}, "here they are 1 % apart"
