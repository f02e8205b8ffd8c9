"""Findings of an audit: the measures and flips that a report shows, looked up by name."""

import dataclasses
from collections.abc import Mapping

from keras_halluc._require import require_choice
from keras_halluc.reports.flip import Flip
from keras_halluc.reports.measure import Measure


@dataclasses.dataclass(frozen=True, repr=False)
class Findings:
    """What `AuditReport` holds; see there. What draws a report needs no more of it."""

    cases: int
    variants: tuple[str, ...]
    checkers: tuple[str, ...]
    measures: tuple[Measure, ...]
    flips: tuple[Flip, ...] = ()
    details: Mapping[str, Mapping[str, str | float]] = dataclasses.field(default_factory=dict)
    models: Mapping[str, str] = dataclasses.field(default_factory=dict)
    date: str = ""
    versions: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def find(
        self,
        name: str,
        variant: str | None = None,
        checker: str | None = None,
        group: str | None = None,
        section: str | None = None,
    ) -> Measure:
        """The measure of that name.

        Args:
            name: str, such as `"hallucination_rate"`.
            variant: str or None. None is the first.
            checker: str or None. None is the first.
            group: str or None. A knowledge category or the `group` of cases; None is all cases.
            section: str or None. `"group"` finds the `group` of cases where a knowledge category
                has the same name, which comes first otherwise.
        """
        variant = require_choice("variant", variant or self.variants[0], self.variants)
        checker = require_choice("checker", checker or self.checkers[0], self.checkers)
        require_choice("name", name, tuple(dict.fromkeys(m.name for m in self.measures)))
        require_choice("section", section, (None, *dict.fromkeys(m.section for m in self.measures)))
        groups: dict[str | None, Measure] = {}
        for measure in self.measures:
            if (
                (measure.name, measure.variant) == (name, variant)
                and measure.checker in ("", checker)
                and section in (None, measure.section)
            ):
                groups.setdefault(measure.group, measure)
        return groups[require_choice("group", group, groups)]
