"""A playground follows its controls, survives what a drawing function does, and keeps nothing."""

import asyncio
import gc
import io
import re
from base64 import b64decode
from pathlib import Path

import ipywidgets as widgets
import nbformat
import numpy as np
import psutil
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

from helpers import landscapes, layers, memory, models, playground
from helpers.plots import themes
from helpers.plots.figures import quick_png

ROOT = Path(__file__).resolve().parent.parent

ALT = "A line whose slope the slider sets."


def make(draw=None, **controls):
    def line(fig, slope):
        fig.axes[0].plot([0, slope])
        return f"slope {slope}"

    controls = controls or {"slope": playground.slider("Slope", 0.0, 1.0, 0.5, 0.1)}
    return playground.explore(draw or line, ALT, **controls), controls


def test_a_change_draws_anew():
    play, controls = make()
    first = play._image.value
    assert Image.open(io.BytesIO(first)).size == (800, 380)
    assert "slope 0.5" in play._note.value
    controls["slope"].value = 0.9
    assert play._image.value != first and "slope 0.9" in play._note.value
    controls["slope"].value = 0.5
    assert play._image.value == first, "the picture depends on the values alone"


def test_the_same_values_are_not_drawn_twice():
    play, controls = make()
    with controls["slope"].hold_trait_notifications():
        for value in (0.1, 0.7, 0.9, 0.2):
            controls["slope"].value = value
    assert play.redraws == 2, "a drag that arrives at once is one picture"
    play._changed()
    assert play.redraws == 2


def test_an_exception_is_a_short_message():
    def draw(fig, n):
        if n > 1:
            raise ValueError("no <root>")
        fig.axes[0].plot([n])

    play, controls = make(draw, n=playground.slider("n", 0, 3, 1))
    before = play._image.value
    controls["n"].value = 2
    assert "ValueError: no &lt;root&gt;" in play._note.value and "line " in play._note.value
    assert "Traceback" not in play._note.value
    assert play._image.value == before, "the last good picture stays"
    controls["n"].value = 0
    assert play._note.value == ""


def test_without_widgets_it_is_a_picture():
    play, _ = make()
    data, metadata = play._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == ALT
    assert Image.open(io.BytesIO(data["image/png"])).format == "PNG"
    assert "application/vnd.jupyter.widget-view+json" in data


def grounded(seen):
    """A playground whose ground depends on `kind`, and `seen`, to which both functions report."""

    def ground(fig, kind):
        seen.append(kind)
        ax = fig.axes[0]
        ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=kind)
        ax.fill_between([0, 1], [0.2, 0.4], color="orange")
        ax.text(0.1, 0.9, "what stays")

    def draw(fig, height, kind):
        seen.append(height)
        if height == 0.7:
            raise ValueError("not this one")
        ax = fig.axes[0]
        ax.plot([0, 1], [height, height], color="black", lw=3, zorder=9)
        ax.bar([0.5], [height / 2], 0.1, color="green")
        ax.annotate("moves", (0.5, height))
        if height < 0.9:
            ax.set_title(f"height {height}")

    controls = {
        "height": playground.slider("Height", 0.0, 1.0, 0.5, 0.1),
        "kind": playground.choice("Kind", ["a", "b"]),
    }
    play = playground.explore(draw, ALT, ground=ground, **controls)
    return play, controls


def test_what_chooses_a_ground_may_be_a_list():
    ends = playground.choice("Ends", {"near": [0, 1], "far": [0, 9]})
    play = playground.explore(
        lambda fig, ends: None, ALT, ground=lambda fig, ends: fig.axes[0].set(xlim=ends), ends=ends
    )
    for value in ([0, 9], [0, 1]):
        ends.value = value
        assert play._fig.axes[0].get_xlim() == tuple(value) and play._note.value == ""


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


def assert_same(one, other):
    """The same picture, but for the faint edge where what is drawn on the ground lies on the line of an axis."""
    assert np.abs(pixels(one) - pixels(other)).max() <= 8


def in_a_loop(make):
    """What `make()` returns, in an event loop as a kernel's, which then has half a second to spare."""

    async def cell():
        made = make()
        await asyncio.sleep(0.5)
        return made

    return asyncio.run(cell())


def test_each_ground_is_drawn_once():
    seen = []
    play, controls = grounded(seen)
    del seen[:]
    for name, value in (("height", 0.1), ("kind", "b"), ("height", 0.3), ("kind", "a")):
        controls[name].value = value
        assert play._fig.axes[0].get_xlabel() == controls["kind"].value
    assert seen == [0.1, "b", 0.1, 0.3, 0.3]


def test_the_grounds_of_a_list_are_drawn_in_spare_time():
    """So that no choice waits for one; and the figure, which a notebook keeps, still holds what the learner sees."""
    seen = []
    play, controls = in_a_loop(lambda: grounded(seen))
    assert seen.count("b") == 1 and seen[-1] == "b"
    assert_same(play._image.value, quick_png(play._fig))
    controls["kind"].value = "b"
    assert seen.count("b") == 1 and play._fig.axes[0].get_xlabel() == "b"


def test_a_ground_that_fails_in_spare_time_is_told_when_it_is_asked_for():
    def ground(fig, n):
        fig.axes[0].set(xlim=(0, 1 / n))

    n = playground.choice("n", [1, 0, 2])
    play = in_a_loop(lambda: playground.explore(lambda fig, n: f"n = {n}", ALT, ground=ground, n=n))
    assert "n = 1" in play._note.value and play._fig.axes[0].get_xlim()[1] == 1 and len(play._ground._kept) == 2
    n.value = 0
    assert "ZeroDivisionError" in play._note.value
    n.value = 2
    assert "n = 2" in play._note.value and play._fig.axes[0].get_xlim()[1] == 0.5


def test_a_ground_that_a_slider_sets_is_drawn_when_asked_for():
    seen = []

    def ground(fig, n):
        seen.append(n)
        if n == 3:
            raise ValueError("no such ground")
        fig.axes[0].set(xlim=(0, n))

    n = playground.slider("n", 1, 100, 1)
    play = playground.explore(lambda fig, n: f"n = {n}", ALT, ground=ground, n=n)
    del seen[:]
    for value in (2, 3, 2, 1, 4):
        n.value = value
        assert ("no such ground" in play._note.value) is (value == 3)
        assert value == 3 or play._fig.axes[0].get_xlim()[1] == value
    assert seen == [2, 3, 4]
    before, whole = len(play._fig.axes), play._image.value
    for value in range(1, 101):
        n.value = value
    assert len(play._ground._kept) <= 12 and len(play._fig.axes) == before
    n.value = 4
    assert_same(play._image.value, whole)


def test_a_picture_on_a_ground_is_the_whole_picture():
    play, controls = grounded([])
    for height, kind in ((0.1, "a"), (0.7, "a"), (0.8, "a"), (0.9, "b"), (0.2, "b")):
        controls["height"].value = height
        controls["kind"].value = kind
        if height == 0.7:
            assert "not this one" in play._note.value
            continue
        assert_same(play._image.value, quick_png(play._fig))  # which draws all that the axes hold, at once
        (ax,) = play._fig.axes
        assert (len(ax.lines), len(ax.patches), len(ax.texts)) == (1, 1, 2)
        assert ax.get_title(loc="left") == (f"height {height}" if height < 0.9 else "")


def test_a_ground_follows_the_theme():
    play, controls = grounded([])
    assert pixels(play._image.value)[0, 0].min() > 200
    try:
        themes.theme("dark")
        controls["height"].value = 0.6
        assert_same(play._image.value, quick_png(play._fig))
        assert pixels(play._image.value)[0, 0].max() < 60
    finally:
        themes.theme("light")


MADE = {
    "one_walker": lambda make: make(landscapes.mountain()),
    "fit_a_line": lambda make: make(np.arange(1.0, 9), 3 * np.arange(1.0, 9) + 4),
    "boundary_as_it_learns": lambda make: make(*arms()),
    "gradient_cloud": lambda make: make(*np.random.default_rng(0).normal(size=(2, 100))),
}


def arms():
    """Three spiral arms of 20 points each: (60, 2) and their classes."""
    turn = np.tile(np.linspace(0.3, 3, 20), 3) + np.repeat(2 * np.pi / 3 * np.arange(3), 20)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) * np.tile(np.linspace(0.1, 1, 20), 3)[:, None], np.repeat(
        np.arange(3), 20
    )


def made(name):
    """A lesson's playground."""
    if name == "ours_minus_keras":
        pytest.importorskip("keras")
    return MADE.get(name, lambda make: make())(getattr(playground, name))


def settings(control):
    """Some values of a control, from its first to its last."""
    if isinstance(control, widgets.Dropdown):
        return [value for _, value in control._options_full]
    if isinstance(control, widgets.Button):
        return range(5)
    ends = np.linspace(control.min, control.max, 7)
    ends = 10.0**ends if isinstance(control, widgets.FloatLogSlider) else ends
    return [round(v) for v in ends] if isinstance(control, widgets.IntSlider) else ends.tolist()


IN_LESSONS = [name for name in playground.PARTS if name != "race"]


@pytest.mark.parametrize("name", IN_LESSONS)
def test_two_hundred_changes_leave_nothing_behind(name):
    """No figure, no artist, less than 20 MB: each control in turn is set to several values, over and over."""
    play = made(name)
    kept = np.abs(pixels(play._image.value) - pixels(quick_png(play._fig))).max(axis=2)
    assert np.mean(kept > 8) < 0.005, "what a notebook saved now would show is what the learner sees"
    assert all(control.description.strip() for control in play._controls.values())
    assert len(play._alt.split()) > 15
    every_setting = [(control, value) for control in play._controls.values() for value in settings(control)]

    def turn(times):
        before = play.redraws
        while play.redraws < before + times:
            for control, value in every_setting:
                control.value = value
                assert "No picture" not in play._note.value

    def left():
        memory.give_back()
        objects = gc.get_objects()
        figures, artists = (sum(isinstance(o, kind) for o in objects) for kind in (Figure, Artist))
        return figures, artists, psutil.Process().memory_info().rss / 2**20

    turn(len(every_setting))
    figures, artists, size = left()
    turn(200)
    after = left()
    assert after[0] == figures
    assert after[1] <= artists + 20  # the ticks of two axes vary with what is drawn
    assert after[2] < size + 20


SOLUTIONS = sorted(ROOT.glob("solutions/[0-9][0-9]_*.ipynb"))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_each_playground_has_a_picture_in_the_solutions(path):
    """On GitHub and on paper no control moves: the stored output holds a still picture with alternative text."""
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    with_controls = [c for c in cells if re.search(rf"^playground\.({'|'.join(playground.PARTS)})\(", c.source, re.M)]
    assert with_controls
    for cell in with_controls:
        (output,) = (o for o in cell.outputs if "image/png" in o.get("data", {}))
        assert len(output.metadata["image/png"]["alt"].split()) > 15
        assert output.data["text/plain"] == output.metadata["image/png"]["alt"]
        assert min(Image.open(io.BytesIO(b64decode(output.data["image/png"]))).size) > 400


def test_what_the_package_lists_is_there():
    for name, part in playground.PARTS.items():
        assert getattr(playground, name).__module__ == f"helpers.playground.{part}"
    with pytest.raises(AttributeError, match=r"'slide'.*slider"):
        playground.slide  # noqa: B018


def test_a_bar_shows_epochs_and_closes(capsys):
    model = models.Sequential([layers.Dense(1)], seed=1)
    model.compile("sgd", "mse")
    x = np.ones((4, 2))
    model.fit(x, x[:, :1], epochs=3, callbacks=[playground.ProgressBar(after=0)])
    assert "3/3" in capsys.readouterr().err
    model.fit(x, x[:, :1], epochs=3, callbacks=[playground.ProgressBar(after=600)])
    assert capsys.readouterr().err == ""


def test_words_come_from_the_docstring_too():
    def draw(fig, a):
        """A dot.

        More.
        """

    play = playground.explore(draw, a=playground.choice("A", ["x", "y"]))
    assert play._alt == "A dot."
    with pytest.raises(ValueError, match="alt="):
        playground.explore(lambda fig, a: None, a=playground.choice("A", ["x"]))


def test_controls_show_their_values_and_labels():
    slider = playground.slider("Learning rate", 1e-4, 10.0, 0.1, log=True)
    assert slider.description == "Learning rate" and slider.readout
    assert slider.min == pytest.approx(-4) and slider.max == pytest.approx(1) and slider.value == 0.1
    assert isinstance(playground.slider("Steps", 1, 10, 3).value, int)
    assert isinstance(playground.slider("Steps", 1, 10, 3, 0.5).value, float)
    assert playground.choice("Loss", {"squared": 2, "absolute": 1}).value == 2
    assert playground.choice("Loss", ["a", "b"], "b").value == "b"


def test_a_button_counts():
    seen = []
    play, controls = make(lambda fig, seed: seen.append(seed), seed=playground.button("Another sample"))
    controls["seed"].click()
    controls["seed"].click()
    assert seen == [0, 1, 2] and play.redraws == 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: playground.slider("a", 1, 1), ValueError, "min < max"),
        (lambda: playground.slider("a", 0, 1, 3), ValueError, "between"),
        (lambda: playground.slider("a", 0, 1, 0.5, log=True), ValueError, "above zero"),
        (lambda: playground.choice("a", []), ValueError, "empty"),
        (lambda: playground.explore(3, ALT), TypeError, "draw"),
        (lambda: playground.explore(lambda fig, a: None, ALT, a=3), TypeError, "a=3"),
        (lambda: playground.explore(lambda fig: None, ALT, ground=lambda fig, b: None), TypeError, "ground takes b"),
    ],
)
def test_wrong_controls(call, error, message):
    with pytest.raises(error, match=message):
        call()
