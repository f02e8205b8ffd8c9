"""Where are the clauses of a text?"""

import dataclasses
import functools
import re

from keras_halluc.grounding.abstention_grammar.places import bare
from keras_halluc.grounding.abstention_grammar.places import fold

# Ends of sentences, and of clauses within one, in Latin, CJK, Arabic and Indic writing. A dash
# ends a clause between spaces.
_END = re.compile(
    "(?P<sentence>[.;!?\u2026\n\u3002\uff0e\uff1b\uff01\uff1f\u061b\u061f\u0964])"
    "|[,:()\u3001\uff0c\uff1a\u060c\uff08\uff09\u2013\u2014]|\\s-+\\s"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Words that begin with a small letter in an English title.
_SMALL = frozenset("a an and as at by for from in of on or the to with".split())


@dataclasses.dataclass(frozen=True)
class Clause:
    """A clause: its folded words, whether a sentence begins with it, whether it is a title."""

    words: tuple[str, ...]
    is_first: bool
    is_title: bool

    @functools.cached_property
    def forms(self) -> frozenset[str]:
        """The words with and without their accents."""
        return frozenset(self.words).union(map(bare, self.words))


def clauses_of(text: str) -> list[Clause]:
    """The clauses of `text` that have words, in order."""
    found = []
    start, is_first = 0, True
    for match in (*_END.finditer(text), None):
        own = text[start : match.start() if match else len(text)]
        words = fold(own)
        if words:
            found.append(Clause(words, is_first, _is_title(own)))
            is_first = False
        if match:
            start = match.end()
            is_first = is_first or match["sentence"] is not None
    return found


def _is_title(clause: str) -> bool:
    """Whether each word begins with a capital, as in "Don't Know Why", but not all is capitals."""
    words = _WORD.findall(clause)
    return (
        len(words) > 1
        and not clause.isupper()
        and all(word[0].isupper() or word in _SMALL for word in words)
    )
