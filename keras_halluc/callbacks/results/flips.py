"""Flips: cases whose answer was right at one measurement and is not at another, or vice versa."""

from collections.abc import Iterator

from keras_halluc._types import HALLUCINATED
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.results.record import Record

LOST = "lost"
GAINED = "gained"
Pair = tuple[Answer, Answer]


def flip(before: Answer, now: Answer) -> str:
    """`"lost"`, `"gained"` or `""`: whether an answer was supported and is not, or vice versa."""
    if not (before.verdict.measured and now.verdict.measured):
        return ""
    was, is_now = (answer.verdict.label == "supported" for answer in (before, now))
    return "" if was == is_now else GAINED if is_now else LOST


def answers_with_flips(record: Record) -> Iterator[tuple[int, Answer, str]]:
    """Epoch, answer and flip against the last measured answer before, epochs rising."""
    last: dict[int, Answer] = {}
    for epoch, answers in record.answered():
        for answer in answers:
            before = last.get(answer.index)
            yield epoch, answer, "" if before is None else flip(before, answer)
            if answer.verdict.measured:
                last[answer.index] = answer


def flips_since_first(record: Record) -> tuple[list[Pair], list[Pair], int]:
    """Lost and gained cases from the first measurement to the latest, and how many were compared.

    Each case is a pair of answers, the first and the latest. The worst comes first: hallucinated
    before abstained, and then the lowest score.
    """
    answered = record.answered()
    if len(answered) < 2:
        return [], [], 0
    first = {answer.index: answer for answer in answered[0][1]}
    pairs = [(first[now.index], now) for now in answered[-1][1] if now.index in first]
    compared = [pair for pair in pairs if all(answer.verdict.measured for answer in pair)]
    found = {
        kind: sorted((pair for pair in compared if flip(*pair) == kind), key=_badness)
        for kind in (LOST, GAINED)
    }
    return found[LOST], found[GAINED], len(compared)


def _badness(pair: Pair) -> tuple[bool, float]:
    verdict = pair[1].verdict
    return verdict.label not in HALLUCINATED, 1.0 if verdict.score is None else verdict.score
