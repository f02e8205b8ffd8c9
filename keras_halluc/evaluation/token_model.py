"""Token model: a generator seen as token ids in, log-likelihoods and texts out."""

from collections.abc import Sequence
from typing import Any
from typing import Protocol

import numpy as np

from keras_halluc._types import Generator

Pair = tuple[str, list[int], list[int]]  # a context, its token ids, those of the continuation


class TokenModel(Protocol):
    """What `HarnessLM` needs of a generator that can score.

    Attributes:
        generator: the generator.
        is_seq2seq: bool, whether an encoder reads the context.
        window: int, most tokens the model reads at once.
        start: list of int, ids before every context.
        end_token_id: int or None.
    """

    generator: Any
    is_seq2seq: bool
    window: int
    start: list[int]
    end_token_id: int | None

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without start tokens."""

    def score(self, pairs: Sequence[Pair]) -> list[tuple[float, bool]]:
        """Log-probability of each continuation in nats, and whether greedy decoding gives it."""

    def writer(self, max_new_tokens: int, stops: Sequence[str], prefix: int | None) -> Generator:
        """A generator of at most so many tokens, which keeps the last tokens of a long prompt.

        It may stop early where a stop string is one token. It does not cut the text there.
        """


def single_tokens(encode: Any, texts: Sequence[str]) -> tuple[int, ...]:
    """The ids of those texts that are one token wherever they stand.

    Args:
        encode: callable from a text to its ids.
        texts: list of str.
    """
    found = []
    for text in texts:
        ids = encode(text)
        if len(ids) == 1 and encode("a" + text)[-1:] == ids == encode(text + text)[-1:]:
            found.append(ids[0])
    return tuple(found)


def likelihoods(out: dict[str, np.ndarray], mask: np.ndarray) -> list[tuple[float, bool]]:
    """Sum of log-probabilities of each row where `mask` is 1, and whether all are greedy there.

    Args:
        out: dict of arrays `(row, seq)`, `"log_probs"` in nats and `"greedy"`, 1 or 0.
        mask: array `(row, seq)`.
    """
    found = []
    for log_probs, greedy, told in zip(out["log_probs"], out["greedy"], mask > 0):
        total = float(log_probs[told].sum(dtype="float64"))
        found.append((total, bool(greedy[told].all())))
    return found
