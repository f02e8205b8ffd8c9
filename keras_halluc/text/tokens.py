"""Where are the words of a text, in scripts with and without spaces?"""

import functools
import re
import unicodedata

from keras_halluc._require import received

# Scripts written without spaces between words, plus Hangul, whose words carry attached particles.
# Their characters are tokens of their own: Thai, Lao, Myanmar, Khmer, Tai; Han, Kana, Bopomofo.
_SINGLE = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaa7f"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30ff\u3100-\u312f\u3131-\u318e"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uffdc"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
_JOINERS = "\u200c\u200d"  # zero-width (non-)joiner: part of Persian and Indic spelling
_SYMBOLS = "%\u2030\u00b0"  # percent, per mille, degree: they change what a number says
_MINUS = "-\u2212"
_INSIDE_NUMBER = ".,\u066b\u066c"  # decimal and thousands signs, Latin and Arabic
_BEFORE_MINUS = "([{<\"'=:~\u2248\u201c\u2018\u00ab"


def tokenize(text: str) -> list[str]:
    """Splits a text into words, numbers and, in scripts without spaces, single characters.

    - A word is a run of letters, digits and combining marks: `"Straße"`, `"हिन्दी"`, `"H2O"`.
    - A character of Han, Kana, Thai, Lao, Khmer, Myanmar or Hangul is a token, with the marks on
      it. (Korean has spaces, but particles stick to its words: `"파리는"` is Paris and a particle.)
    - A number is one token with the signs inside it: `"3.5"`, `"1,000"`, `"12.05.2020"`, and with a
      minus before it where nothing else is: `"-5"`. A dash between two numbers separates them.
    - Percent, per mille, degree and currency signs are tokens: `"50%"` is `"50"`, `"%"`.
    - All other signs and punctuation separate tokens and are left out, apostrophes too.

    Args:
        text: str, in any script. It is taken as it is; see `normalize_answer` for folding.

    Returns:
        list of str, slices of `text` in order.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.tokenize("Rome's 1,000 streets, 3.5% of 東京!")
    ['Rome', 's', '1,000', 'streets', '3.5', '%', 'of', '東', '京']
    """
    return [token for token, _, _ in tokenize_spans(text)]


def tokenize_spans(text: str) -> list[tuple[str, int, int]]:
    """Splits a text as `tokenize` does and says where each token stands.

    Args:
        text: str, in any script.

    Returns:
        list of `(token, start, end)` with `text[start:end] == token`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.tokenize_spans("It is -5°.")
    [('It', 0, 2), ('is', 3, 5), ('-5', 6, 8), ('°', 8, 9)]
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    spans = []
    position, length = 0, len(text)
    while position < length:
        kind = _kind(text[position])
        start = position
        position += 1
        if kind == "minus" and _starts_number(text, start):
            kind = "word"
        if kind == "single":
            while position < length and _kind(text[position]) in ("mark", "joiner"):
                position += 1
        elif kind in ("word", "digit", "mark"):
            while position < length and _continues_word(text, position):
                position += 1
        elif kind != "symbol":
            continue
        end = position
        while text[end - 1] in _JOINERS:  # a joiner with nothing to join
            end -= 1
        spans.append((text[start:end], start, end))
    return spans


@functools.lru_cache(maxsize=65536)
def _kind(char: str) -> str:
    """Which role a character plays: digit, mark, single, word, symbol, minus, joiner or gap."""
    category = unicodedata.category(char)
    if category == "Nd":
        return "digit"
    if category[0] == "M":
        return "mark"
    if category[0] in "LN":
        return "single" if _SINGLE.match(char) else "word"
    if category == "Sc" or char in _SYMBOLS:
        return "symbol"
    if char in _MINUS:
        return "minus"
    return "joiner" if char in _JOINERS else "gap"


def _continues_word(text: str, position: int) -> bool:
    kind = _kind(text[position])
    if kind in ("word", "digit", "mark", "joiner"):
        return True
    return (
        text[position] in _INSIDE_NUMBER
        and _kind(text[position - 1]) == "digit"
        and position + 1 < len(text)
        and _kind(text[position + 1]) == "digit"
    )


def _starts_number(text: str, position: int) -> bool:
    """Whether the dash at `position` is a minus: before a digit, after a space or an opening."""
    if position + 1 == len(text) or _kind(text[position + 1]) != "digit":
        return False
    before = text[position - 1] if position else " "
    return before.isspace() or before in _BEFORE_MINUS or unicodedata.category(before) == "Sc"
