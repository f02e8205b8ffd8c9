"""What is in one file of cases, and where?

Heads are read once and kept; a prompt or an output is read from the file when it is asked for. The
file may still grow, may end in the middle of a block, and may hold anything at all.
"""

import functools
import itertools
import json
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

Place = tuple[int, int]  # where a line starts in the file, and its length, in bytes
NOWHERE: Place = (0, 0)

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

    def scan(self) -> list[StepBlock]:
        """Reads the heads of whole blocks that were added since the last call."""
        found = []
        with open(self.path, "rb") as stream:
            size = stream.seek(0, 2)
            while self.scanned < size:
                stream.seek(self.scanned)
                line = stream.readline()
                if not line.endswith(b"\n"):
                    break
                start = self.scanned + len(line)
                head = read_head(line)
                if head is None:
                    self.scanned = start
                    continue
                end = start + sum(head["bytes"])
                if end > size:
                    break
                self.scanned = end
                starts = itertools.accumulate(head["bytes"], initial=start)
                places = list(zip(starts, head["bytes"], strict=False))
                if "step" in head:
                    found.append(StepBlock(self, head, self._same_ids(head["ids"]), places))
                else:
                    named = list(zip(head["ids"], head["groups"], places, strict=True))
                    self.cases |= {name: place for name, _, place in named}
                    self.groups |= {name: group for name, group, _ in named if group}
        return found

    def read(self, places: Sequence[Place]) -> list[dict[str, Any]]:
        """The lines at `places`; one that cannot be read is empty."""
        with open(self.path, "rb") as stream:
            lines = []
            for start, length in places:
                stream.seek(start)
                lines.append(_object(stream.read(length)))
        return lines

    def _same_ids(self, ids: list[str]) -> list[str]:
        """One list for all steps that asked the same cases, which is mostly all of them."""
        if ids != self._ids:
            self._ids = ids
        return self._ids


def read_head(line: bytes) -> dict[str, Any] | None:
    """The head in a line, or None where the line is no whole head."""
    head = _object(line)
    kinds = COLUMNS | (STEP_COLUMNS if "step" in head else CASE_COLUMNS)
    columns: list[Any] = [head.get(name) for name in kinds]
    if not all(map(_all_of, columns, kinds.values())) or len(set(map(len, columns))) > 1:
        return None
    if min(head["bytes"], default=0) < 0 or not isinstance(head.get("step", 0), int):
        return None
    return head


def _all_of(values: Any, kinds: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, kinds) for value in values)


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
