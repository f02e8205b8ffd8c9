"""The flow of a check: what every checker of outputs does before and after it judges one."""

import dataclasses
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.united_spans import united_spans
from keras_halluc.text import OUTPUT_STEPS
from keras_halluc.text import CleanedOutput
from keras_halluc.text import OutputReader


class OutputChecker:
    """A checker that need only judge outputs with something in them to judge.

    A row goes through these steps, and the first that has a verdict gives it:

    1. A case that lacks what the checker `requires` is unmeasured.
    2. The output is read: `reader` leaves out what only wraps what it says. A class may settle
       outputs before, by how they are written: `_word_for_word`.
    3. An output that says nothing, or only that it does not know, is abstained.
    4. The class judges what the output says: `_verdict` of one row, or `_verdicts` of all that are
       left at once. The spans of a verdict are then those of the output as it was written, and its
       reason says what was left out.

    Args:
        reader: `keras_halluc.text.OutputReader`. None takes one with the steps that suit the class.
        abstentions: list of str or None, as `AbstentionReader` takes them.
    """

    requires: tuple[str, ...] = ()
    reading_steps: tuple[str, ...] = OUTPUT_STEPS

    def __init__(
        self, abstentions: Sequence[str] | None, reader: OutputReader | None = None
    ) -> None:
        self.reader = require_reader(reader, self.reading_steps)
        self._abstention_reader = AbstentionReader(abstentions)
        self.abstentions = self._abstention_reader.phrases

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
            self._lacking(case) or self._word_for_word(case, output)
            for case, output in zip(cases, outputs)
        ]
        rows = [row for row, verdict in zip(zip(cases, outputs), settled) if verdict is None]
        judged = iter(self._read_and_judged(rows))
        return [next(judged) if verdict is None else verdict for verdict in settled]

    def _read_and_judged(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        said = [self.reader.read(output) for _, output in rows]
        found = [self._abstention(own.text) for own in said]
        left = [
            (case, own.text)
            for (case, _), own, verdict in zip(rows, said, found)
            if verdict is None
        ]
        judged = iter(self._verdicts(left))
        verdicts = [next(judged) if verdict is None else verdict for verdict in found]
        return [as_written(verdict, own) for verdict, own in zip(verdicts, said)]

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

    def _word_for_word(self, case: Case, output: str) -> Verdict | None:
        """The verdict of an output that need not be read to be judged."""
        return None

    def _abstention(self, output: str) -> Verdict | None:
        """The verdict of an output that there is nothing in to compare."""
        if says_nothing(output):
            return Verdict("abstained", reason="no words in the output")
        if self._abstention_reader.only_abstains(output):
            return Verdict("abstained", reason="says that it does not know")
        return None

    def _verdicts(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        """The verdicts of rows that no step before had one for."""
        return [self._verdict(case, output) for case, output in rows]

    def _verdict(self, case: Case, output: str) -> Verdict:
        raise NotImplementedError


def require_reader(reader: OutputReader | None, steps: Sequence[str]) -> OutputReader:
    """`reader` must be an `OutputReader`; None makes one that takes `steps`."""
    if reader is None:
        return OutputReader(steps)
    if not isinstance(reader, OutputReader):
        raise TypeError(
            "`reader` must be a keras_halluc.text.OutputReader or None; OutputReader(steps=[]) "
            f"reads outputs as they are written. {received('reader', reader)}"
        )
    return reader


def as_written(verdict: Verdict, said: CleanedOutput) -> Verdict:
    """A verdict of what an output says as one of the output as it was written."""
    spans = tuple((*said.span(start, end), kind) for start, end, kind in verdict.spans)
    if any(before[1] > after[0] for before, after in zip(spans, spans[1:])):
        spans = united_spans(spans)
    reason = verdict.reason
    if said.reasons:
        reason += f"; left out: {', '.join(said.reasons)}"
    return dataclasses.replace(verdict, spans=spans, reason=reason)
