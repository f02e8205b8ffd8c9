"""A class of each kind, as someone who follows CONTRIBUTING.md would write it."""

from typing import NamedTuple


class Toy(NamedTuple):
    """A class: its name, its file, its entry in the contracts, and what the last column asks for.

    `also` maps a file to a line for it.
    """

    name: str
    source: str
    entry: str
    also: dict[str, str] = {}


METRIC = '''"""How often is the label 0?"""

from typing import Any

from keras import ops

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.metrics.sums_metric import SumsMetric


@register("ToyRate")
class ToyRate(SumsMetric):
    """Share of labels that are 0.

    Args:
        name: str. Defaults to `"toy_rate"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.ToyRate()
    >>> metric.update_state([0, 1])
    >>> float(metric.result())
    0.5
    """

    higher_is_better = False

    def __init__(self, name: str = "toy_rate", dtype: Any = None) -> None:
        super().__init__(shape=(2,), name=name, dtype=dtype)

    def sums(self, y_true: Tensor, sample_weight: Tensor = None) -> Tensor:
        zeros = ops.cast(ops.equal(y_true, 0), "float32")
        ones = ops.ones_like(zeros)
        weight = ones if sample_weight is None else ops.cast(sample_weight, "float32")
        return ops.stack([ops.sum(zeros * weight), ops.sum(ones * weight)])

    def compute(self, sums: Tensor) -> Tensor:
        return ops.divide_no_nan(sums[0], sums[1])
'''

LAYER = '''"""How is a feature made larger?"""

from typing import Any

import keras

from keras_halluc._require import require_number
from keras_halluc._register import register
from keras_halluc._types import Tensor


@register("ToyScale")
class ToyScale(keras.layers.Layer):
    """A dense layer times a factor.

    Args:
        factor: float > 0. Defaults to `1.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.layers.ToyScale(2.0).factor
    2.0
    """

    def __init__(self, factor: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = require_number("factor", factor, above=0.0)
        self.dense = keras.layers.Dense(2, dtype=self.dtype_policy, name="dense")

    def build(self, shape: Any) -> None:
        self.dense.build(shape)

    def call(self, features: Tensor) -> Tensor:
        return self.factor * self.dense(features)

    def compute_output_shape(self, shape: Any) -> tuple[Any, ...]:
        return (*shape[:-1], 2)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
'''

OBJECTIVE = '''"""How large may logits get?"""

from typing import Any

from keras import ops

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.targets import weighted_mean


@register("ToyDecay")
class ToyDecay(Objective):
    """Mean square of the logits that count.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        name: str. Defaults to `"toy_decay"`, reported as `loss_toy_decay`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.objectives.ToyDecay(0.5).weight
    0.5
    """

    def __init__(self, weight: float = 1.0, name: str = "toy_decay", **kwargs: Any) -> None:
        super().__init__(weight=weight, name=name, **kwargs)

    def term(self, batch: Batch) -> Tensor:
        logits = ops.cast(batch.y_pred, "float32")
        return weighted_mean(ops.mean(ops.square(logits), axis=-1), batch.sample_weight)
'''

CHECKER = '''"""Does the output stand in the source, word for word?"""

from collections.abc import Sequence

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.output_checker import OutputChecker


class ToyChecker(OutputChecker):
    """Supports an output that stands in the source as it is.

    Args:
        abstentions: list of str, phrases that say "I don't know". None: the usual ones.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("Sum up.", source="It rained.")
    >>> kh.grounding.ToyChecker().check([case], ["rained"])[0].label
    'supported'
    """

    requires = ("source",)

    def __init__(self, abstentions: Sequence[str] | None = None) -> None:
        super().__init__(abstentions)

    def _verdict(self, case: Case, output: str) -> Verdict:
        if output in (case.source or ""):
            return Verdict("supported", 1.0, reason="it stands in the source")
        return Verdict("unsupported", 0.0, ((0, len(output), "unsupported"),), "it stands nowhere")
'''

MONITOR = '''"""How large is the largest weight?"""

from collections.abc import Mapping
from typing import Any

from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.statistics.estimates import Estimate


class ToyMonitor(Monitor):
    """The largest weight of the model after each epoch.

    | key | meaning |
    |---|---|
    | `toy_weight` | largest absolute value of a weight |

    Args:
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. What is said.
        every: int >= 1 or None. Training steps after which it also measures.

    Example:

    >>> import keras_halluc as kh
    >>> kh.callbacks.ToyMonitor(prefix="my_").log_keys
    ('my_toy_weight',)
    """

    name = "toy"
    keys = ("toy_weight",)

    def __init__(
        self,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
        every: int | None = None,
    ) -> None:
        super().__init__(log_dir, prefix, budget, strict, verbose, every)

    def look(self, moment: Moment) -> list[float]:
        return [float(abs(weight).max()) for weight in self.model.get_weights()]

    def summarize(self, seen: list[float]) -> Mapping[str, Estimate | float]:
        return {"toy_weight": max(seen)}
'''

GENERATOR = '''"""What if a model says the prompt again?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._types import TokenScores


class ToyGenerator:
    """Says the prompt again, and finds each letter of any text as likely as the next.

    Example:

    >>> import keras_halluc as kh
    >>> kh.generation.ToyGenerator().generate(["a", "b"])
    ['a', 'b']
    """

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """One continuation a prompt."""
        return require_strings("prompts", prompts)

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> TokenScores:
        """Log-probabilities of the letters of each continuation."""
        prompts = require_strings("prompts", prompts)
        continuations = require_strings("continuations", continuations, empty_ok=True)
        require_same_length(prompts=prompts, continuations=continuations)
        longest = max(map(len, continuations))
        mask = np.array([[i < len(t) for i in range(longest)] for t in continuations], "float32")
        return TokenScores(-mask, mask, mask)
'''

SCHEDULE = '''"""How does a rate halve?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._require import require_number
from keras_halluc._register import register
from keras_halluc._types import Tensor


@register("ToyHalving")
class ToyHalving(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Learning rate that is half of what it was after each so many steps.

    Args:
        rate: float > 0, at step 0.
        half_life: float > 0, steps.

    Example:

    >>> import keras_halluc as kh
    >>> float(kh.schedules.ToyHalving(1.0, 10.0)(10))
    0.5
    """

    def __init__(self, rate: float, half_life: float) -> None:
        super().__init__()
        self.rate = require_number("rate", rate, above=0.0)
        self.half_life = require_number("half_life", half_life, above=0.0)

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step`, float32."""
        return self.rate * ops.power(0.5, ops.cast(step, "float32") / self.half_life)

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate, "half_life": self.half_life}
'''

TOYS = {
    "metric": Toy(
        "ToyRate",
        METRIC,
        'MetricContract(kh.metrics.ToyRate, {"name": "mine", "dtype": "bfloat16"}, (labels,))',
    ),
    "layer": Toy(
        "ToyScale",
        LAYER,
        'LayerContract(kh.layers.ToyScale, {"factor": 2.0, "name": "mine"}, '
        '{"features": np.ones((8, 3), "float32")}, np.ones((8, 2), "float32"), '
        'bad_kwargs=({"factor": 0.0},))',
    ),
    "objective": Toy(
        "ToyDecay",
        OBJECTIVE,
        'contract(kh.objectives.ToyDecay, {"weight": 0.3, "name": "mine"})',
    ),
    "checker": Toy(
        "ToyChecker",
        CHECKER,
        "CheckerContract(kh.grounding.ToyChecker, {}, ABOUT_SOURCE, BAD_ABSTENTIONS)",
        {"docs/limits.md": "| `ToyChecker` | `source` | copies | the rest | anything |"},
    ),
    "monitor": Toy(
        "ToyMonitor",
        MONITOR,
        "MonitorContract(kh.callbacks.ToyMonitor, {}, classifier, (X, CLASSES))",
        {
            "docs/which_metric.md": "| `toy_weight` | >= 0 lower | `ToyMonitor` | size | ever |",
            "keras_halluc/tensorboard/directions.py": '    "toy_weight": LOWER,',
        },
    ),
    "generator": Toy(
        "ToyGenerator",
        GENERATOR,
        "GeneratorContract(kh.generation.ToyGenerator, {}, PROMPTS, CONTINUATIONS)",
    ),
    "schedule": Toy(
        "ToyHalving",
        SCHEDULE,
        'ScheduleContract(kh.schedules.ToyHalving, {"rate": 0.5, "half_life": 9.0}, '
        'bad_kwargs=({"rate": 0.0, "half_life": 9.0},))',
    ),
}
