"""What an output says, and where each character of it was written."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class CleanedOutput:
    """What is left of an output, with the way back to the output as it was written.

    Args:
        text: str, what is left.
        written: str, the output as it was written.
        dropped: tuple of `(start, end, reason)`, ranges of `written` in order: what was dropped, or
            rewritten as the `m<sup>2</sup>` that became `m²`.
        starts: sequence of int, one a character of `text`: where it starts in `written`.
        ends: sequence of int, where it ends there.

    Example:

    >>> import keras_halluc as kh
    >>> cleaned = kh.text.OutputReader().read("It has **67** million [1].")
    >>> cleaned.text, cleaned.reasons
    ('It has 67 million.', ('emphasis', 'citation'))
    >>> cleaned.span(7, 17), cleaned.written[9:21]
    ((9, 21), '67** million')
    """

    text: str
    written: str
    dropped: tuple[tuple[int, int, str], ...]
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each reason once, in the order of the text."""
        return tuple(dict.fromkeys(reason for *_, reason in self.dropped))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters of `text` stand in `written`, with what was dropped between them.

        Args:
            start: int.
            end: int >= `start`.

        Returns:
            tuple of int, `(start, end)` in `written`.
        """
        if start == end:
            place = self.starts[start] if start < len(self.starts) else len(self.written)
            return place, place
        return self.starts[start], self.ends[end - 1]
