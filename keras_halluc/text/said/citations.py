"""Citation marks: `[1]`, `(p. 12)`, `[^1]`, `(Source 2)` and links, not indices and lists."""

import re

from keras_halluc.text.said.draft import Edit

REASON = "citation"
_NUMBERS = re.compile(r"[\[［]\^?\d{1,3}(?: ?[,;–-] ?\^?\d{1,3})*[\]］]")
_NAMED = re.compile(
    r"[(\[（【［](?:(?:see|vgl\.?|cf\.?|voir|véase|ver|siehe|参见|参照)[ :]?)?(?:"
    r"(?:sources?|src|docs?|documents?|refs?\.?|references?|citations?|passages?|contexts?|chunks?|"
    r"snippets?|excerpts?|notes?|quellen?|dokumente?|textstelle|fuentes?|documentos?|fontes?|fonti|"
    r"fonte|"
    r"来源|來源|文档|文件|资料|資料|参考|出典|引用)[ :：]{0,2}#?(?:\d{1,3}|[A-Z])"
    r"(?:(?: ?[,;&–-] ?| (?:and|und|et|y|e) )(?:[a-z]+ )?#?\d{1,3})*|"
    r"(?:source|quelle|fuente|fonte|来源|出典) ?[:：] ?(?:(?:the|der|le|el|il|o) )?(?:(?:provided|"
    r"given) )?"
    r"(?:text|passage|context|article|document|doc|texte|texto|testo|artikel|dokument|本文|文档|"
    r"原文)"
    r"(?: ?#?\d{1,3})?|citation needed|来源请求|要出典"
    r")[)\]）】］]",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"[(\[（](?:(?:see|vgl\.?|cf\.?|voir|véase|ver|siehe) )?"
    r"(?:pp?\.?|pages?|S\.|Seiten?|págs?\.?|páginas?|pagg?\.?|pagine|第) ?"
    r"\d{1,4}(?: ?(?:[–,-]|and|und|et|y|e) ?\d{1,4}| ?ff?\.)?(?: ?[页頁]| ?ページ)?[)\]）]",
    re.IGNORECASE,
)
_LENTICULAR = re.compile(r"【(?:\d|source|来源|资料|文档|出典)[^】\n]{0,40}】", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]:?")
_RAISED = re.compile(
    r"(?:(?<=[.,;:!?。，、！？)\"”])|(?<=[^\W\d_]{4}))[⁰¹²³⁴-⁹]{1,3}(?![\w⁰¹²³⁴-⁹])"
)
_UNIT = re.compile(
    r"(?:m[eèé]t\w*|feet|foot|inch\w*|miles?|yards?|second\w*|quadrat\w*|zoll)$", re.IGNORECASE
)
_SOURCE_LINE = re.compile(
    r"(?im)^[ \t]*(?:sources?|references?|citations?|quellen?|fuentes?|fontes?|fonti|来源|參考|"
    r"参考(?:文献|资料)?|"
    r"出典) ?[:：][ \t,;]*$(?!\n[^\n])"
)
_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,200})\]\((?:https?://|www\.|/|#|mailto:)[^()\s]{0,500}\)")
# Words before a bracket that make what it holds a value: "the output is [1, 2]".
_VALUE = re.compile(
    r"(?:[=∈≈<>(,+*/]|(?<!source)(?<!sources):|\b(?:is|are|was|be|equals?|returns?|returned|gives?|"
    r"prints?|"
    r"output|outputs|list|array|vector|interval|range|set|tuple|between|indices|index|ist|sind|est|"
    r"sont|es|son|è)|[是为])$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"[ ,]*(?:and|or|to|und|oder|bis|et|ou|à|y|o|a|和|或|与|[∪∩×x;])?[ ,]*")
_WORD = re.compile(r"[^\W\d][\w.]*$")
_CODE_WORDS = frozenset(
    "arr array arrays list lists args argv data row rows item items nums num dict matrix "
    "vec vector "
    "str string values value result results keys key index tokens self array1 array2 tuple words "
    "chars stack queue grid table cols col lst tmp res ans out inputs outputs "
    "buffer bytes map".split()
)
_CODE_BEHIND = re.compile(r"\s*(?:=|\+=|-=|\+\+)|\.\w|\[[^\d\^\]]|\(")
_CLOSING = " \t\n.,;:!?)]}。，、；：！？）】”\"'"


def find_links(text: str) -> list[Edit]:
    """Links of Markdown: their words stay, a number or picture goes."""
    if "](" not in text:
        return []
    edits = []
    for match in _LINK.finditer(text):
        if match[1] or not match[2].strip("^ ") or match[2].strip("^ ").isdecimal():
            edits.append(Edit(*_with_space(text, *match.span()), REASON))
        else:
            edits.append(Edit(match.start(), match.start(2), "link"))
            edits.append(Edit(match.end(2), match.end(), "link"))
    return edits


def find_citations(text: str) -> list[Edit]:
    """Marks of citations, each with the space before it."""
    spans = []
    if "[" in text or "［" in text:
        spans += _numbers(text)
        spans += [match.span() for match in _FOOTNOTE.finditer(text)]
    for pattern in (_NAMED, _PAGE, _LENTICULAR):
        spans += [match.span() for match in pattern.finditer(text)]
    for match in _RAISED.finditer(text):
        if not _UNIT.search(text[max(0, match.start() - 12) : match.start()]):
            spans.append(match.span())
    return [Edit(*_with_space(text, start, end), REASON) for start, end in _joined(spans)]


def find_source_lines(text: str) -> list[Edit]:
    """Lines that named sources by marks alone, which are gone: "Sources: [1], [2]"."""
    return [Edit(*match.span(), REASON) for match in _SOURCE_LINE.finditer(text)]


def _numbers(text: str) -> list[tuple[int, int]]:
    """Numbers in brackets that cite, and are neither an index nor a list."""
    found: list[tuple[int, int]] = []
    kept = -1  # where the last bracket ended that is no citation
    for match in _NUMBERS.finditer(text):
        start, end = match.span()
        last = found[-1][1] if found else -1
        if _goes_on(text, last, start):
            found[-1] = found[-1][0], end
        elif _goes_on(text, kept, start) or not _cites(text, start, end):
            kept = end
        else:
            found.append((start, end))
    return found


def _goes_on(text: str, last: int, start: int) -> bool:
    """Whether a bracket at `start` belongs to the one that ended at `last`."""
    return 0 <= last <= start <= last + 6 and _JOINS.fullmatch(text, last, start) is not None


def _cites(text: str, start: int, end: int) -> bool:
    inside = text[start + 1 : end - 1]
    numbers = re.findall(r"\d+", inside)
    if "0" in numbers:
        return False
    before = text[max(0, start - 40) : start]
    line = before[before.rfind("\n") + 1 :]
    behind = text[end : end + 40].split("\n")[0]
    if not any(char.isalnum() for char in line):
        return len(numbers) == 1 and any(char.isalpha() for char in behind)
    if not line[-1].isspace():
        word = _WORD.search(line)
        name = word.group() if word else ""
        is_index = name.isascii() and ("_" in name or 0 < len(name) <= 2 or name in _CODE_WORDS)
        return not is_index and not (name and _CODE_BEHIND.match(text, end))
    return not _VALUE.search(line.rstrip())


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks that stand side by side as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _with_space(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the space before it, where none is needed."""
    if end == len(text) or text[end] in _CLOSING:
        while start and text[start - 1] in " \t":
            start -= 1
    return start, end
