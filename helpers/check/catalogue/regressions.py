"""Right and wrong slopes and curvatures of the mean squared error: mistakes of `mse_gradient` and `critical_learning_rate`."""

import numpy as np

from helpers.check.registry import any_of


def _errors(X, y, w):
    return X @ w - y


def slope(X, y, w):
    """Return the gradient of mean((X @ w − y)²), shape (d,)."""
    return 2 / len(y) * X.T @ _errors(X, y, w)


def _each_with_each(after, turned=False):
    """Errors of every prediction with every truth, (n, n), where one of the two stands in a column; then `after`."""

    def wrong(X, y, w):
        p = X @ w
        return after(X, (p - y[:, None]) if turned else (p[:, None] - y))

    return wrong


def _product(X, error):
    return 2 / len(X) * X.T @ error


def _mean_of_products(X, error):
    return 2 * np.mean(X.T @ error, axis=1)


def _row_alone(k):
    """The part of row k, as it stands in the mean or by itself."""

    def part(X, y, w):
        return 2 * (X[k] @ w - y[k]) * X[k]

    return any_of(lambda X, y, w: part(X, y, w) / len(y), part)


_TABLE = (
    "Your errors are a table, each prediction with each truth: that is what NumPy makes of shapes (n, 1) and (n,). Here both "
    "`X @ w` and `y` have the shape (n,): where does one get a second axis?"
)
_NO_2 = "A factor of 2 is missing: the derivative of a square. This would be the gradient of half the mean square."
_NO_MEAN = "This is the gradient of the sum of the squares: it grows with the number of rows."
_NEITHER = "Two factors are missing: the 2 from the square, and the 1/n of the mean."
_SIGN = "The sign is turned: this points downhill. The error is the prediction minus the truth."
_AND_SIGN = "And the sign is turned: the error is the prediction minus the truth."

SLOPES = {
    "no_factor_2": (lambda X, y, w: slope(X, y, w) / 2, _NO_2),
    "sum_not_mean": (lambda X, y, w: slope(X, y, w) * len(y), _NO_MEAN),
    "neither": (lambda X, y, w: slope(X, y, w) * len(y) / 2, _NEITHER),
    "sign": (lambda X, y, w: -slope(X, y, w), _SIGN),
    "sign_no_factor_2": (lambda X, y, w: -slope(X, y, w) / 2, f"{_NO_2} {_AND_SIGN}"),
    "sign_sum_not_mean": (lambda X, y, w: -slope(X, y, w) * len(y), f"{_NO_MEAN} {_AND_SIGN}"),
    "sign_neither": (lambda X, y, w: -slope(X, y, w) * len(y) / 2, f"{_NEITHER} {_AND_SIGN}"),
    "over_columns": (
        lambda X, y, w: slope(X, y, w) * len(y) / X.shape[1],
        "This divides by the number of columns. The mean goes over the examples, the rows.",
    ),
    "over_entries": (
        lambda X, y, w: slope(X, y, w) / X.shape[1],
        "This divides by n · d, the number of entries of X. There are n errors: the mean of their squares divides by n.",
    ),
    "over_the_people_of_the_lesson": (
        lambda X, y, w: slope(X, y, w) * len(y) / 442,
        "This divides by 442, the number of people in the lesson's data, whatever comes in. How many rows has this `X`?",
    ),
    "brackets": (
        lambda X, y, w: slope(X, y, w) * len(y) ** 2 / 4,
        "This is n/2 times the product of X and the errors: `… / 2 * n` divides by 2 and then multiplies by n. What is divided by "
        "what: where do brackets belong?",
    ),
    "rounded_factor": (
        lambda X, y, w: 2 // len(y) * X.T @ _errors(X, y, w),
        "2/n is rounded down to a whole number here, which is 0 as soon as there are more than two rows. `//` does that, and so "
        "does `int`.",
    ),
    "mean_of_all": (
        lambda X, y, w: 2 * np.mean(_errors(X, y, w)[:, None] * X),
        "This is one number: the mean goes over rows and columns together. With `axis=0` it goes over the rows alone, "
        "and leaves one number for each weight.",
    ),
    "sum_of_all": (
        any_of(
            lambda X, y, w: 2 * np.sum(_errors(X, y, w)[:, None] * X),
            lambda X, y, w: 2 / len(y) * np.sum(_errors(X, y, w)[:, None] * X),
        ),
        "This is one number: the sum runs over rows and columns together. Over the rows alone, `axis=0`, it leaves one number for "
        "each weight.",
    ),
    "mean_of_the_slopes": (
        lambda X, y, w: 2 * np.mean(X.T @ _errors(X, y, w)),
        "This is one number, a mean over the weights. Each weight has a slope of its own: the product with X has one number for "
        "each, summed over the rows already. What does the mean over the rows still ask for?",
    ),
    "mean_over_columns": (
        lambda X, y, w: 2 * np.mean(_errors(X, y, w)[:, None] * X, axis=1),
        "The mean goes over the columns here, and leaves one number for each row. It goes over the rows: `axis=0`.",
    ),
    "row_by_row": (
        any_of(
            lambda X, y, w: 2 * _errors(X, y, w)[:, None] * X,
            lambda X, y, w: 2 / len(y) * _errors(X, y, w)[:, None] * X,
            lambda X, y, w: 2 * X.T * _errors(X, y, w),
            lambda X, y, w: 2 / len(y) * X.T * _errors(X, y, w),
        ),
        "This is a table: the part of each row of X stands by itself, and nothing is added up over the rows. The loss is the mean "
        "over them: so is its gradient. Is `*` meant, or `@`?",
    ),
    "product_of_means": (
        lambda X, y, w: 2 * np.mean(_errors(X, y, w)) * X.mean(axis=0),
        "This is the average error times the average input. Multiply first, row by row; then average.",
    ),
    "errors_alone": (
        lambda X, y, w: np.full(X.shape[1], 2 * np.mean(_errors(X, y, w))),
        "Each error still has to be multiplied by its input: the inner derivative of w₁x₁ + w₂x₂ by w₁ is x₁.",
    ),
    "errors_alone_one_number": (
        lambda X, y, w: 2 * np.mean(_errors(X, y, w)),
        "This is one number, twice the average error. Each error still has to be multiplied by its inputs: the inner derivative "
        "of w₁x₁ + w₂x₂ by w₁ is x₁.",
    ),
    "over_one_less": (
        lambda X, y, w: slope(X, y, w) * len(y) / max(len(y) - 1, 1),
        "This divides by n − 1. The mean of n squares divides by n.",
    ),
    "size_of_the_errors": (
        lambda X, y, w: 2 / len(y) * X.T @ np.abs(_errors(X, y, w)),
        "The signs of the errors are lost. Which way w has to move is told by them.",
    ),
    "sign_of_the_errors": (
        any_of(
            lambda X, y, w: 2 / len(y) * X.T @ np.sign(_errors(X, y, w)),
            lambda X, y, w: 1 / len(y) * X.T @ np.sign(_errors(X, y, w)),
        ),
        "Only the signs of the errors count here, as for the absolute error. The derivative of error² is 2 · error.",
    ),
    "each_entry_a_prediction": (
        lambda X, y, w: 2 * np.mean((X * w - y[:, None]) * X, axis=0),
        "Every product of an entry of X with its weight is taken for a prediction. A row's prediction is their sum.",
    ),
    "errors_of_each_row": (
        lambda X, y, w: 2 / len(y) * _errors(X, y, w),
        "These are the slopes by the *predictions*, one for each row. A weight changes each prediction by its input: the inner "
        "derivative is missing.",
    ),
    "a_step": (
        lambda X, y, w: w - slope(X, y, w),
        "This is where a step with the learning rate 1 would lead. Asked is the gradient alone.",
    ),
    "one_term_without_the_mean": (
        any_of(
            lambda X, y, w: 2 / len(y) * X.T @ X @ w - X.T @ y,
            lambda X, y, w: X.T @ X @ w - 2 / len(y) * X.T @ y,
            lambda X, y, w: 2 * X.T @ (X @ w - y / len(y)),
        ),
        "The factor 2/n stands before only one of the two terms, the predictions' or the truth's. It belongs to their difference: "
        "where do brackets belong?",
    ),
    "times_the_weights": (
        lambda X, y, w: slope(X, y, w) * w,
        "The slopes are multiplied by the weights. The inner derivative of w₁x₁ + w₂x₂ by w₁ is x₁: no w is left in it.",
    ),
    "root": (
        any_of(
            lambda X, y, w: slope(X, y, w) / 2 / np.sqrt(np.mean(_errors(X, y, w) ** 2)),
            lambda X, y, w: slope(X, y, w) / np.sqrt(np.mean(_errors(X, y, w) ** 2)),
        ),
        "This is the gradient of the *root* of the mean square, or twice that. The loss here has no root.",
    ),
    "last_row_alone": (
        _row_alone(-1),
        "Only the last row counts. In a loop over the rows each one's part is to be added to the parts before it.",
    ),
    "first_row_alone": (_row_alone(0), "Only the first row counts. Does the loop over the rows end after one round?"),
    "plus_truth": (
        lambda X, y, w: 2 / len(y) * X.T @ (X @ w + y),
        "`y` is added to the predictions. The error is the prediction *minus* the truth.",
    ),
    "loss_itself": (
        lambda X, y, w: np.mean(_errors(X, y, w) ** 2),
        "This is the loss, one number. Asked are its slopes: how fast it changes with each weight.",
    ),
    "squared_errors": (
        lambda X, y, w: 2 / len(y) * X.T @ _errors(X, y, w) ** 2,
        "The errors are still squared. The derivative of error² is 2 · error, times the inner derivative.",
    ),
    "without_truth": (
        lambda X, y, w: 2 / len(y) * X.T @ (X @ w),
        "`y` plays no part here: these are the predictions, not the errors.",
    ),
    "one_prediction": (
        lambda X, y, w: 2 / len(y) * X.T @ ((X * w).sum() - y),
        "One prediction is made for all rows: the sum of X · w runs over rows and columns. Each row has a prediction of its own.",
    ),
    "column": (
        lambda X, y, w: slope(X, y, w)[:, None],
        "The numbers are right, but they stand in a column, (d, 1). w has the shape (d,), so its gradient has it too: where does "
        "the second axis come in?",
    ),
    "table_of_errors": (_each_with_each(_product), _TABLE),
    "table_of_errors_turned": (_each_with_each(_product, turned=True), _TABLE),
    "mean_of_the_table": (_each_with_each(_mean_of_products), _TABLE),
    "mean_of_the_table_turned": (_each_with_each(_mean_of_products, turned=True), _TABLE),
}


def eigenvalues(X, factor=2.0):
    """Return the eigenvalues of factor/n · XᵀX, the smallest first; with 2 they are the loss's curvatures."""
    return np.linalg.eigvalsh(factor / len(X) * X.T @ X)


def _centred(X, taken_off, factor=2.0):
    """The threshold of the covariance, divided by n − taken_off; factor: what stands for the 2 of the square."""
    X = X - X.mean(axis=0)
    return 2 / np.linalg.eigvalsh(factor / (len(X) - taken_off) * X.T @ X)[-1]


def _rows_for_features(X):
    """The largest eigenvalue of what `np.cov(X)` gives, which takes each row for a quantity."""
    X = X - X.mean(axis=1, keepdims=True)
    return np.linalg.eigvalsh(X @ X.T / max(X.shape[1] - 1, 1))[-1]


_SMALLEST = "This uses the smallest curvature. The steepest direction is the first to diverge."
_ALL = (
    "These are the thresholds of all directions, one each. The walk as a whole has one: which direction diverges first?"
)
_AVERAGES = (
    "This is the threshold of the covariance, in which the average of each column is subtracted. The curvatures of the loss "
    "are those of X as it is: averages that are not 0 make it steeper."
)
_ONE_LESS = "And the mean divides by n, not by n − 1."
_AND_FACTOR_2 = "And a factor of 2 is missing in the second derivatives of the mean square."

THRESHOLDS = {
    "one_over": (
        lambda X: 1 / eigenvalues(X)[-1],
        "This is 1/λmax: at that rate the steepest direction arrives in one step. It diverges only beyond twice that.",
    ),
    "smallest": (lambda X: 2 / eigenvalues(X)[0], _SMALLEST),
    "smallest_one_over": (
        lambda X: 1 / eigenvalues(X)[0],
        f"{_SMALLEST} And a direction diverges beyond 2 over its curvature, not 1.",
    ),
    "smallest_factor_2": (
        lambda X: 2 / eigenvalues(X, 1.0)[0],
        f"{_SMALLEST} {_AND_FACTOR_2}",
    ),
    "factor_2": (
        lambda X: 2 / eigenvalues(X, 1.0)[-1],
        "This is twice too large. Is the 2 from the derivative of a square in the table of second derivatives? And is it 2 over "
        "the largest curvature, or 4?",
    ),
    "sum_not_mean": (
        lambda X: 2 / eigenvalues(X, 2.0 * len(X))[-1],
        "The 1/n of the mean is missing in the second derivatives.",
    ),
    "neither": (
        lambda X: 2 / np.linalg.eigvalsh(X.T @ X)[-1],
        "Two factors are missing in the second derivatives of the mean square: the 2 and the 1/n.",
    ),
    "over_columns": (
        lambda X: 2 / eigenvalues(X, 2 * len(X) / X.shape[1])[-1],
        "This divides by the number of columns. The mean goes over the examples, the rows.",
    ),
    "over_entries": (
        lambda X: 2 / eigenvalues(X, 2 / X.shape[1])[-1],
        "This divides by n · d, the number of entries of X. The mean goes over the n examples.",
    ),
    "mean_of_all": (
        lambda X: 1 / np.mean(X**2),
        "This is 1/mean(X²) over all rows and columns together, which is 2 over the *average* curvature: right for one column. "
        "With several, only the largest curvature decides, and the eigenvalues of H tell it.",
    ),
    "curvature": (
        lambda X: eigenvalues(X)[-1],
        "This is λmax itself, a curvature. Which learning rate is the border for it?",
    ),
    "upside_down": (
        lambda X: eigenvalues(X)[-1] / 2,
        "This is λmax/2, one over the threshold. The steeper the direction, the *lower* the rate at which it diverges.",
    ),
    "all_of_them": (lambda X: 2 / eigenvalues(X), _ALL),
    "all_of_them_downwards": (lambda X: 2 / eigenvalues(X)[::-1], _ALL),
    "trace": (
        lambda X: 2 / np.trace(2 / len(X) * X.T @ X),
        "This uses the sum of all curvatures: safe, but lower than the threshold. Only the largest decides.",
    ),
    "frobenius": (
        lambda X: 2 / np.linalg.norm(2 / len(X) * X.T @ X),
        "This uses the root of the sum of all squared curvatures, which is what `np.linalg.norm` gives for a table by itself: "
        "safe, but lower than the threshold. Only the largest decides.",
    ),
    "largest_and_smallest": (
        lambda X: 2 / (eigenvalues(X)[0] + eigenvalues(X)[-1]),
        "This is 2/(λmin + λmax), the rate at which the slowest direction gets on fastest. Asked is the border beyond which the "
        "steepest one diverges.",
    ),
    "over_one_less": (
        lambda X: 2 / eigenvalues(X, 2 * len(X) / (len(X) - 1))[-1],
        "This divides by n − 1. The mean of n squares divides by n.",
    ),
    "root_of_the_curvature": (
        lambda X: 2 / np.sqrt(eigenvalues(X)[-1]),
        "This uses the root of the largest curvature. The eigenvalues of H are the curvatures themselves: no root is due.",
    ),
    "determinant": (
        lambda X: 2 / np.linalg.det(2 / len(X) * X.T @ X),
        "This uses the determinant, the product of all curvatures. Only the largest decides.",
    ),
    "condition": (
        lambda X: eigenvalues(X)[-1] / eigenvalues(X)[0],
        "This is the condition number, how much steeper the steepest direction is than the flattest. Which learning rate is the "
        "border for the steepest?",
    ),
    "singular_value": (
        lambda X: 2 / np.linalg.norm(X, 2),
        "This uses the largest singular value of X itself. The curvatures are those of 2/n · XᵀX, which holds X twice: they grow "
        "with its square.",
    ),
    "singular_value_over_n": (
        lambda X: len(X) / np.linalg.norm(X, 2),
        "The largest singular value of X comes in once. The curvatures are those of 2/n · XᵀX, which holds X twice: they grow with "
        "its square.",
    ),
    "unsorted": (
        lambda X: 2 / np.linalg.eigvals(2 / len(X) * X.T @ X)[0].real,
        "This takes the first of the curvatures that `np.linalg.eigvals` gives. They stand in no order: the first need not be the "
        "largest.",
    ),
    "eigenvectors": (
        any_of(
            lambda X: 2 / np.linalg.eigh(2 / len(X) * X.T @ X)[1],
            lambda X: 2 / np.linalg.eigh(2 / len(X) * X.T @ X)[1].max(),
            lambda X: 2 / np.linalg.svd(2 / len(X) * X.T @ X)[0],
        ),
        "This is made of the eigenvectors, the directions. How steep each of them is is told by the eigenvalues: of the several "
        "results that come back, which one holds them?",
    ),
    "row_sums": (
        lambda X: 2 / np.linalg.norm(2 / len(X) * X.T @ X, 1),
        "This uses the largest sum of sizes along a row of H: safe, but lower than the threshold. Only the largest curvature "
        "decides.",
    ),
    "column_of_ones": (
        lambda X: 2 / eigenvalues(np.column_stack([X, np.ones(len(X))]))[-1],
        "A column of ones is added to X. What comes in is the whole table: whether there is a b is for the caller to say.",
    ),
    "standardised": (
        lambda X: 2 / eigenvalues((X - X.mean(axis=0)) / X.std(axis=0))[-1],
        "X is standardised first. Asked is the threshold for X as it is; that standardising raises it is another story.",
    ),
    "centred": (lambda X: _centred(X, 0), _AVERAGES),
    "centred_sample": (lambda X: _centred(X, 1), f"{_AVERAGES} {_ONE_LESS}"),
    "centred_factor_2": (lambda X: _centred(X, 0, 1.0), f"{_AVERAGES} {_AND_FACTOR_2}"),
    "centred_sample_factor_2": (lambda X: _centred(X, 1, 1.0), f"{_AVERAGES} {_ONE_LESS} {_AND_FACTOR_2}"),
    "standardised_factor_2": (
        lambda X: 2 / eigenvalues((X - X.mean(axis=0)) / X.std(axis=0), 1.0)[-1],
        f"This is the threshold of the correlations: X is standardised first. Asked is that of X as it is. {_AND_FACTOR_2}",
    ),
    "rows_for_features": (
        any_of(lambda X: 2 / _rows_for_features(X), lambda X: 1 / _rows_for_features(X)),
        "Each *row* is taken for a feature here, with its average subtracted: so does `np.cov`. In X the columns are the features, "
        "and they come in as they are.",
    ),
    "largest_variance": (
        any_of(
            *(lambda X, two=two, off=off: two / np.max(np.var(X, axis=0, ddof=off)) for two in (1, 2) for off in (0, 1))
        ),
        "This uses the largest variance of a column. In a variance the average is subtracted, and the data here are taken as they "
        "are; and the steepest direction may lie between the columns.",
    ),
    "largest_column": (
        lambda X: 1 / np.max(np.mean(X**2, axis=0)),
        "This looks at each weight alone. The steepest direction may lie between them: that is what eigenvalues find.",
    ),
}
