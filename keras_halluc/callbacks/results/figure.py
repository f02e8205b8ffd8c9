"""Figure of a value by epoch, drawn with matplotlib."""

from typing import Any

from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.value_text import scale
from keras_halluc.callbacks.results.value_text import title
from keras_halluc.callbacks.results.value_text import unit
from keras_halluc.statistics.estimates import Estimate


def draw(record: Record, key: str, name: str, ax: Any) -> Any:
    """Draws the curve, its intervals as a band and the value before training as a line.

    Args:
        record: `Record`.
        key: str, the log key.
        name: str, the key without its prefix.
        ax: `matplotlib.axes.Axes`, or None for those of a new figure.

    Returns:
        The axes.
    """
    try:
        from matplotlib import pyplot
        from matplotlib.ticker import MaxNLocator
    except ImportError:
        raise ImportError(
            "`plot` needs matplotlib: pip install 'keras_halluc[report]'. In a notebook the "
            "monitor itself, as the last line of a cell, shows its curve without it."
        ) from None
    if ax is None:
        ax = pyplot.subplots(layout="constrained")[1]
    points, factor = record.series(key), scale(name)
    epochs = [epoch for epoch, _ in points]
    values = [factor * number(value) for _, value in points]
    (line,) = ax.plot(epochs, values, marker="o", label=key)
    banded = [(epoch, value) for epoch, value in points if isinstance(value, Estimate)]
    if banded:
        ax.fill_between(
            [epoch for epoch, _ in banded],
            [factor * value.low for _, value in banded],
            [factor * value.high for _, value in banded],
            color=line.get_color(),
            alpha=0.2,
            linewidth=0,
        )
    before = record.before(key)
    if before is not None:
        at = factor * number(before)
        ax.axhline(at, color="0.5", linestyle="--", label="before training")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("epoch (0: before training)" if record.base == 0 else "epoch")
    words = f"{title(name)} ({unit(name)})" if unit(name) else title(name)
    ax.set_ylabel(words, parse_math=False)  # a dollar sign in a name is no formula
    if before is not None:
        for text in ax.legend().get_texts():
            text.set_parse_math(False)
    return ax
