"""The race's controls move state, picture and line of code; the line makes the same race, and nothing is left behind."""

import gc
import io
import os

import numpy as np
import psutil
import pytest
from ipywidgets.widgets import widget
from matplotlib.figure import Figure
from PIL import Image

from helpers import optimizers, playground, progress, racing
from helpers.plots import race_map
from helpers.progress import answers
from racers import Fails, Own, lanes_of

pytestmark = pytest.mark.filterwarnings("error")


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


def test_a_longer_race_runs_ahead_once(monkeypatch):
    """Ten steps more, again and again, run seldom; the picture is that of a race of that length."""
    play = playground.race("rosenbrock", steps=100)
    ran = []
    monkeypatch.setattr(racing, "run", lambda *args, run=racing.run: ran.append(args[3] * bool(args[1])) or run(*args))
    for steps in (*range(110, 211, 10), 60, 100):
        play._length.value = steps
    assert [steps for steps in ran if steps] == [210]
    again = playground.race("rosenbrock", steps=100)
    assert play._image.value == again._image.value and play.race == again.race


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


@pytest.mark.parametrize("where", ["race_map.contour", "race.lay_out", "race.AutoLocator", "race.canvas_png"])
def test_an_interrupt_leaves_no_trace(monkeypatch, where):
    play = playground.race("bowl")
    want = playground.race("saddle")._image.value
    race_map._painted.cache_clear()
    play._play.playing = True
    with monkeypatch.context() as patch:

        def stop(*_, **__):
            raise KeyboardInterrupt

        patch.setattr(f"helpers.plots.{where}", stop)
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
