"""Initializers against the moments that their formulas promise."""

import numpy as np
import pytest

from helpers import initializers

SHAPES = [(50, 200), (200, 50), (4000,), (3, 3, 40, 50)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "scale", "average"), [("Glorot", 1, True), ("He", 2, False)]
)  # variance = scale / fan
@pytest.mark.parametrize("kind", ["Uniform", "Normal"])
def test_variance(name, kind, scale, average, shape):
    fan_in, fan_out = initializers.fans(shape)
    fan = (fan_in + fan_out) / 2 if average else fan_in
    w = getattr(initializers, name + kind)(seed=5)(shape, "float64")
    assert w.shape == shape
    assert w.var() == pytest.approx(scale / fan, rel=0.08)
    assert abs(w.mean()) < 5 * w.std() / np.sqrt(w.size)
    limit = np.sqrt(3 * scale / fan) if kind == "Uniform" else 2 * np.sqrt(scale / fan) / initializers.TRUNCATED_STD
    assert np.abs(w).max() <= limit


def test_fans():
    assert initializers.fans((3, 5)) == (3, 5)
    assert initializers.fans((7,)) == (7, 7)
    assert initializers.fans((3, 3, 4, 8)) == (36, 72)
    assert initializers.fans(()) == (1, 1)


def test_constants():
    assert (initializers.Zeros()((2, 3)) == 0).all()
    assert (initializers.Ones()((2, 3)) == 1).all()
    assert (initializers.Constant(2.5)((2, 3)) == 2.5).all()


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (2, 3, 4)])
def test_orthogonal(shape):
    w = initializers.Orthogonal(gain=2.0, seed=4)(shape, "float64").reshape(-1, shape[-1]) / 2
    small = w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)


@pytest.mark.parametrize(
    "name", ["glorot_uniform", "he_normal", "orthogonal", "random_normal", "truncated_normal", "random_uniform"]
)
def test_seeds(name):
    make = initializers.get
    np.testing.assert_array_equal(make(name, seed=1)((3, 4)), make(name, seed=1)((3, 4)))
    assert not np.array_equal(make(name, seed=1)((3, 4)), make(name, seed=2)((3, 4)))
    assert not np.array_equal(make(name)((3, 4)), make(name)((3, 4)))
    one = make(name)
    np.testing.assert_array_equal(one((3, 4)), one((3, 4)))  # an object has no memory, as in Keras
    assert one((3, 4)).dtype == np.float32
    assert one((3, 4), "float64").dtype == np.float64


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: initializers.get("he_norml"), ValueError, "did you mean 'he_normal'"),
        (lambda: initializers.HeNormal(seed=1.5), TypeError, "seed must be a whole number"),
        (lambda: initializers.VarianceScaling(scale=0), ValueError, "scale must be greater than 0"),
        (lambda: initializers.VarianceScaling(mode="fan"), ValueError, "unknown mode"),
        (lambda: initializers.Orthogonal()((3,)), ValueError, "at least two axes"),
        (lambda: initializers.RandomUniform(1, 0), ValueError, "minval must be at most maxval"),
    ],
)
def test_bad_arguments_are_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
