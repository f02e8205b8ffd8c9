"""`CheckBatch`: a checker as a function of columns, for data engines with many workers."""

import json
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._types import Checker
from keras_halluc.grounding.files.case_columns import CaseColumns
from keras_halluc.grounding.files.output_rows import ON_ERROR
from keras_halluc.grounding.files.output_rows import Row
from keras_halluc.grounding.files.output_rows import judge
from keras_halluc.grounding.files.table_rows import frame_rows
from keras_halluc.grounding.files.verdict_file import span_lists
from keras_halluc.grounding.required_arguments import require_checker

COLUMNS = ("label", "score", "spans", "reason")


class CheckBatch:
    """A checker as a function of a batch of columns, for `map_batches` and its like.

    It gives back the batch with four more columns, which every engine and file format can hold:

    | column | type | |
    |---|---|---|
    | `verdict_label` | str | |
    | `verdict_score` | float or None | None where nothing was measured |
    | `verdict_spans` | str | JSON, a list of `[start, end, kind]` |
    | `verdict_reason` | str | |

    The columns `prompt`, `references` or `reference`, `source`, `group`, `id`, `image` and `output`
    are read as `check` reads rows; any other is handed on as it is. It can be pickled, and takes
    its checker along, or, if that is large or cannot be pickled, a function that makes one: each
    worker calls it once, with its first batch.

    Args:
        checker: `Checker`, or a function without arguments that returns one.
        on_error: str, what a row that cannot be read, or at which the checker raises, does:
            `"raise"`, or `"skip"`: it gets an unmeasured verdict that says why.
        prefix: str, how the names of the new columns begin; another one for a second checker.
        prompt: str or None, the column of prompts, as in `prompt="question"`.
        references: str or None, the column of accepted answers.
        source: str or None, the column of sources.
        group: str or None, the column of names of slices.
        id: str or None, the column of names of cases.
        image: str or None, the column of pictures.
        output: str or None, the column of outputs.

    Call arguments:
        batch: mapping from column name to an array or list of values, or a pandas DataFrame.

    Returns:
        dict of the same columns and the new ones, or a DataFrame.

    Example:

    >>> import keras_halluc as kh
    >>> check = kh.grounding.CheckBatch(kh.grounding.OverlapChecker())
    >>> rows = {"prompt": ["Sum up."], "source": ["It rained."], "output": ["It rained."]}
    >>> check(rows)["verdict_label"].tolist()
    ['supported']
    >>> # ray.data.read_json("outputs.jsonl").map_batches(check).write_parquet("verdicts")
    """

    def __init__(
        self,
        checker: Checker | Callable[[], Checker],
        on_error: str = "raise",
        prefix: str = "verdict_",
        *,
        prompt: str | None = None,
        references: str | None = None,
        source: str | None = None,
        group: str | None = None,
        id: str | None = None,
        image: str | None = None,
        output: str | None = None,
    ) -> None:
        if not callable(checker):
            require_checker("checker", checker)
        self.checker = checker
        self.on_error = require_choice("on_error", on_error, ON_ERROR)
        if not isinstance(prefix, str):
            raise TypeError(f"`prefix` must be a str. {received('prefix', prefix)}")
        self.prefix = prefix
        self.columns = CaseColumns(
            prompt=prompt,
            references=references,
            source=source,
            group=group,
            id=id,
            image=image,
            output=output,
        )
        self._ready: Checker | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_ready": None}

    def __call__(self, batch: Any) -> Any:
        is_frame = hasattr(batch, "to_dict") and hasattr(batch, "columns")
        if not is_frame and not isinstance(batch, Mapping):
            raise TypeError(
                "`batch` must be a dict of columns or a DataFrame; with Ray, a `batch_format` of "
                f"'numpy' or 'pandas'. {received('batch', batch)}"
            )
        names = list(batch.columns) if is_frame else list(batch)
        self.columns.require(names)
        if not self.columns.has("output", names):
            raise ValueError(
                "`batch` must have a column `output`, what the model wrote; say which one it "
                f"is, as in {self.columns.way_out('output', names)}. Received columns: {names}"
            )
        new = [self.prefix + name for name in COLUMNS]
        for name in new:
            if name in names:
                raise ValueError(
                    f"`batch` has a column `{name}` already; give another `prefix`. "
                    f"Received columns: {names}"
                )
        rows = list(frame_rows(batch, "the batch") if is_frame else _rows(batch))
        skip = self.on_error == "skip"
        verdicts = [v for _, v in judge(self._checker(), rows, self.columns, skip)]
        values = [
            (
                v.label,
                None if v.score is None else float(v.score),
                json.dumps(span_lists(v)),
                v.reason,
            )
            for v in verdicts
        ]
        result = batch.copy() if is_frame else dict(batch)
        for i, name in enumerate(new):
            column = np.empty(len(values), dtype="object")  # floats would turn None into NaN
            column[:] = [row[i] for row in values]
            result[name] = column
        return result

    def _checker(self) -> Checker:
        if self._ready is None:
            made: Any = self.checker
            if isinstance(made, type) or not isinstance(made, Checker):
                made = made()
            self._ready = require_checker("checker", made)
        return self._ready


def _rows(batch: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of a dict of columns."""
    for number, values in enumerate(zip(*map(list, batch.values()), strict=True)):
        yield f"row {number} of the batch", dict(zip(batch, values))
