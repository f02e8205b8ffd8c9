"""How often does the model make things up, epoch by epoch?"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import require_int
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.grounding import default_checker
from keras_halluc.grounding import rates_by_group
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import verdict_estimates

NAMES = (
    "hallucination_rate",
    "grounding_score",
    "abstention_rate",
    "answer_accuracy",
    "check_coverage",
)
WORST_FIRST = ("contradicted", "unsupported", "abstained", "supported", "unmeasured")


class HallucinationMonitor(CaseMonitor):
    """Lets the model answer cases at the end of each epoch and writes how much of it holds.

    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `val_hallucination_rate` | lower | unsupported or contradicted / measured |
    | `val_grounding_score` | higher | mean score of the verdicts that have one |
    | `val_abstention_rate` | | abstained / measured |
    | `val_answer_accuracy` | higher | supported / measured |
    | `val_check_coverage` | higher | measured / cases |

    Of each `group` of cases it writes `<group>_val_hallucination_rate` too, where 30 or more of its
    cases are measured. `kh.grounding.rates_by_group(cases, verdicts)` compares groups.

    A rate over no measured case is left out. A model that says nothing has the rate 0; it is named
    once, and where that may happen, stop and select by `val_answer_accuracy`. The monitor sees only
    what its checker can see, on these cases.

    Args:
        cases: list of `Case`; see `kh.data.read_cases`.
        checker: `Checker`. None is `keras_halluc.grounding.default_checker(cases)`: `AnswerChecker`
            for references, `SourceChecker` for cases with a source alone.
        generator: `Generator`, KerasHub task or callable. None is the model being fitted; a model
            without `generate` needs `NextTokenGenerator(model, tokenizer, ...)`.
        examples: int >= 0, rows of the TensorBoard text table, worst first.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.
        every: int >= 1 or None. Training steps after which it also measures; see `CaseMonitor`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> lm = kh.presets.load_facts_gpt2()
    >>> facts = kh.data.load_facts("known")[:8]
    >>> monitor = kh.callbacks.HallucinationMonitor([f.case() for f in facts], verbose=0)
    >>> texts = [f.prompt() + f.answer for f in facts]
    >>> history = lm.fit(texts, batch_size=8, callbacks=[monitor], verbose=0)
    >>> history.history["val_check_coverage"]
    [1.0]
    """

    name = "hallucination"

    def __init__(
        self,
        cases: Sequence[Case],
        checker: Any = None,
        generator: Any = None,
        examples: int = 50,
        timeout: float | None = None,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
        every: int | None = None,
    ) -> None:
        super().__init__(
            cases, checker, generator, log_dir, prefix, budget, strict, verbose, timeout, every
        )
        self.examples = require_int("examples", examples, minimum=0)

    def default_checker(self) -> Checker:
        """What suits the cases: `keras_halluc.grounding.default_checker`."""
        return default_checker(self.cases)

    @property
    def keys(self) -> tuple[str, ...]:
        return (*("val_" + name for name in NAMES), *self.optional_keys)

    @property
    def optional_keys(self) -> tuple[str, ...]:
        groups = {case.group for case in self.cases if case.group is not None}
        return tuple(map(_group_key, sorted(groups)))

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        verdicts = [answer.verdict for answer in answers]
        found = {"val_" + name: value for name, value in verdict_estimates(verdicts).items()}
        groups = rates_by_group([answer.case for answer in answers], verdicts)
        rates = {_group_key(group): own.rate for group, own in groups.items()}
        return found | {key: rate for key, rate in rates.items() if rate is not None}

    def remark(self, values: Mapping[str, Estimate | float]) -> str:
        if number(values.get(self.prefix + "val_abstention_rate", 0.0)) < 1.0:
            return ""
        return (
            "the model abstains from every case, or says nothing, so nothing is made up: watch "
            f"`{self.prefix}val_answer_accuracy` beside the rate."
        )

    def write_details(self, writer: Any, step: int) -> None:
        from keras_halluc.tensorboard import Marked

        worst = sorted(self.answers, key=lambda answer: _badness(answer.verdict))
        rows = [
            [
                answer.case.id or str(answer.index),
                answer.case.prompt,
                Marked(answer.output, answer.verdict.spans),
                answer.verdict.label,
                answer.verdict.reason,
            ]
            for answer in worst[: self.examples]
        ]
        if rows:
            header = ["case", "prompt", "output", "verdict", "reason"]
            writer.table(self.prefix + "cases", rows, step, header=header)
        scores = [a.verdict.score for a in self.answers if a.verdict.score is not None]
        if scores:
            writer.histogram(self.prefix + "verdict_scores", scores, step)


def _group_key(group: str) -> str:
    return f"{group}_val_hallucination_rate"


def _badness(verdict: Verdict) -> tuple[int, float]:
    score = verdict.score
    return WORST_FIRST.index(verdict.label), 1.0 if score is None else score
