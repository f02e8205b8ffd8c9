"""Refusal of prompts with a picture by generators that read text alone."""

from collections.abc import Iterable

from keras_halluc._require import received
from keras_halluc._types import ImagePrompt


def require_no_images(who: str, prompts: Iterable[str]) -> None:
    """No prompt must carry a picture where a generator of texts alone would drop it unseen."""
    for prompt in prompts:
        if isinstance(prompt, ImagePrompt):
            raise ValueError(
                f"{who} reads the text of a prompt and no picture. Give `generator=` a callable "
                "from prompts to texts, which finds the picture as `prompt.image`, such as "
                "`lambda prompts: task.generate({'images': np.stack([p.image for p in prompts]), "
                f"'prompts': [*map(str, prompts)]}})`. {received('prompt', prompt)}"
            )
