"""How does a report become Markdown, with nothing a model wrote taken for markup?"""

from collections.abc import Sequence

from keras_halluc.reports.findings import Findings
from keras_halluc.reports.tables import Cell
from keras_halluc.reports.tables import Table
from keras_halluc.reports.tables import Text
from keras_halluc.reports.tables import heading
from keras_halluc.reports.tables import remarks
from keras_halluc.reports.tables import report_tables
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard.marked import render


def markdown(report: Findings) -> str:
    """The tables of the report, the drawn intervals left out."""
    parts = [f"# {_text(heading(report))}", *remarks(report)]
    for table in report_tables(report):
        parts.append(f"## {_text(table.title)}")
        if table.note:
            parts.append(_text(table.note))
        if table.rows:
            parts.append(_table(table))
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    drawn = {i for row in table.rows for i, cell in enumerate(row) if isinstance(cell, Estimate)}
    lines = [_line([cell for i, cell in enumerate(row) if i not in drawn]) for row in table.rows]
    header = [name for i, name in enumerate(table.header) if i not in drawn]
    return "\n".join([_line(header), "|" + "---|" * len(header), *lines])


def _line(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(_text(c) for c in cells if not isinstance(c, Estimate)) + " |"


def _text(text: Text) -> str:
    """Our own wording, which has no markup; or what somebody else wrote."""
    return text if isinstance(text, str) else render(text)
