"""Texts of a line of a file of cases, whatever the line holds."""

import math
from typing import Any

SHOWN = 400  # characters of a text in the table


def text_of(line: dict[str, Any], name: str) -> str:
    """A text of a line of the file; empty where there is none."""
    value = line.get(name)
    return value if isinstance(value, str) else ""


def texts_of(line: dict[str, Any], name: str) -> list[str]:
    """A list of texts of a line; what is no text is left out."""
    value = line.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def fields_of(line: dict[str, Any]) -> dict[str, str | int | float | bool]:
    """The fields of a case: numbers and texts by name; what is neither is left out."""
    value = line.get("fields")
    return {
        name: one
        for name, one in (value.items() if isinstance(value, dict) else ())
        if isinstance(one, (str, int, bool)) or (isinstance(one, float) and math.isfinite(one))
    }
