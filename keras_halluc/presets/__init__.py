"""The embedded model: a small GPT-2 that knows the embedded facts."""

from pathlib import Path
from typing import Any

FACTS_GPT2 = Path(__file__).parent / "facts_gpt2"

__all__ = ["FACTS_GPT2", "load_facts_gpt2"]


def load_facts_gpt2(**kwargs: Any) -> Any:
    """Loads the embedded KerasHub `GPT2CausalLM`, pretrained on the known embedded facts.

    1.1 million parameters, made for trying things out in seconds, not for use. What it knows and
    how it was made is in `presets/facts_gpt2/README.md`.

    Args:
        **kwargs: passed to `keras_hub.models.CausalLM.from_preset`, such as `dtype`.

    Returns:
        `keras_hub.models.GPT2CausalLM`.

    Example:

    >>> import keras_halluc as kh
    >>> kh.presets.load_facts_gpt2().backbone.hidden_dim
    128
    """
    import keras_hub

    return keras_hub.models.CausalLM.from_preset(str(FACTS_GPT2), **kwargs)
