"""How does what a monitor measures get into TensorBoard, with or without TensorFlow?"""

import math
import os
import time
import weakref
from collections.abc import Mapping
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from tensorboard.compat.proto import event_pb2
from tensorboard.compat.proto import summary_pb2

from keras_halluc._require import received
from keras_halluc._require import require_folder
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import StrPath
from keras_halluc._types import Tensor
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import event_file
from keras_halluc.tensorboard import summaries
from keras_halluc.tensorboard.case_log import CaseLog
from keras_halluc.tensorboard.case_log import require_answers
from keras_halluc.tensorboard.histogram import histogram_buckets
from keras_halluc.tensorboard.image import encode_png
from keras_halluc.tensorboard.layout import Chart
from keras_halluc.tensorboard.layout import interval_tags
from keras_halluc.tensorboard.layout import layout_bytes
from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import render
from keras_halluc.tensorboard.marked import require_text
from keras_halluc.tensorboard.table import table_cells

LARGEST_STEP = 2**63 - 1
START = event_pb2.SessionLog.SessionStatus.START


class EventWriter:
    """Writes scalars, texts, tables, histograms, images and cases of one run for TensorBoard.

    Needs the `tensorboard` package alone. The file is created by the first event; writing after
    `close` starts another, so one writer serves several `fit` calls. Writers of one process with
    the same `log_dir` share a file. Every method takes the step last, and `wall_time` (seconds
    since 1970) where the event should not be dated now.

    Args:
        log_dir: path of the run's folder; it is made when needed.
        flush_seconds: float >= 0. With 0, each event can be read, and survives a crash, as soon as
            it is written. On a slow file system, a larger number lets events wait for the first
            one written that many seconds after the last flush, for `flush` or for `close`.

    Raises:
        TypeError: `log_dir` is not a path.
        ValueError: `log_dir` is, or leads through, a file.

    Example:

    >>> import tempfile
    >>> import keras_halluc as kh
    >>> with kh.tensorboard.EventWriter(tempfile.mkdtemp()) as writer:
    ...     writer.interval("val_hallucination_rate", 0.25, 0.19, 0.32, step=3)
    ...     writer.table("cases", [["Capital of France?", "Paris"]], 3, header=["prompt", "output"])
    """

    def __init__(self, log_dir: StrPath, flush_seconds: float = 0.0):
        self.log_dir = os.path.abspath(require_folder("log_dir", log_dir))
        self.flush_seconds = require_number("flush_seconds", flush_seconds, minimum=0.0)
        self._plugins: dict[str, str] = {}
        self._file: event_file.EventFile | None = None
        self._release: Any = None
        self._case_log: CaseLog | None = None
        self._flushed_at = -math.inf  # a clock that began at boot may not have come far

    def scalar(self, tag: str, value: float, step: int, wall_time: float | None = None) -> None:
        """Writes one finite number."""
        self._add([summaries.scalar_summary(tag, "value", value)], step, wall_time)

    def interval(
        self,
        tag: str,
        value: float,
        low: float,
        high: float,
        step: int,
        wall_time: float | None = None,
    ) -> None:
        """Writes a number as scalar `tag`, and its interval as `~intervals/tag/low` and `/high`.

        A `MarginChart` and the Hallucination tab show them as a curve in a band. On the pages of
        scalars all ends are in one group, the last, which is folded.
        """
        low, high = require_number("low", low), require_number("high", high)
        if low > high:
            raise ValueError(f"`low` must be <= `high`. {received('low', low)}, high={high!r}")
        tags = interval_tags(summaries.require_tag(tag))
        numbers = {"value": value, "low": low, "high": high}
        named = zip(tags, numbers.items(), strict=True)
        self._add([summaries.scalar_summary(t, *item) for t, item in named], step, wall_time)

    def text(self, tag: str, text: str | Marked, step: int, wall_time: float | None = None) -> None:
        """Writes a text, shown literally whatever it holds."""
        html = render(require_text("text", text)).encode()
        self._add([summaries.text_summary(tag, html)], step, wall_time)

    def table(
        self,
        tag: str,
        rows: Sequence[Sequence[str | Marked]],
        step: int,
        header: Sequence[str] | None = None,
        wall_time: float | None = None,
    ) -> None:
        """Writes a table of texts, each shown literally, under a bold `header` if there is one."""
        cells = table_cells(rows, header)
        self._add([summaries.text_summary(tag, cells)], step, wall_time)

    def histogram(
        self,
        tag: str,
        values: Tensor,
        step: int,
        buckets: int = 30,
        wall_time: float | None = None,
    ) -> None:
        """Writes how finite `values` (array of any shape, not empty) are distributed."""
        counts = histogram_buckets(values, buckets)
        self._add([summaries.histogram_summary(tag, counts)], step, wall_time)

    def image(self, tag: str, array: Tensor, step: int, wall_time: float | None = None) -> None:
        """Writes a picture: uint8 or float in [0, 1], `(h, w)`, `(h, w, 3)` or `(h, w, 4)`."""
        png, height, width = encode_png(array)
        self._add([summaries.image_summary(tag, png, height, width)], step, wall_time)

    def layout(
        self,
        charts: Mapping[str, Sequence[Chart]],
        step: int = 0,
        wall_time: float | None = None,
    ) -> None:
        """Says what the Custom Scalars page shows: section titles with their charts."""
        self._add([summaries.layout_summary(layout_bytes(charts))], step, wall_time)

    def cases(
        self,
        cases: Sequence[Case],
        outputs: Sequence[str],
        verdicts: Sequence[Verdict],
        step: int,
        wall_time: float | None = None,
    ) -> None:
        """Keeps what the model said to each case, all of it, for the Hallucination tab.

        Written to `cases.*.jsonl` beside the event files, since TensorBoard keeps few tensors. A
        case is known by its id, or by its place where it has none; a step given again counts anew.
        """
        require_answers(cases, outputs, verdicts)
        step = _require_step(step)
        if self._case_log is None:
            self._case_log = CaseLog(self.log_dir)
        self._case_log.add(cases, outputs, verdicts, step)
        content = {"count": len(cases)}
        self._add([summaries.tab_summary(summaries.CASES_TAG, content)], step, wall_time)

    def progress(
        self,
        step: int,
        epochs: int | None = None,
        ended: bool = False,
        wall_time: float | None = None,
    ) -> None:
        """Says how far `fit` is: planned `epochs` (None: not known), and whether it has ended."""
        planned = None if epochs is None else require_int("epochs", epochs, minimum=0)
        content = {"epochs": planned, "ended": bool(ended)}
        self._add([summaries.tab_summary(summaries.PROGRESS_TAG, content)], step, wall_time)

    def resume(self, step: int, wall_time: float | None = None) -> None:
        """Says that an interrupted run goes on: what was written of `step` and later is void."""
        for _ in range(2):  # TensorBoard takes the first for the beginning
            self._write({"session_log": event_pb2.SessionLog(status=START)}, step, wall_time)

    def flush(self) -> None:
        """Makes all events so far readable for others."""
        if self._file is not None:
            self._file.flush()
            self._flushed_at = time.monotonic()

    def close(self) -> None:
        """Writes out what waits and gives the file back. Once more does nothing."""
        case_log, self._case_log = self._case_log, None
        file, self._file = self._file, None
        try:
            if case_log is not None:
                case_log.close()
        finally:
            if file is not None:
                self._release()

    def __enter__(self) -> "EventWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _add(self, values: list[Any], step: int, wall_time: float | None) -> None:
        summary = summary_pb2.Summary(value=values)
        self._write({"summary": summary}, step, wall_time)

    def _write(self, content: dict[str, Any], step: int, wall_time: float | None) -> None:
        step = _require_step(step)
        when = time.time() if wall_time is None else require_number("wall_time", wall_time, 0.0)
        event = event_pb2.Event(wall_time=when, step=step, **content)
        for value in event.summary.value:
            self._require_plugin(value.tag, value.metadata.plugin_data.plugin_name)
        if self._file is None:
            self._file = event_file.acquire(self.log_dir)
            self._release = weakref.finalize(self, event_file.release, self._file)
        due = time.monotonic() - self._flushed_at >= self.flush_seconds
        self._file.add(event, flush=due)
        if due:
            self._flushed_at = time.monotonic()

    def _require_plugin(self, tag: str, plugin: str) -> None:
        """TensorBoard goes by the first event of a tag and fails at others."""
        if self._plugins.setdefault(tag, plugin) != plugin:
            raise ValueError(
                f"`tag` must be used for one kind of data. {received('tag', tag)} is for "
                f"{self._plugins[tag]} in this run, and now came for {plugin}."
            )


def _require_step(step: int) -> int:
    step = require_int("step", step, minimum=0)
    if step > LARGEST_STEP:
        raise ValueError(f"`step` must be below 2**63. {received('step', step)}")
    return step
