"""In which language is a text, of those whose number words are known?"""

import re

LANGUAGES = ("en", "de", "fr", "es", "zh")
MOST = 4000  # characters looked at
# Words that are frequent in one of the languages, and as far as may be not in the others.
_FREQUENT = {
    "en": "the of and to is was that for with as by at from it are were be this has had his "
    "am which he she they their not or its but have said after been who will about more",
    "de": "der die und das ist von mit den im zu ein eine nicht auf für wurde dem als war "
    "sich aus er sie es bei nach wird einer einen auch an am hat sind zum zur über vor "
    "bis oder wie uhr",
    "fr": "le les et est des du une dans que pour au sur qui pas par était il elle ce cette "
    "aux son sont avec ont été ses ou plus environ vers depuis siècle ans",
    "es": "el los las y es una del que por con para se al fue su como más lo sus entre cuando "
    "era son este esta desde hasta sobre también años siglo hay pero",
}
# Number words, which tell where nothing else does; those of two languages are left out.
_NUMBERS = {
    "en": "one two three four five seven eight nine ten eleven twelve twenty hundred",
    "de": "zwei drei vier fünf sechs sieben neun zehn elf zwölf zwanzig hundert tausend",
    "fr": "zéro deux trois quatre cinq sept neuf quinze vingt quarante soixante",
    "es": "cero dos tres cuatro cinco siete ocho nueve diez doce veinte cien ciento",
}
_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _FREQUENT.items():
    for _word in _words.split():
        _OF_WORD.setdefault(_word, []).append(_language)
_OF_NUMBER = {word: [language] for language, words in _NUMBERS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile("[\u4e00-\u9fff]")


def guess_language(text: str, default: str = "") -> str:
    """Guesses by the frequent words of each language; Chinese by its script.

    Args:
        text: str. The first 4,000 characters count.
        default: str, what to say of a text without any of these words and any number word, or with
            as many of two languages.

    Returns:
        str, one of `"en"`, `"de"`, `"fr"`, `"es"`, `"zh"`, or `default`.

    Example:

    >>> from keras_halluc.text.languages import guess_language
    >>> guess_language("Das ist neu."), guess_language("C'est le 5 mai."), guess_language("12")
    ('de', 'fr', '')
    """
    text = text[:MOST].lower()
    words = _WORD.findall(text)
    han = len(_HAN.findall(text))
    if han and 2 * han >= sum(map(len, words)) - han:
        return "zh"
    return _most(words, _OF_WORD) or _most(words, _OF_NUMBER) or default


def _most(words: list[str], of_word: dict[str, list[str]]) -> str:
    """The language that most of the words are of; empty if there are two."""
    counts = dict.fromkeys(_FREQUENT, 0)
    for word in words:
        for language in of_word.get(word, ()):
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    ranked = sorted(counts.values())
    return best if ranked[-1] > ranked[-2] else ""
