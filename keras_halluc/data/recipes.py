"""What is done with training examples once it is known which of them the model knew?"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc.data.knowledge import CATEGORIES
from keras_halluc.data.knowledge import Knowledge

T = TypeVar("T")


def drop_unknown(
    examples: Sequence[T], knowledge: Sequence[Knowledge | str], drop: Sequence[str] = ("unknown",)
) -> list[T]:
    """Leaves out the examples the base model did not know.

    Nothing new is learned from what is left out. What stays is the format of the task.

    Args:
        examples: list of anything.
        knowledge: what `categorize_knowledge` returned, or category names, one an example.
        drop: categories to leave out. Defaults to `("unknown",)`.

    Returns:
        list of the examples that stay, in order.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.drop_unknown(["a", "b", "c"], ["unknown", "maybe_known", "highly_known"])
    ['b', 'c']

    References:
        Gekhman et al. 2024, https://arxiv.org/abs/2405.05904
    """
    names = category_names(knowledge)
    require_same_length(examples=examples, knowledge=names)
    for category in drop:
        require_choice("drop", category, CATEGORIES)
    kept = [example for example, name in zip(examples, names) if name not in drop]
    if not kept:
        raise ValueError(f"No example is left: all {len(names)} fall in `drop`={tuple(drop)}.")
    return kept


def weight_by_knowledge(
    knowledge: Sequence[Knowledge | str], weights: Mapping[str, float] | None = None
) -> np.ndarray:
    """Weighs each example by what the base model knew of it.

    Args:
        knowledge: what `categorize_knowledge` returned, or category names.
        weights: a float >= 0 for each category that occurs. Defaults to 1 for known categories
            and 0.1 for `"unknown"`.

    Returns:
        float32 `(len(knowledge),)`, for `answer_inputs(..., weights=...)`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.weight_by_knowledge(["unknown", "highly_known"], {"unknown": 0, "highly_known": 1})
    array([0., 1.], dtype=float32)
    """
    if weights is None:
        weights = {category: 1.0 for category in CATEGORIES} | {"unknown": 0.1}
    for category, weight in weights.items():
        require_choice("weights", category, CATEGORIES)
        require_number(f"weights[{category!r}]", weight, minimum=0.0)
    names = category_names(knowledge)
    missing = set(names) - set(weights)
    if missing:
        raise ValueError(
            f"`weights` must hold every category that occurs; {sorted(missing)} are missing. "
            + received("weights", dict(weights))
        )
    return np.asarray([weights[name] for name in names], "float32")


def abstain_on_unknown(
    answers: Sequence[str],
    knowledge: Sequence[Knowledge | str],
    abstention: str = " I don't know",
    abstain: Sequence[str] = ("unknown",),
) -> list[str]:
    """Puts an honest answer in the place of the answers the base model did not know (R-Tuning).

    Nothing new is learned, and the model learns to say so. What it must tell apart is whether it
    has seen a subject before: where it cannot, it abstains on what it knows too. Watch
    `val_abstention_rate` on known and on never seen cases apart.

    Args:
        answers: list of str, one an example.
        knowledge: what `categorize_knowledge` returned, or category names, one an example.
        abstention: str. Begin it with a space where the tokenizer marks words that way, and let
            `AnswerChecker` know it if it is not among the phrases it knows.
        abstain: categories to abstain on. Defaults to `("unknown",)`.

    Returns:
        list of str.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.abstain_on_unknown([" Trier", " Rome"], ["maybe_known", "unknown"])
    [' Trier', " I don't know"]

    References:
        Zhang et al. 2024, https://arxiv.org/abs/2311.09677
    """
    names = category_names(knowledge)
    require_same_length(answers=answers, knowledge=names)
    for category in abstain:
        require_choice("abstain", category, CATEGORIES)
    if not isinstance(abstention, str) or not abstention.strip():
        raise ValueError(f"`abstention` must say something. {received('abstention', abstention)}")
    return [abstention if name in abstain else answer for answer, name in zip(answers, names)]


def category_names(knowledge: Sequence[Knowledge | str]) -> list[str]:
    """Category names of a list of `Knowledge` or names, checked."""
    if isinstance(knowledge, str) or not isinstance(knowledge, Sequence):
        raise TypeError(
            f"`knowledge` must be a list of Knowledge or str. {received('knowledge', knowledge)}"
        )
    names = [k.category if isinstance(k, Knowledge) else k for k in knowledge]
    for name in names:
        require_choice("knowledge", name, CATEGORIES)
    return names
