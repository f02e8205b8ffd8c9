"""How does a report become one HTML file that loads nothing and runs nothing?

What models wrote is escaped character by character and set apart, so that it can neither become
markup nor turn the text around it; a policy in the page forbids scripts and loading even so.
"""

import html

from keras_halluc.reports.findings import Findings
from keras_halluc.reports.tables import Cell
from keras_halluc.reports.tables import Table
from keras_halluc.reports.tables import Text
from keras_halluc.reports.tables import heading
from keras_halluc.reports.tables import remarks
from keras_halluc.reports.tables import report_tables
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import render

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
WIDTH, HEIGHT, MARGIN = 160, 16, 4  # of a drawn interval, in pixels
STYLE = """
.kh-audit { font: 14px/1.45 system-ui, sans-serif; max-width: 90rem; margin: 0 auto; }
.kh-audit table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; }
.kh-audit th, .kh-audit td { border-bottom: 1px solid #8884; padding: 0.2rem 0.6rem;
  text-align: left; vertical-align: top; }
.kh-audit .text { min-width: 8rem; overflow-wrap: anywhere; }
.kh-audit th { font-weight: 600; }
.kh-audit .worse { color: #b3261e; font-weight: 600; }
.kh-audit .better { color: #1b7f3b; font-weight: 600; }
.kh-audit svg { vertical-align: middle; overflow: visible; }
.kh-audit strong { background: #f9c7c399; }
"""


def page(report: Findings) -> str:
    """The whole file."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Audit</title>\n</head>\n<body>\n{fragment(report)}</body>\n</html>\n"
    )


def fragment(report: Findings) -> str:
    """The part of it that a notebook shows."""
    parts = [f'<div class="kh-audit">\n<style>{STYLE}</style>\n<h1>{_text(heading(report))}</h1>\n']
    parts += [f"<p>{_text(line)}</p>\n" for line in remarks(report)]
    parts += [_table(table) for table in report_tables(report)]
    return "".join([*parts, "</div>\n"])


def _table(table: Table) -> str:
    note = f"<p>{_text(table.note)}</p>\n" if table.note else ""
    head = f"<h2>{_text(table.title)}</h2>\n{note}"
    if not table.rows:
        return head
    widest = _widest(table)
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in table.header)
    rows = ["".join(_cell(cell, widest) for cell in row) for row in table.rows]
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    return f"{head}<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _cell(cell: Cell, widest: float) -> str:
    if isinstance(cell, Estimate):
        return f"<td>{_interval(cell, widest)}</td>"
    if isinstance(cell, Marked):
        return f'<td class="text">{_text(cell)}</td>'
    kind = cell.partition(" (")[0]  # of "worse (p = 0.01)"
    return f'<td class="{kind}">{cell}</td>' if kind in ("worse", "better") else f"<td>{cell}</td>"


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
