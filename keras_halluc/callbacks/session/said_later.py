"""Sentences that wait until Keras' bar of an epoch is done, whose line they would split."""

from keras_halluc._progress import say
from keras_halluc.callbacks.session.guard import Guard


class SaidLater:
    """Sentences to be printed at the beginning of the next epoch, or at the end of `fit`.

    Args:
        loudness: int, 0 prints nothing.
        guard: `Guard`, so that a closed output ends no `fit`.
    """

    def __init__(self, loudness: int, guard: Guard) -> None:
        self._loudness = loudness
        self._guard = guard
        self._waiting: list[str] = []

    def add(self, sentence: str) -> None:
        """Keeps a sentence, if it is one."""
        if self._loudness and sentence:
            self._waiting.append(sentence)

    def say(self) -> None:
        """Prints what was kept."""
        for sentence in self._waiting:
            self._guard("print", say, sentence)
        self._waiting.clear()
