"""Which words of a reference's lines stand in a text's lines in the same order?"""

import collections
from collections.abc import Container

LONG = 500  # words of a line from which on the walk back is made in longer steps


def union_lcs_hits(reference: list[list[str]], text: list[list[str]]) -> int:
    """Counts the hits of summary-level ROUGE-L, as the `rouge-score` package does.

    For each line of the reference: the places that belong to its longest common subsequence with
    any line of the text. Each word of the text counts once, however many lines it serves.

    Args:
        reference: list of lines, each a list of tokens.
        text: list of lines, the same.

    Returns:
        int, at most the number of tokens of either.

    References:
        Lin 2004, section 3.2, https://aclanthology.org/W04-1013
        Hyyrö 2004, "Bit-parallel LCS-length computation revisited"
    """
    own = collections.Counter(token for line in text for token in line)
    union: collections.Counter[str] = collections.Counter()
    for line in reference:
        masks = _masks(line, own)
        places: set[int] = set()
        for other in text:
            places.update(_lcs_places(line, other, masks))
        union.update(line[place] for place in places)
    return (union & own).total()


def _masks(line: list[str], wanted: Container[str]) -> dict[str, int]:
    """For each token that is wanted a bit at each of its places in a line."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(line):
        if token in wanted:
            places.setdefault(token, []).append(place)
    masks = {}
    for token, own in places.items():
        bits = bytearray(own[-1] // 8 + 1)
        for place in own:
            bits[place >> 3] |= 1 << (place & 7)
        masks[token] = int.from_bytes(bits, "little")
    return masks


def _lcs_places(line: list[str], other: list[str], masks: dict[str, int]) -> list[int]:
    """Places in `line` of one longest common subsequence: of several, the one that the walk back
    through the table of lengths finds which steps in `line` unless the other step is longer."""
    full = (1 << len(line)) - 1
    row = full
    rows = [row]  # zeros below bit i of row j: the length for the first i and the first j tokens
    for token in other:
        kept = row & masks.get(token, 0)
        row = (row + kept | row - kept) & full
        rows.append(row)
    places = []
    i, j = len(line), len(other)
    while i and j:
        if len(line) > LONG:
            i = _next_step(line, i, other[j - 1], rows[j - 1], rows[j])
            if not i:
                break
        if line[i - 1] == other[j - 1]:
            i, j = i - 1, j - 1
            places.append(i)
        elif _zeros(rows[j - 1], i) > _zeros(rows[j], i - 1):
            j -= 1
        else:
            i -= 1
    return places


def _next_step(line: list[str], i: int, token: str, before: int, here: int) -> int:
    """How far the walk goes on in a long line before anything else happens.

    The two lengths that it compares change by one bit a step, so they are not counted anew.
    """
    size = len(line) // 8 + 1
    step_other, step_line = _zeros(before, i), _zeros(here, i - 1)
    before_bits, bits = before.to_bytes(size, "little"), here.to_bytes(size, "little")
    while i and line[i - 1] != token and step_other <= step_line:
        i -= 1
        step_other -= not before_bits[i >> 3] >> (i & 7) & 1
        step_line -= i > 0 and not bits[i - 1 >> 3] >> (i - 1 & 7) & 1
    return i


def _zeros(row: int, count: int) -> int:
    return count - (row & (1 << count) - 1).bit_count()
