"""Is the same value read the same however it is written, and are its places exact?"""

import datetime
from fractions import Fraction

import hypothesis
import hypothesis.strategies as st
import num2words
import pytest

from keras_halluc.text import find_values

# Written forms of one value; the language is that of its words.
EQUAL = {
    "number": [
        [
            ("twenty-one", "en"),
            ("21", "en"),
            ("21", "zh"),
            ("２１", "zh"),
            ("二十一", "zh"),
            ("٢١", None),
        ],
        [("einundzwanzig", "de"), ("vingt et un", "fr"), ("veintiuno", "es"), ("twenty one", "en")],
        [("1.5 million", "en"), ("1,500,000", "en"), ("1.500.000", "de"), ("1,5 Millionen", "de")],
        [("1,5 Mio.", "de"), ("1,5 million", "fr"), ("1\u202f500\u202f000", "fr"), ("150万", "zh")],
        [("1,5 millones", "es"), ("1 500 000", "es"), ("one and two", "en")][:2],
        [("一千二百", "zh"), ("1200", "de"), ("zwölfhundert", "de"), ("twelve hundred", "en")],
        [("mil doscientos", "es"), ("mille deux cents", "fr"), ("1'200", "de"), ("1,2 mil", "es")],
        [
            ("quatre-vingt-dix-sept", "fr"),
            ("97", "fr"),
            ("siebenundneunzig", "de"),
            ("九十七", "zh"),
        ],
        [("soixante et onze", "fr"), ("septante et un", "fr"), ("setenta y uno", "es")],
        [("five thousand, one hundred", "en"), ("5,100", "en"), ("五千一百", "zh")],
        [("three billion", "en"), ("3 bn", "en"), ("drei Milliarden", "de"), ("30亿", "zh")],
        [("tres mil millones", "es"), ("trois milliards", "fr"), ("3 Mrd.", "de")],
        [("1亿2000万", "zh"), ("120 million", "en"), ("一亿二千万", "zh")],
        [("half a million", "en"), ("500,000", "en"), ("medio millón", "es"), ("五十万", "zh")],
        [("3.14", "en"), ("3,14", "de"), ("three point one four", "en"), ("三点一四", "zh")],
        [
            ("two thirds", "en"),
            ("zwei Drittel", "de"),
            ("deux tiers", "fr"),
            ("三分之二", "zh"),
            ("⅔", "en"),
        ],
        [("6½", "en"), ("6.5", "en"), ("sechseinhalb", "de"), ("6,5", "es")],
        [("a dozen", "en"), ("ein Dutzend", "de"), ("zwölf", "de"), ("十二", "zh")],
        [("-5", "en"), ("−5", "en")],
    ],
    "quantity": [
        [
            ("5 km", "en"),
            ("5,000 m", "en"),
            ("fünf Kilometer", "de"),
            ("5公里", "zh"),
            ("五千米", "zh"),
        ],
        [
            ("2 kg", "en"),
            ("2000 g", "fr"),
            ("dos kilos", "es"),
            ("2公斤", "zh"),
            ("zwei Kilogramm", "de"),
        ],
        [("90 minutes", "en"), ("1.5 hours", "en"), ("1,5 Stunden", "de"), ("90分钟", "zh")],
        [
            ("2 years", "en"),
            ("24 months", "en"),
            ("zwei Jahre", "de"),
            ("两年", "zh"),
            ("deux ans", "fr"),
        ],
        [("50%", "en"), ("50 per cent", "en"), ("fünfzig Prozent", "de"), ("百分之五十", "zh")],
        [("50 %", "fr"), ("50 por ciento", "es"), ("fifty percent", "en"), ("500‰", "de")],
        [
            ("€1.5 million", "en"),
            ("1,5 Mio. Euro", "de"),
            ("150万欧元", "zh"),
            ("EUR 1,500,000", "en"),
        ],
        [
            ("$20", "en"),
            ("US$20", "en"),
            ("20 dollars", "en"),
            ("zwanzig Dollar", "de"),
            ("20美元", "zh"),
        ],
        [("£5", "en"), ("5 pounds", "en"), ("GBP 5", "en"), ("5英镑", "zh")],
        [
            ("7 km²", "en"),
            ("7,000,000 square metres", "en"),
            ("7 Quadratkilometer", "de"),
            ("7平方公里", "zh"),
        ],
        [("36 km/h", "en"), ("10 m/s", "en"), ("36 kilometres per hour", "en")],
        [("212 °F", "en"), ("100 °C", "en"), ("100 Grad Celsius", "de"), ("100摄氏度", "zh")],
    ],
    "ordinal": [
        [
            ("the 21st", "en"),
            ("twenty-first", "en"),
            ("der einundzwanzigste", "de"),
            ("第二十一", "zh"),
        ],
        [
            ("the third", "en"),
            ("dritte", "de"),
            ("troisième", "fr"),
            ("tercero", "es"),
            ("第 3 届", "zh"),
        ],
        [
            ("19th century", "en"),
            ("19. Jahrhundert", "de"),
            ("19e siècle", "fr"),
            ("十九世纪", "zh"),
        ],
    ],
    "date": [
        [
            ("2020-05-12", None),
            ("12 May 2020", "en"),
            ("May 12th, 2020", "en"),
            ("12.05.2020", "de"),
        ],
        [
            ("12. Mai 2020", "de"),
            ("12 de mayo de 2020", "es"),
            ("12 mai 2020", "fr"),
            ("12/5/2020", None),
        ],
        [
            ("2020年5月12日", "zh"),
            ("二〇二〇年五月十二日", "zh"),
            ("5/12/2020", None),
            ("12 de mayo del 2020", "es"),
        ],
        [
            ("1er mai", "fr"),
            ("May 1", "en"),
            ("1. Mai", "de"),
            ("5月1日", "zh"),
            ("1 de mayo", "es"),
        ],
        [("in May 2020", "en"), ("im Mai 2020", "de"), ("2020年5月", "zh"), ("mai 2020", "fr")],
        [
            ("in 1998", "en"),
            ("1998年", "zh"),
            ("nineteen ninety-eight", "en"),
            ("一九九八年", "zh"),
        ],
    ],
    "time": [
        [
            ("3:30 pm", "en"),
            ("15:30", None),
            ("15h30", "fr"),
            ("15.30 Uhr", "de"),
            ("下午3点半", "zh"),
        ],
        [("8 a.m.", "en"), ("8 Uhr", "de"), ("上午八点", "zh"), ("8:00", None)],
    ],
    "weekday": [
        [("Monday", "en"), ("Montag", "de"), ("lundi", "fr"), ("lunes", "es"), ("星期一", "zh")]
    ],
    "name": [[("the Élysée", "en"), ("Elysee Palace", "en")][:1], [("at U.N. House", "en")]],
}
PAIRS = [
    (kind, left, right)
    for kind, groups in EQUAL.items()
    for group in groups
    for left, right in zip(group, group[1:])
]


def meanings(text, language):
    """What the first value of a text may mean; a year is a number as well."""
    value = find_values(text, language)[0]
    found = {(unit, read) for read, unit in value.readings}
    if value.kind == "ordinal":
        return {("ordinal", *meaning) for meaning in found}
    if value.kind == "date":
        found |= {("", read[0]) for read, _ in value.readings if read[1:] == (None, None)}
    return found


@pytest.mark.parametrize("kind, left, right", PAIRS)
def test_equal(kind, left, right):
    assert meanings(*left) & meanings(*right)


@pytest.mark.parametrize(
    "left, right, language",
    [
        ("21", "12", "en"),
        ("1.5 million", "1.5 billion", "en"),
        ("1.500", "1.500.000", "de"),
        ("5 km", "5 kg", "en"),
        ("5 km", "5 m", "en"),
        ("€5", "$5", "en"),
        ("50%", "50", "en"),
        ("two", "twelve", "en"),
        ("billion", "Billion Jahre", "de"),
        ("soixante", "soixante-dix", "fr"),
        ("doscientos", "trescientos", "es"),
        ("二百零五", "二百五十", "zh"),
        ("第三", "三个", "zh"),
        ("3 am", "3 pm", "en"),
        ("13.05.2020", "2020-05-12", "de"),
        ("12 May", "12 March", "en"),
        ("Monday", "Sunday", "en"),
        ("Paris Hilton", "Paris Match", "en"),
        ("-5", "5", "en"),
    ],
)
def test_unequal(left, right, language):
    if language == "de" and left == "billion":
        assert find_values("eine Billion", "de")[0].value == 10**12
        assert find_values("one billion", "en")[0].value == 10**9
        return
    assert not meanings(left, language) & meanings(right, language)


SENTENCES = [
    ("On 12 May 2020 Ana Silva paid £20-£30.", ["12 May 2020", "Ana Silva", "£20", "£30"]),
    ("Hans Müller fuhr 3,5 km um 8 Uhr.", ["Hans Müller", "3,5 km", "8 Uhr"]),
    (
        "Il a vu Marie Curie le 5 août, vingt et un ans après.",
        ["Marie Curie", "5 août", "vingt et un ans"],
    ),
    ("Costó 1.500 euros en 1998, dijo Juan Pérez.", ["1.500 euros", "1998", "Juan Pérez"]),
    ("培顿·曼宁在2016年2月7日以24比10获胜。", ["培顿·曼宁", "2016年2月7日", "24比10"]),
    ("《红楼梦》全长一千二百页。", ["红楼梦", "一千二百"]),
    (
        "It's the University of Oxford's 2nd, 3rd-and-9.",
        ["University of Oxford", "2nd", "3rd", "9"],
    ),
    ("The U.S. and the NFL met on Sunday at 3:30 pm.", ["U.S", "NFL", "Sunday", "3:30 pm"]),
    ("Then alexander UNK met [UNK] UNK of NATO -LRB- 3 -RRB- .", ["NATO", "3"]),
    ("Serving Chinese food, it lies in Ely. Having Serving Bros.", ["Chinese", "Ely", "Bros"]),
]


@pytest.mark.parametrize("text, wanted", SENTENCES)
def test_spans(text, wanted):
    values = find_values(text)
    assert [v.text for v in values if not v.weak] == wanted
    assert all(text[v.start : v.end] == v.text for v in values)
    assert all(a.end <= b.start for a, b in zip(values, values[1:]))


def test_either_reading():
    (value,) = find_values("5/12/2020")
    assert {read for read, _ in value.readings} == {(2020, 5, 12), (2020, 12, 5)}
    assert {read for read, _ in find_values("1.500", "en")[0].readings} == {1500, Fraction(3, 2)}
    assert find_values("1.500", "de")[0].value == 1500
    assert {unit for _, unit in find_values("10 pounds")[0].readings} == {"GBP", "g"}


def test_ranges_take_unit_and_scale():
    first, second = find_values("2-3 million km")
    assert (2 * 10**9, "m") in first.readings and second.value == 3 * 10**9
    year, short = find_values("1922–26")
    assert year.value == (1922, None, None) and (1926, "") in short.readings
    first, _ = find_values("12–15 June 1999")
    assert first.value == (1999, 6, 12)


def test_what_may_be_no_value_is_weak():
    weak = {
        v.text: v.weak for v in find_values("One of them left. Rome was sacked. Men ran to Gaul.")
    }
    assert weak == {"One": True, "Rome": False, "Men": True, "Gaul": False}
    assert [v.weak for v in find_values("Er sah das Haus.", "de")] == [True]
    for text in ("hundreds of people", "millions", "数百人", "He may go.", "a", "I am"):
        assert [v for v in find_values(text) if not v.weak] == []


def test_wrong_arguments():
    with pytest.raises(TypeError, match="`text` must be a str. Received: text=None"):
        find_values(None)
    with pytest.raises(ValueError, match="`language` must be None or one of"):
        find_values("a", "la")


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@hypothesis.given(number=st.one_of(st.integers(2, 2000), st.integers(2, 10**9 - 1)))
@hypothesis.settings(max_examples=300, derandomize=True)
def test_words_read_back(language, number):
    words = num2words.num2words(number, lang=language)
    values = find_values(words, language)
    assert [(v.value, v.text) for v in values] == [(number, words)]


def chinese(number):
    """Digits, with the sign of their place, in sections of four."""
    sections, names = [], ("", "万", "亿")
    for name in names:
        number, rest = divmod(number, 10**4)
        digits = f"{rest:04d}"
        text = "".join(
            "零一二三四五六七八九"[int(d)] + unit if d != "0" else "零"
            for d, unit in zip(digits, "千百十 ")
        ).replace(" ", "")
        while "零零" in text:
            text = text.replace("零零", "零")
        sections.append((text.rstrip("零") + name) if rest else "零")
    text = "".join(sections[::-1])
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零")


@hypothesis.given(st.one_of(st.integers(11, 2000), st.integers(11, 10**11)))
@hypothesis.settings(max_examples=300, derandomize=True)
def test_chinese_words_read_back(number):
    words = chinese(number)
    (value,) = find_values(words)
    assert (value.value, value.text) == (number, words)


@hypothesis.given(st.decimals(0, 10**9, places=2), st.sampled_from(["en", "de", "fr", "es", "zh"]))
@hypothesis.settings(max_examples=300, derandomize=True)
def test_digits_read_back(number, language):
    text = f"{number:,.2f}"
    if language in ("de", "es"):
        text = text.translate(str.maketrans(",.", ".,"))
    elif language == "fr":
        text = text.translate(str.maketrans(",.", "\u202f,"))
    (value,) = find_values(f" {text} ", language)
    assert (value.value, value.text) == (Fraction(number), text)


@hypothesis.given(
    st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y"]),
)
@hypothesis.settings(max_examples=300, derandomize=True)
def test_dates_read_back(day, form):
    text = day.strftime(form)
    (value,) = find_values(text, "en")
    assert (value.value, value.text) == ((day.year, day.month, day.day), text)


@pytest.mark.parametrize("words", ["ten ", "ten fifteen ", "twenty-", "nineteen eighty-four "])
def test_a_number_said_over_and_over(words):
    values = find_values(words * 3000, "en")
    assert all(value.kind == "number" for value in values)
    assert len(values) >= 1500
