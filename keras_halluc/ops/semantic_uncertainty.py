"""Between how many meanings does a model waver, whatever words it says them in?"""

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


def semantic_entropy(clusters: Tensor, log_probs: Tensor) -> Tensor:
    """Entropy of the distribution over meanings, estimated from samples.

    A meaning has the probability of its samples, those of all samples being made to add up to 1.
    Equal `log_probs` count samples: the discrete semantic entropy.

    Args:
        clusters: int `(batch, sample)`, the meaning of each sample; two samples mean the same if
            and only if they have the same number.
        log_probs: float `(batch, sample)`, how likely each sample is, in nats up to a constant a
            row. `-inf` leaves a sample out.

    Returns:
        float32 `(batch,)`, nats, in `[0, log(sample)]`; lower is more decided; 0 where all samples
        of a row are left out.

    References:
        Kuhn et al. 2023, "Semantic uncertainty", https://arxiv.org/abs/2302.09664; Farquhar et al.
        2024, "Detecting hallucinations in large language models using semantic entropy",
        https://doi.org/10.1038/s41586-024-07421-0
    """
    weights, masses = meaning_masses(clusters, log_probs)
    # The log of a mass counts once for each share of it, and 0 * log(0) is 0.
    logs = ops.log(ops.where(masses > 0.0, masses, ops.ones_like(masses)))
    entropy = -ops.sum(weights * logs, axis=-1)
    return ops.where(entropy <= 0.0, ops.zeros_like(entropy), entropy)  # no -0 of one meaning


def meaning_masses(clusters: Tensor, log_probs: Tensor) -> tuple[Tensor, Tensor]:
    """How likely each sample is, and how likely its meaning is.

    Args:
        clusters: int `(batch, sample)`, as for `semantic_entropy`.
        log_probs: float `(batch, sample)`, as for `semantic_entropy`.

    Returns:
        `(weights, masses)`, float32 `(batch, sample)` each, in [0, 1]: the weights of a row add up
        to 1, or to 0 where all samples are left out; a mass is the sum of the weights of its
        cluster.
    """
    clusters = ops.convert_to_tensor(clusters)
    require_rank("clusters", clusters, ("batch", "sample"))
    log_probs = ops.cast(ops.convert_to_tensor(log_probs), "float32")
    require_shape("log_probs", log_probs, "clusters", clusters.shape)
    most = ops.max(log_probs, axis=-1, keepdims=True)
    most = ops.where(ops.isfinite(most), most, ops.zeros_like(most))
    likely = ops.exp(log_probs - most)
    weights = ops.divide_no_nan(likely, ops.sum(likely, axis=-1, keepdims=True))
    clusters = ops.cast(clusters, "int32")
    same = ops.equal(ops.expand_dims(clusters, -1), ops.expand_dims(clusters, -2))
    return weights, ops.sum(ops.where(same, ops.expand_dims(weights, -2), 0.0), axis=-1)
