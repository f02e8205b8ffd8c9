"""Sign-flip test of many differences at once, corrected for looking at all of them."""

from collections.abc import Sequence

import numpy as np

FLIPS = 1999  # so that the smallest p-value is 1 / 2000
AT_ONCE = 250  # flips
SEED = 0
ROUNDING = 1e-4  # of a statistic in float32


def adjusted_p_values(
    differences: np.ndarray, groups: Sequence[np.ndarray], whole: bool = True
) -> tuple[list[float], list[int]]:
    """One-sided p-values of a positive mean: of each group, and of the whole, at its best column.

    A statistic is the sum of the differences of a column over the root of the sum of their squares.
    If a difference is as often positive as negative, its sign can be flipped, for all columns of a
    case together, and nothing changes. So the largest statistic over groups and columns is drawn
    anew with flipped signs; a p-value is the share of draws, the real one included, in which it is
    as large (Westfall and Young's single-step maxT). It holds however columns and groups depend on
    one another.

    Args:
        differences: float32 `(case, column)`, 0 where there is none.
        groups: list of int arrays, the rows of each group.
        whole: bool. Whether all rows together are looked at too, last.

    Returns:
        `(p_values, columns)`, lists: the corrected p-value of each group's largest statistic, and
        its column.
    """
    changing = np.flatnonzero(differences.any(axis=1))
    parts = [np.intersect1d(rows, changing) for rows in groups]
    loose = np.setdiff1d(changing, np.concatenate(parts) if parts else [])
    taken = [differences[rows] for rows in [*parts, *([loose] if whole else [])]]
    norms = [np.sqrt((part.astype("float64") ** 2).sum(axis=0)) for part in taken]
    if whole:
        norms[-1] = np.sqrt(sum(norm**2 for norm in norms))
    norms = [np.where(norm > 0, norm, np.inf) for norm in norms]

    def statistics(sums: list[np.ndarray]) -> list[np.ndarray]:
        if whole:
            sums = [*sums[:-1], np.sum(sums, axis=0)]
        return [total / norm for total, norm in zip(sums, norms, strict=True)]

    found = statistics([part.sum(axis=0, dtype="float64") for part in taken])
    columns = [int(np.argmax(one)) for one in found]
    largest = np.array([one[column] for one, column in zip(found, columns, strict=True)])
    reached = np.ones(len(found))
    rng = np.random.default_rng(SEED)
    for start in range(0, FLIPS, AT_ONCE):
        count = min(AT_ONCE, FLIPS - start)
        signs = [
            rng.integers(0, 2, (count, len(part)), "int8").astype("float32") * 2 - 1
            for part in taken
        ]
        drawn = statistics([flips @ part for flips, part in zip(signs, taken, strict=True)])
        tops = np.max([one.max(axis=1) for one in drawn], axis=0)
        reached += (tops[:, None] >= largest - ROUNDING).sum(axis=0)
    return [float(share) for share in reached / (1 + FLIPS)], columns
