"""How is a model asked the same cases at the end of every epoch, without disturbing `fit`?"""

import abc
import os
import time
import warnings
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._check import check_choice
from keras_halluc._check import check_folder
from keras_halluc._check import check_number
from keras_halluc._check import received
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc.callbacks.answers import CHUNK
from keras_halluc.callbacks.answers import Answer
from keras_halluc.callbacks.answers import ask
from keras_halluc.callbacks.answers import chunk_size
from keras_halluc.callbacks.estimates import Estimate
from keras_halluc.callbacks.order import check_order
from keras_halluc.callbacks.order import neighbours
from keras_halluc.callbacks.progress import Progress
from keras_halluc.callbacks.random_state import same_random_state
from keras_halluc.callbacks.time_budget import TimeBudget
from keras_halluc.callbacks.time_budget import spread
from keras_halluc.data import check_cases
from keras_halluc.generation import as_generator
from keras_halluc.grounding import AnswerChecker


class CaseMonitor(keras.callbacks.Callback, abc.ABC):
    """Base of the monitors: generates, checks, writes into `logs` and TensorBoard.

    Before the first step the base model is measured, so that whatever is wrong with the cases, the
    generator or the order of callbacks is an error then, and so that later values have something to
    be compared with (`baseline`; step 0 in TensorBoard, where epoch `e` is step `e + 1`). Later
    errors are warned of once and never end `fit`, unless `strict`.

    A subclass sets `name` and writes `keys` and `summarize`. Two monitors in one `fit` must not
    write the same keys: give one of them a `prefix`. Those with the same generator ask a prompt
    once between them.

    Args:
        cases: list of `Case`.
        checker: `Checker`. None is `AnswerChecker()`.
        generator: `Generator`, KerasHub task or callable. None is the model being fitted.
        log_dir: path or None. Folder of the TensorBoard run; events go to `<log_dir>/<name>`.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time the checks may take, divided by the
            monitors of the `fit`, without compilation. After the first epoch the monitor chooses
            how many cases that buys, never fewer than 32 or one batch, and keeps to them. None
            always checks all.
        strict: bool. Whether an error during a check ends `fit`.
        verbose: 0 or 1. Whether to show progress of long checks and say when cases are left out.

    Attributes:
        baseline: dict of `Estimate` by key, of the base model; empty before `fit`.
        answers: list of the latest `Answer`s.
        seconds: float, time spent checking in the latest `fit`, compilation included.

    Example:

    >>> import keras_halluc as kh
    >>> class LengthMonitor(kh.callbacks.CaseMonitor):
    ...     name = "length"
    ...     keys = ("val_length",)
    ...     def summarize(self, answers):
    ...         lengths = [len(answer.output) for answer in answers]
    ...         mean = sum(lengths) / len(lengths)
    ...         return {"val_length": kh.callbacks.Estimate(mean, min(lengths), max(lengths), 1)}
    >>> cases = [kh.data.Case("a", ("b",)), kh.data.Case("abc", ("b",))]
    >>> monitor = LengthMonitor(cases, generator=lambda prompts: prompts)
    >>> monitor.on_train_begin()
    >>> monitor.baseline["val_length"].value
    2.0
    """

    name: str

    def __init__(
        self,
        cases: Sequence[Case],
        checker: Checker | None = None,
        generator: Any = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        self.cases = check_cases(cases)
        self.checker = AnswerChecker() if checker is None else checker
        if isinstance(checker, type) or not isinstance(self.checker, Checker):
            raise TypeError(
                "`checker` must be an object with `check(cases, outputs)`. "
                + received("checker", checker)
            )
        needs = getattr(self.checker, "requires", ())
        if not any(all(getattr(case, need) for need in needs) for case in self.cases):
            raise ValueError(
                f"No case has what {type(self.checker).__name__} needs: {', '.join(needs)}. Give "
                f"cases with it, or a `checker` that needs something else. {_held(self.cases)}"
            )
        if generator is not None:
            generator = as_generator(generator)
        self.generator: Generator | None = generator
        self.log_dir = None if log_dir is None else check_folder("log_dir", log_dir)
        if not isinstance(prefix, str):
            raise TypeError(f"`prefix` must be a str. {received('prefix', prefix)}")
        self.prefix = prefix
        if budget is not None:
            check_number("budget", budget, above=0.0, maximum=1.0)
        self.budget = budget
        self.strict = check_choice("strict", strict, (True, False))
        self.verbose = check_choice("verbose", verbose, (0, 1))
        self.baseline: dict[str, Estimate] = {}
        self.answers: list[Answer] = []
        self.seconds = 0.0

    @property
    @abc.abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, without prefix."""

    @property
    def log_keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, as they stand in `logs`."""
        return tuple(self.prefix + key for key in self.keys)

    @abc.abstractmethod
    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        """Values by key; a key that cannot be measured on these answers is left out."""

    def base_measured(self, answers: list[Answer]) -> None:
        """Called with the answers of the base model, before `summarize`. Default: nothing."""

    def on_train_begin(self, logs: Any = None) -> None:
        others = neighbours()
        check_order(self, self.log_keys, others)
        before = others[: others.index(self)] if self in others else []
        self._earlier = [other for other in before if isinstance(other, CaseMonitor)]
        made = self._generator_of(self.model) if self.generator is None else self.generator
        self._active: Generator = made
        monitors = max(sum(isinstance(other, CaseMonitor) for other in others), 1)
        share = None if self.budget is None else self.budget / monitors
        self._budget = TimeBudget(share, minimum=max(chunk_size(made), CHUNK))
        self._warned = False
        self._measured = False
        self._step = -1  # of `answers`
        self._seconds_per_case = 0.0
        self._writer = self._open_writer()
        self.seconds = 0.0
        start = time.perf_counter()
        with same_random_state(self.model):
            self.answers = self._ask(list(range(len(self.cases))), step=0)
            self.base_measured(self.answers)
        self.baseline = self._named(self.summarize(self.answers))
        self._write(self.baseline, step=0)
        self.seconds += time.perf_counter() - start
        self._epoch_start = time.perf_counter()

    def _generator_of(self, model: Any) -> Generator:
        """Shared by the monitors of a `fit`, and kept for the next, with what it compiled."""
        for other in self._earlier:
            if other.generator is None:
                return other._active
        if getattr(self, "_made_for", None) is not model:
            self._made, self._made_for = as_generator(model), model
        return self._made

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        start = time.perf_counter()
        try:
            chosen = self._budget.chosen
            epochs = (self.params or {}).get("epochs")  # None: how long it goes on is not known
            count = self._budget.choose(
                len(self.cases),
                self._seconds_per_case,
                start - self._epoch_start,
                len(self.cases) if epochs else 0,
                max(epochs - epoch, 1) if epochs else 1,
            )
            if chosen is None and count < len(self.cases) and self.verbose:
                print(
                    f"\n{type(self).__name__}: checks {count} of {len(self.cases)} cases an epoch "
                    f"to stay within budget={self.budget}; budget=None checks all."
                )
            with same_random_state(self.model):
                self.answers = self._ask(spread(len(self.cases), count), step=epoch + 1)
            values = self._named(self.summarize(self.answers))
            if logs is not None:
                logs.update({key: estimate.value for key, estimate in values.items()})
            self._write(values, step=epoch + 1)
        except Exception as error:
            if self.strict:
                raise
            if not self._warned:
                self._warned = True
                warnings.warn(
                    f"{type(self).__name__} could not measure epoch {epoch + 1} and goes on; "
                    f"said once (strict=True raises instead): {type(error).__name__}: {error}",
                    stacklevel=2,
                )
        self.seconds += time.perf_counter() - start

    def on_train_end(self, logs: Any = None) -> None:
        if not self._measured:
            warnings.warn(
                f"{type(self).__name__} never measured anything: no case was answered by "
                f"{type(self.checker).__name__}. {_held(self.cases)}",
                stacklevel=2,
            )
        if self._writer is not None:
            self._writer.close()

    def _ask(self, indices: list[int], step: int) -> list[Answer]:
        """Needs `self.model` read before: on JAX this brings the weights up to date."""
        asked = [m for m in self._earlier if m._active is self._active and m._step == step]
        heard = {answer.case.prompt: answer.output for m in asked for answer in m.answers}
        progress = Progress(f"{type(self).__name__}: {self.name}", len(indices), bool(self.verbose))
        answers, seconds = ask(
            self._active, self.checker, self.cases, indices, heard, progress.update
        )
        self._step = step
        self._seconds_per_case = seconds or max((m._seconds_per_case for m in asked), default=0.0)
        self._measured = self._measured or any(answer.verdict.measured for answer in answers)
        return answers

    def _named(self, values: dict[str, Estimate]) -> dict[str, Estimate]:
        return {self.prefix + key: values[key] for key in self.keys if key in values}

    def _open_writer(self) -> Any:
        if self.log_dir is None:
            return None
        from keras_halluc.tensorboard import EventWriter
        from keras_halluc.tensorboard import MarginChart

        writer = EventWriter(os.path.join(self.log_dir, self.prefix + self.name))
        charts = [MarginChart(key, [key]) for key in self.log_keys]
        writer.layout({self.prefix + self.name: charts})
        return writer

    def _write(self, values: dict[str, Estimate], step: int) -> None:
        if self._writer is None:
            return
        for key, estimate in values.items():
            self._writer.interval(key, estimate.value, estimate.low, estimate.high, step)
        self.write_details(self._writer, step)

    def write_details(self, writer: Any, step: int) -> None:
        """Writes more than the values into TensorBoard. Default: nothing."""


def _held(cases: Sequence[Case]) -> str:
    references = sum(bool(case.references) for case in cases)
    sources = sum(bool(case.source) for case in cases)
    return f"Received: {len(cases)} cases, {references} with references, {sources} with a source"
