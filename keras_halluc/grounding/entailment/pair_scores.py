"""What does a pair scorer say of pairs of texts, each of them asked once?"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import numpy as np

from keras_halluc._require import received

# The columns of a scorer's answer.
ENTAILED, CONTRADICTED = 0, 2
PairScorer: TypeAlias = Callable[[Sequence[str], Sequence[str]], Any]


def require_scorer(scorer: Any) -> PairScorer:
    """`scorer` must be callable, as `KerasPairScorer` is."""
    if not callable(scorer):
        raise TypeError(
            "`scorer` must be a callable of sources and claims; KerasPairScorer makes one of a "
            f"Keras model. {received('scorer', scorer)}"
        )
    made: PairScorer = scorer
    return made


def score_pairs(
    scorer: PairScorer, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], np.ndarray]:
    """Probabilities entailed, neutral, contradicted of each pair of source and claim."""
    distinct = list(dict.fromkeys(pairs))
    if not distinct:
        return {}
    sources, claims = map(list, zip(*distinct))
    found = np.asarray(scorer(sources, claims), "float64")
    if found.shape != (len(distinct), 3) or not ((found >= 0) & (found <= 1 + 1e-6)).all():
        raise ValueError(
            f"`scorer` must return probabilities of shape ({len(distinct)}, 3): entailed, "
            f"neutral, contradicted. Received: shape {found.shape}, values in "
            f"[{found.min(initial=np.nan)}, {found.max(initial=np.nan)}]"
        )
    return dict(zip(distinct, found))


class MutualEntailment:
    """Whether two answers say the same after a prompt: each entails the other.

    Args:
        scorer: pair scorer, or None if no two answers do.
        entailed_at: float, probability from which on it says "entailed".
        answers: iterable of `(prompt, answer, answer)` that will be asked for.
    """

    def __init__(
        self,
        scorer: PairScorer | None,
        entailed_at: float,
        answers: Iterable[tuple[str, str, str]],
    ) -> None:
        self._entailed_at = entailed_at
        self._found: dict[tuple[str, str], np.ndarray] | None = None
        if scorer is not None:
            pairs = [_after(*row) for row in answers]
            self._found = score_pairs(scorer, [*pairs, *((b, a) for a, b in pairs)])

    def __call__(self, prompt: str, answer: str, other: str) -> bool:
        if self._found is None:
            return False
        first, second = _after(prompt, answer, other)
        both = self._found[first, second][ENTAILED], self._found[second, first][ENTAILED]
        return bool(min(both) >= self._entailed_at)


def _after(prompt: str, answer: str, other: str) -> tuple[str, str]:
    return f"{prompt} {answer}", f"{prompt} {other}"
