"""Does an output choose the option of a letter: "a", "(A)", "a) Paris", "The answer is A"?"""

import re

_OPTION = re.compile(r"\s*[(\[]?\s*([A-Za-z])\s*[)\].:]?\s*")
# Letters that are a word somewhere, or what is left of one behind an apostrophe.
_ALSO_WORDS = frozenset("aeiouydlmnst")
_LATIN = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_CHOOSING = (
    r"(?:option|answer|choice|letter|choose|select|pick|statement|is|=|:|antwort|lösung|ist|"
    r"réponse|respuesta|opción|es|est|选项|答案|选|是)"
)


def option_letter(reference: str) -> str | None:
    """The letter that a reference is, in upper case; None if it is anything else.

    Args:
        reference: str.

    Returns:
        str or None.

    Example:

    >>> from keras_halluc.grounding.option_letters import option_letter
    >>> option_letter("(b)"), option_letter("A."), option_letter("a) Paris")
    ('B', 'A', None)
    """
    match = _OPTION.fullmatch(reference)
    return match[1].upper() if match else None


def chooses(output: str, letter: str) -> bool:
    """Whether an output has a letter as an option and not as a word or an initial.

    It does where the letter is all there is, stands in brackets, begins the output or a line as a
    label ("a)", "A.", "A: "), stands at the end of a clause behind "option", "answer" or "is", or
    stands in upper case where no word does: "A" within a sentence is no article.

    Args:
        output: str.
        letter: str, in upper case.

    Returns:
        bool.

    Example:

    >>> from keras_halluc.grounding.option_letters import chooses
    >>> chooses("a) Paris", "A"), chooses("A dog barked.", "A"), chooses("I think it is C.", "I")
    (True, False, False)
    """
    either = f"[{letter}{letter.lower()}]"
    behind = rf"{_LATIN}|['’&+#♯♭*²³]|--|-(?:$|\s|\w)|\.\w|\. [A-Z]\."
    apart = rf"(?<!{_LATIN})(?<!['’&+#¬~]){either}(?!{behind})"
    patterns = [
        rf"\A\W*{apart}\W*\Z",
        rf"[(\[{{]\s*{apart}\s*[)\]}}]",
        rf"(?:\A|\n)[\s*_>-]*{apart}\s*(?:[).:\]]|[-–—]\s)(?!\w)",
        rf"(?i:(?<!{_LATIN}){_CHOOSING})[\s:(\"'“*]*{apart}(?=[\s)\"'”*]*(?:\Z|[.,;:!?)\n]))",
    ]
    if letter.lower() not in _ALSO_WORDS:
        patterns.append(apart)
    elif letter == "I":  # a pronoun wherever it stands
        patterns.append(rf"(?i:(?<!\w)(?:option|choice|type|class|phase))\s{apart}")
    else:
        upper = apart.replace(either, letter)
        patterns.append(rf"(?<=\w[ :]){upper}(?! [A-ZÀ-Þ])")
        patterns.append(rf"(?<=[\u3040-\u9fff：，]){upper}|{upper}(?=[\u3040-\u9fff])")
    return any(re.search(pattern, output) for pattern in patterns)
