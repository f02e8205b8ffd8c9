"""Where does each sentence of a text begin and end?"""

import re

from keras_halluc._require import received

# After these a full stop ends no sentence, in lower case and without the stop.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev gen col sgt capt lt sen rep gov st mt ft jr sr vs etc e.g i.e cf al fig "
    "no nos vol pp ed eds approx ca inc ltd co corp dept est jan feb mar apr jun jul aug sep sept "
    "oct nov dec u.s u.k u.n a.m p.m d.c ph.d b.c a.d z.b d.h u.a bzw usw ggf nr hr fr m mme mlle "
    "sra sres ee.uu av".split()
)
_CLOSING = "\"'”’»›)]}」』）】》〉"
# Looking behind keeps a run of stops from being read anew from each of them.
_LATIN_END = re.compile(rf"(?<![.!?…])[.!?…]+[{re.escape(_CLOSING)}]*(?=\s)")
_FULL_WIDTH_END = re.compile(rf"[。！？｡।॥؟۔።]+[{re.escape(_CLOSING)}]*")
_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ENDS = re.compile(f"{_LATIN_END.pattern}|{_FULL_WIDTH_END.pattern}|{_LINE_END.pattern}")
_NEXT = re.compile(r"[ \t]*([^ \t])")
# What German counts with a stop: "am 3. Oktober", "im 20. Jahrhundert".
_COUNTED = re.compile(
    r"[ \u00a0](?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|"
    r"Dezember|Jahrhundert|Jh\b|Jahrtausend|Weltkrieg|Mal\b|Platz|Rang|Geburtstag|Spieltag)"
)
LONGEST = 40  # characters before a stop that may be an abbreviation
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«]*$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Finds the sentences of a text, in scripts with and without spaces.

    A sentence ends at a line break, at a sign that ends sentences in its script (`。`, `।`, `؟`),
    or at `.`, `!`, `?` or `…` with a space behind it, unless what stands before the stop is an
    initial, a common abbreviation of English, German, French or Spanish, or what follows begins
    with a small letter. A full stop with a space before it too ends one in any case, as in text cut
    into tokens. A rule of thumb, not a grammar: `"at 5 p.m. He left"` stays in one piece.

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
    if word.isdecimal() and len(word) <= 2 and _COUNTED.match(text, match.end()):
        return True
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
