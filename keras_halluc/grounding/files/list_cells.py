"""Lists that a cell of a table holds as text: read as lists, or refused, never taken as text."""

import ast
import re
from typing import Any

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received

_LITERAL = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# One item and what follows it: a literal in quotes, or a number or None.
_ITEM = re.compile(
    rf"""\s*(?:(?P<text>{_LITERAL})|(?P<bare>[^\s,'"\[\](){{}}]+))(?P<gap>\s*,\s*|\s+|\Z)""",
    re.DOTALL,
)
# The list of texts in a dict of SQuAD, as Python writes it or as numpy does.
_TEXTS = re.compile(
    rf"""['"]text['"]\s*:\s*(?:array\()?(?P<list>\[\s*(?:{_LITERAL}\s*(?:,\s*)?)*\])""", re.DOTALL
)
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*)?(?:e[+-]?\d+)?\Z")
_ESCAPE_OF_NONE = re.compile(r"""\\[^\n\\'"abfnrtv0-7xNuU]""")
# A bracket and a quote, or an array in a list.
_BEGINS_AS_LIST = re.compile(r"""\[[\s\[({]*(?:[bBuUrR]?['"]|array\()""")
_BEGINS_AS_OTHER = re.compile(r"""[({]\s*['"]""")
_BEGINS_AS_ANSWERS = re.compile(r"""\{\s*['"](?:text|answer_start)['"]\s*:""")
_ENDS = {"[": "]", "(": ")", "{": "}"}


def list_cell(text: str, name: str, place: str, numbers: bool) -> list[Any] | None:
    """The items of a text that is a list; None if it is ordinary text.

    Read are JSON lists, Python's `repr` of a list, tuple or set of texts and numbers (as pandas
    writes them into a CSV file), and numpy's, which has no commas.

    Args:
        text: str.
        name: str, the field, for the error.
        place: str, where it stands, for the error.
        numbers: bool, whether a list of nothing but numbers is one. Outside of tables, which can
            hold no other list, it may be an interval as well, and is refused.

    Raises:
        ValueError: it looks like a list, but cannot be read as one.
    """
    text = text.strip()
    if text[:1] not in _ENDS:
        return None
    items, why = _items(text)
    if items is not None:
        if not all(map(_is_item, items)):
            raise _refused(text, name, place, ": its items must be texts or numbers")
        if not numbers and items and all(isinstance(item, (int, float)) for item in items):
            raise _refused(text, name, place, ", since numbers may be an interval too")
        return items
    if why or _BEGINS_AS_LIST.match(text) or _is_words_with_commas(text):
        raise _refused(text, name, place, why)
    return None


def answers_cell(text: str, name: str, place: str) -> list[str] | None:
    """The texts of a text that is one of SQuAD's `answers`; None if it is ordinary text.

    Raises:
        ValueError: it looks like one, but cannot be read.
    """
    text = text.strip()
    if not _BEGINS_AS_ANSWERS.match(text):
        return None
    try:
        found = parse_json(text)
    except JSONTextError:
        match = _TEXTS.search(text)
        items = None if match is None or text[-1] != "}" else _items(match["list"])[0]
    else:
        if not isinstance(found, dict) or "answer_start" not in found:
            return None  # an answer in JSON
        items = found.get("text")
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _refused(text, name, place, "")
    return items


def _literal(text: str) -> str | None:
    """What a literal of Python says; None if it is none."""
    if _ESCAPE_OF_NONE.search(text.replace("\\\\", "")):
        return None
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError):  # half an escape
        return None


def _items(text: str) -> tuple[list[Any] | None, str]:
    """The items, if all can be read, and what is special about it if they cannot."""
    opening, inner = text[0], text[1:-1]
    if len(text) < 2 or text[-1] != _ENDS[opening]:
        return None, ""
    if opening == "[":
        try:
            found = parse_json(text)
            return (found, "") if isinstance(found, list) else (None, "")
        except JSONTextError:
            pass
    elif not _BEGINS_AS_OTHER.match(text):
        return None, ""  # ordinary text in parentheses
    items: list[Any] = []
    gaps: list[bool] = []
    start = 0
    while start < len(inner):
        match = _ITEM.match(inner, start)
        if match is None:
            return None, ""
        start = match.end()
        literal, bare = match["text"], match["bare"]
        if literal is not None:
            items.append(_literal(literal))
            if items[-1] is None:
                return None, ""
        elif bare == "..." and items:
            return None, ": numpy left out the items that `...` stands for"
        elif bare in ("None", "nan"):
            items.append(None)
        elif _INTEGER.match(bare) and len(bare) <= MOST_DIGITS:
            items.append(int(bare))
        elif _FLOAT.match(bare) and len(bare) <= MOST_DIGITS:
            items.append(float(bare))
        else:
            return None, ""
        gaps.append("," in match["gap"])
    between = gaps[:-1]
    if any(between) and not all(between):
        return None, ": some of its items have a comma between them and some have none"
    if opening != "[" and not any(gaps):
        return None, ""  # one quoted text in parentheses, or several
    return items, ""


def _is_item(item: Any) -> bool:
    """A text, a number, or one of SQuAD's answers."""
    if isinstance(item, dict):
        return "text" in item
    return isinstance(item, (str, int, float)) and not isinstance(item, bool)


def _is_words_with_commas(text: str) -> bool:
    """`[Anna Weber, A. Weber]`, as Java and Excel write a list."""
    inner = text[1:-1]
    return text[0] + text[-1:] == "[]" and "," in inner and not set(inner) & set("[]")


def _refused(text: str, name: str, place: str, why: str) -> ValueError:
    return ValueError(
        f"`{name}` must be a text or a list at {place}; it looks like a list, but cannot be read "
        f"as one{why}. Write a JSON list, as in "
        '["Anna Weber", "A. Weber"]; if it is one text, a list of one, as in '
        f'["[sic], he said"]; or keep lists in a .jsonl or .parquet file. {received(name, text)}'
    )
