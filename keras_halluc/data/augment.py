"""Augmentation: other wordings to learn from, and false statements to learn against."""

import random
import re
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings

NUMBER = re.compile(r"\d+")
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
    found = [(m.start(), e) for e in entities for m in re.finditer(_whole(e), text)]
    found = [(s, e) for s, e in found if not _inside(s, e, found)]
    if not found or len(entities) < 2:
        return None
    start, entity = rng.choice(sorted(found))
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
    low = 10 ** (len(digits) - 1) if len(digits) > 1 else 0
    other = digits
    while other == digits:
        other = str(rng.randrange(low, 10 ** len(digits))).zfill(len(digits))
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
    found = [(m.start(), e) for e in entities for m in re.finditer(_whole(e), text)]
    found = sorted((s, e) for s, e in found if not _inside(s, e, found))
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if a[1] != b[1] and not JOINED.fullmatch(text[a[0] + len(a[1]) : b[0]])
    ]
    if not pairs:
        return None
    (first, left), (second, right) = rng.choice(pairs)
    between = text[first + len(left) : second]
    return text[:first] + right + between + left + text[second + len(right) :]


def _whole(entity: str) -> str:
    """A pattern for the entity as whole words, where its script has words."""
    return rf"(?<!\w){re.escape(entity)}(?!\w)" if entity.isascii() else re.escape(entity)


def _inside(start: int, entity: str, found: list[tuple[int, str]]) -> bool:
    """Whether a longer entity stands around this one."""
    end = start + len(entity)
    return any(s <= start and end <= s + len(e) and len(e) > len(entity) for s, e in found)
