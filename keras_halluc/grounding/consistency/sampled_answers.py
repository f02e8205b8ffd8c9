"""What did a model answer when asked the same question several times?"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class SampledAnswers:
    """Answers drawn from a model for one prompt, and what they mean.

    Args:
        answers: tuple of str, as they were drawn.
        clusters: tuple of int, the meaning of each; 0 is the one most answers have.
        masses: tuple of float, the probability of the meaning of each, in (0, 1].
        semantic_entropy: float, nats, in `[0, log(len(answers))]`; lower is more decided.

    Example:

    >>> import keras_halluc as kh
    >>> drawn = kh.grounding.SampledAnswers(("Paris", "Lyon"), (0, 1), (0.5, 0.5), 0.693)
    >>> drawn.self_agreement
    0.5
    """

    answers: tuple[str, ...]
    clusters: tuple[int, ...]
    masses: tuple[float, ...]
    semantic_entropy: float

    @property
    def self_agreement(self) -> float:
        """Probability of the likeliest meaning, in (0, 1]; higher is more decided."""
        return max(self.masses)
