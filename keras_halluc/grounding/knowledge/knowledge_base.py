"""What is known of a subject, by whatever name it goes?"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.grounding.knowledge.knowledge_rows import knowledge_triples
from keras_halluc.grounding.knowledge.same_object import GRAMMAR
from keras_halluc.text import find_values
from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize

MOST_WORDS = 20  # of a name that is looked for in a prompt; characters of Chinese


class KnowledgeBase:
    """Facts as subject, relation and object, read from wherever they are kept.

    Names of subjects and relations are the same whatever their case, width, accents and spacing:
    `"place_of_birth"` is `"Place of birth"`. A relation may have several objects.

    Args:
        source: one of

            - path of a file as `keras_halluc.data.read_cases` takes it, such as `.csv` or `.jsonl`,
            - pandas DataFrame,
            - list (or other iterable) of `(subject, relation, object)` or of dict.

            A row with `subject`, `relation` and `object` is one fact. Any other is a record: the
            field `entity` names what it is about, every other field is a relation. Objects are str,
            numbers, bool ("yes" and "no"), dates, or lists of them; in a `.csv` cell several are
            separated by `|`. Empty, None and NaN are not known.
        entity: str, the field of a record that names what it is about.
        aliases: mapping from a name to its other names, of subjects and objects:
            `{"United States": ["USA", "美国"]}`. A name that is given to several means any of them.
        incomplete: list of str, relations of which the base may not have all objects, such as
            languages spoken. An object that is not among those is no contradiction.

    Example:

    >>> import keras_halluc as kh
    >>> base = kh.grounding.KnowledgeBase([("Marie Curie", "place of birth", "Warsaw")])
    >>> base.objects("marie curie", "place_of_birth"), len(base)
    (('Warsaw',), 1)
    """

    def __init__(
        self,
        source: Any,
        entity: str = "name",
        aliases: Mapping[str, Sequence[str]] | None = None,
        incomplete: Sequence[str] = (),
    ) -> None:
        if not isinstance(entity, str) or not entity:
            raise ValueError(f"`entity` must name a field. {received('entity', entity)}")
        self._forms = _forms(aliases or {})
        self._incomplete = {
            folded(relation)
            for relation in require_strings("incomplete", incomplete, empty_ok=True)
        }
        self._objects: dict[tuple[str, str], dict[str, None]] = {}
        self._subjects: dict[str, str] = {}
        for subject, relation, value in knowledge_triples(source, entity):
            self._subjects.setdefault(folded(subject), subject)
            self._objects.setdefault((folded(subject), folded(relation)), {})[value] = None
        if not self._objects:
            raise ValueError(f"`source` must hold at least one fact. {received('source', source)}")
        self._named: dict[tuple[str, ...], set[str]] = {}
        for subject in self._subjects.values():
            for form in self.forms(subject):
                words = tuple(tokenize(folded(form))[: MOST_WORDS + 1])
                if not set(words) <= GRAMMAR:  # "us" in a text is not the US
                    self._named.setdefault(words, set()).add(subject)
        self._longest = min(max(map(len, self._named), default=0), MOST_WORDS)

    def __len__(self) -> int:
        """How many facts there are."""
        return sum(map(len, self._objects.values()))

    def knows(self, subject: str) -> bool:
        """Whether anything is known of a subject."""
        return any(folded(form) in self._subjects for form in self.forms(subject))

    def objects(self, subject: str, relation: str) -> tuple[str, ...]:
        """What is known of a subject in this relation; empty if nothing is."""
        found: dict[str, None] = {}
        for form in self.forms(subject):
            found |= self._objects.get((folded(form), folded(relation)), {})
        return tuple(found)

    def may_lack(self, relation: str) -> bool:
        """Whether the base may not have all objects of this relation."""
        return folded(relation) in self._incomplete

    def forms(self, name: str) -> tuple[str, ...]:
        """A name and its other names."""
        return tuple(dict.fromkeys((name, *self._forms.get(folded(name), ()))))

    def subjects_in(self, text: str) -> list[str]:
        """The subjects that a text names, in its order.

        A name inside a longer one, of the base or of the text, is not named: "Georgia" is not in
        "South Georgia", though "Isaac Newton" is in "Sir Isaac Newton".
        """
        words = tokenize(folded(text))
        longer = [
            name
            for value in find_values(text)
            if value.kind == "name" and len(name := tokenize(folded(value.text))) > 1
        ]
        found: dict[str, None] = {}
        place = 0
        while place < len(words):
            for length in range(min(self._longest, len(words) - place), 0, -1):
                own = words[place : place + length]
                subjects = self._named.get(tuple(own))
                if subjects and not any(_inside(own, name) for name in longer):
                    found |= dict.fromkeys(sorted(subjects))
                    place += length - 1
                    break
            place += 1
        return list(found)


def folded(name: str) -> str:
    """What two spellings of one name have in common."""
    return normalize_answer(name, strip_accents=True) or name.strip()


def _forms(aliases: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """For each folded name all names of what it may mean."""
    if not isinstance(aliases, Mapping):
        raise TypeError(
            f"`aliases` must be a mapping from a name to its others. {received('aliases', aliases)}"
        )
    forms: dict[str, tuple[str, ...]] = {}
    for name, others in aliases.items():
        group = (
            *require_strings("aliases", [name]),
            *require_strings(f"aliases[{name!r}]", others),
        )
        for form in group:
            forms[folded(form)] = (*forms.get(folded(form), ()), *group)
    return forms


def _inside(words: list[str], longer: list[str]) -> bool:
    """Whether a longer name holds these words, and is not a name of several with one before it."""
    count = len(words)
    if count >= len(longer) or (count > 1 and longer[1:] == words):
        return False
    return any(longer[i : i + count] == words for i in range(len(longer) - count + 1))
