"""What one language says of abstentions, and whether a text abstains in it."""

from collections.abc import Sequence

from keras_halluc.grounding.abstention_grammar.clauses import Clause
from keras_halluc.grounding.abstention_grammar.notation import read_grammar
from keras_halluc.grounding.abstention_grammar.places import Places
from keras_halluc.grounding.abstention_grammar.rules import Choice
from keras_halluc.grounding.abstention_grammar.rules import InOrder
from keras_halluc.grounding.abstention_grammar.rules import Maybe
from keras_halluc.grounding.abstention_grammar.rules import Rule
from keras_halluc.grounding.abstention_grammar.rules import fits

_NO_RULE = Choice([])


class Language:
    """The grammar of one language.

    | rule | what it has |
    |---|---|
    | `abstention` | whole clauses that abstain |
    | `sign` | single words, of which each clause of `abstention` has one: others are not tried |
    | `lead` | what may stand before a phrase of the user's |
    | `aside` | whole clauses that neither abstain nor answer |
    | `more` | whole clauses that go on with the question, behind a clause that abstains |
    | `filler` | words that are left out wherever they stand |
    | `turn` | words between two clauses without a comma |
    | `stop` | single words that `..` does not stand for |

    Only `abstention` must be there.

    Args:
        text: str, in the notation of `read_grammar`.
    """

    def __init__(self, text: str) -> None:
        self.rules = read_grammar(text)
        self.abstention = Choice([self.rules["abstention"]])
        if "sign" in self.rules:
            self.abstention.needs = self.rules["sign"].needs
        self._lead = self.rules.get("lead", _NO_RULE)
        self._aside = self.rules.get("aside", _NO_RULE)
        self._more = self.rules.get("more", _NO_RULE)
        self._filler = self.rules.get("filler", _NO_RULE)
        self._turn = self.rules.get("turn", _NO_RULE)
        self._stops = self.rules.get("stop", _NO_RULE).needs or frozenset()

    def led(self, rule: Rule) -> Rule:
        """The rule, with what may stand before it in this language."""
        return InOrder([Maybe(self._lead), rule])

    def is_phrase(self, words: tuple[str, ...], abstention: Rule) -> bool:
        """Whether `words` are one clause that abstains, with nothing where a rule has `...`."""
        return fits(abstention, Places(self._without_fillers(words), is_open=False))

    def only_abstains(self, clauses: Sequence[Clause], abstention: Rule) -> bool:
        """Whether a clause abstains and no other answers.

        Args:
            clauses: list of `Clause`.
            abstention: the rule of clauses that abstain.
        """
        needs = abstention.needs
        if needs is not None and all(needs.isdisjoint(clause.forms) for clause in clauses):
            return False
        found = goes_on = False
        for clause in clauses:
            goes_on = goes_on and not clause.is_first
            for part in self._parts(clause.words):
                places = Places(part, not clause.is_title, self._stops)
                if fits(abstention, places):
                    found = goes_on = True
                elif not fits(self._aside, places):
                    if not goes_on or not fits(self._more, places):
                        return False
        return found

    def _parts(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """What stands between the turns of a clause, without fillers."""
        parts = [self._without_fillers(part) for part in _cut(words, self._turn)]
        return [part for part in parts if part]

    def _without_fillers(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for part in _cut(words, self._filler) for word in part)


def _cut(words: tuple[str, ...], cutter: Rule) -> list[tuple[str, ...]]:
    """The parts of `words` between texts of the rule `cutter`, which are left out."""
    places = Places(words)
    if cutter.needs is not None and cutter.needs.isdisjoint(places.of):
        return [words]
    parts = []
    start = position = 0
    while position < len(words):
        end = position
        if cutter.first is None or not cutter.first.isdisjoint(places.at(1 << position)):
            end = cutter.ends(1 << position, places).bit_length() - 1
        if end > position:
            parts.append(words[start:position])
            start = position = end
        else:
            position += 1
    parts.append(words[start:])
    return [part for part in parts if part]
