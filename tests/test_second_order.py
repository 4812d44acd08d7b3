"""Newton, BFGS, L-BFGS and what they stand on: against SciPy on the same problems, and against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from helpers import datasets
from helpers.second_order import bfgs, hessian, hessian_vector_product, lbfgs, newton, wolfe

METHODS = (newton, bfgs, lbfgs)
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)


def logistic():
    """Mean logistic loss of the tumours, a little regularised: strictly convex, 30 weights."""
    x, y = datasets.breast_cancer()
    s = 2 * y - 1

    def f(w):
        return np.mean(np.logaddexp(0, -s * (x @ w))) + 1e-3 * w @ w

    def gradient(w):
        return x.T @ (-s / (1 + np.exp(s * (x @ w)))) / len(s) + 2e-3 * w

    return f, gradient, np.zeros(30)


def quadratic(d=6, condition=1e4):
    rng = np.random.default_rng(0)
    axes, _ = np.linalg.qr(rng.normal(size=(d, d)))
    matrix = axes @ np.diag(np.geomspace(1, condition, d)) @ axes.T
    centre = rng.normal(size=d)
    return lambda w: 0.5 * (w - centre) @ matrix @ (w - centre), lambda w: matrix @ (w - centre), matrix, centre


PROBLEMS = {
    "rosenbrock": (optimize.rosen, optimize.rosen_der, np.array([-1.2, 1.0])),
    "rosenbrock in 10": (optimize.rosen, optimize.rosen_der, np.full(10, -1.0)),
    "logistic": logistic(),
}


@each_method
@pytest.mark.parametrize("problem", PROBLEMS)
def test_finds_what_scipy_finds_in_about_as_many_steps(method, problem):
    f, gradient, start = PROBLEMS[problem]
    ours = method(f, gradient, start, steps=500)
    scipys = optimize.minimize(f, start, jac=gradient, method="BFGS", options={"gtol": 1e-8, "maxiter": 1000})
    assert ours.converged and np.abs(gradient(ours.w)).max() <= 1e-8
    np.testing.assert_allclose(ours.w, scipys.x, atol=1e-5)
    assert ours.value == f(ours.w) <= scipys.fun + 1e-12
    assert ours.steps <= 1.3 * scipys.nit
    assert ours.path.shape == (ours.steps + 1, start.size) and np.array_equal(ours.path[0], start)


@each_method
def test_a_quadratic(method):
    f, gradient, matrix, centre = quadratic()
    found = method(f, gradient, np.zeros(6), tolerance=1e-9)
    np.testing.assert_allclose(found.w, centre, atol=1e-8)
    if method is newton:
        assert newton(f, gradient, np.zeros(6), lambda w: matrix, damping=0.0, tolerance=1e-6).steps == 1


def test_lbfgs_with_a_long_memory_takes_the_steps_of_bfgs():
    f, gradient, start = PROBLEMS["rosenbrock"]
    whole, limited = bfgs(f, gradient, start, steps=6), lbfgs(f, gradient, start, steps=6, memory=100)
    np.testing.assert_allclose(limited.path[:3], whole.path[:3], rtol=1e-9)  # then the first scale differs


@each_method
def test_leaves_a_saddle_and_is_not_drawn_to_it(method):
    def f(w):
        return w[0] ** 2 - w[1] ** 2 + w[1] ** 4

    def gradient(w):
        return np.array([2 * w[0], -2 * w[1] + 4 * w[1] ** 3])

    found = method(f, gradient, np.array([1.0, 1e-3]))
    assert found.value == pytest.approx(-0.25) and abs(found.w[1]) == pytest.approx(np.sqrt(0.5))


@each_method
def test_where_the_minimum_is_at_infinity_the_search_still_ends(method):
    found = method(lambda w: np.exp(-w[0]), lambda w: -np.exp(-w), np.array([0.0]), steps=50, tolerance=1e-12)
    assert np.isfinite(found.w).all() and found.value < 1e-6
    line = method(lambda w: -w[0], lambda w: np.array([-1.0]), np.array([0.0]), steps=5)
    assert np.isfinite(line.w).all() and not line.converged


@each_method
def test_a_region_where_f_is_not_finite_counts_as_too_far(method):
    with np.errstate(invalid="ignore"):
        found = method(lambda w: w[0] - np.log(w[0]), lambda w: 1 - 1 / w, np.array([0.01]))
    assert found.w[0] == pytest.approx(1, abs=1e-7)


@each_method
def test_a_wrong_gradient_ends_the_search_with_a_reason(method):
    found = method(lambda w: w @ w, lambda w: -2 * w, np.array([1.0, 2.0]))
    assert not found.converged and "gradient that is not f's" in found.reason
    assert method(lambda w: w @ w, lambda w: 2 * w, np.array([1.0, 2.0]), steps=0).steps == 0


@given(st.integers(0, 10_000))
def test_a_step_of_the_line_search_fulfils_both_conditions(seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(3, 5))

    def f(w):
        return float(np.sum(np.log1p((a.T @ w) ** 2)) + 0.1 * w @ w)

    def gradient(w):
        z = a.T @ w
        return a @ (2 * z / (1 + z * z)) + 0.2 * w

    w = 3 * rng.normal(size=3)
    g = gradient(w)
    p = -g * rng.uniform(0.01, 10)
    step, value, g_new = wolfe(f, gradient, w, p, first=rng.uniform(0.01, 100))
    assert value == f(w + step * p) <= f(w) + 1e-4 * step * g @ p
    np.testing.assert_array_equal(g_new, gradient(w + step * p))
    assert abs(g_new @ p) <= 0.9 * abs(g @ p)


def test_the_hessian_and_its_products_are_those_of_a_quadratic_and_of_rosenbrock(rng):
    _, gradient, matrix, _ = quadratic()
    w, v = rng.normal(size=6), rng.normal(size=6)
    np.testing.assert_allclose(hessian_vector_product(gradient, w, v), matrix @ v, rtol=1e-7)
    np.testing.assert_allclose(hessian(gradient, w), matrix, atol=1e-5)
    w = rng.normal(size=5)
    np.testing.assert_allclose(hessian(optimize.rosen_der, w), optimize.rosen_hess(w), rtol=1e-6, atol=1e-5)
    product = hessian_vector_product(optimize.rosen_der, w, v[:5])
    np.testing.assert_allclose(product, optimize.rosen_hess_prod(w, v[:5]), rtol=1e-6, atol=1e-5)
    assert (hessian_vector_product(gradient, np.ones(6), np.zeros(6)) == 0).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bfgs(3, np.cos, [1.0]), TypeError, "^f must be a function"),
        (lambda: lbfgs(np.sum, None, [1.0]), TypeError, "^gradient must be a function"),
        (lambda: bfgs(np.sum, np.ones_like, [[1.0]]), ValueError, r"^w must be a vector.*\(1, 1\)"),
        (lambda: bfgs(np.sum, np.ones_like, [np.nan]), ValueError, "^w must be finite"),
        (lambda: bfgs(np.cos, np.ones_like, [1.0, 2.0]), ValueError, "^f must return one number"),
        (lambda: bfgs(np.sum, np.sum, [1.0, 2.0]), ValueError, "^gradient must return"),
        (lambda: bfgs(np.sum, lambda w: w * np.inf, [1.0]), ValueError, "finite at the start"),
        (lambda: newton(np.sum, np.ones_like, [1.0], hessian=lambda w: 3.0), ValueError, "^hessian must return"),
        (lambda: newton(np.sum, np.ones_like, [1.0], hessian=3), TypeError, "^hessian must be a function"),
        (lambda: newton(np.sum, np.ones_like, [1.0], damping=-1), ValueError, "^damping"),
        (lambda: lbfgs(np.sum, np.ones_like, [1.0], memory=0), ValueError, "^memory"),
        (lambda: lbfgs(np.sum, np.ones_like, [1.0], steps=1.5), TypeError, "^steps"),
        (lambda: lbfgs(np.sum, np.ones_like, [1.0], tolerance=0), ValueError, "^tolerance"),
        (lambda: wolfe(np.sum, np.ones_like, np.ones(2), np.ones(2)), ValueError, "^p must point downhill"),
        (lambda: hessian_vector_product(np.cos, np.ones(2), np.ones(3)), ValueError, "^w and v must have one shape"),
        (lambda: hessian(np.cos, np.ones((2, 2))), ValueError, "^w must be a vector"),
    ],
)
def test_bad_calls_name_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
