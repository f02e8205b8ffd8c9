"""Where does each statement within a sentence begin and end?"""

import bisect
import re

from keras_halluc._require import require_int
from keras_halluc.text.sentences import sentence_spans
from keras_halluc.text.sentences import trim
from keras_halluc.text.tokens import tokenize_spans

# What begins a further statement after a comma. Relative pronouns are not among them: what they
# begin says nothing without what it stands behind.
_JOINING = (
    "and|but|or|nor|so|yet|while|whereas|although|though|because|since|"
    "und|aber|oder|sondern|doch|denn|während|obwohl|weil|"
    "et|mais|ou|car|donc|tandis que|parce que|alors que|"
    "y|e|pero|o|sino|mientras|porque|aunque"
)
_CUT = re.compile(rf"[;；]|[,،](?=\s+(?:{_JOINING})\s)|\s[–—-]\s|[，﹐]", re.IGNORECASE)


def claim_spans(text: str, least: int = 4) -> list[tuple[int, int]]:
    """Cuts the sentences of a text into the statements they join.

    A sentence is cut at semicolons, at dashes with space around them, and at every comma of full
    width. In English, German, French and Spanish it is cut at commas with a conjunction behind them
    ("..., and ...") too. Both parts must have `least` tokens, so that lists stay in one piece. A
    rule of thumb by signs alone: "he came and left" is one claim here, and what a part means may
    hang on the part before it.

    Args:
        text: str.
        least: int >= 1, tokens (words, or characters of scripts without spaces) of a claim.
            Defaults to `4`.

    Returns:
        list of `(start, end)` in order, without the space around claims and the sign between them;
        together they cover every letter and digit of `text`.

    Example:

    >>> import keras_halluc as kh
    >>> text = "The bridge opened in 1932, and it cost 6 million pounds; nobody paid."
    >>> [text[start:end] for start, end in kh.text.claim_spans(text, least=2)]
    ['The bridge opened in 1932', 'and it cost 6 million pounds', 'nobody paid.']
    """
    require_int("least", least, minimum=1)
    return [claim for span in sentence_spans(text) for claim in _claims_of(text, *span, least)]


def _claims_of(text: str, start: int, end: int, least: int) -> list[tuple[int, int]]:
    places = [start + place for _, place, _ in tokenize_spans(text[start:end])]
    claims, taken = [], 0
    for cut in _CUT.finditer(text, start, end):
        before = bisect.bisect_left(places, cut.start())
        if before - taken >= least and len(places) - before >= least:
            claims.append(trim(text, start, cut.start()))
            start, taken = cut.end(), before
    return [*claims, trim(text, start, end)]
