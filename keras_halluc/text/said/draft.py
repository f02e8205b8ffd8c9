"""A text that is cut, with the place of each character that is left."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import NamedTuple
from typing import TypeAlias


class Edit(NamedTuple):
    """A range of a text, and what is put in its place.

    Args:
        start: int.
        end: int.
        reason: str, what stands there.
        put: str, what takes its place; often nothing.
    """

    start: int
    end: int
    reason: str
    put: str = ""


Step: TypeAlias = Callable[[str], Iterable[Edit]]


class Draft:
    """A text to which edits are applied one after the other.

    Args:
        written: str, the text as it came.
    """

    def __init__(self, written: str) -> None:
        self.text = written
        self.starts: Sequence[int] = range(len(written))
        self.ends: Sequence[int] = range(1, len(written) + 1)
        self.dropped: list[tuple[int, int, str]] = []

    def apply(self, edits: Iterable[Edit]) -> bool:
        """Applies edits of the text as it is now; of two that overlap the first and longest.

        Returns:
            bool, whether the text is another one.
        """
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        kept = 0
        for edit in sorted(edits, key=lambda one: (one.start, -one.end)):
            if edit.start < kept or edit.start >= edit.end:
                continue
            pieces += (self.text[kept : edit.start], edit.put)
            first, last = self.starts[edit.start], self.ends[edit.end - 1]
            starts += self.starts[kept : edit.start]
            ends += self.ends[kept : edit.start]
            starts += [first] * len(edit.put)
            ends += [last] * len(edit.put)
            kept = edit.end
            if not self.text[edit.start : edit.end].isspace():
                self.dropped.append((first, last, edit.reason))
        if not kept:
            return False
        starts += self.starts[kept:]
        ends += self.ends[kept:]
        self.text = "".join((*pieces, self.text[kept:]))
        self.starts, self.ends = starts, ends
        return True

    def all_dropped(self) -> tuple[tuple[int, int, str], ...]:
        """What was dropped, in order, without what lies within another range."""
        found: list[tuple[int, int, str]] = []
        for start, end, reason in sorted(self.dropped, key=lambda one: (one[0], -one[1])):
            if not found or end > found[-1][1]:
                found.append((start, end, reason))
        return tuple(found)
