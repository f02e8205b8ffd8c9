"""Is one slot said in a sentence, and with the value that was asked for?"""

import re
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc.grounding.knowledge.knowledge_base import folded
from keras_halluc.grounding.knowledge.same_object import in_one_form
from keras_halluc.text import contains_answer

ANY = "*"  # stands for every value of a slot
Span = tuple[int, int]


class SlotRule(Protocol):
    """Says which of the values asked for are missing, what is added, and how many were asked."""

    def errors(self, values: list[str], output: str) -> tuple[list[str], list[Span], int]: ...


class MarkRule:
    """A slot said once for each match of a pattern, such as the name of the slot in its place."""

    def __init__(self, slot: str, pattern: Any) -> None:
        self._pattern = _compiled(slot, pattern)

    def errors(self, values: list[str], output: str) -> tuple[list[str], list[Span], int]:
        found = [match.span() for match in self._pattern.finditer(output)]
        return values[len(found) :], found[len(values) :], len(values)


class ValuesRule:
    """A slot each of whose values has a pattern.

    Of a slot that is said with a value asked for, further values do not count as added: a pattern
    for one may match the words of another.
    """

    def __init__(self, slot: str, patterns: Mapping[str, Any], denial: str | None) -> None:
        self._patterns = {
            value if value == ANY else folded(value): _compiled(slot, pattern)
            for value, pattern in patterns.items()
        }
        self._denial = None if denial is None else folded(denial)
        if self._denial is not None and self._denial not in self._patterns:
            raise KeyError(denial)

    def errors(self, values: list[str], output: str) -> tuple[list[str], list[Span], int]:
        found = {
            value: match.span()
            for value, pattern in self._patterns.items()
            if (match := pattern.search(output))
        }
        if self._denial in found:
            found = {self._denial: found[self._denial]}
        wanted = {self._key(value): value for value in values}
        missing = [value for key, value in wanted.items() if key not in found]
        added = [] if wanted.keys() & found.keys() else list(found.values())[:1]
        return missing, added, len(wanted)

    def _key(self, value: str) -> str:
        key = folded(value)
        return ANY if key not in self._patterns and ANY in self._patterns else key


class TextRule:
    """A slot said by its own value, in whatever form that is written; none can be added."""

    def errors(self, values: list[str], output: str) -> tuple[list[str], list[Span], int]:
        wanted = list(dict.fromkeys(values))
        text = in_one_form(output, None) if wanted else ""
        missing = [
            value
            for value in wanted
            if not contains_answer(output, value)
            and not contains_answer(text, in_one_form(value, None))
        ]
        return missing, [], len(wanted)


class NoRule:
    """A slot that is not looked at."""

    def errors(self, values: list[str], output: str) -> tuple[list[str], list[Span], int]:
        return [], [], 0


def as_slot_rule(slot: str, rule: Any, denial: str | None) -> SlotRule:
    """The rule that a pattern, patterns by value, a list of values, or None stands for."""
    if rule is None:
        return NoRule()
    if isinstance(rule, (str, re.Pattern)):
        return MarkRule(slot, rule)
    if isinstance(rule, Sequence) and not isinstance(rule, bytes):
        values = require_strings(f"rules[{slot!r}]", rule)
        rule = {value: rf"(?<!\w){re.escape(value)}(?!\w)" for value in values}
    if not isinstance(rule, Mapping) or not rule:
        raise TypeError(
            "A rule must be a pattern, a mapping from values to patterns, a list of values, or "
            f"None. {received(f'rules[{slot!r}]', rule)}"
        )
    return ValuesRule(slot, rule, denial)


def _compiled(slot: str, pattern: Any) -> re.Pattern[str]:
    try:
        made = re.compile(pattern, 0 if isinstance(pattern, re.Pattern) else re.IGNORECASE)
    except (re.error, TypeError) as error:
        raise ValueError(
            f"The rule of slot {slot!r} must be a regular expression: {error}. "
            f"{received('pattern', pattern)}"
        ) from None
    if not isinstance(made.pattern, str):
        raise TypeError(f"A pattern must be of str. {received(f'rules[{slot!r}]', pattern)}")
    return made
