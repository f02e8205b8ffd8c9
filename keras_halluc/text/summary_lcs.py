"""Which words of a reference's lines stand in a text's lines in the same order?"""

import collections


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
    union: collections.Counter[str] = collections.Counter()
    for line in reference:
        masks: dict[str, int] = {}
        for place, token in enumerate(line):
            masks[token] = masks.get(token, 0) | 1 << place
        places: set[int] = set()
        for other in text:
            places.update(_lcs_places(line, other, masks))
        union.update(line[place] for place in places)
    own = collections.Counter(token for line in text for token in line)
    return (union & own).total()


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
        if line[i - 1] == other[j - 1]:
            i, j = i - 1, j - 1
            places.append(i)
        elif _zeros(rows[j - 1], i) > _zeros(rows[j], i - 1):
            j -= 1
        else:
            i -= 1
    return places


def _zeros(row: int, count: int) -> int:
    return count - (row & (1 << count) - 1).bit_count()
