"""Which curves belong in one chart, and in which order does the page show them?

TensorBoard's Custom Scalars page shows what a run's layout asks for: charts with several curves,
and margin charts, where a band around the curve says how sure its value is.
"""

import dataclasses
import re
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

from tensorboard.plugins.custom_scalar import layout_pb2

from keras_halluc._require import received
from keras_halluc._require import require_strings

INTERVALS = "~intervals/"  # one folded group of tags, behind all others, in pages of scalars
LOW = "/low"
HIGH = "/high"


@dataclasses.dataclass(frozen=True)
class MultilineChart:
    """Several scalar curves in one chart.

    Args:
        title: str, above the chart.
        tags: sequence of str, the tags `EventWriter.scalar` was given.

    Example:

    >>> import keras_halluc as kh
    >>> kh.tensorboard.MultilineChart("loss", ["loss", "val_loss"]).tags
    ('loss', 'val_loss')
    """

    title: str
    tags: Sequence[str]

    def __post_init__(self) -> None:
        require_title("title", self.title)
        object.__setattr__(self, "tags", tuple(require_strings("tags", self.tags)))


@dataclasses.dataclass(frozen=True)
class MarginChart:
    """Curves with a band from their low to their high end.

    Args:
        title: str, above the chart.
        tags: sequence of str, the tags `EventWriter.interval` was given.

    Example:

    >>> import keras_halluc as kh
    >>> kh.tensorboard.MarginChart("rate", ["val_hallucination_rate"]).tags
    ('val_hallucination_rate',)
    """

    title: str
    tags: Sequence[str]

    def __post_init__(self) -> None:
        require_title("title", self.title)
        object.__setattr__(self, "tags", tuple(require_strings("tags", self.tags)))


Chart: TypeAlias = MultilineChart | MarginChart


def interval_tags(tag: str) -> tuple[str, str, str]:
    """The tags of a value with an interval: the value itself, its low end, its high end."""
    return tag, INTERVALS + tag + LOW, INTERVALS + tag + HIGH


def older_interval_tags(tag: str) -> tuple[str, str, str]:
    """The same as version 0.1 wrote them, next to the value."""
    return tag, tag + LOW, tag + HIGH


def layout_bytes(charts: Mapping[str, Sequence[Chart]]) -> bytes:
    """The layout as TensorBoard stores it.

    Args:
        charts: mapping from the title of a section to its charts, both in the order shown.

    Returns:
        bytes, a serialized `Layout` message.

    Raises:
        TypeError: `charts` is not such a mapping.
        ValueError: there is no chart.
    """
    if not isinstance(charts, Mapping):
        raise TypeError(
            f"`charts` must map section titles to lists of charts. {received('charts', charts)}"
        )
    if not charts:
        raise ValueError(f"`charts` must not be empty. {received('charts', charts)}")
    layout = layout_pb2.Layout()
    for title, section in charts.items():
        if not isinstance(section, Sequence) or isinstance(section, str):
            raise TypeError(
                f"`charts` must map titles to lists of charts. {received(repr(title), section)}"
            )
        if not section:
            raise ValueError(
                f"`charts` must hold a chart for each title. {received('title', title)}"
            )
        require_title("title", title)
        layout.category.add(title=title, chart=[_chart(chart) for chart in section])
    return bytes(layout.SerializeToString())


def require_title(name: str, value: str) -> str:
    """`value` must be a str with something in it."""
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be a str. {received(name, value)}")
    if not value.strip():
        raise ValueError(f"`{name}` must not be empty. {received(name, value)}")
    return value


def _chart(chart: Chart) -> Any:
    if isinstance(chart, MultilineChart):
        # The page takes these as patterns that match from the start of a tag.
        tags = [f"^{re.escape(tag)}$" for tag in chart.tags]
        content = layout_pb2.MultilineChartContent(tag=tags)
        return layout_pb2.Chart(title=chart.title, multiline=content)
    if isinstance(chart, MarginChart):
        series = []
        for tag in chart.tags:
            value, low, high = interval_tags(tag)
            series.append(layout_pb2.MarginChartContent.Series(value=value, lower=low, upper=high))
        content = layout_pb2.MarginChartContent(series=series)
        return layout_pb2.Chart(title=chart.title, margin=content)
    raise TypeError(
        f"`charts` must hold MultilineChart and MarginChart only. {received('chart', chart)}"
    )
