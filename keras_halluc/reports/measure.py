"""What is one number before and after, and did it change?"""

import dataclasses

from keras_halluc.statistics.estimates import Estimate

SHARE, SCORE, WORTH, NATS, WORDS = "share", "score", "worth", "nats", "words"


@dataclasses.dataclass(frozen=True)
class Kind:
    """How a measure is called, in what it is counted, and which end is good (`""`: neither)."""

    title: str
    unit: str
    better: str


KINDS = {
    "hallucination_rate": Kind("Hallucination rate", SHARE, "lower"),
    "answer_accuracy": Kind("Answers right", SHARE, "higher"),
    "abstention_rate": Kind("Abstentions", SHARE, ""),
    "grounding_score": Kind("Grounding score", SCORE, "higher"),
    "check_coverage": Kind("Cases measured", SHARE, "higher"),
    "lost": Kind("Right before, not right after", SHARE, ""),
    "gained": Kind("Not right before, right after", SHARE, ""),
    "forgetting": Kind("Forgetting of what the base model knew", SHARE, "lower"),
    "confidence": Kind("Mean confidence in the answers", SCORE, ""),
    "expected_calibration_error": Kind("Expected calibration error", SCORE, "lower"),
    "brier_score": Kind("Brier score", SCORE, "lower"),
    "aurc": Kind("Area under the risk-coverage curve", SCORE, "lower"),
    "auroc": Kind("Surer of a right answer than of a wrong one", SCORE, "higher"),
    "abstention_score_t75": Kind("Worth of an answer, a wrong one -3", WORTH, "higher"),
    "outputs_changed": Kind("Answers with another text", SHARE, ""),
    "output_length": Kind("Length of an answer", WORDS, ""),
    "base_divergence": Kind("Divergence along the answers before", NATS, "lower"),
}


@dataclasses.dataclass(frozen=True)
class Measure:
    """One number of the model before and after, on the same cases.

    Args:
        name: str, a key of `logs` such as `"hallucination_rate"`, or one that only a comparison
            has, such as `"lost"`.
        section: str, `"grounding"`, `"knowledge"`, `"calibration"`, `"shift"` or `"group"`.
        variant: str, which of the models after.
        checker: str, name of the checker whose verdicts it is made of; `""` if of none.
        group: str or None. The knowledge category or the `group` of the cases it is taken over.
        before: `Estimate`, float (no interval of its own) or None.
        after: the same, of the variant.
        difference: `Estimate` of after minus before over cases measured in both, or None.
        p_value: float or None, of the exact McNemar test.
        reason: str, why nothing was measured; `""` where it was.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", references=("2",))] * 9
    >>> report = kh.audit(["2"] * 9, ["3"] * 9, cases)
    >>> measure = report.find("answer_accuracy")
    >>> measure.before.value, measure.after.value, measure.difference.value, measure.change
    (1.0, 0.0, -1.0, 'worse')
    """

    name: str
    section: str
    variant: str
    checker: str = ""
    group: str | None = None
    before: Estimate | float | None = None
    after: Estimate | float | None = None
    difference: Estimate | None = None
    p_value: float | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """The name in words."""
        return KINDS[self.name].title

    @property
    def unit(self) -> str:
        """`"share"`, `"score"`, `"worth"`, `"nats"` (a token) or `"words"`."""
        return KINDS[self.name].unit

    @property
    def better(self) -> str:
        """Which end is good: `"lower"`, `"higher"`, or `""` where neither is."""
        return KINDS[self.name].better

    @property
    def measured(self) -> bool:
        """Whether there is a value of the model after."""
        return self.after is not None

    @property
    def change(self) -> str:
        """What the interval of the difference says.

        `"better"`, `"worse"`, `"higher"` or `"lower"` where it leaves out 0, `"not shown"` where it
        holds 0, and `""` where there is no difference to speak of.
        """
        if self.difference is None:
            return ""
        if self.difference.low <= 0.0 <= self.difference.high:
            return "not shown"
        side = "higher" if self.difference.low > 0.0 else "lower"
        if not self.better:
            return side
        return "better" if side == self.better else "worse"
