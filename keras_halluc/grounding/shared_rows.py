"""How do several checkers share rows, each of which one of them judges?"""

from collections.abc import Callable
from collections.abc import Sequence

from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.required_arguments import require_verdict


def check_shared(
    cases: Sequence[Case],
    outputs: Sequence[str],
    kinds: Sequence[bool],
    checker_of: Callable[[bool], Checker],
) -> list[Verdict]:
    """Verdicts in order; `checker_of` names the checker of each kind that there is."""
    found: dict[int, Verdict] = {}
    for kind in sorted(set(kinds)):
        rows = [i for i, own in enumerate(kinds) if own == kind]
        verdicts = checker_of(kind).check([cases[i] for i in rows], [outputs[i] for i in rows])
        found.update(zip(rows, map(require_verdict, verdicts), strict=True))
    return [found[i] for i in range(len(cases))]
