"""The parts that a rule of the grammar is made of."""

from typing import Protocol

from keras_halluc.grounding.abstention_grammar.places import Places


class Rule(Protocol):
    """Something that stands in a clause.

    `needs` has words of which at least one is in every text of the rule; None: no such word.
    """

    needs: frozenset[str] | None

    def ends(self, starts: int, places: Places) -> int:
        """The places where the rule may end if it begins at one of `starts`."""


class Words:
    """One of some single words."""

    def __init__(self, words: frozenset[str]) -> None:
        self.needs: frozenset[str] | None = words

    def ends(self, starts: int, places: Places) -> int:
        found = 0
        for word in places.of.keys() & (self.needs or ()):
            found |= starts & places.of[word]
        return found << 1


class Anything:
    """Any words but those that stop it, or none: `...`."""

    needs = None

    def ends(self, starts: int, places: Places) -> int:
        return places.after(starts)


class Maybe:
    """A rule, or nothing: `[ ]`."""

    needs = None

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def ends(self, starts: int, places: Places) -> int:
        return starts | self._rule.ends(starts, places)


class Sequence:
    """One rule after the other."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        needs = [rule.needs for rule in rules if rule.needs is not None]
        self.needs = min(needs, key=len, default=None)

    def ends(self, starts: int, places: Places) -> int:
        for rule in self._rules:
            starts = rule.ends(starts, places)
            if not starts:
                break
        return starts


class Choice:
    """One rule or the other: `( | )`, and what has a name: `{ }`."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        self.needs: frozenset[str] | None = frozenset()
        for rule in rules:
            if self.needs is not None:
                self.needs = None if rule.needs is None else self.needs | rule.needs

    def ends(self, starts: int, places: Places) -> int:
        key = (id(self), starts)
        found = places.seen.get(key)
        if found is None:
            found = 0
            for rule in self._rules:
                if rule.needs is None or not rule.needs.isdisjoint(places.of):
                    found |= rule.ends(starts, places)
            places.seen[key] = found
        return found


def fits(rule: Rule, places: Places) -> bool:
    """Whether the whole clause is a text of the rule."""
    if rule.needs is not None and rule.needs.isdisjoint(places.of):
        return False
    return bool(rule.ends(1, places) & places.end)
