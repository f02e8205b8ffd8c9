"""Special tokens in a text: each is read as its one id and not spelled out in letters."""

import re
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from keras_halluc.generation.tokenizers import encoder_of

# <|im_end|>, <start_of_turn>, </s>, [INST]
WRITTEN = re.compile(r"<\|[^<>|\s]+\|>|</?[A-Za-z_][A-Za-z0-9_]*>|\[/?[A-Z][A-Z_]*\]")
FIND = ("token_to_id", "convert_tokens_to_ids")  # KerasHub and `tokenizers`; `transformers`
NEVER_LETTERS = re.compile(r"<\|[^<>|\s]+\|>")  # what no one writes for anything else


def special_tokens_in(text: str) -> list[str]:
    """The different parts of a text that are written as special tokens are, in order."""
    return list(dict.fromkeys(WRITTEN.findall(text)))


def token_id(tokenizer: Any, token: str) -> int | None:
    """The id of one token of a vocabulary, or None where it has no such token."""
    find: Any = next((getattr(tokenizer, name) for name in FIND if hasattr(tokenizer, name)), None)
    if find is None:
        return None
    try:
        found = find(token)
        if found is None or int(found) < 0:
            return None
        back: Any = getattr(tokenizer, "id_to_token", None) or tokenizer.convert_ids_to_tokens
        name = back(int(found))  # a tokenizer may give the id of an unknown token
    except (TypeError, ValueError, KeyError, IndexError):
        return None
    name = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return int(found) if name == token else None


def encoder_reading(
    tokenizer: Any, tokens: Sequence[str]
) -> tuple[Callable[[Sequence[str]], list[list[int]]], bool]:
    """A function from texts to lists of ids in which each of `tokens` is one id, where it has one.

    Args:
        tokenizer: what `encoder_of` takes.
        tokens: list of str, special tokens.

    Returns:
        the function, and whether it is what the tokenizer does by itself.
    """
    encode = encoder_of(tokenizer)
    ids = {token: token_id(tokenizer, token) for token in tokens}
    apart = {
        token: number
        for token, number in ids.items()
        if number is not None and number not in encode([token])[0]
    }
    if not apart:
        return encode, True
    cut = re.compile("(" + "|".join(map(re.escape, sorted(apart, key=len, reverse=True))) + ")")

    def read(texts: Sequence[str]) -> list[list[int]]:
        parts = [[part for part in cut.split(text) if part] for text in texts]
        plain = [part for row in parts for part in row if part not in apart]
        found = iter(encode(plain) if plain else [])
        return [
            [i for part in row for i in ([apart[part]] if part in apart else next(found))]
            for row in parts
        ]

    return read, False
