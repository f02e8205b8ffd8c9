"""Number format: how a measured value and a difference are written in a report."""

from keras_halluc.reports.measure import SHARE
from keras_halluc.reports.measure import WORDS
from keras_halluc.statistics.estimates import Estimate

NOTHING = "-"
UNMEASURED = "unmeasured"
CHANGES = {
    "better": "better",
    "worse": "worse",
    "higher": "higher",
    "lower": "lower",
    "not shown": "no difference shown",
    "": NOTHING,
}


def value_text(unit: str, value: Estimate | float | None) -> str:
    """`"12.5 % [9.1, 16.8]"`; without interval where there is none, `"-"` for None."""
    if value is None:
        return NOTHING
    if isinstance(value, Estimate):
        middle, ends = _number(unit, value.value), (value.low, value.high)
        return f"{middle}{_sign(unit)} [{', '.join(_number(unit, end) for end in ends)}]"
    return _number(unit, value) + _sign(unit)


def difference_text(unit: str, difference: Estimate | None) -> str:
    """`"+3.0 points [-1.2, +7.1]"`, or `"-"` for None."""
    if difference is None:
        return NOTHING
    value, low, high = (
        _number(unit, number, "+") for number in (difference.value, difference.low, difference.high)
    )
    return f"{value}{' points' if unit == SHARE else ''} [{low}, {high}]"


def _number(unit: str, value: float, plus: str = "") -> str:
    if unit == SHARE:
        return f"{100 * value:{plus}.1f}"
    return f"{value:{plus}.1f}" if unit == WORDS else f"{value:{plus}.3f}"


def _sign(unit: str) -> str:
    return " %" if unit == SHARE else ""
