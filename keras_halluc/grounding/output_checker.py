"""The flow of a check: what every checker of outputs does before and after it judges one."""

from collections.abc import Sequence

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.required_arguments import require_batch


class OutputChecker:
    """A checker that need only judge outputs with something in them to judge.

    A row goes through these steps, and the first that has a verdict gives it:

    1. A case that lacks what the checker `requires` is unmeasured.
    2. An output that says nothing, or only that it does not know, is abstained.
    3. The class judges: `_verdict` of one row, or `_verdicts` of all that are left at once.

    Args:
        abstentions: list of str or None, as `AbstentionReader` takes them.
    """

    requires: tuple[str, ...] = ()

    def __init__(self, abstentions: Sequence[str] | None) -> None:
        self._reader = AbstentionReader(abstentions)
        self.abstentions = self._reader.phrases

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output.

        Args:
            cases: list of `Case`.
            outputs: list of str, as many, each what the model wrote for the case at its place.

        Returns:
            list of `Verdict` in the same order. A verdict depends on its own case and output alone.
        """
        cases, outputs = require_batch(cases, outputs)
        settled = [
            self._lacking(case) or self._abstention(output) for case, output in zip(cases, outputs)
        ]
        rows = [row for row, verdict in zip(zip(cases, outputs), settled) if verdict is None]
        judged = iter(self._verdicts(rows))
        return [next(judged) if verdict is None else verdict for verdict in settled]

    def _lacking(self, case: Case) -> Verdict | None:
        """The verdict of a case that there is nothing in to compare an output with."""
        if "references" in self.requires and not case.references:
            return Verdict("unmeasured", reason="the case has no references")
        if "source" in self.requires:
            if case.source is None:
                return Verdict("unmeasured", reason="the case has no source")
            if says_nothing(case.source):
                return Verdict("unmeasured", reason="the case has a source without any text")
        return None

    def _abstention(self, output: str) -> Verdict | None:
        """The verdict of an output that there is nothing in to compare."""
        if says_nothing(output):
            return Verdict("abstained", reason="no words in the output")
        if self._reader.only_abstains(output):
            return Verdict("abstained", reason="says that it does not know")
        return None

    def _verdicts(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        """The verdicts of rows that no step before had one for."""
        return [self._verdict(case, output) for case, output in rows]

    def _verdict(self, case: Case, output: str) -> Verdict:
        raise NotImplementedError
