"""Token record: the likeliest tokens along a model's own answers, for when it is trained in place.

What is kept does not grow with the vocabulary, and no copy of the model is kept.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._types import Case
from keras_halluc._types import Generator
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.data import answer_inputs
from keras_halluc.generation import TaskGenerator
from keras_halluc.objectives.teachers import top_k_record

TOP_K = 16  # tokens kept at each position; all others count as one outcome
MOST_ROWS = 256  # answers whose tokens are kept, evenly spread over the cases


@dataclasses.dataclass(frozen=True)
class TokenRecord:
    """What a task thought of each token of some of its answers.

    Args:
        places: list of int, which cases.
        targets: int `(rows, seq)`, the tokens.
        inputs: dict with `ids`, int32 `(rows, seq, k)`, and `log_probs`, float32 of that shape.
        vocabulary: int, tokens that the task knows.
    """

    places: list[int]
    targets: np.ndarray
    inputs: dict[str, np.ndarray]
    vocabulary: int


def token_rows(
    generator: TaskGenerator, cases: Sequence[Case], outputs: Sequence[str]
) -> tuple[Any, np.ndarray, np.ndarray]:
    """`(x, y, sample_weight)` of the cases with these answers, as the task reads them."""
    prompts = [case.prompt for case in cases]
    rows: tuple[Any, np.ndarray, np.ndarray] = answer_inputs(
        generator.task, prompts, list(outputs), template=generator.template
    )
    return rows


def token_record(
    generator: Generator, cases: Sequence[Case], outputs: Sequence[str]
) -> TokenRecord | None:
    """The record of a task; None where there is no task, or an answer does not fit into it."""
    if not isinstance(generator, TaskGenerator):
        return None
    places = spread(len(cases), min(len(cases), MOST_ROWS))
    try:
        x, y, _ = token_rows(generator, [cases[i] for i in places], [outputs[i] for i in places])
    except ValueError:  # an answer up to the last position of the model
        return None
    vocabulary = int(generator.task.output_shape[-1])
    found = top_k_record(generator.task, x, y, min(TOP_K, vocabulary - 1), mask_gold=False)
    return TokenRecord(places, np.asarray(y), found, vocabulary)
