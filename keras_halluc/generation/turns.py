"""Turns: prompts and answers in the tokens of one tokenizer, with or without a chat template."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc.generation.special_tokens import FIND
from keras_halluc.generation.special_tokens import NEVER_LETTERS
from keras_halluc.generation.special_tokens import encoder_reading
from keras_halluc.generation.special_tokens import special_tokens_in
from keras_halluc.generation.special_tokens import token_id
from keras_halluc.generation.tokenizers import encoder_of

Template: TypeAlias = Callable[[str], str]
PROBE = "a"  # a prompt that shows which special tokens a template has


class Turns:
    """What stands around prompts and answers.

    Args:
        template: `ChatTemplate`, other callable from a prompt to the text to go on from, or None.
            A callable may have `end_of_turn`, a str.
        tokenizer: what `encoder_of` takes.
        end_token_id: int or None, what ends an answer where the template has nothing.

    Attributes:
        encode: callable from texts to lists of ids.
        closing: list of int, what ends an answer; empty without a template.
        stops: tuple of int, the end of a turn, where that is one token.
        reads_natively: bool, whether the tokenizer itself reads all special tokens.
    """

    def __init__(self, template: Template | None, tokenizer: Any, end_token_id: int | None) -> None:
        self.template = template
        self.closing: list[int] = []
        self.stops: tuple[int, ...] = ()
        self.reads_natively = True
        self.encode = encoder_of(tokenizer)
        self._end = ""
        if template is None:
            return
        if not callable(template):
            raise TypeError(
                "`template` must be a `kh.generation.ChatTemplate`, or a callable from a prompt to "
                f"a str. {received('template', template)}"
            )
        self._end = getattr(template, "end_of_turn", "")
        special = special_tokens_in(self.text(PROBE) + self._end)
        _require_known(tokenizer, special)
        self.encode, self.reads_natively = encoder_reading(tokenizer, special)
        ends = [] if end_token_id is None else [end_token_id]
        single = token_id(tokenizer, self._end) if self._end else None
        own = self.encode([self._end])[0] if single is None else [single]
        self.closing = own if len(own) == 1 else own + ends
        self.stops = tuple(own) if len(own) == 1 else ()

    def text(self, prompt: str) -> str:
        """A prompt in its turn, up to the first word of the answer."""
        if self.template is None:
            return prompt
        text = self.template(prompt)
        if not isinstance(text, str):
            raise TypeError(f"`template` must return a str. {received('template(prompt)', text)}")
        return text

    def heads(self, prompts: Sequence[str], start: list[int]) -> list[list[int]]:
        """Token ids before the first one of each answer; a start token is never there twice."""
        rows = self.encode([self.text(prompt) for prompt in prompts])
        if self.template is not None:
            rows = [without(start, row) for row in rows]
        return [start + row for row in rows]

    def tails(self, answers: Sequence[str]) -> list[list[int]]:
        """Token ids of each answer with the end of its turn; none of an empty one."""
        return [row + self.closing if row else row for row in self.encode(answers)]

    def whole(self, text: str, start: list[int]) -> list[int]:
        """Token ids behind the start of a whole conversation, which may or may not end its turn."""
        bare = text.rstrip()
        if self._end and bare.endswith(self._end):
            text = bare.removesuffix(self._end)
        (row,) = self.encode([text])
        return without(start, row) + self.closing

    def cut(self, text: str) -> str:
        """What was generated, up to an end of turn that is more than one token."""
        return text if self.stops or not self._end else text.partition(self._end)[0]


def without(start: list[int], row: list[int]) -> list[int]:
    """A row of ids without the start tokens that it may have itself."""
    return row[len(start) :] if start and row[: len(start)] == start else row


def require_stops(stop_token_ids: Any) -> tuple[int, ...] | None:
    """`stop_token_ids` must be a list of ids, or None."""
    if stop_token_ids is None:
        return None
    try:
        ids = list(stop_token_ids)
    except TypeError:
        raise TypeError(
            "`stop_token_ids` must be a list of integers, or None. "
            + received("stop_token_ids", stop_token_ids)
        ) from None
    return tuple(require_int("stop_token_ids", i, minimum=0) for i in ids)


def _require_known(tokenizer: Any, special: list[str]) -> None:
    if not any(hasattr(tokenizer, name) for name in FIND):
        return  # nothing can be asked of it
    for token in special:
        if NEVER_LETTERS.fullmatch(token) and token_id(tokenizer, token) is None:
            raise ValueError(
                f"`template` has the special token {token!r}, which the vocabulary of the "
                "tokenizer lacks: it would be spelled out in letters. Give the template the model "
                "was trained with, or one in plain words, such as "
                "`ChatTemplate('Question: {prompt}\\n', 'Answer:{answer}')`. "
                + received("tokenizer", type(tokenizer).__name__)
            )
