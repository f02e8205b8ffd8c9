"""Which runs are there, of which parts, and how far is each?

A monitor writes into a folder of its own, `<log_dir>/<monitor>`, and TensorBoard calls each such
folder a run. Here the run is `log_dir`, and what its monitors wrote are its parts.
"""

import posixpath
from collections.abc import Mapping
from typing import Any

from tensorboard.plugins.scalar import metadata as scalar_metadata

from keras_halluc._parse_json import parse_json
from keras_halluc.tensorboard.directions import better
from keras_halluc.tensorboard.layout import interval_tags
from keras_halluc.tensorboard.layout import older_interval_tags
from keras_halluc.tensorboard.summaries import CASES_TAG
from keras_halluc.tensorboard.summaries import PROGRESS_TAG
from keras_halluc.tensorboard.summaries import TAB_PLUGIN


def list_runs(provider: Any, ctx: Any, experiment: str) -> dict[str, Any]:
    """Runs with a part that has cases, progress or values with intervals.

    Args:
        provider: TensorBoard's data provider.
        ctx: the request's context.
        experiment: the request's experiment.

    Returns:
        dict that can be written as JSON: `runs`, each with `name`, `parts`, `keys`, `epochs`
        (planned, None if not known) and `ended`; `better`, which end of each key is good.
    """
    where = {"ctx": ctx, "experiment_id": experiment}
    scalars = provider.list_scalars(**where, plugin_name=scalar_metadata.PLUGIN_NAME)
    tab = provider.list_tensors(**where, plugin_name=TAB_PLUGIN)
    said = provider.read_tensors(**where, plugin_name=TAB_PLUGIN, downsample=1)
    runs: dict[str, dict[str, Any]] = {}
    for part in sorted({*scalars, *tab}):
        keys = value_tags(scalars.get(part, {}))
        tags = tab.get(part, {})
        if not tags and not any(has_interval(key, scalars[part]) for key in keys):
            continue
        empty: dict[str, Any] = {"parts": [], "keys": [], "epochs": None, "ended": False}
        run = runs.setdefault(run_of(part), empty)
        cases = tags.get(CASES_TAG)
        run["parts"].append(
            {
                "part": part,
                "name": posixpath.basename(part),
                "last": None if cases is None else cases.max_step,
            }
        )
        run["keys"] += [key for key in keys if key not in run["keys"]]
        progress = _latest(said.get(part, {}).get(PROGRESS_TAG))
        epochs = progress.get("epochs")
        run["epochs"] = epochs if type(epochs) is int and epochs > 0 else run["epochs"]
        run["ended"] = bool(progress.get("ended")) or run["ended"]
    found = {key: better(key) for run in runs.values() for key in run["keys"]}
    return {"runs": [{"name": name, **run} for name, run in runs.items()], "better": found}


def run_of(part: str) -> str:
    """The run that a part belongs to; `.` where TensorBoard was given that folder itself."""
    return posixpath.dirname(part) or "."


def value_tags(tags: Mapping[str, Any]) -> list[str]:
    """Tags without the ends of their intervals."""
    ends = {end for tag in tags for end in end_tags(tag)}
    return [tag for tag in tags if tag not in ends]


def has_interval(tag: str, tags: Mapping[str, Any]) -> bool:
    """Whether `EventWriter.interval` wrote the tag."""
    return any(
        all(end in tags for end in of(tag)[1:]) for of in (interval_tags, older_interval_tags)
    )


def end_tags(tag: str) -> tuple[str, ...]:
    """Tags of the ends of a value's interval, those of older runs included."""
    return interval_tags(tag)[1:] + older_interval_tags(tag)[1:]


def _latest(data: Any) -> dict[str, Any]:
    if not data:
        return {}
    try:
        found = parse_json(data[-1].numpy.item())
    except (ValueError, TypeError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}
