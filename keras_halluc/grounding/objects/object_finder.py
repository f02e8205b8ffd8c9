"""Object mentions in a text: which objects of a vocabulary it names, where, and which it denies."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from typing import NamedTuple

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.grounding.objects.plural_forms import plural_forms
from keras_halluc.grounding.overlap.folded_words import FoldedWord
from keras_halluc.grounding.overlap.folded_words import fold_words

DENIALS = frozenset("no not without neither nor never cannot 没 沒 无 無".split())
# What may stand between a denial and what it denies: "does not show a single dog".
BETWEEN = frozenset(
    "a an any the of single one other visible actual see seen show shows have has contain contains"
    " include includes be 有 任 何".split()
)
REACH = 8  # words before an object in which a denial counts
JOINED = frozenset(("or", "nor"))  # "no dogs or cats" denies both
ENDS = ".!?;:\n。！？；"  # a denial does not reach past these


class ObjectMention(NamedTuple):
    """An object that a text names.

    Args:
        name: str, the object by its name in the vocabulary.
        start: int, its first character in the text.
        end: int, the character after its last.
        denied: bool, whether the text says that it is not there: "no dog".

    Example:

    >>> import keras_halluc as kh
    >>> text = "Two men, no dogs."
    >>> for mention in kh.grounding.ObjectChecker().find(text):
    ...     print(mention.name, text[mention.start : mention.end], mention.denied)
    person men False
    dog dogs True
    """

    name: str
    start: int
    end: int
    denied: bool


class ObjectFinder:
    """Finds objects by their words, the longest first: a "hot dog" is no "dog".

    Args:
        vocabulary: mapping from the name of an object to other words for it, or a list of names.
        ignored: list of str, phrases that name no object: `"train station"`.
        plurals: bool, whether English plurals of all words are found too.

    Raises:
        TypeError, ValueError: a vocabulary without objects, a word without letters, one word for
            two objects.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, Iterable[str]] | Iterable[str],
        ignored: Iterable[str],
        plurals: bool,
    ) -> None:
        self.vocabulary = _as_vocabulary(vocabulary)
        self.ignored = tuple(require_strings("ignored", ignored, empty_ok=True))
        # Words of each phrase, under the first of them; None for a phrase that names no object.
        self._phrases: dict[tuple[str, ...], str | None] = {}
        for name, others in self.vocabulary.items():
            for word in (name, *others):
                self._add(_words(word, vocabulary=vocabulary), name)
        for phrase in self.ignored:
            self._phrases.setdefault(_words(phrase, ignored=self.ignored), None)
        for words, of in list(self._phrases.items()) if plurals else ():
            for last in plural_forms(words[-1]):  # a word that was given counts more: "glasses"
                self._phrases.setdefault((*words[:-1], last), of)
        lengths: dict[str, set[int]] = {}
        for words in self._phrases:
            lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> list[ObjectMention]:
        """The mentions of a text in order, denied ones included; none over another."""
        words = fold_words(text, 0, len(text))
        found: list[ObjectMention] = []
        denied_until = -1  # number of the word after the last mention that was denied
        at = 0
        while at < len(words):
            length = self._longest(words, at)
            if not length:
                at += 1
                continue
            name = self._phrases[_folded(words, at, at + length)]
            if name is not None:
                denied = _is_denied(text, words, at, denied_until)
                if denied:
                    denied_until = at + length
                last = words[at + length - 1].end
                found.append(ObjectMention(name, words[at].start, last, denied))
            at += length
        return found

    def _longest(self, words: list[FoldedWord], at: int) -> int:
        """How many words the longest phrase has that begins here; 0 for none."""
        for length in self._lengths.get(words[at].folded, ()):
            if at + length <= len(words) and _folded(words, at, at + length) in self._phrases:
                return length
        return 0

    def _add(self, words: tuple[str, ...], name: str) -> None:
        known = self._phrases.setdefault(words, name)
        if known != name:
            raise ValueError(
                f"`vocabulary` must have each word for one object; {' '.join(words)!r} is a word "
                f"for {known!r} and for {name!r}. Leave it out of one. "
                f"{received('vocabulary', self.vocabulary)}"
            )


def _words(phrase: str, **given: object) -> tuple[str, ...]:
    words = tuple(word.folded for word in fold_words(phrase, 0, len(phrase)))
    if not words:
        ((argument, value),) = given.items()
        raise ValueError(
            f"`{argument}` must hold words; {phrase!r} has no letter. {received(argument, value)}"
        )
    return words


def _as_vocabulary(vocabulary: object) -> dict[str, tuple[str, ...]]:
    if isinstance(vocabulary, Mapping):
        names = require_strings("vocabulary", vocabulary)
        if any(isinstance(words, (str, bytes)) for words in vocabulary.values()):
            raise TypeError(
                "`vocabulary` must be a dict from the names of objects to lists of other words for "
                f"them, such as {{'dog': ['puppy']}}. {received('vocabulary', vocabulary)}"
            )
        return {
            name: tuple(require_strings(f"vocabulary[{name!r}]", vocabulary[name], empty_ok=True))
            for name in names
        }
    if isinstance(vocabulary, (str, bytes)) or not isinstance(vocabulary, Collection):
        raise TypeError(
            "`vocabulary` must be a dict from the names of objects to other words for them, or a "
            f"list of names. {received('vocabulary', vocabulary)}"
        )
    return {name: () for name in require_strings("vocabulary", vocabulary)}


def _folded(words: list[FoldedWord], start: int, end: int) -> tuple[str, ...]:
    return tuple(word.folded for word in words[start:end])


def _is_denied(text: str, words: list[FoldedWord], at: int, denied_until: int) -> bool:
    """Whether the words before a mention say that it is not there."""
    for before in range(at - 1, max(at - 1 - REACH, -1), -1):
        gap = text[words[before].end : words[before + 1].start]
        if any(char in ENDS for char in gap):
            return False
        if before == at - 1 == denied_until - 1 and "," in gap:  # "no cars, buses or trains"
            return True
        folded = words[before].folded
        if folded in DENIALS or (folded == "t" and before and words[before - 1].folded[-1] == "n"):
            return True
        if folded in JOINED and before == denied_until:
            return True
        if folded not in BETWEEN:
            return False
    return False
