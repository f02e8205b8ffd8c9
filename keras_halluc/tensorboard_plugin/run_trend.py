"""Trend of one run: since when it gets worse, in which group, and each group's rate by step."""

import math
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_halluc.statistics.worsening import Trend
from keras_halluc.statistics.worsening import worsening
from keras_halluc.statistics.worsening_sentence import worsening_sentence
from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_index import KEPT_RUNS
from keras_halluc.tensorboard_plugin.verdict_table import verdict_table


def run_trend(steps: Mapping[int, StepBlock]) -> dict[str, Any]:
    """The sentence and the heat map of a run.

    Args:
        steps: the run's steps in order, at least one.

    Returns:
        dict that can be written as JSON: `status`, `sentence` and `evidence`, as `worsening` and
        `worsening_sentence` have them; `steps`; `groups`, the worst first. Each of these has:

        - `name`: str, or None for all cases, which come first;
        - `counts`: hallucinated and measured cases of each step;
        - `since`: the step from which on it is worse, or None.
    """
    bad, ids = verdict_table(steps)
    known = {name: group for block in steps.values() for name, group in block.file.groups.items()}
    groups = [known.get(name) for name in ids]
    trend = worsening(bad, groups, list(steps))
    sentence, evidence = worsening_sentence(trend)
    return {
        "status": trend.status,
        "sentence": sentence,
        "evidence": evidence,
        "steps": list(steps),
        "groups": _groups(bad, groups, trend),
    }


class Trends:
    """The trends of the runs looked at last, computed anew when a step is added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[list[StepBlock], dict[str, Any]]] = {}

    def of(self, part: str, steps: Mapping[int, StepBlock]) -> dict[str, Any]:
        """`run_trend` of a part; empty without steps."""
        blocks = list(steps.values())
        with self._lock:
            seen, found = self._kept.get(part, ([], {}))
        if seen != blocks:
            found = run_trend(steps)
            with self._lock:
                self._kept.pop(part, None)
                self._kept[part] = (blocks, found)
                if len(self._kept) > KEPT_RUNS:
                    del self._kept[next(iter(self._kept))]
        return found


def _groups(bad: np.ndarray, groups: list[str | None], trend: Trend) -> list[dict[str, Any]]:
    since = {rise.group: rise.since for rise in trend.rises}
    names: list[str | None] = [None, *sorted({group for group in groups if group is not None})]
    found = []
    for name in names:
        rows = bad if name is None else bad[[group == name for group in groups]]
        measured = np.sum(~np.isnan(rows), axis=0)
        counts = np.stack([np.nansum(rows, axis=0), measured], axis=1).astype("int64")
        found.append({"name": name, "counts": counts.tolist(), "since": since.get(name)})
    return [found[0], *sorted(found[1:], key=_from_worst)]


def _from_worst(group: dict[str, Any]) -> tuple[bool, float, str]:
    """Groups that get worse first, then by the latest rate there is."""
    rates = [hit / total for hit, total in group["counts"] if total]
    return group["since"] is None, -rates[-1] if rates else math.inf, group["name"]
