"""What does the model say to each case, and what does the checker think of it?"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._types import Case
from keras_halluc._types import Verdict


@dataclasses.dataclass(frozen=True)
class Answer:
    """One case, what the model said and what the checker thinks of it.

    Args:
        index: int, place of the case among all cases of the monitor.
        case: `Case`.
        output: str.
        verdict: `Verdict`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("2 + 2 =", ("4",))]
    >>> monitor = kh.callbacks.HallucinationMonitor(cases, generator=lambda p: ["4"], verbose=0)
    >>> monitor.on_train_begin()
    >>> monitor.answers[0].output, monitor.answers[0].verdict.label
    ('4', 'supported')
    """

    index: int
    case: Case
    output: str
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """What JSON can hold of it, without the case."""
        return {"index": self.index, "output": self.output, **dataclasses.asdict(self.verdict)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any], cases: Sequence[Case]) -> "Answer":
        """What `to_json` was called on, with the case among all cases of the monitor."""
        fields = dict(said)
        index, output = fields.pop("index"), fields.pop("output")
        fields["spans"] = tuple(map(tuple, fields["spans"]))
        return cls(index, cases[index], output, Verdict(**fields))


class Unchecked:
    """A checker that holds no output against its case, for monitors of something else."""

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns that nothing was measured."""
        return [Verdict("unmeasured", reason="not checked") for _ in outputs]
