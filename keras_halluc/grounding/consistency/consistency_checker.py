"""`ConsistencyChecker`: self-consistency and semantic entropy of answers sampled again."""

import functools
import itertools
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import numpy as np
from keras import ops

from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.consistency.answer_sampler import WEIGHTS
from keras_halluc.grounding.consistency.answer_sampler import draw
from keras_halluc.grounding.consistency.answer_sampler import log_weights
from keras_halluc.grounding.consistency.answer_sampler import require_sampler
from keras_halluc.grounding.consistency.meaning_clusters import MeaningClusters
from keras_halluc.grounding.consistency.meaning_reader import NO_ANSWER
from keras_halluc.grounding.consistency.meaning_reader import Meaning
from keras_halluc.grounding.consistency.meaning_reader import MeaningReader
from keras_halluc.grounding.consistency.sampled_answers import SampledAnswers
from keras_halluc.grounding.entailment.pair_scores import MutualEntailment
from keras_halluc.grounding.entailment.pair_scores import PairScorer
from keras_halluc.grounding.entailment.pair_scores import require_scorer
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.ops import semantic_entropy
from keras_halluc.ops.semantic_uncertainty import meaning_masses
from keras_halluc.text import ANSWER_STEPS
from keras_halluc.text import OutputReader
from keras_halluc.text.sentences import trim

Row: TypeAlias = tuple[str, str, Meaning]  # prompt, answer, what it means


class ConsistencyChecker(OutputChecker):
    """Asks the model again and looks how often it means what the output says.

    A model that knows an answer gives it again; one that makes it up makes up another. Nothing but
    the prompt is needed, and nothing is compared with the world: a firm error passes.

    Samples mean the same if their answers do as `AnswerChecker` compares them, values as values;
    all ways not to answer are one meaning. With a `scorer`, also if after the prompt each entails
    the other.

    | output | label | score |
    |---|---|---|
    | its meaning has a probability of `agree_at` or more | `supported` | that probability |
    | it has less | `unsupported` | that probability |
    | says nothing, or only that it does not know | `abstained` | None |

    It costs `num_samples` generations a prompt. Each prompt is sampled alone, from a seed of its
    own, so that no other prompt changes its verdict: a generator whose `batch_size` is
    `num_samples` wastes nothing.

    Args:
        generator: object with `sample`, such as `keras_halluc.generation.TaskGenerator(model)`;
            for `weights` other than `"count"` with `score` too.
        num_samples: int >= 2.
        scorer: callable of two lists of str, sources and claims, that returns probabilities
            `(pairs, 3)`: entailed, neutral, contradicted. See `KerasPairScorer`. None compares
            words and values alone.
        weights: str, the probability of a meaning. `"count"`: the share of samples that have it.
            `"probability"`: that of its distinct samples under the model, made to add up to 1.
            `"length_normalized"`: the same with the geometric mean over the tokens of each, which
            does not favour short samples.
        temperature: float > 0, of the samples.
        agree_at: float in (0, 1].
        entailed_at: float in (0, 1], probability from which on `scorer` says "entailed".
        seed: int >= 0.
        reader: `keras_halluc.text.OutputReader`, which finds the answer in outputs and samples.
            None takes `keras_halluc.text.ANSWER_STEPS`: what follows the first line that answers
            is no part of it. `OutputReader(steps=[])` reads them as they are written.
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages.

    Example:

    >>> import keras_halluc as kh
    >>> def ask(prompts): return ["Paris"] * len(prompts)
    >>> def sample(prompts, num_samples, temperature, seed):
    ...     return [["Paris.", "paris", "Lyon", "It's Paris"][:num_samples] for _ in prompts]
    >>> generator = kh.generation.FunctionGenerator(ask, sample)
    >>> checker = kh.grounding.ConsistencyChecker(generator, num_samples=4)
    >>> case = kh.data.Case("The capital of France is")
    >>> [(v.label, v.score) for v in checker.check([case] * 2, ["Paris", "Lyon"])]
    [('supported', 0.5), ('unsupported', 0.25)]
    >>> round(checker.sample_answers([case.prompt])[0].semantic_entropy, 3)
    1.04

    References:
        Kuhn et al. 2023, "Semantic uncertainty: linguistic invariances for uncertainty estimation
        in natural language generation", https://arxiv.org/abs/2302.09664; Farquhar et al. 2024,
        "Detecting hallucinations in large language models using semantic entropy",
        https://doi.org/10.1038/s41586-024-07421-0
    """

    reading_steps = ANSWER_STEPS

    def __init__(
        self,
        generator: Any,
        num_samples: int = 10,
        scorer: PairScorer | None = None,
        weights: str = "count",
        temperature: float = 1.0,
        agree_at: float = 0.5,
        entailed_at: float = 0.5,
        seed: int = 0,
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        self.weights = require_choice("weights", weights, WEIGHTS)
        self.generator = require_sampler(generator, weights)
        self.num_samples = require_int("num_samples", num_samples, minimum=2)
        self.scorer = None if scorer is None else require_scorer(scorer)
        self.temperature = require_number("temperature", temperature, above=0.0)
        self.agree_at = require_number("agree_at", agree_at, above=0.0, maximum=1.0)
        self.entailed_at = require_number("entailed_at", entailed_at, above=0.0, maximum=1.0)
        self.seed = require_int("seed", seed, minimum=0)
        self._meanings = MeaningReader(self._abstention_reader, self.reader)

    def _abstention(self, output: str) -> Verdict | None:
        if self._meanings.meaning(output) == NO_ANSWER:
            return Verdict("abstained", reason="gives no answer")
        return None

    def _verdicts(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        answers = [output.strip() for _, output in rows]
        asked = [(c.prompt, a, self._meanings.meaning(a)) for (c, _), a in zip(rows, answers)]
        known = self._ask(asked)
        return [self._judged(output, *known[row]) for (_, output), row in zip(rows, asked)]

    def sample_answers(self, prompts: Sequence[str]) -> list[SampledAnswers]:
        """Samples of each prompt, what they mean, and their semantic entropy.

        Args:
            prompts: list of str.

        Returns:
            list of `SampledAnswers`, one a prompt.
        """
        prompts = require_strings("prompts", prompts, empty_ok=True)
        known = self._ask([(prompt, "", NO_ANSWER) for prompt in prompts])
        return [known[prompt, "", NO_ANSWER][0] for prompt in prompts]

    def _ask(self, rows: list[Row]) -> dict[Row, tuple[SampledAnswers, int | None]]:
        """The samples of the prompt of each row, and the cluster of its answer among them."""
        prompts = list(dict.fromkeys(prompt for prompt, _, _ in rows))
        drawn = draw(self.generator, prompts, self.num_samples, self.temperature, self.seed)
        clusters = {}
        for prompt, texts in zip(prompts, drawn):
            answers = [self._meanings.answer(text) for text in texts]
            clusters[prompt] = MeaningClusters(answers, list(map(self._meanings.meaning, answers)))
        pairs = [
            (prompt, text, other)
            for prompt in prompts
            for text, other in itertools.combinations(clusters[prompt].texts, 2)
        ]
        pairs += [(p, a, t) for p, a, m in rows if m != NO_ANSWER for t in clusters[p].texts]
        same = MutualEntailment(self.scorer, self.entailed_at, pairs)
        for prompt in prompts:
            clusters[prompt].build(functools.partial(same, prompt))
        weights = log_weights(self.generator, prompts, drawn, self.weights)
        sampled = {
            prompt: _measured(texts, clusters[prompt].numbers, weight)
            for prompt, texts, weight in zip(prompts, drawn, weights)
        }
        return {
            (p, a, m): (sampled[p], clusters[p].find(a, m, functools.partial(same, p)))
            for p, a, m in rows
        }

    def _judged(self, output: str, sampled: SampledAnswers, cluster: int | None) -> Verdict:
        agreeing = [mass for at, mass in zip(sampled.clusters, sampled.masses) if at == cluster]
        score = min(agreeing[0], 1.0) if agreeing else 0.0
        reason = (
            f"{len(agreeing)} of {len(sampled.answers)} samples mean the same; "
            f"semantic entropy {sampled.semantic_entropy:.2f} nats"
        )
        if score >= self.agree_at:
            return Verdict("supported", score, reason=reason)
        return Verdict(
            "unsupported", score, ((*trim(output, 0, len(output)), "unsupported"),), reason
        )


def _measured(texts: list[str], clusters: list[int], log_weight: np.ndarray) -> SampledAnswers:
    rows = np.array([clusters]), log_weight[None]  # one prompt: one shape for JAX to compile
    masses = ops.convert_to_numpy(meaning_masses(*rows)[1])[0].tolist()
    entropy = float(semantic_entropy(*rows)[0])
    return SampledAnswers(tuple(texts), tuple(clusters), tuple(masses), entropy)
