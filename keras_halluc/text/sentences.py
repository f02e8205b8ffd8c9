"""Where does each sentence of a text begin and end?"""

import re

from keras_halluc._require import received
from keras_halluc.text.abbreviations import ALWAYS
from keras_halluc.text.abbreviations import BEFORE_NUMBER
from keras_halluc.text.abbreviations import BEFORE_ORDINAL
from keras_halluc.text.abbreviations import BEGINS_BEHIND_INITIAL
from keras_halluc.text.abbreviations import MAY_END
from keras_halluc.text.abbreviations import STARTS_SENTENCE
from keras_halluc.text.counted_words import COUNTED_WORDS

_CLOSING = "\"'”’»›)]}」』）】》〉"
# Looking behind keeps a run of stops from being read anew from each of them.
_LATIN_END = re.compile(rf"(?<![.!?…])[.!?…]+[{re.escape(_CLOSING)}]*(?=\s)")
_FULL_WIDTH_END = re.compile(rf"[。！？｡।॥؟۔።]+[{re.escape(_CLOSING)}]*")
_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ENDS = re.compile(f"{_LATIN_END.pattern}|{_FULL_WIDTH_END.pattern}|{_LINE_END.pattern}")
_NEXT = re.compile(r"[ \t]*([^ \t])")
_COUNTED = re.compile(rf"[ \u00a0](?:{COUNTED_WORDS})")
_NUMBER = re.compile(r"[ \t\u00a0]*(?:\d|§|(?:[IVXLC]{2,}|[VX])\b)")
_WORD = re.compile(r"[ \t\u00a0]*[\"'“„«¿¡(]?([^\W\d_]+(?:'\w+)?)")
LONGEST = 40  # characters before a stop that may be an abbreviation
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«]*$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Finds the sentences of a text, in scripts with and without spaces.

    A sentence ends at a line break, or at a sign that ends sentences in its script (`。`, `।`,
    `؟`). It ends at `.`, `!`, `?` or `…` with a space behind it. It does not end where what
    follows begins with a small letter. Nor does it end behind an initial, a list number, a
    German ordinal (`"in der 1. Bundesliga"`) or an abbreviation of English, German, French or
    Spanish. An abbreviation that wants a number is none without it (`"Art. 5"`, `"He loves art.
    She"`). One that may end a sentence ends it before a word that begins one (`"at 5 p.m.
    Then"`). A full stop with a space before it too ends one in any case, as in text cut into
    tokens. A rule of thumb, not a grammar.

    Args:
        text: str.

    Returns:
        list of `(start, end)` in order, without the space around sentences. Text without a letter
        or digit in it is no sentence and is left out.

    Example:

    >>> import keras_halluc as kh
    >>> text = "Dr. Li came at 3.5 km/h. 他走了。Why?"
    >>> [text[start:end] for start, end in kh.text.sentence_spans(text)]
    ['Dr. Li came at 3.5 km/h.', '他走了。', 'Why?']
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    spans, start = [], 0
    for match in _ENDS.finditer(text):
        if _goes_on(text, start, match):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = [trim(text, *span) for span in spans]
    return [(s, e) for s, e in trimmed if any(char.isalnum() for char in text[s:e])]


def split_sentences(text: str) -> list[str]:
    """The sentences of a text; see `sentence_spans`.

    Args:
        text: str.

    Returns:
        list of str.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.split_sentences("It rained. We left!")
    ['It rained.', 'We left!']
    """
    return [text[start:end] for start, end in sentence_spans(text)]


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the sentence goes on after this stop."""
    if text[match.start()] not in ".…!?":
        return False
    following = _NEXT.match(text, match.end())
    before = text[max(start, match.start() - LONGEST) : match.start()]
    apart = match.group() == "." and before[-1:] in (" ", "\t")  # cut into tokens: "he left . she"
    if apart:
        before = before.rstrip()
    if following and following[1].islower() and not apart:
        return True
    if not match.group().startswith(".") or match.group().startswith(".."):
        return False
    if apart and (before.endswith(".") or (following and following[1] == ".")):
        return True  # ". . ."
    found = _LAST_WORD.search(before)
    word = found.group().lower() if found else ""
    if word.isdecimal():
        return len(word) <= 3 and _is_ordinal(text, before, word, match.end())
    if word in ALWAYS:
        return True
    if word in BEFORE_NUMBER and _NUMBER.match(text, match.end()):
        return True
    found = _WORD.match(text, match.end())
    following_word = found[1].lower() if found else ""
    if word in MAY_END:
        return following_word not in STARTS_SENTENCE
    if len(word) == 1 and word.isalpha():
        return word != "i" and following_word not in BEGINS_BEHIND_INITIAL
    return False


def _is_ordinal(text: str, before: str, number: str, end: int) -> bool:
    """Whether a number with a stop counts a list or what follows, and ends nothing."""
    words = before.split()
    if len(words) == 1:
        return len(before) < LONGEST  # nothing before it: a list number
    if _COUNTED.match(text, end):
        return len(number) <= 2
    ahead = words[-2].strip("(\"'“„«").lower()
    return ahead in BEFORE_ORDINAL or (ahead == "am" and words[-3:-2] != ["I"])


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
