"""List numbers, bullets, step labels, headings, rules and quote marks of Markdown."""

import re

from keras_halluc.text.counted_words import COUNTED_WORDS
from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.labels import ANSWER_LABELS
from keras_halluc.text.said.labels import REASONING_LABELS
from keras_halluc.text.said.labels import TEXT_LABELS

_HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(?=\S)|(?<=\S)[ \t]+#{1,6}[ \t]*$")
_LABEL_HEADING = re.compile(
    rf"(?m)^[ \t]{{0,3}}#{{1,6}}[ \t]+(?:{ANSWER_LABELS}|{TEXT_LABELS}|{REASONING_LABELS})"
    r"[ \t]*[:：]?[ \t]*#{0,6}[ \t]*(?:\n|$)",
    re.IGNORECASE,
)
_RULE = re.compile(r"(?m)^[ \t]*[-|:=+_*~—–][-|:=+_*~—– \t]{2,}$\n?")
_QUOTE = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+(?=[^\d\s>])")
_BULLET = re.compile(
    r"(?m)^[ \t]*(?:[-*+–—→][ \t]+|[•◦▪▫‣·●○■□►➤➢✓✔☑✅※][ \t\u3000]*)(?:\[[ xX]\][ \t]+)?(?=\S)"
)
_NUMBER = re.compile(
    r"(?m)^[ \t]*(?:(?P<number>\d{1,3})(?:[.):．）][ \t]+|[ \t][-–—][ \t]|"
    r"[.)．）](?=[A-ZÄÖÜ\u3040-\u9fff]))|"
    r"\((?P<bracketed>\d{1,3})\)[ \t]*|（(?P<wide>\d{1,3})）[ \t]*|(?P<listed>\d{1,3})、[ \t]*|"
    r"(?P<circled>[①-⑳])[ \t]*|[(（]?(?P<han>[一二三四五六七八九十])[)）、.．][ \t]*)(?=\S)"
)
_MAY_BE_MINUS = re.compile(r"[ \t]*[-+–—][ \t]+\d")
_HAN = "一二三四五六七八九十"
_COUNTED = re.compile(COUNTED_WORDS)
_STEP = re.compile(
    r"(?m)^[ \t]*(?:(?:step|schritt|étape|paso|passo|passaggio|fact|point|item|reason|tip|sentence|"
    r"fakt|punkt|grund|tipp|fait|raison|conseil|punto|hecho|razón|consejo|"
    r"etapa)s? ?#?\d{1,2} ?(?:[:.)）：]|[–—-](?=\s))|"
    r"(?:步骤|步驟|要点|ステップ|手順|ポイント) ?[\d一二三四五六七八九十]{1,3}[:：、.，]?|"
    r"第[\d一二三四五六七八九十]{1,3}(?:步|点|點)[:：、，,])[ \t]*(?=\S)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:(?<=[\s:;；,，])|^)(?:\((\d{1,2})\)|(\d{1,2})\)|([①-⑳])|"
    r"(?<![^.!?:\s])(\d{1,2})\.(?=\s[A-ZÀ-Þ\u4e00-\u9fff\"“])) ?(?=\S)"
)


def find_headings(text: str) -> list[Edit]:
    """The signs of headings; a heading that is a mere label ("## Answer") as a whole."""
    if "#" not in text:
        return []
    edits = [Edit(*match.span(), "heading") for match in _LABEL_HEADING.finditer(text)]
    if edits and not any(char.isalnum() for char in _LABEL_HEADING.sub("", text)):
        edits = []
    return edits + [Edit(*match.span(), "heading") for match in _HEADING.finditer(text)]


def find_rules(text: str) -> list[Edit]:
    """Lines of signs alone: rules, underlines of headings, the second row of a table."""
    return [Edit(*match.span(), "rule") for match in _RULE.finditer(text)]


def find_quote_marks(text: str) -> list[Edit]:
    """`>` before quoted lines; before a number it says "greater than"."""
    if ">" not in text:
        return []
    return [Edit(*match.span(), "quote mark") for match in _QUOTE.finditer(text)]


def find_bullets(text: str) -> list[Edit]:
    """Bullets; a dash before the one number there is may be a minus."""
    found = list(_BULLET.finditer(text))
    if len(found) == 1 and _MAY_BE_MINUS.match(text, found[0].start()):
        return []
    return [Edit(*match.span(), "bullet") for match in found]


def find_list_numbers(text: str) -> list[Edit]:
    """Numbers at the beginning of lines that count them.

    A number counts if its neighbour among them is the next one, or if it is the only one and is 1.
    So "2. Bundesliga" and "3. Oktober 1990" keep theirs, as does what German counts with a stop.
    """
    found = [(match, _counted(match)) for match in _NUMBER.finditer(text)]
    numbers = [0, *(number for _, number in found), 0]
    edits = []
    for at, (match, number) in enumerate(found, start=1):
        alone = len(found) == 1 and number == 1
        row = numbers[at + 1] == number + 1 or (number > 1 and numbers[at - 1] == number - 1)
        again = number == 1 and 1 in (numbers[at - 1], numbers[at + 1])
        if (alone or row or again) and not _COUNTED.match(text, match.end()):
            edits.append(Edit(*match.span(), "list number"))
    return edits


def find_step_labels(text: str) -> list[Edit]:
    """ "Step 1:" and its kin."""
    return [Edit(*match.span(), "step label") for match in _STEP.finditer(text)]


def find_inline_numbers(text: str) -> list[Edit]:
    """Numbers that count from 1 on within a line or from line to line: "1) mix, 2) bake"."""
    edits: dict[int, list[Edit]] = {kind: [] for kind in range(1, 5)}
    for match in _INLINE.finditer(text):
        kind = match.lastindex or 1
        number = _circled(match[kind]) if kind == 3 else int(match[kind])
        if number == len(edits[kind]) + 1 and not _COUNTED.match(text, match.end()):
            edits[kind].append(Edit(*match.span(), "list number"))
    return [edit for own in edits.values() if len(own) > 1 for edit in own]


def _circled(sign: str) -> int:
    return ord(sign) - ord("①") + 1


def _counted(match: re.Match[str]) -> int:
    kind = match.lastgroup or ""
    sign = match[kind]
    if kind == "circled":
        return _circled(sign)
    return _HAN.index(sign) + 1 if kind == "han" else int(sign)
