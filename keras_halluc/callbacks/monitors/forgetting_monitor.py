"""What could the model do before fine-tuning that it cannot do now?"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._types import Case
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.observed.anchor_divergence import AnchorDivergence
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.results.flips import GAINED
from keras_halluc.callbacks.results.flips import LOST
from keras_halluc.callbacks.results.flips import Pair
from keras_halluc.callbacks.results.flips import flip
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.state_folder import LazyArrays
from keras_halluc.statistics import paired_rate_interval
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate

TEXTS = {"base_divergence": "anchor", "prompt_divergence": "prompts"}  # key: argument


class ForgettingMonitor(CaseMonitor):
    """Compares the model with the one `fit` began with, on the same cases, at each epoch's end.

    Give cases from outside the training data that the base model should go on answering: general
    knowledge, another task, another language. Put it before `EarlyStopping`, `ModelCheckpoint` and
    `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `forgetting` | lower | accuracy of the base model minus accuracy now, in [-1, 1] |
    | `base_divergence` | lower | KL(base, now) on `anchor` text, in nats a token |
    | `prompt_divergence` | lower | the same on `prompts` of the new task |

    `forgetting` is paired, over cases measured both times, with Tango's interval: below 0 the model
    has learned more than it lost. TensorBoard shows both sides, as shares of these cases,
    `forgotten` and `learned`, and the forgotten cases themselves. Accuracy sees only what the cases
    ask; `base_divergence` also sees a model that answers as before but is about to change.
    `prompt_divergence` asks for no old data: the prompts you train on, without their answers, are
    enough. It is an early warning and no measure of what was lost;
    `benchmarks/forgetting_foretold.py` asks how well it foretells that.

    Args:
        cases: list of `Case`, with references unless the checker needs something else.
        anchor: None, a list of str for a `CausalLM`, or `(x, y, sample_weight)` of arrays as `fit`
            takes them, as `kh.data.answer_inputs` returns for any task.
        top_k: int or None. Tokens recorded of the base model at each position of `anchor` and
            `prompts`; all others count as one outcome, so that the divergence is never above the
            full one. None keeps a copy of the model for each, for the full divergence.
        prompts: what `anchor` may be, of the task that is trained: its prompts without answers.
        checker: `Checker`. None is `AnswerChecker()`.
        generator: `Generator`, KerasHub task or callable. None is the model being fitted.
        examples: int >= 0, rows of the TensorBoard table of forgotten cases.
        timeout: float > 0 or None. Seconds the cases may take at one time; see `CaseMonitor`.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take; see `CaseMonitor`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`; see `CaseMonitor`.
        every: int >= 1 or None. Training steps after which it also measures; see `CaseMonitor`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [fact.case() for fact in kh.data.load_facts("known")[:4]]
    >>> monitor = kh.callbacks.ForgettingMonitor(cases, anchor=["Paris is in France."])
    >>> monitor.keys  # lm.fit(..., callbacks=[monitor]) writes them
    ('forgetting', 'base_divergence')

    References:
        Kalajdzievski 2024, "Scaling laws for forgetting when fine-tuning large language models",
        https://arxiv.org/abs/2401.05605; Tango 1998 for the interval, see
        `kh.statistics.paired_rate_interval`
    """

    name = "forgetting"

    def __init__(
        self,
        cases: Sequence[Case],
        anchor: Any = None,
        top_k: int | None = 64,
        prompts: Any = None,
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
        self.anchor = anchor
        self.prompts = prompts
        self.top_k = None if top_k is None else require_int("top_k", top_k, minimum=1)
        self.examples = require_int("examples", examples, minimum=0)
        self._base: dict[int, Answer] = {}
        self._divergences: dict[str, AnchorDivergence] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        return ("forgetting", *self._texts())

    def _texts(self) -> dict[str, Any]:
        """What the base model is compared on, by key."""
        given = {key: getattr(self, argument) for key, argument in TEXTS.items()}
        return {key: texts for key, texts in given.items() if texts is not None}

    def base_measured(self, answers: list[Answer]) -> None:
        """Keeps what the base model said, and what it thinks of the texts."""
        self._base = {answer.index: answer for answer in answers if answer.verdict.measured}
        self._keep_divergences({})

    def base_state(self) -> dict[str, Any]:
        said = [answer.to_json() for answer in self._base.values()]
        return {**super().base_state(), "said": said}

    def base_arrays(self) -> LazyArrays:
        return {key: divergence.base_arrays for key, divergence in self._divergences.items()}

    def restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        super().restore_base(state, arrays)
        said = [Answer.from_json(one, self.cases) for one in state["said"]]
        self._base = {answer.index: answer for answer in said}
        missing = [key for key in self._texts() if key not in arrays]
        if missing:
            raise ValueError(
                "What the base model thought of `anchor` and `prompts` cannot be read from the "
                "backup of the interrupted run. Delete the backup and begin anew. "
                + received("missing", missing)
            )
        self._keep_divergences(arrays)

    def _base_answers(self) -> list[Answer]:
        return list(self._base.values())

    def _keep_divergences(self, arrays: Arrays) -> None:
        """What the base model thinks of the texts: as it is now, or from what was kept."""
        task = getattr(self.model, "task", self.model)
        self._divergences = {
            key: AnchorDivergence(task, texts, self.top_k, arrays.get(key), TEXTS[key])
            for key, texts in self._texts().items()
        }

    def summarize(self, answers: list[Answer]) -> dict[str, Estimate]:
        values: dict[str, Estimate] = {}
        pairs = self._pairs(answers)
        if pairs:
            forgotten, learned = (len(side) for side in _changed(pairs))
            found = paired_rate_interval(forgotten, learned, len(pairs), CONFIDENCE)
            values["forgetting"] = Estimate(*found, len(pairs))
        return values | {key: one.estimate() for key, one in self._divergences.items()}

    def write_details(self, writer: Any, step: int) -> None:
        pairs = self._pairs(self.answers)
        if not pairs:
            return
        forgotten, learned = _changed(pairs)
        writer.scalar(self.prefix + "forgotten", len(forgotten) / len(pairs), step)
        writer.scalar(self.prefix + "learned", len(learned) / len(pairs), step)
        rows = [
            [now.case.id or str(now.index), now.case.prompt, before.output, now.output]
            for before, now in forgotten[: self.examples]
        ]
        if rows:
            header = ["case", "prompt", "base model", "now"]
            writer.table(self.prefix + "forgotten_cases", rows, step, header=header)

    def _pairs(self, answers: list[Answer]) -> list[Pair]:
        """Of each case measured both times, the answer of the base model and the one now."""
        measured = [answer for answer in answers if answer.verdict.measured]
        return [(self._base[a.index], a) for a in measured if a.index in self._base]


def _changed(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that were right before and are not now, and those the other way round."""
    forgotten, learned = ([p for p in pairs if flip(*p) == kind] for kind in (LOST, GAINED))
    return forgotten, learned
