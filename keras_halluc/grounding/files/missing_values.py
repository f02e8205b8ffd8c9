"""Missing values, as Python, numpy, pandas and Arrow have them."""

from typing import Any


def is_missing(value: Any) -> bool:
    """None, NaN, NaT or NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        return bool(value != value)  # only NaN and NaT differ from themselves
    except (TypeError, ValueError, ArithmeticError):  # an array of answers, a signaling NaN
        return False
