"""How is a long text cut into pieces that a model can read?"""

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc.text.sentences import sentence_spans
from keras_halluc.text.tokens import tokenize_spans


def chunk_text(text: str, size: int = 120, overlap: int = 30) -> list[str]:
    """Cuts a text into overlapping pieces of whole sentences.

    A piece takes sentences while they fit. The next one begins with the last sentences of this one
    that together have at most `overlap` tokens. So what is said across a cut is whole in one piece.
    A sentence of more than `size` tokens is cut into pieces of `size`, as far apart as `size -
    overlap`.

    Args:
        text: str, in any script.
        size: int, most tokens in a piece, counted by `tokenize` (words; characters of Chinese).
        overlap: int, less than `size`.

    Returns:
        list of str, slices of `text` in order. Empty if the text has no letter or digit.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.chunk_text("One two. Three four. Five six.", size=4, overlap=2)
    ['One two. Three four.', 'Three four. Five six.']
    """
    size = require_int("size", size, minimum=1)
    overlap = require_int("overlap", overlap, minimum=0)
    if overlap >= size:
        raise ValueError(f"`overlap` must be less than `size`={size}. Received: overlap={overlap}")
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    units = [unit for span in sentence_spans(text) for unit in _units(text, *span, size, overlap)]
    chunks, first = [], 0
    while first < len(units):
        last, total = first, units[first][2]
        while last + 1 < len(units) and total + units[last + 1][2] <= size:
            last += 1
            total += units[last][2]
        chunks.append(text[units[first][0] : units[last][1]])
        if last + 1 == len(units):
            break
        first = _next_first(units, first, last, size, overlap)
    return chunks


def _units(text: str, start: int, end: int, size: int, overlap: int) -> list[tuple[int, int, int]]:
    """`(start, end, tokens)` of a sentence, or of its pieces if it is too long."""
    tokens = tokenize_spans(text[start:end])
    if len(tokens) <= size:
        return [(start, end, len(tokens))]
    firsts = range(0, max(1, len(tokens) - overlap), size - overlap)
    return [
        (start + tokens[i][1], start + tokens[min(i + size, len(tokens)) - 1][2], size)
        for i in firsts
    ]


def _next_first(
    units: list[tuple[int, int, int]], first: int, last: int, size: int, overlap: int
) -> int:
    """Where the next piece begins: as many sentences back as the overlap and it have room for."""
    begin, total = last + 1, 0
    room = min(overlap, size - units[last + 1][2])
    while begin - 1 > first and total + units[begin - 1][2] <= room:
        begin -= 1
        total += units[begin][2]
    return begin
