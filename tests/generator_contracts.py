"""Every public generator: how to make it, and what to ask it.

Add a generator here and the contract tests run on it.
"""

import keras
import numpy as np
import tiny_models

import keras_halluc as kh
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.testing import GeneratorContract

PROMPTS = ("who is in rome", "the cat", "a dog", "r")
CONTINUATIONS = (" the end", " sat", "s", "ome is")


class CountedEmbedding(keras.layers.Embedding):
    """Counts in `calls` how often it is traced."""

    calls = 0

    def call(self, inputs):
        CountedEmbedding.calls += 1
        return super().call(inputs)


def next_letter():
    """The next letter by this one alone."""
    keras.utils.set_random_seed(0)
    size = tiny_models.LetterTokenizer.vocabulary_size
    model = keras.Sequential(
        [
            keras.Input((24,), dtype="int32"),
            CountedEmbedding(size, 8, embeddings_initializer="normal"),
            keras.layers.Dense(size, kernel_initializer="normal"),
        ]
    )
    model.layers[-1].set_weights([w * 200.0 for w in model.layers[-1].get_weights()])
    return model


def next_token(**kwargs):
    """Arguments of a `NextTokenGenerator`."""
    return {
        "model": next_letter(),
        "tokenizer": tiny_models.LetterTokenizer(),
        "max_length": 24,
        "max_new_tokens": 3,
        "batch_size": 3,
        **kwargs,
    }


def capitals(prompts):
    return [prompt.upper() for prompt in prompts]


class Capitals:
    """Says the prompt in capitals, and takes each letter to be as likely as the next."""

    def generate(self, prompts):
        return capitals(require_strings("prompts", prompts))

    def score(self, prompts, continuations):
        prompts = require_strings("prompts", prompts)
        require_same_length(prompts=prompts, continuations=continuations)
        longest = max(map(len, continuations))
        mask = np.array([[i < len(t) for i in range(longest)] for t in continuations], "float32")
        return kh.generation.TokenScores(-mask, mask, mask)


def drawn(prompts, num_samples, temperature, seed):
    return [[f"{prompt} {seed + i}" for i in range(num_samples)] for prompt in prompts]


def generator_contracts() -> list[GeneratorContract]:
    """At least one contract for each public generator."""
    bad_counts = ({"max_new_tokens": 0}, {"batch_size": 0}, {"max_length": 0})
    return [
        GeneratorContract(
            kh.generation.FunctionGenerator,
            kwargs={"function": capitals, "sample": drawn},
            prompts=PROMPTS,
            continuations=CONTINUATIONS,
            scores=False,
            bad_kwargs=({"function": "upper"}, {"sample": 3}),
        ),
        GeneratorContract(
            kh.generation.NextTokenGenerator,
            kwargs=next_token,
            prompts=PROMPTS,
            continuations=CONTINUATIONS,
            traces=lambda generator: CountedEmbedding.calls,
            bad_kwargs=(*bad_counts, {"from_logits": "yes"}),
        ),
        GeneratorContract(
            kh.generation.SelectiveGenerator,
            kwargs=lambda: {
                "generator": Capitals(),
                "uncertainty": "log_prob",
                "threshold": 4.0,
                "abstention": "no idea",
            },
            prompts=PROMPTS,
            continuations=CONTINUATIONS,
            bad_kwargs=({"threshold": "low"}, {"abstention": 3}),
        ),
        GeneratorContract(
            kh.generation.TaskGenerator,
            kwargs=lambda: {
                "task": tiny_models.gpt2(dropout=0.2),
                "max_new_tokens": 3,
                "batch_size": 3,
            },
            prompts=PROMPTS,
            continuations=CONTINUATIONS,
            bad_kwargs=bad_counts,
        ),
    ]
