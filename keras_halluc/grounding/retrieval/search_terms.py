"""By which terms is a text found, in scripts with and without spaces?"""

from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize_spans


def search_terms(text: str) -> list[str]:
    """Cuts a text into terms for a search index.

    Words and numbers, in lower case and half width, without accents and English articles. Where a
    script has no spaces, each character and each pair of neighbours: a character alone is in too
    many texts to find one by.

    Args:
        text: str.

    Returns:
        list of str, in order, as often as they come up.

    Example:

    >>> from keras_halluc.grounding.retrieval.search_terms import search_terms
    >>> search_terms("The Café in 北京市")
    ['cafe', 'in', '北', '京', '北京', '市', '京市']
    """
    terms: list[str] = []
    last, last_end = "", -1
    for token, start, end in tokenize_spans(normalize_answer(text, strip_accents=True)):
        terms.append(token)
        if start == last_end and not last[0].isascii() and not token[0].isascii():
            terms.append(last + token)
        last, last_end = token, end
    return terms
