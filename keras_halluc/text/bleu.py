"""How many runs of words does a text share with its references, by BLEU?"""

import functools
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_strings

# Of sacrebleu's, those that need neither a download nor another package.
TOKENIZERS = ("13a", "intl", "zh", "char", "none")


class BleuScorer:
    """Sentence BLEU of any number of texts against the same references, which are split once.

    It is computed by sacrebleu, as its `sentence_bleu` does: exponential smoothing, effective
    order.

    Args:
        references: list of str, or one str.
        tokenizer: str, name of a sacrebleu tokenizer: `"13a"` for languages with spaces, `"intl"`
            the same with Unicode punctuation, `"zh"` for Chinese, `"char"`, `"none"`.
        lowercase: bool, whether case does not matter.

    Example:

    >>> import keras_halluc as kh
    >>> scorer = kh.text.BleuScorer("The river rose by two metres overnight.")
    >>> round(scorer.score("The river rose by six metres overnight."), 2)
    50.0

    References:
        Papineni et al. 2002, https://aclanthology.org/P02-1040
        Post 2018, "A call for clarity in reporting BLEU scores", https://arxiv.org/abs/1804.08771
    """

    def __init__(
        self, references: str | Sequence[str], tokenizer: str = "13a", lowercase: bool = False
    ) -> None:
        if isinstance(references, str):
            references = [references]
        self.references = tuple(require_strings("references", references))
        self.tokenizer = require_choice("tokenizer", tokenizer, TOKENIZERS)
        if not isinstance(lowercase, bool):
            raise TypeError(f"`lowercase` must be a bool. {received('lowercase', lowercase)}")
        self.lowercase = lowercase

    def score(self, text: str) -> float:
        """Returns the BLEU of one text.

        Args:
            text: str.

        Returns:
            float in [0, 100], higher is more alike.
        """
        if not isinstance(text, str):
            raise TypeError(f"`text` must be a str. {received('text', text)}")
        # sacrebleu's exponential of a mean of logarithms can come out a little above 100.
        return min(float(self._metric.corpus_score([text], None).score), 100.0)

    @functools.cached_property
    def _metric(self) -> Any:
        """Made at the first text: sacrebleu takes a while to load."""
        from sacrebleu.metrics.bleu import BLEU

        return BLEU(
            lowercase=self.lowercase,
            tokenize=self.tokenizer,
            effective_order=True,
            references=[[reference] for reference in self.references],
        )
