"""Which tables does a report show, whatever it is written in?

A str is our own wording and numbers; what anybody else wrote is `Marked`, to be escaped.
"""

import dataclasses
from collections.abc import Mapping
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
from keras_halluc.reports.outcome import Outcome
from keras_halluc.reports.outcome import outcome
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard import Marked

OVERVIEW = (
    "hallucination_rate",
    "answer_accuracy",
    "abstention_rate",
    "expected_calibration_error",
    "base_divergence",
)
KEPT = {"lost": "lost, of what was right", "gained": "gained, of what was not right"}
MOST_FOLDED = 50  # groups named
MOST_FLIPS = 100  # of each variant; the rest is in the JSON
MOST_CHARACTERS = 1000  # of one text
CHANCE = 0.05  # of an interval that leaves out 0 where nothing changed

Text: TypeAlias = str | Marked


@dataclasses.dataclass(frozen=True)
class Toned:
    """Our own wording that is good or bad news: `tone` is `"better"`, `"worse"` or `""`."""

    text: str
    tone: str


Cell: TypeAlias = str | Marked | Toned | Estimate  # the last is a difference to be drawn


@dataclasses.dataclass(frozen=True)
class Table:
    """A heading, a line under it, rows under a header, and what is folded away below them."""

    title: Text
    note: Text
    header: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    folded_title: str = ""
    folded: Text = ""


def heading(report: Findings) -> Text:
    """One line that says what was compared."""
    return Marked(f"Audit: before against {', '.join(report.variants)}")


def outcomes(report: Findings) -> list[Outcome]:
    """What became of each model, by each checker."""
    return [
        outcome(report, variant, checker)
        for variant in report.variants
        for checker in report.checkers
    ]


def facts(report: Findings) -> list[Text]:
    """Which models, on how many cases, checked by whom, when and with what."""
    models = [f"{name}: {model}" for name, model in report.models.items() if model]
    made = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    judges = f"{report.cases} cases, checked by {', '.join(report.checkers)}."
    lines = [*models, f"{judges} {report.date}".rstrip(), f"Made with {made}." if made else ""]
    return [Marked(line) for line in lines if line]


def remarks(report: Findings) -> list[str]:
    """How the numbers are to be read."""
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
    kept = [name for name in KEPT if report.find(name, checker=checker).measured]
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
            row += [NOTHING] * (len(kept) + 2)
        else:
            row += [_kept(report.find(name, variant, checker)) for name in kept]
            flips = [f.worse for f in report.flips if (f.variant, f.checker) == (variant, checker)]
            worse, better = sum(flips), len(flips) - sum(flips)
            row += [Toned(str(worse), "worse" if worse else "")]
            row += [Toned(str(better), "better" if better else "")]
        given = report.details.get(variant, {})
        row += [_detail(given[key]) if key in given else NOTHING for key in extra]
        rows.append(row)
    note = Marked(f"{report.cases} cases, checked by {checker}. In brackets: 95 % intervals.")
    columns += [KEPT[name] for name in kept]
    header: list[Text] = ["", *columns, "cases worse", "cases better", *map(Marked, extra)]
    return Table("Overview", note, header, rows)


def _measures(report: Findings, variant: str) -> Table:
    rows: list[list[Cell]] = []
    section = ""
    few: dict[str, str] = {}
    for measure in sorted(_of(report, variant), key=lambda m: SECTIONS.index(m.section)):
        if measure.section == "group" and not measure.measured:
            few.setdefault(str(measure.group), measure.reason)
            continue
        of = [measure.group or "", measure.checker if len(report.checkers) > 1 else ""]
        row: list[Cell] = ["" if measure.section == section else TITLES[measure.section]]
        row += [measure.title, Marked(", ".join(filter(None, of)))]
        row.append(value_text(measure.unit, measure.before))
        if measure.name in KEPT and measure.measured:
            row += [_kept(measure), NOTHING, "", Toned(*_kept_change(measure))]
        elif measure.measured:
            row.append(value_text(measure.unit, measure.after))
            row.append(difference_text(measure.unit, measure.difference))
            drawn = measure.difference is not None and measure.unit in (SHARE, SCORE)
            row.append(measure.difference if drawn and measure.difference else "")
            tone = measure.change if measure.change in ("better", "worse") else ""
            row.append(Toned(CHANGES[measure.change] + _p_value(measure), tone))
        else:
            row += [UNMEASURED, NOTHING, "", Marked(measure.reason)]
        rows.append(row)
        section = measure.section
    header = ["", "", "of", "before", "after", "after minus before", "", "change"]
    title = f"{len(few)} group{'s' if len(few) > 1 else ''} without a rate" if few else ""
    return Table(Marked(variant), "", header, rows, title, _folded(few))


def _folded(few: Mapping[str, str]) -> Text:
    """Each group that has no rate, with the reason."""
    named = [f"{group} ({reason})" for group, reason in list(few.items())[:MOST_FOLDED]]
    more = len(few) - len(named)
    return Marked("; ".join(named) + (f"; and {more} more" if more else "") + "." if few else "")


def _kept(measure: Measure) -> Toned:
    """How many cases were lost or gained, of how many."""
    if not isinstance(measure.after, Estimate):
        return Toned(NOTHING, "")
    found = measure.after
    text = f"{round(found.value * found.count)} of {found.count}"
    return Toned(f"{text}, {value_text(measure.unit, found)}", _kept_change(measure)[1])


def _kept_change(measure: Measure) -> tuple[str, str]:
    if not isinstance(measure.after, Estimate) or not measure.after.value:
        return f"none {measure.name}", ""
    return measure.name, "worse" if measure.name == "lost" else "better"


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
    tone = "worse" if flip.worse else "better"
    return [
        Toned(tone, tone),
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
