"""`SelectiveGenerator`: selective prediction, an answer only where the model is sure enough."""

import dataclasses
import math
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import TokenScores
from keras_halluc.generation.generator_of_model import as_generator
from keras_halluc.generation.uncertainty_scorer import SCORES
from keras_halluc.generation.uncertainty_scorer import UncertaintyScorer
from keras_halluc.statistics import conformal_threshold

Uncertainty: TypeAlias = Callable[[Sequence[str], Sequence[str]], Any]


@dataclasses.dataclass(frozen=True)
class SelectiveAnswer:
    """What a model would have said, and whether it may.

    Args:
        output: str, what it generated.
        uncertainty: float, higher is less sure; infinite for an output without a token.
        abstained: bool, whether it is too unsure to say it.

    Example:

    >>> import keras_halluc as kh
    >>> kh.generation.SelectiveAnswer(" Paris", 0.1, False).abstained
    False
    """

    output: str
    uncertainty: float
    abstained: bool


class SelectiveGenerator:
    """A generator that says it does not know where its uncertainty is above a threshold.

    It is a `Generator` like any other, so monitors and checkers take it as it is. The threshold is
    given, or found by `calibrate` from held-out questions.

    Args:
        generator: what `keras_halluc.generation.as_generator` takes, such as a KerasHub task; for
            an uncertainty by name it must tell token probabilities.
        uncertainty: str, one of the scores of `UncertaintyScorer`; or a callable from prompts and
            outputs to as many floats, higher less sure and NaN for none, such as a
            `HallucinationProbe` on `UncertaintyScorer.hidden_states`.
        threshold: float or None, the largest uncertainty at which it answers.
        abstention: str, what it says above.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> asked, never = kh.data.load_facts("asked")[:60], kh.data.load_facts("unknown")[:60]
    >>> generator = kh.generation.SelectiveGenerator(task)
    >>> threshold = generator.calibrate([fact.case() for fact in asked], coverage=0.9)
    >>> answers = generator.answer([fact.prompt() for fact in never])
    >>> sum(answer.abstained for answer in answers) > 20  # facts it has never seen
    True

    References:
        Geifman and El-Yaniv 2017, "Selective classification for deep neural networks",
        https://arxiv.org/abs/1705.08500; Angelopoulos and Bates 2023, "Conformal prediction: a
        gentle introduction", https://arxiv.org/abs/2107.07511
    """

    def __init__(
        self,
        generator: Any,
        uncertainty: str | Uncertainty = "mean_log_prob",
        threshold: float | None = None,
        abstention: str = "I don't know.",
    ) -> None:
        self.generator: Any = as_generator(generator)
        self.uncertainty = uncertainty
        self._measure = (
            uncertainty if callable(uncertainty) else _named(self.generator, uncertainty)
        )
        self.threshold = None if threshold is None else require_number("threshold", threshold)
        if not isinstance(abstention, str):
            raise TypeError(f"`abstention` must be a str. {received('abstention', abstention)}")
        self.abstention = abstention

    @property
    def batch_size(self) -> int | None:
        """Prompts run at once, where the generator tells."""
        return getattr(self.generator, "batch_size", None)

    def calibrate(
        self, cases: Sequence[Case], coverage: float, checker: Checker | None = None
    ) -> float:
        """Sets the threshold so that a given share of prompts, or of right answers, is answered.

        Suppose that prompts to come are drawn in the same way as these cases, and that the model
        was not trained on them. Then each is answered with probability `coverage` or more: split
        conformal prediction, see `keras_halluc.statistics.conformal_threshold`. With a checker the
        same holds of those prompts to which the model's answer is supported: no more than 1 -
        `coverage` of what it knows is withheld.

        It does not say how many of the answers given are right, which `keras_halluc.ops.aurc` and
        a held-out set tell; it does not hold in every group of prompts; and it ends when the
        model is trained further or the questions change.

        Args:
            cases: list of `Case`, at least `coverage / (1 - coverage)` that count.
            coverage: float in (0, 1).
            checker: `Checker` or None. With one, only cases whose output it supports count.

        Returns:
            float, the threshold.
        """
        prompts = [_case(f"cases[{i}]", case).prompt for i, case in enumerate(cases)]
        outputs, uncertainties = self._read(prompts)
        if checker is not None:
            verdicts = checker.check(cases, outputs)
            require_same_length(cases=prompts, verdicts=verdicts)
            right = np.array([verdict.label == "supported" for verdict in verdicts], bool)
            if not right.any():
                raise ValueError(
                    "`checker` must support some of the outputs: there is no right answer to keep. "
                    f"Received: {len(prompts)} cases"
                )
            uncertainties = uncertainties[right]
        threshold = conformal_threshold(uncertainties, coverage)
        if math.isinf(threshold):
            raise ValueError(
                f"`coverage` must be lower: {int(np.isinf(uncertainties).sum())} of "
                f"{len(uncertainties)} outputs are empty, and never count as answers. "
                f"{received('coverage', coverage)}"
            )
        self.threshold = threshold
        return threshold

    def answer(self, prompts: Sequence[str]) -> list[SelectiveAnswer]:
        """What the model would say to each prompt, how unsure it is, and whether it abstains."""
        if self.threshold is None:
            raise ValueError(
                "`threshold` must be given, or found by `calibrate`, before it answers."
            )
        outputs, uncertainties = self._read(require_strings("prompts", prompts))
        return [
            SelectiveAnswer(output, float(uncertainty), bool(uncertainty > self.threshold))
            for output, uncertainty in zip(outputs, uncertainties)
        ]

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """One continuation a prompt: the model's, or the abstention."""
        return [
            self.abstention if answer.abstained else answer.output
            for answer in self.answer(prompts)
        ]

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> TokenScores:
        """Log-probabilities of the model itself, which does not abstain."""
        scores: TokenScores = self.generator.score(prompts, continuations)
        return scores

    def _read(self, prompts: list[str]) -> tuple[list[str], np.ndarray]:
        """Outputs and uncertainties, infinite for an output without a token."""
        outputs = self.generator.generate(prompts)
        found = uncertainties(self._measure, prompts, outputs)
        return outputs, np.where(np.isnan(found), np.inf, found)


def uncertainties(
    measure: Uncertainty, prompts: Sequence[str], outputs: Sequence[str]
) -> np.ndarray:
    """What a callable says of each output, float64 `(row,)`; an error if it is of another shape."""
    found = np.asarray(measure(prompts, outputs), "float64")
    if found.shape != (len(prompts),):
        raise ValueError(
            f"`uncertainty` must return a number an output. Received: shape {found.shape} for "
            f"{len(prompts)} outputs"
        )
    return found


def _named(generator: Any, name: str) -> Uncertainty:
    require_choice("uncertainty", name, SCORES)
    scorer = UncertaintyScorer(generator, [name])
    return lambda prompts, outputs: scorer(prompts, outputs)[name]


def _case(name: str, value: Any) -> Case:
    if not isinstance(value, Case):
        raise TypeError(f"`cases` must hold Case objects only. {received(name, value)}")
    return value
