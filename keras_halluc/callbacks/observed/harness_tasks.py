"""Tasks of lm-eval: loaded once, run in silence, their figures with intervals."""

import contextlib
import io
import logging
import math
import numbers
import re
import warnings
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import mean_estimate

FEWSHOT_SEED = 1234  # that of lm-eval, so that examples are those of its command line
NO_FILTER = "none"


class HarnessTasks:
    """Tasks of lm-eval, and the keys of their metrics.

    Args:
        tasks: list of what `lm_eval.tasks.TaskManager.load` takes: names of tasks, groups and
            tags, paths of YAML files, dicts, task objects.
        include_path: path or None, folder of task files of one's own.
        num_fewshot: int or None, examples in each prompt; None is what each task says.
        limit: int or None, most documents of each task.

    Attributes:
        sizes: dict from the name of each task to how many documents it has, at most `limit`.
        keys: tuple of str, `val_<task>_<metric>`, or `val_<task>_<filter>_<metric>`.
    """

    def __init__(
        self,
        tasks: Sequence[Any],
        include_path: Any = None,
        num_fewshot: int | None = None,
        limit: int | None = None,
    ) -> None:
        try:
            from lm_eval.tasks import TaskManager
        except ImportError as error:
            raise ImportError(
                "EvalHarnessMonitor needs lm-eval. Install it with: pip install "
                "keras_halluc[lm-eval]"
            ) from error
        with _silence():
            self._loaded = _load(TaskManager, tasks, include_path)
            self.tasks: dict[str, Any] = self._loaded["tasks"]
            self.sizes = {name: len(task.eval_docs) for name, task in self.tasks.items()}
        if limit is not None:
            self.sizes = {name: min(size, limit) for name, size in self.sizes.items()}
        for task in self.tasks.values():
            if num_fewshot is not None:
                task.set_config("num_fewshot", num_fewshot)
            elif task.get_config("num_fewshot") is None:
                task.set_config("num_fewshot", 0)
        self._named = {
            self._key(name, metric, filter_name): (name, metric, filter_name)
            for name, task in self.tasks.items()
            for filter_name in _filters(task)
            for metric in task.aggregation()
        }
        self.keys = tuple(self._named)

    @property
    def available(self) -> int:
        """How many documents all tasks have."""
        return sum(self.sizes.values())

    def run(self, harness: Any, count: int, apply_chat_template: bool) -> dict[str, Any]:
        """What lm-eval finds on about `count` documents, evenly spread, at least one of each task.

        Args:
            harness: `HarnessLM`.
            count: int >= 1, at most `available`.
            apply_chat_template: bool.
        """
        from lm_eval.evaluator import evaluate

        for task in self.tasks.values():  # the same examples in each prompt, each time
            task.set_fewshot_seed(FEWSHOT_SEED)
        with _silence():
            found: dict[str, Any] = evaluate(
                harness,
                self._loaded,
                samples=self._chosen(count),
                bootstrap_iters=0,  # it starts processes
                apply_chat_template=apply_chat_template,
                fewshot_as_multiturn=apply_chat_template,
            )
        return found

    def values(self, found: Mapping[str, Any]) -> dict[str, Estimate | float]:
        """Each finite figure, with its interval where it is a mean of values in [0, 1]."""
        values: dict[str, Estimate | float] = {}
        for key, (name, metric, filter_name) in self._named.items():
            figure = found["results"].get(name, {}).get(f"{metric},{filter_name}")
            if not isinstance(figure, numbers.Real) or not math.isfinite(figure):
                continue
            values[key] = float(figure)
            each = [
                float(sample[metric])
                for sample in found["samples"][name]
                if sample["filter"] == filter_name and isinstance(sample[metric], numbers.Real)
            ]
            if each and all(0.0 <= one <= 1.0 for one in each):
                estimate = mean_estimate(each)
                if math.isclose(estimate.value, figure, abs_tol=1e-9):
                    values[key] = estimate
        return values

    def _chosen(self, count: int) -> dict[str, list[int]]:
        places = [(name, i) for name, size in self.sizes.items() for i in range(size)]
        chosen: dict[str, list[int]] = {name: [] for name in self.sizes}
        for place in spread(len(places), count):
            name, i = places[place]
            chosen[name].append(i)
        return {name: found or [0] for name, found in chosen.items()}  # lm-eval takes [] for all

    def _key(self, task: str, metric: str, filter_name: str) -> str:
        parts = [task, metric] if filter_name == NO_FILTER else [task, filter_name, metric]
        return "val_" + "_".join(re.sub(r"\W+", "_", part) for part in parts)


def _load(manager: Any, tasks: Sequence[Any], include_path: Any) -> dict[str, Any]:
    """Loads tasks; those of lm-eval itself, whose list takes seconds to read, only if asked for."""
    folder = None if include_path is None else str(include_path)
    for defaults in (False, True):
        try:
            loaded: dict[str, Any] = manager(include_path=folder, include_defaults=defaults).load(
                list(tasks)
            )
        except KeyError as error:
            if defaults:
                raise ValueError(
                    "`tasks` must be names lm-eval knows; give `include_path`, the folder of your "
                    f"own. {error.args[0]}. {received('tasks', tasks)}"
                ) from error
        else:
            break
    return loaded


def _filters(task: Any) -> list[str]:
    listed = task.get_config("filter_list") or [{"name": NO_FILTER}]
    return [one["name"] for one in listed]


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """No bars and no log lines of lm-eval; warnings are given afterwards."""
    logger = logging.getLogger("lm_eval")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(record=True) as caught:
            with contextlib.redirect_stderr(io.StringIO()):
                yield
    finally:
        logger.setLevel(level)
    for one in caught:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
