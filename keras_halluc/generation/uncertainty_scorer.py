"""`UncertaintyScorer`: how unsure a model is of an answer, from one pass over it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc.generation.generator_of_model import as_generator
from keras_halluc.generation.rauq import rauq_score
from keras_halluc.generation.task_generator import TaskGenerator
from keras_halluc.generation.teacher_forced_pass import TeacherForcedPass

SCORES = ("log_prob", "mean_log_prob", "entropy", "margin", "rauq", "length")
INSIDE = ("margin", "rauq")  # what `Generator.score` does not tell


class UncertaintyScorer:
    """Scores answers by how unsure the model is of them, from one forward pass over each.

    | score | what it is |
    |---|---|
    | `"log_prob"` | minus the log-probability of the answer, in nats |
    | `"mean_log_prob"` | the same a token, so that a long answer is not unsure for its length |
    | `"entropy"` | mean entropy of the next-token distributions, in nats |
    | `"margin"` | 1 minus the mean gap in probability between the two likeliest tokens |
    | `"rauq"` | with attention to the token before, see `keras_halluc.generation.rauq_score` |
    | `"length"` | number of tokens: what any other score has to beat |

    All are at least 0, and higher is less sure. None says that an answer is wrong: a model is sure
    of many errors. Which score tells right from wrong best depends on the model and the questions;
    measure it with `keras_halluc.statistics.auroc` and `aurc`.

    Args:
        generator: what `keras_halluc.generation.as_generator` takes, such as a KerasHub task.
            `"margin"`, `"rauq"` and `hidden_states` need a KerasHub `CausalLM`, or a
            `TaskGenerator` of one.
        scores: list of str, some of the above.
        alpha: float in (0, 1], weight of the probability in `"rauq"`; the rest is attention.

    Call arguments:
        prompts: list of str.
        outputs: list of str, the answer to each, as generated.

    Returns:
        dict from score to float64 `(len(prompts),)`; NaN for an output without a token.

    Example:

    >>> import keras_halluc as kh
    >>> scorer = kh.generation.UncertaintyScorer(kh.presets.load_facts_gpt2(), ["mean_log_prob"])
    >>> known, unknown = kh.data.load_facts("asked")[0], kh.data.load_facts("unknown")[0]
    >>> found = scorer([known.prompt(), unknown.prompt()], [known.answer, unknown.answer])
    >>> bool(found["mean_log_prob"][0] < found["mean_log_prob"][1])
    True

    References:
        Malinin and Gales 2021, "Uncertainty estimation in autoregressive structured prediction",
        https://arxiv.org/abs/2002.07650; Vazhentsev et al. 2025, "Efficient hallucination detection
        for LLMs using uncertainty-aware attention heads", https://arxiv.org/abs/2505.20045
    """

    def __init__(self, generator: Any, scores: Sequence[str] = SCORES, alpha: float = 0.2) -> None:
        self.generator: Any = as_generator(generator)
        self.scores = tuple(require_strings("scores", scores))
        for score in self.scores:
            require_choice("scores", score, SCORES)
        self.alpha = require_number("alpha", alpha, above=0.0, maximum=1.0)
        self._passes: dict[str, TeacherForcedPass] = {}
        inside = [score for score in self.scores if score in INSIDE]
        if inside:
            self._require_inside(f"the scores {inside}")

    def __call__(self, prompts: Sequence[str], outputs: Sequence[str]) -> dict[str, np.ndarray]:
        if any(score in INSIDE for score in self.scores):
            out, mask = self._read(prompts, outputs, "attention" if "rauq" in self.scores else "")
        else:
            read = self.generator.score(prompts, outputs)
            out = {"log_probs": read.log_probs, "entropies": read.entropies}
            mask = np.asarray(read.mask)
        keep = mask > 0
        tokens = keep.sum(axis=1).astype("float64")
        some = np.where(tokens > 0, tokens, np.nan)

        def total(name: str) -> np.ndarray:
            return np.asarray(np.where(keep, out[name], 0.0).sum(axis=1, dtype="float64"))

        found = {}
        for score in self.scores:
            if score == "log_prob":
                found[score] = np.where(tokens > 0, -total("log_probs"), np.nan)
            elif score == "mean_log_prob":
                found[score] = -total("log_probs") / some
            elif score == "entropy":
                found[score] = total("entropies") / some
            elif score == "margin":
                found[score] = 1.0 - total("margins") / some
            elif score == "rauq":
                looks = _middle(out["attention"])
                found[score] = rauq_score(out["log_probs"], looks, keep, self.alpha)
            else:
                found[score] = some
        return found

    def hidden_states(self, prompts: Sequence[str], outputs: Sequence[str]) -> np.ndarray:
        """The hidden states after the last token of each output, for a `HallucinationProbe`.

        Args:
            prompts: list of str.
            outputs: list of str, one a prompt.

        Returns:
            float32 `(len(prompts), layer, hidden)`; NaN for an output without a token.
        """
        self._require_inside("`hidden_states`")
        out, mask = self._read(prompts, outputs, "hidden")
        tokens = mask.sum(axis=1)[:, None, None]
        return np.where(tokens > 0, out["hidden"], np.float32(np.nan))

    def _read(
        self, prompts: Sequence[str], outputs: Sequence[str], inside: str
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        if inside not in self._passes:
            task = self.generator.task
            self._passes[inside] = TeacherForcedPass(
                task, inside == "attention", inside == "hidden"
            )
        out: tuple[dict[str, np.ndarray], np.ndarray] = self.generator.teacher_forced(
            prompts, outputs, self._passes[inside]
        )
        return out

    def _require_inside(self, what: str) -> None:
        if not isinstance(self.generator, TaskGenerator) or self.generator.is_seq2seq:
            raise ValueError(
                f"{what} can be had of a KerasHub CausalLM only, given as such or as a "
                f"`TaskGenerator`. {received('generator', self.generator)}"
            )


def _middle(attention: np.ndarray) -> np.ndarray:
    """The layers that RAUQ looks at: the middle third and one on each side, or all of a few."""
    layers = attention.shape[1]
    return attention[:, layers // 3 : -(-2 * layers // 3) + 1]
