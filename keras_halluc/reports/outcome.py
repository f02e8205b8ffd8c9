"""Outcome of an audit: what one model gained and lost, in a sentence that anyone can read."""

import dataclasses
import math
from typing import TypeAlias

from keras_halluc.reports.findings import Findings
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.number_format import difference_text
from keras_halluc.reports.number_format import value_text
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.tensorboard import Marked

MARGIN = 0.05  # a change of the rates, or a share lost, that is worth speaking of
MOST_GROUPS = 3  # named in a sentence
WORDS = {
    "better": "better",
    "better with losses": "better on balance, with losses",
    "worse": "worse",
    "worse in a group": "no change shown over all cases, but worse in a group",
    "better, worse in a group": "better on balance, but worse in a group",
    "fewer of both": "fewer hallucinations, but fewer right answers too",
    "more of both": "more right answers, but more hallucinations too",
    "exchanged": "no better on balance: it lost answers and gained others",
    "unchanged": f"unchanged within {100 * MARGIN:.0f} points",
    "too noisy": "too noisy to say whether it is better or worse on balance",
    "unmeasured": "not measured",
}
GOOD, BAD = "better", "worse"
TONES = {"better": GOOD, "unchanged": "", "too noisy": "", "unmeasured": ""}  # all others: BAD

Piece: TypeAlias = tuple[str | Marked, str]  # words, and whether they are good or bad news


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one model, by one checker.

    Args:
        kind: str, a key of `WORDS`.
        sentence: list of `Piece`: the outcome, what was gained and what was lost.
        remarks: list of lists of `Piece`, one a sentence: the rates, the groups, the noise.
    """

    kind: str
    sentence: list[Piece]
    remarks: list[list[Piece]]


def plain(pieces: list[Piece]) -> str:
    """The words alone."""
    return "".join(text.text if isinstance(text, Marked) else text for text, _ in pieces)


def outcome(report: Findings, variant: str, checker: str) -> Outcome:
    """The outcome for one model after, by the verdicts of one checker.

    Right answers and hallucinations decide, by their paired intervals; a group only where Holm's
    test over all groups finds it worse. A model that lost more than `MARGIN` of what was right is
    never called better without its losses.
    """
    right = report.find("answer_accuracy", variant, checker)
    rate = report.find("hallucination_rate", variant, checker)
    lost = _estimate(report.find("lost", variant, checker))
    gained = _estimate(report.find("gained", variant, checker))
    groups = worse_groups(report, variant, checker)
    kind = _kind(right, rate, lost, bool(groups))
    name = Marked(variant)
    if kind == "unmeasured":
        return Outcome(kind, [(name, ""), (": not measured, since ", ""), _reason(right)], [])
    sentence: list[Piece] = [
        (name, ""),
        (": ", ""),
        (WORDS[kind], TONES.get(kind, BAD)),
        ("; ", ""),
        *_share("gained", gained, "answers that were not right before", GOOD),
        (", ", ""),
        *_share("lost", lost, "that were right", BAD),
        (".", ""),
    ]
    remarks: list[list[Piece]] = [_rates(report, variant, checker)]
    if groups:
        remarks.append(_groups(groups))
    if kind == "too noisy" and right.difference is not None:
        remarks.append([(_noise(right.difference), "")])
    return Outcome(kind, sentence, remarks)


def worse_groups(report: Findings, variant: str, checker: str) -> list[tuple[Measure, float]]:
    """Measures of groups that got worse, the surest first, with p by Holm over all groups."""
    tested = [
        (measure, measure.p_value)
        for measure in report.measures
        if (measure.section, measure.variant, measure.checker) == ("group", variant, checker)
        and measure.name in ("answer_accuracy", "hallucination_rate")
        and measure.p_value is not None
    ]
    tested.sort(key=lambda pair: pair[1])
    found: dict[str | None, tuple[Measure, float]] = {}
    adjusted = 0.0
    for place, (measure, p_value) in enumerate(tested):
        adjusted = max(adjusted, min(1.0, p_value * (len(tested) - place)))
        if adjusted > 1.0 - CONFIDENCE:
            break
        if measure.change == "worse":
            found.setdefault(measure.group, (measure, adjusted))
    return list(found.values())


def _kind(right: Measure, rate: Measure, lost: Estimate | None, in_a_group: bool) -> str:
    if right.difference is None:
        return "unmeasured"
    changes = right.change, rate.change
    if changes == ("worse", "better"):
        return "fewer of both"
    if changes == ("better", "worse"):
        return "more of both"
    if "worse" in changes:
        return "worse"
    losses = lost is not None and lost.value > MARGIN
    if "better" in changes:
        if in_a_group:
            return "better, worse in a group"
        return "better with losses" if losses else "better"
    if in_a_group:
        return "worse in a group"
    if not all(_is_small(measure.difference) for measure in (right, rate)):
        return "too noisy"
    return "exchanged" if losses else "unchanged"


def _is_small(difference: Estimate | None) -> bool:
    return difference is not None and max(-difference.low, difference.high) <= MARGIN


def _estimate(measure: Measure) -> Estimate | None:
    return measure.after if isinstance(measure.after, Estimate) else None


def _reason(measure: Measure) -> Piece:
    return Marked(measure.reason or "no case was measured both before and after"), ""


def _share(verb: str, share: Estimate | None, of: str, tone: str) -> list[Piece]:
    if share is None:
        return [(f"nothing could be {verb}", "")]
    hits = round(share.value * share.count)
    text = f"{verb} {hits} of {share.count}"
    return [(text, tone if hits else ""), (f" {of} ({value_text('share', share)})", "")]


def _rates(report: Findings, variant: str, checker: str) -> list[Piece]:
    pieces: list[Piece] = []
    count = 0
    for name, words in (
        ("answer_accuracy", "right answers"),
        ("hallucination_rate", "hallucination rate"),
        ("abstention_rate", "abstentions"),
    ):
        measure = report.find(name, variant, checker)
        if measure.difference is None or (name == "abstention_rate" and _is_still(measure)):
            continue
        tone = measure.change if measure.change in (GOOD, BAD) else ""
        count = measure.difference.count
        pieces += [(f"{', ' if pieces else 'Change: '}{words} ", "")]
        pieces += [(difference_text("share", measure.difference), tone)]
    return [*pieces, (f", over {count} cases measured both times.", "")]


def _is_still(measure: Measure) -> bool:
    return measure.change == "not shown"


def _groups(groups: list[tuple[Measure, float]]) -> list[Piece]:
    pieces: list[Piece] = [("Worse in ", "")]
    for place, (measure, p_value) in enumerate(groups[:MOST_GROUPS]):
        pieces += [("; in ", "")] if place else []
        pieces += [(Marked(str(measure.group)), BAD)]
        words = f", {measure.title.lower()} {difference_text('share', measure.difference)}"
        pieces += [(f"{words}, p = {p_value:.2g}", "")]
    more = len(groups) - MOST_GROUPS
    tail = f"; and in {more} more" if more > 0 else ""
    return [*pieces, (f"{tail} (Holm's test over all groups).", "")]


def _noise(difference: Estimate) -> str:
    half = max(difference.high - difference.low, 0.0) / 2.0
    needed = math.ceil(difference.count * (half / MARGIN) ** 2 / 10) * 10
    return (
        f"Right answers may have changed by anything from {100 * difference.low:+.0f} to "
        f"{100 * difference.high:+.0f} points; some {needed:,} cases would show a change of "
        f"{100 * MARGIN:.0f} points."
    )
