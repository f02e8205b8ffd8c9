"""Times of measurements: when was each step of a run written?"""

from collections.abc import Sequence
from typing import Any

from tensorboard.data.provider import RunTagFilter
from tensorboard.plugins.scalar import metadata as scalar_metadata

from keras_halluc.tensorboard_plugin.curves import MOST_POINTS
from keras_halluc.tensorboard_plugin.runs import value_tags


def read_times(
    provider: Any, ctx: Any, experiment: str, parts: Sequence[str]
) -> dict[str, dict[int, float]]:
    """Seconds since 1970 by part and step, from the scalar of each part that has most steps."""
    where = {"ctx": ctx, "experiment_id": experiment, "plugin_name": scalar_metadata.PLUGIN_NAME}
    tags = provider.list_scalars(**where, run_tag_filter=RunTagFilter(runs=list(parts)))
    wanted = sorted({tag for found in tags.values() for tag in value_tags(found)})
    if not wanted:
        return {}
    read = provider.read_scalars(
        **where,
        downsample=MOST_POINTS,
        run_tag_filter=RunTagFilter(runs=list(parts), tags=wanted),
    )
    times: dict[str, dict[int, float]] = {}
    for part, found in read.items():
        longest = max(found.values(), key=len, default=())
        times[part] = {int(datum.step): float(datum.wall_time) for datum in longest}
    return times
