"""The picture of a race: the styles of the course, and who is off the map."""

import io

import numpy as np
import pytest
from PIL import Image

from helpers import racing
from helpers.plots import race_map
from helpers.plots.figures import png
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


def shown(stage, race, step=None):
    """The picture of a race at a step, and its title."""
    ground, step = racing.landscape(race.landscape), race.steps if step is None else step
    labels = {key: race.kinds[key].label for key in race.racers}
    return stage.show(ground, lanes_of(race), labels, step, race.steps, "A finding")


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)


@pytest.mark.parametrize("name", racing.LANDSCAPES)
def test_the_live_picture_is_the_stored_one(name):
    """Laid together from what is kept, it is what Matplotlib draws of the whole figure; storing it changes nothing."""
    stage = Stage()
    shown(stage, racing.read("beale"))  # another landscape before
    live = assert_stored(stage, name)
    assert live == shown(stage, racing.read(name))


@pytest.mark.parametrize("name", ["rosenbrock", "double_well", "mountain"])
def test_the_live_picture_follows_the_theme(name):
    stage = Stage()
    shown(stage, racing.read(name))
    try:
        theme("dark")
        assert_stored(stage, name)
    finally:
        theme("light")


def assert_stored(stage, name):
    live = shown(stage, racing.read(name))
    stored = pixels(png(stage.whole(), sharpness=1, small=False))
    assert np.mean(np.abs(pixels(live) - stored).max(axis=2) > 24) < 1e-3
    return live


def test_a_map_is_painted_once_for_all_races():
    race_map._painted.cache_clear()
    for _ in range(2):
        shown(Stage(), racing.read("bowl"))
    assert race_map._painted.cache_info().misses == 1


def test_who_has_left_the_map_is_named_on_it():
    stage = Stage()
    racers = {"sgd": {"learning_rate": 0.1}, "adam": {}}
    shown(stage, racing.read("rosenbrock", racers=racers))
    assert stage._gone.get_text() == "off the map: gradient descent"
    shown(stage, racing.read("rosenbrock", racers=racers), 0)
    assert stage._gone.get_text() == ""


def test_marks_on_one_spot_are_all_seen():
    """Adam and AMSGrad go the same way in the ravine: of two marks the lower one is larger."""
    stage = Stage()
    race = racing.read("ravine", racers={"adam": {}, "amsgrad": {}, "sgd": {}}, steps=20)
    shown(stage, race)
    lanes = lanes_of(race)
    apart = {key: np.abs(lanes[key].path[-1] - lanes["adam"].path[-1]).max() for key in race.racers}
    assert apart["amsgrad"] < 1e-3 and apart["sgd"] > 1
    low, high, alone = (stage._artists[key][1].get_markersize() for key in ("adam", "amsgrad", "sgd"))
    assert low > high == alone


def test_no_mark_stands_on_the_lower_end_of_the_losses():
    stage = Stage()
    race = racing.read("ravine")  # Adam ends at 1.3e-08
    shown(stage, race)
    low, _ = stage.curves.get_ylim()
    assert low < 10**-0.1 * min(lane.losses.min() for lane in lanes_of(race).values())
