"""Which words of English, French and Spanish are numbers? German compounds have their own file."""

import unicodedata

ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
    "quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve",
}
TENS = {
    "en": {
        w: 10 * n
        for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
    },
    "fr": {
        "vingt": 20,
        "vingts": 20,
        "trente": 30,
        "quarante": 40,
        "cinquante": 50,
        "soixante": 60,
        "septante": 70,
        "huitante": 80,
        "octante": 80,
        "nonante": 90,
    },
    "es": {
        w: 10 * n
        for n, w in enumerate(
            "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split(), 3
        )
    },
}
MORE = {
    "en": {},
    "fr": {"une": 1},
    "es": {
        "un": 1,
        "una": 1,
        "veintiún": 21,
        "veintiuna": 21,
        "cien": 100,
        "ciento": 100,
        **{
            stem + end: n
            for n, stem in zip(
                (200, 300, 400, 500, 600, 700, 800, 900),
                (
                    "doscient",
                    "trescient",
                    "cuatrocient",
                    "quinient",
                    "seiscient",
                    "setecient",
                    "ochocient",
                    "novecient",
                ),
            )
            for end in ("os", "as")
        },
    },
}
HUNDREDS = {"en": ("hundred",), "fr": ("cent", "cents"), "es": ()}
# A billion is 10^9 in English and 10^12 elsewhere.
SCALES = {
    "en": {
        "dozen": 12,
        "thousand": 10**3,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
        "lakh": 10**5,
        "crore": 10**7,
    },
    "fr": {
        "douzaine": 12,
        "mille": 10**3,
        "million": 10**6,
        "millions": 10**6,
        "milliard": 10**9,
        "milliards": 10**9,
        "billion": 10**12,
        "billions": 10**12,
    },
    "es": {
        "docena": 12,
        "mil": 10**3,
        "millón": 10**6,
        "millones": 10**6,
        "billón": 10**12,
        "billones": 10**12,
    },
    "de": {
        "dutzend": 12,
        "tausend": 10**3,
        "million": 10**6,
        "millionen": 10**6,
        "milliarde": 10**9,
        "milliarden": 10**9,
        "billion": 10**12,
        "billionen": 10**12,
    },
}
# Only behind digits: "1.5 bn", "3,5 Mio.".
SHORT_SCALES = {
    "hundred": 100,
    "k": 10**3,
    "m": 10**6,
    "mm": 10**6,
    "b": 10**9,
    "t": 10**12,
    "mn": 10**6,
    "mln": 10**6,
    "mio": 10**6,
    "bn": 10**9,
    "mrd": 10**9,
    "md": 10**9,
    "tn": 10**12,
    "tsd": 10**3,
}
CONNECTORS = {"en": ("and",), "fr": ("et",), "es": ("y",), "de": ()}
HALVES = ("half", "halbe", "halben", "medio", "demi")
POINTS = {"en": "point", "fr": "virgule", "es": "coma", "de": "komma"}
ORDINALS = {
    "en": {
        **{
            w: n
            for n, w in enumerate(
                "first second third fourth fifth sixth seventh eighth ninth "
                "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth "
                "eighteenth "
                "nineteenth".split(),
                1,
            )
        },
        **{w[:-1] + "ieth": n for w, n in TENS["en"].items()},
        "hundredth": 100,
        "thousandth": 1000,
        "millionth": 10**6,
    },
    "fr": {"premier": 1, "première": 1, "premiers": 1, "premières": 1, "second": 2, "seconde": 2},
    "es": {},
}
for _n, _stem in enumerate(
    "primer segund tercer cuart quint sext séptim octav noven décim undécim duodécim".split(), 1
):
    ORDINALS["es"].update({_stem + _end: _n for _end in ("o", "a", "os", "as")})
ORDINALS["es"].update(primer=1, tercer=3)
for _n, _stem in enumerate(
    "deux trois quatr cinqu six sept huit neuv dix onz douz treiz quatorz quinz seiz".split(), 2
):
    ORDINALS["fr"].update({f"{_stem}ième": _n, f"{_stem}ièmes": _n})
ORDINALS["fr"].update(
    unième=1,
    vingtième=20,
    trentième=30,
    quarantième=40,
    cinquantième=50,
    soixantième=60,
    centième=100,
    millième=1000,
)
# Parts of one: "two thirds", "deux tiers".
PARTS = {
    "en": {f"{w}s": n for w, n in ORDINALS["en"].items() if n > 2} | {"quarters": 4, "quarter": 4},
    "fr": {"tiers": 3, "quarts": 4, "quart": 4, "cinquièmes": 5, "dixièmes": 10},
    "es": {"tercios": 3, "tercio": 3, "cuartos": 4, "cuarto": 4, "quintos": 5, "décimos": 10},
    "de": {"drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "achtel": 8, "zehntel": 10},
}
# May be an article or a turn of speech, so they prove nothing alone.
WEAK = frozenset(
    "one first second third un une premier première premiers premières seconde uno una primer "
    "primero primera primeros primeras segundo segunda segundos cuarto cuartos once million "
    "hundred thousand dozen cent mil mille ein eine einen einem einer eines eins erste ersten "
    "erster erstes erstem zweite zweiten neuf dix quart tiers quarter half".split()
)


def bare(word: str) -> str:
    """Without accents."""
    return unicodedata.normalize(
        "NFC",
        "".join(
            char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)
        ),
    )


def _small() -> dict[str, dict[str, int]]:
    found = {}
    for language, words in ONES.items():
        table = {word: n for n, word in enumerate(words.split())}
        table |= TENS[language] | MORE[language]
        found[language] = {bare(word): n for word, n in table.items()} | table
    return found


SMALL = _small()
