"""Which texts has a reader of text not been made for?"""

import random
import unicodedata

COUNT = 200
LONG = 250_000  # characters of the longest line
_CONTROLS = [*range(0x00, 0x20), 0x7F, *range(0x80, 0xA0)]
_RANGES = (
    (0x0020, 0x024F),  # Latin
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x05FF),  # Greek, Cyrillic, Armenian, Hebrew
    (0x0600, 0x0DFF),  # Arabic to Sinhala
    (0x0E00, 0x10FF),  # Thai to Georgian
    (0x1100, 0x11FF),  # Korean letters
    (0x2000, 0x2BFF),  # punctuation, marks, arrows
    (0x3000, 0x9FFF),  # Chinese, Japanese
    (0xAC00, 0xD7FF),  # Korean syllables
    (0xD800, 0xDFFF),  # lone surrogates
    (0xE000, 0xF8FF),  # private use
    (0xF900, 0xFFFF),  # forms of presentation, non-characters
    (0x10000, 0x1FFFF),  # emoji, ancient scripts
    (0xE0000, 0xE01EF),  # tags, variation selectors
)
_BY_HAND = (
    "",
    " ",
    "\n",
    "\r\n\r\n",
    "\t \u3000\u00a0\u2003",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u2028\u2029\x85",
    ".",
    "...",
    "?!?!?!",
    "\u3002\uff01\uff1f",
    "-- \u2014 \u2013 -",
    "()[]{}<>",
    "((((((((",
    "\"'\u201c\u201d\u00ab\u00bb\u300c\u300d",
    "\\",
    "\\n\\u0000",
    "%s %d %",
    "{} {0} {x!r:>{y}}",
    "(?P<a>.*)+$^[",
    "<script>alert(1)</script>",
    "&lt;b&gt; &#0; &amp;",
    '{"label": "supported", "score": NaN}',
    "'; DROP TABLE cases; --",
    "../../etc/passwd",
    "nan",
    "NaN inf -inf",
    "None null undefined",
    "True",
    "0",
    "-0",
    "+-1",
    "1e999",
    "1e-999",
    "0x1F 0b11 1_000",
    "1/0",
    "0/0 %",
    "1.2.3.4.5",
    "1,2,3,4,5",
    "1.000.000,00.0",
    ",5 .5 5. 5,",
    "9" * 5000,
    "0" * 5000,
    "1." + "3" * 5000,
    "\u0661\u0662\u0663",  # Arabic digits
    "\u0967\u0968\u0969 \u0e51\u0e52",  # Indic and Thai digits
    "\uff11\uff12\uff13",  # wide digits
    "x\u00b2 + y\u00b3 = \u00bd",
    "\u2460 \u2474 \u2488 \u24ea",  # circled, in brackets, with a stop
    "\u2163 \u216f MMXXIV IIII",
    "\u4e00\u4e8c\u4e09\u5341\u767e\u5343\u4e07\u4ebf\u5146" * 20,
    "\u842c\u5104\u4e07\u842c",
    "\u5e74\u6708\u65e5",
    "31.02.2020",
    "00/00/0000",
    "99/99/9999",
    "2020-13-45T25:61:61Z",
    "29 February 1900",
    "May may MAY mAy",
    "24:00 00:60 -1:30",
    "the 0th of Octember",
    "12th 13st 1nd",
    "one hundred million billion thousand and and two",
    "minus minus half a dozen dozen",
    "5 km/h/h\u00b2 $\u20ac\u00a3 %\u2030",
    "-5 \u221210 \u00b13",
    "$",
    "A",
    "a" * 20_000,
    "ab " * 2_000,
    "A. " * 2_000,
    "1 " * 2_000,
    "?" * 2_000,
    "\n" * 2_000,
    "\u4e00" * 2_000,
    "x\n" * 1_000,
    "Mr. Dr. St. U.S. e.g. i.e. etc. " * 100,
    "e\u0301" * 500,
    "a" + "\u0301" * 3000,  # one letter, many accents
    "\u0301\u0301 \u0300",  # accents on nothing
    "\ufdfa" * 50,  # one character that normalises to eighteen
    "\ufb01\ufb03 \u0149 \u1e9e \u00df \u0130\u0131",  # lengths change with the case
    "\uff21\uff22\uff43",
    "\u1100\u1161\u11a8 \uac01",
    "\u30ab\u3099 \uff76\uff9e",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea\U0001f1e9",
    "\u2764\ufe0f\u20e3",
    "\u202eabc\u202c \u2066def\u2069 \u200fgh",
    "\u0627\u0644\u0642\u0627\u0647\u0631\u0629 2020 Cairo \u958b\u7f57 \u041a\u0430\u0438\u0440",
    "abc\u4e2d\u6587\u0440\u0443\u0441\u0e44\u0e17\u0e22\ud55c\uae00",
    "\u0430pple \u0440\u0430ris",  # Latin words with Cyrillic letters
    "Zu\u0308rich Zurich Z\u00dcRICH",
    "\ud800",
    "\udfff\ud800",
    "a\ud83db",
    "\ud83d \ude00",
    "\ufffe\uffff\U0010ffff",
    "\ufffd\ufffd",
    "\ue000\uf8ff",
    "\x00",
    "a\x00b",
    "\x1b[31mred\x1b[0m",
    "\x7f\x80\x9f",
    "\b\b\b\a\f\v",
    "\x1c\x1d\x1e\x1f",
    "# * _ ` | > ~",
    "| a | b |\n|---|---|",
    "http://a.b/c?d=e&f#g a@b.c",
    "I don't know" * 500,
    "\u4e0d\u77e5\u9053" * 500,
    "unknown",
    "unknown unknown",
    "N/A n/a N.A.",
    "I don't know, but. Maybe. But maybe",
    ("wordwords " * (LONG // 10))[: LONG - 1] + ".",
)


def hostile_texts(count: int = COUNT) -> list[str]:
    """Texts that lead readers of text astray: the same ones each time, all different.

    They are empty, of control characters, of lone surrogates, of punctuation alone, or in mixed
    scripts. They have numbers and dates that are none, letters that change their length when they
    are folded, or a very long line. The rest, up to `count`, is drawn from all of Unicode.

    Args:
        count: int.

    Returns:
        list of `count` str.
    """
    texts = dict.fromkeys(_BY_HAND)
    texts |= dict.fromkeys(f"ab{chr(code)}cd." for code in _CONTROLS[::4])
    rng = random.Random(0)
    while len(texts) < count:
        ranges = rng.sample(_RANGES, rng.randint(1, 4))
        size = rng.randint(1, 60)
        text = "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(size))
        texts[text if rng.random() < 0.8 else unicodedata.normalize("NFD", text)] = None
    return list(texts)[:count]
