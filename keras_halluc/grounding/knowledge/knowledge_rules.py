"""Which statements does an output make, as patterns read them?"""

import dataclasses
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

from keras_halluc._require import received
from keras_halluc._types import HALLUCINATED
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.knowledge.statement import Statement
from keras_halluc.grounding.required_arguments import require_verdict

SUBJECT = "subject"
Found: TypeAlias = Statement | Verdict
Rule: TypeAlias = Callable[[str, Case], Found | Iterable[Found] | None]


def as_rules(rules: Any) -> list[Rule]:
    """Patterns and callables as callables of an output and its case."""
    if isinstance(rules, (str, bytes, re.Pattern)) or not isinstance(rules, Iterable):
        raise TypeError(f"`rules` must be a list. {received('rules', rules)}")
    found: list[Rule] = []
    for rule in rules:
        if isinstance(rule, (str, bytes, re.Pattern)):
            try:
                found.append(PatternRule(rule))
            except (re.error, TypeError, ValueError) as error:
                raise ValueError(
                    "A pattern in `rules` must be a regular expression of str that names the "
                    "relation of its object, as in '(?P<subject>[A-Z]\\w+) is in "
                    f"(?P<country>[A-Z]\\w+)': {error}. {received('rules', rules)}"
                ) from None
        elif callable(rule) and not isinstance(rule, type):
            found.append(rule)
        else:
            raise TypeError(
                "`rules` must hold patterns and callables of an output and its case. "
                f"{received('rules', rules)}"
            )
    if not found:
        raise ValueError(
            f"`rules` must not be empty: without one no statement is read. "
            f"{received('rules', rules)}"
        )
    return found


def apply_rules(rules: Sequence[Rule], output: str, case: Case) -> list[Found]:
    """What all rules find in an output; a verdict among it has a score if it is to count in one."""
    found = [item for rule in rules for item in _as_list(rule(output, case))]
    return [_own(item, output) if isinstance(item, Verdict) else item for item in found]


class PatternRule:
    """Reads statements by a regular expression with named groups.

    The group `subject` holds the subject, every other named group is a relation and holds its
    object. Without a `subject` the statement is of what the prompt names. A match may begin in the
    prompt; an object must stand in the output.

    Args:
        pattern: str or compiled pattern.
    """

    def __init__(self, pattern: Any) -> None:
        self.pattern: re.Pattern[str] = re.compile(pattern)
        self._relations = [name for name in self.pattern.groupindex if name != SUBJECT]
        if not isinstance(self.pattern.pattern, str):
            raise TypeError("it is of bytes")
        if not self._relations:
            raise ValueError("it has no such named group")

    def __call__(self, output: str, case: Case) -> list[Statement]:
        found: dict[tuple[str, int, int], Statement] = {}
        # Alone first, since the last word of the prompt may be glued to the first of the output.
        for match in self.pattern.finditer(output):
            self._read(match, 0, found)
        start = len(case.prompt)
        for match in self.pattern.finditer(case.prompt + output):
            self._read(match, start, found)
        return sorted(found.values(), key=lambda statement: statement.start or 0)

    def _read(
        self, match: re.Match[str], offset: int, found: dict[tuple[str, int, int], Statement]
    ) -> None:
        subject = match[SUBJECT] if SUBJECT in self.pattern.groupindex else None
        for relation in self._relations:
            text = match[relation]
            if text is None or not text.strip() or match.start(relation) < offset:
                continue
            start = match.start(relation) - offset + len(text) - len(text.lstrip())
            text = text.strip()
            end = start + len(text)
            statement = Statement(subject, relation, text, start, end)
            found.setdefault((relation, start, end), statement)


def _as_list(found: Any) -> list[Found]:
    found = [] if found is None else [found] if isinstance(found, Found) else found
    items = list(found) if isinstance(found, Iterable) else [found]
    for item in items:
        if not isinstance(item, Found):
            raise TypeError(
                "A rule must return a Statement, a Verdict, a list of these, or None. "
                f"{received('returned', item)}"
            )
    return items


def _own(verdict: Verdict, output: str) -> Verdict:
    """A rule's verdict, with a score if it is to count in one."""
    require_verdict(verdict)
    for start, end, _ in verdict.spans:
        if not 0 <= start < end <= len(output):
            raise ValueError(
                f"A rule's spans must lie in the output, of {len(output)} characters. "
                f"{received('spans', verdict.spans)}"
            )
    if verdict.score is None and verdict.label in ("supported", *HALLUCINATED):
        score = 1.0 if verdict.label == "supported" else 0.0
        return dataclasses.replace(verdict, score=score)
    return verdict
