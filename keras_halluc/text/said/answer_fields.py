"""Answers within JSON objects, Python dicts and XML tags: the field that holds what was said."""

import json
import re
from typing import NamedTuple

from keras_halluc.text.said.draft import Edit

REASON = "JSON around the answer"
# The first of these that an object has is what it says.
_FIELDS = (
    "final_answer finalanswer final answer answers short_answer response reply summary output "
    "result results prediction completion translation text content message value "
    "答案 回答 最终答案 答え 解答 总结 摘要 antwort ergebnis zusammenfassung "
    "réponse reponse résumé "
    "respuesta resumen risposta resposta resumo"
).split()
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|$)|'
    r"'(?:[^'\\]|\\.|(?<=\w)'(?=\w))*(?:'|$)|[{}\[\]:,]|[^\s{}\[\]:,\"']+|['\"]",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|[0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_NOTHING = ("null", "none", "undefined")
_DEEPEST = 4  # objects within objects
_ANSWER_TAG = re.compile(
    r"<(final[_-]?answer|answer|response|output|result|summary|final)>", re.IGNORECASE
)


class _Token(NamedTuple):
    start: int
    end: int
    depth: int
    text: str


def find_answer_tag(text: str) -> list[Edit]:
    """The tags of XML around an answer, and all outside them."""
    begins = _ANSWER_TAG.search(text)
    if begins is None:
        return []
    ends = re.compile(rf"</{re.escape(begins[1])}>", re.IGNORECASE).search(text, begins.end())
    if ends is None and text[: begins.start()].strip():
        return []
    edits = [Edit(0, begins.end(), "answer tag")]
    if ends:
        edits.append(Edit(ends.start(), len(text), "answer tag"))
    return edits


def find_answer_field(text: str) -> list[Edit]:
    """All of an object but the value of its answer field, where a text begins with one.

    An object with nothing behind it and one field holds the answer there, whatever the field is
    called. One with several fields of which none has a known name says all of them, and stays. A
    list of strings, or of one such object, is read likewise; a list of numbers stays.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return []
    tokens = _tokens(text)
    end = tokens[-1].end
    alone = not text[end:].strip()
    found = _value(tokens, 0, alone) if tokens[0].text == "{" else _listed(tokens, alone)
    if found is None:
        return []
    first, last = found
    edits = [Edit(0, first.start, REASON), Edit(last.end, end, REASON)]
    for token in tokens:
        if first.start <= token.start < last.end:
            if token.text in ("[", "]", "{", "}"):
                edits.append(Edit(token.start, token.end, REASON))
            else:
                edits += _unquoted(token)
    return edits


def _tokens(text: str) -> list[_Token]:
    """The tokens of the object or list that a text begins with."""
    found = []
    depth = 0
    for match in _TOKEN.finditer(text):
        sign = match.group()
        depth -= sign in ("}", "]")
        found.append(_Token(match.start(), match.end(), max(depth, 0), sign))
        depth += sign in ("{", "[")
        if depth <= 0:
            return found
    return found


def _listed(tokens: list[_Token], alone: bool) -> tuple[_Token, _Token] | None:
    """The first and the last token of what a list says; None if it may be a value itself."""
    if not alone:
        return None
    inside = [token for token in tokens if token.depth == 1]
    if len(tokens) > 1 and tokens[1].text == "{" and sum(t.text == "{" for t in inside) == 1:
        return _value(tokens, 1, alone)
    if inside and all(token.text[0] in "\"'," for token in inside):
        return inside[0], inside[-1]
    return None


def _value(tokens: list[_Token], first: int, alone: bool) -> tuple[_Token, _Token] | None:
    """The first and the last token of what the object at `tokens[first]` says."""
    for _ in range(_DEEPEST):
        fields = _fields(tokens, first)
        name = next((name for name in _FIELDS if name in fields), None)
        if name is None:
            if len(fields) != 1 or not alone:
                return None
            (name,) = fields
        begin, end = fields[name]
        if tokens[begin].text == "{":
            first = begin
            continue
        return tokens[begin], tokens[end]
    return None


def _fields(tokens: list[_Token], first: int) -> dict[str, tuple[int, int]]:
    """The fields of an object by name: where the value of each begins and ends."""
    depth = tokens[first].depth + 1
    fields: dict[str, tuple[int, int]] = {}
    name = ""
    begin = None
    for at in range(first + 1, len(tokens)):
        token = tokens[at]
        closed = token.depth < depth
        if token.depth == depth and token.text == ":" and begin is None and at > first + 1:
            name, begin = tokens[at - 1].text.strip("\"'").casefold(), at + 1
        elif begin is not None and (closed or (token.depth == depth and token.text == ",")):
            if at > begin:
                fields.setdefault(name, (begin, at - 1))
            begin = None
        if closed:
            return fields
    if begin is not None and begin < len(tokens):  # the model was cut off
        fields.setdefault(name, (begin, len(tokens) - 1))
    return fields


def _unquoted(token: _Token) -> list[Edit]:
    """A string without its quotes and escapes; nothing for what means nothing."""
    start, end, _, text = token
    if text.casefold() in _NOTHING:
        return [Edit(start, end, REASON)]
    quote = text[0]
    if quote not in "\"'":
        return []
    edits = [Edit(start, start + 1, REASON)]
    inner = end
    if len(text) > 1 and text[-1] == quote and not _escaped(text):
        edits.append(Edit(end - 1, end, REASON))
        inner = end - 1
    for match in _ESCAPE.finditer(text, 1, inner - start):
        edits.append(Edit(start + match.start(), start + match.end(), REASON, _plain(match)))
    return edits


def _escaped(text: str) -> bool:
    """Whether an odd number of backslashes stands before the last character."""
    before = text[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _plain(match: re.Match[str]) -> str:
    if match[1] is None:
        return _LETTERS.get(match[2], match[2])
    try:
        return str(json.loads(f'"{match.group()}"'))
    except ValueError:
        return match.group()
