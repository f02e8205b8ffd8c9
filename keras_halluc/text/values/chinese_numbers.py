"""Which numbers are written in Chinese characters, alone or behind digits?"""

import re
from collections.abc import Iterator
from fractions import Fraction

_DIGITS = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"两": 2, "俩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}
_SCALES = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_CHARS = "".join((*_DIGITS, *_TENS, *_SCALES))
_NUMBER = re.compile(
    rf"(?<![\d.,])\d+(?:[.,]\d+)*(?: ?[万亿兆]|[十百千])[十百千万亿兆]*"
    rf"(?:\d+[十百千万]+|[{_CHARS}])*"
    rf"|[{_CHARS}]+(?: [万亿])?(?:点[{''.join(_DIGITS)}]+)?"
)
_FRACTION = re.compile(rf"(?<![{_CHARS}])([{_CHARS}]{{1,9}})分之([{_CHARS}]+)")
_PART = re.compile(rf"\d+(?:[.,]\d+)*|[{_CHARS}]")
# Numerals in front of which, or behind which, the number is only vague.
_VAGUE_BEFORE, _VAGUE_AFTER = frozenset("数几好若"), frozenset("几数")
# Words that begin with a numeral and give no number: a quarterback, a triple, in case, once.
_WORDS = re.compile(
    "万一|亿万|万千|千百|一度(?!电)|百度|四分卫|[二三四多]元组|百万富翁|千(?:瓦|克|米|卡|赫)"
    "|[一二三四五六七八九十]+世(?![纪代])"
)
# What numbers count. A single numeral in front of anything else may be part of a word or a name.
_MEASURES = frozenset(
    "个名位次年月日号天周岁人件座种场届只条家支部本张层所项期级分秒时米克吨里元亩倍艘辆架台间组对"
    "套门颗株片块头匹集季章节篇首幅枚把段批轮代世点公英平立万亿千百十"
)
_VAGUE = re.compile("一[二两]|[二两]三|三四|四五|五六|六七|七八|八九")  # "one or two"
LONGEST = 40


def chinese_numbers(text: str) -> Iterator[tuple[int, int, int | Fraction, bool, bool]]:
    """Finds numbers with at least one Chinese numeral in them.

    Args:
        text: str, as `plain_characters` gives it.

    Returns:
        iterator of `(start, end, number, is it an ordinal, may it be no number)`. An ordinal's
        start is that of its `第`.

    Example:

    >>> from keras_halluc.text.values.chinese_numbers import chinese_numbers
    >>> [(n[:2], n[2]) for n in chinese_numbers("一千二百人，第三届，1.5亿元，二〇一〇年")]
    [((0, 4), 1200), ((6, 8), 3), ((10, 14), 150000000), ((16, 20), 2010)]
    """
    taken: set[int] = set()
    for match in _FRACTION.finditer(text):
        below, above = _read(match[1]), _read(match[2][:LONGEST])
        if below and above is not None and match[1] not in ("百", "千", "万"):
            taken.update(range(*match.span()))
            yield *match.span(), _plain(Fraction(above) / Fraction(below)), False, False
    for match in _NUMBER.finditer(text):
        if text.startswith("分之", match.end()) or match.start() in taken:
            continue
        start, end = match.span()
        if end - start > LONGEST:
            continue
        number = _read(match.group())
        before = text[start - 1] if start else ""
        after = text[end] if end < len(text) else ""
        if number is None or before in _VAGUE_BEFORE or after in _VAGUE_AFTER:
            continue
        if _WORDS.match(text, start) or _VAGUE.fullmatch(match.group()):
            continue
        ordinal = before == "第" or text[max(0, start - 2) : start] == "第 "
        if ordinal:
            start = text.rindex("第", 0, start)
        single = end - start == 1 and not ordinal
        weak = single and (match.group() in "一万千百亿" or after not in _MEASURES)
        yield (
            start,
            end,
            _plain(Fraction(number)),
            ordinal,
            weak or (match.group() in ("十分", "千万", "一一")),
        )


def _plain(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number


def chinese_number(text: str) -> int | Fraction | None:
    """Reads a number in Chinese characters, None if it is none.

    Args:
        text: str, in simplified characters.

    Returns:
        int, Fraction or None.

    Example:

    >>> from keras_halluc.text.values.chinese_numbers import chinese_number
    >>> chinese_number("十五"), chinese_number("三万五千"), chinese_number("一九九八")
    (15, 35000, 1998)
    """
    return _read(text) if text and len(text) <= LONGEST else None


def _read(text: str) -> int | Fraction | None:
    text, point, decimals = text.replace(" ", "").partition("点")
    parts = _PART.findall(text)
    if "".join(parts) != text or not parts:
        return None
    if len(parts) > 1 and all(part in _DIGITS for part in parts):
        number: int | Fraction | None = int("".join(str(_DIGITS[part]) for part in parts))
    else:
        number = _sum(parts)
    if number is None or not point:
        return number
    digits = "".join(str(_DIGITS.get(char, "")) for char in decimals)
    return number + Fraction(int(digits), 10 ** len(digits)) if digits else None


def _sum(parts: list[str]) -> int | Fraction | None:
    """The sum of digit times ten, hundred, thousand, in sections of 10,000."""
    total: int | Fraction = 0
    section: int | Fraction = 0
    digit: int | Fraction | None = None
    for i, part in enumerate(parts):
        if part in _SCALES:
            section += digit or 0
            if part == "亿":  # 一万亿: of all that came before
                total, section = (total + (section or int(not total))) * _SCALES[part], 0
            else:
                total, section = total + (section or 1) * _SCALES[part], 0
            digit = None
        elif part in _TENS:
            if part in "廿卅":
                section, digit = section + _TENS[part], None
            else:
                section, digit = section + (1 if not digit else digit) * _TENS[part], None
        elif part in _DIGITS:
            if digit:  # two numerals in a row: 三四十, which is vague
                return None
            place = (_TENS | _SCALES).get(parts[i - 1], 0) if 0 < i == len(parts) - 1 else 0
            digit = _DIGITS[part] * max(1, place // 10)  # 三万五 is said for 三万五千
        else:
            whole, _, decimals = part.replace(",", "").partition(".")
            if "." in decimals or digit:
                return None
            digit = Fraction(int(whole + decimals), 10 ** len(decimals))
    return total + section + (digit or 0)
