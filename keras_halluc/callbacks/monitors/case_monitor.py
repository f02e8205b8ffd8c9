"""How is a model asked the same cases at the end of every epoch?"""

import abc
import dataclasses
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import cast

import keras

from keras_halluc._progress import Progress
from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc.callbacks.monitors.monitor import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.answers import Unchecked
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.data.cases import require_cases
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import CHUNK
from keras_halluc.generation.batches import chunk_size
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding.required_arguments import require_verdict
from keras_halluc.statistics.estimates import Estimate


class CaseMonitor(Monitor):
    """Base of the monitors of cases: lets the model answer them, and checks the answers.

    Before the first step the base model is measured, so that whatever is wrong with the cases, the
    generator or the order of callbacks is an error then, and so that later values have something to
    be compared with (`baseline`; step 0 in TensorBoard, where epoch `e` is step `e + 1`). Later
    errors are warned of once and never end `fit`, unless `strict`.

    A subclass sets `name` and writes `keys` and `summarize`; what else it may write stands in
    `Monitor`. Two monitors in one `fit` must not write the same keys: give one of them a `prefix`.
    Those with the same generator ask a prompt once between them.

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
        verbose: `"auto"`, 0, 1 or 2. Whether to show progress of long checks, as a bar (1) or as
            one line (2), and say when cases are left out. `"auto"` is what `fit` was given.

    Attributes:
        baseline: dict by log key, of the base model: `Estimate`, or a float where there is no
            interval; empty before `fit`.
        answers: list of the latest `Answer`s.
        answers_step: int, when they were given: 0 before training, `e + 1` after epoch `e`.
        active_generator: `Generator` that answers in the latest `fit`.
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
    ...         return {"val_length": kh.statistics.Estimate(mean, min(lengths), max(lengths), 1)}
    >>> cases = [kh.data.Case("a", ("b",)), kh.data.Case("abc", ("b",))]
    >>> monitor = LengthMonitor(cases, generator=lambda prompts: prompts)
    >>> monitor.on_train_begin()
    >>> monitor.baseline["val_length"].value
    2.0
    """

    def __init__(
        self,
        cases: Sequence[Case],
        checker: Checker | None = None,
        generator: Any = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__(log_dir, prefix, budget, strict, verbose)
        self.cases = require_cases(cases, complete=not isinstance(checker, Unchecked))
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
        self.active_generator = cast(Generator, generator)  # None until `fit` names its model
        self._seconds_each = 0.0
        self.answers: list[Answer] = []
        self.answers_step = -1

    @abc.abstractmethod
    def summarize(self, answers: list[Answer]) -> Mapping[str, Estimate | float]:
        """Values by key of the answers; one that cannot be measured on them is left out."""

    def base_measured(self, answers: list[Answer]) -> None:
        """Called with the answers of the base model, before `summarize`. Default: nothing."""

    def examine(self, answers: list[Answer]) -> None:
        """Called with answers just given; its time counts as the check's. Default: nothing."""

    def begin(self) -> None:
        if any(
            isinstance(other, keras.callbacks.BackupAndRestore)
            for other in self.session.before(self)
        ):
            ours = type(self).__name__
            raise ValueError(
                f"{ours} must come before BackupAndRestore in `callbacks`, which puts back the "
                "weights of an interrupted run: what the base model answers would be taken from "
                f"them. Write callbacks=[{ours}(...), BackupAndRestore(...)]."
            )
        made = self.session.generator_of(self.model) if self.generator is None else self.generator
        self.active_generator = made
        self.answers_step = -1
        self._seconds_each = 0.0

    @property
    def available(self) -> int:
        return len(self.cases)

    @property
    def minimum(self) -> int:
        return max(chunk_size(self.active_generator), CHUNK)

    def look(self, moment: Moment) -> list[Answer]:
        """The answers to as many cases, evenly spread, as the moment allows, and their verdicts."""
        generator, cases = self.active_generator, self.cases
        indices = spread(len(cases), moment.count)
        heard = self.session.heard(generator, moment.step)
        label = f"{type(self).__name__}: {self.name}"
        progress = Progress(label, len(indices), self._loudness)
        answers, seconds = _ask(
            generator, self.checker, cases, indices, heard.outputs, progress.update
        )
        if all(cases[i].prompt in heard.outputs for i in indices):  # more of them would be asked
            seconds += heard.seconds
        start = time.perf_counter()
        self.examine(answers)
        seconds += (time.perf_counter() - start) / len(answers)
        outputs = {answer.case.prompt: answer.output for answer in answers}
        self.session.hear(generator, moment.step, outputs, seconds)
        self.answers, self.answers_step, self._seconds_each = answers, moment.step, seconds
        return answers

    def seconds_each(self) -> float:
        return self._seconds_each

    def measures(self, answers: list[Answer], values: Mapping[str, Estimate | float]) -> bool:
        if isinstance(self.checker, Unchecked):
            return bool(values)
        return any(answer.verdict.measured for answer in answers)

    def nothing_measured(self) -> str:
        checker = type(self.checker).__name__
        return f"no case was answered by {checker}. {_held(self.cases)}"

    def write_record(self, writer: Any, step: int, ended: bool = False) -> None:
        if not ended and not isinstance(self.checker, Unchecked):
            taken = {case.id for case in self.cases}
            cases = [_with_id(answer, taken) for answer in self.answers]
            outputs = [answer.output for answer in self.answers]
            writer.cases(cases, outputs, [answer.verdict for answer in self.answers], step)
        if ended or not isinstance(self.checker, Unchecked):
            writer.progress(step, self._planned(), ended=ended)


def _ask(
    generator: Generator,
    checker: Checker,
    cases: Sequence[Case],
    indices: Sequence[int],
    heard: Mapping[str, str],
    tell: Callable[[int], None],
) -> tuple[list[Answer], float]:
    """Answers to the cases at `indices`, in chunks, and the seconds each one took.

    Prompts of like length are asked together, since a batch takes as long as its longest. The first
    chunk may have compiled, so it is left out of the seconds unless it is the only one. Where all
    are known already, the seconds are those of checking.

    Args:
        generator: `Generator`.
        checker: `Checker`.
        cases: all cases.
        indices: which of them to answer, at least one.
        heard: outputs by prompt that are known already; these prompts are not asked again.
        tell: called with the number of cases done after each chunk.
    """
    size = chunk_size(generator)
    known = [i for i in indices if cases[i].prompt in heard]
    order = sorted(set(indices) - set(known), key=lambda i: (len(cases[i].prompt), i))
    began = time.perf_counter()
    found = _checked(checker, cases, known, [heard[cases[i].prompt] for i in known])
    if not order:
        return [found[i] for i in indices], (time.perf_counter() - began) / len(known)
    began = time.perf_counter()
    for start in range(0, len(order), size):
        if start == size:
            began = time.perf_counter()
        chunk = order[start : start + size]
        outputs = generator.generate([cases[i].prompt for i in chunk])
        found |= _checked(checker, cases, chunk, outputs)
        tell(len(found))
    timed = len(order) - size if len(order) > size else len(order)
    return [found[i] for i in indices], (time.perf_counter() - began) / timed


def _checked(
    checker: Checker, cases: Sequence[Case], indices: Sequence[int], outputs: Sequence[str]
) -> dict[int, Answer]:
    if not indices:
        return {}
    asked = [cases[i] for i in indices]
    require_same_length(cases=asked, outputs=outputs)
    verdicts = checker.check(asked, outputs)
    require_same_length(cases=asked, verdicts=verdicts)
    rows = zip(indices, asked, outputs, map(require_verdict, verdicts))
    return {row[0]: Answer(*row) for row in rows}


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
