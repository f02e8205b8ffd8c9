"""Which real facts come with the package, and how is each one said and asked?"""

import csv
import dataclasses
import functools
import json
from pathlib import Path

from keras_halluc._require import require_choice
from keras_halluc._types import Case

FOLDER = Path(__file__).parent / "embedded"
SPLITS = ("asked", "known", "unknown")


@dataclasses.dataclass(frozen=True)
class Fact:
    """A real-world fact with sentences to state it and questions to ask for it.

    Args:
        subject: str, such as `"Karl Marx"`.
        relation: str, a key of `relations.json`, such as `"work_location"`.
        object: str, the answer, such as `"Cologne"`.
        split: str. What the embedded model saw in pretraining: `"asked"` (statements, questions
            and answers), `"known"` (statements only) or `"unknown"` (nothing).

    Example:

    >>> import keras_halluc as kh
    >>> fact = kh.data.Fact("Karl Marx", "work_location", "Cologne", "unknown")
    >>> fact.statement(0)
    'Karl Marx worked in Cologne.'
    >>> fact.prompt(0)
    'Where did Karl Marx work?\\nAnswer:'
    """

    subject: str
    relation: str
    object: str
    split: str

    @property
    def statements(self) -> tuple[str, ...]:
        """Every sentence that states this fact."""
        forms = _relations()[self.relation]["statements"]
        return tuple(form.format(subject=self.subject, object=self.object) for form in forms)

    @property
    def prompts(self) -> tuple[str, ...]:
        """Every question that asks for this fact, each ending in `Answer:`."""
        forms = _relations()[self.relation]["questions"]
        return tuple(form.format(subject=self.subject) + "\nAnswer:" for form in forms)

    def statement(self, form: int = 0) -> str:
        """The fact as a sentence, in the given wording (counted round)."""
        return self.statements[form % len(self.statements)]

    def prompt(self, form: int = 0) -> str:
        """The fact as a question that ends in `Answer:`, in the given wording (counted round)."""
        return self.prompts[form % len(self.prompts)]

    @property
    def answer(self) -> str:
        """What follows the prompt: a space and the object."""
        return " " + self.object

    def case(self, form: int = 0) -> Case:
        """The fact as an evaluation case: prompt and reference, grouped by relation."""
        return Case(
            prompt=self.prompt(form),
            references=(self.object,),
            group=self.relation,
            id=f"{self.relation}/{self.subject}",
        )


@functools.cache
def _relations() -> dict[str, dict[str, list[str]]]:
    text = (FOLDER / "relations.json").read_text(encoding="utf-8")
    relations: dict[str, dict[str, list[str]]] = json.loads(text)
    return relations


def load_facts(split: str | None = None) -> list[Fact]:
    """Loads the embedded facts: Wikidata triples of 12 relations, with our own sentences.

    The triples came through ParaRel, LAMA and T-REx (MIT); the wording is ours. A fact was true
    when Wikidata was read (about 2018) and may have changed since.

    Args:
        split: str or None. `"known"` for all facts the embedded model was trained on, `"asked"`
            for those of them it also saw as questions, `"unknown"` for those it never saw, None
            for all.

    Returns:
        list of `Fact`, always in the same order.

    Example:

    >>> import keras_halluc as kh
    >>> len(kh.data.load_facts()) >= 3000
    True

    References:
        Elazar et al. 2021, https://arxiv.org/abs/2102.01017
    """
    require_choice("split", split, (*SPLITS, None))
    with open(FOLDER / "facts.csv", encoding="utf-8", newline="") as file:
        facts = [Fact(**row) for row in csv.DictReader(file)]
    if split is None:
        return facts
    wanted = {"known": ("asked", "known")}.get(split, (split,))
    return [fact for fact in facts if fact.split in wanted]
