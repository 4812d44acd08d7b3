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
