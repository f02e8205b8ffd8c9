"""Input rows of a BERT for pairs: a source, a claim, and what they share."""

from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import numpy as np

from keras_halluc._token_rows import SpecialTokens
from keras_halluc._token_rows import join_segments
from keras_halluc._token_rows import pad_rows
from keras_halluc.grounding.overlap.folded_words import fold_source
from keras_halluc.grounding.overlap.folded_words import words_left_out
from keras_halluc.grounding.overlap.source_overlap import read_source

SEGMENTS = 4
SHARES = 3
LENGTHS = (32, 48, 64, 96, 128, 192)  # a batch is padded to one of these: one compilation each


class PackedPair(NamedTuple):
    """One pair, not padded yet.

    Args:
        tokens: list of int.
        segments: list of int, as many; see `PairPacker`.
        shares: tuple of three floats in [0, 1].
    """

    tokens: list[int]
    segments: list[int]
    shares: tuple[float, ...]


class PairPacker:
    """Tokens of both texts as a BERT reads them: `[CLS] source [SEP] claim [SEP]`.

    What both texts share is said beside it, so that a model need not find that out by itself:

    - Segment ids: 0 source, 1 claim; with `marks` also 2 for a token of the claim that the source
      has not, 3 for one that stands in the source after the same token.
    - Shares of the claim's content words that the source has, has in the same order, and has beside
      the same neighbour, as `OverlapChecker` counts them; 0 for a claim without words.

    Args:
        tokenizer: `keras_hub.models.BertTokenizer`.
        lengths: ascending int, the sizes a batch is padded to. A claim may take half of the
            longest, and the source is cut where there is no room.
        marks: bool. The embedded checker was trained on pairs with and without them; with them it
            reads roles and order worse, see its card.
    """

    def __init__(
        self, tokenizer: Any, lengths: Sequence[int] = LENGTHS, marks: bool = False
    ) -> None:
        self.tokenizer = tokenizer
        self.lengths = tuple(lengths)
        self.marks = marks

    def rows(self, sources: Sequence[str], claims: Sequence[str]) -> list[PackedPair]:
        """What a model reads of each pair."""
        start, end = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        special = SpecialTokens((start,), (end,), (end,))
        most = self.lengths[-1]
        packed = []
        texts = zip(sources, claims)
        for source, claim in zip(self._tokens(sources), self._tokens(claims)):
            claim = claim[: most // 2]
            source = source[: most - len(claim) - special.count(2)]
            tokens, segments = join_segments([source, claim], special)
            if self.marks:
                segments[len(source) + 2 : -1] = _marks(source, claim)
            packed.append(PackedPair(tokens, segments, _shares(*next(texts))))
        return packed

    def fitting(self, count: int) -> int:
        """The size a row of so many tokens is padded to."""
        return next(length for length in self.lengths if count <= length)

    def pad(self, rows: Sequence[PackedPair], length: int) -> dict[str, np.ndarray]:
        """Int32 `(rows, length)` for each input of a BERT, and float32 `(rows, 3)` of shares."""
        ids, mask = pad_rows([row.tokens for row in rows], length, self.tokenizer.pad_token_id)
        segments, _ = pad_rows([row.segments for row in rows], length, 0)
        shares = np.array([row.shares for row in rows], "float32").reshape(len(rows), SHARES)
        return {"token_ids": ids, "segment_ids": segments, "padding_mask": mask, "shares": shares}

    def __call__(self, sources: Sequence[str], claims: Sequence[str]) -> dict[str, np.ndarray]:
        rows = self.rows(sources, claims)
        return self.pad(rows, self.fitting(max(len(row.tokens) for row in rows)))

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [[int(token) for token in row] for row in self.tokenizer(list(texts))]


def _marks(source: list[int], claim: list[int]) -> list[int]:
    """The segment of each token of a claim."""
    tokens, pairs = set(source), set(zip(source, source[1:]))
    return [
        2 if token not in tokens else 3 if i and (claim[i - 1], token) in pairs else 1
        for i, token in enumerate(claim)
    ]


def _shares(source: str, claim: str) -> tuple[float, ...]:
    """Which parts of a claim the source covers."""
    words = fold_source(claim).words
    if not words:
        return (0.0,) * SHARES
    left_out = words_left_out(words, fold_source(source).function_words)
    found = read_source(source, left_out).shares([w for w in words if w not in left_out])
    return tuple(found) if len(found) == SHARES else (*found, found[0])  # one word has no pairs
