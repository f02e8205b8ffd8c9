"""What a monitor of one's own writes, and what it may write."""

import abc
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.state_folder import LazyArrays
from keras_halluc.statistics.estimates import Estimate


class MonitorHooks(keras.callbacks.Callback, abc.ABC):
    """The methods that `Monitor` calls."""

    name: str
    prefix: str
    unit = "cases"  # what `count` counts
    measures_base = True  # whether there is anything to see before training

    # What a subclass writes

    @property
    @abc.abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, without prefix."""

    @abc.abstractmethod
    def look(self, moment: Moment) -> Any:
        """Collects what there is to see in the model now; an error at step 0 ends `fit`."""

    @abc.abstractmethod
    def summarize(self, seen: Any) -> Mapping[str, Estimate | float]:
        """Values by key of what `look` returned; a key that cannot be measured is left out."""

    # What a subclass may write

    @property
    def log_keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, as they stand in `logs`."""
        return tuple(self.prefix + key for key in self.keys)

    @property
    def available(self) -> int:
        """How many cases or rows there are to measure. Default: 0, nothing is counted."""
        return 0

    @property
    def minimum(self) -> int:
        """How many of them are measured whatever they cost. Default: 0."""
        return 0

    @property
    def optional_keys(self) -> tuple[str, ...]:
        """Those of `keys` that a small budget may leave out, if no callback watches them."""
        return ()

    def part(self, seen: Any, count: int) -> Any:
        """What `look` would return of `count` of the cases, out of what it did of all of them.

        Default: None, where that cannot be told. Then values before training are over all.
        """
        return None

    def begin(self) -> None:
        """Called before the first look; an error here ends `fit`. Default: nothing."""

    def base_measured(self, seen: Any) -> None:
        """Called with what was seen before training, before `summarize`. Default: nothing."""

    def base_state(self) -> dict[str, Any]:
        """What `base_measured` keeps, such that JSON can hold it, for a `fit` that is resumed.

        Default: nothing. Where `base_measured` is written and this is not, a resumed `fit` calls
        it again, with the model as it is then.
        """
        return {}

    def base_arrays(self) -> LazyArrays:
        """Functions that return lists of arrays, by name, of what `base_measured` keeps."""
        return {}

    def restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        """Takes what `base_state` and `base_arrays` returned before `fit` was interrupted."""

    def seconds_each(self) -> float:
        """What measuring one case or row takes, without compilation. Default: 0."""
        return 0.0

    def measures(self, seen: Any, values: Mapping[str, Estimate | float]) -> bool:
        """Whether anything was measured. Default: whether there are values."""
        return bool(values)

    def nothing_measured(self) -> str:
        """Why nothing may have been measured, for the warning at the end of `fit`."""
        return ""

    def remark(self, values: Mapping[str, Estimate | float]) -> str:
        """A sentence about the values of an epoch, said once. Default: none."""
        return ""

    def charts(self) -> list[Any]:
        """What the Custom Scalars page shows. Default: each key with its interval."""
        from keras_halluc.tensorboard import MarginChart

        return [MarginChart(key, [key]) for key in self.log_keys]

    def write_details(self, writer: Any, step: int) -> None:
        """Writes more than the values into TensorBoard. Default: nothing."""

    def write_record(self, writer: Any, step: int, ended: bool = False) -> None:
        """Writes what the Hallucination tab reads, and at the end of `fit` that it ended."""

    def _answers_at(self, step: int) -> Sequence[Answer]:
        """The answers given at this step, of a monitor that asks cases."""
        return ()

    def _base_answers(self) -> Sequence[Answer]:
        """The answers of the base model that a resumed `fit` has taken over."""
        return ()

    def _forgets_base(self) -> bool:
        """Whether some class writes `base_measured` and leaves `base_state` as it was."""
        order = type(self).__mro__
        written = [
            next(place for place, one in enumerate(order) if method in vars(one))
            for method in ("base_measured", "base_state")
        ]
        return written[0] < written[1]
