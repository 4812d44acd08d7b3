"""The picture of the race: its words are true of the run, and it is drawn for other runs too."""

import numpy as np
import pytest

from helpers import landscapes, optimizers, plots


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
