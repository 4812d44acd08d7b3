"""The picture of a race: the styles of the course, and who is off the map."""

import numpy as np
import pytest

from helpers import racing
from helpers.plots.race import Stage, look, swatch
from helpers.plots.style import CARD, style_of
from helpers.plots.themes import theme
from racers import lanes_of

pytestmark = pytest.mark.filterwarnings("error")


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
