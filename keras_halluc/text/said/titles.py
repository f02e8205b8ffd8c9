"""Titles: headings and labels on lines of their own, which state nothing themselves."""

import re

from keras_halluc.text.said.draft import Edit

REASON = "title"
_WORDS = 4  # a longer line may be a statement
_HAN = 8  # characters of a title without spaces
_LONGEST = 80  # characters with the marks
_LINE = re.compile(r"[^\n]+")
_TITLE = re.compile(
    r"[ \t]*(?:[-*•] )?(?:#{1,6}[ \t]+(?:\*\*)?(?P<heading>[^\n]+?)(?:\*\*)?[:：]?[ \t]*#{0,6}|"
    r"(?:\*\*|__)(?P<bold>[^*_\n]+)(?:\*\*|__)[:：]?|(?P<label>[^:：\n#*]+)[:：])[ \t]*"
)


def find_titles(text: str) -> list[Edit]:
    """Short lines that are a heading, bold or end in a colon, with text below that is none.

    A title with a number in it, or with a colon and text behind it, stays.
    """
    lines = [match for match in _LINE.finditer(text) if _says(match.group())]
    titles = [_is_title(match.group()) for match in lines]
    return [
        Edit(*line.span(), REASON)
        for line, title, next_one in zip(lines, titles, titles[1:])
        if title and not next_one
    ]


def _is_title(line: str) -> bool:
    line = line.strip()
    match = _TITLE.fullmatch(line) if len(line) <= _LONGEST else None
    if match is None:
        return False
    words = (match["heading"] or match["bold"] or match["label"]).strip()
    if any(char.isnumeric() for char in words) or any(char in ":：.。!?！？" for char in words):
        return False
    count = sum("\u3040" <= char <= "\u9fff" for char in words)
    return count <= _HAN if count else len(words.split()) <= _WORDS


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)
