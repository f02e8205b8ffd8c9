"""What if the model is only a Python function from prompts to texts?"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import NoReturn

from keras_halluc._require import received
from keras_halluc._require import require_strings


class FunctionGenerator:
    """A generator around a plain callable.

    Args:
        function: callable from a list of str prompts to a list of as many str continuations.
        sample: callable `(prompts, num_samples, temperature, seed)` returning a list of
            `num_samples` texts for each prompt, or None if it cannot sample.

    Example:

    >>> import keras_halluc as kh
    >>> echo = kh.generation.FunctionGenerator(lambda prompts: [p.upper() for p in prompts])
    >>> echo.generate(["paris"])
    ['PARIS']
    """

    def __init__(
        self,
        function: Callable[[list[str]], Sequence[str]],
        sample: Callable[[list[str], int, float, int], Sequence[Sequence[str]]] | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"`function` must be callable. {received('function', function)}")
        if sample is not None and not callable(sample):
            raise TypeError(f"`sample` must be callable or None. {received('sample', sample)}")
        self.function = function
        self._sample = sample

    def generate(self, prompts: Sequence[str]) -> list[str]:
        """Calls the function once with all prompts and checks what comes back."""
        prompts = require_strings("prompts", prompts)
        outputs = require_strings("function(prompts)", self.function(prompts), empty_ok=True)
        if len(outputs) != len(prompts):
            raise ValueError(
                f"`function` must return one str a prompt. Received: {len(outputs)} texts for "
                f"{len(prompts)} prompts"
            )
        return outputs

    @property
    def can_sample(self) -> bool:
        """Whether a `sample` function was given."""
        return self._sample is not None

    def sample(
        self, prompts: Sequence[str], num_samples: int, temperature: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """Calls the given `sample` function; raises ValueError when there is none."""
        if self._sample is None:
            raise ValueError(
                "This generator cannot sample. Give `FunctionGenerator(..., sample=...)`, or ask "
                "for greedy answers only."
            )
        prompts = require_strings("prompts", prompts)
        texts = [list(t) for t in self._sample(prompts, num_samples, temperature, seed)]
        counts = [len(t) for t in texts]
        if counts != [num_samples] * len(prompts):
            raise ValueError(
                f"`sample` must return {num_samples} texts for each of {len(prompts)} prompts. "
                + received("counts", counts)
            )
        return texts

    def score(self, prompts: Sequence[str], continuations: Sequence[str]) -> NoReturn:
        """Raises: a plain function gives text only, no probabilities."""
        raise ValueError(
            "A plain function gives no token probabilities. Use `TaskGenerator` or "
            "`NextTokenGenerator` for scores."
        )
