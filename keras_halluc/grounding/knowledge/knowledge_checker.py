"""`KnowledgeChecker`: does an output contradict what a knowledge base says of its subject?"""

import functools
import re
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.knowledge.knowledge_base import KnowledgeBase
from keras_halluc.grounding.knowledge.knowledge_rules import apply_rules
from keras_halluc.grounding.knowledge.knowledge_rules import as_rules
from keras_halluc.grounding.knowledge.same_object import same_object
from keras_halluc.grounding.knowledge.statement import Statement
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.united_spans import united_spans
from keras_halluc.text import OutputReader
from keras_halluc.text.languages import LANGUAGES

WORST_FIRST = ("contradicted", "unsupported", "supported", "abstained")
MOST_SHOWN = 3  # known objects in a reason
LONGEST_SHOWN = 60
# Between the members of a list; a comma in a number is none.
_LIST = re.compile(r",(?!\d)|[;/，；、]|\b(?:and|or|und|oder|et|ou|y|o)\b|[和与及]")


class KnowledgeChecker(OutputChecker):
    """Compares what an output states with a knowledge base, by rules that read statements.

    A rule is one of

    - a regular expression. Its group `subject` is the subject, any other named group the object of
      the relation of that name: `r"(?P<subject>[A-Z]\\w+) is in (?P<country>[A-Z]\\w+)"`. It is
      matched against the output, and across the end of the prompt, so that a question or the
      beginning of a sentence there may hold the subject. Without a group `subject` the statement is
      of the one thing in the base that the prompt names.
    - a callable of what an output says (see `reader`) and its case that returns what it finds: a
      `Statement`, a `Verdict` of its own, a list of these, or None.

    | statement | it is |
    |---|---|
    | the base has this object for its subject and relation | supported |
    | the base has others and not this one | contradicted |
    | the base does not know the subject, or not this relation of it | not measured |
    | it says more than the base, or the relation is one of its `incomplete` | not measured |

    Objects are compared in whatever form they are written; see `same_object`. Where the base has
    several, each member of a list must be among them.

    | output | label | score |
    |---|---|---|
    | a statement contradicted | `contradicted` | share of the measured ones supported |
    | else a rule's verdict unsupported | `unsupported` | the same |
    | else a statement supported | `supported` | the same |
    | nothing, or only that it does not know | `abstained` | None |
    | no statement, or none that the base can judge | `unmeasured` | None |

    What no rule reads is not checked. A pattern reads words and not their sense: "was said to be
    born in" is for the rule to tell from "was born in". Begin it with `\\b` or a word: one that
    begins with `\\w+` takes a time that grows with the square of a long word.

    Args:
        base: `KnowledgeBase`.
        rules: list of patterns and callables, at least one.
        tolerance: float, how far a number may be off, as a share of the one in the base.
        language: str or None, of base and outputs, in which numbers are read; None guesses.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says: reasoning, lead-ins, Markdown, citation marks. None takes its default steps;
            `OutputReader(steps=[])` reads outputs as they are written.
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages.

    Example:

    >>> import keras_halluc as kh
    >>> base = kh.grounding.KnowledgeBase([{"name": "Marie Curie", "born": "7 November 1867"}])
    >>> checker = kh.grounding.KnowledgeChecker(base, [r"born (?:in|on) (?P<born>[\\w ]*\\d{4})"])
    >>> case = kh.data.Case("Tell me about Marie Curie.")
    >>> outputs = ["She was born in 1867.", "She was born on 7 November 1876.", "A chemist."]
    >>> for verdict in checker.check([case] * 3, outputs):
    ...     print(verdict.label, verdict.score, verdict.spans)
    supported 1.0 ()
    contradicted 0.0 ((16, 31, 'contradicted'),)
    unmeasured None ()
    """

    requires: tuple[str, ...] = ()

    def __init__(
        self,
        base: KnowledgeBase,
        rules: Sequence[str | re.Pattern[str] | Callable[[str, Case], Any]],
        tolerance: float = 0.0,
        language: str | None = None,
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        if not isinstance(base, KnowledgeBase):
            raise TypeError(
                f"`base` must be a KnowledgeBase; KnowledgeBase(facts) makes one of triples, "
                f"records and files. {received('base', base)}"
            )
        self.base = base
        self._rules = as_rules(rules)
        self.rules = tuple(rules)
        self.tolerance = require_number("tolerance", tolerance, minimum=0.0)
        self.language = require_choice("language", language, (None, *LANGUAGES))

    def _verdict(self, case: Case, output: str) -> Verdict:
        named = functools.cache(lambda: self.base.subjects_in(case.prompt))
        judged = [
            found if isinstance(found, Verdict) else self._judge(found, named, output)
            for found in apply_rules(self._rules, output, case)
        ]
        measured = [verdict for verdict in judged if verdict.measured]
        if not measured:
            reason = judged[0].reason if judged else "no rule finds a statement in the output"
            return Verdict("unmeasured", reason=reason)
        label = next(name for name in WORST_FIRST if any(v.label == name for v in measured))
        worst = [verdict for verdict in measured if verdict.label == label]
        scores = [verdict.score for verdict in measured if verdict.score is not None]
        return Verdict(
            label,
            None if label == "abstained" else sum(scores) / len(scores),
            united_spans(s for verdict in measured if verdict.hallucinated for s in verdict.spans),
            f"{len(worst)} of {len(judged)} statements {label}: {worst[0].reason}",
        )

    def _judge(self, statement: Statement, named: Callable[[], list[str]], output: str) -> Verdict:
        """What one statement is; unmeasured where the base cannot tell."""
        subject, reason = self._subject(statement, named)
        if subject is None:
            return Verdict("unmeasured", reason=reason)
        known = self.base.objects(subject, statement.relation)
        if not known:
            knows = self.base.knows(subject)
            lacks = f"{statement.relation!r} of {subject!r}" if knows else repr(_short(subject))
            return Verdict("unmeasured", reason=f"the base does not know {lacks}")
        start, end, same = self._compare(statement.object, known)
        shown = ", ".join(repr(_short(text)) for text in known[:MOST_SHOWN])
        reason = (
            f"{statement.relation!r} of {_short(subject)!r}: "
            f"{_short(statement.object[start:end])!r}, where the base has {shown}"
        )
        if same:
            return Verdict("supported", 1.0, reason=reason)
        if same is None or self.base.may_lack(statement.relation):
            return Verdict("unmeasured", reason=reason + ", which cannot settle it")
        return Verdict("contradicted", 0.0, _span(statement, start, end, output), reason)

    def _subject(
        self, statement: Statement, named: Callable[[], list[str]]
    ) -> tuple[str | None, str]:
        if statement.subject is not None:
            return statement.subject.strip(), ""
        if len(named()) == 1:
            return named()[0], ""
        if not named():
            return None, "the prompt names nothing that the base knows"
        return None, f"the prompt names {len(named())} things that the base knows"

    def _compare(self, said: str, known: tuple[str, ...]) -> tuple[int, int, bool | None]:
        """Which part of what is said decides, and whether it is known."""
        parts = [(0, len(said))]
        if len(known) > 1 and not any(said.casefold() == text.casefold() for text in known):
            parts = _members(said) or parts
        found = [(start, end, self._among(said[start:end], known)) for start, end in parts]
        return min(found, key=lambda part: (False, None, True).index(part[2]))

    def _among(self, said: str, known: tuple[str, ...]) -> bool | None:
        answers = {
            same_object(said, form, self.language, self.tolerance)
            for text in known
            for form in self.base.forms(text)
        }
        return True if True in answers else None if None in answers else False


def _members(text: str) -> list[tuple[int, int]]:
    """Where each member of a list stands."""
    edges = [0, *(edge for match in _LIST.finditer(text) for edge in match.span()), len(text)]
    spans = zip(edges[::2], edges[1::2])
    trimmed = [
        (end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()))
        for start, end in spans
    ]
    return [(start, end) for start, end in trimmed if start < end]


def _span(
    statement: Statement, start: int, end: int, output: str
) -> tuple[tuple[int, int, str], ...]:
    """Where a part of the object stands in the output; nothing if it does not."""
    first = statement.start
    if first is None:
        first = output.find(statement.object)
    if first < 0 or not statement.object or first + end > len(output):
        return ()
    return ((first + start, first + end, "contradicted"),)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
