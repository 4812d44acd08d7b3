"""The data: shapes, scales, fixed splits, against scikit-learn's own tables."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as sklearn_datasets
from sklearn.preprocessing import StandardScaler

from helpers import datasets


def test_digits_are_scaled_split_and_complete():
    (x_train, y_train), (x_test, y_test) = datasets.digits()
    assert x_train.shape == (1438, 64) and x_test.shape == (359, 64)
    assert x_train.dtype == x_test.dtype == np.float32 and y_train.dtype == y_test.dtype == np.int64
    assert x_train.min() == 0 and x_train.max() == 1
    rows = np.concatenate([np.column_stack([x_train * 16, y_train]), np.column_stack([x_test * 16, y_test])])
    table = sklearn_datasets.load_digits()
    whole = np.column_stack([table.data, table.target])
    assert np.array_equal(rows[np.lexsort(rows.T)], whole[np.lexsort(whole.T)])


def test_digits_split_is_stratified_fixed_and_shuffled():
    (_, y_train), (_, y_test) = datasets.digits()
    share = np.bincount(y_test) / (np.bincount(y_train) + np.bincount(y_test))
    assert np.abs(share - 0.2).max() < 0.005
    (_, again), _ = datasets.digits()
    (_, other), _ = datasets.digits(seed=1)
    assert np.array_equal(y_train, again) and not np.array_equal(y_train, other)
    assert len(set(y_train[:100])) == 10


@given(fraction=st.floats(0.01, 0.99))
def test_any_fraction_gives_its_count(fraction):
    y = np.repeat(np.arange(3), [7, 20, 73])
    train, test = datasets._stratified(y, fraction, 0)
    assert len(test) == round(100 * fraction)
    assert np.array_equal(np.sort(np.concatenate([train, test])), np.arange(100))


@pytest.mark.parametrize("fraction", [0, 1, -0.1, float("nan")])
def test_digits_refuse_a_fraction_that_leaves_nothing(fraction):
    with pytest.raises(ValueError, match="test_fraction"):
        datasets.digits(test_fraction=fraction)


def test_diabetes_raw_and_standardised():
    raw, y = datasets.diabetes(standardised=False)
    x, _ = datasets.diabetes()
    table = sklearn_datasets.load_diabetes()
    assert raw.shape == x.shape == (442, 10) and len(datasets.DIABETES_FEATURES) == 10
    np.testing.assert_allclose(x, table.data * np.sqrt(442), atol=1e-10)
    assert np.array_equal(y, table.target) and y.dtype == np.float64
    assert (y.min(), y.max()) == (25, 346)
    assert raw[:, 0].min() == 19  # years


def test_bmi_is_a_column_of_diabetes():
    x, y = datasets.bmi()
    assert x.shape == y.shape == (442,)
    assert 18 <= x.min() < x.max() <= 42.2
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(0.586, abs=0.001)


def test_fifty_steps_of_lesson_00_end_at_the_lowest_loss_of_any_line():
    bmi, y = datasets.bmi()
    x = (bmi - bmi.mean()) / bmi.std()
    lowest = np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2)
    w = b = 0.0
    for _ in range(50):
        error = w * x + b - y
        w, b = w - 0.1 * 2 * np.mean(error * x), b - 0.1 * 2 * np.mean(error)
    assert f"{np.mean((w * x + b - y) ** 2):,.0f}" == f"{lowest:,.0f}" == "3,890"


def test_breast_cancer_against_scikit_learn():
    x, y = datasets.breast_cancer()
    table = sklearn_datasets.load_breast_cancer()
    np.testing.assert_allclose(x, StandardScaler().fit_transform(table.data), atol=1e-12)
    assert np.array_equal(y, table.target) and y.dtype == np.int64
    assert table.target_names[1] == "benign"
    assert np.array_equal(datasets.breast_cancer(standardised=False)[0], table.data)


@given(n=st.integers(5, 200), classes=st.integers(1, 5), noise=st.floats(0, 2), seed=st.integers(0, 2**32))
def test_spirals_have_balanced_classes_in_the_unit_circle(n, classes, noise, seed):
    x, y = datasets.spirals(n, classes, noise, seed)
    assert x.shape == (n, 2) and y.shape == (n,)
    assert np.ptp(np.bincount(y, minlength=classes)) <= 1
    assert np.linalg.norm(x, axis=1).max() <= 1 + 1e-12
    again, _ = datasets.spirals(n, classes, noise, seed)
    assert np.array_equal(x, again)


def test_spirals_without_noise_lie_on_their_arm():
    x, y = datasets.spirals(60, 3, noise=0)
    radius = np.linalg.norm(x, axis=1)
    angle = np.arctan2(x[:, 1], x[:, 0]) - 4 / 3 * np.pi * radius
    np.testing.assert_allclose(np.exp(1j * angle), np.exp(2j * np.pi * y / 3), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [({"n": 2}, "n"), ({"n": 2.5}, "n"), ({"classes": 0}, "classes"), ({"noise": -1}, "noise"), ({"seed": -1}, "seed")],
)
def test_spirals_name_the_wrong_argument(arguments, word):
    with pytest.raises((TypeError, ValueError), match=f"^{word} "):
        datasets.spirals(**arguments)


def test_standardise_uses_the_training_set_and_survives_a_constant_column():
    train = np.array([[1.0, 0.1], [3.0, 0.1], [5.0, 0.1]])
    test = np.array([[3.0, 0.2]])
    np.testing.assert_allclose(datasets.standardise(test, like=train), [[0.0, 0.0]])
    assert np.array_equal(datasets.standardise(train)[:, 1], np.zeros(3))
    assert datasets.standardise(train.astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match="like must have x's 2 columns"):
        datasets.standardise(test, like=np.ones((3, 5)))
    with pytest.raises(ValueError, match="x must have shape"):
        datasets.standardise(np.ones(3))


def test_reading_a_table_does_not_import_scikit_learn():
    program = (
        "import sys; from helpers import datasets; datasets.digits(), datasets.diabetes(), datasets.breast_cancer()"
    )
    program += "; print([m for m in ('sklearn', 'scipy') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "[]", run.stderr


def test_without_scikit_learn_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        datasets.bmi()
