"""By which number must logits be divided to be as sure as they are right?"""

import numpy as np


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature at which the labels are likeliest.

    The negative log-likelihood is convex in 1 / temperature, and the sign of its slope is found by
    halving: no step size, no start, the same answer each time.

    Args:
        logits: float `(rows, num_classes)`, finite.
        labels: int `(rows,)` in `[0, num_classes)`.

    Returns:
        float > 0.
    """
    logits = logits - logits.max(axis=1, keepdims=True)
    own = logits[np.arange(len(labels)), labels]
    if not own.any():
        raise ValueError(
            "`labels` must hold rows that the model gets wrong: where it is always right, the "
            f"likeliest temperature is 0. Give more held-out rows. Received: {len(labels)} rows"
        )
    if own.mean() <= logits.mean():
        raise ValueError(
            "`labels` must fit the logits better than chance: here the likeliest temperature is "
            "infinite. Are rows and classes of both in the same order?"
        )

    def slope(scale: float) -> float:
        weights = np.exp(scale * logits)
        expected = (weights * logits).sum(axis=1) / weights.sum(axis=1)
        return float((expected - own).mean())

    low, high = 0.0, 1.0
    while slope(high) < 0.0:
        low, high = high, 2.0 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return 1.0 / high
        low, high = (middle, high) if slope(middle) < 0.0 else (low, middle)
