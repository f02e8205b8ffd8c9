"""Which days, months, years and centuries does a source speak of?"""

from collections.abc import Iterable

Day = tuple[int | None, int | None, int | None]  # year, month, day


class SourceDates:
    """The dates of a source, and what follows from them."""

    def __init__(self) -> None:
        self._parts: set[Day] = set()
        self._yearless: set[Day] = set()
        self._days: set[int] = set()
        self._centuries: set[int] = set()

    def add(self, date: Day) -> None:
        """A date of the source; what it leaves out is None."""
        parts = set(_parts(date))
        self._parts |= parts
        if date[0] is None:
            self._yearless |= parts
        else:
            self.add_year(date[0])
        if date[2] is not None:
            self._days.add(date[2])

    def add_year(self, year: int) -> None:
        """A year, or the first one of a decade: its century, by either way of counting."""
        self._centuries |= {year // 100 + 1, (year - 1) // 100 + 1}

    def has(self, date: Day) -> bool:
        """Whether a date of the source says all of this one."""
        return date in self._parts

    def has_yearless(self, month: int | None, day: int | None) -> bool:
        """Whether a date without a year says this."""
        return (None, month, day) in self._yearless

    def has_year(self, number: float) -> bool:
        """Whether a date has this year."""
        return number == int(number) and (int(number), None, None) in self._parts

    def has_day(self, number: int) -> bool:
        """Whether a date is on this day of a month: "the 16th" for "December 16"."""
        return number in self._days

    def has_century(self, number: int) -> bool:
        """Whether a year or a decade is in this century: the 19th for 1865."""
        return number in self._centuries


def _parts(date: Day) -> Iterable[Day]:
    """What a date says if some of it is left out."""
    year, month, day = date
    for y in {year, None}:
        for m in {month, None}:
            for d in {day, None} if m is not None else {None}:
                if (y, m, d) != (None, None, None):
                    yield y, m, d
