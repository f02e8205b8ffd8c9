"""Token model of a KerasHub task."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._types import Tensor
from keras_halluc.evaluation.token_model import Pair
from keras_halluc.evaluation.token_model import likelihoods
from keras_halluc.evaluation.token_model import single_tokens
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.forced_rows import forced_rows
from keras_halluc.generation.task_generator import LENGTH_STEP
from keras_halluc.generation.task_prompts import TaskPrompts
from keras_halluc.generation.tokenizers import decoder_of
from keras_halluc.generation.tokenizers import start_ids
from keras_halluc.ops import token_log_probs

NO_LIMIT = 2048  # tokens, for a model that knows no limit of its own; as in lm-eval


class TaskTokens:
    """A `TaskGenerator` as `TokenModel`; its template is not applied.

    Args:
        generator: `TaskGenerator`.
        max_length: int or None.
    """

    def __init__(self, generator: TaskGenerator, max_length: int | None) -> None:
        task = generator.task
        tokenizer = task.preprocessor.tokenizer
        self.generator = generator
        self.is_seq2seq = generator.is_seq2seq
        self.window = (
            max_length
            or generator.max_length
            or getattr(task.backbone, "max_sequence_length", None)
            or getattr(task.preprocessor, "sequence_length", None)
            or NO_LIMIT
        )
        self.end_token_id: int | None = getattr(tokenizer, "end_token_id", None)
        self.start = start_ids(task)
        self._encode = generator.task_prompts.turns.encode
        self._scorer = _GreedyScorer(task)
        self._length = 1

    def encode(self, text: str) -> list[int]:
        return self._encode([text])[0]

    def score(self, pairs: Sequence[Pair]) -> list[tuple[float, bool]]:
        task, size = self.generator.task, self.generator.batch_size
        texts = [context for context, _, _ in pairs]
        heads = [head for _, head, _ in pairs]
        tails = [tail for _, _, tail in pairs]
        if self.is_seq2seq:
            texts = [self.fitted(text) for text in texts]
            heads = [self.start for _ in pairs]
        longest = max(len(head) + len(tail) - 1 for head, tail in zip(heads, tails))
        rounded = -(-longest // LENGTH_STEP) * LENGTH_STEP
        self._length = max(self._length, min(rounded, self.window), longest)
        out, mask = forced_rows(task, self._scorer, texts, heads, tails, self._length, size)
        return likelihoods(out, mask)

    def writer(
        self, max_new_tokens: int, stops: Sequence[str], prefix: int | None
    ) -> TaskGenerator:
        task = self.generator.task
        made = TaskGenerator(task, max_new_tokens, self.generator.batch_size)
        made.task_prompts = _LastTokens(self, self.window - max_new_tokens, prefix)
        made.task_prompts.turns.stops = single_tokens(self.encode, stops)
        return made

    def fitted(self, text: str) -> str:
        """The end of a text that the encoder of a `Seq2SeqLM` reads whole."""
        ids = self.encode(text)
        room = self._encoder_room
        return text if len(ids) <= room else self._decode(ids[-room:])

    def _decode(self, ids: list[int]) -> str:
        return decoder_of(self.generator.task.preprocessor.tokenizer)(ids)

    @functools.cached_property
    def _encoder_room(self) -> int:
        """Tokens of text the encoder reads, without those the preprocessor puts around it."""
        task = self.generator.task
        packed = task.preprocessor.generate_preprocess(["a"])
        around = int(np.asarray(packed["encoder_padding_mask"])[0].sum()) - len(self.encode("a"))
        return int(task.preprocessor.encoder_sequence_length) - around


class _LastTokens(TaskPrompts):
    """Prompts of which the last `room` tokens are kept; an empty one is the prefix."""

    def __init__(self, tokens: TaskTokens, room: int, prefix: int | None) -> None:
        super().__init__(tokens.generator.task, template=None)
        self.turns.encode = tokens.generator.task_prompts.turns.encode
        self.tokens, self.room, self.prefix = tokens, room, prefix

    def ids(self, prompts: Sequence[str]) -> list[list[int]]:
        if self.is_seq2seq:
            return super().ids(prompts)
        rows = self.untemplated_ids(prompts)
        if self.prefix is not None:
            rows = [row or [self.prefix] for row in rows]
        return [row[-self.room :] for row in rows]

    def untemplated_ids(self, texts: Sequence[str]) -> list[list[int]]:
        if self.is_seq2seq:
            return super().untemplated_ids(texts)
        return self.turns.heads(texts, self.tokens.start)

    def texts(self, prompts: Sequence[str]) -> list[str]:
        if not self.is_seq2seq:
            return list(prompts)
        return [self.tokens.fitted(prompt) for prompt in prompts]

    def in_place(self, rows: list[list[int]]) -> list[list[int]] | None:
        return None if self._packs_itself else rows


class _GreedyScorer(CompiledApart):
    """Log-probabilities of target ids, and whether no other token is likelier."""

    def __init__(self, task: Any) -> None:
        super().__init__(name="greedy_scorer")
        self.task = task
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> dict[str, Tensor]:
        logits = ops.cast(self.task(inputs["inputs"], training=False), "float32")
        likeliest = ops.cast(ops.argmax(logits, axis=-1), "int32")
        return {
            "log_probs": token_log_probs(logits, inputs["targets"]),
            "greedy": ops.cast(ops.equal(likeliest, inputs["targets"]), "float32"),
        }
