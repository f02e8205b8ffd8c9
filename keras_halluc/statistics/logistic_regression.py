"""Which weights of a logistic regression fit rows and labels best?"""

import numpy as np

MAX_STEPS = 100  # Newton's method takes about ten
SMALLEST_GAIN = 1e-12  # of the loss, relative; less is rounding


def fit_logistic(features: np.ndarray, labels: np.ndarray, l2: float) -> tuple[np.ndarray, float]:
    """Newton's method with step halving, in float64: one minimum, and the same one each time.

    Minimises the summed negative log-likelihood plus `l2 / 2` times the squared weights; the bias
    is free.

    Args:
        features: float `(rows, hidden)`.
        labels: float `(rows,)`, 0 or 1, both present.
        l2: float > 0.

    Returns:
        Weights `(hidden,)` and bias.
    """
    rows = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    penalty = np.full(rows.shape[1], l2)
    penalty[-1] = 0.0

    def loss_at(weights: np.ndarray) -> float:
        logits = rows @ weights
        return float(
            (np.logaddexp(0.0, logits) - labels * logits).sum() + (penalty * weights**2).sum() / 2
        )

    weights = np.zeros(rows.shape[1])
    loss = loss_at(weights)
    for _ in range(MAX_STEPS):
        probs = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -500.0, 500.0)))  # exp stays finite
        slope = rows.T @ (probs - labels) + penalty * weights
        curvature = (rows * (probs * (1.0 - probs))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        size = 1.0
        while loss_at(weights - size * step) > loss and size > SMALLEST_GAIN:
            size /= 2
        if loss - loss_at(weights - size * step) <= SMALLEST_GAIN * loss:
            break
        weights = weights - size * step
        loss = loss_at(weights)
    return weights[:-1], float(weights[-1])
