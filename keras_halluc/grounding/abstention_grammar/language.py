"""What one language says of abstentions, and whether a text abstains in it."""

from collections.abc import Sequence as Sequence_

from keras_halluc.grounding.abstention_grammar.clauses import Clause
from keras_halluc.grounding.abstention_grammar.notation import read_grammar
from keras_halluc.grounding.abstention_grammar.places import Places
from keras_halluc.grounding.abstention_grammar.rules import Choice
from keras_halluc.grounding.abstention_grammar.rules import Maybe
from keras_halluc.grounding.abstention_grammar.rules import Rule
from keras_halluc.grounding.abstention_grammar.rules import Sequence
from keras_halluc.grounding.abstention_grammar.rules import fits

_NOTHING = Choice([])


class Language:
    """The grammar of one language.

    | rule | what it has |
    |---|---|
    | `abstention` | whole clauses that abstain |
    | `sign` | single words of which one is in each clause that abstains |
    | `aside` | whole clauses that neither abstain nor answer |
    | `more` | whole clauses that go on with the question that the clause before abstains from |
    | `filler` | words that are left out wherever they stand |
    | `turn` | words between two clauses without a comma |
    | `stop` | single words that `...` of `abstention` does not stand for |
    | `lead` | what may stand before a clause that abstains, added to a user's phrases |

    Only `abstention` must be there.

    Args:
        text: str, in the notation of `read_grammar`.
    """

    def __init__(self, text: str) -> None:
        self.rules = read_grammar(text)
        self.abstention = Choice([self.rules["abstention"]])
        if "sign" in self.rules:
            self.abstention.needs = self.rules["sign"].needs
        self._aside = self.rules.get("aside", _NOTHING)
        self._more = self.rules.get("more", _NOTHING)
        self._filler = self.rules.get("filler", _NOTHING)
        self._turn = self.rules.get("turn", _NOTHING)
        self._stops = (
            self.rules["stop"].needs or frozenset() if "stop" in self.rules else frozenset()
        )
        self._lead = self.rules.get("lead", _NOTHING)

    def led(self, rule: Rule) -> Rule:
        """The rule with what may stand before it in this language."""
        return Sequence([Maybe(self._lead), rule])

    def is_phrase(self, words: tuple[str, ...], abstention: Rule) -> bool:
        """Whether `words` are one clause that abstains, with nothing where a rule has `...`."""
        return fits(abstention, Places(self._plain(words), is_open=False))

    def only_abstains(self, clauses: Sequence_[Clause], abstention: Rule) -> bool:
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
                if self._abstains(part, clause, abstention):
                    found = goes_on = True
                elif not fits(self._aside, Places(part)):
                    if not goes_on or not fits(self._more, Places(part)):
                        return False
        return found

    def _abstains(self, part: tuple[str, ...], clause: Clause, abstention: Rule) -> bool:
        return fits(abstention, Places(part, not clause.is_title, self._stops))

    def _parts(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """What stands between the turns of a clause, without fillers."""
        parts = [self._plain(part) for part in _cut(words, self._turn)]
        return [part for part in parts if part]

    def _plain(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words without fillers."""
        return tuple(word for part in _cut(words, self._filler) for word in part)


def _cut(words: tuple[str, ...], cutter: Rule) -> list[tuple[str, ...]]:
    """The parts of `words` between texts of the rule `cutter`, which are left out."""
    parts = []
    places = Places(words)
    if cutter.needs is not None and cutter.needs.isdisjoint(places.of):
        return [words]
    start = position = 0
    while position < len(words):
        length = 0
        if cutter.first is None or not cutter.first.isdisjoint(places.at(1 << position)):
            length = cutter.ends(1 << position, places).bit_length() - 1 - position
        if length > 0:
            parts.append(words[start:position])
            start = position = position + length
        else:
            position += 1
    parts.append(words[start:])
    return [part for part in parts if part]
