"""Where do the values of a monitor go? Into `logs` and into TensorBoard."""

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
        charts: what the Custom Scalars page shows.

    Attributes:
        writer: `EventWriter`, or None without `log_dir`.
    """

    def __init__(self, owner: str, log_dir: str | None, name: str, charts: Sequence[Any]) -> None:
        self.owner = owner
        self.writer: Any = None
        self._overwritten: set[str] = set()
        if log_dir is not None:
            from keras_halluc.tensorboard import EventWriter

            self.writer = EventWriter(os.path.join(log_dir, name))
            self.writer.layout({name: list(charts)})

    def put(
        self, values: Mapping[str, Estimate | float], step: int, logs: dict[str, Any] | None
    ) -> None:
        """Writes the values of one step."""
        if logs is not None:
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
        if self.writer is None:
            return
        for key, value in values.items():
            if isinstance(value, Estimate):
                self.writer.interval(key, value.value, value.low, value.high, step)
            else:
                self.writer.scalar(key, value, step)

    def close(self) -> None:
        """Closes the event file."""
        if self.writer is not None:
            self.writer.close()


def number(value: Estimate | float) -> float:
    """The value alone, without its interval."""
    return value.value if isinstance(value, Estimate) else value
