"""Which verdicts does a file hold already, and how does it go on?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras_halluc._require import received
from keras_halluc._types import LABELS
from keras_halluc._types import Verdict


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


def read_verdict_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file of verdicts, one after the other. A torn last line is cut off."""
    with open(path, "r+b") as file:
        end = 0
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                file.truncate(end)
                return
            end += len(line)
            try:
                record = json.loads(line)
                known = isinstance(record, dict) and record["label"] in LABELS
                known = known and {"id", "score"} <= set(record)
            except (ValueError, KeyError, TypeError):
                known = False
            if not known:
                raise ValueError(
                    f"`to` must be a file that `check` wrote; line {number} of {path.name} holds "
                    f"no verdict. Give another path. {received('line', line)}"
                )
            yield record
