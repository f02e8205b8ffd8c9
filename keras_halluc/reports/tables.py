"""Which tables does a report show, whatever it is written in?

A str is our own wording and numbers; what anybody else wrote is `Marked`, to be escaped.
"""

import dataclasses
from collections.abc import Sequence
from typing import TypeAlias

from keras_halluc._types import Verdict
from keras_halluc.reports.findings import Findings
from keras_halluc.reports.flip import Flip
from keras_halluc.reports.measure import SCORE
from keras_halluc.reports.measure import SHARE
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.number_format import CHANGES
from keras_halluc.reports.number_format import NOTHING
from keras_halluc.reports.number_format import UNMEASURED
from keras_halluc.reports.number_format import difference_text
from keras_halluc.reports.number_format import value_text
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard import Marked

OVERVIEW = (
    "hallucination_rate",
    "answer_accuracy",
    "abstention_rate",
    "expected_calibration_error",
    "base_divergence",
)
MOST_FLIPS = 100  # of each variant; the rest is in the JSON
MOST_CHARACTERS = 1000  # of one text
CHANCE = 0.05  # of an interval that leaves out 0 where nothing changed

Text: TypeAlias = str | Marked
Cell: TypeAlias = str | Marked | Estimate  # the last is a difference to be drawn


@dataclasses.dataclass(frozen=True)
class Table:
    """A heading, a line under it, and rows under a header."""

    title: Text
    note: Text
    header: Sequence[Text]
    rows: Sequence[Sequence[Cell]]


def heading(report: Findings) -> Text:
    """One line that says what was compared."""
    return Marked(f"Audit: before against {', '.join(report.variants)}")


def remarks(report: Findings) -> list[str]:
    """What a reader must know first."""
    compared = sum(measure.difference is not None for measure in report.measures)
    return [
        "Differences are after minus before, on the cases measured in both, with paired 95 % "
        "intervals; p is of the exact McNemar test. No difference shown does not mean none.",
        f"{compared} differences were taken: about {CHANCE * compared:.0f} of so many would look "
        "real by chance alone.",
    ]


def report_tables(report: Findings) -> list[Table]:
    """The overview of each checker, then the measures and the flips of each variant."""
    tables = [_overview(report, checker) for checker in report.checkers]
    for variant in report.variants:
        tables.append(_measures(report, variant))
        tables += [_flips(report, variant, checker) for checker in report.checkers]
    return tables


def _overview(report: Findings, checker: str) -> Table:
    names = [name for name in OVERVIEW if report.find(name, checker=checker).measured]
    columns = [report.find(name, checker=checker).title for name in names]
    extra = list(dict.fromkeys(key for values in report.details.values() for key in values))
    rows: list[list[Cell]] = []
    for variant in ("before", *report.variants):
        row: list[Cell] = ["before" if variant == "before" else Marked(variant)]
        for name in names:
            measure = report.find(name, None if variant == "before" else variant, checker)
            if variant == "before":
                row.append(value_text(measure.unit, measure.before))
            else:
                row.append(value_text(measure.unit, _plain(measure.after)) + _changed(measure))
        if variant == "before":
            row += [NOTHING, NOTHING]
        else:
            flips = [f.worse for f in report.flips if (f.variant, f.checker) == (variant, checker)]
            row += [str(sum(flips)), str(len(flips) - sum(flips))]
        given = report.details.get(variant, {})
        row += [_detail(given[key]) if key in given else NOTHING for key in extra]
        rows.append(row)
    note = Marked(f"{report.cases} cases, checked by {checker}. In brackets: 95 % intervals.")
    header: list[Text] = ["", *columns, "cases worse", "cases better", *map(Marked, extra)]
    return Table("Overview", note, header, rows)


def _measures(report: Findings, variant: str) -> Table:
    rows: list[list[Cell]] = []
    section = ""
    for measure in sorted(_of(report, variant), key=lambda m: SECTIONS.index(m.section)):
        of = [measure.group or "", measure.checker if len(report.checkers) > 1 else ""]
        row: list[Cell] = ["" if measure.section == section else TITLES[measure.section]]
        row += [measure.title, Marked(", ".join(filter(None, of)))]
        row.append(value_text(measure.unit, measure.before))
        if measure.measured:
            row.append(value_text(measure.unit, measure.after))
            row.append(difference_text(measure.unit, measure.difference))
            drawn = measure.difference is not None and measure.unit in (SHARE, SCORE)
            row.append(measure.difference if drawn and measure.difference else "")
            row.append(CHANGES[measure.change] + _p_value(measure))
        else:
            row += [UNMEASURED, NOTHING, "", Marked(measure.reason)]
        rows.append(row)
        section = measure.section
    header = ["", "", "of", "before", "after", "after minus before", "", "change"]
    return Table(Marked(variant), "", header, rows)


def _flips(report: Findings, variant: str, checker: str) -> Table:
    flips = [f for f in report.flips if (f.variant, f.checker) == (variant, checker)]
    worse = sum(flip.worse for flip in flips)
    note = f"{worse} got worse, {len(flips) - worse} got better, by {checker}."
    if len(flips) > MOST_FLIPS:
        note += f" The first {MOST_FLIPS} are shown; `to_json` has all."
    header = ["", "case", "prompt", "before", "after", "verdicts"]
    rows = [_row(flip) for flip in flips[:MOST_FLIPS]]
    return Table(Marked(f"{variant}: cases that flipped"), Marked(note), header, rows)


def _row(flip: Flip) -> list[Cell]:
    return [
        "worse" if flip.worse else "better",
        str(flip.index) if flip.id is None else Marked(flip.id),
        _shown(flip.prompt),
        _shown(flip.before, flip.verdict_before),
        _shown(flip.after, flip.verdict_after),
        f"{flip.verdict_before.label}, then {flip.verdict_after.label}",
    ]


def _shown(text: str, verdict: Verdict | None = None) -> Marked:
    """The text, cut if it is long, with the spans of the verdict that lie in it."""
    cut = text[:MOST_CHARACTERS]
    spans = [] if verdict is None else verdict.spans
    inside = [(max(s, 0), min(e, len(cut)), str(kind)) for s, e, kind in spans]
    if len(text) > len(cut):
        cut += f"… ({len(text)} characters)"
    return Marked(cut, tuple(span for span in inside if span[0] < span[1]))


def _of(report: Findings, variant: str) -> list[Measure]:
    return [measure for measure in report.measures if measure.variant == variant]


def _plain(value: Estimate | float | None) -> float | None:
    return value.value if isinstance(value, Estimate) else value


def _detail(value: str | float) -> Text:
    return Marked(value) if isinstance(value, str) else f"{value:.4g}"


def _changed(measure: Measure) -> str:
    if measure.difference is None:
        return ""
    return f" ({difference_text(measure.unit, measure.difference)})"


def _p_value(measure: Measure) -> str:
    return "" if measure.p_value is None else f" (p = {measure.p_value:.2g})"


TITLES = {
    "grounding": "Grounding",
    "knowledge": "Knowledge",
    "calibration": "Calibration",
    "shift": "Shift",
    "group": "Groups",
}
SECTIONS = tuple(TITLES)
