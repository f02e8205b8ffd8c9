"""What came out of a comparison, and how is it shown and kept?"""

import dataclasses
import json
from pathlib import Path
from typing import Any
from typing import overload

from keras_halluc._parse_json import parse_json
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._types import StrPath
from keras_halluc._types import Verdict
from keras_halluc.reports.figure import figure
from keras_halluc.reports.findings import Findings
from keras_halluc.reports.flip import Flip
from keras_halluc.reports.html_page import fragment
from keras_halluc.reports.html_page import page
from keras_halluc.reports.markdown import markdown
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.outcome import outcome
from keras_halluc.reports.outcome import plain
from keras_halluc.statistics.estimates import Estimate

FORMAT = "keras_halluc audit 2"
READABLE = ("keras_halluc audit 1", FORMAT)  # 1 had no models, date and versions
PLOTTED = (
    "hallucination_rate",
    "answer_accuracy",
    "abstention_rate",
    "expected_calibration_error",
)


@dataclasses.dataclass(frozen=True, repr=False)
class AuditReport(Findings):
    """What `kh.audit` found: gains and losses, measures with intervals, cases that flipped.

    Printed it is Markdown; a notebook shows the tables. What a model wrote is escaped everywhere.

    Args:
        cases: int, how many cases were asked.
        variants: tuple of str, names of the models after.
        checkers: tuple of str, names of the checkers.
        measures: tuple of `Measure`, all of every variant.
        flips: tuple of `Flip`; of each variant and checker those that got worse first.
        details: dict from variant or `"before"` to a dict of what the user had shown.
        models: dict from variant or `"before"` to the name of the model.
        date: str, when the audit was made, in UTC.
        versions: dict from package to its version, of what the audit was made with.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", references=("2",), id="sum")]
    >>> report = kh.audit(["2"], {"tuned": ["3"]}, cases)
    >>> report.find("hallucination_rate", "tuned").after.value, report.flips[0].id
    (1.0, 'sum')
    >>> report.sentence().split(";")[0]
    'tuned: too noisy to say whether it is better or worse on balance'
    >>> kh.reports.AuditReport.from_json(report.to_json()) == report
    True
    """

    def sentence(self, variant: str | None = None, checker: str | None = None) -> str:
        """What became of a model, in one sentence: what it gained and what it lost.

        It is called better or worse by the paired 95 % intervals of right answers and
        hallucinations, unchanged where these lie within 5 points, and worse in a group where Holm's
        test over all groups says so. One that lost more than 5 % of what was right is never called
        better without its losses.

        Args:
            variant: str or None. None is the first.
            checker: str or None. None is the first.
        """
        variant = require_choice("variant", variant or self.variants[0], self.variants)
        checker = require_choice("checker", checker or self.checkers[0], self.checkers)
        return plain(outcome(self, variant, checker).sentence)

    @overload
    def to_html(self, path: None = None) -> str: ...
    @overload
    def to_html(self, path: StrPath) -> None: ...
    def to_html(self, path: StrPath | None = None) -> str | None:
        """One HTML file without scripts that loads nothing; None if it is written to `path`."""
        return _written(page(self), path)

    @overload
    def to_markdown(self, path: None = None) -> str: ...
    @overload
    def to_markdown(self, path: StrPath) -> None: ...
    def to_markdown(self, path: StrPath | None = None) -> str | None:
        """The tables in Markdown; None if it is written to `path`."""
        return _written(markdown(self), path)

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: StrPath) -> None: ...
    def to_json(self, path: StrPath | None = None) -> str | None:
        """Everything, for `from_json`, what is unmeasured as null; None if written to `path`."""
        data = {"format": FORMAT, **dataclasses.asdict(self)}
        return _written(json.dumps(data, indent=1, allow_nan=False) + "\n", path)

    @classmethod
    def from_json(cls, text: str) -> "AuditReport":
        """The report that `to_json` made `text` of."""
        try:
            data = parse_json(text)
            if data.pop("format") not in READABLE:
                raise ValueError(f"its format is not {FORMAT!r}")
            for key in ("variants", "checkers"):
                data[key] = tuple(data[key])
            data["measures"] = tuple(_measure(row) for row in data["measures"])
            data["flips"] = tuple(_flip(row) for row in data["flips"])
            return cls(**data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            why = error if isinstance(error, ValueError) else "a part is missing or of another kind"
            raise ValueError(
                f"`text` must be what `to_json` returned: {why}. {received('text', text)}"
            ) from None

    def plot(self, names: tuple[str, ...] = PLOTTED, checker: str | None = None) -> Any:
        """The differences of each variant with their intervals, a panel for each measure.

        Args:
            names: tuple of str, names of measures; those without a difference are left out.
            checker: str or None. None is the first.

        Returns:
            `matplotlib.figure.Figure`, to be shown in a notebook or saved with `savefig(path)`.
        """
        return figure(self, tuple(names), checker)

    def _repr_html_(self) -> str:
        return fragment(self)

    def __str__(self) -> str:
        return markdown(self)

    def __repr__(self) -> str:
        return (
            f"AuditReport({self.cases} cases, before against {', '.join(self.variants)}; "
            f"{len(self.measures)} measures, {len(self.flips)} flips)"
        )


def _written(text: str, path: StrPath | None) -> str | None:
    """The text where it is not written: as a cell's last line that would fill a notebook."""
    if path is None:
        return text
    Path(path).write_text(text, encoding="utf-8", newline="\n")
    return None


def _measure(row: dict[str, Any]) -> Measure:
    for key in ("before", "after", "difference"):
        if isinstance(row[key], dict):
            row[key] = Estimate(**row[key])
    return Measure(**row)


def _flip(row: dict[str, Any]) -> Flip:
    for key in ("verdict_before", "verdict_after"):
        spans = tuple(tuple(span) for span in row[key]["spans"])
        row[key] = Verdict(**{**row[key], "spans": spans})
    return Flip(**row)
