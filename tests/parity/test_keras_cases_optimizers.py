"""The optimizers against the numbers that Keras' own tests assert (version 3.15.1, keras/src/optimizers/*_test.py).

The expected numbers are literals from there, so this runs without Keras. They are rounded to four digits: a second
opinion on what the other files here compare with live Keras to the last digit.
"""

import numpy as np
import pytest

from helpers import optimizers, schedules

WEIGHTS, GRADIENT = [1.0, 2.0, 3.0, 4.0], [1.0, 6.0, 7.0, 2.0]
SINGLE_STEPS = {  # rate 0.5, all else by default
    "SGD": [0.5, -1.0, -0.5, 3.0],
    "RMSprop": [-0.5811, 0.4189, 1.4189, 2.4189],
    "Adam": [0.5, 1.5, 2.5, 3.5],
    "AdamW": [0.4980, 1.4960, 2.494, 3.492],
    "Adadelta": [0.9993, 1.9993, 2.9993, 3.9993],
    "Adafactor": [-0.3693, 0.6307, 1.6307, 2.6307],
    "Adagrad": [0.5233, 1.5007, 2.5005, 3.5061],
    "Adamax": [0.5, 1.5, 2.5, 3.5],
    "Nadam": [0.4686, 1.4686, 2.4686, 3.4686],
    "Ftrl": [0.2218, 1.3954, 2.3651, 2.8814],
    "Lamb": [-0.3693, 0.6306, 1.6306, 2.6306],
    "Lion": [0.5, 1.5, 2.5, 3.5],
}
# From ones, one step with gradients of 0.01, then with 0.1, 0.2, ..., 1.0: the weights after each of five steps. A row
# of one number: all ten are alike.
GOLDEN = [
    (
        "SGD",
        {"nesterov": True},
        [
            [0.9999],
            [0.9989, 0.9979, 0.9969, 0.9959, 0.9949, 0.9939, 0.9929, 0.9919, 0.9909, 0.9899],
            [0.9979, 0.9959, 0.9939, 0.9919, 0.9899, 0.9879, 0.9859, 0.9839, 0.9819, 0.9799],
            [0.9969, 0.9939, 0.9909, 0.9879, 0.9849, 0.9819, 0.9789, 0.9759, 0.9729, 0.9699],
            [0.9959, 0.9919, 0.9879, 0.9839, 0.9799, 0.9759, 0.9719, 0.9679, 0.9639, 0.9599],
        ],
    ),
    ("RMSprop", {"centered": True}, [[0.9967], [0.9933], [0.9908], [0.9885], [0.9864]]),
    ("Adam", {"amsgrad": True}, [[0.999], [0.9982], [0.9974], [0.9965], [0.9955]]),
    (
        "AdamW",
        {"learning_rate": 1.0, "weight_decay": 0.5, "epsilon": 2},
        [
            [0.4998],
            [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
            [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
            [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
            [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
        ],
    ),
    (
        "Adagrad",
        {"learning_rate": 0.2, "initial_accumulator_value": 0.3, "epsilon": 1e-6},
        [
            [0.9963],
            [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
            [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
            [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
            [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
        ],
    ),
    (
        "Adadelta",
        {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-6},
        [[0.9978], [0.9947], [0.9915], [0.9882], [0.9849]],
    ),
    (
        "Adamax",
        {"learning_rate": 0.2, "beta_1": 0.85, "beta_2": 0.95, "epsilon": 1e-6},
        [
            [0.8],
            [0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691],
            [0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466],
            [0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848],
            [0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126],
        ],
    ),
    (
        "Nadam",
        {"learning_rate": 0.5, "beta_1": 0.5, "beta_2": 0.67, "epsilon": 1e-5},
        [
            [0.4281],
            [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.172, -0.1719, -0.1718, -0.1718, -0.1717],
            [-0.7115, -0.7103, -0.7096, -0.7092, -0.709, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
            [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.23, -1.2299],
            [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
        ],
    ),
    (
        "Ftrl",
        {
            "learning_rate": 0.05,
            "learning_rate_power": -0.2,
            "initial_accumulator_value": 0.4,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.15,
            "l2_shrinkage_regularization_strength": 0.01,
            "beta": 0.3,
        },
        [
            [0.0],
            [-0.0034, -0.0077, -0.0118, -0.0157, -0.0194, -0.023, -0.0263, -0.0294, -0.0325, -0.0354],
            [-0.0078, -0.0162, -0.0242, -0.0317, -0.0387, -0.0454, -0.0516, -0.0575, -0.0631, -0.0685],
            [-0.0121, -0.0246, -0.0363, -0.0472, -0.0573, -0.0668, -0.0757, -0.0842, -0.0922, -0.0999],
            [-0.0164, -0.0328, -0.0481, -0.0623, -0.0753, -0.0875, -0.099, -0.1098, -0.1201, -0.1299],
        ],
    ),
    ("Lion", {}, [[0.999], [0.998], [0.997], [0.996], [0.995]]),
    ("Lamb", {}, [[0.999], [0.9982], [0.9974], [0.9965], [0.9955]]),
    (
        "Adafactor",
        {
            "learning_rate": 0.5,
            "beta_2_decay": -0.65,
            "epsilon_1": 1e-15,
            "epsilon_2": 1e-4,
            "clip_threshold": 0.9,
            "relative_step": False,
        },
        [
            [0.55],
            [0.3031, 0.3026, 0.3025, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024, 0.3024],
            [0.1671, 0.1665, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663, 0.1663],
            [0.0923, 0.0916, 0.0915, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914, 0.0914],
            [0.0554, 0.0548, 0.0546, 0.0546, 0.0546, 0.0546, 0.0546, 0.0545, 0.0545, 0.0545],
        ],
    ),
]
each_class = pytest.mark.parametrize("kind", optimizers.BY_NAME.values(), ids=lambda kind: kind.__name__)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])


@each_dtype
@pytest.mark.parametrize("name", SINGLE_STEPS)
def test_a_single_step(name, dtype):
    w = np.array(WEIGHTS, dtype)
    getattr(optimizers, name)(learning_rate=0.5).apply([np.array(GRADIENT, dtype)], [w])
    np.testing.assert_allclose(w, SINGLE_STEPS[name], rtol=1e-4, atol=1e-4)


def test_a_single_step_of_adafactor_on_a_matrix():
    w = np.array([[1.0, 2.0], [3.0, 4.0]])
    optimizers.Adafactor(0.5).apply([np.array([[1.0, 6.0], [7.0, 2.0]])], [w])
    np.testing.assert_allclose(w, [[0.7007, -0.0081], [1.2492, 3.4407]], rtol=1e-4, atol=1e-4)


@each_dtype
@pytest.mark.parametrize(("name", "options", "golden"), GOLDEN, ids=[case[0] for case in GOLDEN])
def test_five_steps(name, options, golden, dtype):
    """To the last digit written down, but for Adam and Lamb: their literals are 1e-4 and 6e-4 off Keras' own values."""
    limit = {"Adam": 2e-4, "Lamb": 8e-4}.get(name, 6e-5)
    optimizer, w = getattr(optimizers, name)(**options), np.ones(10, dtype)
    for step, expected in enumerate(golden):
        g = np.full(10, 0.01) if step == 0 else np.arange(0.1, 1.05, 0.1)
        optimizer.apply([g.astype(dtype)], [w])
        np.testing.assert_allclose(w, np.broadcast_to(expected, 10), rtol=0, atol=limit)


DECAYED = [kind for kind in optimizers.BY_NAME.values() if kind not in (optimizers.Ftrl, optimizers.ScheduleFreeAdamW)]


@pytest.mark.parametrize("kind", DECAYED)
def test_weight_decay_leaves_out_what_it_should(kind):
    """Gradients of 0, so only decay moves: 2 · 0.996³ after three steps, by one of three optimizers each."""
    zero, decayed, by_name, by_array = np.zeros(()), np.array(2.0), np.array(2.0), np.array(2.0)
    options = {"learning_rate": 1.0, "weight_decay": 0.004}  # Muon's other default, for all but matrices, is as large
    kind(**options).apply([zero], [decayed])
    other = kind(**options)
    other.exclude_from_weight_decay(var_names=["exclude"])
    other.apply([zero, zero], [decayed, by_name], names=["variable", "exclude"])
    third = kind(**options)
    third.exclude_from_weight_decay(var_list=[by_array])
    third.apply([zero, zero], [decayed, by_array])
    assert decayed == pytest.approx(1.9760959, abs=1.5e-6)
    assert by_name == by_array == 2.0


@each_class
@pytest.mark.parametrize(
    ("options", "given", "expected"),
    [
        ({"clipnorm": 1}, [100.0, 100.0], [2**0.5 / 2, 2**0.5 / 2]),
        ({"clipvalue": 1}, [100.0, 100.0], [1.0, 1.0]),
        ({"global_clipnorm": 1}, [50.0, 100.0], [1 / 5**0.5, 2 / 5**0.5]),
    ],
    ids=["clipnorm", "clipvalue", "global_clipnorm"],
)
def test_the_gradient_that_a_rule_sees_is_clipped(kind, options, given, expected):
    seen = []

    class Looking(kind):
        def update_step(self, w, g, lr, t, *slots):
            seen.append(g.copy())

    Looking(**options).apply([np.array(given)], [np.zeros(2)])
    np.testing.assert_allclose(np.concatenate(seen), expected, rtol=1e-6)


# -- Muon: the parts that have tests of their own ---------------------------------------------------------------


def test_newton_schulz_iterations():
    made = optimizers.Muon(ns_steps=5).orthogonalise(np.array([[0.2499, 0.9105], [0.2655, 0.8824]]))
    np.testing.assert_allclose(made, [[-0.4422, 0.6457], [0.7285, 0.2968]], rtol=1e-3, atol=1e-3)


def test_muon_steps():
    vector, matrix = np.array(WEIGHTS), np.array([[1.0, 2.0], [3.0, 4.0]])
    optimizer = optimizers.Muon(0.5, weight_decay=0, adam_weight_decay=0)
    optimizer.apply([np.array(GRADIENT), np.array([[1.0, 6.0], [7.0, 2.0]])], [vector, matrix])
    np.testing.assert_allclose(vector, [0.5, 1.5, 2.5, 3.5], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(matrix, [[0.988775, 1.887053], [2.873428, 3.97035]], rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize(("rms_rate", "factor"), [(None, 1.0), (0.2, 0.4)])
def test_the_length_of_muons_step(rms_rate, factor):
    """Times rms_rate · √(the longer side), here √4; without it the step is as the iterations leave it."""
    w, g = np.zeros((4, 2)), np.ones((4, 2))
    optimizer = optimizers.Muon(1.0, weight_decay=0, rms_rate=rms_rate)
    optimizer.apply([g], [w])
    np.testing.assert_allclose(-w, factor * optimizer.orthogonalise(g), rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "name", "shape", "decay"),
    [
        ({"weight_decay": 0.01}, "kernel", (2, 2), 0.01),
        ({"adam_weight_decay": 0.01}, "bias", (), 0.01),
        ({"exclude_layers": ["var"], "adam_weight_decay": 0.01}, "variable", (2, 2), 0.01),
        ({"adam_weight_decay": 0.01}, "embedding/embeddings", (2, 2), 0.01),
        ({"weight_decay": 0.02, "adam_weight_decay": 0.01}, "dense/kernel", (2, 2), 0.02),
    ],
)
def test_which_decay_muon_takes(options, name, shape, decay):
    w = np.full(shape, 2.0)
    optimizers.Muon(1.0, **options).apply([np.zeros(shape)], [w], names=[name])
    np.testing.assert_allclose(w, 2.0 - 2.0 * decay, rtol=1e-12)


# -- what all share ---------------------------------------------------------------------------------------------


def test_iterations_are_counted():
    optimizer, w = optimizers.Adam(1.0), np.array([[1.0, 2.0], [3.0, 4.0]])
    for count in range(3):
        assert optimizer.iterations == count
        optimizer.apply([np.ones((2, 2))], [w])


def test_missing_gradients():
    w, other = np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])
    with pytest.raises(ValueError, match="None"):
        optimizers.SGD(1.0).apply([None], [w])
    optimizers.SGD(1.0).apply([None, np.ones((2, 2))], [w, other])
    assert w.tolist() == [[3.0, 4.0], [5.0, 6.0]] and other.tolist() == [[2.0, 3.0], [4.0, 5.0]]


def test_the_average_overwrites_each_third_step():
    optimizer = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3)
    w = np.array([[3.0, 4.0], [5.0, 6.0]])
    for first, average in ((2.0, 2.0), (1.0, 1.9), (1.71, 1.71)):
        optimizer.apply([np.ones((2, 2))], [w])
        np.testing.assert_allclose(w, [[first, first + 1], [first + 2, first + 3]])
        kept = optimizer.state()["arrays"]["averages"][0]
        np.testing.assert_allclose(kept, [[average, average + 1], [average + 2, average + 3]])


@pytest.mark.parametrize("every", [None, 2])
def test_the_average_of_two_steps_of_adam(every):
    options = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": every}
    plain, averaged = optimizers.Adam(1.0), optimizers.Adam(1.0, **options)
    w, alone, g = np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([0.1, 0.2])
    plain.apply([g], [alone])
    averaged.apply([g], [w])
    first = alone.copy()
    np.testing.assert_array_equal(w, first)
    plain.apply([g], [alone])
    averaged.apply([g], [w])
    np.testing.assert_allclose(w, alone if every is None else 0.9 * first + 0.1 * alone)
    averaged.finalize_variable_values([w])
    np.testing.assert_allclose(w, 0.9 * first + 0.1 * alone)


def test_constraints_act_on_the_weights(rng):
    w = rng.random((2, 2)) - 1.0
    optimizers.SGD(0.0001).apply([np.zeros((2, 2))], [w], constraints=[lambda w: np.maximum(w, 0)])
    assert w.min() == 0.0


def test_a_fixed_loss_scale():
    optimizer, w = optimizers.SGD(1.0, loss_scale_factor=1024.0), np.array([[1.0, 2.0], [3.0, 4.0]])
    optimizer.apply([w * 1024.0], [w])
    assert optimizer.scale_loss(1.0) == 1024.0
    assert not w.any()


def test_three_calls_are_one_step():
    optimizer, w = optimizers.SGD(1.0, gradient_accumulation_steps=3), np.array([[1.0, 2.0], [3.0, 4.0]])
    for call, (first, total, steps) in enumerate([(1.0, 1.0, 0), (1.0, 2.0, 0), (0.0, 0.0, 1), (0.0, 1.0, 1)]):
        optimizer.apply([np.ones((2, 2))], [w])
        np.testing.assert_allclose(w, [[first, first + 1], [first + 2, first + 3]])
        saved = optimizer.state()
        assert (saved["calls"], optimizer.iterations) == (call + 1, steps)
        np.testing.assert_allclose(saved["arrays"]["accumulated"][0], total)


@each_class
def test_accumulation_with_weight_decay_is_one_step_of_the_mean(kind, rng):
    once, thrice = kind(weight_decay=0.05), kind(weight_decay=0.05, gradient_accumulation_steps=3)
    w, other = np.array([[0.9], [0.5]]), np.array([[0.9], [0.5]])
    for _ in range(8):
        g = rng.random((3, 2, 1))
        once.apply([g.mean(axis=0)], [w])
        for part in g:
            thrice.apply([part], [other])
    np.testing.assert_allclose(w, other, rtol=1e-6)


def test_a_function_as_learning_rate():
    optimizer, w = optimizers.SGD(lambda: 0.1), np.array([[1.0, 2.0], [3.0, 4.0]])
    optimizer.apply([np.ones((2, 2))], [w])
    np.testing.assert_allclose(w, [[0.9, 1.9], [2.9, 3.9]])
    assert optimizer.iterations == 1


def test_a_schedule_can_take_the_place_of_a_number():
    optimizer = optimizers.Adam(0.001)
    optimizer.learning_rate = schedules.PolynomialDecay(optimizer.learning_rate, 4)
    assert optimizer.state()["learning_rate"] is None
    assert optimizer.learning_rate == 0.001


@pytest.mark.parametrize(("kind", "name"), [("Adam", "adam"), ("SGD", "sgd"), ("AdamW", "adam_w")])
def test_names(kind, name):
    """Keras numbers the second of a kind ("adam_1"), which takes a register of all that were ever made; ours do not."""
    made = getattr(optimizers, kind)
    assert made().name == made().name == name
    assert made(name="my_own").name == "my_own"


def test_schedule_free_warms_up_and_goes_down():
    w, warm = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])
    optimizers.ScheduleFreeAdamW(0.5).apply([np.ones(3)], [w])
    optimizers.ScheduleFreeAdamW(0.5, warmup_steps=10).apply([np.ones(3)], [warm])
    np.testing.assert_allclose([1.0, 2.0, 3.0] - warm, 0.1 * ([1.0, 2.0, 3.0] - w))
    assert (w < [1.0, 2.0, 3.0]).all()


# -- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "word"),
    [
        ("SGD", {"momentum": -1.0}, "momentum"),
        ("SGD", {"momentum": 2.0}, "momentum"),
        ("SGD", {"clipnorm": 0.1, "clipvalue": 0.1}, "only one of clipnorm, clipvalue and global_clipnorm"),
        ("SGD", {"clipnorm": 0.1, "global_clipnorm": 0.1}, "only one of clipnorm, clipvalue and global_clipnorm"),
        ("AdamW", {"weight_decay": None}, "weight_decay"),
        ("Lion", {"beta_1": -0.1}, "beta_1"),
        ("Lion", {"beta_1": 0.0}, "beta_1"),
        ("Lion", {"beta_1": 1.1}, "beta_1"),
        ("Ftrl", {"initial_accumulator_value": -0.1}, "initial_accumulator_value"),
        ("Ftrl", {"learning_rate_power": 0.1}, "learning_rate_power"),
        ("Ftrl", {"l1_regularization_strength": -0.1}, "l1_regularization_strength"),
        ("Ftrl", {"l2_regularization_strength": -0.1}, "l2_regularization_strength"),
        ("Ftrl", {"l2_shrinkage_regularization_strength": -0.1}, "l2_shrinkage_regularization_strength"),
        ("SGD", {"use_ema": True, "ema_momentum": 1.1}, "ema_momentum"),
        ("SGD", {"use_ema": True, "ema_momentum": -0.1}, "ema_momentum"),
        ("SGD", {"use_ema": True, "ema_overwrite_frequency": -1}, "ema_overwrite_frequency"),
        ("SGD", {"use_ema": True, "ema_overwrite_frequency": 1.5}, "ema_overwrite_frequency"),
        ("SGD", {"gradient_accumulation_steps": 1}, "gradient_accumulation_steps"),
    ],
    ids=str,
)
def test_what_keras_refuses_is_refused(name, options, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word}"):
        getattr(optimizers, name)(**options)


@pytest.mark.parametrize(("name", "kind"), [("sgd", optimizers.SGD), ("adamw", optimizers.AdamW)])
def test_get_by_name(name, kind):
    assert type(optimizers.get(name)) is kind


def test_get_refuses_a_typo_and_none():
    """For None Keras returns None, which then fails somewhere else."""
    with pytest.raises(ValueError, match="'typo' is unknown"):
        optimizers.get("typo")
    with pytest.raises(TypeError, match="optimizer must be"):
        optimizers.get(None)
