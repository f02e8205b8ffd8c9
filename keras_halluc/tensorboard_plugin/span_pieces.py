"""How is an output cut into pieces that a page can show, marked or not?

Python counts characters and JavaScript counts halves of some of them, so spans are turned into
pieces of text here.
"""

from itertools import groupby
from typing import Any

from keras_halluc.tensorboard.marked import Marked
from keras_halluc.tensorboard.marked import marks

BEFORE = 40  # characters shown before the first mark of a text that is cut at both ends


def cut_pieces(text: str, spans: Any, limit: int | None = None) -> dict[str, Any]:
    """Cuts a text at the ends of its spans.

    Args:
        text: str, whatever a model said.
        spans: `(start, end, kind)` each, as a file of cases has them; what is no span is left out.
        limit: int > 0 or None. How many characters to show at most: those from the beginning, or
            from shortly before the first span, where that lies beyond.

    Returns:
        dict of `pieces`, a list of `[text, kind]` with kind `""`, `"contradicted"` or `"other"`;
        `before` and `after`, how many characters were cut off at the two ends.
    """
    found = spans_of(spans)
    start, end = 0, len(text)
    if limit is not None and end > limit:
        first = min((s for s, e, _ in found if s < e and s < end), default=0)
        start = 0 if first < limit else max(first - BEFORE, 0)
        end = min(start + limit, end)
    shown = text[start:end]
    inside = [(max(s, start) - start, min(e, end) - start, k) for s, e, k in found]
    marked = Marked(shown, tuple(span for span in inside if span[0] < span[1]))
    runs = groupby(zip(shown, marks(marked), strict=True), lambda pair: pair[1])
    pieces = [["".join(char for char, _ in run), kind] for kind, run in runs]
    return {"pieces": pieces, "before": start, "after": len(text) - end}


def spans_of(spans: Any) -> list[tuple[int, int, str]]:
    """`(start, end, kind)` each; what is no span is left out."""
    return [tuple(span) for span in spans if _is_span(span)] if isinstance(spans, list) else []


def _is_span(span: Any) -> bool:
    if not isinstance(span, list) or len(span) != 3:
        return False
    start, end, kind = span
    return type(start) is int and type(end) is int and start >= 0 and isinstance(kind, str)
