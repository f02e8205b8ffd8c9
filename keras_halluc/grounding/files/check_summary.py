"""What do the verdicts on finished text amount to?"""

import dataclasses
from collections.abc import Mapping

from keras_halluc.ops.estimates import Estimate


@dataclasses.dataclass(frozen=True)
class CheckSummary:
    """How many rows got which label, and the rates with their 95 % intervals.

    Args:
        rows: int, all rows, those that could not be read too.
        skipped: int, rows that could not be read; they count as unmeasured.
        labels: mapping from verdict label to how many rows have it.
        estimates: mapping from name (`"hallucination_rate"`, `"abstention_rate"`,
            `"answer_accuracy"`, `"check_coverage"`, `"grounding_score"`) to
            `keras_halluc.callbacks.Estimate`: `value`, `low`, `high` and `count`. What was measured
            on no row is left out.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("The capital of France is", references=("Paris",))
    >>> print(kh.grounding.check([case] * 2, ["Paris.", "Lyon."], kh.grounding.AnswerChecker()))
    2 rows: 1 supported, 1 unsupported
    hallucination_rate  0.500  [0.095, 0.905]  of 2
    abstention_rate     0.000  [0.000, 0.658]  of 2
    answer_accuracy     0.500  [0.095, 0.905]  of 2
    check_coverage      1.000  [0.342, 1.000]  of 2
    grounding_score     0.500  [0.095, 0.905]  of 2
    """

    rows: int
    skipped: int
    labels: Mapping[str, int]
    estimates: Mapping[str, Estimate]

    def __str__(self) -> str:
        counts = [f"{count} {label}" for label, count in self.labels.items() if count]
        skipped = f" ({self.skipped} could not be read)" if self.skipped else ""
        lines = [f"{self.rows} rows: {', '.join(counts)}{skipped}"]
        for name, e in self.estimates.items():
            lines.append(f"{name:18}  {e.value:.3f}  [{e.low:.3f}, {e.high:.3f}]  of {e.count}")
        return "\n".join(lines)
