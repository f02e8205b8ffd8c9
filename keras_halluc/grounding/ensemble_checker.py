"""`EnsembleChecker`: the verdicts of several checkers combined by a stated rule."""

from collections.abc import Sequence
from typing import NamedTuple

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.required_arguments import require_checker
from keras_halluc.grounding.required_arguments import require_verdict
from keras_halluc.grounding.united_spans import united_spans

RULES = ("mean", "most_severe", "vote")


class _Opinion(NamedTuple):
    """What one checker found."""

    checker: str
    weight: float
    verdict: Verdict

    @property
    def score(self) -> float:
        score = self.verdict.score
        return float(not self.verdict.hallucinated) if score is None else score


class EnsembleChecker:
    """Combines the verdicts of several checkers by a stated rule.

    | rule | an output is supported if | score |
    |---|---|---|
    | `"mean"` | its score reaches `supported_at` | weighted mean of the scores |
    | `"most_severe"` | all checkers support it | least of the scores |
    | `"vote"` | checkers of more than half of the weight do | their share of the weight |

    Else it is contradicted if one of the checkers contradicts it, or unsupported; its spans are
    those of the checkers that do not support it, together.

    A checker that did not measure an output has no say in it, nor has one that took it for an
    abstention. Where no checker is left, the output is abstained if one took it for that, else
    unmeasured, and the reason says why. So an output is measured if any checker could measure it,
    and outputs of one set may rest on different checkers: the reason names them.

    Args:
        checkers: list of `Checker`, at least one.
        rule: str, `"mean"`, `"most_severe"` or `"vote"`.
        weights: list of float > 0, one a checker, or None for equal ones. `"most_severe"` has none.
        supported_at: float in (0, 1], for rule `"mean"`. Scores of different checkers are not of
            one scale, so choose it on labelled outputs.

    Example:

    >>> import keras_halluc as kh
    >>> checkers = [kh.grounding.OverlapChecker(), kh.grounding.ValueChecker()]
    >>> checker = kh.grounding.EnsembleChecker(checkers, rule="most_severe")
    >>> case = kh.data.Case("Sum up.", source="In Dresden 300 people left their homes.")
    >>> (verdict,) = checker.check([case], ["In Dresden 500 people left their homes."])
    >>> verdict.label, verdict.score, verdict.spans
    ('contradicted', 0.5, ((11, 14, 'contradicted'),))
    """

    def __init__(
        self,
        checkers: Sequence[Checker],
        rule: str = "mean",
        weights: Sequence[float] | None = None,
        supported_at: float = 0.5,
    ) -> None:
        if not isinstance(checkers, (list, tuple)) or not checkers:
            raise TypeError(
                "`checkers` must be a list of at least one checker. "
                f"{received('checkers', checkers)}"
            )
        self.checkers = tuple(
            require_checker(f"checkers[{i}]", checker) for i, checker in enumerate(checkers)
        )
        self.rule = require_choice("rule", rule, RULES)
        self.weights = (1.0,) * len(self.checkers)
        if weights is not None:
            if rule == "most_severe":
                raise ValueError(
                    "`weights` must be None for rule 'most_severe', where every checker has a "
                    f"veto. {received('weights', weights)}"
                )
            self.weights = tuple(require_number("weights", weight) for weight in weights)
            require_same_length(checkers=self.checkers, weights=self.weights)
            if min(self.weights) <= 0.0:
                raise ValueError(f"`weights` must be > 0. {received('weights', weights)}")
        self.supported_at = require_number("supported_at", supported_at, above=0.0, maximum=1.0)
        needs = [tuple(getattr(checker, "requires", ())) for checker in self.checkers]
        self.requires = tuple(n for n in needs[0] if all(n in others for others in needs))

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output.

        Args:
            cases: list of `Case`.
            outputs: list of str, as many.

        Returns:
            list of `Verdict` in the same order.
        """
        cases, outputs = require_batch(cases, outputs)
        columns = []
        for checker in self.checkers:
            verdicts = [require_verdict(verdict) for verdict in checker.check(cases, outputs)]
            require_same_length(cases=cases, verdicts=verdicts)
            columns.append(verdicts)
        names = [type(checker).__name__ for checker in self.checkers]
        return [
            self._combined([_Opinion(*o) for o in zip(names, self.weights, row)])
            for row in zip(*columns)
        ]

    def _combined(self, opinions: list[_Opinion]) -> Verdict:
        measured = [o for o in opinions if o.verdict.label not in ("abstained", "unmeasured")]
        reason = "; ".join(_said(opinion) for opinion in opinions)
        if not measured:
            abstained = any(o.verdict.label == "abstained" for o in opinions)
            return Verdict("abstained" if abstained else "unmeasured", reason=reason)
        supported, score = self._ruled(measured)
        if supported:
            return Verdict("supported", score, reason=reason)
        against = [o.verdict for o in measured if o.verdict.hallucinated]
        contradicted = any(verdict.label == "contradicted" for verdict in against)
        label = "contradicted" if contradicted else "unsupported"
        spans = united_spans([span for verdict in against for span in verdict.spans])
        return Verdict(label, score, spans, reason)

    def _ruled(self, opinions: list[_Opinion]) -> tuple[bool, float]:
        """Whether the output is supported, and its score."""
        if self.rule == "most_severe":
            scores = [opinion.score for opinion in opinions]
            return not any(o.verdict.hallucinated for o in opinions), min(scores)
        votes = self.rule == "vote"
        values = [float(not o.verdict.hallucinated) if votes else o.score for o in opinions]
        weights = [opinion.weight for opinion in opinions]
        total = sum(w * v for w, v in zip(weights, values))
        score = min(total / sum(weights), 1.0)
        return (score > 0.5 if votes else score >= self.supported_at), score


def _said(opinion: _Opinion) -> str:
    label, score = opinion.verdict.label, opinion.verdict.score
    if label in ("abstained", "unmeasured"):
        return f"{opinion.checker}: {label}, {opinion.verdict.reason}"
    return f"{opinion.checker}: {label}" + ("" if score is None else f" {score:.2f}")
