"""Union of spans: the parts of an output that several checkers mark, taken together."""

import collections
from collections.abc import Iterable
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, str]


def united_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans that cover what any of `spans` does, in order, none over another.

    What several cover is contradicted if one of them is. Spans of one kind are joined where they
    overlap, and left apart where they only touch.
    """
    changes: dict[int, tuple[list[str], list[str]]] = {}  # kinds that end and that begin there
    for start, end, kind in spans:
        changes.setdefault(end, ([], []))[0].append(kind)
        changes.setdefault(start, ([], []))[1].append(kind)
    pieces: list[Span] = []
    open_kinds: collections.Counter[str] = collections.Counter()
    last = 0
    joins = False  # whether the piece that ends next goes on from the one before
    for edge in sorted(changes):
        if open_kinds.total():
            kind = "contradicted" if open_kinds["contradicted"] else "unsupported"
            if joins and pieces[-1][2] == kind:
                pieces[-1] = (pieces[-1][0], edge, kind)
            else:
                pieces.append((last, edge, kind))
        ended, begun = changes[edge]
        open_kinds.subtract(ended)
        joins = open_kinds.total() > 0
        open_kinds.update(begun)
        last = edge
    return tuple(pieces)
