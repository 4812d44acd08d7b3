"""Rules whose closed form, or whose paper, says more than a comparison with Keras does."""

import numpy as np
import pytest

from helpers.optimizers import SGD, Adafactor, Adam, Ftrl, Lamb, Lion, Muon, ScheduleFreeAdamW


def run(optimizer, w, gradients, name="w"):
    for g in gradients:
        optimizer.apply([g], [w], [name])
    return w


def test_lion_moves_every_weight_by_the_rate_and_none_without_a_gradient():
    w = run(Lion(0.1), np.zeros(3), [np.array([1e-9, -1e9, 0.0])])
    np.testing.assert_array_equal(w, [-0.1, 0.1, 0.0])


def test_lamb_moves_a_layer_by_its_share_of_itself(rng):
    start, g = rng.normal(size=(30, 20)), rng.normal(size=(30, 20))
    for size in (1e-3, 1.0, 1e3):
        w = run(Lamb(0.01), size * start, [g])
        assert np.linalg.norm(w - size * start) == pytest.approx(0.01 * np.linalg.norm(size * start), rel=1e-9)
    assert (run(Lamb(0.01), np.zeros(4), [np.ones(4)]) == pytest.approx(-0.01 * np.ones(4))) is True
    assert (run(Lamb(0.01), np.ones(4), [np.zeros(4)]) == 1).all()


def test_ftrl_makes_exact_zeros_where_the_gradients_are_weak(rng):
    strong = np.array([3.0, 0.05])
    plain = run(Ftrl(0.5), np.zeros(2), [strong * s for s in rng.normal(1.0, 0.1, 20)])
    sparse = run(Ftrl(0.5, l1_regularization_strength=10.0), np.zeros(2), [strong * s for s in rng.normal(1, 0.1, 20)])
    assert (plain != 0).all() and sparse[0] != 0 and sparse[1] == 0


@pytest.mark.parametrize(
    "options", [{"learning_rate": 0.0}, {"initial_accumulator_value": 0.0}, {"learning_rate_power": 0.0}]
)
def test_ftrl_divides_by_nothing(options):
    w = run(Ftrl(**{"learning_rate": 0.1} | options), np.array([1.0, -2.0]), [np.zeros(2)] * 3)
    assert np.isfinite(w).all()
    if "learning_rate_power" not in options:
        assert (w == [1, -2]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adafactor_survives_a_dead_unit_and_a_dead_input(dtype, rng):
    w = rng.normal(size=(4, 3)).astype(dtype)
    g = rng.normal(size=(4, 3)).astype(dtype)
    g[1], g[:, 2] = 0, 0
    start = w.copy()
    run(Adafactor(0.1), w, [g, 2 * g, -g])
    assert np.isfinite(w).all()
    assert (w[1] == start[1]).all() and (w[:, 2] == start[:, 2]).all() and (w[0, 0] != start[0, 0])


def test_adafactor_remembers_two_vectors_for_a_matrix():
    optimizer = Adafactor()
    optimizer.apply([np.ones((50, 40))], [np.ones((50, 40))])
    shapes = {name: a.shape for name, a in optimizer.state()["arrays"]["slots"][0].items()}
    assert shapes == {"r": (50,), "c": (40,)}


def test_muon_makes_all_singular_values_alike(rng):
    for shape in ((20, 8), (8, 20), (6, 6)):
        x = rng.normal(size=shape) @ np.diag(np.geomspace(1, 0.05, shape[1]))
        values = np.linalg.svd(Muon().orthogonalise(x), compute_uv=False)
        assert values[: min(shape)].min() > 0.3 and values.max() < 1.3


def test_muon_leaves_embeddings_excluded_layers_and_vectors_to_adam(rng):
    w, g = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    adam = run(Adam(0.01), w.copy(), [g] * 3)
    options = {"learning_rate": 0.01, "weight_decay": None, "adam_weight_decay": None, "exclude_layers": ["out.*"]}
    for name in ("embedding/table", "outer"):
        np.testing.assert_array_equal(run(Muon(**options), w.copy(), [g] * 3, name), adam)
    assert not np.allclose(run(Muon(**options), w.copy(), [g] * 3, "kernel"), adam)
    assert not np.allclose(run(Muon(**options | {"exclude_embeddings": False}), w.copy(), [g] * 3, "embedding"), adam)
    row = run(Muon(**options), w[0].copy(), [g[0]] * 3)
    np.testing.assert_array_equal(row, run(Adam(0.01), w[0].copy(), [g[0]] * 3))


def schedule_free_as_in_the_paper(start, gradients, lr, beta_1, beta_2, epsilon):
    """Algorithm 1 with x, y and z all kept, Keras' equal weights in the average; returns y and x."""
    x, z, v = start.copy(), start.copy(), np.zeros_like(start)
    y = start.copy()
    for t, g in enumerate(gradients, start=1):
        v = beta_2 * v + (1 - beta_2) * g**2
        z = z - lr * g / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        x = (1 - 1 / t) * x + z / t
        y = (1 - beta_1) * z + beta_1 * x
    return y, x


def test_schedule_free_is_the_papers_three_points(rng):
    start, gradients = rng.normal(size=7), list(rng.normal(size=(30, 7)))
    optimizer, w = ScheduleFreeAdamW(0.1, beta_1=0.8, beta_2=0.95), start.copy()
    run(optimizer, w, gradients)
    y, x = schedule_free_as_in_the_paper(start, gradients, 0.1, 0.8, 0.95, 1e-8)
    np.testing.assert_allclose(w, y, rtol=1e-12)
    np.testing.assert_allclose(optimizer.averaged_weights([w])[0], x, rtol=1e-11)


def test_schedule_free_warms_up():
    w = run(ScheduleFreeAdamW(0.1, warmup_steps=10), np.zeros(1), [np.ones(1)])
    assert w[0] == pytest.approx(-0.01, rel=1e-6)


def test_schedule_free_beats_its_own_last_point_on_a_noisy_line():
    errors = []
    for seed in range(5):
        rng, optimizer, w = np.random.default_rng(seed), ScheduleFreeAdamW(0.1), np.array([3.0])
        for _ in range(500):
            optimizer.apply([w + rng.normal(size=1)], [w])
        noisy = run(SGD(0.1), np.array([3.0]), [])  # the same start, not moved
        for _ in range(500):
            noisy -= 0.1 * (noisy + rng.normal(size=1))
        errors.append((abs(optimizer.averaged_weights([w])[0][0]), abs(noisy[0])))
    ours, last = np.mean(errors, axis=0)
    assert ours < last


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Lion(beta_1=0.0), ValueError, "beta_1"),
        (lambda: Ftrl(learning_rate_power=0.5), ValueError, "learning_rate_power"),
        (lambda: Ftrl(l1_regularization_strength=-1), ValueError, "l1_regularization_strength"),
        (lambda: Adafactor(clip_threshold=0), ValueError, "clip_threshold"),
        (lambda: Adafactor(epsilon_1=0.0), ValueError, "epsilon_1"),
        (lambda: Muon(ns_steps=2.5), TypeError, "ns_steps"),
        (lambda: Muon(ns_steps=None), TypeError, "ns_steps"),
        (lambda: Muon(exclude_layers="out"), TypeError, "exclude_layers"),
        (lambda: Muon(exclude_layers=["("]), ValueError, r"exclude_layers\[0\]"),
        (lambda: ScheduleFreeAdamW(beta_1=0.0), ValueError, "beta_1"),
        (lambda: ScheduleFreeAdamW(warmup_steps=-1), ValueError, "warmup_steps"),
    ],
)
def test_bad_settings_name_the_argument(make, error, message):
    with pytest.raises(error, match=message):
        make()
