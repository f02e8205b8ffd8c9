"""Record of one monitor: the values of every measurement, and the answers behind them."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc.callbacks.monitors.value_sink import from_json
from keras_halluc.callbacks.monitors.value_sink import to_json
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.statistics.estimates import Estimate


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What was measured at one time.

    Args:
        values: mapping from log key to `Estimate`, or to a float that has no interval.
        answers: tuple of `Answer`; empty for a monitor that asks no cases.
    """

    values: Mapping[str, Estimate | float]
    answers: tuple[Answer, ...] = ()


class Record:
    """Measurements by epoch: 0 is the model before training, `e + 1` the model after epoch `e`.

    An answer that equals the previous answer to its case is kept once, so memory grows with the
    answers that change. A new answer takes about 500 bytes and its text.

    Attributes:
        measured: dict from epoch to `Measurement`, in the order they were added.
        base: int or None, the epoch of the measurement before training.
    """

    def __init__(self) -> None:
        self.measured: dict[int, Measurement] = {}
        self.base: int | None = None
        self._latest: dict[int, Answer] = {}  # by index of the case

    def begin(self) -> None:
        """Forgets everything: a run begins anew."""
        self.measured, self.base, self._latest = {}, None, {}

    def add(
        self,
        epoch: int,
        values: Mapping[str, Estimate | float],
        answers: Sequence[Answer] = (),
        is_base: bool = False,
    ) -> None:
        """Adds a measurement; another one of the same epoch is replaced."""
        kept = []
        for answer in answers:
            before = self._latest.get(answer.index)
            kept.append(before if before is not None and before == answer else answer)
        self._latest.update((answer.index, answer) for answer in kept)
        self.measured[epoch] = Measurement(dict(values), tuple(kept))
        if is_base:
            self.base = epoch

    def keys(self) -> tuple[str, ...]:
        """Log keys that were measured, in the order they were first."""
        return tuple(dict.fromkeys(key for one in self.measured.values() for key in one.values))

    def series(self, key: str) -> list[tuple[int, Estimate | float]]:
        """Epoch and value of each measurement of a key, epochs rising."""
        found = sorted(self.measured.items())
        return [(epoch, one.values[key]) for epoch, one in found if key in one.values]

    def before(self, key: str) -> Estimate | float | None:
        """The value before training; None where it was not measured."""
        return self.measured[self.base].values.get(key) if self.base is not None else None

    def after(self, key: str) -> list[tuple[int, Estimate | float]]:
        """`series` without the value before training."""
        return [(epoch, value) for epoch, value in self.series(key) if epoch != self.base]

    def answered(self) -> list[tuple[int, tuple[Answer, ...]]]:
        """Epoch and answers of each measurement that has answers, epochs rising."""
        return [(epoch, one.answers) for epoch, one in sorted(self.measured.items()) if one.answers]

    def to_json(self) -> dict[str, Any]:
        """The values, such that JSON can hold them; answers stay in memory."""
        rows = [
            [epoch, {key: to_json(value) for key, value in one.values.items()}]
            for epoch, one in self.measured.items()
        ]
        return {"base": self.base, "rows": rows}

    def restore(self, state: Mapping[str, Any], base_answers: Sequence[Answer] = ()) -> None:
        """Takes what `to_json` returned.

        Args:
            state: mapping.
            base_answers: list of `Answer` of the model before training, where they were saved.
                Answers of a measurement that this object holds already are kept.
        """
        held = self.measured
        self.begin()
        for epoch, saved in state["rows"]:
            values = {key: from_json(value) for key, value in saved.items()}
            is_base = epoch == state["base"]
            same = epoch in held and held[epoch].values == values
            answers = held[epoch].answers if same else base_answers if is_base else ()
            self.add(epoch, values, answers, is_base)
