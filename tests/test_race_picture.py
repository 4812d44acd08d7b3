"""The picture of a race: the styles of the course, and who is off the map."""

import io
import itertools

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


def test_every_title_fits_the_picture():
    """All sentences of a race over its whole length: who leads or is level, at which loss, and who is out."""
    labels = [kind.label for kind in racing.KINDS.values()]
    labels += [f"your {'SGD' if key == 'sgd' else kind.label}" for key, kind in racing.KINDS.items()]
    path = np.zeros((1001, 2))
    going, out = racing.Lane(path, path[:, 0]), racing.Lane(path[:900], path[:900, 0], racing.DIVERGED)
    stage = Stage()
    renderer, right = stage.fig.canvas.get_renderer(), stage.fig.bbox.x1

    def width(said):
        stage._title.set_text(said)
        return stage._title.get_window_extent(renderer).x1

    grounds = [(racing.landscape("ravine"), (1.23e-29, 2.84e104, 0.0234)), (racing.landscape("mountain"), (608.0,))]
    said = set()
    for ground, losses in grounds:
        for leading in (names for n in (1, 2, 3) for names in itertools.combinations(labels, n)):
            for gone in (
                (),
                ("Adadelta",),
                ("gradient descent",),
                ("AMSGrad", "AdamW"),
                ("momentum", "Nesterov", "Adam"),
            ):
                for loss in losses:
                    lanes = dict.fromkeys(leading, going) | {f"{name}, out": out for name in gone}
                    places = [racing.Place(name, name, loss, loss, 1.0, "") for name in leading]
                    places += [racing.Place(f"{name}, out", name, 1e9, 1.0, 1.0, "") for name in gone]
                    said.add(racing.sentence(ground, places, lanes, 1000))
    longest = sorted(said, key=len)[-1500:]
    assert len(longest[-1]) >= racing.TITLE
    widest = max(longest, key=width)
    assert width(widest) <= right - 8, widest
