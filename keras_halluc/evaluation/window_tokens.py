"""Token model of any Keras model that predicts the next token."""

from collections.abc import Sequence

from keras_halluc.evaluation.token_model import Pair
from keras_halluc.evaluation.token_model import likelihoods
from keras_halluc.evaluation.token_model import single_tokens
from keras_halluc.generation import NextTokenGenerator


class WindowTokens:
    """A `NextTokenGenerator` as `TokenModel`; its template is not applied.

    Args:
        generator: `NextTokenGenerator`.
        max_length: int or None.
    """

    is_seq2seq = False

    def __init__(self, generator: NextTokenGenerator, max_length: int | None) -> None:
        start = generator.start_token_id
        self.generator = generator
        self.window = min(max_length or generator.max_length, generator.max_length)
        self.start = [] if start is None else [start]
        self.end_token_id = generator.end_token_id

    def encode(self, text: str) -> list[int]:
        return self.generator.turns.encode([text])[0]

    def score(self, pairs: Sequence[Pair]) -> list[tuple[float, bool]]:
        heads, tails = [head for _, head, _ in pairs], [tail for _, _, tail in pairs]
        out, mask = self.generator.forced_rows(heads, tails)
        return likelihoods(out, mask)

    def writer(
        self, max_new_tokens: int, stops: Sequence[str], prefix: int | None
    ) -> NextTokenGenerator:
        return _LastTokens(self, max_new_tokens, stops, prefix)


class _LastTokens(NextTokenGenerator):
    """A generator that keeps the last tokens of a prompt; an empty one is the prefix."""

    def __init__(
        self, tokens: WindowTokens, max_new_tokens: int, stops: Sequence[str], prefix: int | None
    ) -> None:
        self.__dict__.update(vars(tokens.generator))  # with its compiled function
        ends = () if tokens.end_token_id is None else (tokens.end_token_id,)
        self.max_new_tokens = max_new_tokens
        self.stop_token_ids = (*ends, *single_tokens(tokens.encode, stops))
        self._tokens, self._prefix = tokens, prefix

    def _heads(self, prompts: list[str]) -> list[list[int]]:
        room = self._tokens.window - self.max_new_tokens
        start = [] if self._prefix is None else [self._prefix]
        rows = [self._tokens.start + self._tokens.encode(prompt) or start for prompt in prompts]
        return self._known([row[-room:] for row in rows])
