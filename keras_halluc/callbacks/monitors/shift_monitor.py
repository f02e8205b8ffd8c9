"""Are the questions unlike what was trained on, and the answers unlike what was wanted?"""

import math
import statistics
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.observed.answers import Unchecked
from keras_halluc.callbacks.observed.text_features import TextFeatures
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.statistics import classifier_test
from keras_halluc.statistics import mmd_test
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate

FOLDS = 5
MIN_ROWS = 20  # of either sample
Z = statistics.NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


class ShiftMonitor(CaseMonitor):
    """Tests whether texts the model meets, and texts it writes, are like those it learns from.

    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `input_shift` | lower | how well prompts can be told from training texts |
    | `output_shift` | lower | how well the model's answers can be told from the references |

    Both are `2 AUROC - 1` of a linear classifier on features it has not seen, at least 0: 0 where
    the two cannot be told apart, 1 where they are never mistaken. Even a small one may be real and
    a large one of few rows chance: TensorBoard has the p-values of this classifier test as
    `<key>/p_value`, and `<key>/mmd` with `<key>/mmd_p_value` of a test that needs no classifier.
    A shift says that figures may not carry over. Whether they do, only checked answers tell.

    Args:
        cases: list of `Case`. Those with references are compared with the answers.
        training_texts: None or list of str, texts as the prompts are (not with the answers), of
            which at most `max_rows`, evenly spread, are taken.
        features: callable from a list of str to float `(row, feature)`. None is the mean over
            tokens of the last hidden states of the model's own KerasHub backbone, as trained so
            far.
        generator: `Generator`, KerasHub task or callable. None is the model being fitted.
        max_length: int, tokens of a text that the model's own features see.
        max_rows: int >= 20.
        permutations: int >= 1, of either test; 199 give p-values down to 0.005.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.
        every: int >= 1 or None. Training steps after which it also measures; see `CaseMonitor`.

    Raises:
        ValueError: if there are fewer than 20 of what is to be compared.

    Example:

    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case(f"How far is {i} km?") for i in range(20)]
    >>> monitor = kh.callbacks.ShiftMonitor(
    ...     cases,
    ...     training_texts=[f"Wie weit sind {i} km?" for i in range(20)],
    ...     features=lambda texts: np.array([[text.count("e"), len(text)] for text in texts]),
    ...     verbose=0,
    ... )
    >>> monitor.on_train_begin()
    >>> monitor.baseline["input_shift"].value
    1.0

    References:
        Lopez-Paz and Oquab 2017, https://arxiv.org/abs/1610.06545; Gretton et al. 2012,
        https://jmlr.org/papers/v13/gretton12a.html; Rabanser et al. 2019, "Failing loudly",
        https://arxiv.org/abs/1810.11953; Hanley and McNeil 1982 for the interval
    """

    name = "shift"
    headline = ("output_shift", "input_shift")

    def __init__(
        self,
        cases: Sequence[Case],
        training_texts: Sequence[str] | None = None,
        features: Callable[[list[str]], Any] | None = None,
        generator: Any = None,
        max_length: int = 64,
        max_rows: int = 256,
        permutations: int = 199,
        timeout: float | None = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
        every: int | None = None,
    ) -> None:
        cases = list(cases)
        self.compares_outputs = any(getattr(case, "references", ()) for case in cases)
        if not self.compares_outputs:
            generator = _silent
        super().__init__(
            cases, Unchecked(), generator, log_dir, prefix, budget, strict, verbose, timeout, every
        )
        if features is not None and not callable(features):
            raise TypeError(f"`features` must be a callable. {received('features', features)}")
        self.features = features
        self.max_length = require_int("max_length", max_length, minimum=1)
        require_int("max_rows", max_rows, minimum=MIN_ROWS)
        self.permutations = require_int("permutations", permutations, minimum=1)
        self.training_texts: list[str] = []
        if training_texts is not None:
            texts = require_strings("training_texts", training_texts)
            self.training_texts = [texts[i] for i in spread(len(texts), min(len(texts), max_rows))]
        elif not self.compares_outputs:
            raise ValueError(
                "There is nothing to compare: give `training_texts`, or cases with references. "
                f"Received: {len(cases)} cases without, training_texts=None"
            )
        wanted = {"cases": len(cases)}
        if self.training_texts:
            wanted["training_texts"] = len(self.training_texts)
        if self.compares_outputs:
            wanted["cases with references"] = sum(bool(case.references) for case in cases)
        if min(wanted.values()) < MIN_ROWS:
            raise ValueError(
                f"A test of shift needs at least {MIN_ROWS} of each. Received: {wanted}"
            )
        self._details: dict[str, float] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        inputs = ("input_shift",) if self.training_texts else ()
        return (*inputs, "output_shift") if self.compares_outputs else inputs

    def begin(self) -> None:
        """Takes the model's own features where none were given."""
        super().begin()
        if self.features is None and getattr(self, "_features_of", None) is not self.model:
            self._features = TextFeatures(self.model, self.max_length)
            self._features_of = self.model

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        pairs = {}
        if self.training_texts:
            prompts = [answer.case.prompt for answer in answers]
            pairs["input_shift"] = (self.training_texts, prompts)
        referred = [answer for answer in answers if answer.case.references]
        if self.compares_outputs and len(referred) >= MIN_ROWS:
            # A space in front makes other tokens of the same words.
            references = [answer.case.references[0].strip() for answer in referred]
            pairs["output_shift"] = (references, [answer.output.strip() for answer in referred])
        self._details = {}
        return {key: self._estimate(key, *samples) for key, samples in pairs.items()}

    def _estimate(self, key: str, known: list[str], met: list[str]) -> Estimate:
        features = self._features if self.features is None else self.features
        first, second = (np.asarray(features(texts), "float64") for texts in (known, met))
        area, p_value = classifier_test(first, second, FOLDS, self.permutations, seed=0)
        mmd, mmd_p_value = mmd_test(first, second, self.permutations, seed=0)
        self._details |= {
            f"{key}/p_value": p_value,
            f"{key}/mmd": mmd,
            f"{key}/mmd_p_value": mmd_p_value,
        }
        ends = (area, *_area_interval(area, len(first), len(second)))
        value, low, high = (max(2 * end - 1, 0.0) for end in ends)
        return Estimate(value, low, high, len(second))

    def nothing_measured(self) -> str:
        return f"of fewer than {MIN_ROWS} checked cases nothing is known. Give budget=None."

    def write_details(self, writer: Any, step: int) -> None:
        for tag, value in self._details.items():
            writer.scalar(self.prefix + tag, value, step)


def _area_interval(area: float, n: int, m: int) -> tuple[float, float]:
    """Hanley and McNeil's interval of an area under the ROC curve."""
    ahead, behind = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (ahead - area**2) + (m - 1) * (behind - area**2)
    half = Z * math.sqrt(max(spread, 0.0) / (n * m))
    return max(area - half, 0.0), min(area + half, 1.0)


def _silent(prompts: list[str]) -> list[str]:
    return [""] * len(prompts)
