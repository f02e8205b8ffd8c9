"""Do two samples come from one distribution? Two tests, on the host in float64."""

from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc.ops._arrays import host_array
from keras_halluc.statistics.ranking import auroc

RIDGE = 1.0  # times the mean squared length of a standardised row
SMALLEST_SPREAD = 1e-12  # of a feature that does not vary


def classifier_test(
    first: Any, second: Any, folds: int, permutations: int, seed: int
) -> tuple[float, float]:
    """How well a classifier tells two samples apart that it has not seen, and the chance of that.

    The classifier is regularised least squares on standardised features (Fisher's linear
    discriminant with a ridge), whose held-out scores are linear in the labels: so it is fitted
    anew for every permutation at the price of one product, and the p-value is exact.

    Args:
        first: float `(row, feature)`, at least `folds` rows.
        second: float `(other row, feature)`, at least `folds` rows.
        folds: int >= 2, of the cross-validation; each has the same share of either sample.
        permutations: int >= 1; the smallest p-value is `1 / (1 + permutations)`.
        seed: int >= 0, of the folds and permutations.

    Returns:
        `(auroc, p_value)`: the area under the ROC curve of held-out scores in [0, 1], 0.5 where the
        samples cannot be told apart and 1 where they are never mistaken; and the share of
        permutations, this one included, that are told apart as well.

    References:
        Lopez-Paz and Oquab 2017, "Revisiting classifier two-sample tests",
        https://arxiv.org/abs/1610.06545
    """
    require_int("folds", folds, minimum=2)
    first, second = _samples(first, second, folds)
    rng = np.random.default_rng(require_int("seed", seed, minimum=0))
    labels = np.repeat([0.0, 1.0], [len(first), len(second)])
    fold = np.concatenate([_spread_folds(len(x), folds, rng) for x in (first, second)])
    rows = np.concatenate([first, second])
    # Labels are exchanged within a fold, so that each keeps its share of either sample.
    drawn = np.repeat(labels[:, None], require_int("permutations", permutations, 1) + 1, axis=1)
    for one in range(folds):
        inside = np.flatnonzero(fold == one)
        for column in range(1, drawn.shape[1]):
            drawn[inside, column] = labels[rng.permutation(inside)]
    scores = np.empty_like(drawn)
    for one in range(folds):
        inside = fold == one
        scores[inside] = _held_out(rows[~inside], drawn[~inside], rows[inside])
    areas = np.array([auroc(*columns) for columns in zip(scores.T, drawn.T)])
    return float(areas[0]), float(np.mean(areas >= areas[0]))


def mmd_test(first: Any, second: Any, permutations: int, seed: int) -> tuple[float, float]:
    """Maximum mean discrepancy of two samples under a Gaussian kernel, and its p-value.

    The kernel's width is the median distance between rows of both samples together.

    Args:
        first: float `(row, feature)`, at least 2 rows.
        second: float `(other row, feature)`, at least 2 rows.
        permutations: int >= 1; the smallest p-value is `1 / (1 + permutations)`.
        seed: int >= 0, of the permutations.

    Returns:
        `(mmd, p_value)`: the unbiased estimate of the squared discrepancy, about 0 (or below) for
        equal distributions and at most 2; and the share of permutations, this one included, with as
        large a one.

    References:
        Gretton et al. 2012, "A kernel two-sample test", https://jmlr.org/papers/v13/gretton12a.html
    """
    first, second = _samples(first, second, least=2)
    rng = np.random.default_rng(require_int("seed", seed, minimum=0))
    rows = np.concatenate([first, second])
    squared = _squared_distances(rows)
    apart = squared[np.triu_indices(len(rows), 1)]
    width = np.median(apart[apart > 0.0]) if (apart > 0.0).any() else 1.0
    kernel = np.exp(-squared / width)
    np.fill_diagonal(kernel, 0.0)
    member = np.zeros((require_int("permutations", permutations, 1) + 1, len(rows)))
    member[0, : len(first)] = 1.0
    for row in range(1, len(member)):
        member[row] = rng.permutation(member[0])
    n, m = len(first), len(second)
    within_first = np.einsum("pi,pi->p", member @ kernel, member)
    within_second = np.einsum("pi,pi->p", (1.0 - member) @ kernel, 1.0 - member)
    across = np.einsum("pi,pi->p", member @ kernel, 1.0 - member)
    found = within_first / (n * (n - 1)) + within_second / (m * (m - 1)) - 2 * across / (n * m)
    # Permutations of the same partition differ by rounding.
    return float(found[0]), float(np.mean(found >= found[0] - 1e-12))


def _samples(first: Any, second: Any, least: int) -> tuple[np.ndarray, np.ndarray]:
    found = []
    for name, value in (("first", first), ("second", second)):
        rows = host_array(value).astype("float64")
        if rows.ndim != 2 or len(rows) < least or not rows.shape[1]:
            raise ValueError(
                f"`{name}` must have shape (row, feature) with at least {least} rows. "
                f"Received: shape {rows.shape}"
            )
        if not np.isfinite(rows).all():
            raise ValueError(f"`{name}` must be finite. {received(name, rows)}")
        found.append(rows)
    if found[0].shape[1] != found[1].shape[1]:
        raise ValueError(
            "`first` and `second` must have the same features. Received: "
            f"{found[0].shape[1]} and {found[1].shape[1]}"
        )
    return found[0], found[1]


def _spread_folds(count: int, folds: int, rng: np.random.Generator) -> np.ndarray:
    """A fold for each of `count` rows, each as often as any other to within one."""
    return rng.permutation(np.arange(count) % folds)


def _held_out(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Scores `(test row, labelling)` of a ridge classifier for each column of `labels`."""
    centre, spread = train.mean(axis=0), train.std(axis=0)
    spread[spread < SMALLEST_SPREAD] = np.inf  # such a feature says nothing
    train, test = (train - centre) / spread, (test - centre) / spread
    kernel = train @ train.T
    ridge = RIDGE * max(np.trace(kernel) / len(kernel), SMALLEST_SPREAD)
    # An intercept would be the same for all: the features are centred.
    weights = np.linalg.solve(kernel + ridge * np.eye(len(kernel)), labels)
    found: np.ndarray = test @ (train.T @ weights)
    return found


def _squared_distances(rows: np.ndarray) -> np.ndarray:
    length = np.sum(rows**2, axis=1)
    found: np.ndarray = np.maximum(length[:, None] + length[None, :] - 2 * rows @ rows.T, 0.0)
    return found
