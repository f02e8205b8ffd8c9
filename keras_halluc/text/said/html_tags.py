"""HTML in an output: tags dropped, superscripts and entities written as characters."""

import html
import re

from keras_halluc.text.said.draft import Edit

REASON = "HTML"
_INLINE = "b|i|u|em|strong|span|font|mark|small|big|code|kbd|tt|a|q|cite|ins|abbr|del|strike|time"
_BLOCK = (
    "p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|table|tr|td|th|thead|tbody|blockquote|pre|section|"
    "article|center|header|footer|main|html|body|details"
)
_TAG = re.compile(
    rf"<!--.*?(?:-->|$)|</?(?:(?P<inline>{_INLINE})|(?P<block>{_BLOCK}))(?:\s[^<>]{{0,300}})?/?>",
    re.IGNORECASE | re.DOTALL,
)
_RAISED = re.compile(
    r"(?P<before>\S?)<(?P<tag>sup|sub)>(?P<text>[^<>]{0,40})</(?P=tag)>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,10});")
_SUPERSCRIPT = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_EXPONENT = re.compile(r"[+\-−]?\d+|n")
_FOOTNOTE = re.compile(r"\[?\d{1,3}(?: ?[,–-] ?\d{1,3})*\]?")
# An exponent stands behind a digit, a bracket or a short unit; a longer word has a footnote.
_BASE = re.compile(r"(?:\d|[)\]]|(?<![^\W\d_])[^\W\d_]{1,3})$")


def raised(text: str) -> str:
    """An exponent as characters: `"-2"` becomes `"⁻²"`."""
    return text.translate(_SUPERSCRIPT)


def find_raised(text: str) -> list[Edit]:
    """Superscripts and subscripts; a superscript that is a footnote is a citation."""
    if "<su" not in text.lower():
        return []
    edits = []
    for match in _RAISED.finditer(text):
        inner = match["text"].strip()
        start = match.end("before")
        base = _BASE.search(text[max(0, start - 5) : start]) is not None
        if match["tag"].lower() == "sub":
            put = inner.translate(_SUBSCRIPT)
        elif _FOOTNOTE.fullmatch(inner) and (not base or "[" in inner):
            edits.append(Edit(start, match.end(), "citation"))
            continue
        else:
            put = raised(inner) if _EXPONENT.fullmatch(inner) else inner
        edits.append(Edit(start, match.end(), REASON, put))
    return edits


def find_tags(text: str) -> list[Edit]:
    """Tags and comments; a tag of a block ends a line."""
    if "<" not in text:
        return []
    return [
        Edit(*match.span(), REASON, "\n" if match["block"] else "") for match in _TAG.finditer(text)
    ]


def find_entities(text: str) -> list[Edit]:
    """Characters written as entities."""
    if "&" not in text:
        return []
    found = ((match, html.unescape(match.group())) for match in _ENTITY.finditer(text))
    return [Edit(*match.span(), REASON, put) for match, put in found if put != match.group()]
