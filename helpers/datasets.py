"""The data of the lessons: real sets that come with scikit-learn, and spirals. Nothing is downloaded.

Inputs have one row per example. Keras' larger image sets, which are downloaded, are in `keras_bridge`.
"""

import importlib.util
from pathlib import Path

import numpy as np

from helpers.errors import as_array, check_flag, check_integer, check_number

DIABETES_FEATURES = ("age", "sex", "bmi", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6")


def digits(test_fraction=0.2, seed=0):
    """Handwritten digits, 8 × 8 grey values, as ``(x_train, y_train), (x_test, y_test)``.

    x is (n, 64) float32 from 0 to 1, row by row (``x[i].reshape(8, 8)`` is the picture), y is (n,) int64 from 0 to 9.
    1,797 examples; the default split is 1,438 and 359, each digit in both in proportion, and always the same.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository, 1998.
    """
    test_fraction = check_number("test_fraction", test_fraction, 0, 1, include_low=False, include_high=False)
    table = _read("digits.csv.gz", delimiter=",")
    x, y = (table[:, :-1] / 16).astype(np.float32), table[:, -1].astype(np.int64)
    train, test = _stratified(y, test_fraction, check_integer("seed", seed, 0))
    return (x[train], y[train]), (x[test], y[test])


def diabetes(standardised=True):
    """442 patients, ten measurements each, and how far their disease went in a year: ``(X (442, 10), y (442,))``.

    ``DIABETES_FEATURES`` names the columns. Each has mean 0 and standard deviation 1, or, with ``standardised=False``,
    its own unit (years, kg/m², ...): then the columns differ in scale. y is a score from 25 to 346. float64.
    Source: Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, Annals of Statistics, 2004.
    """
    x, y = _read("diabetes_data_raw.csv.gz"), _read("diabetes_target.csv.gz")
    return standardise(x) if check_flag("standardised", standardised) else x, y


def bmi():
    """One column of `diabetes`, to fit a line to: ``(body mass index (442,) in kg/m², progression (442,))``."""
    x, y = diabetes(standardised=False)
    return x[:, DIABETES_FEATURES.index("bmi")].copy(), y


def breast_cancer(standardised=True):
    """569 tumours, thirty measurements each: ``(X (569, 30) float64, y (569,) int64)``; y is 1 for benign, 0 for not.

    Each column has mean 0 and standard deviation 1, or, with ``standardised=False``, its own unit.
    Source: Wolberg, Mangasarian, Street and Street, Breast Cancer Wisconsin (Diagnostic), UCI repository, 1995.
    """
    table = _read("breast_cancer.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1].astype(np.int64)
    return standardise(x) if check_flag("standardised", standardised) else x.copy(), y


def spirals(n=300, classes=3, noise=0.2, seed=0):
    """Points on as many interleaved arms as there are classes: ``(x (n, 2) float64, y (n,) int64)``, shuffled.

    Each arm runs outwards from the centre to radius 1 over two thirds of a turn; ``noise`` is the standard deviation,
    in radians, of a point's angle. No straight line separates the arms.
    """
    n, classes = check_integer("n", n, 1), check_integer("classes", classes, 1)
    noise = check_number("noise", noise, 0, 1e6)
    if n < classes:
        raise ValueError(f"n must be at least the number of classes, {classes}, got {n}")
    rng = np.random.default_rng(check_integer("seed", seed, 0))
    y = rng.permutation(np.arange(n) % classes)
    radius = np.sqrt(rng.uniform(0.01, 1, n))
    angle = 2 * np.pi * y / classes + 4 / 3 * np.pi * radius + noise * rng.normal(size=n)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def standardise(x, like=None):
    """Shift and scale the columns of ``x (n, d)`` to mean 0 and standard deviation 1; a constant column becomes 0.

    ``like``, if given, is the array whose means and deviations are used: the training set, for a test set.
    """
    x = _table("x", x)
    like = x if like is None else _table("like", like)
    if like.shape[1] != x.shape[1]:
        raise ValueError(f"like must have x's {x.shape[1]} columns, got {like.shape[1]}")
    deviation = like.std(axis=0)
    constant = (like == like[0]).all(axis=0)  # rounding gives a constant column a deviation that is not quite 0
    return (x - like.mean(axis=0)) * ~constant / np.where(constant, 1, deviation)


def _table(name, x):
    x = as_array(name, x)
    if x.ndim != 2 or not len(x):
        raise ValueError(f"{name} must have shape (n, d) with n at least 1, got {x.shape}")
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {x.dtype}")
    return x if x.dtype.kind == "f" else x.astype(float)


def _stratified(y, test_fraction, seed):
    """Shuffled indices of a training and a test part, each class shared out by the largest remainders."""
    rng = np.random.default_rng(seed)
    members = [rng.permutation(np.flatnonzero(y == k)) for k in np.unique(y)]
    ideal = np.array([len(m) * test_fraction for m in members])
    counts = ideal.astype(int)
    missing = round(len(y) * test_fraction) - counts.sum()
    counts[np.argsort(-(ideal - counts), kind="stable")[:missing]] += 1
    test = np.concatenate([m[:c] for m, c in zip(members, counts, strict=True)])
    train = np.concatenate([m[c:] for m, c in zip(members, counts, strict=True)])
    return rng.permutation(train), rng.permutation(test)


def _read(file, **options):
    """Read one of scikit-learn's data files. Importing the package itself would cost each kernel 65 MB."""
    package = importlib.util.find_spec("sklearn")
    if package is None:
        raise ImportError("this data comes with scikit-learn: pip install scikit-learn")
    return np.loadtxt(Path(package.origin).parent / "datasets" / "data" / file, **options)
