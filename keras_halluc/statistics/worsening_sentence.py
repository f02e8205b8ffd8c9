"""Sentence that says since when a rate gets worse and in which group, with the test behind it."""

import math
from collections.abc import Callable

from keras_halluc.statistics.worsening import MARGIN
from keras_halluc.statistics.worsening import UNMEASURED
from keras_halluc.statistics.worsening import WORSE
from keras_halluc.statistics.worsening import Change
from keras_halluc.statistics.worsening import Rise
from keras_halluc.statistics.worsening import Trend

NAMED = 2  # groups that the sentence names
LONGEST = 40  # characters of the name of a group
STEADY_POINTS = round(100 * MARGIN)


def epoch_name(step: int) -> str:
    """What a step is called: 0 is the model before training."""
    return "before training" if step == 0 else f"epoch {step}"


def worsening_sentence(
    trend: Trend, name: Callable[[int], str] = epoch_name, what: str = "hallucinated"
) -> tuple[str, str]:
    """The answer in one sentence, and the evidence for it in others.

    Args:
        trend: `Trend`, what `worsening` returned.
        name: function from a step to what it is called.
        what: str, what the rate counts.

    Returns:
        `(sentence, evidence)`, str of at most 30 words a sentence. Names of groups are in them as
        they are: escape them where the text becomes a page.
    """
    if trend.since_best is None or trend.status == UNMEASURED:
        return (
            "Nothing to compare yet: that takes two measurements of the same cases.",
            "",
        )
    if trend.status == WORSE:
        return _worse(trend, name, what)
    best = trend.since_best
    last = name(trend.last)
    if trend.status == "steady":
        sentence = (
            f"Not getting worse: {percent(best.after)} {what} at {last}, "
            f"{percent(best.before)} at its best ({name(best.step)})."
        )
    else:
        sentence = (
            f"Too noisy to say whether it gets worse: compared with its best ({name(best.step)}), "
            f"anything from {points(best.low)} to {points(best.high)} points is possible."
        )
    parts = [_changed(best, "since its best"), _no_rise(trend)]
    if trend.status != "steady":
        parts.append(_enough(best))
    return sentence, " ".join([*parts, _since_first(trend, what)]).strip()


def _worse(trend: Trend, name: Callable[[int], str], what: str) -> tuple[str, str]:
    groups = [rise for rise in trend.rises if rise.group is not None]
    rises = groups or list(trend.rises)
    first = rises[0]
    if len(rises) == 1:
        sentence = (
            f"Worse since {name(first.since)}{_where(first)}: {percent(first.after)} {what}, "
            f"{percent(first.before)} before."
        )
    else:
        named = rises[:NAMED]
        together = len({rise.since for rise in named}) == 1
        parts = [_where(r, together and r is not first) + f" ({_from_to(r)})" for r in named]
        when = [f" since {name(r.since)}" for r in named]
        if together:
            when[1:] = [""] * (len(named) - 1)
        more = len(rises) - NAMED
        rest = f", and in {more} more group{'s' if more > 1 else ''}" if more > 0 else ""
        joined = " and".join(map("".join, zip(when, parts, strict=True)))
        sentence = f"Worse{joined} {what}{rest}."
    evidence = [_evidence(rise, name, trend.last) for rise in rises[:NAMED]]
    if not groups and trend.groups > 1:
        evidence.append("No one group shows it by itself.")
    evidence += [_test(trend), _since_first(trend, what)]
    return sentence, " ".join(evidence).strip()


def _where(rise: Rise, again: bool = False) -> str:
    if rise.group is None:
        return ""
    return f" {'' if again else 'in group '}“{_short(rise.group)}”"


def _from_to(rise: Rise) -> str:
    return f"{percent(rise.before)} to {percent(rise.after)}"


def _evidence(rise: Rise, name: Callable[[int], str], last: int) -> str:
    who = "All cases" if rise.group is None else f"Group “{_short(rise.group)}”"
    after, before = _stretch(rise.since, last, name), _stretch(rise.start, rise.end, name)
    return (
        f"{who}, {after} against {before}: {points(rise.after - rise.before)} points "
        f"({_interval(rise.low, rise.high)}), n = {rise.count}, p {_p_value(rise.p_value)}."
    )


def _stretch(start: int, end: int, name: Callable[[int], str]) -> str:
    return name(start) if start == end else f"{name(start)} to {name(end)}"


def _test(trend: Trend) -> str:
    return (
        f"Sign-flip test over cases, corrected for {_searched(trend)}; since when is a fit, "
        "not a test."
    )


def _no_rise(trend: Trend) -> str:
    return (
        f"No rise is shown in any of {_searched(trend)} (sign-flip test over cases, smallest "
        f"corrected p = {trend.p_value:.2g})."
    )


def _searched(trend: Trend) -> str:
    groups = f"{trend.groups} groups and " if trend.groups else ""
    return f"{groups}{trend.steps} measurements"


def _enough(best: Change) -> str:
    """How many cases would exclude a rise by the margin, if there is none."""
    half = best.high - (best.after - best.before)
    count = math.ceil(best.count * (half / MARGIN) ** 2)
    count = math.ceil(count / 10) * 10
    if count <= best.count:
        return ""
    return f"About {count} cases would exclude a rise by {STEADY_POINTS} points, if there is none."


def _since_first(trend: Trend, what: str) -> str:
    first, best = trend.since_first, trend.since_best
    if first is None or (trend.status != WORSE and best is not None and best.step == first.step):
        return ""
    when = "before training" if first.step == 0 else f"at step {first.step}"
    return (
        f"All cases since the start: {percent(first.before)} {what} {when}, "
        f"{percent(first.after)} now ({points(first.after - first.before)} points, "
        f"{_interval(first.low, first.high)}, n = {first.count})."
    )


def _changed(change: Change, since: str) -> str:
    return (
        f"{points(change.after - change.before)} points {since} "
        f"({_interval(change.low, change.high)}, n = {change.count})."
    )


def _interval(low: float, high: float) -> str:
    return f"95 % interval {points(low)} to {points(high)}"


def percent(rate: float) -> str:
    """A rate in [0, 1] in percent."""
    return f"{100 * rate:.0f} %"


def points(change: float) -> str:
    """A difference of two rates in percentage points, with its sign."""
    text = f"{100 * change:+.0f}"
    return "0" if text in ("+0", "-0") else text


def _p_value(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"= {p_value:.2g}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
