"""`FamiliarityUncertainty`: is this a question the model can answer, by two kinds of evidence?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.generation.familiarity_scorer import FamiliarityScorer
from keras_halluc.generation.generator_of_model import as_generator
from keras_halluc.generation.uncertainty_scorer import UncertaintyScorer
from keras_halluc.statistics.logistic_regression import fit_logistic


class FamiliarityUncertainty:
    """Log-odds that a question cannot be answered, from familiarity and the model's confidence.

    What was taught is answered with confidence though the base model never heard of it; what the
    base model knows well it may answer with less. Neither tells alone. A logistic regression on
    both and their product is fitted on questions of which you know whether the model can answer
    them: some that it knows, some that it was taught, and some about subjects it has never seen.

    It is an uncertainty as `SelectiveGenerator` and `CalibrationMonitor` take one. It must be
    fitted anew when the model is trained further, and it says nothing of questions of another kind
    than those it was fitted on.

    Args:
        generator: what `keras_halluc.generation.as_generator` takes, the model as it is now; it
            must tell token probabilities.
        familiarity: `FamiliarityScorer`, fitted, of the model before fine-tuning.
        l2: float > 0, holds the weights of the regression down. Defaults to `1.0`.

    Call arguments:
        prompts: list of str.
        outputs: list of str, the answer to each, as generated.

    Returns:
        float64 `(len(prompts),)`; higher is less sure; NaN for an output without a token.

    Example:

    >>> import keras_halluc as kh
    >>> known, never = kh.data.load_facts("asked"), kh.data.load_facts("unknown")
    >>> prompts = [fact.prompt() for fact in known[:60] + never[:60]]
    >>> task = kh.presets.load_facts_gpt2()
    >>> familiarity = kh.generation.FamiliarityScorer(task).fit(prompts)
    >>> # ... fine-tune ...
    >>> uncertainty = kh.generation.FamiliarityUncertainty(task, familiarity)
    >>> uncertainty = uncertainty.fit(prompts, [True] * 60 + [False] * 60)
    >>> asked = [known[80].prompt(), never[80].prompt()]
    >>> known_one, never_seen = uncertainty(asked, [known[80].answer, never[80].answer])
    >>> bool(known_one < never_seen)
    True
    """

    def __init__(self, generator: Any, familiarity: FamiliarityScorer, l2: float = 1.0) -> None:
        self.generator: Any = as_generator(generator)
        if not isinstance(familiarity, FamiliarityScorer):
            raise TypeError(
                "`familiarity` must be a FamiliarityScorer of the model before fine-tuning. "
                + received("familiarity", familiarity)
            )
        self._scorer = UncertaintyScorer(self.generator, ["log_prob"])
        self.familiarity = familiarity
        self.l2 = require_number("l2", l2, above=0.0)
        self._fitted: tuple[np.ndarray, np.ndarray, np.ndarray, float] | None = None

    def fit(self, prompts: Sequence[str], answerable: Sequence[bool]) -> "FamiliarityUncertainty":
        """Learns how both kinds of evidence go together, from the answers the model gives now.

        Args:
            prompts: list of str.
            answerable: list of bool, one a prompt, both kinds present: whether the model can know.

        Returns:
            this object.
        """
        prompts = require_strings("prompts", prompts)
        require_same_length(prompts=prompts, answerable=answerable)
        labels = np.asarray(answerable)
        if labels.dtype != bool or labels.all() or not labels.any():
            raise ValueError(
                "`answerable` must be True and False, some of each. "
                + received("answerable", list(answerable)[:8])
            )
        evidence = self._evidence(prompts, self.generator.generate(prompts))
        usable = ~np.isnan(evidence).any(axis=1)
        if labels[usable].all() or not labels[usable].any():
            raise ValueError(
                "The model must answer some of the prompts of each kind with a token at least. "
                + received("answers with a token", int(usable.sum()))
            )
        mean = evidence[usable].mean(axis=0)
        scale = np.maximum(evidence[usable].std(axis=0), 1e-9)
        rows = _with_product((evidence[usable] - mean) / scale)
        weights, bias = fit_logistic(rows, labels[usable].astype("float64"), self.l2)
        self._fitted = mean, scale, weights, bias
        return self

    def __call__(self, prompts: Sequence[str], outputs: Sequence[str]) -> np.ndarray:
        if self._fitted is None:
            raise ValueError(
                "`fit` must be called first: with questions the model can and cannot answer."
            )
        mean, scale, weights, bias = self._fitted
        rows = (self._evidence(require_strings("prompts", prompts), list(outputs)) - mean) / scale
        return np.asarray(-(_with_product(rows) @ weights + bias), "float64")

    def _evidence(self, prompts: list[str], outputs: list[str]) -> np.ndarray:
        """`(row, 2)`: log-probability of the answer, NaN without a token, and familiarity."""
        confidence = -self._scorer(prompts, outputs)["log_prob"]
        return np.stack([confidence, self.familiarity(prompts)], axis=1)


def _with_product(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows, rows.prod(axis=1, keepdims=True)], axis=1)
