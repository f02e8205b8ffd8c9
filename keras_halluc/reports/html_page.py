"""HTML page of a report: one file that loads nothing and runs nothing.

What models wrote is escaped character by character and set apart, so that it can neither become
markup nor turn the text around it; a policy in the page forbids scripts and loading even so.
"""

import html
from collections.abc import Sequence

from keras_halluc.reports.audit_style import PAGE_STYLE
from keras_halluc.reports.audit_style import STYLE
from keras_halluc.reports.findings import Findings
from keras_halluc.reports.outcome import TONES
from keras_halluc.reports.outcome import Outcome
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
from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import render

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
WIDTH, HEIGHT, MARGIN = 160, 16, 4  # of a drawn interval, in pixels


def page(report: Findings) -> str:
    """The whole file."""
    names = _attribute(", ".join(report.variants))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Audit: {names}</title>\n<style>{PAGE_STYLE}</style>\n</head>\n<body>\n"
        f"{fragment(report, whole=True)}</body>\n</html>\n"
    )


def fragment(report: Findings, whole: bool = False) -> str:
    """The part of it that a notebook shows; `whole` is for a page of its own."""
    kind = "kh-audit page" if whole else "kh-audit"
    parts = [f'<div class="{kind}">\n<style>{STYLE}</style>\n<h1>{_text(heading(report))}</h1>\n']
    parts += [_outcome(found) for found in outcomes(report)]
    lines = "".join(f"<li>{_text(line)}</li>\n" for line in facts(report))
    parts.append(f'<ul class="facts">\n{lines}</ul>\n')
    parts += [_table(table) for table in report_tables(report)]
    parts += [f"<p>{_text(line)}</p>\n" for line in remarks(report)]
    return "".join([*parts, "</div>\n"])


def _outcome(found: Outcome) -> str:
    tone = TONES.get(found.kind, "worse")
    more = "".join(f"<small>{_pieces(remark)}</small>" for remark in found.remarks)
    return f'<p class="{f"outcome {tone}".strip()}">{_pieces(found.sentence)}{more}</p>\n'


def _pieces(pieces: Sequence[Piece]) -> str:
    return "".join(
        f'<span class="{tone}">{_text(text)}</span>' if tone else _text(text)
        for text, tone in pieces
    )


def _table(table: Table) -> str:
    note = f"<p>{_text(table.note)}</p>\n" if table.note else ""
    head = f"<h2>{_text(table.title)}</h2>\n{note}"
    if not table.rows:
        return head
    widest = _widest(table)
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in table.header)
    rows = [
        "".join(_cell(name, cell, widest) for name, cell in zip(table.header, row, strict=True))
        for row in table.rows
    ]
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    folded = ""
    if table.folded_title:
        folded = (
            f"<details><summary>{_text(table.folded_title)}</summary>\n"
            f"<p>{_text(table.folded)}</p></details>\n"
        )
    return (
        f"{head}<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
        + folded
    )


def _cell(name: Text, cell: Cell, widest: float) -> str:
    """A cell; where a phone shows it below the others, the name of its column goes before it."""
    words = name.text if isinstance(name, Marked) else name
    label = f' data-label="{_attribute(words)}"' if words else ""
    if isinstance(cell, Estimate):
        return f"<td>{_interval(cell, widest)}</td>"
    if isinstance(cell, Marked):
        return f'<td class="text"{label}>{_text(cell)}</td>' if cell.text else "<td></td>"
    if isinstance(cell, Toned):
        kind = f' class="{cell.tone}"' if cell.tone else ""
        return f"<td{kind}{label}>{html.escape(cell.text)}</td>"
    return f"<td{label}>{html.escape(cell)}</td>" if cell else "<td></td>"


def _attribute(text: str) -> str:
    """Text in an attribute: without control characters and lone surrogates."""
    return html.escape("".join(char if char.isprintable() else " " for char in text))


def _text(text: Text) -> str:
    """Our own wording; or, set apart, what somebody else wrote."""
    return html.escape(text) if isinstance(text, str) else f"<bdi>{render(text)}</bdi>"


def _interval(estimate: Estimate, widest: float) -> str:
    """A line from low to high with a dot at the value, around an upright line at 0."""
    middle, half = WIDTH / 2, (WIDTH / 2 - MARGIN) / widest
    low, at, high = (middle + half * x for x in (estimate.low, estimate.value, estimate.high))
    y = HEIGHT / 2
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
        f'<path d="M{middle:.1f} 0V{HEIGHT}" stroke="#888" stroke-dasharray="2"/>'
        f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="currentColor" stroke-width="2"/>'
        f'<circle cx="{at:.1f}" cy="{y}" r="3.5" fill="currentColor"/></svg>'
    )


def _widest(table: Table) -> float:
    drawn = [cell for row in table.rows for cell in row if isinstance(cell, Estimate)]
    return max([abs(end) for cell in drawn for end in (cell.low, cell.high)] + [1e-9])
