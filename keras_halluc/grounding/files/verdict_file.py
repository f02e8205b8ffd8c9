"""The file of verdicts that `check` writes: a line for each row, and a mark in the first."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received
from keras_halluc._types import LABELS
from keras_halluc._types import StrPath
from keras_halluc._types import Verdict
from keras_halluc.grounding.files.locked_file import LockedFile

# What the first line begins with. A file that begins otherwise is somebody's data.
MARK = b'{"written_by": "keras_halluc.grounding.check", '


def verdict_line(case_id: str | None, verdict: Verdict, group: str | None = None) -> bytes:
    """One line of JSON. Letters of every script stay readable; a lone surrogate is escaped."""
    record = {
        "id": case_id,
        **({} if group is None else {"group": group}),
        "label": verdict.label,
        "score": None if verdict.score is None else float(verdict.score),
        "spans": span_lists(verdict),
        "reason": verdict.reason,
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def span_lists(verdict: Verdict) -> list[list[Any]]:
    """The spans of a verdict as JSON has them."""
    return [[int(start), int(end), str(kind)] for start, end, kind in verdict.spans]


class VerdictFile:
    """A file of verdicts, new or to be gone on with; nobody else can write it meanwhile.

    Args:
        path: path of the file.
        resume: bool, whether it may be there already. It must begin with `MARK` then.

    Raises:
        ValueError: it is there, is not ours, or is being written by another process. It is left as
            it was.
    """

    def __init__(self, path: StrPath, resume: bool) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise self._must_be_new()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = LockedFile("to", self.path)
        self._whole = 0  # bytes up to the end of the last line that `records` gave
        try:
            if not resume and not self._file.made:
                raise self._must_be_new()
            self._require_mark()
        except BaseException:
            self.close()
            raise

    def records(self) -> Iterator[dict[str, Any]]:
        """What each whole line holds; a last one without an end is left out."""
        with open(self.path, "rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                self._whole += len(line)
                yield self._record(line, number)

    def append(self, lines: list[bytes]) -> None:
        """Writes lines of `verdict_line` behind the last whole one, in place of a torn one."""
        data = b"".join(lines)
        if not self._whole:
            data = MARK + data.removeprefix(b"{")
        self._file.write(data, self._whole)
        self._whole += len(data)

    def close(self) -> None:
        """Lets other processes write it. A new one that nothing was written to is removed."""
        self._file.close()

    def __enter__(self) -> "VerdictFile":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _must_be_new(self) -> ValueError:
        return ValueError(
            "`to` must be the path of a new file; `resume=True` goes on with one that is there. "
            f"{received('to', str(self.path))}"
        )

    def _require_mark(self) -> None:
        """A file that ends inside the mark has nothing else in it."""
        start = self._file.start(len(MARK))
        if start != MARK[: len(start)]:
            raise ValueError(
                f"`to` must be a file that `check` wrote, whose first line begins with "
                f"{MARK.decode()!r}; {self.path.name} does not and is left as it is. Give another "
                f"path. {received('line 1', start)}"
            )

    def _record(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            record = parse_json(line)
            known = isinstance(record, dict) and record["label"] in LABELS
            known = known and {"id", "score"} <= set(record)
        except (JSONTextError, KeyError, TypeError):
            known = False
        if not known:
            raise ValueError(
                f"`to` must be a file that `check` wrote; line {number} of {self.path.name} holds "
                f"no verdict. Give another path. {received('line', line)}"
            )
        found: dict[str, Any] = record
        return found
