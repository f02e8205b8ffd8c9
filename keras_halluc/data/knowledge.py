"""Knowledge categories (SliCK): which facts did the base model know before fine-tuning?"""

import collections
import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from keras_halluc._progress import Progress
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._require import require_verbose
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc.data.cases import require_cases
from keras_halluc.generation import as_generator
from keras_halluc.grounding import AnswerChecker

CATEGORIES = ("highly_known", "maybe_known", "weakly_known", "unknown")
SIGNIFICANCE = 0.05  # of sampled hits against chance


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """What a model knew of one case.

    Args:
        category: str, one of `CATEGORIES`.
        greedy_accuracy: float in [0, 1], share of prompts whose greedy answer is right.
        sampled_accuracy: float in [0, 1], share of sampled answers that are right; None where
            nothing was sampled: greedy decoding already knew the answer, or `num_samples=0`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.Knowledge("weakly_known", greedy_accuracy=0.0, sampled_accuracy=0.5).category
    'weakly_known'
    """

    category: str
    greedy_accuracy: float
    sampled_accuracy: float | None


def categorize_knowledge(
    generator: Any,
    cases: Sequence[Case],
    prompts: Sequence[Sequence[str]] | None = None,
    num_samples: int = 16,
    temperature: float = 0.5,
    chance: float | None = None,
    checker: Checker | None = None,
    seed: int = 0,
    verbose: bool | int | str = "auto",
) -> list[Knowledge]:
    """Sorts cases into highly known, maybe known, weakly known and unknown (SliCK).

    Highly known: the greedy answer is right for every prompt. Maybe known: for some. Weakly known:
    for none, but sampled answers are right more often than chance explains. Unknown: the rest.
    Gekhman et al. count any sampled hit as weakly known (`chance=0.0`); where answers come from a
    small set that takes lucky guesses for knowledge, so by default the hits must be significant.

    Args:
        generator: `Generator`, KerasHub task or callable; what `as_generator` takes.
        cases: list of `Case` with references.
        prompts: for each case the prompts to try: wordings of the question, or few-shot prompts.
            None is each case's own prompt alone, with which nothing can be maybe known.
        num_samples: int >= 0, samples a prompt for cases that greedy decoding misses; 0 leaves
            weakly known out.
        temperature: float > 0, of sampling.
        chance: float in [0, 1] or None. Probability of a right guess. None is, for each case, how
            often its first reference is the answer among all cases of its `group`.
        checker: `Checker` that says whether an answer is right. Defaults to `AnswerChecker()`.
        seed: int, of sampling.
        verbose: `"auto"`, 0, 1 or 2. 0 is silent; where it takes more than a few seconds, 1
            (`"auto"`) shows a progress bar, and 2 a line at the end.

    Returns:
        list of `Knowledge`, one a case.

    Example:

    >>> import keras_halluc as kh
    >>> capitals = {"France?": "Paris", "Peru?": "Rome"}
    >>> cases = [kh.data.Case("France?", ("Paris",)), kh.data.Case("Peru?", ("Lima",))]
    >>> answer = lambda prompts: [capitals[p] for p in prompts]
    >>> [k.category for k in kh.data.categorize_knowledge(answer, cases, num_samples=0)]
    ['highly_known', 'unknown']

    References:
        Gekhman et al. 2024, https://arxiv.org/abs/2405.05904
    """
    generator = as_generator(generator)
    cases = require_cases(cases)
    without = [i for i, case in enumerate(cases) if not case.references]
    if without:
        raise ValueError(
            "All cases must have references to say whether an answer is right. "
            f"Received: {len(without)} without, first at index {without[0]}"
        )
    require_int("num_samples", num_samples, minimum=0)
    require_number("temperature", temperature, above=0.0)
    if chance is not None:
        require_number("chance", chance, minimum=0.0, maximum=1.0)
    checker = AnswerChecker() if checker is None else checker
    if isinstance(checker, type) or not isinstance(checker, Checker):
        raise TypeError(
            f"`checker` must be an object with `check(cases, outputs)`. "
            f"{received('checker', checker)}"
        )
    if num_samples and not hasattr(generator, "sample"):
        raise TypeError(
            "`generator` must have `sample(prompts, num_samples, temperature, seed)`, or give "
            f"`num_samples=0`. {received('generator', generator)}"
        )
    progress = Progress("Asking what the model knows", len(cases), require_verbose(verbose))
    forms = [[case.prompt] for case in cases] if prompts is None else _forms(prompts, cases)

    owners = [i for i, own in enumerate(forms) for _ in own]
    flat = [prompt for own in forms for prompt in own]
    outputs = generator.generate(flat)
    greedy = _accuracy(checker, [cases[i] for i in owners], outputs, owners, len(cases))
    progress.update(sum(accuracy > 0.0 for accuracy in greedy))
    sampled: dict[int, tuple[int, int]] = {}
    asked = [(i, prompt) for i, prompt in zip(owners, flat) if greedy[i] == 0.0]
    if asked and num_samples:
        texts = generator.sample(  # type: ignore[attr-defined]
            [prompt for _, prompt in asked], num_samples, temperature, seed
        )
        for (i, _), samples in zip(asked, texts):
            verdicts = checker.check([cases[i]] * len(samples), samples)
            right, total = sampled.get(i, (0, 0))
            right += sum(verdict.label == "supported" for verdict in verdicts)
            sampled[i] = (right, total + len(samples))
    progress.update(len(cases))
    guesses = _chances(cases) if chance is None else [chance] * len(cases)
    return [_knowledge(greedy[i], sampled.get(i), guesses[i]) for i in range(len(cases))]


def _forms(prompts: Sequence[Sequence[str]], cases: list[Case]) -> list[list[str]]:
    require_same_length(prompts=prompts, cases=cases)
    return [require_strings(f"prompts[{i}]", own) for i, own in enumerate(prompts)]


def _accuracy(
    checker: Checker, cases: list[Case], outputs: list[str], owners: list[int], count: int
) -> list[float]:
    right: list[list[bool]] = [[] for _ in range(count)]
    for i, verdict in zip(owners, checker.check(cases, outputs)):
        right[i].append(verdict.label == "supported")
    return [sum(hits) / len(hits) for hits in right]


def _chances(cases: list[Case]) -> list[float]:
    answers = collections.Counter((case.group, case.references[0]) for case in cases)
    sizes = collections.Counter(case.group for case in cases)
    return [
        # The case itself is left out: it would make a rare answer look likely in a small group.
        (answers[case.group, case.references[0]] - 1) / max(sizes[case.group] - 1, 1)
        for case in cases
    ]


def _knowledge(greedy: float, sampled: tuple[int, int] | None, chance: float) -> Knowledge:
    if greedy > 0.0:
        return Knowledge("highly_known" if greedy == 1.0 else "maybe_known", greedy, None)
    if sampled is None:
        return Knowledge("unknown", 0.0, None)
    hits, total = sampled
    known = hits > 0 and _tail(hits, total, chance) <= SIGNIFICANCE
    return Knowledge("weakly_known" if known else "unknown", 0.0, hits / total)


def _tail(hits: int, total: int, chance: float) -> float:
    """Probability of at least so many hits by guessing (binomial)."""
    return sum(
        math.comb(total, k) * chance**k * (1.0 - chance) ** (total - k)
        for k in range(hits, total + 1)
    )
