"""RAUQ: uncertainty of an answer from token probabilities and attention to the token before."""

import numpy as np

from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.ops._arrays import host_array
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


def rauq_score(log_probs: Tensor, attention: Tensor, mask: Tensor, alpha: float) -> np.ndarray:
    r"""Recurrent attention-based uncertainty (RAUQ) of each answer, from one forward pass.

    In each layer the head that looks most at the token before, on average over the answer, is
    taken. The confidence of the first token is its probability, that of each later one

    .. math:: c_i = \alpha\, p_i + (1 - \alpha)\, a_{i, i-1}\, c_{i-1}

    and the uncertainty of a layer is the mean of :math:`-\log c_i`. The largest over the layers
    counts. Computed on the host.

    Args:
        log_probs: float `(batch, seq)`, of the tokens of the answer.
        attention: float `(batch, layer, head, seq)`, how much each token looks at the one before
            it. That of the first token of an answer is not used.
        mask: float, int or bool `(batch, seq)`, 1 for tokens of the answer.
        alpha: float in (0, 1]; 1 leaves attention out and gives minus the mean log-probability.

    Returns:
        float64 `(batch,)`, nats, at least 0, higher is less sure; NaN for an answer of no tokens.

    References:
        Vazhentsev et al. 2025, "Efficient hallucination detection for LLMs using uncertainty-aware
        attention heads", https://arxiv.org/abs/2505.20045
    """
    alpha = require_number("alpha", alpha, above=0.0, maximum=1.0)
    log_probs = require_rank("log_probs", host_array(log_probs), ("batch", "seq"))
    attention = require_rank("attention", host_array(attention), ("batch", "layer", "head", "seq"))
    mask = host_array(mask)
    rows, length = log_probs.shape
    require_shape("mask", mask, "log_probs", log_probs.shape)
    require_shape("attention", attention, "log_probs", (rows, *attention.shape[1:3], length))
    found = np.full(rows, np.nan)
    for row in range(rows):
        at = np.flatnonzero(mask[row])
        if len(at):
            probs = np.exp(log_probs[row, at].astype("float64"))
            looks = attention[row][:, :, at].astype("float64")
            found[row] = _uncertainty(probs, looks, alpha)
    return found


def _uncertainty(probs: np.ndarray, looks: np.ndarray, alpha: float) -> float:
    """Of probabilities `(token,)` and attention `(layer, head, token)` of one answer."""
    layers = range(len(looks))
    heads = looks[:, :, 1:].sum(axis=-1).argmax(axis=-1)
    previous = looks[layers, heads]
    confidence = np.full(len(looks), probs[0])
    total = -np.log(confidence)
    for token in range(1, len(probs)):
        confidence = alpha * probs[token] + (1 - alpha) * previous[:, token] * confidence
        total -= np.log(confidence)
    return float(total.max() / len(probs))
