"""Where is what a model said to each case kept, so that any of it can be read back?

TensorBoard keeps a sample of a run's tensors, 10 a tag unless told otherwise, and all of that in
memory. So cases go to a file of their own beside the event files, `cases.*.jsonl`, of which a
reader takes the pieces it needs. Like an event file it only grows, and a later one counts more.

Every line is JSON. A head, which has `bytes`, says how long each of the lines after it is:

    {"ids", "groups", "bytes"}                   then {"prompt", "references", "source"} for each id
    {"ids", "step", "labels", "scores", "bytes"} then {"output", "spans", "reason"} for each id

A case that has `fields` has them in its line: numbers and text as they are, anything else as text.
A case with a picture has `image` in its line: a path, never pixels; see `CaseImages`.
"""

import collections
import json
import math
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._types import LABELS
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard.case_images import CaseImages
from keras_halluc.tensorboard.grown_file import GrownFile
from keras_halluc.tensorboard.marked import Marked

START, END = "cases", ".jsonl"  # of the file's name
LONGEST_TEXT = 2**18  # characters kept of one output, prompt or source
CUT = "… [{} more characters were not kept]"


class CaseLog:
    """Appends cases, outputs and verdicts to a file in a run's folder.

    Args:
        folder: str, the run's folder; it is made when needed.
    """

    def __init__(self, folder: str):
        self._folder = folder
        self._file = GrownFile(folder, START, END)
        self._images = CaseImages(folder)
        self._told: dict[str, dict[str, Any]] = {}  # what the file says of each case

    def add(
        self, cases: Sequence[Case], outputs: Sequence[str], verdicts: Sequence[Verdict], step: int
    ) -> None:
        """Writes what was said at a step; all of it can be read when this returns."""
        if self._file.is_gone():  # the folder was deleted: nobody would find what is written
            self._file.close()
            self._file = GrownFile(self._folder, START, END)
            self._images = CaseImages(self._folder)
            self._told = {}
        ids = case_ids(cases)
        named = dict(zip(ids, map(self._case, cases), strict=True))
        new = {name: case for name, case in named.items() if self._told.get(name) != case}
        if new:
            self._told |= new
            lines = [dict(case) for case in new.values()]
            groups = [line.pop("group") for line in lines]
            self._write({"ids": list(new), "groups": groups}, lines)
        head = {
            "ids": ids,
            "step": step,
            "labels": [verdict.label for verdict in verdicts],
            "scores": [None if v.score is None else float(v.score) for v in verdicts],
        }
        self._write(head, [_answer(*pair) for pair in zip(outputs, verdicts, strict=True)])

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _case(self, case: Case) -> dict[str, Any]:
        image = {} if case.image is None else {"image": self._images.entry(case.image)}
        return {**_case(case), **image}

    def _write(self, head: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        # ASCII, since a model's text may hold half of a surrogate pair.
        body = [json.dumps(line).encode() + b"\n" for line in lines]
        head["bytes"] = [len(line) for line in body]
        self._file.add(b"".join([json.dumps(head).encode(), b"\n", *body]))


def require_answers(
    cases: Sequence[Case], outputs: Sequence[str], verdicts: Sequence[Verdict]
) -> None:
    """They must be what a checker takes and returns, of one length, no id twice."""
    require_strings("outputs", outputs, empty_ok=True)
    require_same_length(cases=cases, outputs=outputs, verdicts=verdicts)
    for i, case in enumerate(cases):
        if not isinstance(case, Case):
            raise TypeError(f"`cases` must hold Case objects. {received(f'cases[{i}]', case)}")
    ids = case_ids(cases)
    if len(set(ids)) < len(ids):
        ((twice, _),) = collections.Counter(ids).most_common(1)
        raise ValueError(
            f"`cases` must have different ids, and one without an id has its place as its id. "
            f"{received('id', twice)} twice."
        )
    for output, verdict in zip(outputs, verdicts, strict=True):
        if not isinstance(verdict, Verdict):
            raise TypeError(f"`verdicts` must hold Verdict objects. {received('verdict', verdict)}")
        require_choice("verdict.label", verdict.label, LABELS)
        if verdict.score is not None:
            require_number("verdict.score", verdict.score, minimum=0.0, maximum=1.0)
        Marked(output, verdict.spans)  # raises for spans outside of the output


def case_ids(cases: Sequence[Case]) -> list[str]:
    """The id of each case, or its place where it has none."""
    return [str(i) if case.id is None else case.id for i, case in enumerate(cases)]


def _case(case: Case) -> dict[str, Any]:
    fields = {_kept(str(name)): _field(value) for name, value in case.fields.items()}
    return {
        "group": case.group,
        "prompt": _kept(case.prompt),
        "references": [_kept(reference) for reference in case.references],
        "source": None if case.source is None else _kept(case.source),
        **({"fields": fields} if fields else {}),
    }


def _field(value: Any) -> str | int | float | bool:
    """What JSON can hold of a value of any type."""
    if isinstance(value, int) and value.bit_length() < 1000:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    try:
        return _kept(str(value))
    except Exception as error:  # a `__str__` that fails, or one of thousands of digits
        return f"a {type(value).__name__} that cannot be shown ({type(error).__name__})"


def _answer(output: str, verdict: Verdict) -> dict[str, Any]:
    spans = [(int(start), int(end), kind) for start, end, kind in verdict.spans]
    return {"output": _kept(output), "spans": spans, "reason": _kept(verdict.reason)}


def _kept(text: str) -> str:
    left_out = len(text) - LONGEST_TEXT
    return text if left_out <= 0 else text[:LONGEST_TEXT] + CUT.format(left_out)
