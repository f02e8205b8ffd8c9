"""Lead-ins: what a model writes before it says something, at the start and before sentences."""

import re

from keras_halluc.text.said import lead_in_words as words
from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.labels import ANSWER_LABELS
from keras_halluc.text.said.labels import ASSISTANT_LABELS
from keras_halluc.text.said.labels import TEXT_LABELS

_MOST = 8  # lead-ins one after the other
_SPACE = re.compile(r"\s*")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("¡?(?:" + pattern.replace("'", "['’]") + ")", re.IGNORECASE)


_END = r"(?: ?[!.,;:。！，、：…]+|\s?[–—-](?=\s)|\s*$|[ \t]*(?=\n))"
_ACCORDING = f"{words.SUMMING_UP}|{words.ACCORDING}|{words.ACCORDING_EUROPEAN}|{words.STATES}"
_PATTERNS = (
    ("greeting", _compiled(rf"(?:{words.GREETINGS}){_END}(?: ?[😀-🙏👋])?")),
    ("lead-in", _compiled(rf"(?:and )?(?:{words.FILLERS}){_END}(?: ?[😀-🙏👋])?")),
    (
        "lead-in",
        _compiled(rf"(?:here (?:you (?:go|are)|it is|we go)|voici|voilà|aquí tienes){_END}"),
    ),
    ("lead-in", _compiled(rf"{words.COLON_LEADS}[^:：\n.!?。！？]{{0,120}}[:：][ \t]*(?=\n|$)")),
    (
        "lead-in",
        _compiled(
            rf"{words.COLON_LEADS}[^:：\n.!?。！？]{{0,60}}?{words.NOUNS}[^:：\n.!?。！？]{{0,60}}"
            r"(?:[:：]|[.!]?[ \t]*\n)"
        ),
    ),
    (
        "lead-in",  # "The main points of the text are:", on a line of its own
        _compiled(
            rf"(?!\d)[^:：\n.!?\d]{{0,60}}?{words.NOUNS}[^:：\n.!?\d]{{0,60}}[:：][ \t]*(?=\n)"
        ),
    ),
    (
        "lead-in",
        _compiled(rf"(?:{words.OFFERS})[^.!?:\n。！？：]{{0,120}}(?:[.!?:。！？：]+|\n|$)"),
    ),
    ("lead-in", _compiled(rf"(?:{words.PERSONA})")),
    ("lead-in", _compiled(rf"(?:{words.ANSWER_IS})(?=\s*[^\s.])")),
    (
        "label",
        _compiled(
            rf"(?:{ANSWER_LABELS}|{TEXT_LABELS}|{ASSISTANT_LABELS}) ?(?:[:：]|[ \t]*\n)(?=\s*\S)"
        ),
    ),
    ("lead-in", _compiled(_ACCORDING)),
)
# Behind the first sentence such clauses still lead in.
_LATER = _compiled(rf"(?:(?<=[.!?] )|(?<=[。！？])|(?<=\n))(?:{_ACCORDING})(?P<next>[a-zà-ÿ]?)")


def find_lead_ins(text: str) -> list[Edit]:
    """Greetings, fillers, labels and clauses with which a text begins, one after the other."""
    edits: list[Edit] = []
    at = _skip(text, 0)
    for _ in range(_MOST):
        for reason, pattern in _PATTERNS:
            match = pattern.match(text, at)
            if match and match.end() > at:
                edits.append(Edit(at, match.end(), reason))
                at = _skip(text, match.end())
                break
        else:
            break
    return edits


def find_later_lead_ins(text: str) -> list[Edit]:
    """ "According to the text," and its kin before later sentences, which begin large again."""
    edits = []
    for match in _LATER.finditer(text):
        small = match["next"]
        edits.append(Edit(match.start(), match.end(), "lead-in", small.upper()))
    return edits


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
