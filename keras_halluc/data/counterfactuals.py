"""Counterfactual pairs: the same case with another name in it, or another pronoun."""

import dataclasses
import re
from collections.abc import Callable
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc.text.function_words import FUNCTION_WORDS

_ONE_TO_ONE = {
    "he": "she",
    "she": "he",
    "him": "her",
    "hers": "his",
    "himself": "herself",
    "herself": "himself",
}
_TWO = ("her", "his")  # each stands for two of the other
_NEXT = re.compile(r"[ \t\n\u00a0]+(?:[\"'“‘(] ?)?([^\W_]+)")
# Besides function words: adverbs, prepositions and conjunctions, of which nobody owns any.
_NOT_OWNED = FUNCTION_WORDS["en"] - {"own", "self", "will"} | frozenset(
    "again today yesterday tomorrow tonight now later before once twice there here away down up "
    "out off not never always often soon too very well alone together afterwards instead after "
    "because during through throughout near above below against among without until since although "
    "whether around across along behind beside toward towards upon within another any every either "
    "neither all half except despite".split()
)


def counterfactual_pairs(
    cases: Sequence[Case],
    swaps: Sequence[tuple[str, str]] = (),
    pronouns: bool = False,
) -> list[tuple[Case, Case]]:
    """Pairs of a case and the same case with some words exchanged.

    A model that treats both alike answers both alike: let it answer them, check both, and compare
    by `keras_halluc.grounding.compare_pairs`. Words are exchanged in the prompt, the references and
    the source, each way at once. They are whole words where their script has spaces between words,
    and as capitalised as the word they replace. A case without any of them is left out.

    English `her` is `him` or `his`, and `his` is `her` or `hers`: `pronouns` takes the one that
    shows possession where a word follows that may be owned. A rule of thumb: "gave her books" may
    have meant either. Words that agree with a pronoun elsewhere ("actress") have to be among the
    swaps.

    Args:
        cases: list of `Case`.
        swaps: list of `(word, word)`, names or other words, in any language.
        pronouns: bool, whether English he, him, his and himself change places with she, her, hers
            and herself.

    Returns:
        list of `(case, swapped case)`. The ids of the second end in `"~swapped"`, its group is the
        first one's.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("Anna lost her key. Where does she live?", references=("Rome",))
    >>> ((_, swapped),) = kh.data.counterfactual_pairs([case], [("Anna", "Omar")], pronouns=True)
    >>> swapped.prompt
    'Omar lost his key. Where does he live?'

    References:
        Zhao et al. 2018, "Gender bias in coreference resolution", https://arxiv.org/abs/1804.06876
        Kusner et al. 2017, "Counterfactual fairness", https://arxiv.org/abs/1703.06856
    """
    swap = _swapper(_both_ways(swaps), require_choice("pronouns", pronouns, (True, False)))
    pairs = []
    for case in cases:
        if not isinstance(case, Case):
            raise TypeError(f"`cases` must hold Case objects only. {received('case', case)}")
        other = dataclasses.replace(
            case,
            prompt=swap(case.prompt),
            references=tuple(map(swap, case.references)),
            source=None if case.source is None else swap(case.source),
        )
        if other != case:
            id = None if case.id is None else case.id + "~swapped"
            pairs.append((case, dataclasses.replace(other, id=id)))
    return pairs


def _both_ways(swaps: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Each word to the one that takes its place."""
    others: dict[str, str] = {}
    taken = set()
    for i, pair in enumerate(swaps):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"`swaps` must hold pairs of str. {received(f'swaps[{i}]', pair)}")
        first, second = require_strings(f"swaps[{i}]", pair)
        for word, other in ((first, second), (second, first)):
            if not word.strip() or word.lower() == other.lower():
                raise ValueError(
                    f"`swaps` must hold two different words. {received(f'swaps[{i}]', pair)}"
                )
            if word.lower() in taken:
                raise ValueError(
                    f"`swaps` must hold each word in one pair only. {received('word', word)}"
                )
            taken.add(word.lower())
            others[word] = other
    return others


def _swapper(others: dict[str, str], pronouns: bool) -> Callable[[str], str]:
    """A function that exchanges all words of a text at once, longer ones first."""
    patterns = [_whole(word) for word in sorted(others, key=lambda word: (-len(word), word))]
    if pronouns:
        patterns.append(rf"(?<!\w)(?:{'|'.join((*_ONE_TO_ONE, *_TWO))})(?!\w)")
    if not patterns:
        raise ValueError("`swaps` must hold a pair of words, or `pronouns` be True.")
    pattern = re.compile("|".join(patterns), re.IGNORECASE)
    by_letters = {word.lower(): other for word, other in others.items()}

    def other(match: re.Match[str]) -> str:
        word = match.group()
        small = word.lower()
        found = by_letters.get(small) or _ONE_TO_ONE.get(small)
        if small in _TWO and not found:
            found = _possessive(small, _owns(match.string, match.end()))
        return _as_capitalised(found, word) if found else word

    return lambda text: pattern.sub(other, text)


def _whole(word: str) -> str:
    """A pattern for the word, not inside a longer one where its script has spaces."""
    before = r"(?<!\w)" if _spaced(word[0]) else ""
    after = r"(?!\w)" if _spaced(word[-1]) else ""
    return before + re.escape(word) + after


def _spaced(char: str) -> bool:
    return char.isalnum() and char < "\u0e00"


def _possessive(word: str, owns: bool) -> str:
    """What takes the place of her and his, where the word behind is what is owned or is not."""
    if word == "her":
        return "his" if owns else "him"
    return "her" if owns else "hers"


def _owns(text: str, end: int) -> bool:
    """Whether the word behind a pronoun may be what it owns."""
    following = _NEXT.match(text, end)
    return following is not None and following[1].casefold() not in _NOT_OWNED


def _as_capitalised(word: str, model: str) -> str:
    """The word in capitals, with a capital, or as it is, as the one in whose place it stands."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    if model[0].isupper():
        return word[0].upper() + word[1:]
    return word[0].lower() + word[1:] if model.islower() else word
