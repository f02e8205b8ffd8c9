"""Plural forms of English nouns, for matching "two men" and "three knives"."""

IRREGULAR = {
    "child": "children",
    "die": "dice",
    "foot": "feet",
    "goose": "geese",
    "louse": "lice",
    "man": "men",
    "mouse": "mice",
    "ox": "oxen",
    "person": "people",
    "tooth": "teeth",
    "woman": "women",
}
SAME = ("aircraft", "bison", "deer", "fish", "moose", "scissors", "sheep", "skis", "swine")
WITH_VES = (
    *("calf", "elf", "half", "hoof", "knife", "leaf", "life", "loaf"),
    *("scarf", "self", "shelf", "thief", "wharf", "wife", "wolf"),
)
HISSING = ("s", "x", "z", "ch", "sh")


def plural_forms(word: str) -> tuple[str, ...]:
    """How the plural of a noun may be written; none for a word that is not in Latin letters.

    Args:
        word: str, one noun in lower case and in the singular.

    Returns:
        tuple of str; two where both are in use, as in `"buffalos"` and `"buffaloes"`.

    Example:

    >>> plural_forms("bench"), plural_forms("fireman"), plural_forms("sheep")
    (('benches',), ('firemen',), ())
    """
    if word in SAME or not (word.isascii() and word.isalpha()):
        return ()
    for ending in ("person", "woman", "child", "mouse", "tooth", "goose", "foot", "man"):
        if word.endswith(ending) and word not in ("human", "german", "roman"):
            return (word.removesuffix(ending) + IRREGULAR[ending],)
    if word in IRREGULAR:
        return (IRREGULAR[word],)
    if word.endswith(WITH_VES):
        stem = word.removesuffix("e").removesuffix("f")
        return (stem + "ves", word + "s")
    if word.endswith(HISSING):
        return (word + "es",)
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return (word[:-1] + "ies",)
    if word.endswith("o") and word[-2:-1] not in "aeiou":
        return (word + "es", word + "s")
    return (word + "s",)
