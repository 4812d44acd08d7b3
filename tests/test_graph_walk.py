"""The walk on a graph shows what is known at each step, no sooner: values forward, then gradients back."""

import pytest

from helpers.playground.backpropagation import _line, walk_the_graph

VALUES = {"w": "3", "x": "2", "b": "1", "y": "4", "m": "6", "ŷ": "7", "e": "3", "loss": "9"}  # (3·2 + 1 − 4)²
GRADIENTS = {"loss": "1", "e": "6", "ŷ": "6", "m": "6", "b": "6", "w": "12"}  # 2·3, through + as it is, times x
GIVEN = "wxby"


def shown(play):
    """The values and the gradients in the picture, by name: each box has them below its name."""
    (ax,) = play._fig.axes
    lines = [(round(t.get_position()[0], 3), t.get_position()[1], t.get_text()) for t in ax.texts]
    names = {(x, y): text.split(" =")[0] for x, y, text in lines if text.split(" =")[0] in VALUES}
    found = {}, {}
    for (x, y), name in names.items():
        for across, up, text in lines:
            if across == x and 0.1 < y - up < 0.5:
                found[text.startswith("grad")][name] = text.removeprefix("grad ")
    return found


@pytest.mark.parametrize("step", range(10))
def test_a_step_shows_what_is_known(step):
    play = walk_the_graph()
    play._controls["step"].value = step
    values, gradients = shown(play)
    known = [*GIVEN, *["m", "ŷ", "e", "loss"][:step]]
    assert values == {name: VALUES[name] for name in known}
    reached = {5: 1, 6: 2, 7: 3, 8: 5, 9: 6}.get(step, 0)  # the step through ŷ = m + b reaches two
    assert gradients == dict(list(GRADIENTS.items())[:reached])


def test_another_w_keeps_the_boxes():
    play = walk_the_graph()
    play._controls["step"].value = 4
    play._controls["w"].value = 0.5
    assert shown(play)[0] == VALUES | {"w": "0.5", "m": "1", "ŷ": "2", "e": "−2", "loss": "4"}
    assert _line(0.5).data == 4
