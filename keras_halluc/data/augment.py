"""Augmentation: other wordings to learn from, and false statements to learn against."""

import bisect
import itertools
import random
import re
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings

NUMBER = re.compile(r"\d+")
MOST_DIGITS = 1000  # of a number that is drawn as one
# English only. Verbs after which "not" makes a sentence say the opposite.
AUXILIARY = re.compile(
    r"\b(is|was|are|were|has|have|had|can|could|will|would|did|does|do|may|might|should|must)\b"
    r"(?!['’]t\b)( not\b)?"
)
# Between two names that these words alone join, the order says nothing.
JOINED = re.compile(r"\s*(,|and|or|&|, and|/|-)\s*")


def reword(fields: Sequence[Mapping[str, str]], templates: Sequence[str]) -> list[list[str]]:
    """Each example in every wording.

    A fact learned in one wording is often missing in another; learned in several it is not.

    Args:
        fields: for each example its parts by name.
        templates: list of str with the names in braces.

    Returns:
        one list a template, with one str an example.

    Example:

    >>> import keras_halluc as kh
    >>> forms = ["Where was {who} born?", "What is the birthplace of {who}?"]
    >>> kh.data.reword([{"who": "Karl Marx"}], forms)
    [['Where was Karl Marx born?'], ['What is the birthplace of Karl Marx?']]
    """
    templates = require_strings("templates", templates)
    try:
        return [[template.format(**parts) for parts in fields] for template in templates]
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(
            "`templates` must name parts that every example has, in braces. Received: "
            f"{type(error).__name__}: {error}"
        ) from None


def swap_answers(
    answers: Sequence[str], groups: Sequence[str | None] | None = None, seed: int = 0
) -> list[str]:
    """For each answer another one of the same group: fluent, of the right kind, and false.

    Args:
        answers: list of str.
        groups: one name an answer, such as its relation. None is one group.
        seed: int.

    Returns:
        list of str, none of them equal to the answer in its place.

    Raises:
        ValueError: if a group has one answer only.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.swap_answers([" Trier", " Rome"])
    [' Rome', ' Trier']
    """
    answers = require_strings("answers", answers)
    names = [None] * len(answers) if groups is None else list(groups)
    require_same_length(answers=answers, groups=names)
    rng = random.Random(require_int("seed", seed, minimum=0))
    choices = {name: sorted({a for a, n in zip(answers, names) if n == name}) for name in names}
    swapped = []
    for answer, name in zip(answers, names):
        others = [other for other in choices[name] if other != answer]
        if not others:
            raise ValueError(
                "Every group must have at least two different answers. "
                + received("group", (name, answer))
            )
        swapped.append(rng.choice(others))
    return swapped


def swap_entities(text: str, entities: Sequence[str], seed: int = 0) -> str | None:
    """The text with one entity exchanged for another.

    Args:
        text: str.
        entities: names of one kind, such as all cities.
        seed: int.

    Returns:
        str, or None if the text has none of the entities.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.swap_entities("Karl Marx was born in Trier.", ["Trier", "Rome"])
    'Karl Marx was born in Rome.'
    """
    entities = sorted(
        set(require_strings("entities", entities)), key=lambda name: (-len(name), name)
    )
    rng = random.Random(require_int("seed", seed, minimum=0))
    found = _places(text, entities)
    if not found or len(entities) < 2:
        return None
    start, entity = rng.choice(found)
    other = rng.choice([name for name in entities if name != entity])
    return text[:start] + other + text[start + len(entity) :]


def swap_numbers(text: str, seed: int = 0) -> str | None:
    """The text with one number changed to another of as many digits.

    Args:
        text: str.
        seed: int.

    Returns:
        str, or None if the text has no number in digits.

    Example:

    >>> import keras_halluc as kh
    >>> changed = kh.data.swap_numbers("It opened in 1984.")
    >>> changed != "It opened in 1984.", len(changed)
    (True, 18)
    """
    rng = random.Random(require_int("seed", seed, minimum=0))
    found = list(NUMBER.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    digits = match.group()
    other = digits
    while other == digits:
        other = _random_number(len(digits), rng)
    return text[: match.start()] + other + text[match.end() :]


def negate(text: str, seed: int = 0) -> str | None:
    """The English sentence with a "not" put in or taken out.

    Args:
        text: str.
        seed: int, chooses among several places.

    Returns:
        str, or None if there is no auxiliary verb to negate.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.negate("Karl Marx was born in Trier."), kh.data.negate("It is not far.")
    ('Karl Marx was not born in Trier.', 'It is far.')
    """
    rng = random.Random(require_int("seed", seed, minimum=0))
    found = list(AUXILIARY.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    other = match.group(1) + ("" if match.group(2) else " not")
    return text[: match.start()] + other + text[match.end() :]


def swap_roles(text: str, entities: Sequence[str], seed: int = 0) -> str | None:
    """The text with two of its entities in each other's place: the same words, another meaning.

    Two that stand side by side in a list are left, since their order says nothing.

    Args:
        text: str.
        entities: names that may stand in the text.
        seed: int.

    Returns:
        str, or None if no two entities can change places.

    Example:

    >>> import keras_halluc as kh
    >>> kh.data.swap_roles("Rome defeated Carthage.", ["Rome", "Carthage"])
    'Carthage defeated Rome.'

    References:
        Zhang et al. 2019, "PAWS: Paraphrase adversaries from word scrambling",
        https://arxiv.org/abs/1904.01130
    """
    entities = sorted(
        set(require_strings("entities", entities)), key=lambda name: (-len(name), name)
    )
    rng = random.Random(require_int("seed", seed, minimum=0))
    found = _places(text, entities)
    partners = _Partners(text, found)
    total = sum(map(partners.count, range(len(found))))
    if not total:
        return None
    (first, left), (second, right) = partners.pair(rng.randrange(total))
    between = text[first + len(left) : second]
    return text[:first] + right + between + left + text[second + len(right) :]


def _whole(entity: str) -> str:
    """A pattern for the entity as whole words, where its script has words."""
    return rf"(?<!\w){re.escape(entity)}(?!\w)" if entity.isascii() else re.escape(entity)


def _places(text: str, entities: Sequence[str]) -> list[tuple[int, str]]:
    """Where each entity stands, in order, but for those inside a longer one."""
    found = [(match.start(), e) for e in entities for match in re.finditer(_whole(e), text)]
    found.sort(key=lambda place: (place[0], -len(place[1])))
    kept, covered = [], 0
    for start, entity in found:
        if start + len(entity) > covered:
            kept.append((start, entity))
            covered = start + len(entity)
    return kept


class _Partners:
    """Which later entities each one may change places with, without a list of all pairs."""

    def __init__(self, text: str, found: list[tuple[int, str]]) -> None:
        self._text = text
        self._found = found
        self._starts = [start for start, _ in found]
        self._numbers: dict[str, list[int]] = {}
        for number, (_, entity) in enumerate(found):
            self._numbers.setdefault(entity, []).append(number)

    def count(self, number: int) -> int:
        """How many there are for one entity: others behind it, not beside it in a list."""
        first = self._behind(number)
        same = self._numbers[self._found[number][1]]
        later = len(self._found) - first - (len(same) - bisect.bisect_left(same, first))
        return later - self._is_joined(number, first)

    def pair(self, place: int) -> tuple[tuple[int, str], tuple[int, str]]:
        """One of all pairs, in their order."""
        number = 0
        while place >= (own := self.count(number)):
            place -= own
            number += 1
        first = self._behind(number)
        first += self._is_joined(number, first)
        others = (one for one in self._found[first:] if one[1] != self._found[number][1])
        return self._found[number], next(itertools.islice(others, place, None))

    def _behind(self, number: int) -> int:
        """The first one that begins behind the end of this one."""
        start, entity = self._found[number]
        return bisect.bisect_left(self._starts, start + len(entity))

    def _is_joined(self, number: int, other: int) -> bool:
        """Whether another entity follows in a list."""
        if other == len(self._found) or self._found[number][1] == self._found[other][1]:
            return False
        start, entity = self._found[number]
        return bool(JOINED.fullmatch(self._text, start + len(entity), self._starts[other]))


def _random_number(digits: int, rng: random.Random) -> str:
    """A number of so many digits that begins with none of 0, but for a single digit."""
    if digits > MOST_DIGITS:  # Python writes no number of more than some thousand digits
        return rng.choice("123456789") + "".join(rng.choices("0123456789", k=digits - 1))
    low = 10 ** (digits - 1) if digits > 1 else 0
    return str(rng.randrange(low, 10**digits)).zfill(digits)
