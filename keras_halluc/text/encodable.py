"""What does a text hold that cannot be written as UTF-8, as tokenizers want it?"""


def encodable(text: str) -> str:
    """The text, with U+FFFD for each lone surrogate: half of a character cut in two.

    Files and models bring such halves, and Python's str holds them. A pair of halves in its order
    is joined to the character it stands for; a lone one is one character before and after.

    Args:
        text: str.

    Returns:
        str that can be encoded; the same object if `text` can.

    Example:

    >>> from keras_halluc.text.encodable import encodable
    >>> encodable("a\\ud800b") == "a\\ufffdb"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
