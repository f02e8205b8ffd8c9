"""Which names does a source know, in whatever form they are written?"""

import bisect
import re
from collections.abc import Iterable

from keras_halluc.text.short_forms import SHORT_FORMS
from keras_halluc.text.values.chinese_names import pointed_core
from keras_halluc.text.values.countries import SAME_COUNTRY
from keras_halluc.text.values.countries import in_one_word
from keras_halluc.text.values.countries import united_countries
from keras_halluc.text.values.names import normal_name
from keras_halluc.text.values.sentence_starters import INSIDE
from keras_halluc.text.values.sentence_starters import TITLES

LONG_ENOUGH = 5  # letters of a word that may be shortened: "River" for "Riverside"
_WORD = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SMALL_WORDS = frozenset().union(*INSIDE.values())
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")
_US = re.compile(r"\bU\.?S\b")  # and no pronoun
_ACRONYM = re.compile(r"(?<!\w)(?:[A-Z]{2,6}|(?:[A-Z]\.){1,5}[A-Z])(?!\w)")
_FORMS: dict[str, set[str]] = {short: set(words) for short, words in SHORT_FORMS.items()}
for _short, _words in SHORT_FORMS.items():
    for _long in _words:
        _FORMS.setdefault(_long, set()).add(_short)
_GENITIVES = ("s", "es", "n", "en")


class SourceNames:
    """The words of one source, ready to be asked for names.

    Args:
        text: str, the source.
        names: iterable of str, the names found in it, as `normal_name` writes them.
    """

    def __init__(self, text: str, names: Iterable[str]) -> None:
        plain = normal_name(text)
        self._words = frozenset(name_words(plain))
        if _CAMEL.search(text):  # "familyFriendly", as keys of records are written
            self._words |= frozenset(name_words(normal_name(_CAMEL.sub(" ", text))))
        self._countries = self._words if _US.search(text) else self._words - {"us"}
        self._countries |= united_countries(plain)
        self._sorted_words = sorted(self._words)
        self._acronyms = frozenset(word.lower().replace(".", "") for word in _ACRONYM.findall(text))
        self._plain = normal_name(re.sub("[•‧・]", "·", text)) if _HAN.search(text) else ""
        self._initials = frozenset(
            initials
            for name in names
            for initials in _initials(name_words(name))
            if len(initials) > 1
        )

    def has(self, name: str) -> bool:
        """Whether the source knows this name.

        Args:
            name: str, as `normal_name` writes it.
        """
        if _HAN.search(name):
            return pointed_core(name) in self._plain
        words = [word for word in name_words(in_one_word(name)) if word not in _SMALL_WORDS]
        needed = [word for word in words if word not in TITLES] or words
        lacking = [word for word in needed if not self._has_word(word)]
        if not lacking or (len(lacking) < len(needed) and all(map(self._has_initial, lacking))):
            return True
        if len(lacking) > 1 and any(i in self._acronyms for i in _initials(lacking)):
            return True  # "United Nations Security Council" for "U.N. Security Council"
        if len(words) == 1 and words[0] in self._initials:
            return True
        return len(words) > 1 and any(i in self._acronyms for i in _initials(name_words(name)))

    def _has_initial(self, word: str) -> bool:
        """Whether a letter may stand for a word of the source: the J of "J. Müller"."""
        i = bisect.bisect_left(self._sorted_words, word)
        return len(word) == 1 and i < len(self._sorted_words) and self._sorted_words[i][0] == word

    def _has_word(self, word: str) -> bool:
        same = SAME_COUNTRY.get(word, ())
        if word in self._countries or not self._countries.isdisjoint(same):
            return True
        if word == "us":  # in the text a pronoun
            return False
        i = bisect.bisect_left(self._sorted_words, word)
        if i < len(self._sorted_words) and len(word) >= LONG_ENOUGH:
            longer = self._sorted_words[i]  # India is no short form of Indiana
            if longer.startswith(word) and not same and longer not in SAME_COUNTRY:
                return True
        return (
            word in self._words
            or any(word + end in self._words for end in _GENITIVES)
            or self._has_form(word)
            or any(word.endswith(e) and word.removesuffix(e) in self._words for e in _GENITIVES)
        )

    def _has_form(self, word: str) -> bool:
        """Whether the source has a short or a long form of a word: "Mt." for "Mount"."""
        return not self._words.isdisjoint(_FORMS.get(word, ()))


def name_words(name: str) -> list[str]:
    """The words of a name, without what is written in Chinese or Japanese."""
    return _WORD.findall(name)


def _initials(words: list[str]) -> tuple[str, str]:
    """First letters of a name, with and without its small words."""
    return (
        "".join(word[0] for word in words),
        "".join(word[0] for word in words if word not in _SMALL_WORDS),
    )
