"""`FamiliarityScorer`: how well a base model knows the words of a question."""

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_strings
from keras_halluc.generation.generator_of_model import as_generator
from keras_halluc.generation.task_generator import TaskGenerator
from keras_halluc.generation.tokenizers import start_ids
from keras_halluc.internals.other_weights import other_weights
from keras_halluc.internals.other_weights import weights_of

LEAST_PROMPTS = 2


class FamiliarityScorer:
    """How likely the base model finds a question, beyond what the form of the question explains.

    A model that never saw a subject finds its name unlikely. Its own confidence in an answer, after
    fine-tuning, does not tell: it was taught to answer. So the score is of the model *before*
    fine-tuning: make the scorer before `fit`; it keeps the weights the model has then, in main
    memory, and puts them back into the same model while it scores.

    The score is the log-probability of the question's tokens, in nats, minus the mean of those
    prompts given to `fit` that are most like it in words. Higher is more familiar. It sees names,
    not facts: a well-known person whose birthplace the model never read is familiar.

    Args:
        generator: KerasHub task or `TaskGenerator`, whose weights are kept; or another `Generator`
            that can score, which must go on speaking as the base model.
        neighbors: int >= 1, prompts of the same form that a question is compared with. Defaults to
            `20`.

    Call arguments:
        prompts: list of str.

    Returns:
        float64 `(len(prompts),)`, in nats.

    Example:

    >>> import keras_halluc as kh
    >>> known, never = kh.data.load_facts("known"), kh.data.load_facts("unknown")
    >>> scorer = kh.generation.FamiliarityScorer(kh.presets.load_facts_gpt2())
    >>> scorer = scorer.fit([fact.prompt() for fact in known[:100] + never[:100]])
    >>> scores = scorer([fact.prompt() for fact in known[100:140] + never[100:140]])
    >>> bool(scores[:40].mean() > scores[40:].mean())
    True
    """

    def __init__(self, generator: Any, neighbors: int = 20) -> None:
        self.generator: Any = as_generator(generator)
        self.neighbors = require_int("neighbors", neighbors, minimum=1)
        self._task = self.generator.task if isinstance(self.generator, TaskGenerator) else None
        self._weights = [] if self._task is None else weights_of(self._task)
        self._begin = "" if self._task is None or start_ids(self._task) else "\n"
        self._words: list[set[str]] = []
        self._scores: np.ndarray | None = None

    def fit(self, prompts: Sequence[str]) -> "FamiliarityScorer":
        """Learns what the form of a question explains.

        Args:
            prompts: list of at least 2 str, such as those that are trained; no answers are needed.

        Returns:
            the scorer.
        """
        prompts = require_strings("prompts", prompts)
        if len(prompts) < LEAST_PROMPTS:
            raise ValueError(
                f"`prompts` must be at least {LEAST_PROMPTS}, to tell a form from what is asked. "
                + received("len(prompts)", len(prompts))
            )
        self._words = [set(prompt.split()) for prompt in prompts]
        self._scores = self._log_probs(prompts)
        return self

    def __call__(self, prompts: Sequence[str]) -> np.ndarray:
        if self._scores is None:
            raise ValueError("`fit` must be called first: it learns the forms of your questions.")
        prompts = require_strings("prompts", prompts)
        own = self._log_probs(prompts)
        forms = [self._of_form(set(prompt.split())) for prompt in prompts]
        return np.asarray(own - np.array(forms), "float64")

    def _of_form(self, words: set[str]) -> float:
        """Mean score of the prompts most like these words."""
        alike = np.array([len(words & other) / (len(words | other) or 1) for other in self._words])
        nearest = np.argsort(-alike, kind="stable")[: self.neighbors]
        return float(self._scores[nearest].mean())  # type: ignore[index]

    def _log_probs(self, prompts: list[str]) -> np.ndarray:
        """Log-probability of each prompt under the base model."""
        task, kept = self._task, self._weights
        with contextlib.nullcontext() if task is None else other_weights(task, kept):
            found = self.generator.score([self._begin] * len(prompts), prompts)
        return np.asarray((found.log_probs * found.mask).sum(axis=1), "float64")
