"""Every lane is what the optimizer does alone, who stops is told, and wrong arguments are named."""

import inspect

import numpy as np
import pytest

from helpers import landscapes, playground, racing
from racers import Fails, Own, Turns, lanes_of

pytestmark = pytest.mark.filterwarnings("error")


def test_every_landscape_is_there():
    known = {
        name
        for name, f in vars(landscapes).items()
        if inspect.isfunction(f)
        and not name.startswith("_")
        and f.__module__ == landscapes.__name__
        and name != "descend"
    }
    assert set(racing.LANDSCAPES) == known


@pytest.mark.parametrize("name", racing.LANDSCAPES)
def test_a_lane_is_the_path_of_that_optimizer_alone(name):
    race = racing.read(name, racers={key: {} for key in racing.KINDS}, steps=40)
    lanes, ground = lanes_of(race), racing.landscape(name)
    for key, lane in lanes.items():
        alone = landscapes.descend(ground, racing.make(race.kinds[key], race.racers[key]), 40, race.start)
        np.testing.assert_allclose(lane.path, alone, rtol=1e-7, atol=1e-9, err_msg=key)
        np.testing.assert_allclose(lane.losses, [ground(w) for w in alone], rtol=1e-6, atol=1e-9, err_msg=key)
        assert lane.losses[-1] < lane.losses[0] and lane.end == "", f"{key} suits {name}"


def test_who_else_runs_changes_nothing():
    race = racing.read("beale", racers={key: {} for key in racing.KINDS})
    together = lanes_of(race)
    for key in race.racers:
        one = racing.read("beale", racers={key: race.racers[key]})
        np.testing.assert_array_equal(lanes_of(one)[key].path, together[key].path)


def test_who_diverges_stops_and_is_told():
    race = racing.read(
        "rosenbrock", racers={"sgd": {"learning_rate": 1.0}, "adam": {}}, yours={"wild": Turns, "bad": Fails}
    )
    race = racing.read(
        "rosenbrock",
        yours={"wild": Turns, "bad": Fails},
        racers=race.racers | {"your_wild": {"learning_rate": 1e-4}, "your_bad": {}},
    )
    lanes, ground = lanes_of(race), racing.landscape("rosenbrock")
    assert lanes["adam"].end == "" and len(lanes["adam"].path) == race.steps + 1
    for lane in lanes.values():
        assert np.isfinite(lane.path).all() and np.isfinite(lane.losses).all()
    places = racing.standing(ground, lanes, {key: key for key in lanes}, race.steps)
    trouble = {place.key: place.trouble for place in places}
    # Gradient descent with this rate: 4·100·1.5·0.25 + 2·2.5 to the one side, out of reach of 100 maps in two steps.
    assert trouble["sgd"] == "has diverged at step 2"
    assert trouble["your_wild"] == "is no number any more at step 3"
    assert trouble["your_bad"].startswith("stopped: ") and "by <nothing>" in trouble["your_bad"]
    assert places[0].key == "adam" and trouble["adam"] == ""
    assert racing.sentence(ground, places, lanes, 200).endswith("your_wild, your_bad and sgd are out")
    before = racing.standing(ground, lanes, {key: key for key in lanes}, 1)
    assert {place.key: place.trouble for place in before}["sgd"] == "off the map"


def test_a_lane_cut_is_that_of_a_shorter_race():
    """Whoever diverges, is no number any more, raises or goes on."""
    racers = {"sgd": {"learning_rate": 0.004}, "your_wild": {"learning_rate": 1e-4}, "your_bad": {}, "adam": {}}
    race = racing.read("rosenbrock", yours={"wild": Turns, "bad": Fails}, racers=racers)
    whole = lanes_of(race)
    assert {key for key, lane in whole.items() if lane.end} == {"sgd", "your_wild", "your_bad"}
    ends = {lane.ended_at + near for lane in whole.values() for near in (-1, 0, 1)}
    for steps in {max(1, min(end, race.steps)) for end in ends}:
        for key, lane in lanes_of(race, steps).items():
            cut = whole[key].cut(steps)
            np.testing.assert_array_equal(cut.path, lane.path, err_msg=f"{key}, {steps} steps")
            np.testing.assert_allclose(cut.losses, lane.losses, rtol=1e-12)
            assert cut.end == lane.end and whole[key].reaches(steps), (key, steps)
    assert not whole["adam"].reaches(race.steps + 1) and whole["sgd"].reaches(race.steps + 1)


def test_standing_and_sentence(rng):
    race = racing.read("himmelblau", racers={"sgd": {}, "momentum": {}, "adam": {}})
    lanes, ground = lanes_of(race), racing.landscape("himmelblau")
    labels = {key: race.kinds[key].label for key in lanes}
    for step in (1, 7, 60):
        places = racing.standing(ground, lanes, labels, step)
        for place in places:
            path = lanes[place.key].path[: step + 1]
            heights = (path[:, 0] ** 2 + path[:, 1] - 11) ** 2 + (path[:, 0] + path[:, 1] ** 2 - 7) ** 2
            assert place.loss == pytest.approx(heights[-1]) and place.best == pytest.approx(heights.min())
            assert place.distance == pytest.approx(min(np.hypot(*(path[-1] - m)) for m in ground.minima))
        losses = [place.loss for place in places]
        assert losses == sorted(losses)
        said = racing.sentence(ground, places, lanes, step)
        assert (
            said.startswith(f"After {step} step")
            and places[0].label in said
            and f"{losses[0]:.3g}".replace("-", "−") in said
        )
    start = racing.sentence(ground, racing.standing(ground, lanes, labels, 0), lanes, 0)
    assert start == f"Before the first step: loss {ground(ground.start):.3g}"
    mountain = racing.landscape("mountain")
    assert racing.height(mountain, 312.4) == "312 m"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"landscape": "rosenbrok"}, ValueError, "unknown landscape 'rosenbrok'; did you mean 'rosenbrock'"),
        ({"landscape": landscapes.bowl()}, ValueError, "unknown landscape"),
        ({"start": (9, 9)}, ValueError, r"start must be on the map .* within -2 to 2 and -1 to 3, got \(9, 9\)"),
        ({"start": 1}, ValueError, r"start must be 2 number\(s\)"),
        ({"start": "here"}, TypeError, "start must hold real numbers"),
        ({"start": (np.nan, 0)}, ValueError, "start must be on the map"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"steps": 5000}, ValueError, "steps must be at most 1000, got 5000"),
        ({"steps": 1.5}, TypeError, "steps must be a whole number"),
        ({"at": 201}, ValueError, "at must be at most steps, which is 200, got 201"),
        ({"at": -1}, ValueError, "at must be at least 0"),
        ({"adan": {}}, ValueError, "unknown optimizer 'adan'; did you mean 'adam'"),
        ({"adam": 0.1}, TypeError, "adam must be a dict of settings, such as"),
        ({"adam": {"beta1": 0.9}}, ValueError, "unknown setting of adam 'beta1'; did you mean 'beta_1'"),
        ({"adam": {"learning_rate": "fast"}}, TypeError, r"adam\['learning_rate'\] must be a number, got 'fast'"),
        ({"adam": {"learning_rate": None}}, TypeError, "adam: learning_rate must be a number"),
        ({"adam": {"learning_rate": -1}}, ValueError, "adam: learning_rate must be at least 0, got -1"),
        ({"adam": {"beta_1": 1.0}}, ValueError, "adam: beta_1 must be less than 1"),
        ({"amsgrad": {"amsgrad": False}}, ValueError, "unknown setting of amsgrad"),
        ({"your_adam": {}}, ValueError, r"your_adam: there is no such optimizer of yours \(there are: none\)"),
        ({"yours": 3}, TypeError, "yours must be a dict of optimizer classes"),
        ({"yours": {"adam": Own()}}, TypeError, r"yours\['adam'\] must be an optimizer class.* leave out the \(\)"),
        ({"yours": {3: Own}}, TypeError, "yours must have names as its keys"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        playground.race(**arguments)


@pytest.mark.parametrize(
    ("landscape", "losses", "said"),
    [
        ("bowl", (1e-29, 2e-14), "all are level: loss below 1e−12"),
        ("bowl", (0.0, 0.0), "all are level: loss 0"),
        ("bowl", (2.0, 2.0 + 1e-9), "all are level: loss 2"),
        ("bowl", (5e-13, 1.4e-12), "a leads: loss 5e−13"),
        ("saddle", (-0.25, -0.2), "a leads: loss −0.25"),
        ("bowl", (1e-20, 1e-15, 0.5), "a and b lead: loss below 1e−12"),
        ("bowl", (0.1, 0.1, 0.1, 0.5), "a, b and c lead: loss 0.1"),
        ("bowl", (0.1, 0.1, 0.1, 0.1, 0.5), "4 optimizers lead: loss 0.1"),
    ],
)
def test_the_sentence_says_who_leads_and_where(landscape, losses, said):
    lanes = {
        key: racing.Lane(np.ones((2, 2)), np.array([9.0, loss])) for key, loss in zip("abcde", losses, strict=False)
    }
    ground = racing.landscape(landscape)
    places = racing.standing(ground, lanes, {key: key for key in lanes}, 1)
    assert racing.sentence(ground, places, lanes, 1) == f"After 1 step {said}"


def test_a_long_sentence_counts():
    keys = ["gradient descent", "momentum", "your momentum", "RMSprop", "AMSGrad", "Nesterov"]
    ends = {key: "has diverged" if i > 2 else "" for i, key in enumerate(keys)}
    lanes = {key: racing.Lane(np.ones((2, 2)), np.full(2, 1.09e-10), end) for key, end in ends.items()}
    lanes["AMSGrad"] = racing.Lane(np.ones((3, 2)), np.full(3, 1.0))
    ground = racing.landscape("bowl")
    said = racing.sentence(ground, racing.standing(ground, lanes, {key: key for key in keys}, 2), lanes, 2)
    assert said == "After 2 steps 3 optimizers lead: loss 1.09e−10; RMSprop and Nesterov are out"
