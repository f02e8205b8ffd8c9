"""Codes: versions, addresses, telephone, book and article numbers, each as one value."""

import ipaddress
import re
from collections.abc import Iterator

from keras_halluc.text.values.month_names import MONTHS
from keras_halluc.text.values.numbers import read_digits

# Start, end, the code in one form, its sort, and what else it may be.
Code = tuple[int, int, str, str, tuple[str, ...]]

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_LINK = re.compile(
    r"(?<!\w)(?:https?://|www\.|(?:[\w-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|de|uk|cn)/)[^\s<>\"'\u3001\u3002\uff0c()]{1,2000}"
)
_FOUR = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:/\d{1,2})?(?!\.?\w|,\d)")
_SIX = re.compile(r"(?<![\w:.])(?=[\da-f]*:)[\da-f:]{3,39}(?![\w:])")
_CARD = re.compile(r"(?<![\w:-])[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}(?![\w:-])")
_BOOK = re.compile(
    r"(?:(?<=isbn)|(?<=isbn |isbn:)|(?<=isbn: )|(?<=isbn-1[03] )|(?<=isbn-1[03]:)"
    r"|(?<=isbn-1[03]: ))\d(?:[ -]?\d){8,11}[ -]?[\dx](?![\w-])"
    r"|(?<![\w-])97[89](?:-\d{1,7}){3}-\d(?![\w-])"
)
_CALL = re.compile(
    r"(?:\b(?:call|dial|ring|phone|telephone|tel|fax|mobile|cell|telefon|handy|anrufen|rufen|"
    r"téléphone|tél|appelez|teléfono|llame|llamar)\b|电话|手机|拨打|致电)[^\d\n+]{0,20}$"
)
_PHONE = re.compile(
    r"(?<![\w.,:/+-])(?:\+\d|\(\d|\d)(?:[ ()/.-]{0,2}\d){6,17}(?![\w%]|[.,:/-]\w)(?!\s?[%\u00b0])"
)
_AMERICAN = re.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")
_BRACKETED = re.compile(r"\(\d{2,5}\) ?\d")
_IS_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_DOTTED = re.compile(
    r"(?<![\w.,/-])v?(\d{1,6}(?:\.\d{1,6}){2,7}(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b)[.-]?\d{0,4})?)"
    r"(?!\w|[.,/-]\d)"
)
_ROWS = re.compile(r"(?<![\w.,/+-])\d{1,7}(?:-\d{1,7}){2,6}(?!\w|[-.,/]\w)")
_MODEL = re.compile(
    r"(?<![\w/.,&-])([A-Z][A-Za-z]{0,6})(-?)\d{1,9}[A-Z\d]{0,9}(?:-[A-Z\d]{1,9}){0,4}"
    r"(?!\w*[a-rt-z]|[.,]?\d|-\d)|(?<![\w.,/-])\d-?D(?!\w)"  # and 3D, which is no three days
)
_BEFORE_MONEY = frozenset("eur usd gbp chf cny rmb jpy inr aud cad us no nr".split())
_QUARTER = re.compile(r"[QH][1-4]")
LONGEST_BEFORE = 40  # letters before a telephone number that may say what it is


def find_sure_codes(small: str, taken: bytearray) -> Iterator[Code]:
    """Finds what cannot be a date: addresses of mail, pages and computers, telephone, ISBN.

    Args:
        small: str, text as `plain_characters` gives it, in small letters.
        taken: bytearray as long as `small`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, code, sort, others)`: the code in one form, of sort `"address"`,
        `"phone"` or `"book"`, and what else it may be, such as a telephone number without the
        number of its country.

    Example:

    >>> from keras_halluc.text.values.codes import find_sure_codes
    >>> text = "call +49 30 123 45 67 or write to info@example.org"
    >>> [code[2:4] for code in find_sure_codes(text, bytearray(len(text)))]
    [('info@example.org', 'address'), ('49301234567', 'phone')]
    """
    yield from _untaken(
        taken, ((*m.span(), m.group(), "address", ()) for m in _MAIL.finditer(small))
    )
    yield from _untaken(taken, map(_page, _LINK.finditer(small)))
    for pattern in (_FOUR, _SIX, _CARD):
        yield from _untaken(taken, filter(None, map(_machine, pattern.finditer(small))))
    yield from _untaken(taken, ((*m.span(), *_book(m.group())) for m in _BOOK.finditer(small)))
    yield from _untaken(taken, filter(None, (_phone(m, small) for m in _PHONE.finditer(small))))


def find_codes(text: str, small: str, taken: bytearray) -> Iterator[Code]:
    """Finds what may be a date if it was not read as one: versions, rows of digits, models.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        taken: bytearray as long as `small`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, code, sort, others)`, of sort `"version"`, `"row"` or `"model"`.

    Example:

    >>> from keras_halluc.text.values.codes import find_codes
    >>> text = "an A-380 with version 3.11.4"
    >>> [code[2:4] for code in find_codes(text, text.lower(), bytearray(len(text)))]
    [('3.11.4', 'version'), ('a380', 'model')]
    """
    dotted = (m for m in _DOTTED.finditer(small) if not read_digits_only(m[1]))
    yield from _untaken(taken, ((*m.span(1), m[1], "version", ()) for m in dotted))
    yield from _untaken(taken, (_row(m) for m in _ROWS.finditer(small)))
    yield from _untaken(taken, filter(None, (_model(m) for m in _MODEL.finditer(text))))


def read_digits_only(text: str) -> bool:
    """Whether digits with points between them are one number, such as 1.234.567."""
    return text.replace(".", "").isdecimal() and bool(read_digits(text))


def _untaken(taken: bytearray, codes: Iterator[Code]) -> Iterator[Code]:
    for code in codes:
        start, end = code[:2]
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield code


def _page(match: re.Match[str]) -> Code:
    written = match.group().rstrip(".,;:!?]}*_")
    page = written.split("//")[-1].removeprefix("www.").rstrip("/")
    return match.start(), match.start() + len(written), page, "address", ()


def _machine(match: re.Match[str]) -> Code | None:
    """An address of a computer, if it is one."""
    written = match.group()
    if match.re is _CARD:
        return (*match.span(), written.replace("-", ":"), "address", ())
    if match.re is _SIX:
        if "::" not in written and written.count(":") != 7:
            return None
        if not any(char.isalnum() for char in written):
            return None
        try:
            return (*match.span(), str(ipaddress.ip_address(written)), "address", ())
        except ValueError:
            return None
    parts = re.split("[:/]", written)[0].split(".")
    if any(part[0] == "0" < part[1:] or int(part) > 255 for part in parts):
        return None
    if len(parts[0]) < 3 and all(len(part) == 3 for part in parts[1:]):
        return None  # a number such as 1.234.100.200
    return (*match.span(), written, "address", ())


def _book(written: str) -> tuple[str, str, tuple[str, ...]]:
    """The digits of a book; one of ten is one of thirteen as well."""
    digits = re.sub("[ -]", "", written)
    if len(digits) != 10:
        return digits, "book", ()
    core = "978" + digits[:9]
    total = sum(int(digit) * (1, 3)[i % 2] for i, digit in enumerate(core))
    weighed = sum((10 - i) * (10 if d == "x" else int(d)) for i, d in enumerate(digits))
    return digits, "book", (f"{core}{-total % 10}",) if weighed % 11 == 0 else ()


def _phone(match: re.Match[str], small: str) -> Code | None:
    written, start = match.group(), match.start()
    digits = re.sub(r"\D", "", written)
    groups = re.findall(r"\d+", written)
    if not 7 <= len(digits) <= 15 or _IS_DATE.fullmatch(written) or len(groups) > 8:
        return None
    sure = written[0] == "+" or bool(_BRACKETED.match(written) or _AMERICAN.fullmatch(written))
    sure = sure or (digits[0] == "0" and len(groups) > 1 and written[1] not in ".,")
    if not sure and not _CALL.search(small[max(0, start - LONGEST_BEFORE) : start]):
        return None
    abroad = written[0] == "+" or digits.startswith("00")
    if abroad:
        digits = (
            digits.lstrip("0")
            if written[0] != "+"
            else re.sub(r"\D", "", written.replace("(0)", ""))
        )
    others = (digits[i:] for i in (1, 2, 3) if digits[i] != "0") if abroad else ()
    return (*match.span(), digits.lstrip("0"), "phone", tuple(o for o in others if len(o) > 6))


def _row(match: re.Match[str]) -> Code:
    digits = match.group().replace("-", "")
    return (*match.span(), match.group(), "row", (digits,) if len(digits) > 7 else ())


def _model(match: re.Match[str]) -> Code | None:
    word, code = (match[1] or "").lower(), match.group()
    if word in _BEFORE_MONEY or word in MONTHS or _QUARTER.fullmatch(code):
        return None
    form = code.lower().replace("-", "")
    return (*match.span(), form.replace("under", "u"), "model", ())  # U17 for Under-17
