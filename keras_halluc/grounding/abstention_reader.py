"""Does a text say that it does not know, and nothing else?"""

import re
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.grounding.abstentions import COURTESIES
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.abstentions import FILLERS
from keras_halluc.grounding.abstentions import TURNS
from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize

# Ends of clauses in Latin, CJK, Arabic and Indic writing, and a dash between spaces.
_CLAUSE_END = re.compile(
    "[.,;:!?\u2026\n()\u3001\u3002\uff0c\uff0e\uff1b\uff1a\uff01\uff1f"
    "\u060c\u061b\u061f\u0964\u2013\u2014]|\\s-+\\s"
)


LONGEST = 1000  # characters; a longer text is an answer, whatever it says


class AbstentionReader:
    """Tells an abstention from an answer, clause by clause.

    A text only abstains if it has a clause that is one of the phrases, or starts with one of two
    words or ends with one of three ("I don't know who wrote it"), and no clause with anything else
    in it but courtesies ("sorry"). So "I don't know, maybe Lyon" is an answer: it commits to Lyon.
    A phrase of one word ("unknown") must be the whole clause, since names begin so.

    Args:
        phrases: list of str. None takes `DEFAULT_ABSTENTIONS`.
    """

    def __init__(self, phrases: Sequence[str] | None = None) -> None:
        if phrases is None:
            phrases = DEFAULT_ABSTENTIONS
        self.phrases = tuple(require_strings("abstentions", phrases, empty_ok=True))
        self._phrases = []
        for i, phrase in enumerate(self.phrases):
            tokens = _tokens(phrase)
            if not tokens:
                raise ValueError(
                    f"`abstentions` must hold phrases with letters or digits in them. "
                    f"{received(f'abstentions[{i}]', phrase)}"
                )
            self._phrases.append((tokens, " " in phrase.strip() or len(tokens) > 2))
        self._whole = {tuple(tokens) for tokens, _ in self._phrases}

    def is_phrase(self, text: str) -> bool:
        """Whether `text` is one of the phrases and nothing more."""
        return len(text) <= LONGEST and tuple(_tokens(text)) in self._whole

    def only_abstains(self, text: str) -> bool:
        """Whether `text` abstains and offers no answer beside."""
        if len(text) > LONGEST:
            return False
        if self.is_phrase(text):
            return True
        abstains = False
        for clause in _CLAUSE_END.split(text):
            for part in _split(_tokens(clause), _TURNS):
                while part and (filler := _first(part, _FILLERS)):
                    part = part[len(filler) :]
                if not part or _first(part, _COURTESIES):
                    continue
                if not self._abstains(part):
                    return False
                abstains = True
        return abstains

    def _abstains(self, part: list[str]) -> bool:
        if tuple(part) in self._whole:
            return True
        return any(
            part[: len(tokens)] == tokens or (len(tokens) > 2 and part[-len(tokens) :] == tokens)
            for tokens, open_ended in self._phrases
            if open_ended
        )


def _tokens(text: str) -> list[str]:
    return tokenize(normalize_answer(text, strip_accents=True))


def _first(tokens: list[str], phrases: list[list[str]], place: int = 0) -> list[str]:
    """The longest phrase that stands in `tokens` at `place`, or an empty list."""
    first = tokens[place]
    fitting = [
        phrase
        for phrase in phrases
        if phrase[0] == first and tokens[place : place + len(phrase)] == phrase
    ]
    return max(fitting, key=len, default=[])


def _split(tokens: list[str], phrases: list[list[str]]) -> list[list[str]]:
    """Cuts `tokens` wherever one of the phrases stands, leaving the phrase out."""
    parts: list[list[str]] = [[]]
    position = 0
    while position < len(tokens):
        if phrase := _first(tokens, phrases, position):
            parts.append([])
            position += len(phrase)
        else:
            parts[-1].append(tokens[position])
            position += 1
    return parts


_TURNS = [_tokens(phrase) for phrase in TURNS]
_FILLERS = [_tokens(phrase) for phrase in FILLERS]
_COURTESIES = [_tokens(phrase) for phrase in COURTESIES]
