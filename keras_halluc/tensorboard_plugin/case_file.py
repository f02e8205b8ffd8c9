"""What is in one file of cases, and where?

Heads are read once and kept; a prompt or an output is read from the file when it is asked for. The
file may still grow, may end in the middle of a block, and may hold anything at all.
"""

import functools
import itertools
import math
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json

Place = tuple[int, int]  # where a line starts in the file, and its length, in bytes
NOWHERE: Place = (0, 0)
LONGEST_LINE = 2**25  # bytes; a longer one is none of ours and is passed over
MOST_STEPS = 2**53  # JavaScript knows no whole numbers beyond
_PIECE = 2**20  # bytes looked at at once

# What a head must have, one value a case.
COLUMNS = {"ids": str, "bytes": int}
CASE_COLUMNS = {"groups": (str, type(None))}
STEP_COLUMNS = {"labels": str, "scores": (float, int, type(None))}


class StepBlock:
    """What was said at one step: labels and scores here, outputs in the file.

    Args:
        file: the `CaseFile` it is in.
        head: the head, checked.
        ids: list of str, the ids of the cases.
        places: where the outputs are, one an id.
    """

    def __init__(
        self, file: "CaseFile", head: dict[str, Any], ids: list[str], places: list[Place]
    ) -> None:
        self.file = file
        self.step: int = head["step"]
        self.labels: list[str] = head["labels"]
        self.scores: list[float | None] = head["scores"]
        self.ids = ids
        self.places = places

    @functools.cached_property
    def row_of(self) -> dict[str, int]:
        """Row of a case by its id."""
        return {name: row for row, name in enumerate(self.ids)}

    def answers(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """`output`, `spans` and `reason` of the rows."""
        return self.file.read([self.places[row] for row in rows])

    def cases(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """`prompt`, `references` and `source` of the rows."""
        return self.file.read([self.file.cases.get(self.ids[row], NOWHERE) for row in rows])


class CaseFile:
    """One file of cases. Call `scan` for what is new in it.

    Args:
        path: str, the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.scanned = 0  # bytes
        self.cases: dict[str, Place] = {}
        self.groups: dict[str, str] = {}
        self._ids: list[str] = []
        self._searched = 0  # bytes with no end of the line that begins at `scanned`
        self._waiting: tuple[int, dict[str, Any]] | None = None  # a head before its lines are there

    def scan(self) -> list[StepBlock]:
        """Reads the heads of whole blocks that were added since the last call.

        Nothing is read twice, however long a line is that has no end yet.
        """
        found = []
        with open(self.path, "rb") as stream:
            size = stream.seek(0, 2)
            while self.scanned < size:
                if self._waiting is None and not self._next_head(stream):
                    break
                if self._waiting is None:
                    continue
                start, head = self._waiting
                end = start + sum(head["bytes"])
                if end > size:
                    break
                self.scanned, self._searched, self._waiting = end, end, None
                starts = itertools.accumulate(head["bytes"], initial=start)
                places = list(zip(starts, head["bytes"], strict=False))
                if "step" in head:
                    found.append(StepBlock(self, head, self._same_ids(head["ids"]), places))
                else:
                    named = list(zip(head["ids"], head["groups"], places, strict=True))
                    self.cases |= {name: place for name, _, place in named}
                    self.groups |= {name: group for name, group, _ in named if group}
        return found

    def _next_head(self, stream: Any) -> bool:
        """Goes on to the next line; False if it has no end yet."""
        self._searched = max(self._searched, self.scanned)
        end = -1
        while end < 0:
            stream.seek(self._searched)
            piece = stream.read(_PIECE)
            if not piece:
                return False
            end = piece.find(b"\n")
            self._searched += len(piece) if end < 0 else end + 1
        head = None
        if self._searched - self.scanned <= LONGEST_LINE:
            stream.seek(self.scanned)
            head = read_head(stream.read(self._searched - self.scanned))
        if head is None:
            self.scanned = self._searched
        else:
            self._waiting = self._searched, head
        return True

    def read(self, places: Sequence[Place]) -> list[dict[str, Any]]:
        """The lines at `places`; one that cannot be read is empty."""
        with open(self.path, "rb") as stream:
            lines = []
            for start, length in places:
                stream.seek(start)
                lines.append(_object(stream.read(length)) if length <= LONGEST_LINE else {})
        return lines

    def _same_ids(self, ids: list[str]) -> list[str]:
        """One list for all steps that asked the same cases, which is mostly all of them."""
        if ids != self._ids:
            self._ids = ids
        return self._ids


def read_head(line: bytes) -> dict[str, Any] | None:
    """The head in a line, or None where the line is no whole head.

    What goes into addresses is made fit for them: a lone surrogate becomes its escape.
    """
    head = _object(line)
    kinds = COLUMNS | (STEP_COLUMNS if "step" in head else CASE_COLUMNS)
    columns: list[Any] = [head.get(name) for name in kinds]
    if not all(map(_all_of, columns, kinds.values())) or len(set(map(len, columns))) > 1:
        return None
    step = head.get("step", 0)
    if min(head["bytes"], default=0) < 0 or type(step) is not int or abs(step) >= MOST_STEPS:
        return None
    if not all(value is None or math.isfinite(value) for value in head.get("scores", ())):
        return None
    for name in ("ids", "groups", "labels"):
        if name in head:
            head[name] = [value and _addressable(value) for value in head[name]]
    return head


def _all_of(values: Any, kinds: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, kinds) and not isinstance(value, bool) for value in values
    )


def _addressable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = parse_json(line)
    except JSONTextError:
        return {}
    return found if isinstance(found, dict) else {}
