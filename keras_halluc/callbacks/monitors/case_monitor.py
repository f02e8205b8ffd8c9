"""How is a model asked the same cases at the end of every epoch?"""

import abc
import dataclasses
import time
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import cast

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc._types import Verdict
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.answers import Unchecked
from keras_halluc.callbacks.observed.asking import ask
from keras_halluc.callbacks.observed.case_names import case_name
from keras_halluc.callbacks.results.case_results import CaseResults
from keras_halluc.callbacks.session.asked_order import asked_order
from keras_halluc.callbacks.session.progress_line import ProgressLine
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.time_limit import TimeLimit
from keras_halluc.data.cases import require_cases
from keras_halluc.generation import NextTokenGenerator
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import CHUNK
from keras_halluc.generation.batches import chunk_size
from keras_halluc.grounding import AnswerChecker
from keras_halluc.statistics.estimates import Estimate


class CaseMonitor(CaseResults, Monitor):
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
            monitors of the `fit`, without compilation. The order in which cases are taken is fixed
            before training, spread over the list and its groups. All are asked once before
            training. At the first measurement the monitor chooses how many of them that buys: 32 or
            one batch, or that times 2, 4, 8 and so on, or all. From then on every value, `baseline`
            too, is over the same cases. No key that a callback watches goes missing. What it costs,
            how precise it is and what all would cost is said once. None always checks all.
        strict: bool. Whether an error during a check ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. What is printed: nothing (0); or when cases are left out, the
            results at the end of `fit`, and the progress of checks, in the place of Keras' bar (1)
            or, where they took long, as one line (2). `"auto"` is what `fit` was given.
        timeout: float > 0 or None. Seconds that asking and checking the cases may take at one time,
            after which the epoch is not measured, and this is said; before training that is an
            error. Checkers, and generators that are no Keras model, are then called in a thread of
            their own, which is left behind if it does not come back. A Keras model is asked in the
            thread of `fit`, and the clock is looked at between its batches. None waits for ever.
        every: int >= 1 or None. Training steps after which it also measures within an epoch; see
            `Monitor`.

    Attributes:
        baseline: dict by log key, of the base model: `Estimate`, or a float where there is no
            interval; empty before `fit`.
        answers: list of the latest `Answer`s; `case_history` has all.
        answers_step: int, when they were given: 0 before training, `e + 1` after epoch `e`, -1
            within an epoch.
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
    >>> monitor = LengthMonitor(cases, generator=lambda prompts: prompts, verbose=0)
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
        timeout: float | None = None,
        every: int | None = None,
    ) -> None:
        super().__init__(log_dir, prefix, budget, strict, verbose, every)
        self.cases = require_cases(cases, complete=not isinstance(checker, Unchecked))
        self.checker = self.default_checker() if checker is None else checker
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
        if timeout is not None:
            require_number("timeout", timeout, above=0.0)
        self.timeout = timeout
        self._limit = TimeLimit(timeout)
        self._order = asked_order([self.group_of(i) for i in range(len(self.cases))])
        self._seconds_each = 0.0
        self.answers: list[Answer] = []
        self.answers_step = -1

    def group_of(self, index: int) -> Any:
        """Of what each number of cases has its share: the `group` of the case."""
        return self.cases[index].group

    def default_checker(self) -> Checker:
        """The checker where none is given: `AnswerChecker()`."""
        return AnswerChecker()

    @abc.abstractmethod
    def summarize(self, answers: list[Answer]) -> Mapping[str, Estimate | float]:
        """Values by key of the answers; one that cannot be measured on them is left out."""

    def examine(self, answers: list[Answer]) -> None:
        """Called with answers just given; its time counts as the check's. Default: nothing."""

    def begin(self) -> None:
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
        """The answers to as many cases, spread over groups, as the moment allows, with verdicts."""
        generator, cases = self.active_generator, self.cases
        indices = self._first(moment.count)
        heard = self.session.heard(generator, moment.when)
        label = f"{type(self).__name__}, {moment.words}"
        unheard = [i for i in indices if cases[i].prompt not in heard.outputs]
        total = len(self.session.processes.share(unheard))
        self._limit.begin()
        with ProgressLine(label, total, self.unit, self._loudness) as progress:
            answers, seconds = ask(
                self._generate,
                self._check,
                cases,
                indices,
                chunk_size(generator),
                heard.outputs,
                progress.update,
                self.session.processes,
            )
        if all(cases[i].prompt in heard.outputs for i in indices):  # more of them would be asked
            seconds += heard.seconds
        start = time.perf_counter()
        self.examine(answers)
        seconds += (time.perf_counter() - start) / len(answers)
        outputs = {answer.case.prompt: answer.output for answer in answers}
        self.session.hear(generator, moment.when, outputs, seconds)
        self.answers, self._seconds_each = answers, seconds
        self.answers_step = -1 if moment.training_step else moment.step
        return answers

    def part(self, answers: Sequence[Answer], count: int) -> list[Answer]:
        chosen = set(self._first(count))
        return [answer for answer in answers if answer.index in chosen]

    def _first(self, count: int) -> list[int]:
        """Which cases are asked where there is time for so many, in the order of the list."""
        return sorted(self._order[:count])

    def _generate(self, prompts: list[str]) -> Sequence[str]:
        who, generate = type(self.active_generator).__name__, self.active_generator.generate
        if runs_a_model(self.active_generator):  # a thread left behind would share its state
            self._limit.check(who)
            return generate(prompts)
        outputs: Sequence[str] = self._limit.call(who, generate, prompts)
        return outputs

    def _check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        who = type(self.checker).__name__
        verdicts: list[Verdict] = self._limit.call(who, self.checker.check, cases, outputs)
        return verdicts

    def seconds_each(self) -> float:
        return self._seconds_each

    def base_state(self) -> dict[str, Any]:
        return {"seconds_each": self._seconds_each}

    def restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self._seconds_each = state["seconds_each"]

    def _answers_at(self, step: int) -> list[Answer]:
        return self.answers if self.answers_step == step else []

    def measures(self, answers: list[Answer], values: Mapping[str, Estimate | float]) -> bool:
        if isinstance(self.checker, Unchecked):
            return bool(values)
        return any(answer.verdict.measured for answer in answers)

    def nothing_measured(self) -> str:
        checker = type(self.checker).__name__
        return f"no case was answered by {checker}. {_held(self.cases)}"

    def write_record(self, writer: Any, step: int, ended: bool = False) -> None:
        if not ended and not isinstance(self.checker, Unchecked):
            taken = self._case_ids()
            cases = [
                dataclasses.replace(answer.case, id=case_name(answer, taken))
                for answer in self.answers
            ]
            outputs = [answer.output for answer in self.answers]
            writer.cases(cases, outputs, [answer.verdict for answer in self.answers], step)
        if ended or not isinstance(self.checker, Unchecked):
            writer.progress(step, self._planned(), ended=ended)


def runs_a_model(generator: Any) -> bool:
    """Whether a Keras model answers, in this process."""
    inner = getattr(generator, "generator", generator)
    return isinstance(inner, (TaskGenerator, NextTokenGenerator))


def _held(cases: Sequence[Case]) -> str:
    references = sum(bool(case.references) for case in cases)
    sources = sum(bool(case.source) for case in cases)
    return f"Received: {len(cases)} cases, {references} with references, {sources} with a source"
