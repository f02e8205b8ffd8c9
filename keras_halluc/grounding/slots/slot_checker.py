"""`SlotChecker`: slot errors of data-to-text. Are the slots asked for said, and no others?"""

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TypeAlias

from keras_halluc._require import received
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.slots.meaning_representation import parse_meaning
from keras_halluc.grounding.slots.slot_errors import SlotErrors
from keras_halluc.grounding.slots.slot_rules import SlotRule
from keras_halluc.grounding.slots.slot_rules import TextRule
from keras_halluc.grounding.slots.slot_rules import ValuesRule
from keras_halluc.grounding.slots.slot_rules import as_slot_rule
from keras_halluc.grounding.united_spans import united_spans
from keras_halluc.text import OUTPUT_STEPS
from keras_halluc.text import OutputReader

Pattern: TypeAlias = str | re.Pattern[str]
UNSAID = ("", "?", "none")
MOST_SHOWN = 3  # slots in a reason


class SlotChecker(OutputChecker):
    """Compares a sentence with the meaning representation it was to be written from.

    The source of a case is the representation; see `parse_meaning` for its forms. How a slot is
    said is a rule:

    | rule | the slot is said |
    |---|---|
    | none | by its own value, in whatever form that is written; it cannot be added |
    | a pattern | once for each match, such as `r"\\bSLOT_NAME\\b"` where values are left out |
    | mapping from value to pattern | with each value whose pattern matches; `"*"` is any value |
    | list of values | with each of them that stands in the sentence as whole words |
    | None | not looked at |

    | output | label | score |
    |---|---|---|
    | a slot added, or said with another value | `contradicted` | 1 - errors / slots, at least 0 |
    | else a slot missing | `unsupported` | the same |
    | else | `supported` | 1.0 |
    | without text, where no slot was asked for | `abstained` | None |
    | the case has no source, or one that cannot be read | `unmeasured` | None |

    Args:
        rules: mapping from slot to rule. Patterns are regular expressions; those given as str
            match in any case.
        parse: callable of the source that returns `(slot, value)` pairs, or raises ValueError.
        same: mapping from a value in the source to the one that has the rule:
            `{"less than £20": "cheap"}`.
        denials: mapping from a slot to the value that, once said, is the only one: with
            `{"kidsFriendly": "no"}`, "not for kids" does not say "yes" as well.
        unsaid: list of str, values that ask for nothing to be said.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says: reasoning, Markdown, citation marks. None takes its default steps without
            lead-ins and closings, which may be asked for; `OutputReader(steps=[])` reads
            outputs as they are written.

    Example:

    >>> import keras_halluc as kh
    >>> checker = kh.grounding.SlotChecker(
    ...     {"food": ["French", "Thai"], "kids": {"yes": r"\\bkids\\b", "no": r"\\bno kids\\b"}},
    ...     denials={"kids": "no"},
    ... )
    >>> case = kh.data.Case("Describe.", source="name[The Eagle], food[French], kids[no]")
    >>> outputs = ["The Eagle is French. No kids.", "The Eagle is Thai. No kids."]
    >>> for verdict in checker.check([case] * 2, outputs):
    ...     print(verdict.label, round(verdict.score, 2), verdict.reason)
    supported 1.0 all 3 slots said
    contradicted 0.33 1 missing, 1 added of 3 slots: 'food=French', 'food'
    >>> checker.error_rate([case] * 2, outputs)
    0.3333333333333333

    References:
        Wen et al. 2015, "Semantically conditioned LSTM-based natural language generation for
        spoken dialogue systems", https://arxiv.org/abs/1508.01745
        Dušek et al. 2019, "Semantic noise matters for neural natural language generation",
        https://arxiv.org/abs/1911.03905
    """

    requires = ("source",)
    # A greeting or a goodbye may be what was asked for.
    reading_steps = tuple(s for s in OUTPUT_STEPS if s not in ("lead_ins", "closings"))

    def __init__(
        self,
        rules: Mapping[str, Pattern | Mapping[str, Pattern] | Sequence[str] | None],
        parse: Callable[[str], Iterable[tuple[str, str]]] = parse_meaning,
        same: Mapping[str, str] | None = None,
        denials: Mapping[str, str] | None = None,
        unsaid: Sequence[str] = UNSAID,
        reader: OutputReader | None = None,
    ) -> None:
        super().__init__([], reader)
        if not isinstance(rules, Mapping):
            raise TypeError(f"`rules` must be a mapping from slots. {received('rules', rules)}")
        if not callable(parse):
            raise TypeError(f"`parse` must be a callable. {received('parse', parse)}")
        denials = denials or {}
        try:
            made = {slot: as_slot_rule(slot, rules[slot], denials.get(slot)) for slot in rules}
            lost = [slot for slot in denials if not isinstance(made[slot], ValuesRule)]
        except KeyError as error:
            lost = [str(error)]
        if lost:
            raise ValueError(
                "`denials` must name slots in `rules`, each with one of its values. "
                f"{received('denials', denials)}"
            )
        self.rules = rules
        self._rules = made
        self._by_text: SlotRule = TextRule()
        self.parse = parse
        self.same = dict(same or {})
        self.denials = denials
        self.unsaid = frozenset(require_strings("unsaid", unsaid, empty_ok=True))

    def errors(self, source: str, output: str) -> SlotErrors:
        """What one output leaves out and adds; ValueError if the source cannot be read."""
        said = self.reader.read(output)
        found = self._errors(source, said.text)
        added = tuple((slot, *said.span(start, end)) for slot, start, end in found.added)
        return SlotErrors(found.missing, added, found.slots)

    def _errors(self, source: str, output: str) -> SlotErrors:
        wanted: dict[str, list[str]] = {}
        for slot, value in self.parse(source):
            value = self.same.get(value, value)
            if value not in self.unsaid:
                wanted.setdefault(slot, []).append(value)
        missing, added, total = [], [], 0
        for slot in dict.fromkeys((*wanted, *self._rules)):
            rule = self._rules.get(slot, self._by_text)
            left_out, spans, count = rule.errors(wanted.get(slot, []), output)
            missing += [(slot, value) for value in left_out]
            added += [(slot, start, end) for start, end in spans]
            total += count
        return SlotErrors(tuple(missing), tuple(added), total)

    def error_rate(self, cases: Sequence[Case], outputs: Sequence[str]) -> float:
        """Slot error rate: missing and added slots of all outputs over the slots asked for.

        Args:
            cases: list of `Case`, each with a source that can be read.
            outputs: list of str, as many.

        Returns:
            float >= 0, lower is better.
        """
        cases, outputs = require_batch(cases, outputs)
        found = [self.errors(case.source or "", output) for case, output in zip(cases, outputs)]
        slots = sum(errors.slots for errors in found)
        if not slots:
            raise ValueError("A slot error rate needs cases that ask for at least one slot.")
        return sum(errors.count for errors in found) / slots

    def _lacking(self, case: Case) -> Verdict | None:
        return super()._lacking(case) if case.source is None else None  # `parse` reads the rest

    def _abstention(self, output: str) -> Verdict | None:
        return None  # to say nothing is wrong where a slot is asked for: see `_verdict`

    def _verdict(self, case: Case, output: str) -> Verdict:
        try:
            errors = self._errors(case.source or "", output)
        except ValueError as error:
            why = "".join(char if char.isprintable() else " " for char in str(error))
            return Verdict("unmeasured", reason=f"the source cannot be read: {why}")
        if not errors.slots and (abstained := super()._abstention(output)):
            return abstained
        if not errors.count:
            return Verdict("supported", 1.0, reason=f"all {errors.slots} slots said")
        shown = [repr(f"{slot}={value}"[:60]) for slot, value in errors.missing[:MOST_SHOWN]]
        shown += [repr(slot) for slot, *_ in errors.added[:MOST_SHOWN]]
        return Verdict(
            "contradicted" if errors.added else "unsupported",
            max(0.0, 1 - errors.count / max(errors.slots, 1)),
            united_spans((s, e, "contradicted") for _, s, e in errors.added if s < e),
            f"{len(errors.missing)} missing, {len(errors.added)} added of {errors.slots} slots: "
            + ", ".join(shown),
        )
