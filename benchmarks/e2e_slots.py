"""Which slots of an E2E meaning representation does a sentence state, and with which value?

Rules for English restaurant descriptions, written on the training part of `e2e_cleaned`; what they
miss shows as the slot error of human sentences, which every result of `e2e_noise.py` gives first.
"""

import re

PAIR = re.compile(r"(\w+(?: \w+)?)\[([^\]]*)\]")
HIDDEN = {"name": "SLOT_NAME", "near": "SLOT_NEAR"}
RATED = r"(?:rat(?:ing|ed|ings|es)|reviews?|reviewed|customers?|satisfaction|scored?|stars?)"
PRICED = r"(?:pric(?:e|es|ed|ing)|costs?)"
ONE, THREE, FIVE = "(?:1|one)", "(?:3|three)", "(?:5|five)"
LOW = (
    r"(?:low(?:er|ly|est)?|poor(?:ly)?|bad(?:ly)?|terrible|not (?:\w+ ){0,3}(?:well|good|high\w*))"
)
AVERAGE = "(?:average|moderate(?:ly)?|decent|fair(?:ly)?|mediocre|ok(?:ay)?)"
HIGH = "(?<!not )(?:high(?:ly)?|excellent|great|good|well|outstanding|top)"
NOT = "(?:not?|non|isn't|aren't|never|don't|doesn't|without|unfriendly|un)"
CHILD = r"(?:famil(?:y|ies)|kids?|child(?:ren)?s?)"


def _stars(number):
    return rf"\b{number}\W*(?:out of|of|/)\W*(?:5|five)\b|\b{number}[- ]stars?\b"


def _by(word, context, gap=22):
    """`word` with `context` near it in the same clause."""
    between = rf"[^.;,]{{0,{gap}}}?"
    return rf"\b{word}\b{between}\b{context}|\b{context}{between}\b{word}\b"


VALUES = {
    "eatType": {
        "coffee shop": r"\bcoffee\b|\bcaf[eé]\b",
        "pub": r"\bpubs?\b",
        "restaurant": r"\brestaurants?\b",
    },
    "food": {
        "Fast food": r"\bfast food\b",
        "English": r"\benglish\b|\bbritish\b",
        **{
            kind: rf"\b{kind.lower()}\b"
            for kind in ("Chinese", "French", "Indian", "Italian", "Japanese")
        },
    },
    "area": {
        "riverside": r"\briver\w*|\bwaterside\b",
        "city centre": r"\bcity\b|\bcent(?:er|re)\b|\bdowntown\b",
    },
    "priceRange": {
        "cheap": r"(?:less than|under|below|up to|not more than)\W*(?:20|twenty)"
        r"|£ ?20\b(?!\W*-|\W*to)|\bcheap\w*|\binexpensive|\baffordabl\w*"
        r"|\blow(?:er)?[- ]?(?:pric|cost|budget)\w*|" + _by("(?:low(?:er)?|not high)", PRICED, 14),
        "moderate": r"20\W*(?:-|–|to|and|through)\W*£? ?25|\bmoderat\w+"
        r"|\bmid(?:dle)?[- ]?(?:range|pric)\w*|\breasonabl\w+|\bfair\w* pric\w*|"
        + _by("average", PRICED, 10),
        "high": r"(?:more than|over|above|least)\W*(?:30|thirty)|£ ?30\b|\b30 ?(?:£|pounds|euros)"
        r"|\bexpensive|\bpric(?:e?y)\b|\bup-?(?:scale|market)|\bcostly|"
        + _by("high(?:er|ly)?", PRICED, 14),
    },
    "customer rating": {
        "low": _stars(ONE) + "|" + _by(LOW, RATED),
        "average": _stars(THREE) + "|" + _by(AVERAGE, RATED),
        "high": _stars(FIVE) + "|" + _by(HIGH, RATED),
    },
    "familyFriendly": {
        "no": rf"\b{NOT}\b[^.;]{{0,40}}?\b{CHILD}|{CHILD}[- ]?(?:un|non|not|are not|is not)\w*"
        rf"|\badults?\b|\b{CHILD}\b[^.;]{{0,20}}\bnot\b",
        "yes": rf"\b{CHILD}\b",
    },
}
SAME = {
    "less than £20": "cheap",
    "£20-25": "moderate",
    "more than £30": "high",
    "1 out of 5": "low",
    "3 out of 5": "average",
    "5 out of 5": "high",
}
PATTERNS = {
    slot: {value: re.compile(pattern, re.IGNORECASE) for value, pattern in values.items()}
    for slot, values in VALUES.items()
}


def parse(mr):
    """`{slot: value}` of `"name[The Eagle], food[English]"`."""
    return dict(PAIR.findall(mr))


def meanings(mr):
    """`parse` with the names of both scales for price and rating made one, as writers take them."""
    slots = {slot: SAME.get(value, value) for slot, value in parse(mr).items()}
    return slots | {slot: "said" for slot in HIDDEN if slot in slots}


def prompt(mr):
    """The representation with names of slots for the two open values."""
    slots = parse(mr)
    return "; ".join(f"{slot} = {HIDDEN.get(slot, value)}" for slot, value in slots.items()) + "\n"


def hide(mr, sentence):
    """The sentence with names of slots for the two open values, longest first."""
    slots = parse(mr)
    for slot in sorted(HIDDEN, key=lambda slot: -len(slots.get(slot, ""))):
        if slot in slots:
            pattern = re.escape(slots[slot]).replace("é", "[ée]")
            sentence = re.sub(pattern, HIDDEN[slot], sentence, flags=re.IGNORECASE)
    return " ".join(sentence.split())


def stated(sentence):
    """`{slot: values}` that the sentence states, values of a slot as a set."""
    found = {slot: {"said"} for slot, mark in HIDDEN.items() if mark in sentence}
    for slot, values in PATTERNS.items():
        said = {value for value, pattern in values.items() if pattern.search(sentence)}
        if slot == "familyFriendly" and "no" in said:
            said = {"no"}  # what is denied is named too
        if said:
            found[slot] = said
    return found


def errors(mr, sentence):
    """`(missing, added, slots)`; a slot said with another value is both missing and added."""
    wanted = meanings(mr)
    found = stated(sentence)
    missing = sum(value not in found.get(slot, ()) for slot, value in wanted.items())
    added = sum(bool(values) and wanted.get(slot) not in values for slot, values in found.items())
    return missing, added, len(wanted)
