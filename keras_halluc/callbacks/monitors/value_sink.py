"""Where the values of a monitor go: into `logs` and into TensorBoard."""

import os
import warnings
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc.statistics.estimates import Estimate


class ValueSink:
    """Writes values by key into `logs`, and with their intervals into TensorBoard.

    Args:
        owner: str, name of the monitor's class, for warnings.
        log_dir: str or None. Folder of the TensorBoard run.
        name: str, of the folder below it and of the charts.
        resumes: bool. Whether an earlier `fit` goes on.
        shared: set of str, folders that this `fit` writes to already.

    Attributes:
        writer: `EventWriter`, or None without `log_dir`.
        begins: bool. Whether the folder lacks what is written before training. A second step 0
            would hide from TensorBoard what came after the first.
    """

    def __init__(
        self,
        owner: str,
        log_dir: str | None,
        name: str,
        resumes: bool = False,
        shared: set[str] | None = None,
    ) -> None:
        self.owner = owner
        self.name = name
        self.writer: Any = None
        self.begins = not resumes
        self._voids = False
        self._overwritten: set[str] = set()
        self._charts: list[Any] = []  # that were not written yet
        if log_dir is not None:
            from keras_halluc.tensorboard import EventWriter
            from keras_halluc.tensorboard.event_file import has_events

            self.writer = EventWriter(os.path.join(log_dir, name))
            written = has_events(self.writer.log_dir)
            self.begins = not (resumes and written)
            self._voids = written and self.writer.log_dir not in (shared or ())
            if shared is not None:
                shared.add(self.writer.log_dir)

    def layout(self, charts: Sequence[Any], step: int) -> None:
        """Says what the Custom Scalars page shows, as far as there is anything to show.

        It is written with the first values: a chart of a key that was not measured would stay
        empty, as would the band of one without an interval.
        """
        if self.writer is not None:
            self._void(step)
            self._charts = list(charts)

    def log(self, values: Mapping[str, Estimate | float], logs: dict[str, Any] | None) -> None:
        """Writes the values of an epoch into `logs`."""
        if logs is None:
            return
        twice = min(set(values) & set(logs), default=None)
        if twice is not None and twice not in self._overwritten:
            self._overwritten.add(twice)
            warnings.warn(
                f"{self.owner} writes {twice!r} over a value of the same name, that of a "
                "compiled metric perhaps. Give it a name of its own: "
                f"{self.owner}(..., prefix='monitored_').",
                stacklevel=4,
            )
        logs.update({key: number(value) for key, value in values.items()})

    def write(self, values: Mapping[str, Estimate | float], step: int) -> None:
        """Writes the values of a step into TensorBoard."""
        if self.writer is None:
            return
        self._void(step)
        if self._charts and values:
            charts, self._charts = _filled(self._charts, values), []
            if charts:
                self.writer.layout({self.name: charts}, step)
        for key, value in values.items():
            if isinstance(value, Estimate):
                self.writer.interval(key, value.value, value.low, value.high, step)
            else:
                self.writer.scalar(key, value, step)

    def _void(self, step: int) -> None:
        """What another run, or this one before a crash, wrote of this step counts no more."""
        if self._voids:
            self.writer.resume(step)
            self._voids = False

    def close(self) -> None:
        """Closes the event file."""
        if self.writer is not None:
            self.writer.close()


def _filled(charts: Sequence[Any], values: Mapping[str, Estimate | float]) -> list[Any]:
    """The charts without the keys that have no value; without a band where there is no interval."""
    from keras_halluc.tensorboard import MarginChart
    from keras_halluc.tensorboard import MultilineChart

    found = []
    for chart in charts:
        if isinstance(chart, MarginChart):
            tags = [tag for tag in chart.tags if tag in values]
            banded = all(isinstance(values[tag], Estimate) for tag in tags)
            chart = (MarginChart if banded else MultilineChart)(chart.title, tags) if tags else None
        if chart is not None:
            found.append(chart)
    return found


def number(value: Estimate | float) -> float:
    """The value alone, without its interval."""
    return value.value if isinstance(value, Estimate) else value


def to_json(value: Estimate | float) -> Any:
    """What JSON can hold, to the last bit."""
    if not isinstance(value, Estimate):
        return float(value)
    return [float(value.value), float(value.low), float(value.high), int(value.count)]


def from_json(value: Any) -> Estimate | float:
    """What `to_json` was given."""
    return Estimate(*value) if isinstance(value, list) else float(value)
