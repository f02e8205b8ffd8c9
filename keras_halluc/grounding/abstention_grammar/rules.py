"""The parts that a rule of the grammar is made of."""

import functools
import itertools
from collections.abc import Iterable
from typing import Protocol

from keras_halluc.grounding.abstention_grammar.places import Places

Some = frozenset[str]
_FEW = 4  # places for which the rules that may begin there are looked up


class Rule(Protocol):
    """Something that stands in a clause."""

    @property
    def needs(self) -> Some | None:
        """Words of which one at least is in each text of the rule; None: no such words."""

    @property
    def first(self) -> Some | None:
        """Words of which one begins each text of the rule; None: any word may."""

    @property
    def skips(self) -> bool:
        """Whether no words at all are a text of the rule."""

    def ends(self, starts: int, places: Places) -> int:
        """The places where the rule may end if it begins at one of `starts`."""


class Words:
    """One of some single words."""

    skips = False

    def __init__(self, words: Some) -> None:
        self.needs: Some | None = words
        self.first: Some | None = words
        self._words = words

    def ends(self, starts: int, places: Places) -> int:
        found = 0
        for word in places.of.keys() & self._words:
            found |= starts & places.of[word]
        return found << 1


class Anything:
    """Any words, or none: `...`, or `..` where words of the rule `stop` stop it."""

    needs: Some | None = None
    first: Some | None = None
    skips = True

    def __init__(self, is_stopped: bool) -> None:
        self._is_stopped = is_stopped

    def ends(self, starts: int, places: Places) -> int:
        return places.after(starts, self._is_stopped)


class Maybe:
    """A rule, or nothing: `[ ]`."""

    needs: Some | None = None
    skips = True

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.first = rule.first

    def ends(self, starts: int, places: Places) -> int:
        return starts | self._rule.ends(starts, places)


class InOrder:
    """One rule after the other."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = list(rules)
        needs = [rule.needs for rule in self._rules if rule.needs is not None]
        self.needs: Some | None = min(needs, key=len, default=None)
        self.skips = all(rule.skips for rule in self._rules)
        skipped = sum(1 for _ in itertools.takewhile(lambda rule: rule.skips, self._rules))
        self.first = _union(rule.first for rule in self._rules[: skipped + 1])

    def ends(self, starts: int, places: Places) -> int:
        for rule in self._rules:
            starts = rule.ends(starts, places)
            if not starts:
                break
        return starts


class Choice:
    """One rule or the other: `( | )`, and what has a name: `{ }`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = list(rules)
        self.needs = _union(rule.needs for rule in self._rules)
        self.first = _union(rule.first for rule in self._rules)
        self.skips = any(rule.skips for rule in self._rules)

    def ends(self, starts: int, places: Places) -> int:
        key = (id(self), starts)
        found = places.seen.get(key)
        if found is None:
            found = 0
            for rule in self._worth_trying(starts, places):
                if rule.needs is None or not rule.needs.isdisjoint(places.of):
                    found |= rule.ends(starts, places)
            places.seen[key] = found
        return found

    def _worth_trying(self, starts: int, places: Places) -> list[Rule]:
        """The rules that may begin at one of `starts`."""
        if starts.bit_count() > _FEW:
            return self._rules
        found: dict[int, Rule] = {}
        for word in places.at(starts):
            for rule in self._begun_by.get(word, ()):
                found[id(rule)] = rule
        return [*found.values(), *self._begun_by_any]

    @functools.cached_property
    def _begun_by(self) -> dict[str, list[Rule]]:
        """The rules that a word may begin."""
        found: dict[str, list[Rule]] = {}
        for rule in self._rules:
            if not rule.skips:
                for word in rule.first or ():
                    found.setdefault(word, []).append(rule)
        return found

    @functools.cached_property
    def _begun_by_any(self) -> list[Rule]:
        """The rules that any word may begin."""
        return [rule for rule in self._rules if rule.skips or rule.first is None]


def fits(rule: Rule, places: Places) -> bool:
    """Whether the whole clause is a text of the rule."""
    if rule.needs is not None and rule.needs.isdisjoint(places.of):
        return False
    return bool(rule.ends(1, places) & places.end)


def _union(sets: Iterable[Some | None]) -> Some | None:
    """All words of the sets, or None if one of them is None."""
    found: set[str] = set()
    for words in sets:
        if words is None:
            return None
        found |= words
    return frozenset(found)
