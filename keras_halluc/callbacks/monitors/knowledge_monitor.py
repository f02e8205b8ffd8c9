"""Is the model learning what it knew, what it did not know, and does it still know the rest?"""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.data import Knowledge
from keras_halluc.data import categorize_knowledge
from keras_halluc.data.cases import require_cases
from keras_halluc.data.recipes import category_names
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import rate_estimate


class KnowledgeMonitor(CaseMonitor):
    """Follows the fit to known and to unknown training facts, and what happens to all others.

    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `known_fit` | higher | share of training facts the base model knew that are reproduced |
    | `unknown_fit` | | share of training facts it did not know that are reproduced |
    | `heldout_known_accuracy` | higher | share of held-out facts it knew that are still right |

    Fit to unknown facts comes later than to known ones and takes known facts with it (Gekhman et
    al. 2024): where `unknown_fit` rises and `heldout_known_accuracy` falls, stop. Accuracy over
    each single category goes to TensorBoard as `fit/<category>`. A rate over no fact is left out.

    Args:
        cases: list of `Case`, the training facts (or a sample of them), with references.
        knowledge: what `categorize_knowledge` returned for `cases`, or category names. None asks
            the base model before training, with each case's own prompt; a generator that cannot
            sample knows what it answers right and nothing else.
        heldout: list of `Case`, facts not in training. Those the base model answers right before
            training are followed. Defaults to none.
        checker: `Checker`. None is `AnswerChecker()`.
        generator: `Generator`, KerasHub task or callable. None is the model being fitted.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.
        every: int >= 1 or None. Training steps after which it also measures; see `CaseMonitor`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [fact.case() for fact in kh.data.load_facts("known")[:4]]
    >>> monitor = kh.callbacks.KnowledgeMonitor(cases[:2], ["highly_known"] * 2, heldout=cases[2:])
    >>> monitor.keys
    ('known_fit', 'unknown_fit', 'heldout_known_accuracy')

    References:
        Gekhman et al. 2024, https://arxiv.org/abs/2405.05904
    """

    name = "knowledge"
    headline = ("known_fit", "unknown_fit", "heldout_known_accuracy")

    def __init__(
        self,
        cases: Sequence[Case],
        knowledge: Sequence[Knowledge | str] | None = None,
        heldout: Sequence[Case] = (),
        checker: Any = None,
        generator: Any = None,
        timeout: float | None = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
        every: int | None = None,
    ) -> None:
        training = require_cases(cases)
        rest = require_cases(heldout) if heldout else []
        for case in training + rest:
            if not case.references:
                raise ValueError(f"Every case must have references. {received('case', case)}")
        shared = {case.prompt for case in training} & {case.prompt for case in rest}
        if shared:
            raise ValueError(
                f"`heldout` must not repeat training facts: {len(shared)} prompts are in both. "
                + received("heldout", sorted(shared)[0])
            )
        cases = training + _renamed(rest, training)
        self.training_count = len(training)
        self.knowledge = None if knowledge is None else category_names(knowledge)
        if self.knowledge is not None:
            require_same_length(cases=training, knowledge=self.knowledge)
        super().__init__(
            cases, checker, generator, log_dir, prefix, budget, strict, verbose, timeout, every
        )
        self._categories: list[str] = []
        self._followed: set[int] = set()

    def group_of(self, index: int) -> Any:
        if index >= self.training_count:
            return "heldout", self.cases[index].group
        return None if self.knowledge is None else self.knowledge[index], self.cases[index].group

    @property
    def keys(self) -> tuple[str, ...]:
        heldout = ("heldout_known_accuracy",) if len(self.cases) > self.training_count else ()
        return ("known_fit", "unknown_fit", *heldout)

    def base_measured(self, answers: list[Answer]) -> None:
        """Fixes, before training, what counts as known."""
        if self.knowledge is not None:
            self._categories = self.knowledge
        else:
            generator = self.active_generator
            samples = getattr(generator, "can_sample", hasattr(generator, "sample"))
            self._categories = category_names(
                categorize_knowledge(
                    generator,
                    self.cases[: self.training_count],
                    num_samples=16 if samples else 0,
                    checker=self.checker,
                    verbose=self._loudness,
                )
            )
        self._followed = {
            answer.index
            for answer in answers[self.training_count :]
            if answer.verdict.label == "supported"
        }

    def base_state(self) -> dict[str, Any]:
        followed = sorted(self._followed)
        return {**super().base_state(), "categories": self._categories, "followed": followed}

    def restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        super().restore_base(state, arrays)
        self._categories, self._followed = state["categories"], set(state["followed"])

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        parts: dict[str, list[bool]] = {}
        for answer in answers:
            if not answer.verdict.measured:
                continue
            right = answer.verdict.label == "supported"
            if answer.index < self.training_count:
                unknown = self._categories[answer.index] == "unknown"
                parts.setdefault("unknown_fit" if unknown else "known_fit", []).append(right)
            elif answer.index in self._followed:
                parts.setdefault("heldout_known_accuracy", []).append(right)
        return {key: rate_estimate(sum(hits), len(hits)) for key, hits in parts.items()}

    def write_details(self, writer: Any, step: int) -> None:
        parts: dict[str, list[bool]] = {}
        for answer in self.answers:
            if answer.index < self.training_count and answer.verdict.measured:
                category = self._categories[answer.index]
                parts.setdefault(category, []).append(answer.verdict.label == "supported")
        for category, hits in parts.items():
            writer.scalar(f"{self.prefix}fit/{category}", sum(hits) / len(hits), step)


def _renamed(cases: list[Case], others: list[Case]) -> list[Case]:
    """`cases` without the ids that `others` have: two files are both numbered from 0."""
    taken = {case.id for case in others}
    return [dataclasses.replace(case, id=None) if case.id in taken else case for case in cases]
