"""What does the model say to each case, and what does the checker think of it?"""

import dataclasses
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._check import check_same_length
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Generator
from keras_halluc._types import Verdict
from keras_halluc.generation.batches import chunk_size
from keras_halluc.grounding.argument_checks import check_verdict


@dataclasses.dataclass(frozen=True)
class Answer:
    """One case, what the model said and what the checker thinks of it."""

    index: int
    case: Case
    output: str
    verdict: Verdict


class Unchecked:
    """A checker that holds no output against its case, for monitors of something else."""

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns that nothing was measured."""
        return [Verdict("unmeasured", reason="not checked") for _ in outputs]


def ask(
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
    check_same_length(cases=asked, outputs=outputs)
    verdicts = checker.check(asked, outputs)
    check_same_length(cases=asked, verdicts=verdicts)
    rows = zip(indices, asked, outputs, map(check_verdict, verdicts))
    return {row[0]: Answer(*row) for row in rows}
