"""When do two answers count as written the same?"""

import re
import unicodedata

from keras_halluc._require import received
from keras_halluc.text.tokens import tokenize_spans

ARTICLES = frozenset(("a", "an", "the"))

# Characters nobody sees: soft hyphen, zero-width space, direction marks, byte-order mark.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# Spacing accents typed as apostrophes; NFKC would make a space and a stray mark of them.
_ALIKE = str.maketrans({"\u00b4": "'", "\u2212": "-", "\u066b": ".", "\u066c": ","})
_ACCENT = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d|,\d)")
# The point inside an abbreviation such as u.s, p.m, ph.d: at most two letters on either side.
_POINT = re.compile(r"(?<![^\W\d_])([a-z]{1,2})\.(?=[a-z]{1,2}(?![^\W\d_]))")


def normalize_answer(text: str, strip_accents: bool = False) -> str:
    """Folds away what does not change an answer: width, case, punctuation, articles, spaces.

    In order: Unicode NFKC makes full-width letters and digits half-width. Case is folded (`"ß"`
    becomes `"ss"`), and digits of every script become 0-9. Thousands commas go (`"1,000"` becomes
    `"1000"`), and points in abbreviations (`"U.S."` becomes `"us"`). Punctuation becomes space. The
    English articles a, an and the go, unless nothing else is there, and runs of space become one.

    Unlike SQuAD's normalisation it keeps what changes a value: the point in `"3.5"`, the minus in
    `"-5"`, percent, degree and currency signs; and a hyphen or an apostrophe separates words
    (`"well-known"` is `"well known"`) where SQuAD glues them. The marks of Indic, Arabic, Thai and
    other scripts stay, as do accents, and traditional and simplified Chinese stay different.

    Args:
        text: str, in any script.
        strip_accents: bool, whether to take accents off Latin, Greek and Cyrillic letters too
            (`"café"` becomes `"cafe"`). Marks of other scripts stay even then.

    Returns:
        str, the same if normalised again.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.normalize_answer("The  Eiffel-Tower, ２,000 m!")
    'eiffel tower 2000 m'
    >>> kh.text.normalize_answer("Ｃａｆé du Nord", strip_accents=True)
    'cafe du nord'

    References:
        Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    text = _fold(text)
    if strip_accents:
        bare = _ACCENT.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", bare)
    text = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    text = _POINT.sub(r"\1", text)
    words = _words(text)
    return " ".join([word for word in words if word not in ARTICLES] or words)


def _fold(text: str) -> str:
    text = _INVISIBLE.sub("", text.translate(_ALIKE))
    for _ in range(2):  # folding can undo the normal form and the other way round
        text = unicodedata.normalize("NFKC", text.casefold())
    if text.isascii():
        return text
    text = text.translate(_ALIKE)  # NFKC makes a minus of its superscript
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _words(text: str) -> list[str]:
    """Tokens, glued together again where no sign or space was between them."""
    spans: list[tuple[int, int]] = []
    for _, start, end in tokenize_spans(text):
        if spans and start == spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return [text[start:end] for start, end in spans]
