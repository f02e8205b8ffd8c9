"""Which characters of a text does each of its tokens stand for?"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received

Offsets = list[tuple[int, int]]

# What GPT-2 writes bytes as that are no printable character of Latin-1.
_PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]
BYTE_OF = {chr(byte): byte for byte in _PRINTABLE}
BYTE_OF.update({chr(256 + i): byte for i, byte in enumerate(_OTHERS)})

SPACES = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
NEAR = 64  # bytes a tokenizer may leave out, such as control characters
UNKNOWN = ("<unk>", "[UNK]")
# Blocks that BERT splits into characters.
CHINESE = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
BYTE_PIECE = re.compile(r"<0x([0-9A-F]{2})>\Z")  # how SentencePiece writes a byte
SPACE_MARK = "\u2581"  # and a space


def token_offsets(tokenizer: Any, text: str, ids: Sequence[int]) -> Offsets:
    """Start and end character of each token, spaces left out.

    KerasHub tokenizers give no offsets, so the pieces are found in the text again, from left to
    right, as the tokenizer sees it: without spaces, and in lower case or normal form where it
    works on those. A token that is unknown, or not found, gets all up to the next one that is
    found; for WordPiece, the word. A token of spaces alone gets an empty range.

    Args:
        tokenizer: KerasHub tokenizer of kind WordPiece, byte-level BPE, SentencePiece or bytes.
        text: str.
        ids: ints, what `tokenizer(text)` gives, without special tokens; may be cut at the end.

    Returns:
        list of `(start, end)`, one a token.

    Raises:
        TypeError: for any other tokenizer.
    """
    kind = _kind(tokenizer)
    stream, owners = _stream(tokenizer, kind, text)
    found: Offsets = []
    unknown = 0  # tokens since the last one found
    at = 0  # in `stream`
    for piece in (_piece(tokenizer, kind, int(i)) for i in ids):
        begin = at
        if piece is None and kind == "WordPiece" and at < len(stream):
            word = _word_end(text, owners[at])
            hit, at = (
                at,
                next((i for i in range(at, len(owners)) if owners[i] >= word), len(owners)),
            )
        else:
            hit = -1 if piece is None else _find(stream, piece, at, owners, unknown > 0)
            at = hit + len(piece or b"") if hit >= 0 else at
        if hit >= 0 and unknown:
            found[-unknown:] = [_range(owners, begin, hit, text)] * unknown
        unknown = 0 if hit >= 0 else unknown + 1
        found.append(_range(owners, hit, at, text) if hit >= 0 else (0, 0))
    if unknown:
        found[-unknown:] = [_range(owners, at, len(owners), text)] * unknown
    return found


def _find(stream: bytes, piece: bytes, at: int, owners: list[int], after_unknown: bool) -> int:
    """Where `piece` stands from `at` on, or -1; close by unless the token before is unknown."""
    if not after_unknown:
        return at if stream.startswith(piece, at) else stream.find(piece, at, at + NEAR)
    if not piece or at == len(stream):
        return at
    following = next((i for i in range(at, len(owners)) if owners[i] > owners[at]), len(owners))
    return stream.find(piece, following)


def _range(owners: list[int], begin: int, end: int, text: str) -> tuple[int, int]:
    if end > begin:
        return owners[begin], owners[end - 1] + 1
    at = owners[begin] if begin < len(owners) else len(text)
    return at, at


def _kind(tokenizer: Any) -> str:
    import keras_hub

    for kind in ("WordPiece", "BytePair", "SentencePiece"):
        if isinstance(tokenizer, getattr(keras_hub.tokenizers, f"{kind}Tokenizer")):
            return kind
    raise TypeError(
        "`tokenizer` must be a KerasHub WordPiece, byte-level BytePair or SentencePiece tokenizer, "
        f"of which the tokens can be found in the text. {received('tokenizer', tokenizer)}"
    )


def _piece(tokenizer: Any, kind: str, token: int) -> bytes | None:
    """What a token stands for in `_stream`, or None where that is unknown."""
    piece = str(tokenizer.id_to_token(token))
    if kind == "WordPiece":
        return None if piece == tokenizer.oov_token else piece.removeprefix("##").encode()
    if kind == "BytePair":
        if all(char in BYTE_OF for char in piece):
            return bytes(BYTE_OF[char] for char in piece).translate(None, SPACES)
        return piece.encode().translate(None, SPACES)  # a special token
    if piece in UNKNOWN:
        return None
    match = BYTE_PIECE.match(piece)
    if match:
        return bytes([int(match[1], 16)]).translate(None, SPACES)
    return _plain(_folded(piece.replace(SPACE_MARK, " ")))


def _stream(tokenizer: Any, kind: str, text: str) -> tuple[bytes, list[int]]:
    """The text in UTF-8 as pieces are written, and the index of the character of each byte."""
    stream, owners = bytearray(), []
    for i, char in enumerate(text):
        if kind == "SentencePiece":
            part = _plain(_folded(char))
        elif kind == "WordPiece":
            part = b"" if _delimits(char) else _word_piece_form(tokenizer, char)
        else:
            part = char.encode("utf-8", "surrogatepass").translate(None, SPACES)
        stream += part
        owners += [i] * len(part)
    return bytes(stream), owners


def _word_piece_form(tokenizer: Any, char: str) -> bytes:
    if tokenizer.strip_accents:
        char = unicodedata.normalize("NFD", char)
        char = "".join(c for c in char if unicodedata.category(c) != "Mn")
    return (_folded(char) if tokenizer.lowercase else char).encode("utf-8", "surrogatepass")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _plain(text: str) -> bytes:
    """UTF-8 without spaces."""
    return "".join(text.split()).encode("utf-8", "surrogatepass")


def _word_end(text: str, begin: int) -> int:
    """Where the word that begins there ends, as WordPiece splits a text."""
    if _alone(text[begin]):
        return begin + 1
    end = begin + 1
    while end < len(text) and not _delimits(text[end]) and not _alone(text[end]):
        end += 1
    return end


def _delimits(char: str) -> bool:
    """Whether a character stands between words, for WordPiece."""
    return char in " \t\n\r\f" or unicodedata.category(char) in ("Cc", "Cf")


def _alone(char: str) -> bool:
    """Whether a character is a word of its own: punctuation, or Chinese."""
    if unicodedata.category(char)[0] == "P" or (char.isascii() and not char.isalnum()):
        return True
    return any(first <= ord(char) <= last for first, last in CHINESE)
