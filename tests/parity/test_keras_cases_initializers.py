"""The initializers against what Keras' own tests assert (version 3.15.1, keras/src/initializers/*_test.py).

The random bits differ, so what is asserted are shapes, deviations, repeatability and refusals. Runs without Keras.
"""

import numpy as np
import pytest

from helpers import initializers, layers

SEED = 1234


@pytest.mark.parametrize(
    ("initializer", "shape", "deviation"),
    [
        (initializers.RandomNormal(0.0, 1.0, seed=SEED), (25, 20), 1.0),
        (initializers.VarianceScaling(2.0, "fan_in", seed=SEED), (25, 20), np.sqrt(2 / 25)),
        (initializers.VarianceScaling(2.0, "fan_out", seed=SEED), (25, 20), np.sqrt(2 / 20)),
        (initializers.VarianceScaling(2.0, "fan_in", seed=SEED), (32, 4, 16), np.sqrt(2 / 128)),
        (
            initializers.VarianceScaling(2.0, "fan_in", seed=SEED, input_axes=[0], output_axes=[1, 2]),
            (32, 4, 16),
            np.sqrt(2 / 32),
        ),
    ],
)
def test_deviations(initializer, shape, deviation):
    """Keras allows 0.1; this is four standard errors of a measured deviation."""
    values = initializer(shape)
    assert values.shape == shape
    assert values.std() == pytest.approx(deviation, rel=4 / np.sqrt(2 * values.size))


@pytest.mark.parametrize(
    ("shape", "input_axes", "output_axes", "expected"),
    [
        ((512, 8, 64), [0], [1, 2], (512, 512)),
        ((512, 8, 64), [0, 1], [2], (512 * 8, 64)),
        ((512, 8, 64), None, None, (512 * 8, 512 * 64)),
        ((), None, None, (1, 1)),
        ((7,), None, None, (7, 7)),
        ((3, 5), None, None, (3, 5)),
        ((3, 3, 4, 8), None, None, (36, 72)),
    ],
)
def test_fans(shape, input_axes, output_axes, expected):
    assert initializers.fans(shape, input_axes, output_axes) == expected


@pytest.mark.parametrize(
    ("initializer", "deviations"),
    [
        # Variance scale/n, n the inputs, or the mean of inputs and outputs, of each projection as a matrix.
        (initializers.VarianceScaling(1.0, "fan_in"), [1 / 32, 1 / 48, 1 / 40, 1 / (8 * 24)]),
        ("glorot_uniform", [2 / (32 + 128), 2 / (48 + 128), 2 / (40 + 192), 2 / (192 + 32)]),
        ("he_normal", [2 / 32, 2 / 48, 2 / 40, 2 / (8 * 24)]),
        (initializers.RandomNormal(stddev=0.1), [0.01] * 4),
        (initializers.VarianceScaling(1.0, "fan_in", input_axes=[1], output_axes=[0]), [1 / 8, 1 / 8, 1 / 8, 1 / 24]),
    ],
    ids=["fan_in", "glorot_uniform", "he_normal", "no fans", "axes of its own"],
)
def test_projections_of_attention_count_heads_as_outputs(initializer, deviations):
    """Keras asserts the first, of the query; the others follow from the same rule."""
    layer = layers.MultiHeadAttention(8, 16, 24, kernel_initializer=initializer, seed=5)
    layer(*(np.zeros((1, 3, n), np.float32) for n in (32, 40, 48)))
    kernels = [w for w in layer.weights if "kernel" in w.name]
    for kernel, variance in zip(kernels, deviations, strict=True):
        assert kernel.data.var() == pytest.approx(variance, rel=0.1), kernel.name


def test_uniform_stays_within_its_ends():
    values = initializers.RandomUniform(-1.0, 1.0, seed=SEED)((5, 5))
    assert values.shape == (5, 5) and values.min() >= -1 and values.max() < 1


def test_orthogonal_columns_have_the_length_gain():
    values = initializers.Orthogonal(2.0, seed=SEED)((5, 5), "float64")
    np.testing.assert_allclose(values.T @ values, 4.0 * np.eye(5), atol=1e-12)


@pytest.mark.parametrize(
    ("initializer", "value"), [(initializers.Zeros(), 0), (initializers.Ones(), 1), (initializers.Constant(6.0), 6)]
)
def test_constants(initializer, value):
    assert initializer((3, 3)).tolist() == [[value] * 3] * 3


def test_a_fixed_seed_gives_the_same_numbers_at_each_call_and_no_seed_others():
    seeded = initializers.RandomNormal(0.0, 1.0, seed=1337)
    np.testing.assert_array_equal(seeded((25, 20)), seeded((25, 20)))
    assert not np.allclose(initializers.RandomNormal()((25, 20)), initializers.RandomNormal()((25, 20)))


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: initializers.VarianceScaling(scale=-1.0), "scale"),
        (lambda: initializers.VarianceScaling(mode="invalid_mode"), "unknown mode"),
        (lambda: initializers.VarianceScaling(distribution="invalid_dist"), "unknown distribution"),
        (lambda: initializers.get("typo"), "unknown initializer"),
        (lambda: initializers.VarianceScaling(input_axes=1.5, output_axes=[0]), "input_axes"),
        (lambda: initializers.VarianceScaling(input_axes=[0], output_axes=[2])((3, 3)), "output_axes"),
    ],
)
def test_what_is_refused(call, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word}"):
        call()


def test_get_by_name():
    assert type(initializers.get("glorot_normal")) is initializers.GlorotNormal
