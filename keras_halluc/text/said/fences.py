"""Code fences and inline code of Markdown: the marks, not what they mark."""

import re

from keras_halluc.text.said.draft import Edit

_LANGUAGES = (
    "json|jsonc|text|txt|plaintext|plain|markdown|md|html|xml|python|py|bash|sh|shell|sql|js|"
    "javascript|ts|typescript|yaml|yml|csv|latex|tex|c|cpp|java|go|rust|r|output|answer"
)
_FENCE = re.compile(
    rf"(?m)^[ \t]*(?:```+|~~~+)[ \t]*(?:(?:{_LANGUAGES})\b[ \t]*|[\w+#.-]*[ \t]*\n|$)|"
    r"(?<![`~ \t])[ \t]*(?:```+|~~~+)[ \t]*$",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(`{1,3})(?=[^`\n])([^`\n]+)\1(?!`)")


def find_fences(text: str) -> list[Edit]:
    """Fences of code blocks."""
    if "```" not in text and "~~~" not in text:
        return []
    return [Edit(*match.span(), "code fence") for match in _FENCE.finditer(text)]


def find_inline_code(text: str) -> list[Edit]:
    """The ticks around inline code."""
    if "`" not in text:
        return []
    return [
        edit
        for match in _INLINE.finditer(text)
        for edit in (
            Edit(match.start(), match.start(2), "code mark"),
            Edit(match.end(2), match.end(), "code mark"),
        )
    ]
