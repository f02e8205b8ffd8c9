"""Which unit stands at a number, and what does it convert to?"""

import re
from fractions import Fraction

F = Fraction
# Written forms, base unit, and how many base units one is; exact by definition.
_TABLE: tuple[tuple[str, str, Fraction], ...] = (
    ("m|meter|meters|metre|metres|metern|mètre|mètres|metro|metros|米|公尺", "m", F(1)),
    (
        "km|kilometer|kilometers|kilometre|kilometres|kilometern|kilomètre|kilomètres|kilómetro|"
        "kilómetros|公里|千米",
        "m",
        F(1000),
    ),
    (
        "cm|centimeter|centimeters|centimetre|centimetres|zentimeter|zentimetern|centimètre|"
        "centimètres|centímetro|centímetros|厘米|公分",
        "m",
        F(1, 100),
    ),
    (
        "mm|millimeter|millimeters|millimetre|millimetres|millimetern|millimètre|millimètres|"
        "milímetro|milímetros|毫米",
        "m",
        F(1, 1000),
    ),
    ("mile|miles|mi|meile|meilen|milla|millas|英里", "m", F("1609.344")),
    ("ft|foot|feet|fuß|pied|pieds|pie|pies|英尺", "m", F("0.3048")),
    ("yd|yard|yards|yarda|yardas|码", "m", F("0.9144")),
    ("inch|inches|zoll|pouce|pouces|pulgada|pulgadas|英寸", "m", F("0.0254")),
    (
        "kg|kilo|kilos|kilogram|kilograms|kilogramm|kilogramme|kilogrammes|kilogramo|kilogramos|"
        "公斤|千克",
        "g",
        F(1000),
    ),
    ("g|gram|grams|gramm|gramme|grammes|gramo|gramos|克", "g", F(1)),
    ("mg|milligram|milligrams|milligramm|milligrammes|miligramos|毫克", "g", F(1, 1000)),
    ("t|ton|tonne|tonnes|tonnen|tons|tonelada|toneladas|吨", "g", F(10**6)),
    ("mt|megaton|megatons|megatonne|megatonnes|megatonnen|megatoneladas", "g", F(10**12)),
    ("gt|gigaton|gigatons|gigatonne|gigatonnes|gigatonnen|gigatoneladas", "g", F(10**15)),
    ("lb|lbs|pfund|livres", "g", F("453.59237")),
    ("oz|ounce|ounces|unzen|onces|onzas", "g", F("28.349523125")),
    ("斤", "g", F(500)),
    ("l|liter|liters|litre|litres|litern|litro|litros|升|公升", "l", F(1)),
    ("ml|milliliter|milliliters|millilitre|millilitres|mililitros|毫升", "l", F(1, 1000)),
    (
        "s|sec|secs|second|seconds|sekunde|sekunden|seconde|secondes|segundo|segundos|秒|秒钟",
        "s",
        F(1),
    ),
    ("min|mins|minute|minutes|minuten|minuto|minutos|分钟", "s", F(60)),
    (
        "h|hr|hrs|hour|hours|stunde|stunden|std|heure|heures|hora|horas|小时|个小时|钟头",
        "s",
        F(3600),
    ),
    ("d|day|days|tag|tage|tagen|jour|jours|día|días|天", "s", F(86400)),
    ("week|weeks|woche|wochen|semaine|semaines|semana|semanas|周|星期|个星期", "s", F(604800)),
    ("month|months|monat|monate|monaten|mois|mes|meses|个月", "month", F(1)),
    ("year|years|yr|yrs|jahr|jahre|jahren|an|ans|année|années|año|años|年|岁|周年", "month", F(12)),
    (
        "decade|decades|jahrzehnt|jahrzehnte|jahrzehnten|décennie|décennies|década|décadas",
        "month",
        F(120),
    ),
    (
        "century|centuries|jahrhundert|jahrhunderte|jahrhunderts|jh|siècle|siècles|siglo|siglos|世纪",
        "century",
        F(1),
    ),
    ("%|percent|per cent|pct|prozent|pour cent|por ciento|pourcent", "%", F(1)),
    ("‰|permille|promille", "%", F(1, 10)),
    (
        "m²|m2|m^2|square meters|square metres|square meter|quadratmeter|quadratmetern|"
        "mètres carrés|metros cuadrados|平方米",
        "m²",
        F(1),
    ),
    (
        "km²|km2|km^2|square kilometers|square kilometres|square kilometer|square kilometre|sq km|"
        "quadratkilometer|quadratkilometern|kilomètres carrés|kilómetros cuadrados|平方公里|"
        "平方千米",
        "m²",
        F(10**6),
    ),
    ("cm²|cm2|cm^2|square centimeters|square centimetres|quadratzentimeter", "m²", F(1, 10**4)),
    ("ft²|ft2|ft^2|sq ft|square feet|square foot", "m²", F("0.3048") ** 2),
    ("ha|hectare|hectares|hektar|hectárea|hectáreas|公顷", "m²", F(10**4)),
    ("acre|acres|英亩", "m²", F("4046.8564224")),
    (
        "square miles|square mile|sq mi|quadratmeilen|millas cuadradas|平方英里",
        "m²",
        F("1609.344") ** 2,
    ),
    (
        "m³|m3|m^3|cubic meters|cubic metres|kubikmeter|mètres cubes|metros cúbicos|立方米",
        "l",
        F(1000),
    ),
    (
        "km/h|kmh|kph|kilometers per hour|kilometres per hour|kilomètres par heure|"
        "kilómetros por hora|stundenkilometer|stundenkilometern|公里/小时|千米/小时",
        "m/s",
        F(5, 18),
    ),
    ("mph|miles per hour|meilen pro stunde|millas por hora", "m/s", F("0.44704")),
    ("m/s", "m/s", F(1)),
    (
        "°c|℃|degrees celsius|degree celsius|grad celsius|degrés celsius|grados celsius|摄氏度",
        "°C",
        F(1),
    ),
    (
        "°f|℉|degrees fahrenheit|degree fahrenheit|grad fahrenheit|grados fahrenheit|华氏度",
        "°F",
        F(1),
    ),
    ("w|watt|watts|瓦", "W", F(1)),
    ("kw|kilowatt|kilowatts|千瓦", "W", F(1000)),
    ("mw|megawatt|megawatts|兆瓦", "W", F(10**6)),
    ("gw|gigawatt|gigawatts", "W", F(10**9)),
    ("kwh|kilowattstunden|千瓦时|度电", "kWh", F(1)),
    ("hz|赫兹", "Hz", F(1)),
    ("khz", "Hz", F(1000)),
    ("mhz|兆赫", "Hz", F(10**6)),
    ("ghz", "Hz", F(10**9)),
    ("kb|kilobytes", "byte", F(10**3)),
    ("mb|megabyte|megabytes", "byte", F(10**6)),
    ("gb|gigabyte|gigabytes", "byte", F(10**9)),
    ("tb|terabyte|terabytes", "byte", F(10**12)),
    (
        "$|us$|usd|dollar|dollars|us dollars|u.s. dollars|u.s. dollar|american dollars|"
        "us-dollar|us-dollars|dólar|dólares|美元|美金|元美金",
        "USD",
        F(1),
    ),
    ("€|eur|euro|euros|欧元", "EUR", F(1)),
    ("£|gbp|pound sterling|pounds sterling|livres sterling|libras esterlinas|英镑", "GBP", F(1)),
    ("元|人民币|cny|rmb|yuan|块钱", "CNY", F(1)),
    ("¥|日元|日圆|jpy|yen|円", "JPY", F(1)),
    ("港元|港币|hkd", "HKD", F(1)),
    ("新台币|台币|twd", "TWD", F(1)),
    ("韩元|krw|won", "KRW", F(1)),
    ("卢布|rub|rubles|rubel|roubles|rublos", "RUB", F(1)),
    ("卢比|inr|rupees|rupien|roupies|rupias", "INR", F(1)),
    ("法郎|chf|franken|francs|franc|francos", "CHF", F(1)),
    ("马克|mark|marks", "DEM", F(1)),
    ("分贝|db|dezibel|decibels|décibels", "dB", F(1)),
)
_DEGREES = "° degree degrees grad degré degrés grado grados 度".split()
_ALSO: dict[str, tuple[tuple[str, Fraction], ...]] = {
    "pound": (("GBP", F(1)), ("g", F("453.59237"))),
    "pounds": (("GBP", F(1)), ("g", F("453.59237"))),
    "livres": (("g", F("453.59237")), ("GBP", F(1))),
    "libras": (("g", F("453.59237")), ("GBP", F(1))),
    "cents": (("USD", F(1, 100)), ("EUR", F(1, 100))),
    "¢": (("USD", F(1, 100)), ("EUR", F(1, 100))),
    "¥": (("CNY", F(1)), ("JPY", F(1))),
    # Of an angle, or of a temperature on a scale that is not named.
} | dict.fromkeys(_DEGREES, (("°", F(1)), ("°C", F(1)), ("°F", F(1))))
UNITS: dict[str, tuple[tuple[str, Fraction], ...]] = {
    form: ((unit, factor),) for forms, unit, factor in _TABLE for form in forms.split("|")
}
UNITS.update(_ALSO)
_BEFORE = re.compile(
    r"(?:(?<![^\W\d_])(?:us|a|c|nz|hk)?\$|(?<![^\W\d_])(?:usd|eur|gbp|chf|cny|rmb|jpy)|[€£¥]) ?$"
)
_HAN = re.compile("[\u4e00-\u9fff]")
# No unit has a longer word. Without an end, a row of numbers that are letters, such as ½, would be
# read anew from each of them.
_LONGEST_WORD = max(len(word) for form in UNITS for word in re.split("[ /-]", form))
_WORD = rf"[^\W\d_]{{1,{_LONGEST_WORD}}}(?![^\W\d_]|'[^\W\d_])"
_LATIN = re.compile(rf"{_WORD}(?:\^?[²³23](?!\d))?(?:/{_WORD})?")
_GAP = re.compile(r"[ \u00a0-]?")
_AMERICAN = re.compile(r"[ \u00a0-](u\.s\. dollars?)(?![^\W\d_])")
_OF = re.compile(r"[ \u00a0](?:de |d')")  # "4 millions de livres"
_LONGEST_HAN = max(len(form) for form in UNITS if _HAN.match(form))
_CURRENCIES = ("€", "$", "£", "¥")
_SIGNS = ("¢", "°c", "°f", "℃", "℉", "%", "‰", "°", *_CURRENCIES)


def unit_at(small: str, start: int, end: int) -> tuple[int, int, tuple[tuple[str, Fraction], ...]]:
    """Finds the unit before or behind a number.

    Args:
        small: str, text in small letters.
        start: int, where the number starts.
        end: int, where it ends.

    Returns:
        `(start, end, units)` of number and unit together; `units` are `(base unit, factor)`, the
        likeliest first, empty if the number has no unit.

    Example:

    >>> from keras_halluc.text.values.units import unit_at
    >>> unit_at("it is 5 km long", 6, 7)
    (6, 10, (('m', Fraction(1000, 1)),))
    """
    if small.startswith("百分之", max(0, start - 3)) and start >= 3:
        return start - 3, end, UNITS["%"]
    before = _BEFORE.search(small, max(0, start - 6), start)
    gap = _GAP.match(small, end)
    behind = gap.end() if gap else end
    for sign in _SIGNS:
        if small.startswith(sign, behind) and not _belongs_behind(small, end, behind, sign):
            return start, behind + len(sign), UNITS[sign]
    if before:
        sign = before.group().strip()
        found = UNITS.get(sign) or UNITS.get(sign[-1]) or UNITS["$"]
        return before.start(), end, found
    if behind < len(small) and _HAN.match(small, behind):
        for length in range(_LONGEST_HAN, 0, -1):
            form = small[behind : behind + length]
            if len(form) == length and form in UNITS:
                return start, behind + length, UNITS[form]
        return start, end, ()
    if american := _AMERICAN.match(small, end):
        return start, american.end(), UNITS[american[1]]
    latin = _latin(small, start, end, behind)
    if not latin[2] and (of := _OF.match(small, end)):
        return _latin(small, start, end, of.end())
    return latin


def _belongs_behind(small: str, end: int, behind: int, sign: str) -> bool:
    """Whether a sign is that of the next number, as in "£20-£30"."""
    following = small[behind + len(sign) : behind + len(sign) + 1]
    return small[end:behind] == "-" or (sign in _CURRENCIES and following.isdecimal())


def _latin(
    small: str, start: int, end: int, behind: int
) -> tuple[int, int, tuple[tuple[str, Fraction], ...]]:
    ends, position = [], behind
    for _ in range(3):
        word = _LATIN.match(small, position)
        if not word:
            break
        ends.append(word.end())
        if not small.startswith((" ", "-", "\u00a0"), word.end()):
            break
        position = word.end() + 1
    for stop in reversed(ends):
        form = small[behind:stop].replace("\u00a0", " ")
        if form == "an" and small[start:end] not in ("1", "un"):  # "2 ans", but "in 2016 an early"
            break
        if form in UNITS:
            return start, stop, UNITS[form]
        if len(form) > 2 and form.replace("-", " ") in UNITS:
            return start, stop, UNITS[form.replace("-", " ")]
        if len(form) == 1 and behind > end + 1:
            break
    first = _LATIN.match(small, behind)
    if first and "/" in first.group():  # "12 m/s²" is known, "5 km/day" is at least a length
        form = first.group().split("/")[0]
        if form in UNITS:
            return start, behind + len(form), UNITS[form]
    return start, end, ()
