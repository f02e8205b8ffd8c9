"""Answers of a model to cases, asked in chunks, each prompt once, with the seconds they took."""

import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._processes import Processes
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.grounding.required_arguments import require_verdict

Check = Callable[[Sequence[Case], Sequence[str]], list[Verdict]]


def ask(
    generate: Callable[[list[str]], Sequence[str]],
    check: Check,
    cases: Sequence[Case],
    indices: Sequence[int],
    size: int,
    heard: Mapping[str, str],
    tell: Callable[[int], None],
    processes: Processes,
) -> tuple[list[Answer], float]:
    """Answers to the cases at `indices`, in chunks, and the seconds each one took.

    Prompts of like length are asked together, since a batch takes as long as its longest. The first
    chunk may have compiled, so it is left out of the seconds unless it is the only one. Where all
    are known already, the seconds are those of checking. Processes that train together take a share
    of the prompts each, and all get all answers.

    Args:
        generate: function from prompts to outputs.
        check: function from cases and outputs to verdicts.
        cases: all cases.
        indices: which of them to answer, at least one.
        size: int, prompts of a chunk.
        heard: outputs by prompt that are known already; these prompts are not asked again.
        tell: called with the number of cases done after each chunk.
        processes: `Processes` of the training run.
    """
    known = [i for i in indices if cases[i].prompt in heard]
    order = sorted(set(indices) - set(known), key=lambda i: (len(cases[i].prompt), i))
    began = time.perf_counter()
    found = _checked(check, cases, known, [heard[cases[i].prompt] for i in known])
    if not order:
        return [found[i] for i in indices], (time.perf_counter() - began) / len(known)

    def share() -> tuple[dict[int, tuple[str, Verdict]], float]:
        answers, seconds = _asked(generate, check, cases, processes.share(order), size, tell)
        # Without the cases, which every process has and whose `fields` may be of any type.
        return {i: (answer.output, answer.verdict) for i, answer in answers.items()}, seconds

    shares = processes.gathered(share)
    for said, _ in shares:
        found |= {i: Answer(i, cases[i], *answer) for i, answer in said.items()}
    return [found[i] for i in indices], max(seconds for _, seconds in shares) / processes.count


def _asked(
    generate: Callable[[list[str]], Sequence[str]],
    check: Check,
    cases: Sequence[Case],
    order: Sequence[int],
    size: int,
    tell: Callable[[int], None],
) -> tuple[dict[int, Answer], float]:
    """Answers by index to the cases of this process, and the seconds each of them took."""
    found: dict[int, Answer] = {}
    began = time.perf_counter()
    for start in range(0, len(order), size):
        if start == size:
            began = time.perf_counter()
        chunk = order[start : start + size]
        outputs = generate([cases[i].prompt for i in chunk])
        found |= _checked(check, cases, chunk, outputs)
        tell(len(found))
    timed = len(order) - size if len(order) > size else len(order)
    return found, (time.perf_counter() - began) / max(timed, 1)


def _checked(
    check: Check, cases: Sequence[Case], indices: Sequence[int], outputs: Sequence[str]
) -> dict[int, Answer]:
    if not indices:
        return {}
    asked = [cases[i] for i in indices]
    require_same_length(cases=asked, outputs=outputs)
    verdicts = check(asked, outputs)
    require_same_length(cases=asked, verdicts=verdicts)
    rows = zip(indices, asked, outputs, map(require_verdict, verdicts))
    return {row[0]: Answer(*row) for row in rows}
