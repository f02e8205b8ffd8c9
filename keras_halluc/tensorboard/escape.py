"""How is text that nobody vouches for shown as it is, instead of being obeyed?

TensorBoard renders text summaries as markdown, and lets links, images and some HTML through. What
a model wrote must do none of that. Here each character becomes a fragment that means the same as
markdown and as HTML (the page has a switch between the two), and never starts anything: all is in
one line, and what could be markup is a character reference.
"""

import string

BREAK = "<br>"
FIXED_SPACE = "&#160;"
TAB_WIDTH = 4
# What neither markdown nor HTML reads as markup, when brackets, `<`, `&` and `\` are escaped.
PLAIN = frozenset(string.ascii_letters + string.digits + ",;:?'\"()/%$@")
LINE_ENDS = frozenset("\n\x85\u2028\u2029")
UNSHOWABLE = "\ufffd"
CONTROL_PICTURES = 0x2400  # U+2400 pictures U+0000, and so on up to U+001F
DELETE_PICTURE = "\u2421"


def escape(text: str) -> str:
    """Text as a piece of HTML that shows it literally; line ends are kept as `<br>`.

    Args:
        text: str, any characters at all.

    Returns:
        str in one line, without lone surrogates or control characters: control characters are
        shown as their pictures (`␀`), what has no picture as U+FFFD.

    Example:

    >>> from keras_halluc.tensorboard.escape import escape
    >>> escape("see [x](y)")
    'see &#91;x&#93;(y)'
    """
    return "".join(escape_characters(text))


def escape_characters(text: str) -> list[str]:
    """`escape`, one fragment a character, so that positions in `text` can still be found."""
    around = ["", *text, ""]
    return [_fragment(*three) for three in zip(around, text, around[2:], strict=False)]


def _fragment(before: str, char: str, after: str) -> str:
    if char in PLAIN:
        return char
    if char == " ":
        # HTML would drop a space at the edge of a line, and all but one in a row.
        return " " if before.strip() and after.strip() else FIXED_SPACE
    if char == "\t":
        return FIXED_SPACE * TAB_WIDTH
    if char == "\r":
        return "" if after == "\n" else BREAK
    if char in LINE_ENDS:
        return BREAK
    code = ord(char)
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    if code < 0x7F:
        return f"&#{code};"
    if code == 0x7F:
        return DELETE_PICTURE
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return UNSHOWABLE
    return char
