"""What is a value that a text states?"""

import dataclasses
from fractions import Fraction
from typing import Any

KINDS = ("number", "ordinal", "date", "weekday", "time", "ratio", "code", "name")


@dataclasses.dataclass(frozen=True)
class Value:
    """A number, ordinal, date, weekday, time of day, ratio, code or name, and where it stands.

    | kind | `value` | `unit` |
    |---|---|---|
    | `number` | int or Fraction, in the base unit | `""`, `"m"`, `"g"`, `"EUR"`, `"%"` and so on |
    | `ordinal` | int | `""` or `"century"` |
    | `date` | `(year, month, day)`, None where not said | `""` |
    | `weekday` | int, 0 is Monday | `""` |
    | `time` | int, seconds since midnight | `""` |
    | `ratio` | tuple of int, the parts of a ratio or score in their order | `""` |
    | `code` | str in one form | `"address"`, `"phone"`, `"book"`, `"version"`, `"row"`, `"model"` |
    | `name` | str, small letters without accents | `""` |

    Args:
        kind: str, one of the above.
        value: what is said, the same however it is written.
        unit: str, the base unit, empty without one.
        start: int, where it starts in the text.
        end: int, where it ends.
        text: str, as it is written.
        also: tuple of `(value, unit)`, what it may mean as well: `5/12/2020`, `1,500`, `10 pounds`.
        amount: int or Fraction, a number before its unit is converted; else None.
        weak: bool, whether it may be no value at all: "one" as a pronoun, a capitalised word at the
            start of a sentence, a German noun.

    Example:

    >>> import keras_halluc as kh
    >>> value = kh.text.find_values("It is 2 km long.")[0]
    >>> value.kind, value.value, value.unit, value.text, int(value.amount)
    ('number', 2000, 'm', '2 km', 2)
    """

    kind: str
    value: Any
    unit: str
    start: int
    end: int
    text: str
    also: tuple[tuple[Any, str], ...] = ()
    amount: int | Fraction | None = None
    weak: bool = False

    @property
    def readings(self) -> tuple[tuple[Any, str], ...]:
        """All `(value, unit)` it may mean, the likeliest first."""
        return ((self.value, self.unit), *self.also)


def whole(number: Fraction | int) -> int | Fraction:
    """The same number, as an int where it is one."""
    number = Fraction(number)
    return number.numerator if number.denominator == 1 else number
