"""Which names does a text give, in scripts with capital letters and in Chinese?"""

import re
import unicodedata
from collections.abc import Iterator

from keras_halluc.text.sentences import sentence_spans
from keras_halluc.text.values.chinese_names import chinese_names
from keras_halluc.text.values.sentence_starters import INSIDE
from keras_halluc.text.values.sentence_starters import PLACEHOLDERS
from keras_halluc.text.values.sentence_starters import STARTERS
from keras_halluc.text.values.sentence_starters import TITLES

_WORD = re.compile(r"[^\W_](?:\w|['&.-](?=\w))*")
_POSSESSIVE = re.compile(r"'s?$|'S$")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_NUMERAL = re.compile("[XVI]{2,5}")
_PRONOUN = re.compile("I'(?:m|ve|ll|d)")
_ELISION = re.compile(r"(?:[ldcjmnst]|qu)'(?=\w)", re.IGNORECASE)
_OPENING = "\"'“„«‹(["
_SINGULAR = {
    "en": frozenset("is was has had does".split()),
    "fr": frozenset("est était a avait fut".split()),
    "es": frozenset("es era fue ha tiene tenía".split()),
}
# Nouns that need no article: "Construction was", "Cleaning is".
_NOUN_ENDS = ("ing", "ion", "ment", "ity", "ness", "ism", "ship", "ence", "ance", "body", "thing")
HEADLINE = 0.85  # share of capitalised words from which a sentence is a headline
SHOUTED = 4  # words of capitals in a row that are no name but loud
MAX_WORDS = 8


def find_names(
    text: str, small: str, language: str, taken: bytearray
) -> Iterator[tuple[int, int, bool]]:
    """Finds runs of capitalised words, and what `chinese_names` finds.

    A function word at the start of a sentence is left out. Any other single word there may be an
    ordinary one, and so may each single noun of a German text and each word of a headline.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        language: str.
        taken: bytearray as long as `text`, nonzero where something else is read.

    Returns:
        iterator of `(start, end, may it be no name)`.

    Example:

    >>> from keras_halluc.text.values.names import find_names
    >>> text = "The court heard Ana de Armas. Men ran away."
    >>> [(text[s:e], weak) for s, e, weak in find_names(text, text.lower(), "en", bytearray(44))]
    [('Ana de Armas', False), ('Men', True)]
    """
    if _HAN.search(text):
        yield from chinese_names(text)
    if small == text:  # nothing is capitalised
        return
    for start, end in sentence_spans(text):
        yield from _in_sentence(text, small, language, taken, start, end)


def _in_sentence(
    text: str, small: str, language: str, taken: bytearray, start: int, end: int
) -> Iterator[tuple[int, int, bool]]:
    words = [_trimmed(text, match) for match in _WORD.finditer(text, start, end)]
    words = [(s, e) for s, e in words if s < e and not text[s].isdecimal()]
    capital = [_is_capital(text, s, e) and not any(taken[s:e]) for s, e in words]
    letters = [c for c, (s, e) in zip(capital, words) if e - s > 3]
    headline = len(letters) >= 6 and sum(letters) >= HEADLINE * len(letters) and language != "de"
    inside = INSIDE.get(language, INSIDE["en"])
    i = 0
    while i < len(words):
        if not capital[i]:
            i += 1
            continue
        last = _last_of_run(text, small, words, capital, i, inside)
        opens = i == 0 or _opens(text, start, words[i][0])
        first = i
        i = last + 1
        while (
            first <= last
            and small[words[first][0] : words[first][1]] in STARTERS
            and (opens or first < last or _is_lonely(text, words[first]))
        ):
            first, opens = first + 1, False
            while first <= last and small[words[first][0] : words[first][1]] in inside:
                first += 1
        while (
            last >= first
            and small[words[last][0] : words[last][1]] in STARTERS
            and (_is_lonely(text, words[last]))
            and not _counted(text, words, last)  # "World War II", but German "war"
        ):
            last -= 1
        if first > last:
            continue
        span = words[first][0], words[last][1]
        alone = first == last
        if alone and small[span[0] : span[1]] in TITLES:
            continue
        acronym = any(_is_acronym(text[s:e]) for s, e in words[first : last + 1])
        weak = headline or (alone and not acronym and (opens or language == "de"))
        if weak and alone and not headline and last + 1 < len(words):
            weak = not _counted(text, words, last) and not _is_subject(
                small, language, words[last], words[last + 1]
            )
        if last - first + 1 >= SHOUTED and text[span[0] : span[1]].isupper():
            weak = True
        yield *span, weak


def _trimmed(text: str, match: re.Match[str]) -> tuple[int, int]:
    """A word without its genitive and without the French article before it."""
    start, end = match.span()
    if elision := _ELISION.match(text, start, end):
        start = elision.end()
    if possessive := _POSSESSIVE.search(text, start, end):
        end = possessive.start()
    return start, end


def _is_capital(text: str, start: int, end: int) -> bool:
    word = text[start:end]
    if _HAN.match(word) or word in PLACEHOLDERS or _PRONOUN.fullmatch(word):
        return False
    if end - start == 1:
        return word.isupper() and word != "I" and text[end : end + 1] == "."
    return word[0].isupper() or (word[1].isupper() and not word.isdecimal())


def _is_acronym(word: str) -> bool:
    return sum(char.isupper() for char in word) >= 2


def _counted(text: str, words: list[tuple[int, int]], i: int) -> bool:
    """Whether a Roman numeral stands behind word `i`, as in "Louis XIV"."""
    if i + 1 == len(words) or text[words[i][1] : words[i + 1][0]] != " ":
        return False
    return bool(_NUMERAL.fullmatch(text, *words[i + 1]))


def _is_lonely(text: str, span: tuple[int, int]) -> bool:
    """Whether a function word with a capital is an ordinary one; "US" and "IT" are names."""
    return not text[span[0] : span[1]].isupper()


def _is_subject(
    small: str, language: str, word: tuple[int, int], following: tuple[int, int]
) -> bool:
    """Whether one thing is said to be or have something: "Rome was", not "Men were"."""
    if language not in _SINGULAR or small[word[1] : following[0]] != " ":
        return False
    if small[following[0] : following[1]] not in _SINGULAR[language]:
        return False
    return not small[word[0] : word[1]].endswith(_NOUN_ENDS)


def _opens(text: str, start: int, position: int) -> bool:
    """Whether a quotation, a bracket or a list item begins here."""
    before = text[max(start, position - 2) : position]
    return bool(before.strip()) and before.strip()[-1] in _OPENING + ":*•–"


def _last_of_run(
    text: str,
    small: str,
    words: list[tuple[int, int]],
    capital: list[bool],
    first: int,
    inside: frozenset[str],
) -> int:
    """The last word of the name that begins with word `first`."""
    last = i = first
    while i + 1 < len(words) and i + 1 - first < MAX_WORDS:
        gap = text[words[i][1] : words[i + 1][0]]
        initial = words[i][1] - words[i][0] <= 2 or text[words[i][0] : words[i][1]] in ("St", "Mr")
        if gap not in (" ", "\u00a0", "-", ". " if initial else " ", "." if initial else " "):
            break
        i += 1
        if capital[i]:
            last = i
        elif small[words[i][0] : words[i][1]] not in inside or i - last > 2:
            break
    return last


def normal_name(name: str) -> str:
    """A name in small letters, without accents, genitives and points.

    Args:
        name: str.

    Returns:
        str.

    Example:

    >>> from keras_halluc.text.values.names import normal_name
    >>> normal_name("São Tomé"), normal_name("U.S. Steel")
    ('sao tome', 'us steel')
    """
    small = unicodedata.normalize("NFKD", name.casefold())
    small = "".join(char for char in small if not unicodedata.combining(char)).replace(".", "")
    return " ".join(re.findall(r"[\w&·]+", small))
