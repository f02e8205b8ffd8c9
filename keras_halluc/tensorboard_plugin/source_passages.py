"""Passages of a source: which of its sentences is nearest to each marked part of an output?"""

import bisect
from typing import Any

from keras_halluc.tensorboard_plugin.span_pieces import spans_of
from keras_halluc.text.function_words import function_words_of
from keras_halluc.text.sentences import sentence_spans
from keras_halluc.text.tokens import tokenize_spans

MOST = 20  # marked parts of one output
LONGEST = 600  # characters of a passage
Words = list[tuple[str, int, int]]


def source_passages(source: str, output: str, spans: Any) -> list[dict[str, Any]]:
    """For each marked span, the sentence of the source with most words of the output's sentence.

    Words that a language is full of count for nothing, and a word in several sentences of the
    source for less.

    Args:
        source: str; without one there is no passage.
        output: str.
        spans: as a file of cases has them; what is no span is left out.

    Returns:
        list of dict in order: `span`, the marked text; `passage`, a list of `[text, kind]` with
        kind `"shared"` for words of the output's sentence, empty where no word is shared.
    """
    marked = sorted({(s, min(e, len(output))) for s, e, _ in spans_of(spans) if s < len(output)})
    if not source or not marked:
        return []
    common = function_words_of([word for word, _, _ in _words(source)])
    sentences = [(*span, _words(source[slice(*span)])) for span in sentence_spans(source)]
    own = [{word for word, _, _ in words} - common for _, _, words in sentences]
    said = sentence_spans(output)
    starts = [start for start, _ in said]
    found = []
    for start, end in marked[:MOST]:
        place = max(bisect.bisect_right(starts, start) - 1, 0)
        sentence = output[slice(*said[place])] if said else output[start:end]
        wanted = {word for word, _, _ in _words(sentence)} - common
        weights = {word: 1 / sum(word in other for other in own) for word in wanted & _all(own)}
        shared = [sum(weights.get(word, 0.0) for word in words) for words in own]
        best = max(range(len(own)), key=shared.__getitem__, default=None)
        passage: list[list[str]] = []
        if best is not None and shared[best] > 0:
            passage = _pieces(source, *sentences[best], wanted)
        found.append({"span": output[start:end][:LONGEST], "passage": passage})
    return found


def _all(sets: list[set[str]]) -> set[str]:
    return set().union(*sets)


def _words(text: str) -> Words:
    return [(word.casefold(), start, end) for word, start, end in tokenize_spans(text)]


def _pieces(source: str, start: int, stop: int, words: Words, wanted: set[str]) -> list[list[str]]:
    """The sentence, cut at the words that are shared."""
    stop = min(stop, start + LONGEST)
    pieces, at = [], start
    for word, begin, end in words:
        if start + end > stop:
            break
        if word in wanted:
            pieces += [[source[at : start + begin], ""], [source[start + begin : start + end], ""]]
            pieces[-1][1] = "shared"
            at = start + end
    pieces.append([source[at:stop], ""])
    return [piece for piece in pieces if piece[0]]
