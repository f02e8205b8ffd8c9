"""The words of numbers and months in five languages, and one value in another form."""

import re

from num2words import num2words

WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve twenty thirty fifty",
    "de": "zwei drei vier fünf sechs sieben neun zehn elf zwölf zwanzig dreißig fünfzig",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez doce veinte treinta cincuenta",
    "fr": "deux trois quatre cinq six sept huit dix onze douze vingt trente cinquante",
}
COUNT = "0 1 2 3 4 5 6 7 8 9 10 11 12 20 30 50".split()
EQUAL = {}  # language -> word or digits -> the other forms of the same number
for _language, _ones in (("en", "one"), ("de", "eins"), ("es", "uno"), ("fr", "un")):
    _words = dict(zip(COUNT[2:], WORDS[_language].split())) if _language in ("en", "es") else {}
    if not _words:  # the lists of German and French leave out 8 and 9
        _words = {d: num2words(int(d), lang=_language) for d in COUNT[2:]}
    EQUAL[_language] = {d: (w,) for d, w in _words.items()} | {w: (d,) for d, w in _words.items()}
    EQUAL[_language] |= {"1": (_ones, "one", "ein", "eine", "un", "una", "une")}
EQUAL["zh"] = {str(i): (c,) for i, c in enumerate("〇一二三四五六七八九")}
EQUAL["zh"] |= {c: (str(i),) for i, c in enumerate("〇一二三四五六七八九")}
EQUAL["zh"] |= {"2": ("二", "两"), "二": ("2", "两"), "十": ("10",), "10": ("十",)}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def in_words(number, language):
    if language != "zh":
        return num2words(number, lang=language)
    digits, found = str(number), ""
    if len(digits) > 8:
        return None
    for i, digit in enumerate(digits):
        place = len(digits) - 1 - i
        if digit != "0":
            found += "〇一二三四五六七八九"[int(digit)] + ("", "十", "百", "千")[place % 4]
        elif not found.endswith("零"):
            found += "零"
        if place == 4:
            found = found.rstrip("零") + "万"
    found = found.rstrip("零") or "零"
    return found[1:] if found.startswith("一十") else found


def restated(old, kind, language, rng):
    """The same value in another form, or None."""
    if kind == "number":
        if not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*|\d+", old):
            return None
        grouped = len(old) > 3 and re.search("[.,]", old)
        sign = "," if language in ("en", "zh") else "."
        if grouped and sign not in old:
            return None
        number = int(re.sub("[.,]", "", old))
        forms = [in_words(number, language)]
        if number >= 1000:
            forms += [str(number), f"{number:,}".replace(",", sign)]
            if language in ("fr", "de", "es"):
                forms.append(f"{number:,}".replace(",", "\u202f"))
        if number < 2:
            return None  # "one" is an article more often than a number
        forms = [form for form in forms if form and form != old]
        return rng.choice(forms) if forms else None
    if kind != "date":
        return None
    if re.fullmatch(r"\d{4}", old):
        if language == "zh":
            return "".join("〇一二三四五六七八九"[int(d)] for d in old)
        if language == "en":
            return num2words(int(old), to="year")
        return in_words(int(old), language)
    digits = [int(d) for d in re.findall(r"\d+", old)]
    if language == "zh":
        if len(digits) != 2:
            return None
        return "{}月{}日".format(*(in_words(d, "zh") for d in digits))
    months = MONTHS[language].split()
    word = re.search(r"[^\W\d_]{3,}", old)
    if len(digits) != 1 or not word or word.group() not in months:
        return None
    month, day = word.group(), digits[0]
    forms = {
        "en": [
            f"{month} {num2words(day, to='ordinal_num')}",
            f"{day} {month}",
            f"{day} {month[:3]}.",
        ],
        "de": [f"{day}. {month}", f"{day}.{months.index(month) + 1:02d}."],
        "es": [f"{day} de {month}", f"{day:02d} de {month}"],
        "fr": [f"{day} {month}", f"{day:02d} {month}"],
    }[language]
    forms = [form for form in forms if form != old and not form.endswith(".") or language == "en"]
    forms = [form for form in forms if form != old]
    return rng.choice(forms) if forms else None
