"""How does a report look as a picture?"""

from typing import Any

from keras_halluc.reports.findings import Findings
from keras_halluc.reports.measure import SHARE
from keras_halluc.reports.measure import Measure

COLORS = {"better": "tab:green", "worse": "tab:red"}


def figure(report: Findings, names: tuple[str, ...], checker: str | None) -> Any:
    """A panel for each measure, with the difference and its interval of each variant."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(
            "`plot` needs matplotlib: pip install 'keras_halluc[report]'. The HTML report draws "
            "its intervals without it."
        ) from None
    drawn = [[report.find(name, variant, checker) for variant in report.variants] for name in names]
    drawn = [row for row in drawn if any(measure.difference is not None for measure in row)]
    if not drawn:
        raise ValueError(f"No difference was measured of these. Received: names={names}")
    picture = Figure(
        figsize=(3.4 * len(drawn) + 1.0, 1.4 + 0.35 * len(report.variants)), layout="constrained"
    )
    panels = picture.subplots(1, len(drawn), sharey=True, squeeze=False)[0]
    for panel, measures in zip(panels, drawn):
        _draw(panel, measures)
    # A dollar sign in a name is no formula.
    panels[0].set_yticks(range(len(report.variants)), report.variants, parse_math=False)
    panels[0].set_ylim(len(report.variants) - 0.5, -0.5)  # the first on top
    return picture


def _draw(panel: Any, measures: list[Measure]) -> None:
    unit = measures[0].unit
    scale = 100.0 if unit == SHARE else 1.0
    panel.axvline(0.0, color="0.6", linestyle=":", linewidth=1)
    for i, measure in enumerate(measures):
        found = measure.difference
        if found is None:
            continue
        color = COLORS.get(measure.change, "0.3")
        panel.plot([scale * found.low, scale * found.high], [i, i], color=color, linewidth=2)
        panel.plot(scale * found.value, i, "o", color=color)
    better = {"": "", "lower": ", lower is better", "higher": ", higher is better"}
    panel.set_title(measures[0].title, fontsize="medium")
    panel.set_xlabel(
        f"after minus before, {'points' if unit == SHARE else unit}{better[measures[0].better]}",
        fontsize="small",
    )
