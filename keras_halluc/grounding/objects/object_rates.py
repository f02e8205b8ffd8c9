"""CHAIR: rates of object hallucination over many captions."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class ObjectRates:
    """Counts of objects named in captions, and the rates made of them.

    A rate over nothing is None: that of captions without any mention, the recall of pictures
    without any object.

    Args:
        captions: int, outputs looked at.
        hallucinated_captions: int, those that name an object that is not there.
        sentences: int, sentences of all captions.
        hallucinated_sentences: int, those that name an object that is not there.
        mentions: int, object mentions; an object named twice counts twice.
        hallucinated_mentions: int, those of an object that is not there.
        present: int, objects that are there, each once a caption.
        named: int, those of them that the caption names.

    Example:

    >>> import keras_halluc as kh
    >>> rates = kh.grounding.ObjectRates(
    ...     captions=2, hallucinated_captions=1, sentences=2, hallucinated_sentences=1,
    ...     mentions=4, hallucinated_mentions=1, present=5, named=3,
    ... )
    >>> rates.chair_i, rates.chair_s, rates.recall
    (0.25, 0.5, 0.6)
    """

    captions: int
    hallucinated_captions: int
    sentences: int
    hallucinated_sentences: int
    mentions: int
    hallucinated_mentions: int
    present: int
    named: int

    @property
    def chair_i(self) -> float | None:
        """CHAIR_i: hallucinated mentions / mentions, in [0, 1], lower is better."""
        return _share(self.hallucinated_mentions, self.mentions)

    @property
    def chair_s(self) -> float | None:
        """CHAIR_s: captions with a hallucinated object / captions, in [0, 1], lower is better."""
        return _share(self.hallucinated_captions, self.captions)

    @property
    def sentence_rate(self) -> float | None:
        """Sentences with a hallucinated object / sentences, for outputs of several sentences."""
        return _share(self.hallucinated_sentences, self.sentences)

    @property
    def recall(self) -> float | None:
        """Objects named / objects there, in [0, 1], higher is better; falls in terse captions."""
        return _share(self.named, self.present)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
