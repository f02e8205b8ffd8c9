"""Replay: text of the base model mixed in, so that training does not make it forget the rest."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc.data.token_inputs import Inputs
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import as_generator
from keras_halluc.generation.special_tokens import token_id
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.generation.tokenizers import start_ids

BETWEEN = "<|endoftext|>"  # stands between the texts that most models without a start token learned


def generate_replay(
    generator: Any,
    count: int,
    prompts: Sequence[str] | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> list[str]:
    """Texts the base model writes itself, to replay where its own training text is not at hand.

    Call it before fine-tuning. They hold what the model says often; rare knowledge comes up rarely.

    Args:
        generator: `Generator` with `sample`, or KerasHub task.
        count: int >= 1, texts to draw. Empty ones are dropped.
        prompts: list of str, or None; beginnings to go on from, in turn. None lets the model begin
            by itself: behind its start token, or, where the task puts none (Qwen, SmolLM), behind
            the token that stands between two texts, which the texts then begin with. A generator
            with a `template` needs prompts, such as questions: each is put into it.
        temperature: float > 0, of sampling. Defaults to `1.0`, the model's own distribution.
        seed: int, of sampling.

    Returns:
        list of at most `count` str, prompt included, for `text_inputs`. With a `template` they are
        whole turns; give `text_inputs` the same one.

    Raises:
        ValueError: if `prompts` is None and the generator has a `template`, or its model neither a
            start token nor one between texts.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> texts = kh.data.generate_replay(task, 3)
    >>> replay = kh.data.text_inputs(task, texts)
    >>> objective = kh.objectives.SelfDistillation(replay=replay)

    References:
        Marek et al. 2026, https://arxiv.org/abs/2605.26097
    """
    generator = as_generator(generator)
    if not hasattr(generator, "sample"):
        raise TypeError(f"`generator` must have `sample`. {received('generator', generator)}")
    count = require_int("count", count, minimum=1)
    template = getattr(generator, "template", None)
    begin = ""
    if prompts is not None:
        prompts = require_strings("prompts", prompts)
    elif template is not None:
        raise ValueError(
            "`prompts` must be given for a generator with a `template`, since an empty question "
            "has no answer: give the prompts of your rows or cases. Received: prompts=None"
        )
    else:
        begin = _beginning(generator)
        prompts = [begin]
    each = -(-count // len(prompts))
    drawn = generator.sample(prompts, each, temperature, seed)
    pairs = [pair for turn in zip(*drawn) for pair in zip(prompts, turn)]
    if template is None:
        texts = [prompt + text for prompt, text in pairs]
        return [text for text in texts if text[len(begin) :].strip()][:count]
    end = getattr(template, "end_of_turn", "")
    return [template(prompt) + text + end for prompt, text in pairs if text.strip()][:count]


def _beginning(generator: Any) -> str:
    """What a text begins with: nothing behind a start token, else what stands between two texts."""
    if not isinstance(generator, TaskGenerator) or generator.is_seq2seq:
        return ""
    if start_ids(generator.task):
        return ""
    tokenizer = generator.task.preprocessor.tokenizer
    encode = encoder_of(tokenizer)
    for name in ("start_token", "bos_token", "", "end_token"):
        token = str(getattr(tokenizer, name, None) or "") if name else BETWEEN
        number = token_id(tokenizer, token)
        if number is not None and encode([token]) == [[number]]:
            return token
    return ""  # the generator says what is missing


def mix_replay(inputs: Inputs, replay: Inputs, weight: float = 1.0, seed: int = 0) -> Inputs:
    """Training rows and replay rows in one shuffled set, for plain cross-entropy on both.

    `SelfDistillation(replay=...)` on the same rows keeps more, since it holds the whole
    distribution; this needs no objective, no second model and works with any `fit`.

    Args:
        inputs: `(x, y, sample_weight)` of arrays, such as `answer_inputs` returns.
        replay: the same for other text; rows are padded to the longer of both.
        weight: float >= 0, multiplies the sample weights of the replay rows.
        seed: int, of the shuffling, since `fit` does not shuffle everything it is given.

    Returns:
        `(x, y, sample_weight)` with the rows of both.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> new = kh.data.answer_inputs(task, ["Where was Karl Marx born?"], [" Trier"])
    >>> old = kh.data.text_inputs(task, ["Karl Marx worked in Cologne."])
    >>> x, y, sample_weight = kh.data.mix_replay(new, old, weight=0.5)
    >>> len(y), float(sample_weight.max())
    (2, 1.0)
    """
    require_number("weight", weight, minimum=0.0)
    (x, y, counts), (old_x, old_y, old_counts) = inputs, replay
    if set(x) != set(old_x):
        raise ValueError(
            f"`inputs` and `replay` must have the same keys. Received: {sorted(x)} and "
            f"{sorted(old_x)}"
        )
    order = np.random.default_rng(seed).permutation(len(y) + len(old_y))

    def joined(new: np.ndarray, old: np.ndarray) -> np.ndarray:
        length = max(array.shape[1] if array.ndim == 2 else 0 for array in (new, old))
        return np.concatenate([_padded(new, length), _padded(old, length)])[order]

    both = {key: joined(x[key], old_x[key]) for key in x}
    return both, joined(y, old_y), joined(counts, np.float32(weight) * old_counts)


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    """Zeros on the right: no position counts there."""
    if array.ndim != 2:
        return array
    return np.pad(array, [(0, 0), (0, max(0, length - array.shape[1]))])
