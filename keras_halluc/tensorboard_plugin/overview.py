"""Overview of runs: the best epoch of each, its rate, what was kept, what it cost, and the best."""

import collections
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._types import HALLUCINATED
from keras_halluc.statistics.intervals import wilson_interval
from keras_halluc.statistics.paired_rates import mcnemar_test
from keras_halluc.statistics.worsening import CONFIDENCE
from keras_halluc.statistics.worsening import same_cases_change
from keras_halluc.statistics.worsening_sentence import epoch_name
from keras_halluc.statistics.worsening_sentence import percent
from keras_halluc.statistics.worsening_sentence import points
from keras_halluc.tensorboard.directions import LOWER
from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_order import FROM_WORST
from keras_halluc.tensorboard_plugin.curves import best_step
from keras_halluc.tensorboard_plugin.verdict_table import RIGHT
from keras_halluc.tensorboard_plugin.verdict_table import number

ALPHA = 0.05
Steps = Mapping[int, StepBlock]


def overview(runs: Sequence[tuple[str, Steps, Mapping[int, float]]]) -> dict[str, Any]:
    """A row for each run, the best first, and a sentence about the best.

    Args:
        runs: list of the run's name, its steps in order, and the time of each step in seconds.

    Returns:
        dict that can be written as JSON: `sentence` and `evidence`, which say which run is best,
        and `rows`. A share is `[value, low, high, count]` with its 95 % Wilson interval. A row has:

        - `run`: the name;
        - `best`: the step after training began with the lowest rate, or None;
        - `rate`: the rate there, a share, or None;
        - `last`: the rate at the last step, a share, or None;
        - `kept`: of what was right at the first step, the share that is right at the best, or None;
        - `seconds`, `seconds_to_best`: time from the first step to the last and the best, or None.
    """
    measured = [(name, steps, times) for name, steps, times in runs if steps]
    rows = [_row(*run) for run in measured]
    steps_of = {name: steps for name, steps, _ in measured}
    rows.sort(key=lambda row: (row["rate"] is None, row["rate"]))
    sentence, evidence = _best([row for row in rows if row["rate"]], steps_of)
    return {"rows": rows, "sentence": sentence, "evidence": evidence}


def _row(name: str, steps: Steps, times: Mapping[int, float]) -> dict[str, Any]:
    rates = {step: _rate(block) for step, block in steps.items()}
    best = best_step({step: rate[0] for step, rate in rates.items() if rate}, LOWER)
    first, last = next(iter(steps)), list(steps)[-1]
    kept = None
    if best is not None and first != best:
        flags = list(_kept(steps[first], steps[best]).values())
        kept = _share(sum(flags), len(flags)) if flags else None
    return {
        "run": name,
        "best": best,
        "rate": None if best is None else rates[best],
        "last": rates[last],
        "kept": kept,
        "seconds": _between(times, first, last),
        "seconds_to_best": None if best is None else _between(times, first, best),
    }


def _rate(block: StepBlock) -> list[float] | None:
    counts = collections.Counter(block.labels)
    total = sum(counts[label] for label in FROM_WORST)
    return _share(sum(counts[label] for label in HALLUCINATED), total) if total else None


def _share(hits: float, total: int) -> list[float]:
    return [hits / total, *wilson_interval(hits, total, CONFIDENCE), total]


def _between(times: Mapping[int, float], first: int, last: int) -> float | None:
    """Seconds; None where a time is not known, or a later run wrote the earlier step."""
    if first not in times or last not in times or times[last] < times[first]:
        return None
    return times[last] - times[first]


def _kept(first: StepBlock, then: StepBlock) -> dict[str, bool]:
    """Of the cases that were right first and are measured then: whether each is right then."""
    found = {}
    for name, label in zip(first.ids, first.labels, strict=True):
        row = then.row_of.get(name)
        if label == RIGHT and row is not None and then.labels[row] in FROM_WORST:
            found[name] = then.labels[row] == RIGHT
    return found


def _best(rows: Sequence[dict[str, Any]], steps_of: Mapping[str, Steps]) -> tuple[str, str]:
    if not rows:
        return "No run has been measured after training began.", ""
    best, *others = rows
    named = f"{percent(best['rate'][0])} hallucinated at {epoch_name(best['best'])}"
    kept = "" if best["kept"] is None else f", {percent(best['kept'][0])} of what was right kept"
    if not others:
        low, high = (100 * end for end in best["rate"][1:3])
        return (
            f"Best epoch of {best['run']}: {named}{kept}.",
            f"95 % interval {low:.0f} to {high:.0f} %, n = {best['rate'][3]}.",
        )
    compared = [(other, *_against(best, other, steps_of)) for other in others]
    alike = [other for other, p_value, _ in compared if p_value > ALPHA]
    if not alike:
        sentence = f"{best['run']} is best: {named}{kept}."
    else:
        sentence = _among_alike(best, alike, steps_of, named)
    return sentence, " ".join(text for _, _, text in compared[:2])


def _against(
    best: dict[str, Any], other: dict[str, Any], steps_of: Mapping[str, Steps]
) -> tuple[float, str]:
    """The p-value of the difference at their best epochs, on the same cases, and it in words."""
    ours, theirs = (steps_of[row["run"]][row["best"]] for row in (best, other))
    shared = [name for name in ours.ids if name in theirs.row_of]
    first, second = (
        [number(block.labels[block.row_of[name]]) for name in shared] for block in (theirs, ours)
    )
    change = same_cases_change(first, second)
    if change is None:
        return 1.0, f"{other['run']} was asked other cases, so the two cannot be compared."
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not np.isnan(a + b)]
    p_value = mcnemar_test(sum(b > a for a, b in pairs), sum(a > b for a, b in pairs))
    text = (
        f"Against {other['run']} at {epoch_name(other['best'])}, same {change.count} cases: "
        f"{points(change.after - change.before)} points (95 % interval {points(change.low)} to "
        f"{points(change.high)}), McNemar p = {p_value:.2g}."
    )
    if _kept_sign(best, other, steps_of) < 0:
        text += f" But {other['run']} {_kept_more(other, best)}."
    return p_value, text


def _among_alike(
    lowest: dict[str, Any],
    alike: Sequence[dict[str, Any]],
    steps_of: Mapping[str, Steps],
    named: str,
) -> str:
    """Of runs whose rates cannot be told apart, the one that kept more is best."""
    names = alike[0]["run"] + (f" and {len(alike) - 1} more" if len(alike) > 1 else "")
    signs = [_kept_sign(lowest, other, steps_of) for other in alike]
    if min(signs) > 0:
        return (
            f"{lowest['run']} is best: {named}, which {names} may match, but it "
            f"{_kept_more(lowest, alike[0])}."
        )
    if min(signs) < 0:
        kept = [other for other, sign in zip(alike, signs, strict=True) if sign < 0]
        best = max(kept, key=lambda other: float(other["kept"][0]))
        rate = percent(best["rate"][0])
        return (
            f"{best['run']} is best: {rate} hallucinated at {epoch_name(best['best'])}, which may "
            f"be as few as in {lowest['run']}, and it {_kept_more(best, lowest)}."
        )
    return f"{lowest['run']} has the lowest rate ({named}), but {names} may be as good."


def _kept_more(one: dict[str, Any], other: dict[str, Any]) -> str:
    kept, less = (percent(row["kept"][0]) for row in (one, other))
    return f"kept more of what was right: {kept}, not {less}"


def _kept_sign(one: dict[str, Any], other: dict[str, Any], steps_of: Mapping[str, Steps]) -> int:
    """1 where one run kept more of what was right first, -1 where less, 0 where it may be alike."""
    if one["kept"] is None or other["kept"] is None:
        return 0
    ours, theirs = (
        _kept(next(iter(steps_of[row["run"]].values())), steps_of[row["run"]][row["best"]])
        for row in (one, other)
    )
    shared = ours.keys() & theirs.keys()
    won = sum(ours[name] > theirs[name] for name in shared)
    lost = sum(ours[name] < theirs[name] for name in shared)
    if mcnemar_test(won, lost) > ALPHA:
        return 0
    return 1 if won > lost else -1
