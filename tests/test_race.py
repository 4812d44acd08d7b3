"""The race: every lane is what the optimizer does alone, the line of code makes the same race, and nothing is left behind."""

import gc
import inspect
import io
import os

import numpy as np
import psutil
import pytest
from ipywidgets.widgets import widget
from matplotlib.figure import Figure
from PIL import Image

from helpers import landscapes, optimizers, playground, progress, racing
from helpers.optimizers import Optimizer
from helpers.plots.race import Stage, look, swatch
from helpers.plots.style import CARD, style_of
from helpers.plots.themes import theme
from helpers.progress import answers

pytestmark = pytest.mark.filterwarnings("error")


class Own(Optimizer):
    """Gradient descent, as a learner writes it."""

    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)

    def update_step(self, w, g, lr, t):
        w -= lr * g


class Turns(Own):
    """Is no number from its third step on."""

    def update_step(self, w, g, lr, t):
        w -= lr * g if t < 3 else np.nan


class Fails(Own):
    def update_step(self, w, g, lr, t):
        raise ZeroDivisionError("by <nothing>")


def lanes_of(race, steps=None):
    makers = {key: (lambda key=key: racing.make(race.kinds[key], race.racers[key])) for key in race.racers}
    return racing.run(racing.landscape(race.landscape), makers, race.start, steps or race.steps)


def test_every_landscape_is_there():
    known = {
        name
        for name, f in vars(landscapes).items()
        if inspect.isfunction(f)
        and not name.startswith("_")
        and f.__module__ == landscapes.__name__
        and name != "descend"
    }
    assert set(racing.LANDSCAPES) == known


@pytest.mark.parametrize("name", racing.LANDSCAPES)
def test_a_lane_is_the_path_of_that_optimizer_alone(name):
    race = racing.read(name, racers={key: {} for key in racing.KINDS}, steps=40)
    lanes, ground = lanes_of(race), racing.landscape(name)
    for key, lane in lanes.items():
        alone = landscapes.descend(ground, racing.make(race.kinds[key], race.racers[key]), 40, race.start)
        np.testing.assert_allclose(lane.path, alone, rtol=1e-7, atol=1e-9, err_msg=key)
        np.testing.assert_allclose(lane.losses, [ground(w) for w in alone], rtol=1e-6, atol=1e-9, err_msg=key)
        assert lane.losses[-1] < lane.losses[0] and lane.end == "", f"{key} suits {name}"


def test_who_else_runs_changes_nothing():
    race = racing.read("beale", racers={key: {} for key in racing.KINDS})
    together = lanes_of(race)
    for key in race.racers:
        one = racing.read("beale", racers={key: race.racers[key]})
        np.testing.assert_array_equal(lanes_of(one)[key].path, together[key].path)


def test_who_diverges_stops_and_is_told():
    race = racing.read(
        "rosenbrock", racers={"sgd": {"learning_rate": 1.0}, "adam": {}}, yours={"wild": Turns, "bad": Fails}
    )
    race = racing.read(
        "rosenbrock",
        yours={"wild": Turns, "bad": Fails},
        racers=race.racers | {"your_wild": {"learning_rate": 1e-4}, "your_bad": {}},
    )
    lanes, ground = lanes_of(race), racing.landscape("rosenbrock")
    assert lanes["adam"].end == "" and len(lanes["adam"].path) == race.steps + 1
    for lane in lanes.values():
        assert np.isfinite(lane.path).all() and np.isfinite(lane.losses).all()
    places = racing.standing(ground, lanes, {key: key for key in lanes}, race.steps)
    trouble = {place.key: place.trouble for place in places}
    # Gradient descent with this rate: 4·100·1.5·0.25 + 2·2.5 to the one side, out of reach of 100 maps in two steps.
    assert trouble["sgd"] == "has diverged at step 2"
    assert trouble["your_wild"] == "is no number any more at step 3"
    assert trouble["your_bad"].startswith("stopped: ") and "by <nothing>" in trouble["your_bad"]
    assert places[0].key == "adam" and trouble["adam"] == ""
    assert racing.sentence(ground, places, lanes, 200).endswith("3 optimizers are out")
    before = racing.standing(ground, lanes, {key: key for key in lanes}, 1)
    assert {place.key: place.trouble for place in before}["sgd"] == "off the map"


def test_standing_and_sentence(rng):
    race = racing.read("himmelblau", racers={"sgd": {}, "momentum": {}, "adam": {}})
    lanes, ground = lanes_of(race), racing.landscape("himmelblau")
    labels = {key: race.kinds[key].label for key in lanes}
    for step in (1, 7, 60):
        places = racing.standing(ground, lanes, labels, step)
        for place in places:
            path = lanes[place.key].path[: step + 1]
            heights = (path[:, 0] ** 2 + path[:, 1] - 11) ** 2 + (path[:, 0] + path[:, 1] ** 2 - 7) ** 2
            assert place.loss == pytest.approx(heights[-1]) and place.best == pytest.approx(heights.min())
            assert place.distance == pytest.approx(min(np.hypot(*(path[-1] - m)) for m in ground.minima))
        losses = [place.loss for place in places]
        assert losses == sorted(losses)
        said = racing.sentence(ground, places, lanes, step)
        assert (
            said.startswith(f"After {step} step")
            and places[0].label in said
            and f"{losses[0]:.3g}".replace("-", "−") in said
        )
    start = racing.sentence(ground, racing.standing(ground, lanes, labels, 0), lanes, 0)
    assert start == f"Before the first step: loss {ground(ground.start):.3g}"
    mountain = racing.landscape("mountain")
    assert racing.height(mountain, 312.4) == "312 m"


LINES = [
    "playground.race()",
    'playground.race("mountain", at=0)',
    'playground.race("bump", start=[-3], steps=5, momentum={"momentum": 0})',
    'playground.race("ravine", start=np.array([-1.5, 2]), at=3, adam={"learning_rate": 0.123456789, "beta_2": 0.97})',
    'playground.race("bowl", adamw={"weight_decay": 0}, adam={"epsilon": 1, "clipnorm": np.float32(0.5)})',
    'playground.race(yours={"adam": optimizers.Adam, "Own": Own}, your_Own={}, your_adam={"amsgrad": True})',
]


@pytest.mark.parametrize("code", LINES)
def test_the_line_makes_the_same_race(code):
    names = {"playground": playground, "np": np, "optimizers": optimizers, "Own": Own, "Adam": optimizers.Adam}
    made = eval(code, names)
    line = made.race.line()
    again = eval(line, names)
    assert "\n" not in line and again.race == made.race and again.race.line() == line
    assert again._image.value == made._image.value and again._table.value == made._table.value
    assert made._code.value == line


def test_the_example_of_the_lessons():
    line = 'playground.race(landscape="rosenbrock", start=(-1.5, 2.0), adam={"learning_rate": 0.05}, steps=200, at=60)'
    assert eval(line).race.line() == line


def test_your_passed_optimizers_run_in_place_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("HOW_MODELS_LEARN_HOME", str(tmp_path))
    none_yet = playground.race(yours=progress.my_helpers())
    assert list(none_yet.race.racers) == list(racing.FIRST)
    body = "class Mine(Optimizer):\n    def update_step(self, w, g, lr, t):\n        w -= lr * g"
    needs = ["from helpers.optimizers import Optimizer"]
    answers.keep(
        {
            "sgd": {"name": "Mine", "lesson": 5, "body": body, "imports": needs},
            "mse": {"name": "mse", "lesson": 1, "body": "def mse(a, b):\n    return 0.0", "imports": []},
        }
    )
    with_mine = playground.race("bowl", yours=progress.my_helpers())
    assert list(with_mine.race.racers) == ["your_sgd", "momentum", "rmsprop", "adam"]
    assert "your_mse" not in with_mine.race.kinds
    line = with_mine.race.line()
    assert "yours=progress.my_helpers()" in line and "your_sgd={" in line
    assert eval(line)._image.value == with_mine._image.value
    with_mine._toggles["sgd"].value = True
    lanes = lanes_of(with_mine.race)
    np.testing.assert_array_equal(lanes["your_sgd"].path, lanes["sgd"].path)


def test_controls_move_state_picture_and_line():
    play = playground.race("bowl", sgd={}, adam={}, steps=50)
    first = play._image.value
    assert Image.open(io.BytesIO(first)).size == (800, 450)

    def turned(control, value):
        before, line = play._image.value, play._code.value
        control.value = value
        assert play._image.value != before and play._code.value == play.race.line() != line

    turned(play._at, 10)
    assert "After 10 steps" in play._note.value and play.race.at == 10
    turned(play._axes[0], 1.0)
    assert play.race.start == (1.0, 1.5)
    turned(play._rows["adam"]._rate, 0.2)
    assert play.race.racers["adam"]["learning_rate"] == 0.2
    turned(play._rows["adam"]._others["beta_1"], 0.5)
    turned(play._toggles["nadam"], True)
    turned(play._toggles["sgd"], False)
    assert list(play.race.racers) == ["adam", "nadam"] and len(play._settings.children) == 2
    turned(play._length, 70)
    assert play._at.max == play._play.max == 70 and play.race.at == 10
    turned(play._where, "bump")
    assert play.race.start == (-5.0,) and play.race.at == 70 and play._axes[1].layout.display == "none"
    turned(play._where, "bowl")
    play._on.click()
    assert play.race.at == 70, "there is no step after the last"
    play._back.click()
    assert play.race.at == 69
    for key in ("nadam", "adam"):
        play._toggles[key].value = False
    assert list(play.race.racers) == ["adam"] and play._toggles["adam"].value, "the last one stays"


def test_the_picture_depends_on_the_state_alone():
    play = playground.race("rosenbrock", at=100)
    first = play._image.value
    play._at.value = 20
    play._where.value = "mountain"
    play._toggles["nadam"].value = True
    play._where.value = "rosenbrock"
    play._toggles["nadam"].value = False
    play._at.value = 100
    assert play._image.value == first


def test_a_click_is_a_start():
    play = playground.race("himmelblau")
    for wanted in ((0.0, 0.0), (-4.5, 4.0)):
        x, y = play._stage.map.transData.transform(wanted) / [800, 450]
        play._spot.value = f"{x} {1 - y}"
        assert play.race.start == pytest.approx(wanted, abs=1e-3)
    start = play.race.start
    for nowhere in ("0.01 0.5", "0.8 0.5", "", "here", "0.5", "nan nan"):
        play._spot.value = nowhere
        assert play.race.start == start
    line = playground.race("bump")
    x, _ = line._stage.map.transData.transform((-4.0, 0.5)) / [800, 450]
    line._spot.value = f"{x} 0.5"
    assert line.race.start == pytest.approx((-4.0,), abs=1e-3)


def test_a_value_between_two_marks_is_kept():
    """A slider in the browser answers with its nearest mark."""
    play = playground.race("rosenbrock", start=(-1.234, 1.5), adam={"learning_rate": 0.05, "beta_1": 0.901})
    line = play.race.line()
    play._axes[0].value, play._rows["adam"]._rate.value = -1.24, 10**-1.3
    play._rows["adam"]._others["beta_1"].value = 0.9
    assert play.race.line() == line
    play._axes[0].value = -1.22
    assert play.race.start == (-1.22, 1.5)


@pytest.mark.parametrize(("mark", "key"), [(-1.24, -1.26), (-1.26, -1.24), (-1.24, -1.22)])
def test_half_way_between_two_marks_each_key_counts(mark, key):
    """-1.25 is as near to -1.24 as to -1.26: the browser shows one of them, and a key may lead to the other."""
    play = playground.race("rosenbrock", start=(-1.25, 1.5))
    play._axes[0].value = mark
    assert play.race.start == (-1.25, 1.5)
    play._axes[0].value = key
    assert play.race.start == (key, 1.5)
    play._axes[0].value = mark
    assert play.race.start == (mark, 1.5)


def test_a_slider_gets_its_ends_before_its_value(monkeypatch):
    """In this order alone the browser keeps the value: otherwise it cuts it at the old ends."""
    play = playground.race("bowl")
    sent = []
    slider = play._axes[0]
    monkeypatch.setattr(type(slider), "send_state", lambda self, key=None: sent.append((self, key)))
    play._where.value = "mountain"
    first = next(key for control, key in sent if control is slider)
    assert first == ["min", "max", "step", "value"]
    assert (slider.min, slider.max, slider.step, slider.value) == (12, 30, 0.05, 16.65)


def test_words_wait_until_it_stands_still():
    play = playground.race("bowl", at=0)
    play._play.playing = True
    assert play._run.description == "Pause"
    note = play._note.value
    play._at.value = 5
    assert play._note.value == note
    play._play.playing = False
    assert (
        "After 5 steps" in play._note.value and "step 5 of 200" in play._words.value and play._run.description == "Run"
    )


def test_an_interrupt_leaves_no_trace(monkeypatch):
    play = playground.race("bowl")
    want = playground.race("saddle")._image.value
    play._play.playing = True
    with monkeypatch.context() as patch:

        def stop(*_, **__):
            raise KeyboardInterrupt

        patch.setattr("helpers.plots.race.contour", stop)
        play._where.value = "saddle"
    assert "Interrupted" in play._note.value and not play._play.playing
    play._at.value = 3
    play._at.value = 200
    assert play._image.value == want and "Interrupted" not in play._note.value


def test_what_a_learners_rule_says_is_text():
    play = playground.race(yours={"bad": Fails}, your_bad={}, adam={})
    assert "by &lt;nothing&gt;" in play._table.value and "by <nothing>" not in play._table.value


def test_without_widgets_it_is_a_picture_with_words():
    play = playground.race("ravine", adam={}, at=60)
    data, metadata = play._repr_mimebundle_()
    words = data["text/plain"]
    assert metadata["image/png"]["alt"] == words and "step 60 of 200" in words and "Adam: loss now" in words
    assert len(data["image/png"]) < 200_000
    before = play._image.value
    play._at.value = 61
    play._at.value = 60
    assert play._image.value == before, "storing the picture changes nothing of the live one"


def test_two_hundred_changes_leave_nothing():
    play = playground.race("rosenbrock", steps=60)

    def count():
        gc.collect()
        figures = sum(type(thing) is Figure for thing in gc.get_objects())
        axes = play._stage.fig.axes
        return figures, sum(len(ax.get_children()) for ax in axes), len(widget._instances)

    turns = (
        lambda i: setattr(play._at, "value", i % 60),
        lambda i: setattr(play._rows["adam"]._rate, "value", 10 ** (-2 + i % 7 / 7)),
        lambda i: setattr(play._toggles["nadam"], "value", i % 2 == 0),
        lambda i: setattr(play._axes[0], "value", play.race.start[0] + (-1) ** i * 40 * play._axes[0].step),
        lambda i: setattr(play._where, "value", racing.LANDSCAPES[i // 5 % 10]),
    )

    def change(times):
        for i in range(times):
            turns[i % 5](i)
        play._where.value, play._at.value, play._toggles["nadam"].value = "rosenbrock", 60, False

    change(50)
    before, process = count(), psutil.Process(os.getpid())
    memory = process.memory_info().rss
    change(200)
    assert count() == before
    assert process.memory_info().rss - memory < 20e6
    assert len(play._known) <= 60


def test_every_racer_has_the_style_of_the_course():
    for key in racing.KINDS:
        style = style_of("gradient descent" if key == "sgd" else key)
        mine, own = look(key), look(f"your_{key}")
        assert (mine["color"], mine["marker"], mine["line"]["linestyle"]) == tuple(
            style[part] for part in ("color", "marker", "linestyle")
        )
        assert own["color"] == mine["color"] and own["line"]["linewidth"] > mine["line"]["linewidth"]
        assert mine["color"] in swatch(key) and "nan" not in swatch(key)


def test_the_keys_of_the_table_follow_the_theme():
    assert "#0072B2" in swatch("momentum") and CARD in swatch("momentum")
    try:
        theme("dark")
        dark = swatch("momentum")
        assert "#0072B2" not in dark and CARD not in dark
    finally:
        theme("light")


def test_who_is_off_the_map_stands_at_its_edge():
    race = racing.read("ravine", racers={"sgd": {"learning_rate": 0.021}}, steps=60)
    lanes, ground = lanes_of(race), racing.landscape("ravine")
    stage = Stage()
    stage.show(ground, lanes, {"sgd": "gradient descent"}, 60, 60, "")
    (x,), (y,) = stage._artists["sgd"][1].get_data()
    low, high = np.array(ground.bounds).T
    assert abs(lanes["sgd"].path[60, 1]) > 3 and abs(y) == 3 and low[0] <= x <= high[0]
    assert stage._artists["sgd"][4].get_text().endswith("↑")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"landscape": "rosenbrok"}, ValueError, "unknown landscape 'rosenbrok'; did you mean 'rosenbrock'"),
        ({"landscape": landscapes.bowl()}, ValueError, "unknown landscape"),
        ({"start": (9, 9)}, ValueError, r"start must be on the map .* within -2 to 2 and -1 to 3, got \(9, 9\)"),
        ({"start": 1}, ValueError, r"start must be 2 number\(s\)"),
        ({"start": "here"}, TypeError, "start must hold real numbers"),
        ({"start": (np.nan, 0)}, ValueError, "start must be on the map"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"steps": 5000}, ValueError, "steps must be at most 1000, got 5000"),
        ({"steps": 1.5}, TypeError, "steps must be a whole number"),
        ({"at": 201}, ValueError, "at must be at most steps, which is 200, got 201"),
        ({"at": -1}, ValueError, "at must be at least 0"),
        ({"adan": {}}, ValueError, "unknown optimizer 'adan'; did you mean 'adam'"),
        ({"adam": 0.1}, TypeError, "adam must be a dict of settings, such as"),
        ({"adam": {"beta1": 0.9}}, ValueError, "unknown setting of adam 'beta1'; did you mean 'beta_1'"),
        ({"adam": {"learning_rate": "fast"}}, TypeError, r"adam\['learning_rate'\] must be a number, got 'fast'"),
        ({"adam": {"learning_rate": None}}, TypeError, "adam: learning_rate must be a number"),
        ({"adam": {"learning_rate": -1}}, ValueError, "adam: learning_rate must be at least 0, got -1"),
        ({"adam": {"beta_1": 1.0}}, ValueError, "adam: beta_1 must be less than 1"),
        ({"amsgrad": {"amsgrad": False}}, ValueError, "unknown setting of amsgrad"),
        ({"your_adam": {}}, ValueError, r"your_adam: there is no such optimizer of yours \(there are: none\)"),
        ({"yours": 3}, TypeError, "yours must be a dict of optimizer classes"),
        ({"yours": {"adam": Own()}}, TypeError, r"yours\['adam'\] must be an optimizer class.* leave out the \(\)"),
        ({"yours": {3: Own}}, TypeError, "yours must have names as its keys"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        playground.race(**arguments)
