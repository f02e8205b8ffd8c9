"""Token inputs: prompts and answers as token arrays in which only the answers are learned."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._token_rows import pad_rows
from keras_halluc.generation.task_inputs import with_other_inputs
from keras_halluc.generation.task_prompts import TaskPrompts
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.generation.tokenizers import start_ids
from keras_halluc.generation.turns import Template
from keras_halluc.text.encodable import encodable

Inputs = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]


def answer_inputs(
    task: Any,
    prompts: Sequence[str],
    answers: Sequence[str],
    sequence_length: int | None = None,
    weights: Sequence[float] | np.ndarray | None = None,
    template: Template | None = None,
) -> Inputs:
    """Tokenises prompts with their answers; the loss counts answer and end tokens only.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM` with a preprocessor.
        prompts: list of str.
        answers: list of str, one a prompt. For a causal LM begin it with a space where the
            tokenizer marks words that way.
        sequence_length: int or None. None is the longest row. A longer row is an error, and so is
            a prompt that an encoder would cut.
        weights: floats >= 0, one a prompt, such as `weight_by_knowledge` returns. None is all 1.
        template: `kh.generation.ChatTemplate`, other callable from a prompt to the text to go on
            from, or None. Each prompt is put into it, and each answer ends in its end of turn,
            which is learned; give the same to the generator. Defaults to `None`: an answer ends in
            the end token of the tokenizer.

    Returns:
        `(x, y, sample_weight)`: a dict of int32 `(rows, seq)`, int32 `(rows, seq)` and float32
        `(rows, seq)`, for `FineTuner.fit(x, y, sample_weight=sample_weight)`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> x, y, weight = kh.data.answer_inputs(task, ["Where was Karl Marx born?"], [" Trier"])
    >>> sorted(x), y.shape == weight.shape
    (['padding_mask', 'token_ids'], True)
    """
    prompts = require_strings("prompts", prompts)
    answers = require_strings("answers", answers)
    require_same_length(prompts=prompts, answers=answers)
    tokenizer, start = _tokenizer(task), start_ids(task)
    asked = TaskPrompts(task, template)
    end = [tokenizer.end_token_id] if template is None else asked.turns.closing
    tails = [ids + end for ids in asked.turns.encode(answers)]
    if is_seq2seq(task):
        texts = list(map(encodable, asked.texts(prompts)))
        x, y, weight = _pack(task, [start] * len(tails), tails, sequence_length)
        encoded = task.preprocessor.generate_preprocess(
            {"encoder_text": texts, "decoder_text": [""] * len(prompts)}
        )
        _require_encoder(task, [len(ids) for ids in asked.turns.encode(texts)])
        x = {f"decoder_{key}": array for key, array in x.items()}
        for key in ("encoder_token_ids", "encoder_padding_mask"):
            x[key] = np.asarray(encoded[key], "int32")
    else:
        heads = asked.turns.heads(prompts, start)
        x, y, weight = _pack(task, heads, tails, sequence_length)
        x = with_other_inputs(task, x)
    if weights is not None:
        rates = [require_number("weights", rate, minimum=0.0) for rate in list(weights)]
        require_same_length(prompts=prompts, weights=rates)
        weight = weight * np.asarray(rates, "float32")[:, None]
    return x, y, weight


def text_inputs(
    task: Any,
    texts: Sequence[str],
    sequence_length: int | None = None,
    template: Template | None = None,
) -> Inputs:
    """Tokenises whole texts; every token after the start counts in the loss.

    Args:
        task: KerasHub `CausalLM` with a preprocessor.
        texts: list of str.
        sequence_length: int or None. None is the longest row. A longer row is an error.
        template: `kh.generation.ChatTemplate`, other callable from a prompt to a text, or None.
            Its special tokens are read as such where they stand in the texts, which are whole
            conversations, as `generate_replay` returns them for a generator with this template.

    Returns:
        `(x, y, sample_weight)` as `answer_inputs` returns; also the form `SelfDistillation` takes
        as `replay`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> x, y, weight = kh.data.text_inputs(task, ["Karl Marx worked in Cologne."])
    >>> float(weight.min()), x["token_ids"].shape == y.shape
    (1.0, True)
    """
    texts = require_strings("texts", texts)
    tokenizer = _tokenizer(task)
    if is_seq2seq(task):
        raise ValueError("`task` must be a CausalLM; for a Seq2SeqLM use `answer_inputs`.")
    start, turns = start_ids(task), TaskPrompts(task, template).turns
    if template is None:
        tails = [ids + [tokenizer.end_token_id] for ids in turns.encode(texts)]
    else:
        tails = [turns.whole(text, start) for text in texts]
    x, y, weight = _pack(task, [start] * len(tails), tails, sequence_length)
    return with_other_inputs(task, x), y, weight


def _require_encoder(task: Any, lengths: list[int]) -> None:
    """Raises where the preprocessor would cut the end off a prompt without a word."""
    empty = task.preprocessor.generate_preprocess({"encoder_text": [""], "decoder_text": [""]})
    mask = np.asarray(empty["encoder_padding_mask"])
    room = mask.shape[1] - int(mask.sum())  # beside start and end tokens
    if max(lengths) > room:
        where = max(range(len(lengths)), key=lengths.__getitem__)
        raise ValueError(
            f"Each prompt must fit the {room} tokens the encoder takes: set "
            "`task.preprocessor.encoder_sequence_length`, or shorten the prompt. "
            f"Received: {lengths[where]} tokens in prompt {where}"
        )


def _tokenizer(task: Any) -> Any:
    if getattr(task, "preprocessor", None) is None or not isinstance(task.input, dict):
        raise TypeError(
            "`task` must be a KerasHub CausalLM or Seq2SeqLM with a preprocessor. "
            + received("task", task)
        )
    return task.preprocessor.tokenizer


def _pack(task: Any, heads: list[list[int]], tails: list[list[int]], length: int | None) -> Inputs:
    rows = [head + tail for head, tail in zip(heads, tails)]
    longest = max(len(row) for row in rows) - 1
    if length is None:
        length = longest
    elif require_int("sequence_length", length, minimum=1) < longest:
        where = max(range(len(rows)), key=lambda i: len(rows[i]))
        raise ValueError(
            f"`sequence_length` must be >= {longest}, the tokens of row {where}; a cut row would "
            f"lose its answer. {received('sequence_length', length)}"
        )
    limit = getattr(task.backbone, "max_sequence_length", None)
    if limit is not None and length > limit:
        raise ValueError(
            f"Each row must fit the {limit} positions of the model. Shorten the texts. Received: "
            f"{length} tokens"
        )
    ids, mask = pad_rows(rows, length + 1, task.preprocessor.tokenizer.pad_token_id or 0)
    weight = np.zeros((len(rows), length), "float32")
    for i, (head, row) in enumerate(zip(heads, rows)):
        weight[i, max(len(head) - 1, 0) : len(row) - 1] = 1.0
    # Copies: `x` and `y` would share memory.
    return {"token_ids": ids[:, :-1].copy(), "padding_mask": mask[:, :-1]}, ids[:, 1:], weight
