"""Which parts of an output should stand out when it is shown?"""

import dataclasses
import itertools
from itertools import groupby

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc.tensorboard.escape import escape
from keras_halluc.tensorboard.escape import escape_characters

# The page lets bold, italics and code through, and no strikethrough.
OPEN_CLOSE = {
    "": ("", ""),
    "contradicted": ("<strong><em>", "</em></strong>"),
    "other": ("<strong>", "</strong>"),
}


@dataclasses.dataclass(frozen=True)
class Marked:
    """A text with spans to show in bold, or in bold italics where the kind is `contradicted`.

    Args:
        text: str, shown literally.
        spans: tuple of `(start, end, kind)`, character ranges of `text`, as in `Verdict.spans`.
            They may overlap; `contradicted` wins.

    Example:

    >>> import keras_halluc as kh
    >>> kh.tensorboard.Marked("Paris, 1889", ((7, 11, "unsupported"),)).spans
    ((7, 11, 'unsupported'),)
    """

    text: str
    spans: tuple[tuple[int, int, str], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise TypeError(f"`text` must be a str. {received('text', self.text)}")
        object.__setattr__(self, "spans", tuple(_require_span(s, self.text) for s in self.spans))


def render(text: str | Marked) -> str:
    """`text` as HTML that shows it literally, with its spans marked.

    Args:
        text: str or `Marked`.

    Returns:
        str in one line; the only tags in it are `br`, `strong` and `em`, without attributes.
    """
    if isinstance(text, str):
        return escape(text)
    parts = []
    marked = zip(marks(text), escape_characters(text.text), strict=True)
    for kind, run in groupby(marked, lambda pair: pair[0]):
        opening, closing = OPEN_CLOSE[kind]
        parts.append(opening + "".join(fragment for _, fragment in run) + closing)
    return "".join(parts)


def marks(text: Marked) -> list[str]:
    """How each character stands out: `"contradicted"`, `"other"`, or `""` for not at all."""
    changes: dict[str, list[int]] = {
        kind: [0] * (len(text.text) + 1) for kind in ("contradicted", "other")
    }
    for start, end, kind in text.spans:
        own = changes["contradicted" if kind == "contradicted" else "other"]
        own[start] += 1
        own[end] -= 1
    opened = (itertools.accumulate(own) for own in changes.values())
    return [
        "contradicted" if contradicted else "other" if other else ""
        for _, contradicted, other in zip(text.text, *opened, strict=False)
    ]


def require_text(name: str, value: str | Marked) -> str | Marked:
    """`value` must be a str or `Marked`."""
    if not isinstance(value, (str, Marked)):
        raise TypeError(f"`{name}` must be a str or Marked. {received(name, value)}")
    return value


def _require_span(span: tuple[int, int, str], text: str) -> tuple[int, int, str]:
    try:
        start, end, kind = span
    except (TypeError, ValueError):
        start, end, kind = 0, 0, None
    if not isinstance(kind, str):
        raise TypeError(f"`spans` must hold (start, end, kind). {received('span', span)}")
    start, end = require_int("start", start), require_int("end", end)
    if not 0 <= start <= end <= len(text):
        raise ValueError(
            f"`spans` must lie in the text, 0 <= start <= end <= {len(text)}. "
            f"{received('span', span)}"
        )
    return start, end, kind
