"""While it answers, does the model look at the prompt or at its own words?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import require_int
from keras_halluc._types import Case
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.answers import Unchecked
from keras_halluc.callbacks.observed.lookback import Lookback
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import mean_estimate

CELL = 12  # pixels of one weight in a picture


class AttentionMonitor(CaseMonitor):
    """Follows the lookback ratio of the answers: the share of attention that is on the prompt.

    Put the source into the prompt. Put the monitor before `EarlyStopping`, `ModelCheckpoint` and
    `CSVLogger`. It writes into `logs`:

    | key | meaning |
    |---|---|
    | `lookback_ratio` | mean over answers, layers and heads of A / (A + B), in [0, 1] |

    A is the mean attention weight of a token of the answer on the tokens of the prompt, B that on
    the tokens of the answer so far. A model that comes to lean on its own words has a falling
    ratio; how high it is at all depends on the model and on the length of the prompts. It is no
    verdict: answers may be wrong with all attention on the source. TensorBoard gets
    `lookback/heads`, the ratio of each layer (row) and head (column). For the first cases it gets
    `attention/<case>`: where each token of the answer (row) looks (column), its strongest weight
    darkest; the vertical line of the prompt's end is grey. The tokens themselves are in the table
    `attention/<case>/tokens`.

    Args:
        cases: list of `Case`.
        generator: `TaskGenerator` of a `CausalLM`, or the task. None is the model being fitted.
        pictures: int >= 0, cases whose attention is drawn.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.

    Raises:
        TypeError: at the start of `fit`, for a model whose attention cannot be read.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("Paris is in France. Where is Paris? It is in")]
    >>> monitor = kh.callbacks.AttentionMonitor(cases)
    >>> monitor.keys  # lm.fit(..., callbacks=[monitor]) writes it
    ('lookback_ratio',)

    References:
        Chuang et al. 2024, "Lookback Lens", https://arxiv.org/abs/2407.07071
    """

    name = "attention"
    keys = ("lookback_ratio",)

    def __init__(
        self,
        cases: Sequence[Case],
        generator: Any = None,
        pictures: int = 2,
        timeout: float | None = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__(
            cases, Unchecked(), generator, log_dir, prefix, budget, strict, verbose, timeout
        )
        self.pictures = require_int("pictures", pictures, minimum=0)
        self._ratios = np.zeros((0, 0, 0))

    def begin(self) -> None:
        """Takes the attention of the model that answers."""
        super().begin()
        if getattr(self, "_lookback_of", None) is not self.active_generator:
            self._lookback_of = self.active_generator
            self._lookback = Lookback(self._lookback_of)

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        prompts = [answer.case.prompt for answer in answers]
        found = self._lookback.ratios(prompts, [answer.output for answer in answers])
        self._ratios = found[~np.isnan(found).any(axis=(1, 2))]
        if not len(self._ratios):
            return {}
        return {"lookback_ratio": mean_estimate(self._ratios.mean(axis=(1, 2)).tolist())}

    def nothing_measured(self) -> str:
        return "every answer was empty, or what the model computes is not finite."

    def write_details(self, writer: Any, step: int) -> None:
        from keras_halluc.tensorboard.heat_map import heat_map

        if not len(self._ratios):
            return
        heads = heat_map(np.clip(self._ratios.mean(axis=0), 0.0, 1.0), CELL)
        writer.image(self.prefix + "lookback/heads", heads, step)
        drawn = [answer for answer in self.answers if answer.output.strip()][: self.pictures]
        for answer in drawn:
            tag = f"{self.prefix}attention/{answer.case.id or answer.index}"
            weights, tokens = self._lookback.picture(answer.case.prompt, answer.output)
            before = len(tokens) - len(weights)
            scaled = weights / max(np.nanmax(weights), 1e-9)
            line = np.full((len(weights), 1), np.nan)
            parts = [scaled[:, :before], line, scaled[:, before:]]
            writer.image(tag, heat_map(np.concatenate(parts, axis=1), CELL), step)
            rows = [["prompt", *tokens[:before]], ["answer", *tokens[before:]]]
            longest = max(map(len, rows))
            cells = [row + [""] * (longest - len(row)) for row in rows]
            writer.table(f"{tag}/tokens", [list(column) for column in zip(*cells)], step)
