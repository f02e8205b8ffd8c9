"""How did the values go, where were they best, and where did training stop?"""

import math
from collections.abc import Sequence
from typing import Any

from tensorboard.data.provider import RunTagFilter
from tensorboard.plugins.scalar import metadata as scalar_metadata

from keras_halluc.tensorboard.directions import HIGHER
from keras_halluc.tensorboard.directions import better
from keras_halluc.tensorboard_plugin.runs import end_tags
from keras_halluc.tensorboard_plugin.runs import run_of

MOST_POINTS = 1000  # of a curve


def read_curves(
    provider: Any, ctx: Any, experiment: str, runs: Sequence[str], parts: Any, keys: Sequence[str]
) -> list[dict[str, Any]]:
    """The curves of some runs.

    Args:
        provider: TensorBoard's data provider.
        ctx: the request's context.
        experiment: the request's experiment.
        runs: names of runs.
        parts: names of all parts of these runs.
        keys: tags of values.

    Returns:
        list of dict: `run`, `key`, `points` as `[step, value, low, high]` in order of step, the
        ends None where there are none; `best`, the step with the best value, None where no end is
        good or nothing was trained.
    """
    read = provider.read_scalars(
        ctx,
        experiment_id=experiment,
        plugin_name=scalar_metadata.PLUGIN_NAME,
        downsample=MOST_POINTS,
        run_tag_filter=RunTagFilter(
            runs=list(parts), tags=[tag for key in keys for tag in (key, *end_tags(key))]
        ),
    )
    found = []
    for part, tags in sorted(read.items()):
        if run_of(part) not in runs:
            continue
        for key in keys:
            values = _by_step(tags.get(key, ()))
            low, high, older_low, older_high = (
                _by_step(tags.get(tag, ())) for tag in end_tags(key)
            )
            lows, highs = older_low | low, older_high | high
            points = [
                [step, value, lows.get(step), highs.get(step)]
                for step, value in sorted(values.items())
            ]
            if points:
                best = best_step(values, better(key))
                found.append({"run": run_of(part), "key": key, "points": points, "best": best})
    return found


def best_step(values: dict[int, float], end: str) -> int | None:
    """The first step with the best value, the base model at step 0 aside."""
    trained = {step: value for step, value in sorted(values.items()) if step > 0}
    if not trained or not end:
        return None
    choose = max if end == HIGHER else min
    return choose(trained, key=trained.__getitem__)


def _by_step(data: Any) -> dict[int, float]:
    """Finite values by step; of a step written twice, the later one."""
    pairs = [(int(datum.step), float(datum.value)) for datum in data]
    return {step: value for step, value in pairs if math.isfinite(value)}
