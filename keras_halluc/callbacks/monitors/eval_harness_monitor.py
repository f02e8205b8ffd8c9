"""Tasks of lm-eval, such as TruthfulQA or one's own, at the end of every epoch."""

import time
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.harness_tasks import HarnessTasks
from keras_halluc.evaluation import HarnessLM
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import CHUNK
from keras_halluc.generation.batches import chunk_size
from keras_halluc.statistics.estimates import Estimate


class EvalHarnessMonitor(Monitor):
    """Runs tasks of lm-eval, the Language Model Evaluation Harness, at the end of each epoch.

    The model is asked as lm-eval asks it (`HarnessLM`), and lm-eval computes the figures. Before
    training the base model is measured. A group of tasks is measured as its tasks. lm-eval loads
    the data of a task with `datasets`: those of a task of its own are downloaded unless they are on
    this machine. Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. Needs
    `pip install keras_halluc[lm-eval]`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `val_<task>_<metric>` | as lm-eval says | the metric of the task |

    Characters other than letters, digits and `_` are `_` in a key. Where a task has filters, the
    key is `val_<task>_<filter>_<metric>`. A mean of values in [0, 1], such as `acc` or
    `exact_match`, has a 95 % interval (Wilson); other figures have none.

    Args:
        tasks: list of str, dict or lm-eval task: names of tasks, paths of YAML files, or task
            definitions.
        include_path: path or None. Folder with YAML files of your own tasks.
        num_fewshot: int >= 0 or None. Solved examples in each prompt. None is what each task says.
        limit: int >= 1 or None. Most documents of each task, the first ones. None is all.
        apply_chat_template: bool. Whether prompts are put into the template of the generator.
        generator: `TaskGenerator`, `NextTokenGenerator`, KerasHub task or callable. None is the
            model being fitted.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take, divided by the monitors
            of the `fit`. After the first epoch the monitor chooses how many documents that buys,
            evenly spread, never fewer than 32 or one batch. None measures all.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. Whether to say when documents are left out, and the results
            at the end of `fit`.
        every: int >= 1 or None. Training steps after which it also measures; see `CaseMonitor`.

    Raises:
        ImportError: without lm-eval.
        ValueError: if lm-eval does not know a task.

    Example:

    >>> import keras_halluc as kh
    >>> kh.callbacks.EvalHarnessMonitor.name
    'eval_harness'
    """

    name = "eval_harness"
    unit = "documents"

    def __init__(
        self,
        tasks: Sequence[Any],
        include_path: Any = None,
        num_fewshot: int | None = None,
        limit: int | None = None,
        apply_chat_template: bool = False,
        generator: Any = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
        every: int | None = None,
    ) -> None:
        super().__init__(log_dir, prefix, budget, strict, verbose, every)
        if isinstance(tasks, (str, bytes)) or not isinstance(tasks, Sequence) or not tasks:
            raise TypeError(
                "`tasks` must be a list of names, dicts or tasks, not empty. "
                + received("tasks", tasks)
            )
        if num_fewshot is not None:
            require_int("num_fewshot", num_fewshot, minimum=0)
        if limit is not None:
            require_int("limit", limit, minimum=1)
        self.apply_chat_template = require_choice(
            "apply_chat_template", apply_chat_template, (True, False)
        )
        self.generator = None if generator is None else as_generator(generator)
        self.harness_tasks = HarnessTasks(tasks, include_path, num_fewshot, limit)
        self._harness: HarnessLM | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return self.harness_tasks.keys

    @property
    def available(self) -> int:
        return self.harness_tasks.available

    @property
    def minimum(self) -> int:
        generator = None if self._harness is None else self._harness.generator
        return max(chunk_size(generator), CHUNK)

    def begin(self) -> None:
        generator = self.generator or self.session.generator_of(self.model)
        if self._harness is None or self._harness.generator is not generator:
            self._harness = HarnessLM(generator)

    def seconds_each(self) -> float:
        if self.available <= self.minimum:
            return 0.0
        start = time.perf_counter()  # what the base model took includes compilation
        self._run(self.minimum)
        return (time.perf_counter() - start) / self.minimum

    def look(self, moment: Moment) -> dict[str, Any]:
        """What lm-eval finds on as many documents as the moment allows."""
        return self._run(moment.count)

    def summarize(self, seen: dict[str, Any]) -> dict[str, Estimate | float]:
        return self.harness_tasks.values(seen)

    def nothing_measured(self) -> str:
        return "lm-eval gave no finite figure. Look at the metrics of the tasks."

    def _run(self, count: int) -> dict[str, Any]:
        return self.harness_tasks.run(self._harness, count, self.apply_chat_template)
