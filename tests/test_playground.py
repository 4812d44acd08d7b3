"""A playground follows its controls, survives what a drawing function does, and keeps nothing."""

import gc
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from helpers import playground

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


def test_nothing_is_kept_after_many_changes():
    play, controls = make()
    slider = controls["slope"]

    def count():
        gc.collect()
        objects = gc.get_objects()
        return sum(isinstance(o, Figure) for o in objects), len(objects)

    for value in np.linspace(0, 1, 11):
        slider.value = float(value)
    figures, before = count()
    for value in np.tile(np.linspace(0, 1, 11), 19):
        slider.value = float(value)
    assert play.redraws > 200
    after = count()
    assert after[0] == figures
    assert after[1] < before + 500


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
    ],
)
def test_wrong_controls(call, error, message):
    with pytest.raises(error, match=message):
        call()
