"""Markdown emphasis: stars, underscores and tildes around words, not those of maths and code."""

import re

from keras_halluc.text.said.draft import Edit
from keras_halluc.text.said.draft import Step

REASON = "emphasis"


def _pair(mark: str, inside: str, word: str) -> re.Pattern[str]:
    """A mark, text without the sign in it that touches both marks, and the mark again.

    `word` is what must not stand outside the marks: `2*3*4` and `snake_case_name` have none.
    """
    sign = re.escape(mark[0])
    return re.compile(
        rf"(?<![{word}{sign}\\]){re.escape(mark)}(?![\s{sign}])"
        rf"({inside}*?(?<![\s\\]))(?<!{sign}){re.escape(mark)}(?![{word}{sign}])"
    )


_LETTERS = "0-9A-Za-z"
_STEPS = (
    ("***", r"[^*\n]", _LETTERS),
    ("*", r"[^*\n]", _LETTERS),
    ("**", r"[^*\n]", _LETTERS),
    ("___", r"[^_\n]", r"\w"),
    ("_", r"[^_\n]", r"\w"),
    ("__", r"(?:[^_\n]|(?<=\w)_(?=\w))", r"\w"),
    ("~~", r"[^~\n]", ""),
    ("==", r"[^=\n]", _LETTERS),
)
# Bold that begins behind a space may end within a word: "**67**million".
_BEFORE_WORD = re.compile(r"(?<![^\s(\[\"'“‘«])(\*\*|__)(?![\s*_])([^*_\n]+)(?<!\s)\1(?=[A-Za-z])")
_UNCLOSED = re.compile(r"(?<![^\s(\[\"'“‘«])\*\*(?=[^\W\d_]|[\"“'‘«])")
_CALL = re.compile(r"[\w.]+\(")


def _step(mark: str, inside: str, word: str) -> Step:
    pattern = _pair(mark, inside, word)
    width = len(mark)

    def find(text: str) -> list[Edit]:
        if text.count(mark) < 2:
            return []
        edits = []
        for match in pattern.finditer(text):
            start, end = match.span()
            edits.append(Edit(start, start + width, REASON))
            edits.append(Edit(end - width, end, REASON))
        return edits

    return find


def _before_word(text: str) -> list[Edit]:
    if "**" not in text and "__" not in text:
        return []
    edits = []
    for match in _BEFORE_WORD.finditer(text):
        edits.append(Edit(match.start(1), match.end(1), REASON))
        edits.append(Edit(match.end(2), match.end(), REASON))
    return edits


def _unclosed(text: str) -> list[Edit]:
    """Bold that a text cut off does not close; not where functions are called with `**`."""
    if "**" not in text or _CALL.search(text):
        return []
    return [Edit(*match.span(), REASON) for match in _UNCLOSED.finditer(text)]


EMPHASIS_STEPS: tuple[Step, ...] = (*(_step(*one) for one in _STEPS), _before_word, _unclosed)
