"""Which characters mean the same when values are read? One for one, so that places stay."""

import unicodedata

NARROW_SPACE = "\u00a0"  # stands for all spaces that hold a number together
_NARROW = "\u00a0\u2007\u2009\u202f"
_SAME = {
    **dict.fromkeys(_NARROW, NARROW_SPACE),
    **dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2012\u2014\u2015", "\u2013"),
    **dict.fromkeys("\u2019\u02bc\u00b4\u2018", "'"),
    **dict.fromkeys("\u301c\uff5e", "~"),
    "\u066a": "%",
    "\u066b": ".",
    "\u066c": ",",
    "\uff0c": "\uff0c",  # the comma of Chinese sentences, never inside a number
    "\uffe5": "\u00a5",
    "\uffe1": "\u00a3",
    # Chinese: traditional and bankers' forms of what numbers are written with
    **dict(
        zip(
            "萬億兩點時號個週後鐘零○壹贰貳叁參肆伍陆陸柒捌玖拾佰仟",
            "万亿两点时号个周后钟〇〇一二二三三四五六六七八九十百千",
        )
    ),
}


class _Table(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _SAME:
            found = _SAME[char]
        elif char.isdecimal():
            found = str(unicodedata.decimal(char))
        elif 0xFF01 <= code <= 0xFF5E:
            found = chr(code - 0xFEE0)
        elif unicodedata.category(char) == "Zs":
            found = " "
        else:
            found = char
        self[code] = found
        return found


class _SmallTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        small = chr(code).lower()
        self[code] = found = small if len(small) == 1 else chr(code)
        return found


_TABLE = _Table()
_SMALL = _SmallTable()


def plain_characters(text: str) -> str:
    """Digits of every script to 0-9, full width to half, dashes, spaces and Han numerals to one.

    Args:
        text: str.

    Returns:
        str of the same length, in the case it had.

    Example:

    >>> from keras_halluc.text.characters import plain_characters
    >>> plain_characters("１２％, \u0663")
    '12%, 3'
    """
    return text if text.isascii() else text.translate(_TABLE)


def small_letters(text: str) -> str:
    """Lower case, one character for one.

    Args:
        text: str.

    Returns:
        str of the same length.

    Example:

    >>> from keras_halluc.text.characters import small_letters
    >>> len(small_letters("İstanbul"))
    8
    """
    small = text.lower()
    return small if len(small) == len(text) else text.translate(_SMALL)
