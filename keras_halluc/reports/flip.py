"""Which case went from right to wrong, or back?"""

import dataclasses

from keras_halluc._types import HALLUCINATED
from keras_halluc._types import Verdict

BEST_FIRST = ("right", "abstained", "hallucinated")


def standing(verdict: Verdict) -> str:
    """`"right"`, `"abstained"`, `"hallucinated"` or `"unmeasured"`."""
    if verdict.label in HALLUCINATED:
        return "hallucinated"
    return "right" if verdict.label == "supported" else verdict.label


@dataclasses.dataclass(frozen=True)
class Flip:
    """A case that stands otherwise after than before.

    A case that was hallucinated in another way, or could not be measured on one side, is none.

    Args:
        variant: str, which of the models after.
        checker: str, whose verdicts.
        index: int, position of the case.
        id: str or None, of the case.
        prompt: str.
        before: str, what the model said before.
        after: str, what it says now.
        verdict_before: `Verdict` on `before`.
        verdict_after: `Verdict` on `after`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", references=("2",))]
    >>> flip = kh.audit(["2"], ["3"], cases).flips[0]
    >>> flip.before, flip.after, flip.worse
    ('2', '3', True)
    """

    variant: str
    checker: str
    index: int
    id: str | None
    prompt: str
    before: str
    after: str
    verdict_before: Verdict
    verdict_after: Verdict

    @property
    def worse(self) -> bool:
        """Whether it stands worse: hallucinated is worse than abstained, and that than right."""
        ranks = [BEST_FIRST.index(standing(v)) for v in (self.verdict_before, self.verdict_after)]
        return ranks[1] > ranks[0]
