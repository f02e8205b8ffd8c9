"""Which names does a Chinese text give, as far as a dictionary knows them?"""

from keras_halluc.text.encodable import encodable

# Persons, places, organisations and other proper names, as jieba tags them.
_TAGS = frozenset(("nr", "nrfg", "nrt", "ns", "nt", "nz"))
_HAN = ("\u4e00", "\u9fff")


def jieba_names(text: str) -> list[tuple[int, int]]:
    """Finds persons, places and organisations in Chinese text by the dictionary of jieba.

    For `find_values(text, name_finder=...)` and `ValueChecker(name_finder=...)`, which by
    themselves see Chinese names only where a mark shows them. A word the dictionary does not know
    is guessed, so that a name may be cut wrongly and a common word taken for one.

    Needs `rjieba`: pip install 'keras_halluc[chinese]'.

    Args:
        text: str, in any script; names are looked for in Chinese characters alone.

    Returns:
        list of `(start, end)`, in order.

    Example:

    >>> import keras_halluc as kh
    >>> text = "曹雪芹没有去过北京大学。"
    >>> [text[start:end] for start, end in kh.text.jieba_names(text)]
    ['曹雪芹', '北京大学']

    References:
        https://github.com/fxsjy/jieba
    """
    try:
        import rjieba
    except ImportError:
        raise ImportError(
            "`jieba_names` needs rjieba. Install it with: pip install 'keras_halluc[chinese]'"
        ) from None
    found, start = [], 0
    for word, tag in rjieba.tag(encodable(text)):
        end = start + len(word)
        if tag in _TAGS and len(word) > 1 and _HAN[0] <= word[0] <= _HAN[1]:
            found.append((start, end))
        start = end
    return found
