"""Markdown of a report, in which nothing that a model wrote is taken for markup."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from keras_halluc.reports.findings import Findings
from keras_halluc.reports.outcome import Piece
from keras_halluc.reports.tables import Cell
from keras_halluc.reports.tables import Table
from keras_halluc.reports.tables import Text
from keras_halluc.reports.tables import Toned
from keras_halluc.reports.tables import facts
from keras_halluc.reports.tables import heading
from keras_halluc.reports.tables import outcomes
from keras_halluc.reports.tables import remarks
from keras_halluc.reports.tables import report_tables
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard.marked import OPEN_CLOSE
from keras_halluc.tensorboard.marked import marks

# What could be markup in one line, however a reader of Markdown extends it.
MARKUP = re.compile(
    r"[\\`*_\[\]<>|~$&#@^=]|:(?=//)|(?<=www)\.|^[-+]|^[0-9]{1,9}[.)]", re.IGNORECASE
)
LINE_ENDS = frozenset("\n\x85\u2028\u2029")


def markdown(report: Findings) -> str:
    """The outcome and the tables of the report, the drawn intervals left out."""
    parts = [f"# {_text(heading(report))}"]
    for found in outcomes(report):
        lines = [f"**{_pieces(found.sentence)}**", *map(_pieces, found.remarks)]
        parts.append(" ".join(lines))
    parts.append("\n".join(f"- {_text(line).strip()}" for line in facts(report)))
    parts += remarks(report)
    for table in report_tables(report):
        parts.append(f"## {_text(table.title)}")
        if table.note:
            parts.append(_text(table.note))
        if table.rows:
            parts.append(_table(table))
        if table.folded_title:
            parts.append(f"{table.folded_title}: {_text(table.folded)}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(table: Table) -> str:
    drawn = {i for row in table.rows for i, cell in enumerate(row) if isinstance(cell, Estimate)}
    lines = [_line([cell for i, cell in enumerate(row) if i not in drawn]) for row in table.rows]
    header = [name for i, name in enumerate(table.header) if i not in drawn]
    return "\n".join([_line(header), "|" + "---|" * len(header), *lines])


def _line(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(_cell(c) for c in cells if not isinstance(c, Estimate)) + " |"


def _cell(cell: Text | Toned) -> str:
    if not isinstance(cell, Toned):
        return _text(cell)
    return f"**{cell.text}**" if cell.tone == "worse" else cell.text


def _pieces(pieces: Sequence[Piece]) -> str:
    return "".join(_text(text) for text, _ in pieces)


def _text(text: Text) -> str:
    """Our own wording, which has no markup; or what somebody else wrote, taken literally."""
    if isinstance(text, str):
        return text
    parts = []
    marked = zip(marks(text), _characters(text.text), strict=True)
    for kind, run in groupby(marked, lambda pair: pair[0]):
        opening, closing = OPEN_CLOSE[kind]  # asterisks mean nothing beside a space or a comma
        parts.append(opening + "".join(char for _, char in run) + closing)
    return "".join(parts)


def _characters(text: str) -> list[str]:
    """Each character as Markdown shows it: markup after a backslash, all in one line."""
    escaped = {match.end() - 1 for match in MARKUP.finditer(text)}
    around = zip(text, [*text[1:], ""], strict=False)
    return [_character(char, after, i in escaped) for i, (char, after) in enumerate(around)]


def _character(char: str, after: str, is_markup: bool) -> str:
    if is_markup:
        return "\\" + char
    if char == "\r" and after == "\n":
        return ""
    if char in LINE_ENDS or char == "\r":
        return "<br>"
    if char == "\t":
        return " "
    kind = unicodedata.category(char)
    if kind == "Cc" and ord(char) < 0x20:
        return chr(0x2400 + ord(char))
    return "\ufffd" if kind in ("Cc", "Cs") else char
