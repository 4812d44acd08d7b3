"""The surfaces: derivatives against finite differences, minima, shapes, and what the lessons show on them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import landscapes, optimizers

ALL = {
    "bowl": landscapes.bowl(2.5),
    "ravine": landscapes.ravine(condition=30),
    "saddle": landscapes.saddle(),
    "himmelblau": landscapes.himmelblau(),
    "rosenbrock": landscapes.rosenbrock(),
    "beale": landscapes.beale(),
    "plateau": landscapes.plateau(),
    "bump": landscapes.bump(),
    "double_well": landscapes.double_well(),
    "mountain": landscapes.mountain(),
}
every = pytest.mark.parametrize("surface", ALL.values(), ids=ALL)


def differences(f, w, h=1e-5):
    """Central differences of a scalar or an array function, one row per coordinate."""
    return np.array([(np.asarray(f(w + h * e)) - f(w - h * e)) / (2 * h) for e in np.eye(len(w))])


def place(surface, share):
    """The point at these shares of the way across the bounds: below 0 and above 1 lie outside."""
    low, high = np.array(surface.bounds).T
    return low + np.array(share[: surface.dimensions]) * (high - low)


@every
@settings(max_examples=60, deadline=None)
@given(share=st.tuples(*[st.floats(-0.3, 1.3)] * 2))
def test_gradient_is_the_slope(surface, share):
    w = place(surface, share)
    exact = surface.gradient(w)
    assert np.allclose(exact, differences(surface, w), rtol=1e-5, atol=1e-5 * (1 + abs(surface(w))))


@every
@settings(max_examples=60, deadline=None)
@given(share=st.tuples(*[st.floats(0.001, 0.999)] * 2))
def test_hessian_is_the_slope_of_the_gradient(surface, share):
    w = place(surface, share)
    exact = surface.hessian(w)
    # A knot of the mountain's spline bends the second derivative, so its difference is a little off there.
    slack = 1e-2 if surface is ALL["mountain"] else 1e-5
    assert np.allclose(exact, differences(surface.gradient, w), rtol=1e-5, atol=slack * (1 + abs(exact).max()))
    assert np.array_equal(exact, exact.T)


@every
def test_many_points_are_each_point_on_its_own(surface):
    rng = np.random.default_rng(0)
    w = np.array([[place(surface, rng.uniform(-0.2, 1.2, 2)) for _ in range(4)] for _ in range(3)])
    d = surface.dimensions
    assert surface(w).shape == (3, 4)
    assert surface.gradient(w).shape == (3, 4, d)
    assert surface.hessian(w).shape == (3, 4, d, d)
    for i in np.ndindex(3, 4):
        assert surface(w)[i] == pytest.approx(surface(w[i]), rel=1e-14)
        np.testing.assert_allclose(surface.gradient(w)[i], surface.gradient(w[i]), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(surface.hessian(w)[i], surface.hessian(w[i]), rtol=1e-12, atol=1e-12)


@every
def test_shapes_and_types_of_one_point(surface):
    assert type(surface(surface.start)) is float
    assert surface.gradient(surface.start).dtype == np.float64
    assert surface.gradient(surface.start.astype(np.float32)).dtype == np.float32
    assert surface.gradient([0] * surface.dimensions).dtype == np.float64
    assert surface(surface.start[None][:0]).shape == (0,)
    low, high = np.array(surface.bounds).T
    assert (low <= surface.start).all() and (surface.start <= high).all()
    assert (low <= surface.minima).all() and (surface.minima <= high).all()


@every
def test_known_minima_are_flat_and_lowest(surface):
    for point in surface.minima:
        assert np.abs(surface.gradient(point)).max() < 1e-8
        assert np.linalg.eigvalsh(surface.hessian(point)).min() > 0
    if surface.minimum is not None:
        *_, heights = surface.grid(101)
        assert surface(surface.minimum) <= heights.min() + 1e-9


@every
def test_start_is_a_fresh_array(surface):
    before = surface.start
    w = surface.start
    w += 1
    assert np.array_equal(surface.start, before)


@every
@settings(max_examples=40, deadline=None)
@given(w=st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2))
def test_finite_points_never_give_nan(surface, w):
    w = np.array(w[: surface.dimensions])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(surface(w))
        assert np.isfinite(surface.gradient(w)).all()
        assert np.isfinite(surface.hessian(w)).all()


@every
def test_nan_stays_nan(surface):
    assert np.isnan(surface(np.full(surface.dimensions, np.nan)))


def test_wrong_points_are_refused_by_name():
    with pytest.raises(ValueError, match=r"w has shape \(3,\).*\(2,\)"):
        landscapes.bowl()([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="w has shape"):
        landscapes.bump()(1.0)
    with pytest.raises(TypeError, match="w has dtype"):
        landscapes.bowl()(np.array(["a", "b"]))
    with pytest.raises(ValueError, match="condition"):
        landscapes.ravine(condition=0)
    with pytest.raises(ValueError, match="smoothing"):
        landscapes.mountain(smoothing=-1)


@pytest.mark.parametrize("condition", [1, 10, 1000])
def test_ravine_has_the_condition_number_it_names(condition):
    assert np.linalg.cond(landscapes.ravine(condition).hessian([1.0, 1.0])) == pytest.approx(condition)


def test_mountain_is_the_map_blurred():
    """Its spline against SciPy's of the same table, and its heights against the map's own."""
    from matplotlib import cbook
    from scipy import ndimage

    with cbook.get_sample_data("jacksboro_fault_dem.npz") as data:
        elevation = data["elevation"][::-1].astype(float)
        north = float(data["dy"]) * 111.32
    surface = landscapes.mountain(smoothing=0.3)
    east = surface.bounds[0][1] / (elevation.shape[1] - 1)
    blurred = ndimage.gaussian_filter(elevation, (0.3 / north, 0.3 / east), mode="mirror", radius=(10, 13))
    rng = np.random.default_rng(1)
    w = np.stack([rng.uniform(low, high, 500) for low, high in surface.bounds], axis=-1)
    # prefilter=False: the table itself holds the spline's coefficients, as in ours.
    there = ndimage.map_coordinates(blurred, [w[:, 1] / north, w[:, 0] / east], order=3, mode="mirror", prefilter=False)
    np.testing.assert_allclose(surface(w), there, rtol=1e-9)
    assert elevation.min() < surface(w).min() and surface(w).max() < elevation.max()


def test_mountain_is_smooth_across_its_edge_and_rises_beyond():
    surface = landscapes.mountain()
    (west, east), (south, north) = surface.bounds
    y = np.linspace(south, north, 50)
    for edge, out in ((west, -1), (east, 1)):
        line = [np.stack([np.full_like(y, edge + out * shift), y], axis=-1) for shift in (-1e-7, 1e-7, 1.0)]
        np.testing.assert_allclose(surface.gradient(line[0]), surface.gradient(line[1]), atol=1e-2)
        assert (out * surface.gradient(line[2])[:, 0] > 500).all()


def path(surface, learning_rate, steps, momentum=0.0):
    w, velocity = surface.start, 0.0
    for _ in range(steps):
        velocity = momentum * velocity - learning_rate * surface.gradient(w)
        w = w + velocity
    return w


def test_the_bump_stops_plain_descent_and_not_the_heavy_ball():
    surface = landscapes.bump()
    for rate in (0.01, 0.05, 0.1, 0.2):
        assert path(surface, rate, 5000)[0] < -2
    assert abs(path(surface, 0.1, 2000, momentum=0.9)[0]) < 0.01


def test_plain_descent_ends_in_the_poor_well():
    surface = landscapes.double_well()
    end = path(surface, 0.02, 1000)
    assert end[0] > 0.9 and surface(end) > surface(surface.minimum) + 0.5


def test_f_takes_coordinates_one_by_one():
    surface = landscapes.beale()
    x, y = np.linspace(-1, 1, 5), np.linspace(0, 1, 3)[:, None]
    assert surface.f(x, y).shape == (3, 5)
    assert surface.f(x, y)[2, 1] == surface([x[1], y[2, 0]])
    assert surface.f(3, 0.5) == 0


def test_descend_is_the_path_of_the_optimizer():
    surface = landscapes.ravine(10)
    steps = landscapes.descend(surface, optimizers.SGD(0.05), 20)
    factors = (1 - 0.05 * np.array([1, 10])) ** np.arange(21)[:, None]
    np.testing.assert_allclose(steps, surface.start * factors, rtol=1e-12)
    start = np.array([1.0, 1.0])
    assert landscapes.descend(surface, optimizers.SGD(0.05), 0, start=start).shape == (1, 2)
    landscapes.descend(surface, optimizers.SGD(0.05), 3, start=start)
    assert np.array_equal(start, [1.0, 1.0])
    with pytest.raises(ValueError, match="steps"):
        landscapes.descend(surface, optimizers.SGD(0.05), -1)
