"""Prompts of a KerasHub task: their text and token ids, in the turns of a chat template."""

import functools
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc.generation.image_prompts import require_no_images
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.generation.tokenizers import start_ids
from keras_halluc.generation.turns import Template
from keras_halluc.generation.turns import Turns


class TaskPrompts:
    """What a task is asked, and the ids that stand before the first token of its answer.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM` with a preprocessor.
        template: what `Turns` takes.

    Attributes:
        turns: `Turns` of the task's tokenizer.
    """

    def __init__(self, task: Any, template: Template | None) -> None:
        tokenizer = task.preprocessor.tokenizer
        self.task = task
        self.is_seq2seq = is_seq2seq(task)
        self.turns = Turns(template, tokenizer, getattr(tokenizer, "end_token_id", None))
        # RWKV's preprocessor splits a prompt in two, which none but it can do.
        packer = getattr(task.preprocessor, "packer", None)
        apart = getattr(packer, "padding_side", "right") == "left"
        self._packs_itself = self.is_seq2seq or apart
        if self._packs_itself and not self.turns.reads_natively:
            raise ValueError(
                "`template` must have no special token that the tokenizer spells out in letters, "
                f"since the preprocessor of {type(task).__name__} packs prompts in a way of its "
                f"own. {received('template', template)}"
            )

    def texts(self, prompts: Sequence[str]) -> list[str]:
        """Each prompt in its turn."""
        return [self.turns.text(prompt) for prompt in prompts]

    def ids(self, prompts: Sequence[str]) -> list[list[int]]:
        """Token ids before the first generated one, with the start tokens the task puts there."""
        require_no_images("TaskGenerator", prompts)
        if self.is_seq2seq:
            return [self._start for _ in prompts]
        rows = self.turns.heads(prompts, self._start)
        if not all(rows):
            raise ValueError(
                "An empty prompt has nothing to continue from, as this task puts no start token "
                "before it. Give `prompts=` without an empty one, such as the first words of a "
                f"text, or a `template`. {received('prompts', prompts)}"
            )
        return rows

    def untemplated_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids that the preprocessor itself makes of texts."""
        if self.is_seq2seq:
            return [self._start for _ in texts]
        encode = encoder_of(self.task.preprocessor.tokenizer)
        return [self._start + row for row in encode(list(texts))]

    def in_place(self, rows: list[list[int]]) -> list[list[int]] | None:
        """The rows that go in place of those the preprocessor makes of texts; None for none."""
        return None if self.turns.template is None or self._packs_itself else rows

    @functools.cached_property
    def _start(self) -> list[int]:
        return start_ids(self.task)
