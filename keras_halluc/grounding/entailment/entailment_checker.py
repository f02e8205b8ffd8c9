"""`EntailmentChecker`: does the source entail each sentence of the output (NLI)?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.entailment.keras_pair_scorer import STANDARD
from keras_halluc.grounding.entailment.keras_pair_scorer import KerasPairScorer
from keras_halluc.grounding.entailment.likely_chunks import LikelyChunks
from keras_halluc.grounding.entailment.pair_scores import CONTRADICTED
from keras_halluc.grounding.entailment.pair_scores import ENTAILED
from keras_halluc.grounding.entailment.pair_scores import PairScorer
from keras_halluc.grounding.entailment.pair_scores import require_scorer
from keras_halluc.grounding.entailment.pair_scores import score_pairs
from keras_halluc.grounding.entailment.stored_pair_model import load_pair_scorer
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.required_arguments import require_below
from keras_halluc.text import OutputReader
from keras_halluc.text import chunk_text
from keras_halluc.text import sentence_spans

# Of `default`, chosen on texts that people judged: see `benchmarks/verdicts.py`.
DEFAULTS = {"entailed_at": 0.2, "unsupported_below": 0.002, "most_chunks": 3}
PRESET = Path(__file__).parents[2] / "presets/entailment_minilm"


class EntailmentChecker(OutputChecker):
    """Asks a model of natural language inference whether the source entails each claim.

    Each sentence of the output is a claim, and is paired with each chunk of the source; the chunk
    that supports it best counts (as in SummaC-ZS). A claim is supported where its probability of
    being entailed reaches `entailed_at`. Where it is below `unsupported_below`, the claim is
    contradicted if that same chunk contradicts it with `contradicted_at` or more, else unsupported.
    In between the model is not sure, and an output that hangs on such a claim is not measured.

    | output | label | score |
    |---|---|---|
    | all claims supported | `supported` | mean (or least) probability over claims |
    | a claim contradicted | `contradicted` | the same |
    | a claim not supported | `unsupported` | the same |
    | no such claim, and one that is not sure | `unmeasured` | None |
    | nothing, or only that it does not know | `abstained` | None |
    | the case has no source | `unmeasured` | None |

    A claim that needs two distant sentences of a long source is judged by one chunk at a time. A
    sentence that leans on the one before it ("He left.") is judged alone. What the model behind it
    cannot see, this checker cannot see.

    Args:
        scorer: callable of two lists of str, sources and claims, that returns probabilities
            `(pairs, 3)`: entailed, neutral, contradicted. See `KerasPairScorer`.
        entailed_at: float in (0, 1].
        contradicted_at: float in (0, 1].
        unsupported_below: float in [0, `entailed_at`]. None is `entailed_at`: no claim is unsure.
        chunk_size: int, tokens of a chunk, as `keras_halluc.text.chunk_text` counts them.
        chunk_overlap: int, tokens that two chunks share.
        most_chunks: int or None, how many chunks of a source a claim is compared with: those that
            share most words with it. None compares it with all, which takes as many times longer
            as there are more.
        aggregate: str, score of an output with several claims: `"mean"` or `"min"`.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says: reasoning, lead-ins, Markdown, citation marks. None takes its default steps;
            `OutputReader(steps=[])` reads outputs as they are written.
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> def says_the_same(sources, claims):
    ...     same = np.array([claim in source for source, claim in zip(sources, claims)], float)
    ...     return np.stack([same, 1 - same, 0 * same], axis=1)
    >>> checker = kh.grounding.EntailmentChecker(says_the_same)
    >>> case = kh.data.Case("Summarise.", source="It rained. The match was called off.")
    >>> (verdict,) = checker.check([case], ["It rained. Nobody came."])
    >>> verdict.label, verdict.score, verdict.spans
    ('unsupported', 0.5, ((11, 23, 'unsupported'),))

    References:
        Laban et al. 2022, "SummaC: Re-visiting NLI-based models for inconsistency detection in
        summarization", https://arxiv.org/abs/2111.09525
    """

    requires = ("source",)

    def __init__(
        self,
        scorer: PairScorer,
        entailed_at: float = 0.5,
        contradicted_at: float = 0.5,
        unsupported_below: float | None = None,
        chunk_size: int = 100,
        chunk_overlap: int = 30,
        most_chunks: int | None = None,
        aggregate: str = "mean",
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        self.scorer = require_scorer(scorer)
        self.entailed_at = require_number("entailed_at", entailed_at, above=0.0, maximum=1.0)
        self.contradicted_at = require_number(
            "contradicted_at", contradicted_at, above=0.0, maximum=1.0
        )
        self.unsupported_below = require_below("unsupported_below", unsupported_below, entailed_at)
        self.chunk_size = require_int("chunk_size", chunk_size, minimum=1)
        self.chunk_overlap = require_int("chunk_overlap", chunk_overlap, minimum=0)
        chunk_text("", self.chunk_size, self.chunk_overlap)
        self.most_chunks = most_chunks
        if most_chunks is not None:
            self.most_chunks = require_int("most_chunks", most_chunks, minimum=1)
        self.aggregate = require_choice("aggregate", aggregate, ("mean", "min"))

    @classmethod
    def default(cls, batch_size: int = 32, **kwargs: Any) -> "EntailmentChecker":
        """The checker that comes with the package: English, 18 MB, nothing is downloaded.

        What it was trained on, what it reaches and what it cannot see stands in
        `presets/entailment_minilm/README.md`. Words that the source lacks weigh much with it, so
        that it is sure of few paraphrases. Its two thresholds were chosen on texts that people
        judged (`benchmarks/verdicts.py`). A claim is compared with its three likeliest chunks.

        Args:
            batch_size: int, pairs scored at once.
            **kwargs: passed to the constructor.

        Example:

        >>> import keras_halluc as kh
        >>> checker = kh.grounding.EntailmentChecker.default()
        >>> case = kh.data.Case("Summarise.", source="The bridge was closed on Monday after rain.")
        >>> outputs = ["The bridge was closed after rain.", "Nobody came to the party."]
        >>> [verdict.label for verdict in checker.check([case] * 2, outputs)]
        ['supported', 'contradicted']
        """
        scorer = load_pair_scorer(PRESET, batch_size)
        return cls(scorer, **{**DEFAULTS, **kwargs})

    @classmethod
    def from_preset(
        cls,
        preset: str,
        labels: Sequence[str] = STANDARD,
        batch_size: int = 32,
        **kwargs: Any,
    ) -> "EntailmentChecker":
        """A checker on a KerasHub text classifier that was trained on entailment.

        Args:
            preset: str, what `keras_hub.models.TextClassifier.from_preset` takes: a folder, or a
                handle such as `"hf://..."`, which KerasHub fetches.
            labels: tuple of str, what its classes stand for, in its order; see `KerasPairScorer`.
            batch_size: int, pairs scored at once.
            **kwargs: passed to the constructor.
        """
        import keras_hub

        model = keras_hub.models.TextClassifier.from_preset(preset)
        return cls(KerasPairScorer(model, labels=labels, batch_size=batch_size), **kwargs)

    def _verdicts(self, rows: Sequence[tuple[Case, str]]) -> list[Verdict]:
        sources = dict.fromkeys(case.source or "" for case, _ in rows)
        chunks = {
            source: LikelyChunks(
                chunk_text(source, self.chunk_size, self.chunk_overlap), self.most_chunks
            )
            for source in sources
        }
        claims = [sentence_spans(output) for _, output in rows]
        likely = [  # for each claim the chunks it is compared with
            [(output[s:e], chunks[case.source or ""].of(output[s:e])) for s, e in spans]
            for (case, output), spans in zip(rows, claims)
        ]
        pairs = [(chunk, claim) for own in likely for claim, found in own for chunk in found]
        scored = score_pairs(self.scorer, pairs)  # each of them once
        verdicts = []
        for (_, output), spans, own in zip(rows, claims, likely):
            best = [
                max((scored[chunk, claim] for chunk in found), key=_entailed)
                for claim, found in own
            ]
            verdicts.append(self._judged(output, spans, np.array(best)))
        return verdicts

    def _judged(self, output: str, spans: list[tuple[int, int]], best: np.ndarray) -> Verdict:
        entailed = np.minimum(best[:, ENTAILED], 1.0)
        score = float(entailed.mean() if self.aggregate == "mean" else entailed.min())
        marked = []
        for (start, end), claim in zip(spans, best):
            if claim[ENTAILED] < self.unsupported_below:
                against = claim[CONTRADICTED] >= self.contradicted_at
                marked.append((start, end, "contradicted" if against else "unsupported"))
        kinds = {kind for *_, kind in marked}
        label = "contradicted" if "contradicted" in kinds else "unsupported"
        unsure = int((entailed < self.entailed_at).sum())
        if not marked and unsure:
            reason = f"{unsure} of {len(spans)} sentences neither entailed nor clearly not"
            return Verdict("unmeasured", reason=reason)
        if not marked:
            return Verdict("supported", score, reason=f"all {len(spans)} sentences entailed")
        start, end, _ = marked[0]
        reason = f"{len(marked)} of {len(spans)} sentences not entailed, first: "
        return Verdict(label, score, tuple(marked), reason + repr(output[start:end][:60]))


def _entailed(probabilities: np.ndarray) -> float:
    return float(probabilities[ENTAILED])
