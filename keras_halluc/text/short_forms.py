"""Short forms of words, and the words they stand for: "St." for "Saint", "Mt." for "Mount"."""

# Only those that are no other word. A form may stand for several words, of which one will do.
SHORT_FORMS: dict[str, frozenset[str]] = {
    short: frozenset(words.split())
    for short, words in {
        "st": "saint street sankt",
        "ste": "sainte",
        "mt": "mount",
        "mts": "mountains",
        "ft": "fort",
        "dr": "doctor drive doktor",
        "mr": "mister",
        "prof": "professor",
        "jr": "junior",
        "sr": "senior",
        "ave": "avenue",
        "blvd": "boulevard",
        "rd": "road",
        "vs": "versus",
        "univ": "university universität université universidad",
        "dept": "department",
        "corp": "corporation",
        "inc": "incorporated",
        "ltd": "limited",
        "bros": "brothers",
        "capt": "captain",
        "sgt": "sergeant",
        "lt": "lieutenant",
        "gov": "governor",
        "govt": "government",
        "sen": "senator",
        "intl": "international",
        "natl": "national",
        "assn": "association",
        "str": "straße strasse",
        "approx": "approximately",
    }.items()
}


def same_word(word: str, other: str) -> bool:
    """Whether one word is a short form of the other.

    Args:
        word: str, in small letters without points.
        other: str, likewise.

    Returns:
        bool.

    Example:

    >>> from keras_halluc.text.short_forms import same_word
    >>> same_word("mount", "mt"), same_word("mt", "fort")
    (True, False)
    """
    return other in SHORT_FORMS.get(word, ()) or word in SHORT_FORMS.get(other, ())
