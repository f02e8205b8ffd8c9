"""JSON that anybody may have written: whatever is wrong with it raises one kind of error."""

import json
from typing import Any

MOST_LEVELS = 100  # lists and objects inside one another; data has five, a few hundred end Python
MOST_DIGITS = 300  # of a whole number; from 309 on it fits into no float


class JSONTextError(ValueError):
    """The text cannot be read as JSON. The message is a phrase that says why, and where."""


def parse_json(text: str | bytes) -> Any:
    """The value that a JSON text holds.

    Args:
        text: str, or bytes in UTF-8.

    Returns:
        None, bool, int, float, str, list or dict. It can be shown, compared and written again.

    Raises:
        JSONTextError: it is no JSON, is not in UTF-8, is more than `MOST_LEVELS` deep, or has a
            whole number of more than `MOST_DIGITS` digits.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        found = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise JSONTextError(f"the byte at position {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise JSONTextError(f"{error.msg} at {line}column {error.colno}") from None
    except RecursionError:
        raise _too_deep() from None
    if text.count("[") + text.count("{") > MOST_LEVELS:
        _require_levels(found)
    return found


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise JSONTextError(
            f"a whole number has at most {MOST_DIGITS} digits, not {len(digits)}; put it in quotes"
        )
    return int(digits)


def _require_levels(found: Any) -> None:
    level = [found]
    for _ in range(MOST_LEVELS):
        level = [
            item
            for part in level
            if isinstance(part, (list, dict))
            for item in (part.values() if isinstance(part, dict) else part)
        ]
        if not level:
            return
    if any(isinstance(part, (list, dict)) for part in level):
        raise _too_deep()


def _too_deep() -> JSONTextError:
    return JSONTextError(f"lists and objects may lie at most {MOST_LEVELS} deep in one another")


_DECODER = json.JSONDecoder(parse_int=_integer)
