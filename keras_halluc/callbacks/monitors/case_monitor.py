"""How is a model asked the same cases at the end of every epoch, without disturbing `fit`?"""

import abc
import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._check import received
from keras_halluc._progress import Progress
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.answers import Unchecked
from keras_halluc.callbacks.observed.answers import ask
from keras_halluc.callbacks.session.random_state import same_random_state
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.data.cases import check_cases
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import CHUNK
from keras_halluc.generation.batches import chunk_size
from keras_halluc.grounding import AnswerChecker
from keras_halluc.statistics.estimates import Estimate


class CaseMonitor(Monitor):
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
        baseline: dict by log key, of the base model: `Estimate`, or a float where there is no
            interval; empty before `fit`.
        answers: list of the latest `Answer`s.
        answers_step: int, when they were given: 0 before training, `e + 1` after epoch `e`.
        latest: dict as `baseline`, of the latest epoch.
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
        super().__init__(log_dir, prefix, budget, strict, verbose)
        self.cases = check_cases(cases, complete=not isinstance(checker, Unchecked))
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
        self.baseline: dict[str, Estimate | float] = {}
        self.answers: list[Answer] = []
        self.answers_step = -1

    @abc.abstractmethod
    def summarize(self, answers: list[Answer]) -> Mapping[str, Estimate | float]:
        """Values by key; a key that cannot be measured on these answers is left out."""

    def base_measured(self, answers: list[Answer]) -> None:
        """Called with the answers of the base model, before `summarize`. Default: nothing."""

    def begin(self) -> None:
        before = self._others[: self._others.index(self)] if self in self._others else []
        self._earlier = [other for other in before if isinstance(other, CaseMonitor)]
        if any(isinstance(other, keras.callbacks.BackupAndRestore) for other in before):
            ours = type(self).__name__
            raise ValueError(
                f"{ours} must come before BackupAndRestore in `callbacks`, which puts back the "
                "weights of an interrupted run: what the base model answers would be taken from "
                f"them. Write callbacks=[{ours}(...), BackupAndRestore(...)]."
            )
        made = self._generator_of(self.model) if self.generator is None else self.generator
        self._active: Generator = made
        self._budget = TimeBudget(self._share, minimum=max(chunk_size(made), CHUNK))
        self.answers_step = -1
        self._seconds_per_case = 0.0
        with same_random_state(self.model):
            self.answers = self._ask(list(range(len(self.cases))), step=0)
            self.base_measured(self.answers)
            self.baseline = self._named(self.summarize(self.answers))
        self._write(self.baseline, step=0)

    def _generator_of(self, model: Any) -> Generator:
        """Shared by the monitors of a `fit`, and kept for the next, with what it compiled."""
        for other in self._earlier:
            if other.generator is None:
                return other._active
        if getattr(self, "_made_for", None) is not model:
            self._made, self._made_for = as_generator(model), model
        return self._made

    def measure(self, epoch: int, logs: Mapping[str, Any]) -> Mapping[str, Estimate | float]:
        chosen = self._budget.chosen
        epochs = self._planned()
        count = self._budget.choose(
            len(self.cases),
            self._seconds_per_case,
            self._epoch_seconds,
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
            return self.summarize(self.answers)

    def nothing_measured(self) -> str:
        checker = type(self.checker).__name__
        return f"no case was answered by {checker}. {_held(self.cases)}"

    def _ask(self, indices: list[int], step: int) -> list[Answer]:
        """Needs `self.model` read before: on JAX this brings the weights up to date."""
        asked = [m for m in self._earlier if m._active is self._active and m.answers_step == step]
        heard = {answer.case.prompt: answer.output for m in asked for answer in m.answers}
        progress = Progress(f"{type(self).__name__}: {self.name}", len(indices), bool(self.verbose))
        answers, seconds = ask(
            self._active, self.checker, self.cases, indices, heard, progress.update
        )
        self.answers_step = step
        if all(self.cases[i].prompt in heard for i in indices):  # more of them would be asked
            seconds += max(m._seconds_per_case for m in asked)
        self._seconds_per_case = seconds
        self._measured = self._measured or any(answer.verdict.measured for answer in answers)
        return answers

    def on_train_end(self, logs: Any = None) -> None:
        if self._writer is not None:
            self._writer.progress(self.answers_step, self._planned(), ended=True)
        super().on_train_end(logs)

    def _write(self, values: Mapping[str, Any], step: int) -> None:
        super()._write(values, step)
        if self._writer is None or isinstance(self.checker, Unchecked):
            return
        taken = {case.id for case in self.cases}
        cases = [_with_id(answer, taken) for answer in self.answers]
        outputs = [answer.output for answer in self.answers]
        self._writer.cases(cases, outputs, [answer.verdict for answer in self.answers], step)
        self._writer.progress(step, self._planned())

    def _planned(self) -> int | None:
        """Epochs of this `fit`; None where they are not known."""
        return (self.params or {}).get("epochs")


def _with_id(answer: Answer, taken: set[str | None]) -> Case:
    """The case under its id, or under its place among all cases where it has none."""
    if answer.case.id is not None:
        return answer.case
    name = str(answer.index)
    while name in taken:
        name += "_"
    return dataclasses.replace(answer.case, id=name)


def _held(cases: Sequence[Case]) -> str:
    references = sum(bool(case.references) for case in cases)
    sources = sum(bool(case.source) for case in cases)
    return f"Received: {len(cases)} cases, {references} with references, {sources} with a source"
