"""Which words name one country and its people, so that either may stand for the other?"""

import re

# One country a line, in English: "Spanish" says of a thing what "of Spain" does.
_TABLE = """
afghanistan afghan afghans
albania albanian albanians
algeria algerian algerians
america american americans us usa
argentina argentine argentines argentinian
armenia armenian armenians
australia australian australians
austria austrian austrians
bangladesh bangladeshi
belgium belgian belgians
bosnia bosnian bosnians
brazil brazilian brazilians
britain british briton britons uk
bulgaria bulgarian bulgarians
canada canadian canadians
chile chilean chileans
china chinese
colombia colombian colombians
croatia croatian croatians croat croats
cuba cuban cubans
cyprus cypriot cypriots
denmark danish danes
egypt egyptian egyptians
england english
estonia estonian estonians
ethiopia ethiopian ethiopians
finland finnish finns
france french
georgia georgian georgians
germany german germans
ghana ghanaian ghanaians
greece greek greeks
hungary hungarian hungarians
iceland icelandic icelander icelanders
india indian indians
indonesia indonesian indonesians
iran iranian iranians
iraq iraqi iraqis
ireland irish
israel israeli israelis
italy italian italians
jamaica jamaican jamaicans
japan japanese
jordan jordanian jordanians
kenya kenyan kenyans
korea korean koreans
latvia latvian latvians
lebanon lebanese
libya libyan libyans
lithuania lithuanian lithuanians
malaysia malaysian malaysians
mexico mexican mexicans
morocco moroccan moroccans
netherlands dutch
niger nigerien nigeriens
nigeria nigerian nigerians
norway norwegian norwegians
pakistan pakistani pakistanis
peru peruvian peruvians
poland polish
portugal portuguese
romania romanian romanians
russia russian russians
scotland scottish scot scots
serbia serbian serbians serb serbs
slovakia slovak slovaks slovakian
slovenia slovenian slovenians slovene slovenes
spain spanish spaniard spaniards
sweden swedish swede swedes
switzerland swiss
syria syrian syrians
thailand thai
tunisia tunisian tunisians
turkey turkish turk turks
ukraine ukrainian ukrainians
vietnam vietnamese
wales welsh
"""
_UNITED = re.compile(r"\bunited (?:states(?: of america)?|(kingdom))\b")
_LINES = [line.split() for line in _TABLE.split("\n") if line]
_BRITISH = next(line for line in _LINES if line[0] == "britain")
# What is English is British; what is British need not be English.
_WITHIN = {"england", "scotland", "wales"}
# Word in small letters to the words that, in a source, say the same or more of a country.
SAME_COUNTRY: dict[str, frozenset[str]] = {
    word: frozenset(line) - {word} for line in _LINES for word in line
}
for _own in _BRITISH:
    SAME_COUNTRY[_own] |= {word for line in _LINES if line[0] in _WITHIN for word in line}


def in_one_word(name: str) -> str:
    """Writes countries of two words in one, for `SAME_COUNTRY`.

    Args:
        name: str, as `normal_name` writes it.

    Example:

    >>> from keras_halluc.text.values.countries import in_one_word
    >>> in_one_word("president of the united states")
    'president of the us'
    """
    return _UNITED.sub(_word, name)


def united_countries(text: str) -> frozenset[str]:
    """The countries of two words in a text, each in one.

    Args:
        text: str, as `normal_name` writes it.
    """
    return frozenset(map(_word, _UNITED.finditer(text)))


def _word(match: re.Match[str]) -> str:
    return "uk" if match[1] else "us"
