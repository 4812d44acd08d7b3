"""Wrong answers to `critical_learning_rate` as people write them, under the mistake that each must be told as."""

import numpy as np

NAMED = {}


def curvatures(X):
    return np.linalg.svd(X, compute_uv=False) ** 2 * 2 / len(X)


NAMED["critical_learning_rate"] = {
    "all_of_them": [lambda X: 2 / np.sort(curvatures(X))],
    "all_of_them_downwards": [lambda X: 2 / curvatures(X)],
    "frobenius": [lambda X: 2 / np.sqrt(np.sum((2 / len(X) * X.T @ X) ** 2))],
    "singular_value": [lambda X: 2 / np.linalg.svd(X, compute_uv=False)[0]],
    "largest_and_smallest": [lambda X: 2 / (curvatures(X).max() + curvatures(X).min())],
    "upside_down": [lambda X: np.linalg.norm(X, 2) ** 2 / len(X)],
    "centred": [lambda X: 2 / np.linalg.eigvalsh(2 * np.atleast_2d(np.cov(X.T, ddof=0))).max()],
    "centred_sample": [
        lambda X: 1 / np.linalg.eigvalsh(np.atleast_2d(np.cov(X.T))).max(),
        lambda X: 2 / np.linalg.eigvalsh(2 * np.cov(X.T))[-1],
    ],
    "centred_factor_2": [lambda X: 2 / np.linalg.eigvalsh(np.cov(X.T, bias=True))[-1]],
    "centred_sample_factor_2": [lambda X: 2 / np.linalg.eigvalsh(np.cov(X, rowvar=False))[-1]],
    "standardised_factor_2": [lambda X: 2 / np.linalg.eigvalsh(np.corrcoef(X.T))[-1]],
    "rows_for_features": [
        lambda X: 2 / np.linalg.eigvalsh(np.cov(X))[-1],
        lambda X: 2 / np.linalg.eigvalsh(2 * np.cov(X)).max(),
    ],
    "largest_variance": [
        lambda X: 1 / np.var(X, axis=0).max(),
        lambda X: 2 / X.std(axis=0).max() ** 2,
        lambda X: 2 / np.diag(np.cov(X.T)).max(),
    ],
    "smallest": [lambda X: 2 / curvatures(X).min()],
    "condition": [lambda X: curvatures(X).max() / curvatures(X).min()],
    "singular_value_over_n": [lambda X: 2 / (2 / len(X) * np.linalg.svd(X, compute_uv=False)[0])],
    "unsorted": [
        lambda X: 2 / np.linalg.eigvals(2 / len(X) * X.T @ X)[0],
        lambda X: 2 / (np.linalg.eigvals(2 / len(X) * X.T @ X) + 0j)[0],
    ],
    "eigenvectors": [
        lambda X: 2 / np.linalg.eigh(2 / len(X) * X.T @ X)[-1],
        lambda X: 2 / np.max(np.linalg.eigh(2 / len(X) * X.T @ X).eigenvectors),
    ],
    "several_results": [
        lambda X: 2 / np.linalg.eigh(2 / len(X) * X.T @ X).max(),
        lambda X: 2 / np.linalg.eigh(2 / len(X) * X.T @ X),
    ],
    "row_sums": [lambda X: 2 / np.abs(2 / len(X) * X.T @ X).sum(axis=1).max()],
    "column_of_ones": [lambda X: 2 / curvatures(np.c_[X, np.ones(len(X))]).max()],
    "standardised": [lambda X: 2 / np.linalg.eigvalsh(2 / len(X) * (Z := (X - X.mean(0)) / X.std(0)).T @ Z).max()],
}
# Right but for tables without full rank: H has no inverse there.
WRONG = {"critical_learning_rate": [lambda X: 2 * np.linalg.eigvalsh(np.linalg.inv(2 / len(X) * X.T @ X)).min()]}
