"""Which names does a Chinese text give, as far as its writing shows them?"""

import re
from collections.abc import Iterator

# Foreign names with points between their parts, titles of works, and what is in quotation marks.
_HAN = "\u4e00-\u9fff"
_POINTS = "·•‧・"
_POINTED = re.compile(f"[{_HAN}]{{1,6}}(?:[{_POINTS}][{_HAN}]{{1,6}}){{1,4}}")
_TITLE = re.compile(
    "《([^《》\n]{1,40})》|〈([^〈〉\n]{1,40})〉|「([^「」\n]{1,24})」|“([^“”\n]{1,24})”"
)
# The hundred most common surnames, fewer those that are common words as well.
_SURNAMES = "欧阳|司马|上官|诸葛|东方|独孤|南宫|司徒|慕容|令狐|" + "|".join(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔崔邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武"
    "乔贺赖龚文陳劉張楊趙黃吳孫馬羅鄭謝韓"
)
# What may stand before a name and behind it; inside a sentence nothing else shows where it ends.
_BEFORE = (
    f"(?<![{_HAN}])|(?<=[和与由被为对向给跟同及是让请把将在])|(?<=[员长手帝王后导教授士师者家人])"
)
_AFTER = (
    "[，。、；：！？（）,.;:!?()“”《》 ]|[是在和与的于说曾出任为被从以将就对担率因也有又则认表获"
    "成后当于生创指向首便还所再加]|$"
)
_PERSON = re.compile(f"(?:{_BEFORE})(?:{_SURNAMES})[\u4e00-\u9fff]{{1,2}}?(?={_AFTER})")
# A second and third character that are no part of a given name.
_NO_NAME = frozenset("是在和与的于说为被从以将就对也有又则国家中人大小上下年月日了不这那其此各个名")
_STOP_BEFORE = re.compile("[和与由被为对向给跟及是让请把将的了者手员长星锋卫]")
_STOP_AFTER = re.compile("[是在和与的于说曾出任为被从以将就对担率因也有又则认表获成后当了不]")
LONGEST_PART = 4


def chinese_names(text: str) -> Iterator[tuple[int, int, bool]]:
    """Finds foreign names (`培顿·曼宁`), titles (`《红楼梦》`), quoted words, and persons.

    A person is a common surname and one or two characters, between signs or words that show where
    it ends; it may be an ordinary word. Places and organisations without quotation marks are not
    found: without a dictionary nothing shows where they begin.

    Args:
        text: str.

    Returns:
        iterator of `(start, end, may it be no name)`.

    Example:

    >>> from keras_halluc.text.values.chinese_names import chinese_names
    >>> text = "曹雪芹是《红楼梦》的作者，培顿·曼宁不是。"
    >>> [text[start:end] for start, end, _ in chinese_names(text)]
    ['红楼梦', '培顿·曼宁', '曹雪芹']
    """
    taken = bytearray(len(text))
    for match in _TITLE.finditer(text):
        group = match.lastindex or 1
        start, end = match.span(group)
        if text[match.start()] in "「“" and not 2 <= end - start <= 24:
            continue
        taken[start:end] = b"\1" * (end - start)
        yield start, end, text[match.start()] in "「“"
    for match in _POINTED.finditer(text):
        start, end = _cut(text, *match.span())
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield start, end, False
    for match in _PERSON.finditer(text):
        start, end = match.span()
        given = text[start + 1 : end]
        if not any(taken[start:end]) and not _NO_NAME & set(given):
            yield start, end, True


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """Takes off what stands before the first part and behind the last: at most four signs stay."""
    first, last = start, end
    while text[first] not in _POINTS:
        first += 1
    while text[last - 1] not in _POINTS:
        last -= 1
    for stop in _STOP_BEFORE.finditer(text, start, first - 1):
        start = stop.end()
    after = _STOP_AFTER.search(text, last + 1, end)
    end = after.start() if after else end
    return max(start, first - LONGEST_PART), min(end, last + LONGEST_PART)


def pointed_core(name: str) -> str:
    """What surely belongs to a foreign name: two characters before its first point, two behind.

    Args:
        name: str, as `chinese_names` finds it, or any other.

    Returns:
        str, shorter, with one kind of point; a name without points as it is.

    Example:

    >>> from keras_halluc.text.values.chinese_names import pointed_core
    >>> pointed_core("四分卫培顿•曼宁贡献")
    '培顿·曼宁'
    """
    parts = re.split(f"[{_POINTS}]", name)
    if len(parts) == 1 or not re.match(f"[{_HAN}]", name):
        return name
    return "·".join([parts[0][-2:], *parts[1:-1], parts[-1][:2]])
