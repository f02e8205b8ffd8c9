"""What a recipe costs, counted in tokens before anything is done."""

import dataclasses

TRAINED = 3.0  # a token that is trained: forward, and twice as much backward


@dataclasses.dataclass(frozen=True)
class RecipeCost:
    """Tokens through the model, a forward pass each, as multiples of plain fine-tuning.

    Plain is the same rows for as many epochs. A token that is trained counts three times one that
    is read or written. On small batches writing is slower than that.

    Args:
        writing: float, texts and answers of the base model.
        recording: float, what it says on its texts.
        training: float, all steps.

    Example:

    >>> import keras_halluc as kh
    >>> cost = kh.models.RecipeCost(writing=0.125, recording=0.125, training=1.5)
    >>> cost.times_plain
    1.75
    >>> print(cost)
    About 1.8 times plain fine-tuning: 1.5 to train, 0.1 to write and answer, 0.1 to record.
    """

    writing: float
    recording: float
    training: float

    @property
    def times_plain(self) -> float:
        """All of it over plain fine-tuning."""
        return self.writing + self.recording + self.training

    def __str__(self) -> str:
        return (
            f"About {self.times_plain:.1f} times plain fine-tuning: {self.training:.1f} to train, "
            f"{self.writing:.1f} to write and answer, {self.recording:.1f} to record."
        )


def cost_of(
    rows: int,
    row_tokens: int,
    epochs: int,
    practised: int,
    wordings: int,
    answer_tokens: int,
    texts: int,
    text_tokens: int,
    replay_share: float,
) -> RecipeCost:
    """Counts; `replay_share` are replay rows over rows of the task in a step."""
    plain = TRAINED * epochs * rows * row_tokens
    all_rows = rows + practised
    longest = max(row_tokens, text_tokens + 1)  # the shorter rows of a step are padded
    training = TRAINED * epochs * all_rows * (1 + replay_share) * longest
    asked = wordings * (row_tokens + answer_tokens)
    return RecipeCost(
        writing=(texts * text_tokens + asked) / plain,
        recording=texts * text_tokens / plain,
        training=training / plain,
    )
