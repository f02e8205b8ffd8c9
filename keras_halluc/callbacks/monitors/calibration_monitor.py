"""Is a language model as sure of its own answers as they are right, and surer of the right ones?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._types import LABELS
from keras_halluc._types import Case
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.generation.selective_generator import Uncertainty
from keras_halluc.generation.selective_generator import uncertainties
from keras_halluc.generation.uncertainty_scorer import SCORES
from keras_halluc.generation.uncertainty_scorer import UncertaintyScorer
from keras_halluc.statistics.confidence_estimates import KEYS
from keras_halluc.statistics.confidence_estimates import MIN_ANSWERS
from keras_halluc.statistics.confidence_estimates import RANKING
from keras_halluc.statistics.confidence_estimates import THRESHOLDS
from keras_halluc.statistics.confidence_estimates import abstention_estimates
from keras_halluc.statistics.confidence_estimates import confidence_estimates
from keras_halluc.statistics.confidence_estimates import reliability
from keras_halluc.statistics.estimates import Estimate

PROBABILITY = "probability"  # of the whole answer, the one confidence that is a probability


class CalibrationMonitor(CaseMonitor):
    """Compares how sure a model is of its own answers with how often they are right.

    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `expected_calibration_error` | lower | mean of abs(accuracy - confidence) over 15 bins |
    | `brier_score` | lower | mean squared distance of confidence from 1 if right, 0 if wrong |
    | `aurc` | lower | mean share of errors among the answers it is surest of, over all shares |
    | `auroc` | higher | chance that it is surer of a right answer than of a wrong one, ties half |
    | `abstention_score_t50`, `_t75`, `_t90` | higher | right 1, abstained 0, wrong \
`-t / (1 - t)` |

    An answer's `confidence` is the probability of the whole of it, or minus an uncertainty: one of
    `UncertaintyScorer`, or of your own. Then `aurc` and `auroc` are of that one, and the first two,
    which need a probability, are left out, as is the diagram. The first four are over answers that
    were measured and are no abstention, and are left out below 30 of them; their intervals are
    bootstrapped. `auroc` is in [0, 1], 0.5 is chance, and it is left out where all answers are
    right or all are wrong. What a confidence is worth shows beside that of a monitor with
    `confidence="length"` and another `prefix`. At a threshold t a guess pays off only where it is
    right by more than t: a model that always guesses scores worse than one that says that it does
    not know. The reliability diagram goes to TensorBoard as `reliability`. For a classifier, use
    `ClassifierCalibrationMonitor`.

    Args:
        cases: list of `Case`, with references unless the checker needs something else.
        checker: `Checker`. None is `AnswerChecker()`.
        generator: `Generator` that can score, or KerasHub task. None is the model being fitted.
        resamples: int >= 1, of each bootstrap interval.
        confidence: str, `"probability"`, or the uncertainty of `UncertaintyScorer` it is the
            opposite of, such as `"mean_log_prob"`. `"margin"` and `"rauq"` need a
            KerasHub `CausalLM`. Or a callable from prompts and outputs to as many floats, higher
            less sure and NaN for none, such as a `FamiliarityUncertainty`.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [fact.case() for fact in kh.data.load_facts("known")[:100]]
    >>> monitor = kh.callbacks.CalibrationMonitor(cases, prefix="val_")
    >>> monitor.log_keys[:3]  # lm.fit(..., callbacks=[monitor]) writes them
    ('val_expected_calibration_error', 'val_brier_score', 'val_aurc')

    References:
        Kalai et al. 2025, "Why language models hallucinate", https://arxiv.org/abs/2509.04664;
        Geifman et al. 2019, https://arxiv.org/abs/1805.08206; Hendrycks and Gimpel 2017, "A
        baseline for detecting misclassified and out-of-distribution examples in neural networks",
        https://arxiv.org/abs/1610.02136
    """

    name = "calibration"

    def __init__(
        self,
        cases: Sequence[Case],
        checker: Any = None,
        generator: Any = None,
        resamples: int = 200,
        confidence: str | Uncertainty = PROBABILITY,
        timeout: float | None = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__(
            cases, checker, generator, log_dir, prefix, budget, strict, verbose, timeout
        )
        self.resamples = require_int("resamples", resamples, minimum=1)
        if not callable(confidence):
            require_choice("confidence", confidence, (PROBABILITY, *SCORES))
        self.confidence = confidence
        self._scorer: UncertaintyScorer | None = None
        self._sums: np.ndarray | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return KEYS if self.confidence == PROBABILITY else (*RANKING, *THRESHOLDS)

    def examine(self, answers: list[Answer]) -> None:
        """How sure the model is of each of its answers."""
        prompts = [answer.case.prompt for answer in answers]
        found, spoken = self._confidences(prompts, [answer.output for answer in answers])
        self._confidence = {
            answer.index: float(value)
            for answer, value, any_token in zip(answers, found, spoken)
            if any_token  # there is no confidence in an answer without a token
        }

    def _confidences(self, prompts: list[str], outputs: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """`(row,)` each: confidence, higher is surer, and whether there is a token."""
        if self.confidence == PROBABILITY:
            scores = self.active_generator.score(prompts, outputs)
            probabilities = np.exp(np.sum(scores.log_probs * scores.mask, axis=1))
            return np.minimum(probabilities, 1.0), np.any(scores.mask, axis=1)
        if callable(self.confidence):
            found = uncertainties(self.confidence, prompts, outputs)
            return -found, ~np.isnan(found)
        if self._scorer is None or self._scorer.generator is not self.active_generator:
            self._scorer = UncertaintyScorer(self.active_generator, [self.confidence, "length"])
        told = self._scorer(prompts, outputs)
        return -told[self.confidence], ~np.isnan(told["length"])

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        labels = [LABELS.index(answer.verdict.label) for answer in answers]
        values = abstention_estimates(np.bincount(labels, minlength=len(LABELS)).tolist())
        given = [
            (self._confidence[answer.index], float(answer.verdict.label == "supported"))
            for answer in answers
            if answer.verdict.label not in ("abstained", "unmeasured")
            and answer.index in self._confidence
        ]
        self._sums = None
        if len(given) >= MIN_ANSWERS:
            confidence, correct = np.array(given, "float32").T
            values |= confidence_estimates(confidence, correct, self.resamples, self.keys)
            if self.confidence == PROBABILITY:
                self._sums = reliability(confidence, correct)
        return values

    def write_details(self, writer: Any, step: int) -> None:
        from keras_halluc.tensorboard.reliability_diagram import reliability_diagram

        if self._sums is not None:
            writer.image(self.prefix + "reliability", reliability_diagram(self._sums), step)
