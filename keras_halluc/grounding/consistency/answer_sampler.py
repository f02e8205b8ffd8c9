"""Sampled answers: drawn for each prompt so that no other prompt changes them."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings

WEIGHTS = ("count", "probability", "length_normalized")
SEEDS = 2**31


def require_sampler(generator: Any, weights: str) -> Any:
    """`generator` must draw samples, and score them too where their probability is wanted."""
    if isinstance(generator, type) or not callable(getattr(generator, "sample", None)):
        raise TypeError(
            "`generator` must have `sample`, as keras_halluc.generation.TaskGenerator(model) and "
            f"NextTokenGenerator have. {received('generator', generator)}"
        )
    if not getattr(generator, "can_sample", True):
        raise ValueError(
            "`generator` must draw samples: give `FunctionGenerator(..., sample=...)`. "
            f"{received('generator', generator)}"
        )
    if weights != "count" and not callable(getattr(generator, "score", None)):
        raise TypeError(
            f"`generator` must have `score` too where `weights` is {weights!r}. "
            f"{received('generator', generator)}"
        )
    return generator


def draw(
    generator: Any, prompts: Sequence[str], num_samples: int, temperature: float, seed: int
) -> list[list[str]]:
    """Samples of each prompt, drawn alone and from a seed of its own."""
    drawn = []
    for prompt in prompts:
        own = (zlib.crc32(prompt.encode("utf-8", "surrogatepass")) + seed) % SEEDS
        answers = list(generator.sample([prompt], num_samples, temperature, own))
        require_same_length(prompts=[prompt], samples=answers)
        texts = require_strings("samples", answers[0], empty_ok=True)
        if len(texts) != num_samples:
            raise ValueError(
                f"`generator.sample` must return {num_samples} texts a prompt. "
                f"Received: {len(texts)}"
            )
        drawn.append(texts)
    return drawn


def log_weights(
    generator: Any, prompts: Sequence[str], drawn: Sequence[Sequence[str]], weights: str
) -> list[np.ndarray]:
    """Log-weight of each sample: 0, or its log-probability, which a repeated one has once.

    An empty sample has no tokens and so no probability: it is left out, unless all are empty.
    """
    if weights == "count":
        return [np.zeros(len(texts)) for texts in drawn]
    pairs = list(dict.fromkeys((p, t) for p, texts in zip(prompts, drawn) for t in texts if t))
    found: dict[tuple[str, str], float] = {}
    if pairs:
        scores = generator.score(*map(list, zip(*pairs)))
        tokens = np.asarray(scores.mask, "float64")
        values = (np.asarray(scores.log_probs, "float64") * tokens).sum(axis=1)
        if weights == "length_normalized":
            values = values / np.maximum(tokens.sum(axis=1), 1.0)
        found = dict(zip(pairs, values.tolist()))
    rows = []
    for prompt, texts in zip(prompts, drawn):
        first = [text not in texts[:i] for i, text in enumerate(texts)]
        row = [found.get((prompt, t), -np.inf) if new else -np.inf for t, new in zip(texts, first)]
        rows.append(np.array(row) if any(texts) else np.zeros(len(texts)))
    return rows
