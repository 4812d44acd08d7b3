"""The picture of the race: its words are true of the run, and it is drawn for other runs too."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from contrasts import contrast, luminance
from helpers import datasets, landscapes, optimizers, playground, plots
from helpers.plots import themes


@pytest.fixture(scope="module")
def paths():
    return plots.mountain.race()


def test_four_ends_in_four_places(paths):
    surface = landscapes.mountain()
    ends = np.array([path[-1] for path in paths.values()])
    apart = np.linalg.norm(ends[:, None] - ends, axis=-1) + 99 * np.eye(4)
    assert apart.min() > 1  # km
    assert min(paths, key=lambda name: surface(paths[name][-1])) == "momentum"
    assert (surface(ends) < surface(surface.start) - 400).all()
    assert plots.mountain.finding(paths) == (
        "One start, 300 steps, four different ends: momentum gets lowest, to 269 m"
    )


def test_the_race_does_not_hang_on_a_last_digit(paths):
    surface = landscapes.mountain()
    for name, optimizer in plots.mountain.racers().items():
        nearby = landscapes.descend(surface, optimizer, 300, start=surface.start + 1e-6)
        assert abs(surface(nearby[-1]) - surface(paths[name][-1])) < 0.5


def test_what_lesson_00_says_of_each_walk(paths):
    surface = landscapes.mountain()
    hollow = paths["RMSprop"][-1]
    steps = {name: 1000 * np.linalg.norm(np.diff(path, axis=0), axis=1) for name, path in paths.items()}  # metres
    heights = {name: surface(path) for name, path in paths.items()}

    assert (np.diff(heights["gradient descent"]) < 0).all(), "still on its way down"
    assert steps["gradient descent"][-10:].max() < steps["gradient descent"].max() / 5, "its steps have become short"

    # Momentum: a walker that took over there and only followed the slope would end in RMSprop's hollow.
    careful = landscapes.descend(surface, optimizers.SGD(1e-4), 4000, start=paths["momentum"][30])
    assert np.linalg.norm(careful[-1] - hollow) < 0.1 and heights["momentum"][-1] < heights["RMSprop"][-1] - 20

    wander = np.linalg.norm(paths["RMSprop"][-1] - paths["RMSprop"][-11]) * 1000
    assert steps["RMSprop"][-10:].min() > 30 > 10 * wander, "to and fro"

    flat, steep = (np.linalg.norm(surface.gradient(paths["RMSprop"][t])) for t in (290, 40))
    assert steep > 10 * flat and 0.5 < steps["RMSprop"][290] / steps["RMSprop"][40] < 2, "as long on flat ground"
    assert steps["Adam"][-50:].max() < 0.1, "at rest"
    assert max(steps, key=lambda name: steps[name][-1]) == "RMSprop" and steps["RMSprop"][205] < 1e-4, (
        "thrown out of rest"
    )
    off = 1000 * np.linalg.norm(paths["RMSprop"][205:] - paths["RMSprop"][205], axis=1)
    assert 57 < off.max() < 63, "60 m off the bottom"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_way_in_the_race_shows_on_a_walker_that_goes_the_same_way(paths, theme):
    """Lesson 00: at ten times its rate gradient descent goes where it went in the race, and further."""
    far = plots.mountain.race(landscapes.mountain(), plots.mountain.racers(10))["gradient descent"]
    way = np.concatenate([a + (b - a) * np.linspace(0, 1, 200)[:, None] for a, b in itertools.pairwise(far)])
    assert all(np.linalg.norm(way - place, axis=1).min() < 0.03 for place in paths["gradient descent"])  # km
    try:
        themes.theme(theme)
        play = playground.one_walker(landscapes.mountain())
        play._controls["times"].value = 10.0
        picture = np.asarray(Image.open(io.BytesIO(play._image.value)).convert("RGB")) / 255
    finally:
        themes.theme("light")
    ax = play._fig.axes[0]
    size = play._fig.bbox.size
    across = [ax.transData.transform(place) for place in paths["gradient descent"][60:260]]  # between the two dots
    seen = np.array(
        [picture[int((1 - y / size[1]) * len(picture)), int(x / size[0] * picture.shape[1])] for x, y in across]
    )
    light = luminance(seen)
    assert contrast(seen[light.argmax()], seen[light.argmin()]) > 3
    dark = light < (light.max() + light.min()) / 2
    assert np.count_nonzero(np.diff(dark)) >= 10, "dashes"


def test_adam_rests_for_its_memory_is_long():
    """Lesson 00: it divides as RMSprop does, but by a memory that still holds the steep side."""

    def last_steps(optimizer):
        path = landscapes.descend(landscapes.mountain(), optimizer, 300)
        return 1000 * np.linalg.norm(np.diff(path, axis=0), axis=1)[-50:].max()

    rest, rolls_not, forgets = (optimizers.Adam(0.1, **o) for o in ({}, {"beta_1": 0.0}, {"beta_2": 0.9}))
    assert last_steps(rest) < 0.1 and last_steps(rolls_not) < 0.1 and last_steps(forgets) > 2
    assert last_steps(optimizers.RMSprop(0.03)) > 30 and last_steps(optimizers.RMSprop(0.03, rho=0.999)) < 0.1


def test_what_is_too_large_is_decided_by_how_sharply_a_valley_curves():
    """Lesson 00: from a gentle place a rate that is too large climbs, from a steep one a smaller one arrives."""
    bmi, y = datasets.bmi()
    x = (bmi - bmi.mean()) / bmi.std()
    best = np.linalg.lstsq(np.stack([x, np.ones_like(x)], axis=1), y)[0]

    def walk(rate, w, b, steps=300):
        for _ in range(steps):
            error = w * x + b - y
            w, b = w - rate * 2 * np.mean(error * x), b - rate * 2 * np.mean(error)
        return np.array([w, b])

    assert np.abs(walk(1.1, *(best + 0.01)) - best).max() > 1e3
    assert np.abs(walk(0.95, *(best + 1e4)) - best).max() < 1e-6


def test_the_lengths_of_the_steps_are_said(paths):
    fig = plots.start_here.step_lengths(paths)
    assert fig.axes[0].get_title(loc="left") == "After 300 steps RMSprop takes the longest: 42 m"
    said = {text.get_text() for text in fig.axes[0].texts}
    assert said == {"gradient descent: 5 m", "momentum: under 1 m", "RMSprop: 42 m", "Adam: under 1 mm"}


def test_each_walker_finds_the_same_hollow_at_some_rate(paths):
    surface, hollow = landscapes.mountain(), paths["RMSprop"][-1]
    for name, times in {"gradient descent": 3, "momentum": 0.5, "RMSprop": 1, "Adam": 0.5}.items():
        end = landscapes.descend(surface, plots.mountain.racers(times)[name], 300)[-1]
        assert np.linalg.norm(end - hollow) < 0.1, name
        assert f"{surface(end):.0f}" == "297"
    ten = plots.mountain.race(surface, plots.mountain.racers(10))
    ends = {name: surface(path[-1]) for name, path in ten.items()}
    assert min(ends, key=ends.get) == "gradient descent"


def test_words_give_each_end(paths):
    words = plots.mountain.describe(paths)
    for path in paths.values():
        assert f"{landscapes.mountain()(path[-1]):.0f} m" in words


def test_draws_other_runs(paths):
    surface = landscapes.mountain()
    others = {"nadam": optimizers.Nadam(0.05), "mine": optimizers.SGD(1e-4)}
    few = plots.mountain.race(surface, others, steps=3)
    fig = plots.mountain.draw(few, surface)
    assert [text.get_text() for text in fig.axes[0].texts if "mine" in text.get_text()]
    same = {"adam": few["mine"], "sgd": few["mine"]}
    assert "one end for all" in plots.mountain.finding(same)
    assert plots.png(plots.mountain.draw(paths)).startswith(b"\x89PNG")
