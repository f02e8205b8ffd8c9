"""Generation options of an lm-eval task."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_strings

LIMITS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")
IF_SAMPLING = {"top_k": (0, None), "top_p": (1.0, None)}  # values that change nothing
ALWAYS = {"num_beams": (1, None), "repetition_penalty": (1.0, None)}


@dataclasses.dataclass(frozen=True)
class GenKwargs:
    """How one text is generated.

    Args:
        until: tuple of str, what ends a text; none is empty.
        max_gen_toks: int, most tokens.
        temperature: float, 0 for greedy decoding.
    """

    until: tuple[str, ...]
    max_gen_toks: int
    temperature: float

    @property
    def key(self) -> tuple[Any, ...]:
        """What texts that are generated together have in common."""
        return dataclasses.astuple(self)

    def cut(self, text: str) -> str:
        """The text before the first stop string."""
        for stop in self.until:
            text = text.partition(stop)[0]
        return text


def read_gen_kwargs(options: Mapping[str, Any], default_tokens: int) -> GenKwargs:
    """Reads `generation_kwargs` of a task.

    Args:
        options: mapping, as lm-eval gives it.
        default_tokens: int, most tokens where the options do not say.

    Raises:
        ValueError: if an option would change the text and is not supported.
    """
    until = options.get("until") or []
    stops = require_strings("until", [until] if isinstance(until, str) else until, empty_ok=True)
    limit = next((options[name] for name in LIMITS if options.get(name) is not None), None)
    temperature = require_number("temperature", options.get("temperature") or 0.0, minimum=0.0)
    if options.get("do_sample") is False:
        temperature = 0.0
    elif options.get("do_sample") and not temperature:
        temperature = 1.0
    for name, neutral in {**ALWAYS, **(IF_SAMPLING if temperature else {})}.items():
        if options.get(name) not in neutral:
            raise ValueError(
                f"`{name}` is not supported. Leave it out of `generation_kwargs` of the task. "
                + received(name, options[name])
            )
    count = default_tokens if limit is None else require_int("max_gen_toks", limit, minimum=1)
    return GenKwargs(tuple(stop for stop in stops if stop), count, temperature)
