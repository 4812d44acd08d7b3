"""What lesson 09 says of its playground and of the first step of its race: computed here, for no cell prints it."""

import numpy as np
import pytest

from clones import ROOT
from helpers import datasets, layers, losses, models, optimizers
from helpers.optimizers import blocks, threads
from helpers.playground import side_by_side

GRADIENTS = side_by_side.gradients()


@pytest.fixture(scope="module")
def keras_paths():
    pytest.importorskip("keras")
    rules = ("adagrad", "rmsprop", "adam")
    return {rule: side_by_side.keras_path(rule, "float64", "float64", GRADIENTS) for rule in rules}


def gaps(rule, epsilon, keras_paths):
    """Largest difference from Keras' path over all steps, (weights,), and Keras' path, (steps, weights)."""
    ours, keras = side_by_side.our_path(rule, "float64", epsilon, GRADIENTS), keras_paths[rule]
    return np.abs(ours - keras), keras


def test_another_epsilon_parts_all_but_adagrad(keras_paths):
    for epsilon in side_by_side.EPSILONS:
        for rule in keras_paths:
            gap, keras = gaps(rule, epsilon, keras_paths)
            part = (gap.max(axis=1) / np.abs(keras).max(axis=1)).max()
            if rule == "adagrad":
                assert part < 0.002
                assert part == pytest.approx(0.0019, abs=5e-5) or epsilon != 1e-3
            else:
                assert part > 0.3 or epsilon == 1e-7


def test_at_a_tenth_of_the_epsilon_adams_smallest_goes_nearly_twice_as_far(keras_paths):
    ours, keras = side_by_side.our_path("adam", "float64", 1e-8, GRADIENTS), keras_paths["adam"]
    assert 1.8 < ours[-1, 0] / keras[-1, 0] < 2
    assert ours[-1, -1] == pytest.approx(keras[-1, -1], rel=1e-6)


def test_adams_first_steps_of_the_biases_are_nearly_all_as_long():
    (x, y), _ = datasets.digits()
    batch = np.random.default_rng(0).permutation(len(x))[:32]
    net = models.Sequential([layers.Dense(32, activation="relu"), layers.Dense(10)], seed=1)
    net.compile(optimizers.Adam(0.001), losses.SparseCategoricalCrossentropy(from_logits=True))
    net.train_on_batch(x[batch], y[batch])
    first, second = (np.abs(net.get_weights()[i]) for i in (1, 3))  # they were 0
    steps = np.concatenate([first, second])
    assert np.mean(steps > 0.99 * 0.001) > 0.9 and steps.max() <= 0.001


def test_the_blocks_have_the_size_that_the_lesson_says():
    text = (ROOT / "lessons" / "09_keras_side_by_side.md").read_text("utf-8")
    assert f"of {blocks.BLOCK:,} numbers, or of {threads.BLOCK:,} where several threads" in text
    assert "up to four threads" in text and threads.MOST == 4
